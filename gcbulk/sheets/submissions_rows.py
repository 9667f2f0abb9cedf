"""Which rows below the headers are submissions, and what the others are.

What comes in: a layout and its columns' contents. What goes out: which rows are records, and a problem for the rows
that hold something and are none. No row is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from gcbulk.sheets.cells import TEXT
from gcbulk.sheets.issues import Batch, on_file, printable, row_ranges
from gcbulk.sheets.rows import EXAMPLE, TOTALS
from gcbulk.sheets.submissions_cells import Distinct
from gcbulk.sheets.submissions_tables import Layout

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
    yield "totals-row", players.rows_of(words), "This looks like a row of totals; it was left out."
    if "vendor_identifier" in columns:
        ids = columns["vendor_identifier"]
        example = ids.cells.text.str.lower().str.startswith(EXAMPLE).to_numpy(dtype=bool)
        message = "The example row of the template was left out, because its Achievement ID starts with example."
        yield "example-row", ids.rows_of(example), message


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
