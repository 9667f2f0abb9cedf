"""From judged columns to the frame of records: one per row, or one per filled cell of a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

from gcbulk.records import TEXT_TYPE
from gcbulk.tables.body import Body
from gcbulk.tables.cell_type import CellType, Context, Given
from gcbulk.tables.cells import nothing
from gcbulk.tables.contents import series
from gcbulk.tables.judging import Validated, ValidatedColumn
from gcbulk.tables.records import Records
from gcbulk.tables.spec import Table


@dataclass(frozen=True, slots=True)
class RecordPositions:
    """Where each record stands.

    Args:
        rows: its row, by its position below the headers.
        columns: in a matrix its column, by its position among the matrix's columns; else None.
    """

    rows: np.ndarray
    columns: np.ndarray | None = None


def record_positions(records: np.ndarray, matrix: Sequence[ValidatedColumn]) -> RecordPositions:
    """Where all records stand, row by row, and in a matrix from left to right.

    Args:
        records: which rows are records.
        matrix: the columns of a matrix; empty where the table is none.
    """
    if not matrix:
        return RecordPositions(np.flatnonzero(records))
    filled = np.column_stack([column.contents.filled for column in matrix]) & records[:, None]
    rows, columns = np.nonzero(filled)
    return RecordPositions(rows, columns)


def bad_records(
    at: RecordPositions, columns: Iterable[ValidatedColumn], matrix: Sequence[ValidatedColumn]
) -> np.ndarray:
    """Which records hold an error.

    Args:
        at: the records.
        columns: the columns that stand once for a row.
        matrix: the columns of a matrix.

    Returns:
        A mask of the records.
    """
    bad = np.zeros(len(at.rows), dtype=bool)
    for column in columns:
        bad |= column.bad()[at.rows]
    if at.columns is not None:
        bad |= np.column_stack([column.bad() for column in matrix])[at.rows, at.columns]
    return bad


def records_of(
    table: Table, body: Body, records: np.ndarray, validated: Validated, given: Given
) -> tuple[pd.DataFrame, np.ndarray]:
    """The records of a part of a table, and which of them hold an error.

    Args:
        table: the kind of table.
        body: the part.
        records: which of its rows are records.
        validated: its columns, judged.
        given: what the user gave for all rows.

    Returns:
        The frame (columns: `Table.order`; index: row), and a mask of its rows.
    """
    matrix = validated.matrix
    at = record_positions(records, matrix)
    values = {name: column.values for (name, _), column in validated.columns.items()}
    for column in table.columns:
        if column.option and column.name not in values:
            value = column.option.value(given) or ""
            values[column.name] = pa.repeat(pa.scalar(value, column.type.arrow), len(records))
    own = {}
    if table.matrix and at.columns is not None:
        own[table.matrix.key] = pa.array(list(body.layout.matrix.values()), pa.large_string()).take(
            pa.array(at.columns)
        )
        own[table.matrix.value] = _across(matrix, at.rows, at.columns)
    frame = _frame(table, at, values, own, body)
    return frame, bad_records(at, validated.columns.values(), matrix)


def no_records(table: Table) -> pd.DataFrame:
    """The frame of a table without a record."""
    content = {name: series_of(pa.nulls(0, table.column(name).type.arrow)) for name in table.order[:-1]}
    content[table.order[-1]] = pd.Categorical.from_codes(np.zeros(0, np.int8), [""])
    return pd.DataFrame(content).set_index(pd.Index(np.zeros(0, np.int64), name="row"))


def _across(matrix: Sequence[ValidatedColumn], rows: np.ndarray, columns: np.ndarray) -> pa.Array:
    """The values of a matrix's cells."""
    height = len(matrix[0].values)
    return pa.concat_arrays([column.values for column in matrix]).take(pa.array(columns * height + rows))


def _frame(
    table: Table, at: RecordPositions, columns: Mapping[str, pa.Array], own: Mapping[str, pa.Array], body: Body
) -> pd.DataFrame:
    """The frame of records, from the values of all rows, and from those that each record of a matrix has of its own."""
    count = len(at.rows)
    whole = at.columns is None and count == len(body.rows)  # nothing was left out: nothing to copy
    content = {}
    for name in table.order[:-1]:
        if name in own:
            values = own[name]
        elif name in columns:
            values = columns[name] if whole else columns[name].take(pa.array(at.rows))
        else:
            values = blank(table.column(name).type, count)
        content[name] = series_of(values)
    content[table.order[-1]] = pd.Categorical.from_codes(np.zeros(count, np.int8), [body.layout.sheet])
    return pd.DataFrame(content).set_index(pd.Index(body.rows[at.rows], name="row"))


def blank(cell_type: CellType, count: int) -> pa.Array:
    """What a column that a table does not have says of so many rows: the same as blank cells.

    Args:
        cell_type: what its cells would hold.
        count: how many.
    """
    return pa.repeat(_said_by_blank(cell_type), count)


@cache
def _said_by_blank(cell_type: CellType) -> pa.Scalar:
    return cell_type.judge("", nothing(1), Context(Given(), np.zeros(1, dtype=bool))).values[0]


def series_of(values: pa.Array) -> pd.Series:
    """Values as a column of a frame: str, Int64 or boolean.

    Args:
        values: of one of the types that columns have.
    """
    if pa.types.is_large_string(values.type):
        return series(values)
    missing = np.asarray(values.is_null())
    plain = values.fill_null(0 if pa.types.is_int64(values.type) else False).to_numpy(zero_copy_only=False)
    array = pd.arrays.IntegerArray if pa.types.is_int64(values.type) else pd.arrays.BooleanArray
    return pd.Series(array(plain, missing, copy=True))


def frame_of_records(table: Table, parts: Sequence[Records]) -> pd.DataFrame:
    """The records of one kind in one frame, by sheet and row, and the languages of a row as the headers have them.

    Args:
        table: what they are records of.
        parts: the records.

    Returns:
        Columns: `Table.order`. Index: row.
    """
    names = list(table.order)
    empty = {name: series_of(pa.nulls(0, table.column(name).type.arrow)) for name in names[:-1]}
    empty[names[-1]] = pd.Series(dtype=TEXT_TYPE)
    if not parts:
        return pd.DataFrame(empty).set_index(pd.Index([], dtype="int64", name="row"))
    frames = [part.values.assign(**{names[-1]: part.layout.sheet})[names] for part in parts]
    rows = np.concatenate([part.rows for part in parts])
    dtypes = {name: column.dtype for name, column in empty.items()}
    whole = pd.concat(frames, ignore_index=True).astype(dtypes).set_index(pd.Index(rows, name="row"))
    return whole.iloc[_in_order(parts)]


def _in_order(parts: Sequence[Records]) -> np.ndarray:
    """The order that puts records of one sheet by row, and the languages of a row as the headers have them."""
    sheets = list(dict.fromkeys(part.layout.sheet for part in parts))
    by_sheet = np.concatenate([np.full(len(part.rows), sheets.index(part.layout.sheet)) for part in parts])
    return np.lexsort((np.concatenate([part.positions for part in parts]), by_sheet))
