"""The part of a sheet below its headers, every column sorted out once.

What comes in: a sheet and its table. What goes out: a `Body`, which answers what stands where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gcbulk.records import RawSheet
from gcbulk.sheets.cells import Cells, filled_positions, sort_out
from gcbulk.sheets.checked import Table
from gcbulk.sheets.columns import TEXTS


@dataclass(frozen=True, slots=True)
class Body:
    """The part of a sheet below the headers.

    Args:
        table: the table.
        rows: the spreadsheet's row numbers.
        cells: every column that means or holds something, by its place in the frame of cells.
        first: what stands in the header row, by the same places.
    """

    table: Table
    rows: np.ndarray
    cells: Mapping[int, Cells]
    first: Mapping[int, object]

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


def body_of(sheet: RawSheet, table: Table) -> Body:
    """The part of a sheet below the headers of a table.

    Args:
        sheet: the sheet.
        table: the table that was found on it.

    Returns:
        The body, its columns sorted out.
    """
    below = sheet.cells.iloc[table.place + 1 :]
    places = sorted({*table.positions.values(), *filled_positions(below)})
    cells = {position: sort_out(below.iloc[:, position]) for position in places}
    first = dict(enumerate(next(sheet.take([table.header_row]))))
    return Body(table, below.index.to_numpy(dtype=np.int64), cells, first)
