"""Parquet: the sheet it would be, with its types."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    "view of text": (pa.array(["NA", ""], pa.string_view()), ["NA", None]),
    "category": (pa.array(["x", "x", None]).dictionary_encode(), ["x", "x", None]),
    "numbers in a category": (pa.array([1, 1, None]).dictionary_encode(), [1, 1, None]),
    "integer": (pa.array([1234567890123456789, None]), [1234567890123456789, None]),
    "float": (pa.array([1.5, float("nan"), None]), [1.5, None, None]),
    "boolean": (pa.array([True, None]), [True, None]),
    "decimal": (pa.array([Decimal("2.00"), Decimal("2.50"), None]), [2, 2.5, None]),
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
    "moment of no calendar": (
        pa.array([10**18, 0, None], pa.int64()).cast(pa.timestamp("us", tz="UTC")),
        [10**18, datetime(1970, 1, 1, tzinfo=UTC), None],
    ),
    "milliseconds beyond any microseconds": (pa.array([10**18], pa.int64()).cast(pa.timestamp("ms")), [10**18]),
    "without sign": (pa.array([2**64 - 1, None], pa.uint64()), [2**64 - 1, None]),
    "nothing": (pa.nulls(2), [None, None]),
}


def kind_of(value: Json) -> type:
    """The type of a value; pandas' moments are moments."""
    return datetime if isinstance(value, datetime) else type(value)


@pytest.mark.parametrize(("column", "values"), COLUMNS.values(), ids=COLUMNS.keys())
def test_column_keeps_its_type(read_bytes: Callable[..., Book], column: pa.Array, values: list[Json]) -> None:
    """A column becomes its name in row 1 and its values from row 2, typed, nothing but missing for nothing."""
    book = read_bytes(packed(pa.table({"Points": column})), "scores.parquet")
    sheet = book.sheets[0]
    assert (book.format, sheet.name, sheet.typed) == ("parquet", "scores", True)
    assert (sheet.cells.index.tolist(), sheet.cells.columns.tolist()) == (list(range(2, len(values) + 2)), [1])
    found = [value for (value,) in sheet.take(range(1, len(values) + 2))]
    assert found == ["Points", *values]
    assert [*map(kind_of, found[1:])] == [*map(kind_of, values)]


def test_same_name_twice_is_two_columns(read_bytes: Callable[..., Book]) -> None:
    """Two columns of one name are both read."""
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array([2])], names=["a", "a"])
    sheet = read_bytes(packed(table), "t.parquet").sheets[0]
    assert list(sheet.take([1, 2])) == [("a", "a"), ("1", 2)]


@pytest.mark.parametrize(
    "column", [pa.array([[1]]), pa.array([b"x"]), pa.array([{"a": 1}])], ids=["lists", "bytes", "structures"]
)
def test_column_that_no_cell_can_hold(read_bytes: Callable[..., Book], column: pa.Array) -> None:
    """A column of lists, bytes or structures is refused by its name."""
    with pytest.raises(WorkbookError, match="'extra' holds") as caught:
        read_bytes(packed(pa.table({"extra": column})), "t.parquet")
    assert caught.value.code == "unsupported-column-type"


def test_zone_that_nobody_knows(read_bytes: Callable[..., Book]) -> None:
    """Moments of a zone that is none are refused by the column's name."""
    column = pa.array([0], pa.int64()).cast(pa.timestamp("us", tz="Mars/Olympus"))
    with pytest.raises(WorkbookError, match="'when' are of the zone 'Mars/Olympus'") as caught:
        read_bytes(packed(pa.table({"when": column})), "t.parquet")
    assert caught.value.code == "unsupported-column-type"


def test_date_of_no_calendar(read_bytes: Callable[..., Book]) -> None:
    """Dates beyond the year 9999 are refused by the column's name."""
    with pytest.raises(WorkbookError, match="'day' holds a date that no calendar has") as caught:
        read_bytes(packed(pa.table({"day": pa.array([2**31 - 1], pa.int32()).cast(pa.date32())})), "t.parquet")
    assert caught.value.code == "unsupported-column-type"


@given(data=st.data())
def test_damaged_file_is_refused_or_read(data: st.DataObject) -> None:
    """Whatever bytes are changed, a file is read or refused with a reason, and its process lives on."""
    whole = bytearray(packed(pa.table({"a": ["xy", "xy", None], "b": [1, 2, 3]}), compression="gzip"))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(4, len(whole) - 9))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WorkbookError):
        parquet.read_parquet(memoryview(bytes(whole)), PurePath("t.parquet"))


FORMS: dict[str, dict[str, Json]] = {
    "snappy": {"compression": "snappy"},
    "gzip": {"compression": "gzip"},
    "zstd": {"compression": "zstd"},
    "lz4": {"compression": "lz4"},
    "brotli": {"compression": "brotli"},
    "not packed": {"compression": "none"},
    "second form of pages": {"data_page_version": "2.0"},
    "prefixes": {"use_dictionary": False, "column_encoding": {"a": "DELTA_BYTE_ARRAY"}},
    "lengths first": {"use_dictionary": False, "column_encoding": {"a": "DELTA_LENGTH_BYTE_ARRAY"}},
    "several groups": {"row_group_size": 30},
}


KINDS = {"text": pa.string(), "large text": pa.large_string(), "category": pa.dictionary(pa.int32(), pa.string())}


STORED = {
    f"{kind}-{form}": (KINDS[kind], FORMS[form])
    for kind in KINDS
    for form in FORMS
    if kind != "category" or "column_encoding" not in FORMS[form]  # which pyarrow does not read together
}
in_every_form = pytest.mark.parametrize(("kind", "form"), STORED.values(), ids=STORED.keys())


@in_every_form
def test_texts_are_read_however_they_are_stored(
    read_bytes: Callable[..., Book], form: dict[str, Json], kind: pa.DataType
) -> None:
    """Whether a file repeats texts, refers to them, or to the beginning of the one before: what was written is read."""
    texts = [None if n % 7 == 0 else f"com.example.{n % 5}" for n in range(1_100)]
    table = pa.table({"a": pa.array(texts).cast(kind), "b": [n % 3 for n in range(1_100)]})
    sheet = read_bytes(packed(table, **form), "t.parquet").sheets[0]
    assert list(sheet.take(range(2, 1_102))) == list(zip(texts, table["b"].to_pylist(), strict=True))


@contextlib.contextmanager
def counted_memory() -> Iterator[pa.MemoryPool]:
    """Count what Arrow takes from here on."""
    usual = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(pool)
    try:
        yield pool
    finally:
        pa.set_memory_pool(usual)


@pytest.mark.parametrize(
    ("kind", "form"),
    [(kind, form) for kind, form in STORED.values() if form != FORMS["lengths first"]],
    ids=[name for name in STORED if "lengths first" not in name],
)
def test_repeated_texts_cannot_fill_the_memory(
    read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch, form: dict[str, Json], kind: pa.DataType
) -> None:
    """A small file that repeats one long text is refused before its rows unfold to much more than is allowed."""
    data = packed(pa.table({"a": pa.array(["x" * 10_000] * 5_000).cast(kind)}), **form)
    monkeypatch.setattr(parquet, "MAX_UNPACKED_BYTES", 2_000_000)
    with counted_memory() as memory, pytest.raises(WorkbookError, match="bytes; at most 2,000,000") as caught:
        read_bytes(data, "t.parquet")
    assert caught.value.code == "unpacks-too-large"
    assert 0 < memory.max_memory() < 5_000_000


@pytest.mark.parametrize("value", [b"x" * 10_000, [b"x" * 10_000]], ids=["bytes", "lists"])
def test_what_no_cell_can_hold_is_not_read(read_bytes: Callable[..., Book], value: Json) -> None:
    """A column of other things than cells hold is refused for its type, however much it would unfold to."""
    data = packed(pa.table({"a": pa.array([value] * 5_000)}))
    with counted_memory() as memory, pytest.raises(WorkbookError, match="'a' holds"):
        read_bytes(data, "t.parquet")
    assert memory.max_memory() < 1_000_000


@pytest.mark.parametrize(("name", "unit"), [("MAX_CELLS", "cells"), ("MAX_UNPACKED_BYTES", "bytes")])
def test_size_is_limited_by_what_the_file_declares(
    read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch, name: str, unit: str
) -> None:
    """More cells or bytes than are read are refused by the file's own directory."""
    monkeypatch.setattr(parquet, name, 10)
    with pytest.raises(WorkbookError, match=f"{unit}; at most 10") as caught:
        read_bytes(packed(pa.table({"a": range(20)})), "t.parquet")
    assert caught.value.code == "unpacks-too-large"


@pytest.mark.parametrize("text", [b"caf\xe9", b"\xed\xa0\x80", b"\xff"], ids=["latin", "surrogate", "no text"])
def test_text_that_is_no_utf8_is_refused(read_bytes: Callable[..., Book], text: bytes) -> None:
    """A column of text may hold any bytes, for nobody looks when it is written: the message names column and row."""
    held = pa.array([b"ok", None, text, b"\xff"], pa.binary())
    data = packed(pa.table({"Name": pa.Array.from_buffers(pa.string(), 4, held.buffers())}))
    with pytest.raises(WorkbookError, match=r"'Name'.*not UTF-8, first in row 4") as caught:
        read_bytes(data, "t.parquet")
    assert caught.value.code == "undecodable-text"
