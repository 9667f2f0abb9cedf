"""Measures what a Parquet file could unfold to, page by page, before anything of it is unfolded.

What comes in: a file's bytes and its metadata. What goes out: how much a single row may unfold to. A dictionary holds a
text once and lets millions of rows name it by number, so that the size of a file says nothing of what it unfolds to.

Source: https://parquet.apache.org/docs/file-format (pages, encodings); their headers are in Thrift's compact protocol,
https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
from pyarrow import parquet

MAX_MEASURED_BYTES = 16 * 1024 * 1024
"""A larger dictionary is taken for a single text: to look through it would take seconds."""

Fields: TypeAlias = "Mapping[int, int | Fields]"
"""A structure's numbers and structures, by the number of the field; anything else in it is left out."""

_DICTIONARY_PAGE = 2
_WITH_PREFIXES = 7  # DELTA_BYTE_ARRAY: each text says how much of the one before it repeats
_TYPE, _UNPACKED, _PACKED = 1, 2, 3
_ENCODING_OF = {5: 2, 8: 4}  # the header of a data page, first and second form -> its field of the encoding
_DEEPEST = 8
_CODECS = {"UNCOMPRESSED": "", "LZ4": "lz4_raw"}  # where Arrow names them otherwise


def largest_row(data: memoryview, metadata: parquet.FileMetaData) -> int:
    """How much the texts of one row may come to that the file holds once and may name more often.

    Args:
        data: the file's content.
        metadata: what it says of itself.

    Returns:
        Bytes, never too few: where a column cannot be measured, all that it holds counts as one text.
    """
    longest = [0] * metadata.num_columns
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            if column.physical_type.endswith("BYTE_ARRAY"):
                longest[place] = max(longest[place], _longest_of(data, column))
    return sum(longest)


def _longest_of(data: memoryview, column: parquet.ColumnChunkMetaData) -> int:
    """The longest text that a column of a row group may repeat."""
    try:
        return max(_longest_by_page(data, column), default=0)
    except (ValueError, IndexError):
        return int(column.total_uncompressed_size)


def _longest_by_page(data: memoryview, column: parquet.ColumnChunkMetaData) -> Iterator[int]:
    start = column.data_page_offset
    if column.dictionary_page_offset:
        start = min(start, column.dictionary_page_offset)
    for header, body in _pages(data[start : start + column.total_compressed_size]):
        size = _number(header, _UNPACKED)
        if header.get(_TYPE) == _DICTIONARY_PAGE:
            yield min(size, _longest_in(body, size, column))
        elif _WITH_PREFIXES in _encodings(header):
            yield size


def _pages(chunk: memoryview) -> Iterator[tuple[Fields, memoryview]]:
    """Every page: its header and its content as it is packed."""
    at = 0
    while at < len(chunk):
        reader = _Compact(chunk, at)
        header = reader.structure()
        size = _number(header, _PACKED)
        if size < 0:
            raise ValueError("a page of negative size")
        yield header, chunk[reader.at : reader.at + size]
        at = reader.at + size


def _longest_in(body: memoryview, size: int, column: parquet.ColumnChunkMetaData) -> int:
    """The longest text of a dictionary; its whole size where it is not worth the time to look."""
    if size > MAX_MEASURED_BYTES or column.physical_type != "BYTE_ARRAY":
        return size
    try:
        codec = _CODECS.get(column.compression, column.compression.lower())
        page = pa.decompress(body, size, codec, asbytes=True) if codec else bytes(body)
    except (pa.ArrowException, ValueError, OSError):
        return size
    longest = at = 0
    while at < len(page):
        length = int.from_bytes(page[at : at + 4], "little")
        longest = max(longest, length)
        at += 4 + length
    return longest


def _encodings(header: Fields) -> Iterator[int]:
    for form, field in _ENCODING_OF.items():
        inner = header.get(form)
        if isinstance(inner, Mapping):
            yield _number(inner, field)


def _number(fields: Fields, field: int) -> int:
    number = fields.get(field)
    if not isinstance(number, int):
        raise ValueError(f"no number in field {field}")
    return number


@dataclass(slots=True)
class _Compact:
    """Reads structures of Thrift's compact protocol, as far as the headers of pages use it.

    Args:
        data: the bytes.
        at: the place of the next one.
    """

    data: memoryview
    at: int

    def structure(self, depth: int = 0) -> Fields:
        """Read a structure."""
        if depth > _DEEPEST:
            raise ValueError("structures within structures")
        fields: dict[int, int | Fields] = {}
        field = 0
        while (head := self._byte()) != 0:
            step, kind = head >> 4, head & 0x0F
            field = field + step if step else self._zigzag()
            value = self._value(kind, depth)
            if value is not None:
                fields[field] = value
        return fields

    def _value(self, kind: int, depth: int) -> int | Fields | None:
        """Read a value: truths, numbers and structures are kept, bytes are stepped over."""
        if kind in (1, 2):
            return kind == 1
        if kind in (4, 5, 6):
            return self._zigzag()
        if kind == 12:
            return self.structure(depth + 1)
        if kind == 8:
            size = self._varint()
            self.at += size
            return None
        raise ValueError(f"a value of kind {kind}, which no header of a page has")

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _varint(self) -> int:
        number = shift = 0
        while shift < 70:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
        raise ValueError("a number of more than ten bytes")

    def _zigzag(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)
