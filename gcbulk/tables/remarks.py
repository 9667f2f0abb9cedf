"""Warnings about records that look as if they were not meant to be sent: struck through or commented out.

Formatting is not an instruction, so such records are read and sent like all others; their author should know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gcbulk.records import CellNotes
from gcbulk.tables.issues import Batch

_ROW = "This row is struck through, and is read like all others. Delete it if it should not be sent."
_CELL = "{title} is struck through, and is read like all others. Delete the text if it should not be sent."
_PART = "A part of {title} is struck through; the whole text is read. Delete that part if it should not be sent."
_COMMENTED = (
    "This row begins with #, as a comment line of this sheet does, and is read like all others. Delete it if it should "
    "not be sent."
)


def struck_through(
    sheet: str, titles: Mapping[int, str], notes: CellNotes, rows: np.ndarray, records: np.ndarray
) -> Iterator[Batch]:
    """The remarks on records that are struck through: one for a whole row, else one for each cell.

    Args:
        sheet: the sheet's name.
        titles: the headers of the columns that mean something, by their positions.
        notes: what the workbook notes of the cells, by the same positions.
        rows: the spreadsheet's row numbers.
        records: which rows are records.
    """
    struck = {position: notes.struck[position] & records for position in sorted(titles) if position in notes.struck}
    partly = {
        position: notes.partly_struck[position] & records
        for position in sorted(titles)
        if position in notes.partly_struck
    }
    whole = np.zeros(len(rows), dtype=bool)
    if struck:
        whole = np.sum(list(struck.values()), axis=0) > 1  # one cell alone says nothing of its row
        yield from _batch(sheet, rows, whole, _ROW)
    for marked, message in ((struck, _CELL), (partly, _PART)):
        for position, at in marked.items():
            yield from _batch(
                sheet, rows, at & ~whole, message.format(title=titles[position]), titles[position], position
            )


def commented_rows(sheet: str, rows: np.ndarray) -> Batch:
    """The remark on records that begin with #, where a comment line of the same sheet does.

    Args:
        sheet: the sheet's name.
        rows: the spreadsheet's numbers of these records.
    """
    return Batch("commented-row", [_COMMENTED] * len(rows), rows=rows, sheet=sheet)


def _batch(
    sheet: str,
    rows: np.ndarray,
    where: np.ndarray,
    message: str,
    column: str | None = None,
    position: int = -1,
) -> Iterator[Batch]:
    """One remark on each of some rows, true for every record of the row."""
    if where.any():
        messages = [message] * int(where.sum())
        yield Batch("struck-through", messages, rows=rows[where], sheet=sheet, column=column, position=position)
