"""The rows that did not go through, as a workbook of their own, ready to be mended and pushed again.

What comes in: the checked file and the places of those rows. What goes out: a workbook with the input's own sheets
and columns and just these rows; cells that the check found wrong are marked. Numbers stay numbers and text stays
text, whatever it looks like.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gcbulk.errors import WorkbookError
from gcbulk.files.atomic import write_whole
from gcbulk.files.cell_text import looks_like_formula, sheet_text
from gcbulk.files.saving import free_name, refuse_if_open
from gcbulk.records import CellProblem, RawSheet, Severity
from gcbulk.sheets import Checked, Table

Place = tuple[str, int]
"""Sheet and row."""

_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_HEADER_FILL = PatternFill("solid", fgColor="17324D")
_WRONG_FILL = PatternFill("solid", fgColor="FCE3E1")
_TOP = Alignment(vertical="top", wrap_text=True)
_WIDTH = 26
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in a sheet's name; a text file's name can hold them
_LONGEST_NAME = 31
_FIRST_YEAR = 1900  # what Excel's calendar begins with


def save_failed(checked: Checked, rows: Collection[Place], path: Path) -> Path | None:
    """Save the rows that did not go through.

    Args:
        checked: the file as it was understood.
        rows: sheet and row of each; the row of a localization brings that of its achievement along.
        path: where to; a name beside it is taken when somebody has that file open.

    Returns:
        Where they are, or None when there are none; an older file at `path` is taken away then, so that nobody mends
        what is done.

    Raises:
        WorkbookError: it cannot be saved; the report names the rows all the same.
    """
    chosen = frozenset((sheet, int(row)) for sheet, row in rows) & _known(checked)
    if not chosen:
        _remove(path)
        return None
    write = partial(_write, checked=checked, rows=chosen | _parents(checked, chosen))
    try:
        refuse_if_open(path)
        write_whole(path, write)
    except (OSError, WorkbookError):
        return _save_beside(path, write)
    return path


def _save_beside(path: Path, write: partial[None]) -> Path:
    """Save under another name in the same folder."""
    other = free_name(path.parent, path.stem, path.suffix)
    try:
        write_whole(other, write)
    except OSError as error:
        raise WorkbookError(
            f"{path.name} with the rows to mend could not be saved ({error.strerror or error}); "
            "the report names them. Make room or close the file, then run gcbulk report.",
            code="failed-not-saved",
        ) from None
    return other


def _remove(path: Path) -> None:
    """Take an older file away, unless somebody has it open."""
    try:
        refuse_if_open(path)
        path.unlink(missing_ok=True)
    except (OSError, WorkbookError):
        return


def _known(checked: Checked) -> frozenset[Place]:
    """The places of the records; lines of a report can be about others, such as a row of totals."""
    frames = (checked.achievements, checked.localizations)
    return frozenset(
        (sheet, int(row)) for frame in frames for sheet, row in zip(frame["sheet"], frame.index, strict=True)
    )


def _parents(checked: Checked, rows: Collection[Place]) -> frozenset[Place]:
    """The rows of the achievements that some localizations belong to."""
    localizations = checked.localizations
    places = zip(localizations["sheet"], localizations.index, localizations["vendor_identifier"], strict=True)
    wanted = {key for sheet, row, key in places if (sheet, int(row)) in rows}
    first = checked.achievements[~checked.achievements["vendor_identifier"].duplicated()]
    parents = first[first["vendor_identifier"].isin(list(wanted))]
    return frozenset((sheet, int(row)) for sheet, row in zip(parents["sheet"], parents.index, strict=True))


def _write(out: BinaryIO, checked: Checked, rows: Collection[Place]) -> None:
    """Write the workbook."""
    book = Workbook(write_only=True)
    wrong = _wrong_cells(checked)
    tables = {table.sheet: table for table in checked.tables}  # both kinds of one sheet share its header row
    for sheet in checked.book.sheets:
        if table := tables.get(sheet.name):
            numbers = sorted(row for name, row in rows if name == sheet.name)
            _write_sheet(book, sheet, table, numbers, wrong)
    book.save(out)


def _write_sheet(
    book: Workbook, sheet: RawSheet, table: Table, rows: Sequence[int], wrong: Collection[tuple[str, int, str]]
) -> None:
    """Write one sheet: its headers as they are, then the rows."""
    page = book.create_sheet(_FORBIDDEN.sub("_", sheet.name)[:_LONGEST_NAME])
    page.freeze_panes = "A2"
    for place in range(len(sheet.cells.columns)):
        page.column_dimensions[get_column_letter(place + 1)].width = _WIDTH
    headers = [_shown(value) for value in next(sheet.take([table.header_row]))]
    page.append([_header(page, value) for value in headers])
    for row, values in zip(rows, sheet.take(rows), strict=True):
        marks = [(sheet.name, row, str(header)) in wrong for header in headers]
        page.append([_cell(page, _shown(value), mark) for value, mark in zip(values, marks, strict=True)])


def _wrong_cells(checked: Checked) -> frozenset[tuple[str, int, str]]:
    """Sheet, row and header of the cells that have an error."""
    issues = checked.issues
    errors = issues[(issues["severity"] == str(Severity.ERROR)) & issues["row"].notna() & issues["column"].notna()]
    return frozenset(zip(errors["sheet"], errors["row"].astype(int), errors["column"], strict=True))


def _shown(value: object) -> object:
    """A raw value as a cell can hold it; what could not be read stays empty."""
    if value is None or isinstance(value, CellProblem) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, datetime | date) and (value.year < _FIRST_YEAR or getattr(value, "tzinfo", None)):
        return value.isoformat()
    if isinstance(value, str | bool | int | float | date | time | timedelta):
        return value
    return str(value)


def _header(page: object, value: object) -> WriteOnlyCell:
    """A cell of the header row."""
    cell = _cell(page, value, False)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    return cell


def _cell(page: object, value: object, wrong: bool) -> WriteOnlyCell:
    """A cell; its text is text and never a formula."""
    cell = WriteOnlyCell(page)
    if isinstance(value, str):
        cell.value = sheet_text(value)
        cell.data_type = "s"  # openpyxl takes "=1" for a formula and "#N/A" for an error
        cell.number_format = "@"
        cell.quotePrefix = looks_like_formula(value)
    else:
        cell.value = value
    cell.alignment = _TOP
    if wrong:
        cell.fill = _WRONG_FILL
    return cell
