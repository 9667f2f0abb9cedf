"""The verb submit: send players' progress or scores, for a notebook and for the command line.

Nothing is printed here, and any question to the user goes through ``confirm``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import CheckError, SettingsError
from gcbulk.options import IN_FLIGHT, OnDuplicateWord, PercentAsWord, SubmissionKindWord, callback, made_by
from gcbulk.runs.check import check_submissions, check_submissions_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.deferring import deferred_interrupts
from gcbulk.runs.shared.outcomes import for_notebook
from gcbulk.runs.shared.reading import SubmissionSource
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result, nothing_to_send
from gcbulk.runs.shared.showing import showing
from gcbulk.runs.shared.submission_queue import SubmissionWatch, no_progress
from gcbulk.runs.shared.submission_record import submission_facts
from gcbulk.runs.shared.submission_results import lines_after, submission_result
from gcbulk.runs.shared.submission_run import SubmitOptions, exclusive, make_submission_plan, send
from gcbulk.sheets import CheckedSubmissions

_DEFAULTS = SubmitOptions()


def submit(
    source: SubmissionSource | CheckedSubmissions,
    service: Service,
    *,
    kind: SubmissionKindWord | None = None,
    percent_as: PercentAsWord | None = None,
    timezone: str | None = None,
    sheet: str | None = None,
    column: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    on_duplicate: OnDuplicateWord = "highest",
    allow_lowering: bool = False,
    send_zero: bool = False,
    max_in_flight: int = IN_FLIGHT,
    max_requests: int | None = None,
    stop_at: datetime | None = None,
    watch: SubmissionWatch | None = None,
) -> pd.DataFrame:
    """Send players' progress or scores, and say of every row how it ended; what was sent before is not sent again.

    Ctrl-C ends the run in good order: what is in flight ends, nothing new is sent, and the lines come back.

    Args:
        source: the file's path, a frame, or what `check_submissions` gave.
        service: what `connect` gave.
        kind: as for `check_submissions`, and so are the next six; only for a source that is not checked yet.
        percent_as: see there.
        timezone: see there.
        sheet: see there.
        column: see there.
        encoding: see there.
        delimiter: see there.
        on_duplicate: as for `plan_submissions`, and so are the next two.
        allow_lowering: see there.
        send_zero: see there.
        max_in_flight: requests at the same time, from 1 to 100.
        max_requests: submissions to send at most, 1 or more; run it again to go on.
        stop_at: when to stop, with its time zone; run it again to go on.
        watch: what shows the progress: called now and then with a `Progress`. What it raises is raised again, when
            everything that was in flight has ended and is in the journal. None for a bar in a notebook, and nothing
            in a script.

    Returns:
        One line per row.

        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ... ``attrs["stopped"]`` says why the run ended early;
        None when it came to its end. `write_report` writes them into a file.

    Raises:
        SettingsError: an option has a value that is not allowed; nothing was sent.
        CheckError: the file has an error that belongs to no row, so nothing of it may be sent.
        LockedError: another run submits for the same app.
        JournalError: the journal cannot be used.
        ServiceError: the service cannot be reached.
    """
    made_by("connect", Service, service, "service")
    if watch is not None:
        callback(watch, "watch")
    options = SubmitOptions(on_duplicate, allow_lowering, send_zero, max_in_flight, max_requests, stop_at)
    if not isinstance(source, CheckedSubmissions):
        source = check_submissions(
            source,
            kind=kind,
            bundle_id=service.settings.bundle_id,
            percent_as=percent_as,
            timezone=timezone,
            sheet=sheet,
            column=column,
            encoding=encoding,
            delimiter=delimiter,
        )
    with showing(service, bar=watch is None) as meter:
        return _submitted(source, service, options, watch or meter or no_progress)


def submit_file(
    path: Path,
    checked: CheckedSubmissions,
    service: Service,
    target: ReportTarget,
    *,
    options: SubmitOptions = _DEFAULTS,
    confirm: Callable[[Sequence[str]], bool],
    watch: SubmissionWatch = no_progress,
) -> Result:
    """Send what has to be sent, and write the report.

    Args:
        path: the file.
        checked: its rows.
        service: where to.
        target: where the report goes.
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
    target.require(path)
    service.require_writable()
    if checked.file_errors:
        refused = check_submissions_file(path, checked, target)
        return replace(refused, notes=(*refused.notes, "Nothing was sent: the file as a whole has to be fixed first."))
    if checked.is_empty:
        return nothing_to_send(checked.issues, reporting.submissions_text(checked))
    with exclusive(service, checked):
        plan = make_submission_plan(checked, service, options)
        question = (*reporting.sheets_text(checked), *reporting.submission_plan_text(plan))
        if plan.requests and not confirm(question):
            raise SettingsError("Nothing was sent: it was not confirmed.")
        ran = send(plan, service, options, source=path, watch=watch)
        lines = lines_after(plan, ran, service.settings.journal)
    requests = service.requests
    ended = submission_result(
        path,
        checked,
        lines,
        target,
        stopped=ran.stopped,
        requests=requests,
        unstored=ran.unstored,
        refused=ran.refused,
        facts=submission_facts(plan),
    )
    return replace(ended, notes=(*ended.notes, *reporting.sheets_text(checked)))


def _submitted(
    checked: CheckedSubmissions, service: Service, options: SubmitOptions, watch: SubmissionWatch
) -> pd.DataFrame:
    if checked.file_errors:
        text = "\n".join(issue.message for issue in checked.file_errors)
        raise CheckError(f"Nothing can be sent while the file has this problem:\n{text}")
    with deferred_interrupts(service.session.stop), exclusive(service, checked):
        plan = make_submission_plan(checked, service, options)
        ran = send(plan, service, options, source=checked.book.path, watch=watch)
        lines = lines_after(plan, ran, service.settings.journal)
    return for_notebook(lines, checked.book, service.settings.journal, stopped=ran.stopped)
