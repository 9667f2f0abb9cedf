"""The rows that did not go through, as a workbook of their own that can be fixed and pushed again.

It has the sheets and columns of the input, with only these rows in them; cells that the check found wrong are marked.
Numbers stay numbers and text stays text, whatever it looks like. People fix their rows in this file and save it under
the same name, so it is replaced or removed only if it is still as we wrote it (`own_files`).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gcbulk.errors import WorkbookError
from gcbulk.files.cell_text import looks_like_formula, sheet_text
from gcbulk.files.own_files import NO_FILES, OwnFiles, names_for, write_ours
from gcbulk.files.saving import refuse_if_open
from gcbulk.records import CellProblem, RawSheet, Severity
from gcbulk.sheets import Checked, Layout, rows_changed

RowRef = tuple[str, int]
"""Sheet and row."""

_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_HEADER_FILL = PatternFill("solid", fgColor="17324D")
_WRONG_FILL = PatternFill("solid", fgColor="FCE3E1")
_TOP = Alignment(vertical="top", wrap_text=True)
_WIDTH = 26
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in a sheet's name; a text file's name can hold them
_LONGEST_NAME = 31
_FIRST_YEAR = 1900  # what Excel's calendar begins with


def save_failed(checked: Checked, rows: Collection[RowRef], path: Path, own: OwnFiles = NO_FILES) -> Path | None:
    """Save the rows that did not go through.

    Args:
        checked: the file as it was understood.
        rows: sheet and row of each; the row of a text brings that of its thing along.
        path: where to; a name beside it is taken when somebody has that file open, or it belongs to the user.
        own: which files are ours.

    Returns:
        Where they are, or None when there are none; an older file of ours is removed then, so that nobody fixes
        what is done.

    Raises:
        WorkbookError: it cannot be saved; the report names them all the same.
    """
    source = f"failed rows of {os.path.realpath(checked.book.path or '')}"
    chosen = frozenset((sheet, int(row)) for sheet, row in rows) & _known(checked) - _moved(checked)
    if not chosen:
        _remove(path, own, source)
        return None
    write = partial(_write, checked=checked, rows=(chosen | _parents(checked, chosen)) - _moved(checked))
    try:
        name = next(name for name in names_for(path) if not _is_open(name))
        return write_ours(name, write, own, source=source)
    except OSError as error:
        raise WorkbookError(
            f"{path.name} with the rows to fix could not be saved ({error.strerror or error}); "
            "the report names them. Make room or close the file, then run gcbulk report.",
            code="failed-not-saved",
        ) from None


def _is_open(path: Path) -> bool:
    """Whether somebody has it open, or it is read-only."""
    try:
        refuse_if_open(path)
    except WorkbookError:
        return True
    return False


def _remove(path: Path, own: OwnFiles, source: str) -> None:
    """Remove older files of ours that nobody has open."""
    with suppress(OSError):
        for name in takewhile(os.path.lexists, names_for(path)):
            if own.is_ours(name, source) and not _is_open(name):
                own.remove(name)


def _known(checked: Checked) -> frozenset[RowRef]:
    """Sheet and row of the records; lines of a report can be about others, such as a row of totals."""
    return frozenset(
        (sheet, int(row))
        for frame in checked.frames.values()
        for sheet, row in zip(frame["sheet"], frame.index, strict=True)
    )


def _moved(checked: Checked) -> frozenset[RowRef]:
    """Rows of a text file whose cells moved: in a workbook nothing would show that they are not what was meant."""
    sheets = [sheet.name for sheet in checked.book.sheets if sheet.form is not None]
    return frozenset((sheet, int(row)) for sheet in sheets for row in rows_changed(checked.issues))


def _parents(checked: Checked, rows: Collection[RowRef]) -> frozenset[RowRef]:
    """The rows of the things that some texts belong to."""
    row_refs: set[RowRef] = set()
    for kind in checked.kinds:
        texts, things, key = checked.texts(kind), checked.things(kind), kind.things.key
        lines = zip(texts["sheet"], texts.index, texts[key], strict=True)
        wanted = {own for sheet, row, own in lines if (sheet, int(row)) in rows}
        first = things[~things[key].duplicated()]
        parents = first[first[key].isin(list(wanted))]
        row_refs.update((sheet, int(row)) for sheet, row in zip(parents["sheet"], parents.index, strict=True))
    return frozenset(row_refs)


def _write(out: BinaryIO, checked: Checked, rows: Collection[RowRef]) -> None:
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
    book: Workbook, sheet: RawSheet, table: Layout, rows: Sequence[int], wrong: Collection[tuple[str, int, str]]
) -> None:
    """Write one sheet: its headers as they are, then the rows."""
    page = book.create_sheet(_FORBIDDEN.sub("_", sheet.name)[:_LONGEST_NAME])
    page.freeze_panes = "A2"
    for number in range(1, len(sheet.cells.columns) + 1):
        page.column_dimensions[get_column_letter(number)].width = _WIDTH
    headers = [_shown(value) for value in next(sheet.take([table.header_row]))]
    page.append([_header(page, value) for value in headers])
    for row, values in zip(rows, sheet.take(rows), strict=True):
        marks = [(sheet.name, row, str(header)) in wrong for header in headers]
        page.append([_cell(page, _shown(value), mark) for value, mark in zip(values, marks, strict=True)])


def _wrong_cells(checked: Checked) -> frozenset[tuple[str, int, str]]:
    """Sheet, row and header of the cells that have an error."""
    issues = checked.row_issues
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
