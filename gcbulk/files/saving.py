"""Where a report is saved, and where it goes when it cannot be saved there.

The input is never lost: it is either replaced by a finished copy or left alone. A file that belongs to the user
(`own_files`) is never overwritten, whatever its name. If a report cannot be saved where it was wanted, it goes beside
the input, and if that fails too, into the rescue folder.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from gcbulk.errors import SettingsError, WorkbookError
from gcbulk.files.atomic import OWNER, beginning, write_whole
from gcbulk.files.own_files import NotOursError, OwnFiles, digest_of, names_for, write_ours
from gcbulk.files.report_csv import write_report_csv
from gcbulk.files.report_sheet import add_report_sheet, overflows, write_report_workbook
from gcbulk.files.targets import require_file, require_no_other
from gcbulk.records import Report, ReportSheet

WORKBOOKS = (".xlsx", ".xlsm")
"""The formats that can hold a report sheet."""

_WRITABLE_BITS = 0o222
_FULL = (errno.ENOSPC, errno.EDQUOT)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_RUNS = (ReportSheet.PUSH, ReportSheet.SUBMIT, ReportSheet.SCORES)  # a text file holds rows for one of them
_ENTRIES = "written"  # the folder of the state folder that says which files are ours


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a report was saved.

    Args:
        path: the file that holds it.
        rescued: whether that is another file than the one asked for.
        reason: why it is elsewhere, in plain words; None when it is where it usually is.
        lines_path: the CSV with every line, where the sheet could not hold them all.
    """

    path: Path
    rescued: bool = False
    reason: str | None = None
    lines_path: Path | None = None


def report_path(
    source: Path | None, destination: Path | None = None, sheet: str = ReportSheet.PUSH, *, name: str = "--report"
) -> Path:
    """Say where a report is to go, so that an impossible wish is known before anything is sent.

    Args:
        source: the input; None where there is none, and a destination has to be given.
        destination: where the report was asked for, or None for its usual place.
        sheet: the name of the report's sheet.
        name: what the user calls the destination.

    Returns:
        The input itself for a workbook, ``<name>.report.csv`` beside it for another input (``<name>.check.csv`` for a
        check, ``<name>.plan.csv`` for a plan), or the destination.

    Raises:
        WorkbookError: the destination is of a format that the report cannot have, or would overwrite the input.
    """
    if destination is None:
        assert source is not None, "a report on nothing has a destination"
        return source if _is_workbook(source) else _lines_beside(source, sheet)
    kind = destination.suffix.lower()
    if kind not in (*WORKBOOKS, ".csv"):
        raise _bad_destination(f"{name} {destination}: a report is saved as .xlsx, .xlsm or .csv. Choose one of these.")
    try:
        require_no_other(destination, name)
    except SettingsError as error:
        raise _bad_destination(str(error)) from error
    if source is None:
        return destination
    if kind in WORKBOOKS and kind != _workbook_suffix(source):
        raise _bad_destination(
            f"{name} {destination}: the report on {source.name} cannot be saved as {kind}, because Excel opens it "
            f"only under the ending that fits its content. Choose a name that ends in {_workbook_suffix(source)}."
        )
    if not _is_same(source, destination):
        return destination
    if not _is_workbook(source) or kind == ".csv":
        raise _bad_destination(f"{name} {destination} is the input itself. Choose another name for the report.")
    return source


def require_report(source: Path | None, destination: Path | None) -> None:
    """Know of an impossible wish before anything is sent.

    Args:
        source: the input, None where there is none.
        destination: where the report was asked for, None for its usual place, from which it may be rescued.

    Raises:
        WorkbookError: no report on this input can be written there.
    """
    if destination is None:
        return
    report_path(source, destination)
    try:
        require_file(destination, "--report")
    except SettingsError as error:
        raise _bad_destination(str(error)) from error


def _is_same(source: Path, destination: Path) -> bool:
    """Whether both paths lead to one file: by links, hard links, or names that the disk does not tell apart."""
    try:
        return destination.resolve() == source.resolve() or destination.samefile(source)
    except (OSError, RuntimeError):
        return False


def save_report(
    source: Path | None,
    report: Report,
    *,
    destination: Path | None = None,
    rescue_dir: Path,
    own: OwnFiles | None = None,
    read_as: str | None = None,
) -> Saved:
    """Save a report, if need be beside the place it was meant for.

    Args:
        source: the input. A workbook gets the report's sheet; if it is not there (the rows came from
            frames), a workbook with nothing but the report is made.
        report: what to save.
        destination: another file: a copy of the workbook with the sheet, or a CSV.
        rescue_dir: the folder for a report that can be saved nowhere else; made if need be.
        own: which files are ours; None for what is kept beside that folder.
        read_as: the digest of the workbook when its rows were read (`Book.digest`); one that has changed since does
            not get the report. None where that is not known.

    Returns:
        Where the report is now. Under a free name beside a file of the user's it is not rescued, unless it was asked
        for by that file's name.

    Raises:
        WorkbookError: it could be saved nowhere.
    """
    own = own or own_files(rescue_dir.parent)
    try:
        target = report_path(source, destination, report.sheet)
        if target == source:
            return _save_into(source, report, own, read_as)
        refuse_if_open(target)
        saved = _save(source, report, target, own, read_as=read_as)
        return replace(saved, rescued=destination is not None and saved.path != target)
    except (OSError, WorkbookError) as error:
        wanted = destination or source or Path("report.csv")
        return _rescue(report, wanted, rescue_dir, reason=_reason(wanted, error))


def own_files(state_dir: Path) -> OwnFiles:
    """Which files are ours, as a state folder knows it.

    Args:
        state_dir: the folder of the journal that is used, so that who keeps the one keeps the other.
    """
    return OwnFiles(state_dir / _ENTRIES)


def _save_into(source: Path, report: Report, own: OwnFiles, read_as: str | None) -> Saved:
    """Work the report into the workbook that it is about."""
    refuse_if_open(source)
    lines_path = _all_lines(report, source, own, source)
    before = digest_of(source)

    def ready(content: Path) -> None:
        """Note the input as ours just before it is replaced, unless it has changed since it was read."""
        if digest_of(source) != before:
            raise NotOursError
        own.note(source, _source_of(source, "the input"), content=content, before=before)

    _refuse_if_changed(source, own, read_as)
    try:
        write_whole(source, _writer(source, report), ready=ready)
    except NotOursError:
        raise _changed() from None
    return Saved(source, lines_path=lines_path)


def _refuse_if_changed(source: Path, own: OwnFiles, read_as: str | None) -> None:
    """Leave a workbook alone that has other rows by now than those that the report is about."""
    if read_as is not None and source.exists() and not own.is_as_read(source, read_as):
        raise _changed()


def _changed() -> WorkbookError:
    return WorkbookError(
        "it was changed or replaced after its rows were read, so the report may be about other rows than it has now",
        code="workbook-changed",
    )


def _save(
    source: Path | None,
    report: Report,
    target: Path,
    own: OwnFiles,
    *,
    read_as: str | None = None,
) -> Saved:
    """Write the report into a file of its own."""
    if target.suffix.lower() == ".csv":
        write: Callable[[BinaryIO], None] = partial(write_report_csv, report=report)
        lines_path = None
    else:
        if source is not None and _is_workbook(source):
            _refuse_if_changed(source, own, read_as)  # the copy would hold other rows
        lines_path = _all_lines(report, target, own, source)
        write = _writer(source, report)
    path = write_ours(target, write, own, source=_source_of(source, report.sheet))
    why = None if path == target else f"{target.name} was left as it is: gcbulk did not write it, or not as it is now"
    return Saved(path, reason=why, lines_path=lines_path)


def _source_of(source: Path | None, what: str) -> str:
    """What a file is made from: what it holds, and the input."""
    return f"{what} of {os.path.realpath(source) if source is not None else 'nothing'}"


def _writer(source: Path | None, report: Report) -> Callable[[BinaryIO], None]:
    """What writes the workbook: a copy of the input with the sheet, or the sheet alone."""
    if source is None or not _is_workbook(source) or not source.exists():
        return partial(write_report_workbook, report=report)

    def write(out: BinaryIO) -> None:
        """Copy the input with the sheet in it."""
        with source.open("rb") as stream:
            add_report_sheet(stream, out, report)

    return write


def _lines_beside(path: Path, sheet: str) -> Path:
    """The text file of a report: that of a check or a plan never takes the place of a run's."""
    kind = "report" if sheet in _RUNS else sheet.removeprefix("gcbulk ")
    return path.with_name(f"{path.stem}.{kind}.csv")


def _all_lines(report: Report, workbook: Path, own: OwnFiles, source: Path | None) -> Path | None:
    """The CSV beside a workbook whose sheet cannot hold every line."""
    if not overflows(report):
        return None
    write = partial(write_report_csv, report=report)
    what = _source_of(source, f"every line of {report.sheet}")
    return write_ours(_lines_beside(workbook, report.sheet), write, own, source=what)


def _rescue(report: Report, wanted: Path, rescue_dir: Path, *, reason: str) -> Saved:
    """Save the report on its own, beside the wanted file or in the rescue folder."""
    kind = ".xlsx" if wanted.suffix.lower() in WORKBOOKS else ".csv"
    for folder, mode in ((wanted.absolute().parent, None), (rescue_dir, OWNER)):
        try:
            if folder is rescue_dir:
                folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # its mode would not be the folder's
                folder.mkdir(mode=0o700, exist_ok=True)
            path = free_name(folder, f"{beginning(wanted.stem)}.gcbulk-report", kind)
            return Saved(path, rescued=True, reason=reason, lines_path=_save_alone(report, path, mode=mode))
        except OSError as error:
            last = error
    failure = WorkbookError(
        f"The report could not be saved: {reason}; and beside it and in {rescue_dir} neither ({_words(last)}). "
        "Nothing is lost, the journal has it all: make room or close the file, then run gcbulk report.",
        code="report-not-saved",
    )
    failure.exit_code = 5
    raise failure


def _save_alone(report: Report, path: Path, *, mode: int | None) -> Path | None:
    """Write a report under a free name; the CSV with every line, where the sheet could not hold them all."""
    if path.suffix == ".csv":
        write_whole(path, partial(write_report_csv, report=report), mode=mode)
        return None
    beside = _lines_beside(path, report.sheet)
    lines_path = free_name(path.parent, beside.stem, ".csv") if overflows(report) else None
    if lines_path is not None:
        write_whole(lines_path, partial(write_report_csv, report=report), mode=mode)
    write_whole(path, partial(write_report_workbook, report=report), mode=mode)
    return lines_path


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """A name that no file has, so that nothing that was saved earlier is written over.

    Args:
        folder: where the file is to go.
        stem: the name without its ending.
        suffix: the ending.

    Returns:
        The stem itself if it is free, else the first free one with -2, -3, ...
    """
    return next(path for path in names_for(folder / f"{stem}{suffix}") if not os.path.lexists(path))


def refuse_if_open(path: Path) -> None:
    """Leave a file alone that somebody has open or that is marked read-only.

    Args:
        path: the file that is to be replaced.

    Raises:
        WorkbookError: it is open or read-only, and how to tell.
    """
    for mark, program in ((f"~${path.name}", "Excel"), (f".~lock.{path.name}#", "LibreOffice")):
        if os.path.exists(path.with_name(mark)):  # noqa: PTH110 - Path's raises for a name that is too long
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
