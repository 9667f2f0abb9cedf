"""Compressed text files: what is in them, and nothing where one is cut short or is a trap."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable

import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.errors import WorkbookError
from gcbulk.files import compressed
from gcbulk.records import Book

Read = Callable[..., Book]
TEXT = b"Player ID,Percent\n" + b"".join(b"A:_%032x,%d\n" % (n, n % 101) for n in range(300))


def by_arrow(codec: str) -> Callable[[bytes], bytes]:
    """Give what compresses by one of Arrow's codecs."""

    def pack(data: bytes) -> bytes:
        """Compress."""
        out = pa.BufferOutputStream()
        with pa.CompressedOutputStream(out, codec) as stream:
            stream.write(data)
        return bytes(out.getvalue())

    return pack


CODECS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": by_arrow("zstd"),
    "lz4": by_arrow("lz4"),
}


@pytest.mark.parametrize("codec", CODECS)
def test_a_compressed_text_is_read_as_the_text(read_bytes: Read, codec: str) -> None:
    """The sheet is that of the file inside, whatever the name says, also where it was written in several goes."""
    (plain,) = read_bytes(TEXT, "a.csv").sheets
    pack = CODECS[codec]
    for data, name in ((pack(TEXT), f"a.csv.{codec}"), (pack(TEXT[:999]) + pack(TEXT[999:]), "a.csv")):
        book = read_bytes(data, name)
        assert book.format == "csv"
        assert book.sheets[0].cells.equals(plain.cells)


@settings(max_examples=examples(60))
@given(st.sampled_from(sorted(CODECS)), st.floats(0.001, 0.999))
def test_a_file_that_is_cut_short_is_refused(read_bytes: Read, codec: str, part: float) -> None:
    """Wherever a download ended, the rows that arrived are not taken for all there are."""
    whole = CODECS[codec](TEXT)
    cut = whole[: max(8, int(len(whole) * part))]
    with pytest.raises(WorkbookError) as caught:
        read_bytes(cut, f"a.csv.{codec}")
    assert caught.value.code == "damaged-compressed-file"


@pytest.mark.parametrize("codec", CODECS)
def test_a_trap_ends_where_reading_ends(read_bytes: Read, codec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than is read of any file is refused while it is unpacked."""
    monkeypatch.setattr(compressed, "MAX_UNPACKED_BYTES", 100_000)
    monkeypatch.setattr(compressed, "_PIECE_BYTES", 1_000)
    bomb = CODECS[codec](b"x" * 50_000_000)
    assert len(bomb) < 300_000
    with pytest.raises(WorkbookError) as caught:
        read_bytes(bomb, "a.csv.gz")
    assert caught.value.code == "unpacks-too-large"


@pytest.mark.parametrize(
    "inside",
    [b"PK\x03\x04rest", b"PAR1rest", gzip.compress(TEXT), b"%PDF-1.4", b"x" * 257 + b"ustar"],
    ids=["workbook", "parquet", "compressed twice", "PDF", "tar"],
)
def test_what_is_no_text_inside_is_named(read_bytes: Read, inside: bytes) -> None:
    """A workbook or an archive in a compressed file has to be unpacked first: a report could not be written into it."""
    with pytest.raises(WorkbookError) as caught:
        read_bytes(gzip.compress(inside), "a.gz")
    assert caught.value.code == "not-a-spreadsheet"


def test_nothing_inside_is_nothing(read_bytes: Read) -> None:
    """A compressed file without content is empty, not a table without rows."""
    with pytest.raises(WorkbookError) as caught:
        read_bytes(gzip.compress(b""), "a.csv.gz")
    assert caught.value.code == "empty-file"
