"""Fill and update Apple's Game Center in bulk from a spreadsheet, through the App Store Connect API.

How a file travels through the package; each arrow is one call, and a notebook can stop after any of them:

    file ──check──▶ Checked ──plan──▶ Plan ──push──▶ outcomes ──write_report──▶ file
                               │                │
                         live service     journal: intent before, result after

    checked  = gcbulk.check("achievements.xlsx")
    service  = gcbulk.connect(bundle_id="com.example.game")
    plan     = gcbulk.plan(checked, service)
    outcomes = gcbulk.push(plan, service)
    gcbulk.write_report("achievements.xlsx", outcomes)

Players' progress goes the same way, through `check_submissions`, `plan_submissions` and `submit`.

The names below are loaded on first use, so that ``gcbulk --help`` needs neither pandas nor httpx.
"""

from importlib import import_module as _import_module

__version__ = "0.1.0"

_HOMES = {
    "gcbulk.errors": (
        "ApiError",
        "CheckError",
        "GcbulkError",
        "JournalError",
        "LockedError",
        "PlanError",
        "ServiceError",
        "SettingsError",
        "UnreachableError",
        "WorkbookError",
    ),
    "gcbulk.planning": ("Plan",),
    "gcbulk.planning.submissions": ("SubmissionPlan",),
    "gcbulk.runs.check": ("check", "check_submissions"),
    "gcbulk.runs.plan": ("plan", "plan_submissions"),
    "gcbulk.runs.preview": ("preview",),
    "gcbulk.runs.pull": ("pull",),
    "gcbulk.runs.push": ("push",),
    "gcbulk.runs.report": ("write_report",),
    "gcbulk.runs.shared.connection": ("Service", "connect"),
    "gcbulk.runs.shared.submission_queue": ("Progress",),
    "gcbulk.runs.submit": ("submit",),
    "gcbulk.runs.template": ("write_template",),
    "gcbulk.sheets": ("Checked", "CheckedSubmissions"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for."""
    if name == "pipeline":  # where notebooks have found Progress until it got a place of its own
        return _import_module("gcbulk.pipeline")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'gcbulk' has no attribute {name!r}")
    return getattr(_import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
