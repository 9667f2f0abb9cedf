"""Which rows below the headers are submissions, and what the others are.

What comes in: a layout and its columns' contents. What goes out: which rows are records, and a problem for the rows
that hold something and are none. No row is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from gcbulk.records import CellNotes
from gcbulk.sheets.body import begins_comment
from gcbulk.sheets.cells import NUMBER, TEXT, sort_out
from gcbulk.sheets.issues import Batch, on_file, printable, row_ranges
from gcbulk.sheets.remarks import commented_out, struck_through
from gcbulk.sheets.rows import EXAMPLE
from gcbulk.sheets.submissions_cells import Distinct
from gcbulk.sheets.submissions_tables import Layout
from gcbulk.sheets.totals import TOTALS

_TELLING = ("scoped_player_id", "vendor_identifier", "percentage_achieved", "score")


def tell_records(layout: Layout, columns: Mapping[str, Distinct]) -> tuple[np.ndarray, list[Batch]]:
    """The rows that are submissions, and a problem for the rows that are not.

    Args:
        layout: the table.
        columns: the contents of its columns, by name.

    Returns:
        A mask of the rows, and the problems.
    """
    rows, sheet = layout.rows, layout.table.sheet
    # A player without a single achievement in a matrix has nothing to send either.
    telling = list(layout.contents.values()) or [columns[name] for name in _TELLING if name in columns]
    records = _filled(telling, len(rows))
    others = _filled(columns.values(), len(rows)) & ~records
    problems = list(_without_data(sheet, rows[others]))
    for code, found, message in _other_things(layout, columns):
        at = records & found
        if at.any():
            records &= ~found
            problems.append(Batch(code, [message] * int(at.sum()), rows=rows[at], sheet=sheet))
    problems.extend(_remarks(layout, rows[records]))
    problems.extend(_looks(layout, records))
    return records, problems


def _filled(columns: Iterable[Distinct], count: int) -> np.ndarray:
    """Which rows hold something in any of some columns."""
    found = np.zeros(count, dtype=bool)
    for column in columns:
        found |= column.filled
    return found


def _other_things(layout: Layout, columns: Mapping[str, Distinct]) -> Iterator[tuple[str, np.ndarray, str]]:
    """Rows that are no submissions: their code, which rows, and what to say of one."""
    players = columns["scoped_player_id"]
    header = players.cells.text == layout.table.columns["scoped_player_id"]
    again = players.rows_of(((players.cells.sort == TEXT) & header).to_numpy(dtype=bool))
    yield "repeated-header", again, "The headers stand here a second time; the row was left out."
    words = players.cells.text.str.lower().str.strip(" :=.*").isin(TOTALS).to_numpy(dtype=bool)
    sums = players.rows_of(words) | _sums(layout, columns)
    yield "totals-row", sums, "This looks like a row of totals; it was left out."
    if "vendor_identifier" in columns:
        ids = columns["vendor_identifier"]
        example = ids.cells.text.str.lower().str.startswith(EXAMPLE).to_numpy(dtype=bool)
        message = "The example row of the template was left out, because its Achievement ID starts with example."
        yield "example-row", ids.rows_of(example), message


def _sums(layout: Layout, columns: Mapping[str, Distinct]) -> np.ndarray:
    """Rows of totals by their formulas: a player or id that was counted, or a sum of progress without a player."""

    def summed(position: int) -> np.ndarray:
        found = layout.noted(layout.sheet.notes.sums, position)
        return np.zeros(len(layout.rows), dtype=bool) if found is None else found

    positions = {name: place for (name, _), place in layout.table.positions.items()}
    ids = [name for name in ("scoped_player_id", "vendor_identifier") if name in positions]
    values = [positions[name] for name in ("percentage_achieved", "score") if name in positions]
    found = np.zeros(len(layout.rows), dtype=bool)
    for name in ids:
        counted = summed(positions[name]) & (columns[name].rows_of(columns[name].cells.sort == NUMBER))
        if 2 * counted.sum() <= columns[name].filled.sum():  # else they are running numbers
            found |= counted
    for position in (*values, *layout.matrix):
        found |= summed(position) & ~columns["scoped_player_id"].filled
    return found


def _looks(layout: Layout, records: np.ndarray) -> Iterator[Batch]:
    """What to say of records that look as if they were not meant to be sent."""
    titles = {place: layout.table.columns[name] for (name, _), place in layout.table.positions.items()}
    titles |= dict(layout.matrix)
    notes = layout.sheet.notes
    here = CellNotes(_noted(layout, notes.struck, titles), _noted(layout, notes.partly_struck, titles))
    yield from struck_through(layout.table.sheet, titles, here, layout.rows, records)
    yield from _commented(layout, records)


def _noted(layout: Layout, notes: Mapping[int, np.ndarray], positions: Iterable[int]) -> dict[int, np.ndarray]:
    """What a workbook notes of some columns below the headers, by their places."""
    found = {place: layout.noted(notes, place) for place in positions}
    return {place: mask for place, mask in found.items() if mask is not None}


def _commented(layout: Layout, records: np.ndarray) -> Iterator[Batch]:
    """What to say of records that begin with #, where a comment line does."""
    first = layout.below.iloc[:, 0]
    begins = np.zeros(len(first), dtype=bool)
    if isinstance(first.dtype, pd.StringDtype):
        begins = first.str.startswith("#", na=False).to_numpy(dtype=bool)
    elif first.dtype == object:
        begins = np.array([isinstance(value, str) and value.startswith("#") for value in first], dtype=bool)
    at = np.flatnonzero(begins)
    if not (begins & records).any():
        return
    top = layout.sheet.top(max(layout.table.place, 0))
    above = any(begins_comment(values) for place, values in top if place >= 0)
    cells = [sort_out(layout.below.iloc[at, place]) for place in range(layout.below.shape[1])]
    yield from commented_out(layout.table.sheet, cells, layout.rows[at], records[at], comment_above=above)


def _without_data(sheet: str, rows: np.ndarray) -> Iterator[Batch]:
    """What to say of rows that hold something, but nothing that could be sent."""
    if len(rows):
        message = (
            f'The sheet "{printable(sheet)}" has rows with nothing to send: {row_ranges(rows)}. They were left out.'
        )
        yield on_file("rows-without-data", message, sheet=sheet)


def _remarks(layout: Layout, rows: np.ndarray) -> Iterator[Batch]:
    """What to say of the rows as a whole: that there are none, that some are hidden."""
    sheet, hidden = layout.table.sheet, layout.sheet.hidden_rows
    unseen = rows[np.isin(rows, list(hidden))] if hidden else rows[:0]
    if len(unseen):
        message = (
            f'Hidden rows of the sheet "{printable(sheet)}" were read like all others. There are {len(unseen)}: '
            f"{row_ranges(unseen)}."
        )
        yield on_file("hidden-rows", message, sheet=sheet)
    if not len(rows):
        yield on_file("no-rows", f'The sheet "{printable(sheet)}" has headers, but no rows to send.', sheet=sheet)
