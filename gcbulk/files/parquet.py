"""Read a Parquet file as if it were a sheet: column names as the header, records from row 2 on.

Only the schema and the sizes of the row groups are read from the file's metadata: if it is damaged in a way that
pyarrow cannot make sense of, ``metadata.row_group(...).column(...)`` kills the whole process (pyarrow 26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import PurePath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from gcbulk.errors import WorkbookError
from gcbulk.files.preflight import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED_BYTES
from gcbulk.records import TEXT_TYPE, Json, RawSheet

_WHOLE = {False: pd.Int64Dtype(), True: pd.UInt64Dtype()}  # whether it has no sign
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_CALENDAR_S = (-62_135_596_800, 253_402_300_800)  # from the year 1 to the end of 9999, in seconds since 1970
_INT64 = np.iinfo(np.int64)
BATCH_ROWS = 262_144
_FEW_ROWS = 1_024  # at a time, whatever a file says of the size of its row groups


def read_parquet(data: memoryview, path: PurePath) -> RawSheet:
    """Read a Parquet file.

    Args:
        data: its content.
        path: the file, for messages and the sheet's name.

    Returns:
        Its only sheet: texts as texts, numbers, booleans and dates as such, an empty value missing.

    Raises:
        WorkbookError: it is damaged, too large, or holds what no cell can hold: lists, structures, bytes, dates of no
            calendar, moments of an unknown zone.
    """
    try:
        table = _table(data, path)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise WorkbookError(
            f"{path.name} is damaged: it cannot be read as Parquet ({error}). Write or copy it again.",
            code="damaged-parquet",
        ) from error
    columns = {
        number: _column(name, column, path)
        for number, (name, column) in enumerate(zip(table.column_names, table.columns, strict=True), start=1)
    }
    cells = pd.DataFrame(columns, index=pd.RangeIndex(len(table)))
    cells.index = pd.RangeIndex(2, len(table) + 2)
    cells.columns = pd.RangeIndex(1, cells.shape[1] + 1)
    return RawSheet(name=path.stem, cells=cells, header=tuple(table.column_names))


def _table(data: memoryview, path: PurePath) -> pa.Table:
    file = parquet.ParquetFile(pa.BufferReader(data))
    _check_size(file.metadata, path)
    schema = _unfolded(file.schema_arrow)
    for name, kind in zip(schema.names, schema.types, strict=True):
        _require_readable(name, kind, path)
    return pa.Table.from_batches(_batches(file, _rows_at_a_time(data, file), path), schema)


def _batches(file: parquet.ParquetFile, rows: int, path: PurePath) -> Iterator[pa.RecordBatch]:
    size_bytes = 0
    for batch in file.iter_batches(batch_size=rows):
        unfolded = batch.cast(_unfolded(batch.schema))
        size_bytes += unfolded.nbytes
        _refuse_above(size_bytes, MAX_UNPACKED_BYTES, "bytes", path)
        yield unfolded


def _rows_at_a_time(data: memoryview, file: parquet.ParquetFile) -> int:
    """So many rows that not even the longest text in each of them fills the memory.

    A dictionary holds a text once and lets millions of rows name it by number, so that the size of a file says nothing
    of what it unfolds to.
    """
    try:
        return max(1, min(BATCH_ROWS, MAX_UNPACKED_BYTES // max(1, _largest_row(data, file))))
    except (pa.ArrowException, OSError):
        # Texts that say how much of the one before them they repeat (DELTA_BYTE_ARRAY) are no dictionary. None of them
        # is longer than its row group. A file that is damaged instead fails again when it is read.
        largest = max(_group_sizes(file.metadata), default=0)
        return max(1, min(_FEW_ROWS, MAX_UNPACKED_BYTES // max(1, largest)))


def _largest_row(data: memoryview, file: parquet.ParquetFile) -> int:
    """How much the texts of one row may come to that stand in a dictionary."""
    texts = [index for index, kind in enumerate(_unfolded(file.schema_arrow).types) if _is_text(kind)]
    folded = parquet.ParquetFile(pa.BufferReader(data), metadata=file.metadata, read_dictionary=texts)
    longest = [0] * len(texts)
    for group in range(file.num_row_groups):
        # The first row of a group brings all of the group's dictionaries with it.
        for row in islice(folded.iter_batches(batch_size=1, row_groups=[group]), 1):
            lengths = (pc.max(pc.binary_length(row.column(index).dictionary)).as_py() for index in texts)
            longest = [max(before, length or 0) for before, length in zip(longest, lengths, strict=True)]
    return sum(longest)


def _unfolded(schema: pa.Schema) -> pa.Schema:
    """A schema in which dictionaries are the values they stand for."""
    kinds = [kind.value_type if pa.types.is_dictionary(kind) else kind for kind in schema.types]
    return pa.schema(list(zip(schema.names, kinds, strict=True)))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _check_size(metadata: parquet.FileMetaData, path: PurePath) -> None:
    _refuse_above(sum(_group_sizes(metadata)), MAX_UNPACKED_BYTES, "bytes", path)
    _refuse_above(metadata.num_rows * metadata.num_columns, MAX_CELLS, "cells", path)
    _refuse_above(metadata.num_columns, MAX_COLUMNS, "columns", path)


def _group_sizes(metadata: parquet.FileMetaData) -> list[int]:
    return [metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)]


def _require_readable(name: str, kind: pa.DataType, path: PurePath) -> None:
    """Refuse, before anything is read, a column of what no cell can hold."""
    if not (_is_text(kind) or any(test(kind) for test in _READABLE)):
        raise WorkbookError(
            f"{path.name}: the column {name!r} holds {kind}, which no cell of a table can hold. Write it as text,"
            " number or date, or leave it out.",
            code="unsupported-column-type",
        )


def _refuse_above(count: int, limit: int, unit: str, path: PurePath) -> None:
    if count > limit:
        raise WorkbookError(
            f"{path.name} unpacks to {count:,} {unit}; at most {limit:,} are read. Split it into several files.",
            code="unpacks-too-large",
        )


def _column(name: str, column: pa.ChunkedArray, path: PurePath) -> pd.Series:
    """Return a column: of texts, whole numbers, fractions or moments as such, anything else as objects."""
    kind = column.type
    if _is_text(kind):
        return _texts(name, column.cast(pa.large_string()), path)
    if pa.types.is_integer(kind):
        return _WHOLE[pa.types.is_unsigned_integer(kind)].__from_arrow__(column)
    if pa.types.is_floating(kind):
        return column.cast(pa.float64()).to_numpy()
    if pa.types.is_timestamp(kind):
        return _moments(name, column, path)
    values = _python_values(name, column, path)
    if pa.types.is_decimal(kind):
        values = [_plain(value) for value in values]
    return pd.Series(values, dtype=object)


def _texts(name: str, texts: pa.ChunkedArray, path: PurePath) -> pd.Series:
    """Return texts; an empty one is missing, as it is in any other file."""
    try:
        texts.validate(full=True)  # a file may call any bytes text, and nothing before has looked at them
    except pa.ArrowInvalid as error:
        raise WorkbookError(
            f"{path.name}: the column {name!r} holds text that is not UTF-8, first in row {_first_broken(texts):,}."
            " Write the file again with its texts in UTF-8.",
            code="undecodable-text",
        ) from error
    shortest = pc.min(pc.binary_length(texts)).as_py()
    return pd.array(pc.if_else(pc.equal(texts, ""), None, texts) if shortest == 0 else texts, dtype=TEXT_TYPE)


def _first_broken(texts: pa.ChunkedArray) -> int:
    """The row of the first text that is not UTF-8."""
    values = (text.as_py() or b"" for text in texts.cast(pa.large_binary()))
    return next(row for row, value in enumerate(values, start=2) if not _is_utf8(value))


def _is_utf8(value: bytes) -> bool:
    try:
        str(value, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _moments(name: str, column: pa.ChunkedArray, path: PurePath) -> pd.Series:
    """Return moments; one that no calendar has becomes the plain number it is."""
    passed, per_second = column.cast(pa.int64()), _PER_SECOND[column.type.unit]
    first, end = (second * per_second for second in _CALENDAR_S)
    inside = pc.and_(pc.greater_equal(passed, max(first, _INT64.min)), pc.less(passed, min(end, _INT64.max)))
    known = pc.if_else(inside, column, None).cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    try:
        moments = known.to_pandas()
    except (KeyError, ValueError, pa.ArrowException) as error:
        raise WorkbookError(
            f"{path.name}: the moments of the column {name!r} are of the zone {column.type.tz!r}, which is not known"
            " here. Write them in UTC.",
            code="unsupported-column-type",
        ) from error
    if pc.all(inside).as_py() is not False:
        return moments
    return moments.astype(object).where(np.asarray(inside.fill_null(True)), pd.Series(passed.to_pylist(), dtype=object))


def _python_values(name: str, column: pa.ChunkedArray, path: PurePath) -> list[Json]:
    kind = column.type
    if pa.types.is_time(kind):
        column = column.cast(pa.time64("us"), safe=False)
    elif pa.types.is_duration(kind):
        column = column.cast(pa.duration("us"), safe=False)
    try:
        values: list[Json] = column.to_pylist()
    except (OverflowError, ValueError) as error:
        raise WorkbookError(
            f"{path.name}: the column {name!r} holds a date that no calendar has. Write its dates as text.",
            code="unsupported-column-type",
        ) from error
    return values


def _plain(value: Decimal | None) -> int | float | None:
    """Return a number as a cell would hold it, not as a decimal."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


_READABLE: tuple[Callable[[pa.DataType], bool], ...] = (
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_decimal,
    pa.types.is_null,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_time,
    pa.types.is_duration,
    pa.types.is_timestamp,
)
