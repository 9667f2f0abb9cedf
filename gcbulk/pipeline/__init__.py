"""The rooms put together: each step for notebooks, each verb for the command line.

The names below are loaded on first use: a check needs neither the service nor the code that writes workbooks.
"""

from importlib import import_module as _import_module

_HOMES = {
    "gcbulk.environment": ("state_dir",),
    "gcbulk.pipeline.checking": ("check_any_file", "check_file"),
    "gcbulk.pipeline.connection": ("Service", "connect", "make_settings"),
    "gcbulk.pipeline.demo": ("run_demo", "run_simulator"),
    "gcbulk.pipeline.doctor": ("examine",),
    "gcbulk.pipeline.kinds": ("plan_any_file", "report_any_file"),
    "gcbulk.pipeline.notebook": ("plan", "push", "write_report"),
    "gcbulk.pipeline.notebook_submissions": ("check_submissions", "plan_submissions", "submit"),
    "gcbulk.pipeline.plan_files": ("PlanOptions", "load_plan", "plan_file"),
    "gcbulk.pipeline.pulling": ("pull", "pull_file"),
    "gcbulk.pipeline.purging": ("purge",),
    "gcbulk.pipeline.reading": ("Reading", "check", "check_achievements", "check_any", "read_submissions"),
    "gcbulk.pipeline.reports": ("Place",),
    "gcbulk.pipeline.results": ("Result", "as_json", "failure"),
    "gcbulk.pipeline.reviewing": ("ReviewOptions", "review_file"),
    "gcbulk.pipeline.showing": ("outcomes_shown",),
    "gcbulk.pipeline.submission_queue": ("Progress",),
    "gcbulk.pipeline.submission_run": ("SubmitOptions", "apps_of"),
    "gcbulk.pipeline.submitting": ("submit_file",),
    "gcbulk.pipeline.targets": ("require_targets",),
    "gcbulk.pipeline.templates": ("write_notebooks", "write_template"),
    "gcbulk.pipeline.verbs": ("push_file", "report_file"),
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
