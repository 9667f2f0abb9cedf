"""The verbs for player submissions, each from a file to a `Result`.

Nothing is printed here, and any question to the user goes through ``confirm``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import JournalError, SettingsError
from gcbulk.options import SubmissionKind
from gcbulk.planning.submissions import SubmissionPlan
from gcbulk.records import ReportSheet
from gcbulk.runs.check import check_submissions_file
from gcbulk.runs.push import last_run
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.recorded import CUT_OFF
from gcbulk.runs.shared.reports import Place, write_report
from gcbulk.runs.shared.results import Result, nothing_to_send, planned, run_exit
from gcbulk.runs.shared.submission_queue import SubmissionWatch, unwatched
from gcbulk.runs.shared.submission_record import as_meant, gone, submission_facts
from gcbulk.runs.shared.submission_report import history_of, not_live, run_lines
from gcbulk.runs.shared.submission_run import (
    Ran,
    SubmitOptions,
    exclusive,
    folded,
    make_submission_plan,
    send,
)
from gcbulk.service.journal_file import JournalFile, Run
from gcbulk.service.own_files import is_there
from gcbulk.service.run_record import Stage, kept
from gcbulk.service.submission_journal import known_submissions, told_submissions
from gcbulk.sheets import CheckedSubmissions
from gcbulk.wording import counted

_DEFAULTS = SubmitOptions()


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


def submit_file(
    path: Path,
    checked: CheckedSubmissions,
    service: Service,
    place: Place,
    *,
    options: SubmitOptions = _DEFAULTS,
    confirm: Callable[[Sequence[str]], bool],
    watch: SubmissionWatch = unwatched,
) -> Result:
    """Send what has to be sent, and write the report.

    Args:
        path: the file.
        checked: its rows.
        service: where to.
        place: where the report goes.
        options: what is sent, and how.
        confirm: asked once, with the plan in words, before anything is sent.
        watch: called now and then with how far it is.

    Returns:
        How it ended; exit code 2 where the file has an error that belongs to no row, or no rows: nothing was sent.

    Raises:
        SettingsError: it was not confirmed.
        LockedError: another run submits for the same app; no request was sent.
        JournalError: the journal cannot be used.
    """
    place.require(path)
    if checked.file_errors:
        found = check_submissions_file(path, checked, place)
        return replace(found, notes=(*found.notes, "Nothing was sent: the file as a whole has to be fixed first."))
    if checked.is_empty:
        return nothing_to_send(checked.issues, reporting.submissions_text(checked))
    with exclusive(service, checked):
        plan = make_submission_plan(checked, service, options)
        told = (*reporting.sheets_text(checked), *reporting.submission_plan_text(plan))
        if plan.requests and not confirm(told):
            raise SettingsError("Nothing was sent: it was not confirmed.")
        ran = send(plan, service, options, source=str(path.resolve()), watch=watch)
        lines = lines_after(plan, ran, service.settings.journal)
    requests = service.requests
    ended = _result(
        path,
        checked,
        lines,
        place,
        stopped=ran.stopped,
        requests=requests,
        unstored=ran.unstored,
        refused=ran.refused,
        facts=submission_facts(plan),
    )
    return replace(ended, notes=(*ended.notes, *reporting.sheets_text(checked)))


def report_submissions_file(
    path: Path, checked: CheckedSubmissions, journal: Path, place: Place, options: SubmitOptions = _DEFAULTS
) -> Result:
    """Make the report of the file's last run again, from the journal alone.

    Raises:
        SettingsError: the journal knows of no such run of this file.
    """
    if not is_there(journal):
        raise SettingsError(f"There is no journal at {journal}; name the one that was used with --journal.")
    with closing(JournalFile(journal)) as file:
        run = last_run(file.runs(), path, journal, verbs=(checked.kind,))
        plan, facts = _plan_of(run, checked, file, options)
        lines = run_lines(plan, file, run.id)
        refused = kept(file, run.id, Stage.REPORTED) is not None
    stopped = run.stopped if run.is_over else CUT_OFF
    return _result(path, checked, lines, place, stopped=stopped, requests=0, refused=refused, facts=facts)


def _plan_of(
    run: Run, checked: CheckedSubmissions, file: JournalFile, options: SubmitOptions
) -> tuple[SubmissionPlan, list[tuple[str, str]]]:
    """What a run meant to do, and what is to be said where the file has been edited since."""
    record = kept(file, run.id, Stage.MEANT)
    before = history_of(known_submissions(file, scope=run.scope, verb=checked.kind, last=run.id - 1))
    made_with = replace(options, **record["options"]) if record is not None else options
    plan = folded(checked, before, made_with, None)
    same = as_meant(plan, record) if record is not None else None
    facts = [(label, text) for label, text in record.get("facts", ())] if record is not None else []
    if same is not None:
        return same, facts
    missing = gone(plan, told_submissions(file, run.id))
    if (live := not_live(plan, file, run.id)) is not None:
        plan = folded(checked, before, made_with, live)
    gone_since = (
        [("Not in the file any more", f"{counted(missing, 'submission')} that the run was about")] if missing else []
    )
    return plan, [*facts, *gone_since]


def lines_after(plan: SubmissionPlan, ran: Ran, journal: Path) -> pd.DataFrame:
    """The lines of a run's report, right after it.

    Args:
        plan: what the run meant to do.
        ran: how it ended.
        journal: the journal's file.

    Raises:
        JournalError: the journal cannot be read any more, though something was sent; exit code 7.
    """
    if ran.lines is not None:
        return ran.lines
    try:
        if ran.unstored:  # what stands at its path may be another one by now
            raise JournalError(f"The journal {journal} cannot be read.")
        with closing(JournalFile(journal, examined=False)) as file:
            return run_lines(plan, file, ran.run, unsaved=ran.unsaved)
    except JournalError as error:
        told = JournalError(
            f"{error} {ran.stopped or 'Everything was sent.'} What became of each row stands in the journal alone: "
            "when it can be read again, gcbulk report makes the report."
        )
        told.exit_code = 7
        raise told from error


def _result(
    path: Path,
    checked: CheckedSubmissions,
    lines: pd.DataFrame,
    place: Place,
    *,
    stopped: str | None,
    requests: int,
    unstored: bool = False,
    refused: bool = False,
    facts: Sequence[tuple[str, str]] = (),
) -> Result:
    sheet = ReportSheet.SCORES if checked.kind is SubmissionKind.SCORES else ReportSheet.SUBMIT
    written = write_report(path, lines, place, sheet=sheet, facts=facts, read_as=checked.book.digest)
    return Result(
        rows=len(lines),
        outcomes=reporting.summarise(lines),
        issues=checked.issues,
        requests=requests,
        report=written.report,
        exit=written.exit(run_exit(lines, stopped, refused=refused), unstored=unstored),
        notes=(*reporting.push_text(lines, stopped), *written.notes),
    )
