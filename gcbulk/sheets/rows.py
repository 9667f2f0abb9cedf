"""What each row below the headers is: a record, or one of the other things that people put into a table.

What comes in: a table's body. What goes out: the rows that are records, and a problem for every other row that holds
anything. No row is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gcbulk.kinds.achievements import COLUMNS
from gcbulk.records import TEXT_TYPE
from gcbulk.sheets.body import Body
from gcbulk.sheets.totals import TOTALS_UNCLEAR, totals
from gcbulk.tables.cells import WHITE_SPACE
from gcbulk.tables.coercion import as_text
from gcbulk.tables.issues import Batch, on_file, printable, row_ranges, shown
from gcbulk.tables.remarks import commented_out, struck_through
from gcbulk.tables.row_filters import EXAMPLE


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table, told apart.

    Args:
        records: which rows are records.
        continued: which of them go on with the achievement of an earlier row, in another language.
        ids: for each row its Achievement ID; a row that leaves it out on purpose has that of the row it continues.
    """

    records: np.ndarray
    continued: np.ndarray
    ids: pd.Series


def tell_apart(body: Body, hidden: frozenset[int]) -> tuple[Rows, list[Batch]]:
    """The rows that are records, and a problem for every other row that holds anything.

    Args:
        body: the part of the sheet below the headers.
        hidden: the numbers of hidden rows.

    Returns:
        The rows and the problems.
    """
    left = body.anything()
    problems: list[Batch] = []
    for code, found, message in _other_things(body):
        at = left & found
        left &= ~found
        problems.extend(_complaint(body, code, at, message))
    ids, by_gap = _ids(body, left)
    example = left & ids.str.lower().str.startswith(EXAMPLE).to_numpy()
    problems.extend(_complaint(body, "example-row", example, _EXAMPLE_MESSAGE))
    left &= ~example
    problems.extend(_remarks(body, left, hidden))
    problems.extend(_struck(body, left))
    problems.extend(_commented(body, left))
    return Rows(left, left & (by_gap | _repeated(body, left, ids)), ids), problems


_EXAMPLE_MESSAGE = "The example row of the template was left out, because its Achievement ID starts with example."


def _other_things(body: Body) -> Iterator[tuple[str, np.ndarray, str]]:
    """Rows that are no records: their code, which rows, and what to say of one."""
    yield "repeated-header", _headers_again(body), "The headers stand here a second time; the row was left out."
    certain, asked = totals(body)
    yield "totals-row", certain, "This looks like a row of totals; it was left out."
    yield "totals-unclear", asked, TOTALS_UNCLEAR
    yield "rows-without-data", _bare(body), ""
    lonely = (body.meant() == 1) & ~body.filled("vendor_identifier")
    message = (
        "This row holds {value} and no Achievement ID. If it is a note, move it out of the table; if it is an "
        "achievement or a localization, fill in the rest."
    )
    yield "stray-row", lonely, message


def _headers_again(body: Body) -> np.ndarray:
    """Rows that repeat the header row."""
    same = np.ones(len(body.rows), dtype=bool)
    for position in body.table.positions.values():
        header = str(body.first[position]).strip(WHITE_SPACE).encode("utf-8", "replace").decode("utf-8")
        same &= (body.cells[position].text == header).to_numpy()
        if not same.any():
            break
    return same


def _bare(body: Body) -> np.ndarray:
    """Rows that hold no more than a prepared line does: ticks, or columns that mean nothing."""
    holding_words = [name for name, _ in body.table.positions if COLUMNS[name].content]
    return np.asarray(~body.filled(*holding_words, "points"))


def _ids(body: Body, records: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """Each row's Achievement ID, and which rows leave it out because they go on with the row above.

    In the long form, a row without id and Reference Name but with a text for players belongs to the achievement above.
    """
    cells = body.column("vendor_identifier")
    if cells is None:
        return pd.Series([""] * len(body.rows), dtype=TEXT_TYPE), np.zeros(len(body.rows), dtype=bool)
    ids = as_text(cells)
    if not body.table.long:
        return ids, np.zeros(len(body.rows), dtype=bool)
    gap = records & ~body.filled("vendor_identifier", "reference_name") & body.players_texts()
    # An id that could not be read still ends the achievement above: what follows belongs to it, not to the one before.
    above = ids.where(records & ~gap).ffill()
    gap &= above.notna().to_numpy()
    return ids.where(~gap, above).astype(TEXT_TYPE), gap


def _repeated(body: Body, records: np.ndarray, ids: pd.Series) -> np.ndarray:
    """Rows of the long form that name the id of an earlier row and hold a further language."""
    if not body.table.long:
        return np.zeros(len(body.rows), dtype=bool)
    again = ids.where(records & (ids != "").to_numpy()).dropna()
    later = np.zeros(len(body.rows), dtype=bool)
    later[again.index[again.duplicated()]] = True
    return np.asarray(later & body.players_texts())


def _complaint(body: Body, code: str, where: np.ndarray, message: str) -> Iterator[Batch]:
    """The problem of some rows: one each, or one for all where the rows as such do not matter."""
    rows = body.rows[where]
    if not len(rows):
        return
    sheet = body.table.sheet
    if code == "rows-without-data":
        text = (
            f'The sheet "{printable(sheet)}" has rows without id, text and points: {row_ranges(rows)}. They were left '
            "out."
        )
        yield on_file(code, text, sheet=sheet)
        return
    values = [shown(_first_value(body, int(place))) for place in np.flatnonzero(where)]
    messages = [message.format(value=f'"{value}"') for value in values]
    yield Batch(code, messages, rows=rows, sheet=sheet, values=values)


def _first_value(body: Body, place: int) -> object:
    """The first filled cell of a row, among those that mean something."""
    columns = (body.cells[position] for position in sorted(body.table.positions.values()))
    return next((cells.raw.iloc[place] for cells in columns if cells.filled[place]), "")


def _struck(body: Body, records: np.ndarray) -> Iterator[Batch]:
    """What to say of records that are struck through."""
    titles = {position: str(body.first[position]) for position in body.table.positions.values()}
    yield from struck_through(body.table.sheet, titles, body.notes, body.rows, records)


def _commented(body: Body, records: np.ndarray) -> Iterator[Batch]:
    """What to say of records that begin with #, where another line does and is a comment."""
    columns = [cells for _, cells in sorted(body.cells.items())]
    if columns:
        yield from commented_out(body.table.sheet, columns, body.rows, records, comment_above=body.comment_above)


def _remarks(body: Body, records: np.ndarray, hidden: frozenset[int]) -> Iterator[Batch]:
    """What to say of the rows as a whole: that there are none, that some are hidden."""
    sheet = body.table.sheet
    unseen = [int(row) for row in body.rows[records] if row in hidden] if hidden else []
    if unseen:
        count = f"{len(unseen)} hidden row{'s' if len(unseen) > 1 else ''}"
        message = f'The sheet "{printable(sheet)}" has {count}, read like all others: {row_ranges(unseen)}.'
        yield on_file("hidden-rows", message, sheet=sheet)
    if not records.any():
        yield on_file("no-rows", f'The sheet "{printable(sheet)}" has headers, but no rows to send.', sheet=sheet)
