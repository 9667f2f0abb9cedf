"""Which rows of achievements are no achievements but totals: sums, counts and averages of the rows above.

Such a row is complete as far as its cells go (a count as the id, the sum of the points), and an id can never be changed
or taken back. What is a row of totals for certain is left out; what may be one is asked about.
"""

from __future__ import annotations

import numpy as np

from gcbulk.kinds.achievements import ACHIEVEMENTS, COLUMNS, TEXTS
from gcbulk.sheets.body import Body
from gcbulk.tables.cells import BLANK, FLAG, NUMBER, PROBLEM, TEXT, Cells, having
from gcbulk.tables.coercion import as_numbers, as_text
from gcbulk.tables.row_filters import holds_total_word

TOTALS_UNCLEAR = (
    "The id of this last row is a number, and its points are the sum of those above: is it a row of totals? Delete it "
    "if so; if it is an achievement, move it above another row."
)
_FEW = 3  # rows above of which a sum may well be a chance


def totals(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """The rows that hold totals.

    Args:
        body: the part of the sheet below the headers.

    Returns:
        Which rows certainly do, and which may: two masks.
    """
    certain = _by_words(body)
    certain |= _by_formulas(body, ~certain)
    asked = np.zeros(len(body.rows), dtype=bool)
    last = _last_with_sum(body, ~certain)
    if last is not None:
        (certain if _counts_rows(body, last, ~certain) else asked)[last] = _is_odd_one(body, last, ~certain)
    return certain, asked


def _by_words(body: Body) -> np.ndarray:
    """Rows that say total beside nothing but numbers, or hold nothing but the sum of the points above.

    A row that is complete otherwise may be an achievement called Total, unless its points are that sum.
    """
    needed = {position for (name, _), position in body.table.positions.items() if COLUMNS[name].required}
    complete = body.meant() >= len(needed)
    candidates = np.flatnonzero(body.anything() & (~body.filled(*TEXTS, "locale") | _has_sum(body)))
    found = np.zeros(len(body.rows), dtype=bool)
    if len(candidates):
        columns = [cells.take(candidates) for cells in body.cells.values()]
        found[candidates] = _says_total(columns) & _numbers_alone(columns)
        found &= ~complete | _has_sum(body) | (_is_sum(body, ~found) & body.filled("points"))
        found |= ~complete & _sum_alone(body, ~found)
    return found


def _by_formulas(body: Body, counted: np.ndarray) -> np.ndarray:
    """Rows whose id is the number that a formula counted or summed up, or that hold such formulas and no id.

    Where most ids come from such formulas they are running numbers, and no totals.
    """
    found = np.zeros(len(body.rows), dtype=bool)
    ids = body.column("vendor_identifier")
    if ids is None or not body.notes.sums:
        return found
    place = body.table.positions["vendor_identifier", None]
    counted_up = body.notes.sums.get(place, found) & np.isin(ids.sort, (NUMBER, PROBLEM)) & counted
    if 2 * counted_up.sum() <= (ids.filled & counted).sum():
        found = found | counted_up
    bare = np.flatnonzero(counted & _has_sum(body) & ~ids.filled)
    if len(bare):
        found[bare] = _numbers_alone([cells.take(bare) for cells in body.cells.values()])
    return np.asarray(found)


def _has_sum(body: Body) -> np.ndarray:
    """Rows with a formula that counts or sums up, in a column that means something."""
    found = np.zeros(len(body.rows), dtype=bool)
    for place in body.table.positions.values():
        found |= body.notes.sums.get(place, False)
    return found


def _says_total(columns: list[Cells]) -> np.ndarray:
    """Rows in which a cell says total."""
    return np.asarray(np.any([holds_total_word(cells) for cells in columns], axis=0))


def _numbers_alone(columns: list[Cells]) -> np.ndarray:
    """Rows in which every cell that does not say total is empty or a number."""
    only = np.ones(len(columns[0].sort), dtype=bool)
    for cells in columns:
        # A sum that was never calculated, or that fails, is still a sum.
        only &= holds_total_word(cells) | np.isin(cells.sort, (BLANK, PROBLEM)) | ~np.isnan(as_numbers(cells))
    return only


def _sum_alone(body: Body, counted: np.ndarray) -> np.ndarray:
    """Rows that hold nothing but the sum of the points above them."""
    points = body.column("points")
    if points is None:
        return np.zeros(len(body.rows), dtype=bool)
    everything = sum(cells.filled.astype(np.int64) for cells in body.cells.values())
    alone = counted & points.filled & (everything == 1)
    return np.asarray(alone & _is_sum(body, counted & ~alone))


def _is_sum(body: Body, counted: np.ndarray) -> np.ndarray:
    """Rows whose points are the sum of those of the counted rows above."""
    points = body.column("points")
    if points is None:
        return np.zeros(len(body.rows), dtype=bool)
    numbers = np.nan_to_num(as_numbers(points), posinf=0, neginf=0)
    added = np.where(counted, numbers, 0)
    above = np.cumsum(added) - added
    return np.asarray((numbers == above) & (above > 0))


def _last_with_sum(body: Body, counted: np.ndarray) -> int | None:
    """The last row, if its id is a whole number and its points are the sum of those above; it may be a total."""
    ids = body.column("vendor_identifier")
    rows = np.flatnonzero(counted & body.meant().astype(bool))
    if ids is None or len(rows) < 2 or body.table.kind != ACHIEVEMENTS.name:
        return None
    last = int(rows[-1])
    is_number = bool(_whole_numbers(ids.take(rows[-1:]))[0])
    return last if is_number and not _yes_or_no(body, last) and _is_sum(body, counted)[last] else None


def _yes_or_no(body: Body, row: int) -> bool:
    """Whether a row says yes or no in words, as no formula that counts does."""
    columns = (body.column(name) for name in ("hidden", "show_before_earned", "repeatable", "archived"))
    filled = [cells for cells in columns if cells is not None and cells.filled[row]]
    return any(
        cells.sort[row] in (TEXT, FLAG) and np.isnan(as_numbers(cells.take(np.array([row])))[0]) for cells in filled
    )


def _whole_numbers(ids: Cells) -> np.ndarray:
    """Which ids are written in digits alone."""
    return having(as_text(ids), "^[0-9]{1,9}$")


def _counts_rows(body: Body, last: int, counted: np.ndarray) -> bool:
    """Whether the id of the last row is the number of rows above, of which there are at least two."""
    ids = body.column("vendor_identifier")
    if ids is None:
        return False
    above = int((counted & ids.filled)[:last].sum())
    return above > 1 and as_text(ids).iloc[last] == str(above)


def _is_odd_one(body: Body, last: int, counted: np.ndarray) -> bool:
    """Whether the last row stands out, so that the sum is no chance: its id is a number and most above are none.

    Where those above are numbers as well, it has to be the sum of several or count them, and be no running number.
    """
    ids = body.column("vendor_identifier")
    if ids is None:
        return False
    above = ids.take(np.flatnonzero((counted & ids.filled)[:last]))
    are_numbers = _whole_numbers(above)
    if are_numbers.mean() < 0.5:
        return len(are_numbers) > 1 or as_text(ids).iloc[last] == "1"
    numbers = as_text(above)[are_numbers].astype(int)
    own = int(as_text(ids).iloc[last])
    is_next = own == numbers.max() + 1 and own != len(are_numbers)
    return not is_next and (len(are_numbers) >= _FEW or (own == len(are_numbers) > 1 and own < numbers.min()))
