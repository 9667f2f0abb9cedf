"""The verb check: read a file and report its problems. It sends nothing, so it must not load the service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gcbulk import __version__, reporting
from gcbulk.errors import WorkbookError
from gcbulk.options import CheckFormat, PercentAsWord, SubmissionKindWord, word
from gcbulk.records import Issue, ReportSheet, Severity
from gcbulk.reporting.annotations import annotated
from gcbulk.runs.shared.reading import (
    STEPS,
    AnyChecked,
    ReadOptions,
    Source,
    SubmissionSource,
    check_content,
    read_submissions,
)
from gcbulk.runs.shared.reports import ReportTarget, write_report
from gcbulk.runs.shared.results import Result
from gcbulk.sheets import Checked, CheckedSubmissions
from gcbulk.tables.issues import issues_of


def check(
    source: Source,
    *,
    sheet: Mapping[str, str] | None = None,
    column: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    locale: str | None = None,
) -> Checked:
    """Read and check achievements and localizations; nothing is sent.

    Args:
        source: the file's path, or frames by kind: ``{"achievements": frame, "localizations": frame}``. A frame's
            columns are the headers; its rows are numbered by its index if that is named ``row``, else from 2.
        sheet: which sheet holds which kind, where that is not clear: ``{"achievements": "Sheet 3"}``.
        column: which header means which column, where that is not clear: ``{"points": "Pts"}``; a column by its name
            or by a header that means it, and one header for several columns where it serves them.
        encoding: the encoding of a text file that is not UTF-8.
        delimiter: what separates the columns of a text file, where that is not clear.
        locale: the language of texts of which neither row nor header names one, such as ``en-US``.

    Returns:
        The rows by kind, and every problem with its sheet, row and column.

    Raises:
        WorkbookError: the file cannot be read as a table at all.
    """
    reading = ReadOptions(
        {} if sheet is None else sheet, {} if column is None else column, encoding, delimiter, locale=locale
    )
    return check_content(source, reading)


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
        The rows, and every problem with its sheet, row and column.

    Raises:
        SettingsError: an option has a value that is not allowed.
        WorkbookError: the file cannot be read as a table at all.
    """
    reading = ReadOptions({}, {} if column is None else column, encoding, delimiter, bundle_id, percent_as, timezone)
    return read_submissions(source, kind=kind, reading=reading, sheet=sheet)


def check_any_file(path: Path, checked: AnyChecked, target: ReportTarget) -> Result:
    """Say what is wrong with a file, in its report too; exit code 2 when there is an error."""
    if isinstance(checked, CheckedSubmissions):
        return check_submissions_file(path, checked, target)
    return check_file(path, checked, target)


def check_file(path: Path, checked: Checked, target: ReportTarget) -> Result:
    """Say what is wrong with a file, in its report sheet too.

    Exit code 2 when there is an error; warnings alone are 0.
    """
    written = write_report(
        path, reporting.check_lines(checked), target, sheet=ReportSheet.CHECK, read_as=checked.book.digest
    )
    return Result(
        rows=sum(len(frame) for frame in checked.frames.values()),
        outcomes={},
        issues=checked.issues,
        report=written.report,
        exit=written.exit(2 if not checked.ok else 0),
        notes=(*reporting.check_text(checked), *written.notes),
    )


def check_submissions_file(path: Path, checked: CheckedSubmissions, target: ReportTarget) -> Result:
    """Say what is wrong with a file of submissions, in its report too; exit code 2 when there is an error."""
    lines = reporting.submission_check_lines(checked, step=STEPS[checked.kind])
    written = write_report(path, lines, target, sheet=ReportSheet.CHECK, read_as=checked.book.digest)
    return Result(
        rows=len(checked.rows),
        outcomes={},
        issues=checked.issues,
        report=written.report,
        exit=written.exit(0 if checked.ok else 2),
        notes=(*reporting.submissions_text(checked), *written.notes),
    )


def check_annotations(ended: Result | WorkbookError, path: Path, form: str) -> str:
    """The problems of a check as a build server reads them.

    Args:
        ended: how the check ended, or why the file could not be read.
        path: the file, as the build knows it.
        form: one of `CheckFormat`.
    """
    chosen = word(CheckFormat, form, "format")
    if isinstance(ended, Result):
        issues = issues_of(ended.issues)
    else:
        issues = [Issue(None, None, None, ended.code, Severity.ERROR, str(ended))]
    return annotated(issues, path.as_posix(), chosen, version=__version__)
