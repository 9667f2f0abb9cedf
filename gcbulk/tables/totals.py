"""Which rows are totals (sums, counts and averages of the rows above) rather than records.

The cells of such a row look complete (a count as the id, a sum as the points), and an id can never be changed or
taken back. A row that is certainly a total is left out; for one that may be, the user is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gcbulk.tables.body import Body
from gcbulk.tables.cells import BLANK, FLAG, NUMBER, PROBLEM, TEXT, Cells, having
from gcbulk.tables.coercion import as_numbers, as_text
from gcbulk.tables.contents import Contents
from gcbulk.tables.row_filters import holds_total_word
from gcbulk.tables.spec import RowFacts, Table

_FEW = 3  # rows above of which a sum may well be a chance


@dataclass(frozen=True, slots=True)
class Totals:
    """Finds the rows of totals.

    Args:
        sum_of: the column of numbers that people sum up.
    """

    sum_of: str

    def certain(self, table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
        """The rows that certainly hold totals."""
        return self._certain_and_unclear(table, body)[0]

    def unclear(self, table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
        """The rows that may hold totals, and may be records."""
        return (
            self._certain_and_unclear(table, body)[1]
            if body.column(self.sum_of)
            else np.zeros(len(body.rows), dtype=bool)
        )

    def _certain_and_unclear(self, table: Table, body: Body) -> tuple[np.ndarray, np.ndarray]:
        certain = _by_words(table, body, self.sum_of)
        certain |= _by_formulas(body, body.column(table.key), body.layout.positions.get((table.key, None)), ~certain)
        asked = np.zeros(len(body.rows), dtype=bool)
        keys = body.column(table.key)
        last = _last_with_sum(table, body, keys, self.sum_of, ~certain) if keys else None
        if keys and last is not None:
            above = np.flatnonzero((~certain & keys.filled)[:last])
            marked = certain if _counts_rows(keys, last, above) else asked
            marked[last] = _is_odd_one(keys, last, above)
        return certain, asked


def _by_words(table: Table, body: Body, sum_of: str) -> np.ndarray:
    """Rows that say total beside nothing but numbers, or hold nothing but the sum of the numbers above.

    A row that is complete otherwise may be a record called Total, unless its number is that sum.
    """
    required = {name for name, column in table.declared.items() if column.required}
    needed = {position for (name, _), position in body.layout.positions.items() if name in required}
    complete = body.meant() >= len(needed)
    has_sum = _has_sum(body)
    candidates = np.flatnonzero(body.anything() & (~body.filled(*table.text_columns) | has_sum))
    totals = np.zeros(len(body.rows), dtype=bool)
    if len(candidates):
        columns = [contents.take(candidates) for contents in body.contents.values()]
        totals[candidates] = _says_total(columns) & _numbers_alone(columns)
        totals &= ~complete | has_sum | (_is_sum(body, sum_of, ~totals) & body.filled(sum_of))
        totals |= ~complete & _sum_alone(body, sum_of, ~totals)
    return totals


def _by_formulas(body: Body, keys: Contents | None, position: int | None, counted: np.ndarray) -> np.ndarray:
    """Rows whose key is the number that a formula counted or summed up, or that hold such formulas and no key.

    Where most keys come from such formulas they are running numbers, and no totals.
    """
    totals = np.zeros(len(body.rows), dtype=bool)
    if keys is None or position is None or not body.notes.sums:
        return totals
    counted_up = body.summed(position) & keys.rows_of(np.isin(keys.cells.cell_type, (NUMBER, PROBLEM))) & counted
    if 2 * counted_up.sum() <= (keys.filled & counted).sum():
        totals |= counted_up
    bare = np.flatnonzero(counted & _has_sum(body) & ~keys.filled)
    if len(bare):
        totals[bare] = _numbers_alone([contents.take(bare) for contents in body.contents.values()])
    return totals


def _has_sum(body: Body) -> np.ndarray:
    """Rows with a formula that counts or sums up, in a column that means something."""
    has_sum = np.zeros(len(body.rows), dtype=bool)
    for position in body.layout.positions.values():
        has_sum |= body.summed(position)
    return has_sum


def _says_total(columns: Sequence[Cells]) -> np.ndarray:
    """Rows in which a cell says total."""
    return np.asarray(np.any([holds_total_word(cells) for cells in columns], axis=0))


def _numbers_alone(columns: Sequence[Cells]) -> np.ndarray:
    """Rows in which every cell that does not say total is empty or a number."""
    only = np.ones(len(columns[0].cell_type), dtype=bool)
    for cells in columns:
        # A sum that was never calculated, or that fails, is still a sum.
        only &= holds_total_word(cells) | np.isin(cells.cell_type, (BLANK, PROBLEM)) | ~np.isnan(as_numbers(cells))
    return only


def _sum_alone(body: Body, sum_of: str, counted: np.ndarray) -> np.ndarray:
    """Rows that hold nothing but the sum of the numbers above them."""
    numbers = body.column(sum_of)
    if numbers is None:
        return np.zeros(len(body.rows), dtype=bool)
    everything = sum(contents.filled.astype(np.int64) for contents in body.contents.values())
    alone = counted & numbers.filled & (everything == 1)
    return np.asarray(alone & _is_sum(body, sum_of, counted & ~alone))


def _is_sum(body: Body, sum_of: str, counted: np.ndarray) -> np.ndarray:
    """Rows whose number is the sum of those of the counted rows above."""
    contents = body.column(sum_of)
    if contents is None:
        return np.zeros(len(body.rows), dtype=bool)
    numbers = np.nan_to_num(as_numbers(contents.cells), posinf=0, neginf=0)[contents.codes]
    added = np.where(counted, numbers, 0)
    above = np.cumsum(added) - added
    return np.asarray((numbers == above) & (above > 0))


def _last_with_sum(table: Table, body: Body, keys: Contents, sum_of: str, counted: np.ndarray) -> int | None:
    """The last row, if its key is a whole number and its number the sum of those above; it may be a total."""
    rows = np.flatnonzero(counted & body.meant().astype(bool))
    if len(rows) < 2:
        return None
    last = int(rows[-1])
    is_number = bool(_whole_numbers(keys.take(rows[-1:]))[0])
    return last if is_number and not _yes_or_no(table, body, last) and _is_sum(body, sum_of, counted)[last] else None


def _yes_or_no(table: Table, body: Body, row: int) -> bool:
    """Whether a row says yes or no in words, as no formula that counts does."""
    flags = (body.column(column.name) for column in table.columns if pa.types.is_boolean(column.type.arrow))
    cells = [contents.take(np.array([row])) for contents in flags if contents]
    return any(flag.cell_type[0] in (TEXT, FLAG) and np.isnan(as_numbers(flag)[0]) for flag in cells)


def _whole_numbers(keys: Cells) -> np.ndarray:
    """Which keys are written in digits alone."""
    return having(as_text(keys), "^[0-9]{1,9}$")


def _counts_rows(keys: Contents, last: int, above: np.ndarray) -> bool:
    """Whether the key of the last row is the number of rows above, of which there are at least two."""
    return len(above) > 1 and as_text(keys.take(np.array([last]))).iloc[0] == str(len(above))


def _is_odd_one(keys: Contents, last: int, above: np.ndarray) -> bool:
    """Whether the last row stands out, so that the sum is no chance: its key is a number and most above are none.

    Where those above are numbers as well, it has to be the sum of several or count them, and be no running number.
    """
    if not len(above):
        return False
    cells = keys.take(above)
    own = as_text(keys.take(np.array([last]))).iloc[0]
    are_numbers = _whole_numbers(cells)
    if are_numbers.mean() < 0.5:
        return len(are_numbers) > 1 or own == "1"
    numbers, number = as_text(cells)[are_numbers].astype(int), int(own)
    is_next = number == numbers.max() + 1 and number != len(are_numbers)
    return not is_next and (len(are_numbers) >= _FEW or (number == len(are_numbers) > 1 and number < numbers.min()))
