"""Parquet: the sheet it would be, with its types."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet as arrow_parquet

from gcbulk.errors import WorkbookError
from gcbulk.files import parquet
from gcbulk.records import Book, Json


def packed(table: pa.Table, **options: Json) -> bytes:
    """Write a table as Parquet."""
    stream = io.BytesIO()
    arrow_parquet.write_table(table, stream, **options)
    return stream.getvalue()


MOMENT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
COLUMNS: dict[str, tuple[pa.Array, list[Json]]] = {
    "text": (pa.array(["007", "", None]), ["007", None, None]),
    "large text": (pa.array(["NA"], pa.large_string()), ["NA"]),
    "category": (pa.array(["x", "x", None]).dictionary_encode(), ["x", "x", None]),
    "numbers in a category": (pa.array([1, 1, None]).dictionary_encode(), [1, 1, None]),
    "integer": (pa.array([1234567890123456789, None]), [1234567890123456789, None]),
    "float": (pa.array([1.5, float("nan"), None]), [1.5, None, None]),
    "boolean": (pa.array([True, None]), [True, None]),
    "decimal": (pa.array([Decimal("2.00"), Decimal("2.50")]), [2, 2.5]),
    "date": (pa.array([date(2024, 1, 2)]), [date(2024, 1, 2)]),
    "time": (pa.array([time(3, 4)], pa.time32("s")), [time(3, 4)]),
    "duration": (pa.array([timedelta(1)], pa.duration("ns")), [timedelta(1)]),
    "moment": (pa.array([MOMENT], pa.timestamp("ns", tz="UTC")), [MOMENT]),
    "moment or nothing": (pa.array([MOMENT, None], pa.timestamp("us", tz="UTC")), [MOMENT, None]),
    "moment of a place": (pa.array([MOMENT], pa.timestamp("s", tz="Europe/Berlin")), [MOMENT]),
    "moment of no zone": (
        pa.array([MOMENT.replace(tzinfo=None), None], pa.timestamp("ms")),
        [MOMENT.replace(tzinfo=None), None],
    ),
    "moment of no calendar": (pa.array([10**18], pa.int64()).cast(pa.timestamp("us", tz="UTC")), [10**18]),
    "nothing": (pa.nulls(2), [None, None]),
}


@pytest.mark.parametrize(("column", "values"), COLUMNS.values(), ids=COLUMNS.keys())
def test_column_keeps_its_type(read_bytes: Callable[..., Book], column: pa.Array, values: list[Json]) -> None:
    """A column becomes its name in row 1 and its values from row 2, typed, nothing but missing for nothing."""
    book = read_bytes(packed(pa.table({"Points": column})), "scores.parquet")
    sheet = book.sheets[0]
    assert (book.format, sheet.name, sheet.typed) == ("parquet", "scores", True)
    assert sheet.cells.index.tolist() == list(range(1, len(values) + 2))
    assert sheet.cells.columns.tolist() == [1]
    found = [None if pd.isna(value) else value for value in sheet.cells[1]]
    assert found == ["Points", *values]
    assert [type(value) for value in found[1:]] == [type(value) for value in values]


def test_same_name_twice_is_two_columns(read_bytes: Callable[..., Book]) -> None:
    """Two columns of one name are both read."""
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array([2])], names=["a", "a"])
    cells = read_bytes(packed(table), "t.parquet").sheets[0].cells
    assert cells.loc[1].tolist() == ["a", "a"]
    assert cells.loc[2].tolist() == ["1", 2]


@pytest.mark.parametrize(
    "column", [pa.array([[1]]), pa.array([b"x"]), pa.array([{"a": 1}])], ids=["lists", "bytes", "structures"]
)
def test_column_that_no_cell_can_hold(read_bytes: Callable[..., Book], column: pa.Array) -> None:
    """A column of lists, bytes or structures is refused by its name."""
    with pytest.raises(WorkbookError, match="'extra' holds") as caught:
        read_bytes(packed(pa.table({"extra": column})), "t.parquet")
    assert caught.value.code == "unsupported-column-type"


def test_repeated_texts_cannot_fill_the_memory(
    read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file whose dictionary repeats one long text is measured before it is unfolded."""
    monkeypatch.setattr(parquet, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(WorkbookError, match="bytes of text; at most 1,000,000") as caught:
        read_bytes(packed(pa.table({"a": ["x" * 10_000] * 101})), "t.parquet")
    assert caught.value.code == "unpacks-too-large"


@pytest.mark.parametrize(("name", "unit"), [("MAX_CELLS", "cells"), ("MAX_UNPACKED_BYTES", "bytes")])
def test_size_is_limited_by_what_the_file_declares(
    read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch, name: str, unit: str
) -> None:
    """More cells or bytes than are read are refused by the file's own directory."""
    monkeypatch.setattr(parquet, name, 10)
    with pytest.raises(WorkbookError, match=f"{unit}; at most 10") as caught:
        read_bytes(packed(pa.table({"a": range(20)})), "t.parquet")
    assert caught.value.code == "unpacks-too-large"
