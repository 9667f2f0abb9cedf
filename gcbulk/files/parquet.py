"""Reads a Parquet file as the sheet it would be: its column names in row 1, its records from row 2 on.

What comes in: a file's bytes. What goes out: one `RawSheet` that keeps the file's types.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePath

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from gcbulk.errors import WorkbookError
from gcbulk.files.preflight import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED_BYTES
from gcbulk.records import Json, RawSheet

_TEXT = pd.StringDtype("pyarrow", na_value=float("nan"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_parquet(data: memoryview, path: PurePath) -> RawSheet:
    """Read a Parquet file.

    Args:
        data: its content.
        path: the file, for messages and the sheet's name.

    Returns:
        Its only sheet: texts as texts, numbers, booleans and dates as such, an empty value missing.

    Raises:
        WorkbookError: it is damaged, too large, or holds lists, structures or bytes.
    """
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        _check_size(file.metadata, path)
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        table = parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts).read()
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise WorkbookError(
            f"{path.name} is damaged: it cannot be read as Parquet ({error}). Write or copy it again.",
            code="damaged-parquet",
        ) from error
    _check_texts(table, path)
    columns = {
        number: _column(name, column, path)
        for number, (name, column) in enumerate(zip(table.column_names, table.columns, strict=True), start=1)
    }
    cells = pd.DataFrame(columns, index=pd.RangeIndex(1, len(table) + 2))
    cells.columns = pd.RangeIndex(1, cells.shape[1] + 1)
    return RawSheet(name=path.stem, cells=cells)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _check_size(metadata: parquet.FileMetaData, path: PurePath) -> None:
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    _refuse_above(sum(group.total_byte_size for group in groups), MAX_UNPACKED_BYTES, "bytes", path)
    _refuse_above(metadata.num_rows * metadata.num_columns, MAX_CELLS, "cells", path)
    _refuse_above(metadata.num_columns, MAX_COLUMNS, "columns", path)


def _check_texts(table: pa.Table, path: PurePath) -> None:
    """Refuse texts that a dictionary repeats so often that they would fill the memory."""
    size_bytes = 0
    for column in table.columns:
        for chunk in column.chunks if pa.types.is_dictionary(column.type) else ():
            lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
            size_bytes += pc.sum(lengths).as_py() or 0
    _refuse_above(size_bytes, MAX_UNPACKED_BYTES, "bytes of text", path)


def _refuse_above(count: int, limit: int, unit: str, path: PurePath) -> None:
    if count > limit:
        raise WorkbookError(
            f"{path.name} unpacks to {count:,} {unit}; at most {limit:,} are read. Split it into several files.",
            code="unpacks-too-large",
        )


def _column(name: str, column: pa.ChunkedArray, path: PurePath) -> pd.Series:
    """Return a column with its name above it: texts as Arrow strings, anything else as objects."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind, column = kind.value_type, column.cast(kind.value_type)
    if _is_text(kind):
        texts = pa.chunked_array([pa.array([name], pa.large_string()), *column.cast(pa.large_string()).chunks])
        empty = pc.equal(texts, "")
        return pd.array(pc.if_else(empty, None, texts), dtype=_TEXT)
    values = _python_values(name, column, path)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = [_plain(value) for value in values]
    return pd.Series([name, *values], dtype=object, index=pd.RangeIndex(1, len(values) + 2))


def _python_values(name: str, column: pa.ChunkedArray, path: PurePath) -> list[Json]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _moments(column.cast(pa.timestamp("us", tz=kind.tz), safe=False))
    if pa.types.is_time(kind):
        column = column.cast(pa.time64("us"), safe=False)
    elif pa.types.is_duration(kind):
        column = column.cast(pa.duration("us"), safe=False)
    elif not any(test(kind) for test in _READABLE):
        raise WorkbookError(
            f"{path.name}: the column {name!r} holds {kind}, which no cell of a table can hold. Write it as text,"
            " number or date, or leave it out.",
            code="unsupported-column-type",
        )
    values: list[Json] = column.to_pylist()
    return values


def _moments(column: pa.ChunkedArray) -> list[Json]:
    """Return dates with time, as plain numbers where no calendar has them.

    Arrow's own way makes a zone for each, 2.4 s for a million; adding to a moment that has one takes 0.1 s.
    """
    values: list[Json]
    if column.type.tz not in (None, "UTC"):
        values = column.to_pylist()
        return values
    moments = column.cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
    values = moments.tolist()
    if column.type.tz is None:
        return values
    if any(type(value) is int for value in values):
        return [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in values]
    return [None if passed is None else _EPOCH + passed for passed in moments.view("timedelta64[us]").tolist()]


def _plain(value: Json) -> Json:
    """Return a value as a cell would hold it: no NaN, no decimal."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return None if isinstance(value, float) and value != value else value


_READABLE: tuple[Callable[[pa.DataType], bool], ...] = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_decimal,
    pa.types.is_null,
)
