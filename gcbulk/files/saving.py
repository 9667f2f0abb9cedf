"""Where a report goes, and where it goes instead when it cannot go there.

What comes in: the path of the input, a report and, if asked for, another destination. What goes out: the path that
holds the report now. The input is never lost: it is replaced by a finished copy or left as it is. A report that
cannot go where it should goes beside the input, and if that fails too, into the rescue folder.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from gcbulk.errors import WorkbookError
from gcbulk.files.atomic import OWNER, write_whole
from gcbulk.files.report_csv import write_report_csv
from gcbulk.files.report_sheet import add_report_sheet, overflows, write_report_workbook
from gcbulk.records import Report

WORKBOOKS = (".xlsx", ".xlsm")
"""The formats that can hold a report sheet."""

_WRITABLE_BITS = 0o222
_FULL = (errno.ENOSPC, errno.EDQUOT)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a report was saved.

    Args:
        path: the file that holds it.
        rescued: whether that is another file than the one asked for.
        reason: why, in plain words; None when it was not rescued.
        lines_path: the CSV with every line, where the sheet could not hold them all.
    """

    path: Path
    rescued: bool = False
    reason: str | None = None
    lines_path: Path | None = None


def report_path(source: Path | None, destination: Path | None = None, sheet: str = "gcbulk report") -> Path:
    """Say where a report is to go, so that an impossible wish is known before anything is sent.

    Args:
        source: the input; None where there is none, and a destination has to be given.
        destination: where the report was asked for, or None for its usual place.
        sheet: the name of the report's sheet.

    Returns:
        The input itself for a workbook, ``<name>.report.csv`` beside it for another input (``<name>.plan.csv`` for a
        plan), or the destination.

    Raises:
        WorkbookError: the destination is of a format that the report cannot have, or would overwrite the input.
    """
    if destination is None:
        assert source is not None, "a report on nothing has a destination"
        return source if _is_workbook(source) else _lines_beside(source, sheet)
    kind = destination.suffix.lower()
    if kind not in (*WORKBOOKS, ".csv"):
        raise _bad_destination(f"{destination.name}: a report is saved as .xlsx, .xlsm or .csv. Choose one of these.")
    if source is None:
        return destination
    if kind in WORKBOOKS and kind != _workbook_suffix(source):
        raise _bad_destination(
            f"{destination.name}: the report on {source.name} cannot be saved as {kind}, because Excel opens it "
            f"only under the ending that fits its content. Choose a name that ends in {_workbook_suffix(source)}."
        )
    if not _is_workbook(source) and destination.resolve() == source.resolve():
        raise _bad_destination(f"{destination.name} is the input itself. Choose another name for the report.")
    return destination


def save_report(source: Path | None, report: Report, *, destination: Path | None = None, rescue_dir: Path) -> Saved:
    """Save a report, if need be beside the place it was meant for.

    Args:
        source: the input. A workbook gets the report's sheet; if it is not there (the rows came from
            frames), a workbook with nothing but the report is made.
        report: what to save.
        destination: another file: a copy of the workbook with the sheet, or a CSV.
        rescue_dir: the folder for a report that can be saved nowhere else; made if need be.

    Returns:
        Where the report is now.

    Raises:
        WorkbookError: it could be saved nowhere.
    """
    try:
        target = report_path(source, destination, report.sheet)
        refuse_if_open(target)
        return _save(source, report, target)
    except (OSError, WorkbookError) as error:
        wanted = destination or source or Path("report.csv")
        return _rescue(report, wanted, rescue_dir, reason=_reason(wanted, error))


def _save(source: Path | None, report: Report, target: Path, *, mode: int | None = None) -> Saved:
    """Write the report where it is meant to go."""
    if target.suffix.lower() == ".csv":
        write_whole(target, partial(write_report_csv, report=report), mode=mode)
        return Saved(target)
    lines_path = _all_lines(report, target, mode=mode)
    write_whole(target, _writer(source or target, report), mode=mode)
    return Saved(target, lines_path=lines_path)


def _writer(source: Path, report: Report) -> Callable[[BinaryIO], None]:
    """What writes the workbook: a copy of the input with the sheet, or the sheet alone."""
    if not _is_workbook(source) or not source.exists():
        return partial(write_report_workbook, report=report)

    def write(out: BinaryIO) -> None:
        """Copy the input with the sheet in it."""
        with source.open("rb") as stream:
            add_report_sheet(stream, out, report)

    return write


def _lines_beside(path: Path, sheet: str) -> Path:
    """The text file of a report: a plan's never takes the place of a run's."""
    return path.with_name(f"{path.stem}.{sheet.removeprefix('gcbulk ')}.csv")


def _all_lines(report: Report, workbook: Path, *, mode: int | None) -> Path | None:
    """The CSV beside a workbook whose sheet cannot hold every line."""
    if not overflows(report):
        return None
    path = _lines_beside(workbook, report.sheet)
    write_whole(path, partial(write_report_csv, report=report), mode=mode)
    return path


def _rescue(report: Report, wanted: Path, rescue_dir: Path, *, reason: str) -> Saved:
    """Save the report on its own, beside the wanted file or in the rescue folder."""
    kind = ".xlsx" if wanted.suffix.lower() in WORKBOOKS else ".csv"
    for folder, mode in ((wanted.absolute().parent, None), (rescue_dir, OWNER)):
        try:
            if folder is rescue_dir:
                folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # its mode would not be the folder's
                folder.mkdir(mode=0o700, exist_ok=True)
            path = free_name(folder, f"{wanted.stem}.gcbulk-report", kind)
            saved = _save(path, report, path, mode=mode)
            return Saved(path, rescued=True, reason=reason, lines_path=saved.lines_path)
        except OSError as error:
            last = error
    failure = WorkbookError(
        f"The report could not be saved: {reason}; and beside it and in {rescue_dir} neither ({_words(last)}). "
        "Nothing is lost, the journal has it all: make room or close the file, then run gcbulk report.",
        code="report-not-saved",
    )
    failure.exit_code = 5
    raise failure


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """A name that no file has, so that nothing that was saved earlier is written over.

    Args:
        folder: where the file is to go.
        stem: the name without its ending.
        suffix: the ending.

    Returns:
        The stem itself if it is free, else the first free one with -2, -3, ...
    """
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


def refuse_if_open(path: Path) -> None:
    """Leave a file alone that somebody has open or that is marked read-only.

    Args:
        path: the file that is to be replaced.

    Raises:
        WorkbookError: it is open or read-only, and how to tell.
    """
    for mark, program in ((f"~${path.name}", "Excel"), (f".~lock.{path.name}#", "LibreOffice")):
        if path.with_name(mark).exists():
            raise WorkbookError(
                f"it is open in {program} (if it is not, delete the file {mark} beside it)", code="workbook-open"
            )
    if path.exists() and not path.stat().st_mode & _WRITABLE_BITS:
        raise WorkbookError("it is read-only", code="workbook-read-only")


def _reason(wanted: Path, error: OSError | WorkbookError) -> str:
    """Why the report did not go where it should, in plain words."""
    words = str(error) if isinstance(error, WorkbookError) else _words(error)
    return f"{wanted.name} was left as it is: {words}"


def _words(error: OSError) -> str:
    """A fault of the disk in plain words."""
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno in _DENIED:
        return "it, or its folder, may not be written to, or another program has it open"
    return error.strerror or str(error)


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() in WORKBOOKS


def _workbook_suffix(source: Path) -> str:
    """The ending that a workbook with the report on this input has to have."""
    return source.suffix.lower() if _is_workbook(source) else ".xlsx"


def _bad_destination(message: str) -> WorkbookError:
    return WorkbookError(message, code="report-destination")
