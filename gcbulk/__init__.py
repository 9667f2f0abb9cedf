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
    "gcbulk.pipeline": (
        "Checked",
        "CheckedSubmissions",
        "Plan",
        "Service",
        "SubmissionPlan",
        "check",
        "check_submissions",
        "connect",
        "plan",
        "plan_submissions",
        "preview",
        "pull",
        "push",
        "submit",
        "write_report",
        "write_template",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> object:
    """Load a public name, or the pipeline itself, when it is first asked for."""
    if name == "pipeline":
        return _import_module("gcbulk.pipeline")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'gcbulk' has no attribute {name!r}")
    return getattr(_import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
