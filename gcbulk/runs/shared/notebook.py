"""The steps one by one, as a notebook or a batch job takes them.

Each takes what the step before returned, and is the same call that the command line makes.
"""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

import pandas as pd

from gcbulk import files, reporting
from gcbulk.environment import state_dir
from gcbulk.errors import SettingsError
from gcbulk.options import callback, flag, made_by, whole
from gcbulk.options import path as path_of
from gcbulk.planning import Plan
from gcbulk.records import OUTCOME_COLUMNS, Book, Report, ReportSheet, Wishes
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import execute_plan, make_plan
from gcbulk.runs.shared.showing import outcomes_shown, showing
from gcbulk.runs.shared.watching import Watch
from gcbulk.sheets import Checked


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
    wishes = Wishes(flag(reorder, "reorder"), flag(delete_missing, "delete_missing"))
    with showing(service):
        return make_plan(checked, service, wishes=wishes)


def push(plan: Plan, service: Service, *, watch: Watch | None = None, deletions: int = 0) -> pd.DataFrame:
    """Send what a plan says, and say of every row how it ended.

    Ctrl-C ends the run in good order: what is in flight ends, nothing new is sent, and the lines come back.

    Args:
        plan: what `plan` gave with this service.
        service: what `connect` gave.
        deletions: how many deletions you confirm; exactly ``plan.deletions``, or nothing is sent.
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
    deletions = whole(deletions, "deletions", least=0)
    service.examine()  # the plan may have been made hours ago
    with showing(service, bar=watch is None) as meter:
        finished = execute_plan(plan, service, watch=watch or outcomes_shown(meter, service), deletions=deletions)
    lines = reporting.outcome_lines(finished.outcomes, plan.checked.header)
    lines.attrs["stopped"] = finished.stopped
    lines.attrs["read"] = read_from(plan.checked.book)
    lines.attrs["journal"] = str(service.settings.journal)
    return lines


def write_report(
    path: str | PathLike[str], outcomes: pd.DataFrame, *, destination: str | PathLike[str] | None = None
) -> Path:
    """Write outcomes as the sheet ``gcbulk report`` (``gcbulk submit``, ``gcbulk scores``) into their workbook.

    Args:
        path: the workbook, or the text file, that was checked.
        outcomes: what `push` gave.
        destination: another file to write to; a text file's report goes to ``<name>.report.csv`` without it.

    Returns:
        The file that holds the report; another than asked for when that could not be written.

    Raises:
        SettingsError: an argument is not what it has to be.
        WorkbookError: no report can be written there.
    """
    source = path_of(path, "path")
    target = path_of(destination, "destination") if destination is not None else None
    if not isinstance(outcomes, pd.DataFrame) or not set(OUTCOME_COLUMNS) <= set(outcomes.columns):
        raise SettingsError("outcomes has to be the frame that gcbulk.push or gcbulk.submit gave.")
    sheet = _SHEETS.get(next(iter(outcomes["step"]), ""), ReportSheet.PUSH)
    files.report_path(source, target, sheet, name="destination")
    report = Report(summary=reporting.summary_lines(outcomes), lines=outcomes, sheet=sheet)
    of, digest = outcomes.attrs.get("read") or (None, None)
    read_as = digest if of == os.path.realpath(source) else None
    journal = outcomes.attrs.get("journal")
    home = state_dir()
    own = files.own_files(Path(journal).parent if journal is not None else home)
    rescue_dir = home / "rescued"
    return files.save_report(source, report, destination=target, rescue_dir=rescue_dir, own=own, read_as=read_as).path


def read_from(book: Book) -> tuple[str, str] | None:
    """The path that rows were read from and the digest that it had, so that a report goes into no other file."""
    if book.path is None or book.digest is None:
        return None
    return os.path.realpath(book.path), book.digest


_SHEETS = {"submission": ReportSheet.SUBMIT, "score": ReportSheet.SCORES}
"""The sheet of outcomes that are no push's, by their step."""
