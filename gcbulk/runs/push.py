"""The verb push: send what a plan says, for a notebook and for the command line.

Nothing is printed here, and any question to the user goes through ``confirm``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import SettingsError
from gcbulk.options import callback, made_by, whole
from gcbulk.planning import Plan
from gcbulk.planning.saved import SavedPlan, ensure_current, freeze
from gcbulk.records import PlanOptions
from gcbulk.runs.check import check_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import execute_plan, make_plan
from gcbulk.runs.shared.outcomes import for_notebook
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result, nothing_to_send
from gcbulk.runs.shared.showing import outcomes_shown, showing
from gcbulk.runs.shared.step_reports import steps_result
from gcbulk.runs.shared.watching import Watch, no_progress
from gcbulk.sheets import Checked

_NO_OPTIONS = PlanOptions()


def push(
    plan: Plan, service: Service, *, watch: Watch | None = None, deletions: int = 0, losses: int = 0
) -> pd.DataFrame:
    """Send what a plan says, and say of every row how it ended.

    Ctrl-C ends the run in good order: what is in flight ends, nothing new is sent, and the lines come back.

    Args:
        plan: what `plan` gave with this service.
        service: what `connect` gave.
        deletions: how many deletions you confirm; exactly ``plan.deletions``, or nothing is sent.
        losses: how many changes you confirm that delete for good what players have; exactly ``plan.losses``, likewise.
        watch: what shows the progress: called with the outcomes as they come and their number. None for a bar in a
            notebook, and nothing in a script.

    Returns:
        One line per row of the sheet and step.

        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ... ``attrs["stopped"]`` says why the run ended early;
        None when it came to its end.

    Raises:
        SettingsError: an argument is not what it has to be; nothing was sent.
        LockedError: another run works on the same app.
        JournalError: the journal cannot be used, so nothing was sent.
    """
    made_by("plan", Plan, plan, "plan")
    made_by("connect", Service, service, "service")
    if watch is not None:
        callback(watch, "watch")
    deletions, losses = whole(deletions, "deletions", least=0), whole(losses, "losses", least=0)
    service.examine()  # the plan may have been made hours ago
    with showing(service, bar=watch is None) as meter:
        shown = watch or outcomes_shown(meter, service)
        ended = execute_plan(plan, service, watch=shown, deletions=deletions, losses=losses)
    record = ended.record
    return for_notebook(record.lines, plan.checked.book, service.settings.journal, stopped=record.stopped)


def _none_confirmed(plan: Plan) -> int:
    """Confirm nothing that cannot be taken back."""
    return 0


def push_file(
    path: Path,
    checked: Checked,
    service: Service,
    target: ReportTarget,
    *,
    confirm: Callable[[Plan], bool],
    strict: bool = False,
    watch: Watch = no_progress,
    options: PlanOptions = _NO_OPTIONS,
    confirm_deletions: Callable[[Plan], int] = _none_confirmed,
    confirm_losses: Callable[[Plan], int] = _none_confirmed,
    saved: SavedPlan | None = None,
) -> Result:
    """Create what is not there yet, change what differs, and write the report.

    Args:
        path: the file.
        checked: its rows.
        service: where to.
        target: where the report goes.
        confirm: asked once, with the plan, before anything is changed.
        strict: send nothing while any row has an error.
        watch: what shows the progress.
        options: what else is to be done.
        confirm_deletions: asked, with the plan, how many things may be deleted; only the exact number is accepted.
        confirm_losses: asked, with the plan, how many changes may delete what players have; likewise.
        saved: a plan that was saved earlier and has to be unchanged; its options count.

    Returns:
        How it ended; as for a check, exit code 2, where the file has an error that belongs to no row, or any error
        when strict, or has no rows at all: then nothing was sent.

    Raises:
        SettingsError: it was not confirmed.
        PlanError: deletions or losses were not confirmed, or the saved plan does not fit any more.
        WorkbookError: the report could not be written where it was asked for.
        LockedError: another run works on the same app; no request was sent.
    """
    target.require(path)
    service.require_writable()
    if checked.file_errors or (strict and not checked.ok):
        return _refused(path, checked, target, strict=strict)
    options = saved.wishes if saved else options
    if checked.is_empty and not options.delete_missing:
        refused = check_file(path, checked, target) if not checked.ok else None
        return nothing_to_send(checked.issues, reporting.check_text(checked), refused)
    with service.lock.exclusive():
        plan = _agreed(make_plan(checked, service, options=options), service, saved, confirm)
        deletions = confirm_deletions(plan) if plan.deletions else 0
        losses = confirm_losses(plan) if plan.losses else 0
        ended = execute_plan(plan, service, watch=watch, deletions=deletions, losses=losses)
    result = steps_result(path, checked, ended.record, target, requests=service.requests)
    kept = (f"What was live before is kept in {ended.backup}",) if ended.backup else ()
    return replace(result, notes=(*result.notes, *reporting.sheets_text(checked), *_left_alone(plan), *kept))


def _refused(path: Path, checked: Checked, target: ReportTarget, *, strict: bool) -> Result:
    """What the check says, and that nothing was sent."""
    refused = check_file(path, checked, target)
    first = "with --strict every error" if strict else "the file as a whole"
    return replace(refused, notes=(*refused.notes, f"Nothing was sent: {first} has to be fixed first."))


def _agreed(plan: Plan, service: Service, saved: SavedPlan | None, confirm: Callable[[Plan], bool]) -> Plan:
    """The plan, if it still is the saved one, where one was saved, and somebody confirmed it."""
    if saved is not None:
        ensure_current(saved, freeze(plan, scope=service.scope, api=service.api))
    if plan.requests and not confirm(plan):
        raise SettingsError("Nothing was sent: it was not confirmed.")
    return plan


def _left_alone(plan: Plan) -> tuple[str, ...]:
    count = len(plan.missing)
    if not count:
        return ()
    one = plan.resources[0].noun.one if len(plan.resources) == 1 else "thing"
    subject = f"1 {one} or localization is" if count == 1 else f"{count:,} {plan.noun} or localizations are"
    return (f"{subject} in Game Center and not in the sheet, and left alone; gcbulk plan lists what.",)
