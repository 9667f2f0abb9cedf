"""The rooms put together: each step for notebooks, each verb for the command line.

The names below are loaded on first use: a check needs neither the service nor the code that writes workbooks.
"""

from importlib import import_module as _import_module

_HOMES = {
    "gcbulk.environment": ("state_dir",),
    "gcbulk.runs.check": ("check_any_file", "check_file"),
    "gcbulk.runs.shared.connection": ("Service", "connect", "make_settings"),
    "gcbulk.runs.demo": ("run_demo", "run_simulator"),
    "gcbulk.runs.doctor": ("examine",),
    "gcbulk.runs.shared.kinds": ("plan_any_file", "report_any_file"),
    "gcbulk.runs.shared.notebook": ("plan", "push", "write_report"),
    "gcbulk.runs.shared.notebook_submissions": ("check_submissions", "plan_submissions", "submit"),
    "gcbulk.runs.plan": ("PlanOptions", "load_plan", "plan_file"),
    "gcbulk.runs.preview": ("preview", "preview_file"),
    "gcbulk.runs.pull": ("pull", "pull_file"),
    "gcbulk.runs.purge": ("purge",),
    "gcbulk.runs.shared.reading": ("Reading", "check", "check_achievements", "check_any", "read_submissions"),
    "gcbulk.runs.shared.reports": ("Place",),
    "gcbulk.runs.shared.results": ("Result", "as_json", "failure"),
    "gcbulk.runs.review": ("ReviewOptions", "review_file"),
    "gcbulk.runs.shared.showing": ("outcomes_shown",),
    "gcbulk.runs.shared.submission_queue": ("Progress",),
    "gcbulk.runs.shared.submission_run": ("SubmitOptions", "apps_of"),
    "gcbulk.runs.submit": ("submit_file",),
    "gcbulk.runs.shared.targets": ("require_targets",),
    "gcbulk.runs.template": ("write_notebooks", "write_template"),
    "gcbulk.runs.push": ("push_file", "report_file"),
    "gcbulk.planning": ("Plan",),
    "gcbulk.planning.submissions": ("SubmissionPlan",),
    "gcbulk.records": ("Api", "Wishes"),
    "gcbulk.reporting": ("doctor_exit", "doctor_json", "doctor_lines", "plan_text"),
    "gcbulk.service.clock": ("Wait",),
    "gcbulk.service.own_files": ("is_there",),
    "gcbulk.sheets": ("Checked", "CheckedSubmissions"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    """Load a name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'gcbulk.pipeline' has no attribute {name!r}")
    return getattr(_import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
