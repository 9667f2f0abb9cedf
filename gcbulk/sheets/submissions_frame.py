"""How judged columns become the frame of records, one record for each row, or for each filled cell of a matrix.

What comes in: judged columns, each with a value for every row below the headers. What goes out: the frame that leaves
this room, and which of its records hold an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from gcbulk.sheets.submissions_cells import Judged, series


@dataclass(frozen=True, slots=True)
class Places:
    """Where each record stands.

    Args:
        rows: its row, by its place below the headers.
        columns: in a matrix its column, by its place among the matrix's columns; else None.
    """

    rows: np.ndarray
    columns: np.ndarray | None = None


def places_of(records: np.ndarray, matrix: Sequence[Judged]) -> Places:
    """The places of all records, row by row, and in a matrix from left to right.

    Args:
        records: which rows are records.
        matrix: the columns of a matrix; empty where the table is none.

    Returns:
        The places.
    """
    if not matrix:
        return Places(np.flatnonzero(records))
    filled = np.column_stack([judged.column.filled for judged in matrix]) & records[:, None]
    rows, columns = np.nonzero(filled)
    return Places(rows, columns)


def is_bad(places: Places, columns: Iterable[Judged], matrix: Sequence[Judged]) -> np.ndarray:
    """Which records hold an error.

    Args:
        places: the records.
        columns: the columns that stand once for a row.
        matrix: the columns of a matrix.

    Returns:
        A mask of the records.
    """
    bad = np.zeros(len(places.rows), dtype=bool)
    for judged in columns:
        bad |= judged.bad[places.rows]
    if places.columns is not None:
        bad |= np.column_stack([judged.bad for judged in matrix])[places.rows, places.columns]
    return bad


def frame_at(
    places: Places,
    names: Sequence[str],
    columns: Mapping[str, pa.Array],
    matrix: Mapping[str, pa.Array],
    *,
    sheet: str,
    rows: np.ndarray,
) -> pd.DataFrame:
    """The frame of records.

    Args:
        places: the records.
        names: the columns of the frame, the sheet's name last.
        columns: the values of all rows, by column.
        matrix: the values of the records, by column, of what does not stand once for a row. A column that is in
            neither is missing in every record.
        sheet: the sheet's name.
        rows: the spreadsheet's row numbers.

    Returns:
        The records. Index: row.
    """
    count = len(places.rows)
    whole = places.columns is None and count == len(rows)  # nothing was left out: nothing to copy
    content = {}
    for name in names[:-1]:
        if name in matrix:
            values = matrix[name]
        elif name in columns:
            values = columns[name] if whole else columns[name].take(pa.array(places.rows))
        else:
            values = pa.nulls(count, _TYPES.get(name, pa.large_string()))
        content[name] = _finished(values)
    content[names[-1]] = pd.Categorical.from_codes(np.zeros(count, np.int8), [sheet])
    return pd.DataFrame(content).set_index(pd.Index(rows[places.rows], name="row"))


_TYPES = {"percentage_achieved": pa.int64(), "pre_released": pa.bool_()}


def _finished(values: pa.Array) -> pd.Series:
    """Values as a column of a frame: str, Int64 or boolean."""
    if pa.types.is_large_string(values.type):
        return series(values)
    missing = np.asarray(values.is_null())
    plain = values.fill_null(0 if pa.types.is_int64(values.type) else False).to_numpy(zero_copy_only=False)
    array = pd.arrays.IntegerArray if pa.types.is_int64(values.type) else pd.arrays.BooleanArray
    return pd.Series(array(plain, missing, copy=True))
