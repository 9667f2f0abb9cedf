"""The verb plan: show a plan, save it for a later push, write it into the workbook."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from gcbulk import files, reporting
from gcbulk.errors import SettingsError
from gcbulk.options import OnDuplicateWord, flag, made_by
from gcbulk.options import path as path_of
from gcbulk.planning import Plan
from gcbulk.planning.submissions import SubmissionPlan
from gcbulk.records import PlanOptions
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import make_plan, require_plan_options
from gcbulk.runs.shared.reading import AnyChecked
from gcbulk.runs.shared.reports import ReportTarget, Written, write_plan
from gcbulk.runs.shared.results import Result, planned
from gcbulk.runs.shared.saved_plans import require_plan, save_plan
from gcbulk.runs.shared.showing import showing
from gcbulk.runs.shared.submission_run import SubmitOptions, make_submission_plan
from gcbulk.sheets import Checked, CheckedSubmissions


@dataclass(frozen=True, slots=True)
class PlanOutput:
    """What to do with a plan besides showing its text.

    Args:
        options: what it does beyond the sheet's own rows.
        out: the file to save it in, None for none.
        sheet: where it is written as a sheet, None for nowhere.
    """

    options: PlanOptions = field(default_factory=PlanOptions)
    out: Path | None = None
    sheet: ReportTarget | None = None

    def __post_init__(self) -> None:
        """Refuse what is neither yes nor no, and a path that says nothing."""
        require_plan_options(self.options)
        if self.out is not None:
            object.__setattr__(self, "out", path_of(self.out, "out"))


_NO_OUTPUT = PlanOutput()
_DEFAULTS = SubmitOptions()


def plan(
    checked: Checked, service: Service | None = None, *, reorder: bool = False, delete_missing: bool = False
) -> Plan:
    """What would be sent for checked rows, compared with what is live; nothing is sent.

    Args:
        checked: what `check` gave.
        service: what `connect` gave; without it the plan is made as if nothing were live.
        reorder: make the sheet's order the display order.
        delete_missing: delete drafts that the sheet does not have.

    Raises:
        SettingsError: an argument is not what it has to be.
        CheckError: the file has an error that belongs to no row, so nothing of it may be sent.
        JournalError: the journal cannot be used; no request was sent.
        PlanError: deleting was asked for, and what the sheet leaves out is not certain.
        ServiceError: the service cannot be reached.
    """
    made_by("check", Checked, checked, "checked")
    if service is not None:
        made_by("connect", Service, service, "service")
    options = PlanOptions(flag(reorder, "reorder"), flag(delete_missing, "delete_missing"))
    with showing(service):
        return make_plan(checked, service, options=options)


def plan_submissions(
    checked: CheckedSubmissions,
    service: Service | None = None,
    *,
    on_duplicate: OnDuplicateWord = "highest",
    allow_lowering: bool = False,
    send_zero: bool = False,
) -> SubmissionPlan:
    """What would be sent for checked rows, compared with what is live and was sent before; nothing is sent.

    Args:
        checked: what `check_submissions` gave.
        service: what `connect` gave; without it the plan is made as if nothing had been sent.
        on_duplicate: what becomes of several rows for the same player and achievement: "highest", "last", "error".
        allow_lowering: whether a row lower than what was sent before is sent.
        send_zero: whether 0 % is sent, which reveals a hidden achievement.

    Raises:
        SettingsError: an option has a value that is not allowed.
        JournalError: the journal cannot be used; no request was sent.
        ServiceError: the service cannot be reached.
    """
    made_by("check_submissions", CheckedSubmissions, checked, "checked")
    if service is not None:
        made_by("connect", Service, service, "service")
    options = SubmitOptions(on_duplicate, allow_lowering, send_zero)
    with showing(service):
        return make_submission_plan(checked, service, options)


def plan_any_file(
    checked: AnyChecked, service: Service | None, options: SubmitOptions, *, more: PlanOutput = _NO_OUTPUT
) -> Result:
    """Say what a push or a submission would send; nothing is sent. A push has options that a submission has not.

    Exit code 2 where the file has no rows and nothing is to be deleted: a script must not take that for a job.
    """
    if isinstance(checked, CheckedSubmissions):
        if more != _NO_OUTPUT:
            raise SettingsError("Submissions have no order, no sheet of a plan, nothing to delete and no plan to save.")
        planned = plan_submissions_file(checked, service, options)
    else:
        planned = plan_file(checked, service, more)
    if checked.is_empty and not more.options.delete_missing:
        return replace(planned, exit=2, notes=(*planned.notes, "The file has no rows, so there is nothing to send."))
    return planned


def plan_file(checked: Checked, service: Service | None, output: PlanOutput = _NO_OUTPUT) -> Result:
    """Say what a push would send; nothing is sent.

    Raises:
        CheckError: the file has an error that belongs to no row.
        SettingsError: the plan cannot be saved where it was asked for.
    """
    if output.out is not None:
        if service is None:
            raise SettingsError("A plan made without the service cannot be saved: leave out --offline or --out.")
        files.require_file(output.out, "--out")
        require_plan(output.out)
    made = make_plan(checked, service, options=output.options)
    saved = (save_plan(made, service, output.out),) if output.out is not None and service is not None else ()
    written = _written(made, output.sheet)
    return Result(
        rows=made.rows,
        outcomes={},
        issues=checked.issues,
        requests=service.requests if service else 0,
        report=written.report,
        exit=written.exit(0),
        notes=(*reporting.plan_text(made), *saved, *written.notes),
        plan={**planned(made.counts, made.requests, made.duration), **reporting.plan_json(made)},
    )


def _written(plan: Plan, target: ReportTarget | None) -> Written:
    path = plan.checked.book.path
    if target is None or path is None:
        return Written()
    return write_plan(path, reporting.plan_report(plan), target, read_as=plan.checked.book.digest)


def plan_submissions_file(
    checked: CheckedSubmissions, service: Service | None, options: SubmitOptions = _DEFAULTS
) -> Result:
    """Say what a run would send, and how long that takes at most; nothing is sent."""
    plan = make_submission_plan(checked, service, options)
    return Result(
        rows=len(checked.rows),
        outcomes={},
        issues=checked.issues,
        requests=service.requests if service else 0,
        exit=2 if checked.file_errors else 0,
        notes=(*reporting.submissions_text(checked), *reporting.submission_plan_text(plan)),
        plan={
            **planned(plan.counts, plan.requests, plan.duration or timedelta(0)),
            "apps": reporting.apps_json(plan.apps.items(), plan.targets.values()),
            "base_url": plan.base_url,
        },
    )
