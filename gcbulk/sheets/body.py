"""The part of a sheet below its headers, every column sorted out once.

What comes in: a sheet and its table. What goes out: a `Body`, which answers what stands where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gcbulk.kinds.achievements import TEXTS
from gcbulk.records import CellNotes, Json, RawSheet
from gcbulk.tables.body import Layout, begins_comment
from gcbulk.tables.cells import Cells, filled_positions, sort_out


@dataclass(frozen=True, slots=True)
class Body:
    """The part of a sheet below the headers.

    Args:
        table: the table.
        rows: the spreadsheet's row numbers.
        cells: every column that means or holds something, by its place in the frame of cells.
        first: what stands in the header row, by the same places.
        notes: what a workbook notes of these cells, by the same places.
        comment_above: whether a line above the headers begins with #.
    """

    table: Layout
    rows: np.ndarray
    cells: Mapping[int, Cells]
    first: Mapping[int, object]
    notes: CellNotes = field(default_factory=CellNotes)
    comment_above: bool = False

    def column(self, name: str, locale: str | None = None) -> Cells | None:
        """The cells of a column, or None where the table has no such column."""
        position = self.table.positions.get((name, locale))
        return None if position is None else self.cells[position]

    def filled(self, *names: str) -> np.ndarray:
        """Which rows hold something in one of these columns, in whatever language."""
        return self._any(place for (name, _), place in self.table.positions.items() if name in names)

    def players_texts(self) -> np.ndarray:
        """Which rows hold a locale or a text that players read, in columns that stand once per row."""
        positions = self.table.positions
        return self._any(positions[name, None] for name in ("locale", *TEXTS) if (name, None) in positions)

    def anything(self) -> np.ndarray:
        """Which rows hold anything at all."""
        return self._any(self.cells)

    def meant(self) -> np.ndarray:
        """How many cells of each row are filled in columns that mean something."""
        count = np.zeros(len(self.rows), dtype=np.int64)
        for position in {*self.table.positions.values()}:
            count += self.cells[position].filled
        return count

    def _any(self, positions: Iterable[int]) -> np.ndarray:
        """Which rows hold something in any of some columns."""
        found = np.zeros(len(self.rows), dtype=bool)
        for position in positions:
            found |= self.cells[position].filled
        return found


def body_of(sheet: RawSheet, table: Layout) -> Body:
    """The part of a sheet below the headers of a table.

    Args:
        sheet: the sheet.
        table: the table that was found on it.

    Returns:
        The body, its columns sorted out.
    """
    below = sheet.cells.iloc[table.place + 1 :]
    places = sorted({*table.positions.values(), *filled_positions(below)})
    notes = _notes_of(sheet, table, places)
    cells = {position: sort_out(below.iloc[:, position], notes.shown.get(position)) for position in places}
    first = dict(enumerate(next(sheet.take([table.header_row]))))
    comment = any(begins_comment(values) for place, values in sheet.top(max(table.place, 0)) if place >= 0)
    return Body(table, below.index.to_numpy(dtype=np.int64), cells, first, notes, comment)


def _notes_of(sheet: RawSheet, table: Layout, places: Iterable[int]) -> CellNotes:
    """What a workbook notes of the cells below the headers, by their places in the frame of cells."""
    numbers = {place: int(sheet.cells.columns[place]) for place in places}

    def below(notes: Mapping[int, npt.NDArray[Json]]) -> dict[int, npt.NDArray[Json]]:
        return {place: notes[number][table.place + 1 :] for place, number in numbers.items() if number in notes}

    notes = sheet.notes
    return CellNotes(below(notes.struck), below(notes.partly_struck), below(notes.sums), below(notes.shown))
