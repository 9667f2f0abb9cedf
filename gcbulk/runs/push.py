"""The verbs of the command line, each from a file to a `Result`.

Nothing is printed here, and any question to the user goes through ``confirm``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import SettingsError
from gcbulk.planning import Plan, picture_steps, plan_steps
from gcbulk.planning.saved import SavedPlan, ensure_current, freeze
from gcbulk.records import ReportSheet, Wishes
from gcbulk.runs.check import check_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import execute_plan, make_plan, plan_facts
from gcbulk.runs.shared.failed_rows import write_failed
from gcbulk.runs.shared.recorded import Recorded, recorded
from gcbulk.runs.shared.reports import Place, Written, write_report
from gcbulk.runs.shared.results import DONE, Result, nothing_to_send, run_exit
from gcbulk.runs.shared.watching import Watch, unwatched
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import Run
from gcbulk.service.own_files import is_there
from gcbulk.sheets import Checked

_NO_WISHES = Wishes()
_WITH_STEPS = ("push", "review")


def _none_confirmed(plan: Plan) -> int:
    """Confirm no deletion."""
    return 0


def push_file(
    path: Path,
    checked: Checked,
    service: Service,
    place: Place,
    *,
    confirm: Callable[[Plan], bool],
    strict: bool = False,
    watch: Watch = unwatched,
    wishes: Wishes = _NO_WISHES,
    confirm_deletions: Callable[[Plan], int] = _none_confirmed,
    saved: SavedPlan | None = None,
) -> Result:
    """Create what is not there yet, change what differs, and write the report.

    Args:
        path: the file.
        checked: its rows.
        service: where to.
        place: where the report goes.
        confirm: asked once, with the plan, before anything is changed.
        strict: send nothing while any row has an error.
        watch: what shows the progress.
        wishes: what else is to be done.
        confirm_deletions: asked, with the plan, how many things may be deleted; only the right number will do.
        saved: a plan that was saved earlier and has to be the plan still; its wishes count.

    Returns:
        How it ended; as for a check, exit code 2, where the file has an error that belongs to no row, or any error
        when strict, or has no rows at all: then nothing was sent.

    Raises:
        SettingsError: it was not confirmed.
        PlanError: deletions were not confirmed, or the saved plan does not fit any more.
        WorkbookError: the report could not be written where it was asked for.
        LockedError: another run works on the same app; no request was sent.
    """
    place.require(path)
    if checked.file_errors or (strict and not checked.ok):
        return _refused(path, checked, place, strict=strict)
    wishes = saved.wishes if saved else wishes
    if checked.is_empty and not wishes.delete_missing:
        found = check_file(path, checked, place) if not checked.ok else None
        return nothing_to_send(checked.issues, reporting.check_text(checked), found)
    with service.lock.exclusive():
        plan = _agreed(make_plan(checked, service, wishes=wishes), service, saved, confirm)
        deletions = confirm_deletions(plan) if plan.deletions else 0
        finished = execute_plan(plan, service, watch=watch, deletions=deletions)
    lines = reporting.outcome_lines(finished.outcomes, checked.header)
    ended = Recorded(lines, plan_facts(plan), finished.stopped, finished.refused)
    told = _reported(path, checked, ended, place, unstored=finished.unstored, requests=service.requests)
    kept = (f"What was live before is kept in {finished.backup}",) if finished.backup else ()
    return replace(told, notes=(*told.notes, *reporting.sheets_text(checked), *_left_alone(plan), *kept))


def _refused(path: Path, checked: Checked, place: Place, *, strict: bool) -> Result:
    """What the check says, and that nothing was sent."""
    found = check_file(path, checked, place)
    first = "with --strict every error" if strict else "the file as a whole"
    return replace(found, notes=(*found.notes, f"Nothing was sent: {first} has to be fixed first."))


def _agreed(plan: Plan, service: Service, saved: SavedPlan | None, confirm: Callable[[Plan], bool]) -> Plan:
    """The plan, if it is the one that was saved, where one was, and somebody says yes to it."""
    if saved is not None:
        ensure_current(saved, freeze(plan, scope=service.scope, api=service.api))
    if plan.requests and not confirm(plan):
        raise SettingsError("Nothing was sent: it was not confirmed.")
    return plan


def report_file(path: Path, checked: Checked, journal: Path, place: Place, *, verb: str | None = None) -> Result:
    """Make the report of the file's last run again, from the journal alone.

    Args:
        path: the file.
        checked: its rows as they are now.
        journal: the journal's file.
        place: where the report goes.
        verb: "push" or "review"; None for whichever ran last.

    Raises:
        SettingsError: the journal knows of no such run of this file.
    """
    if not is_there(journal):
        raise SettingsError(f"There is no journal at {journal}; name the one that was used with --journal.")
    steps = plan_steps(checked)
    steps = (*steps, *picture_steps(checked, steps))
    opened = Journal(journal)
    try:
        run = last_run(opened.runs(), path, journal, verbs=(verb,) if verb else _WITH_STEPS)
        told = recorded(opened, run, checked, steps)
    finally:
        opened.close()
    sheet = ReportSheet.REVIEW if run.verb == "review" else ReportSheet.PUSH
    return _reported(path, checked, told, place, sheet=sheet, requests=0)


def _left_alone(plan: Plan) -> tuple[str, ...]:
    count = len(plan.missing)
    if not count:
        return ()
    one = plan.resources[0].noun.one if len(plan.resources) == 1 else "thing"
    subject = f"1 {one} or localization is" if count == 1 else f"{count:,} {plan.noun} or localizations are"
    return (f"{subject} in Game Center and not in the sheet, and left alone; gcbulk plan lists what.",)


def _reported(
    path: Path,
    checked: Checked,
    told: Recorded,
    place: Place,
    *,
    requests: int,
    sheet: ReportSheet = ReportSheet.PUSH,
    unstored: bool = False,
) -> Result:
    lines = told.lines
    written = write_report(path, lines, place, sheet=sheet, facts=told.facts, read_as=checked.book.digest)
    failed = _failed(path, checked, lines, place) if len(lines) and sheet is ReportSheet.PUSH else Written()
    return Result(
        rows=len(lines),
        outcomes=reporting.summarise(lines),
        issues=checked.issues,
        requests=requests,
        report=written.report,
        exit=written.exit(run_exit(lines, told.stopped, refused=told.refused, final=told.final), unstored=unstored),
        notes=(*reporting.push_text(lines, told.stopped), *written.notes, *failed.notes),
        failed=failed.failed,
    )


def _failed(path: Path, checked: Checked, lines: pd.DataFrame, place: Place) -> Written:
    """Save the rows that did not go through."""
    bad = lines[~lines["outcome"].isin([str(kind) for kind in DONE]) & lines["row"].notna()]
    return write_failed(path, checked, set(zip(bad["sheet"], bad["row"], strict=True)), place)


def last_run(runs: list[Run], path: Path, journal: Path, *, verbs: Collection[str]) -> Run:
    """The newest run of some verbs for a file.

    Raises:
        SettingsError: the journal knows of none.
    """
    source = str(path.resolve())
    for run in reversed(runs):
        if run.source == source and run.verb in verbs:
            return run
    raise SettingsError(
        f"The journal {journal} knows of no {' or '.join(verbs)} of {path}; name the one that was used with --journal."
    )
