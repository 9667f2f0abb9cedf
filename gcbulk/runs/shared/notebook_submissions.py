"""Players' progress and scores from a notebook or a batch job: check, plan, submit.

Each takes a file, a frame or what the step before returned, and is the same call that the command line makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from typing import TypeAlias

import pandas as pd

from gcbulk.errors import CheckError
from gcbulk.options import OnDuplicateWord, PercentAsWord, SubmissionKindWord, callback, made_by
from gcbulk.planning.submissions import SubmissionPlan
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.deferring import deferred_interrupts
from gcbulk.runs.shared.notebook import read_from
from gcbulk.runs.shared.reading import Reading, read_submissions
from gcbulk.runs.shared.showing import showing
from gcbulk.runs.shared.submission_queue import SubmissionWatch, unwatched
from gcbulk.runs.shared.submission_run import SubmitOptions, exclusive, make_submission_plan, send
from gcbulk.runs.submit import lines_after
from gcbulk.service.sender import IN_FLIGHT
from gcbulk.sheets import CheckedSubmissions

SubmissionSource: TypeAlias = str | PathLike[str] | pd.DataFrame
"""A file's path, or a frame whose columns are the headers."""


def check_submissions(
    source: SubmissionSource,
    *,
    kind: SubmissionKindWord | None = None,
    bundle_id: str | None = None,
    percent_as: PercentAsWord | None = None,
    timezone: str | None = None,
    sheet: str | None = None,
    column: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> CheckedSubmissions:
    """Read and check players' progress or scores; nothing is sent.

    Args:
        source: the file's path, or a frame.
        kind: "submissions" for progress on achievements, "scores" for leaderboards; None to tell by the headers.
        bundle_id: the app of rows that name none.
        percent_as: what a bare 0.3 in a column of percentages means: "fraction" or "whole".
        timezone: the zone of dates that name none: ``Europe/Berlin``, ``UTC``, ``+02:00``.
        sheet: the sheet of a workbook that holds them, where that is not clear.
        column: which header means which column, where that is not clear: ``{"percentage_achieved": "Done"}``.
        encoding: the encoding of a text file that is not UTF-8.
        delimiter: what separates the columns of a text file, where that is not clear.

    Returns:
        The rows, and every problem with its place.

    Raises:
        SettingsError: an option has a value that is not allowed.
        WorkbookError: the file cannot be read as a table at all.
    """
    reading = Reading({}, {} if column is None else column, encoding, delimiter, bundle_id, percent_as, timezone)
    return read_submissions(source, kind=kind, reading=reading, sheet=sheet)


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
        return _submitted(source, service, options, watch or meter or unwatched)


def _submitted(
    checked: CheckedSubmissions, service: Service, options: SubmitOptions, watch: SubmissionWatch
) -> pd.DataFrame:
    if checked.file_errors:
        text = "\n".join(issue.message for issue in checked.file_errors)
        raise CheckError(f"Nothing can be sent while the file has this problem:\n{text}")
    path = checked.book.path
    with deferred_interrupts(service.session.stop), exclusive(service, checked):
        plan = make_submission_plan(checked, service, options)
        ran = send(plan, service, options, source=str(path.resolve()) if path else None, watch=watch)
        lines = lines_after(plan, ran, service.settings.journal)
    lines.attrs["stopped"] = ran.stopped
    lines.attrs["read"] = read_from(checked.book)
    lines.attrs["journal"] = str(service.settings.journal)
    return lines
