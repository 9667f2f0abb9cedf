"""Which rows below the headers are records, and what the others are. No row is dropped silently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gcbulk.tables.body import Body
from gcbulk.tables.cells import NUMBER, TEXT, classify_cells, holds_anything
from gcbulk.tables.contents import Contents, distinct
from gcbulk.tables.issues import Batch, on_file, printable, row_ranges, shown
from gcbulk.tables.keys import key_rows
from gcbulk.tables.remarks import commented_rows, struck_through
from gcbulk.tables.spec import Facts, RowFacts, RowFilter, Table


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a part of a table, classified.

    Args:
        records: which rows are records.
        left_out: those that hold something and are none, each filter's with it: a mask of the rows.
        commented: which records begin with # and hold more than that.
        comment_line: whether another line, or one of these rows that is no such record, begins with #.
        key_rows: for each row the one that says its key; None where every row says its own.
    """

    records: np.ndarray
    left_out: Sequence[tuple[RowFilter, np.ndarray]]
    commented: np.ndarray
    comment_line: bool
    key_rows: np.ndarray | None = None


def survey_rows(body: Body) -> RowFacts:
    """What has to be known of the whole table before its rows can be classified, as far as a part shows it.

    Args:
        body: the part.

    Returns:
        The facts of this part; those of the whole are those of all parts together (``|``).
    """
    counted = {}
    for (name, _), position in body.layout.positions.items():
        if position in body.notes.sums:
            contents = body.contents[position]
            numbers = body.notes.sums[position] & contents.rows_of(contents.cells.cell_type == NUMBER)
            counted[name] = (int(numbers.sum()), int(contents.filled.sum()))
    return RowFacts(counted)


def classify_rows(table: Table, body: Body, facts: RowFacts) -> Rows:
    """The rows that are records, and those that hold something and are none.

    Args:
        table: the kind of table.
        body: a part of it.
        facts: what is known of the whole.
    """
    records = body.anything()
    left_out = []
    for row_filter in table.filters:
        at = records & row_filter.find(table, body, facts, records)
        if at.any():
            records &= ~at
            left_out.append((row_filter, at))
    begins, alone = _comments(body)
    comment_line = body.comment_above or bool((begins & (alone | ~records)).any())
    rows = key_rows(table, body, records)
    return Rows(records, left_out, begins & records & ~alone, comment_line, rows)


def of_rows(table: Table, body: Body, rows: Rows, facts: Facts) -> Iterator[Batch]:
    """The problems of single rows: those that were left out, and records that look as if they were not meant.

    Args:
        table: the kind of table.
        body: a part of a table.
        rows: its rows, classified.
        facts: what is known of the whole.
    """
    sheet, key = body.layout.sheet, table.column(table.key).title
    for row_filter, at in rows.left_out:
        if not row_filter.once:
            values = [shown(_first_value(body, int(row))) if table.quotes_rows else None for row in np.flatnonzero(at)]
            messages = [row_filter.message.format(value=f'"{value}"', key=key) for value in values]
            yield Batch(row_filter.code, messages, rows=body.rows[at], sheet=sheet, values=values)
    titles = {position: body.layout.header(*slot) or "" for slot, position in body.layout.positions.items()}
    yield from struck_through(sheet, titles | dict(body.layout.matrix), body.notes, body.rows, rows.records)
    if facts.comment_line and rows.commented.any():
        yield commented_rows(sheet, body.rows[rows.commented])


def _first_value(body: Body, row: int) -> object:
    """The first filled cell of a row, among those that mean something."""
    values = (body.contents[position].at(row) for position in sorted({*body.layout.positions.values()}))
    return next((value for value in values if value is not None), "")


@dataclass(frozen=True, slots=True)
class Counts:
    """What is said of the rows of a whole table, gathered from its parts.

    Args:
        records: how many records there are.
        hidden: the numbers of those that are hidden.
        left_out: the numbers of the rows that each filter left out and that are spoken of once.
    """

    records: int
    hidden: np.ndarray
    left_out: Sequence[tuple[RowFilter, np.ndarray]]

    def __or__(self, other: Counts) -> Counts:
        """Two parts together."""
        left_out = dict(self.left_out)
        for row_filter, rows in other.left_out:
            left_out[row_filter] = np.concatenate([left_out[row_filter], rows]) if row_filter in left_out else rows
        hidden = np.concatenate([self.hidden, other.hidden])
        return Counts(self.records + other.records, hidden, list(left_out.items()))

    def said(self, sheet: str) -> Iterator[Batch]:
        """The problems, in words.

        Args:
            sheet: the sheet's name.
        """
        name = printable(sheet)
        for row_filter, rows in self.left_out:
            text = row_filter.message.format(sheet=name, rows=row_ranges(rows))
            yield on_file(row_filter.code, text, sheet=sheet)
        if len(self.hidden):
            message = (
                f'Hidden rows of the sheet "{name}" were read like all others. There are {len(self.hidden)}: '
                f"{row_ranges(self.hidden)}."
            )
            yield on_file("hidden-rows", message, sheet=sheet)
        if not self.records:
            yield on_file("no-rows", f'The sheet "{name}" has headers, but no rows to send.', sheet=sheet)


def count(body: Body, rows: Rows) -> Counts:
    """What will be said of the rows of the whole table, as far as a part shows it.

    Args:
        body: the part.
        rows: its rows, classified.
    """
    hidden = body.rows[:0]
    if body.hidden_rows:
        hidden = body.rows[rows.records & np.isin(body.rows, list(body.hidden_rows))]
    left_out = [(row_filter, body.rows[at]) for row_filter, at in rows.left_out if row_filter.once]
    return Counts(int(rows.records.sum()), hidden, left_out)


def _comments(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """Which rows begin with #, as a comment line does, and which of these hold nothing else."""
    begins = _begins(body)
    alone = begins.copy()
    if begins.any():
        at = np.flatnonzero(begins)
        cells = [classify_cells(body.cells.iloc[at, position]) for position in range(body.cells.shape[1])]
        alone[at] = np.sum([column.filled for column in cells], axis=0) == 1
    return begins, alone


def _begins(body: Body) -> np.ndarray:
    """Which rows have a text that begins with # in the first column that means or holds anything."""
    for position in range(body.cells.shape[1]):
        column = body.cells.iloc[:, position]
        if position in body.contents or holds_anything(column):
            contents = body.contents.get(position) or _hashes(column)
            return contents.rows_of(
                (contents.cells.cell_type == TEXT) & contents.cells.text.str.startswith("#").to_numpy()
            )
    return np.zeros(len(body.rows), dtype=bool)


def _hashes(column: pd.Series) -> Contents:
    """An unused column, as far as its texts hold #; it may have a million others."""
    return distinct(column, "^[^#]*$")
