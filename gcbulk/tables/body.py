"""Where a table stands in a file, and its rows or some of them, with the distinct contents of each column.

A part may be only some of the rows, because facts about the whole table may come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk.records import CellNotes, Json, RawSheet
from gcbulk.tables.contents import Contents, distinct


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table was found.

    Args:
        kind: the table's name, as its declaration has it.
        sheet: the sheet's name.
        header_row: the row number of its headers.
        header_index: the header row's position in the frame of cells, from 0; -1 for a header kept apart.
        columns: column -> header as the sheet has it. A sheet with Hidden has "hidden" here.
        languages: locale as the header has it -> column -> header, for ``Title (es-ES)`` and its like.
        positions: header's position in the frame of cells, from 0, by (column, locale or None).
        long: whether each row of the achievements holds a localization as well.
        locale: the language of texts of which neither row nor header names one, as the user said, or None.
        matrix: header's position in the frame of cells -> the header, of the columns of a matrix.
        alternatives: column -> the one that may stand in its place.
    """

    kind: str
    sheet: str
    header_row: int
    header_index: int
    columns: Mapping[str, str]
    languages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    positions: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    long: bool = False
    locale: str | None = None
    matrix: Mapping[int, str] = field(default_factory=dict)
    alternatives: Mapping[str, str] = field(default_factory=dict)

    def header(self, column: str, locale: str | None = None) -> str | None:
        """The header that a column has in this table.

        Args:
            column: the column's name; "show_before_earned" finds Hidden as well.
            locale: the language, for columns that stand once per language.

        Returns:
            The header as the sheet has it, or None.
        """
        one_language = self.languages.get(locale or "", {})
        alternative = self.alternatives.get(column, "")
        return one_language.get(column) or self.columns.get(column) or self.columns.get(alternative)


@dataclass(frozen=True, slots=True)
class Body:
    """Rows below the headers of a table: all of them, or a part.

    Args:
        layout: where the table stands.
        rows: the spreadsheet's row numbers.
        cells: the cells of these rows.
        contents: the contents of every column that means something, by its position in the frame of cells; where rows
            with unused columns alone are spoken of, of every column that holds something.
        header_cells: what stands in the header row, by the same positions.
        notes: what a workbook notes of these cells, by the same positions.
        percent: which cells hold a number that is shown as percent, by the same positions.
        hidden_rows: the numbers of hidden rows.
        comment_above: whether a line above the headers begins with #.
    """

    layout: Layout
    rows: np.ndarray
    cells: pd.DataFrame
    contents: Mapping[int, Contents]
    header_cells: Mapping[int, object]
    notes: CellNotes = field(default_factory=CellNotes)
    percent: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    comment_above: bool = False

    @property
    def matrix(self) -> list[Contents]:
        """The contents of the columns of a matrix, from left to right."""
        return [self.contents[position] for position in self.layout.matrix]

    def column(self, name: str, locale: str | None = None) -> Contents | None:
        """The contents of a column, or None where the table has no such column."""
        position = self.layout.positions.get((name, locale))
        return None if position is None else self.contents[position]

    def filled(self, *names: str) -> np.ndarray:
        """Which rows hold something in one of these columns, in whatever language."""
        return self.any_of(self.contents[at] for (name, _), at in self.layout.positions.items() if name in names)

    def meant(self) -> np.ndarray:
        """How many cells of each row are filled in columns that mean something."""
        count = np.zeros(len(self.rows), dtype=np.int64)
        for position in {*self.layout.positions.values()}:
            count += self.contents[position].filled
        return count

    def anything(self) -> np.ndarray:
        """Which rows hold anything in a column whose contents are here."""
        return self.any_of(self.contents.values())

    def any_of(self, columns: Iterable[Contents]) -> np.ndarray:
        """Which rows hold something in any of some columns."""
        filled = np.zeros(len(self.rows), dtype=bool)
        for contents in columns:
            filled |= contents.filled
        return filled

    def summed(self, position: int) -> np.ndarray:
        """Which rows hold a formula that sums up or counts other cells, in one column."""
        marks = self.notes.sums.get(position)
        return np.zeros(len(self.rows), dtype=bool) if marks is None else marks

    def in_percent(self, position: int) -> np.ndarray:
        """Which contents of a column are numbers that the sheet shows as percent; a column of text has none."""
        contents, mask = self.contents[position], self.percent.get(position)
        if mask is None or contents.texts is not None:
            return np.zeros(len(contents.cells.cell_type), dtype=bool)
        return np.asarray(mask)


def body_of(
    sheet: RawSheet,
    layout: Layout,
    plain: Mapping[int, str | None],
    part: slice = slice(None),
    known: Mapping[int, Contents] | None = None,
) -> Body:
    """Rows of a sheet, with the distinct contents of its columns.

    Args:
        sheet: the sheet.
        layout: the table that was found on it.
        plain: the columns to look at, by their positions, each with the pattern for text that is good as it is.
        part: which rows below the headers, by their positions from 0.
        known: contents of columns that are known already, by their positions.
    """
    below = sheet.cells.iloc[layout.header_index + 1 :].iloc[part]
    numbers = {position: int(sheet.cells.columns[position]) for position in plain}

    def here(notes: Mapping[int, npt.NDArray[Json]]) -> dict[int, npt.NDArray[Json]]:
        """The notes on the columns to look at, only for these rows."""
        return {at: notes[number][layout.header_index + 1 :][part] for at, number in numbers.items() if number in notes}

    noted = sheet.notes
    notes = CellNotes(here(noted.struck), here(noted.partly_struck), here(noted.sums), here(noted.shown))
    contents = {
        at: known[at] if known and at in known else distinct(below.iloc[:, at], pattern, notes.shown.get(at))
        for at, pattern in plain.items()
    }
    top = dict(sheet.top(max(layout.header_index, 0) + 1))
    comment = any(begins_comment(values) for at, values in top.items() if 0 <= at < layout.header_index)
    headers = dict(enumerate(top[layout.header_index]))
    rows = np.asarray(below.index.to_numpy(dtype=np.int64))
    return Body(layout, rows, below, contents, headers, notes, here(sheet.percent), sheet.hidden_rows, comment)


def begins_comment(values: Iterable[object]) -> bool:
    """Whether the first filled cell of a row begins with #."""
    first = next((value for value in values if value is not None and value != ""), None)
    return isinstance(first, str) and first.lstrip().startswith("#")
