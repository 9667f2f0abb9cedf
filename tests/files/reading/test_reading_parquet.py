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
from gcbulk.files.parquet_pages import largest_row
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


@pytest.mark.parametrize("size", [0, 2**31 - 1], ids=["none", "larger than the file"])
def test_directory_that_cannot_be_read(size: int) -> None:
    """Without its directory a file cannot be measured, and is not read."""
    data = packed(pa.table({"a": ["x"]}))
    with pytest.raises(ValueError, match="directory"):
        largest_row(memoryview(data[:-8] + size.to_bytes(4, "little") + b"PAR1"))


def test_directory_of_another_kind() -> None:
    """A directory whose lists or structures are something else is refused."""
    for directory in (b"\x00", b"\x45\x00\x00", b"\x49\x1c\x19\x1c\x00\x00\x00", b"\x15", b"\x1b"):
        with pytest.raises(ValueError, match=r"no (number|structure|list) in|an end|a value of kind"):
            largest_row(memoryview(b"PAR1" + directory + len(directory).to_bytes(4, "little") + b"PAR1"))


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
    "prefixes": {"use_dictionary": False, "column_encoding": "DELTA_BYTE_ARRAY"},
    "several groups": {"row_group_size": 30},
}


KINDS = {"text": pa.string(), "large text": pa.large_string(), "category": pa.dictionary(pa.int32(), pa.string())}


REPEATED = {
    f"{kind}-{form}": (KINDS[kind], FORMS[form])
    for kind in KINDS
    for form in FORMS
    if (kind, form) != ("category", "prefixes")  # which pyarrow does not read together
}


@pytest.mark.parametrize(("kind", "form"), REPEATED.values(), ids=REPEATED.keys())
def test_repeated_texts_cannot_fill_the_memory(
    read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch, form: dict[str, Json], kind: pa.DataType
) -> None:
    """A small file that repeats one long text is read a few rows at a time, and no further than is allowed."""
    rows_at_a_time: list[int] = []
    plain = arrow_parquet.ParquetFile.iter_batches

    def watched(file: arrow_parquet.ParquetFile, batch_size: int) -> Iterator[pa.RecordBatch]:
        rows_at_a_time.append(batch_size)
        yield from plain(file, batch_size=batch_size)

    monkeypatch.setattr(arrow_parquet.ParquetFile, "iter_batches", watched)
    monkeypatch.setattr(parquet, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(WorkbookError, match="bytes; at most 1,000,000") as caught:
        read_bytes(packed(pa.table({"a": pa.array(["x" * 10_000] * 101).cast(kind)}), **form), "t.parquet")
    assert caught.value.code == "unpacks-too-large"
    assert len(rows_at_a_time) == 1
    assert 0 < rows_at_a_time[0] <= 100


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@given(texts=st.lists(st.text(alphabet="ab", max_size=40) | st.none(), min_size=1, max_size=200))
def test_largest_row_is_never_underrated(form: dict[str, Json], texts: list[str | None]) -> None:
    """What a row may unfold to is at least the longest text that the file holds once and names twice."""
    data = packed(pa.table({"a": pa.array(texts, pa.string())}), **form)
    size = largest_row(memoryview(data))
    repeated = [text for text in texts if text is not None and texts.count(text) > 1]
    assert size >= max(map(len, repeated), default=0)


def test_column_that_cannot_be_measured_counts_as_one_text() -> None:
    """Where the pages are not what a page can be, all of the column counts."""
    data = packed(pa.table({"a": ["x" * 100] * 50, "b": range(50)}))
    metadata = arrow_parquet.ParquetFile(io.BytesIO(data)).metadata
    column = metadata.row_group(0).column(0)
    start = column.dictionary_page_offset
    unknown, deep, endless = b"\xff" * 20, b"\x1c" * 20, b"\x15" + b"\xff" * 20
    without_size, negative = b"\x15\x04\x15\x00\x00", b"\x15\x04\x15\x00\x15\x01\x00"
    less_than_nothing, no_form = b"\x15\x04\x15\x01\x15\x00\x00", b"\x15\x00\x15\x00\x15\x00\x25\x00\x15\x00\x00"
    lists = b"\x19" + b"\x19" * 40
    for harmed in (unknown, deep, endless, without_size, negative, less_than_nothing, no_form, lists):
        harm = bytearray(data)
        harm[start : start + len(harmed)] = harmed
        assert largest_row(memoryview(bytes(harm))) == column.total_uncompressed_size


def test_dictionary_that_cannot_be_unpacked_counts_as_one_text() -> None:
    """Where a dictionary is packed in a way that is not understood, what it says of its own size counts."""
    data = packed(pa.table({"a": ["xyz" * 100] * 50}), compression="gzip")
    harm = data.replace(b"\x1f\x8b", b"\0\0", 1)
    assert largest_row(memoryview(harm)) == 304


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
