"""Measures what a Parquet file could unfold to, page by page, before anything of it is unfolded.

What comes in: a file's bytes. What goes out: how much a single row may unfold to. A dictionary holds a text once and
lets millions of rows name it by number, so that the size of a file says nothing of what it unfolds to. The directory is
read here, not asked of pyarrow, whose account of a column ends the process where the directory makes no sense to it.

Source: https://parquet.apache.org/docs/file-format (directory, pages, encodings); all but the values is in Thrift's
compact protocol, https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from gcbulk.files.thrift_compact import Fields, Reader

MAX_MEASURED_BYTES = 16 * 1024 * 1024
"""A larger dictionary is taken for a single text, and a larger directory is not read: to look through it takes time."""

_TAIL_BYTES = 8  # how long the directory is, and "PAR1"
# Fields by their numbers: of the directory, a row group, a column of it, what is said of that, the header of a page.
_GROUPS, _COLUMNS, _ABOUT = 4, 1, 3
_KIND, _CODEC, _WHOLE_SIZE, _PACKED_SIZE, _DATA_AT, _DICTIONARY_AT = 1, 4, 6, 7, 9, 11
_PAGE_KIND, _UNPACKED, _PACKED = 1, 2, 3
_ENCODING_OF = {5: 2, 8: 4}  # the header of a data page, first and second form -> its field of the encoding
_DICTIONARY_PAGE = 2
_WITH_PREFIXES = 7  # DELTA_BYTE_ARRAY: each text says how much of the one before it repeats
_TEXT, _TEXT_OF_FIXED_LENGTH = 6, 7
_CODECS: Mapping[int, str] = {1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}
_NOT_PACKED = 0

Chunk: TypeAlias = Fields
"""What the directory says of one column in one row group."""


def largest_row(data: memoryview) -> int:
    """How much the texts of one row may come to that the file holds once and may name more often.

    Args:
        data: the file's content.

    Returns:
        Bytes, never too few: where a column cannot be measured, all that it holds counts as one text. Texts that the
        file names only once do not count.

    Raises:
        ValueError: the file's directory cannot be read.
    """
    longest: dict[int, int] = {}
    for place, chunk in _chunks(data):
        if _number(chunk, _KIND) in (_TEXT, _TEXT_OF_FIXED_LENGTH):
            longest[place] = max(longest.get(place, 0), _longest_of(data, chunk))
    return sum(longest.values())


def _chunks(data: memoryview) -> Iterator[tuple[int, Chunk]]:
    """What the directory says of every column in every row group, with the column's place."""
    size = int.from_bytes(data[-_TAIL_BYTES:-4], "little")
    if not 0 < size <= min(len(data) - _TAIL_BYTES, MAX_MEASURED_BYTES):
        raise ValueError("its directory is missing or larger than any file needs")
    directory = Reader(data[-_TAIL_BYTES - size : -_TAIL_BYTES]).structure()
    for group in _structures(directory, _GROUPS):
        for place, column in enumerate(_structures(group, _COLUMNS)):
            yield place, _structure(column, _ABOUT)


def _longest_of(data: memoryview, chunk: Chunk) -> int:
    """The longest text that a column of a row group may repeat."""
    try:
        return max(_longest_by_page(data, chunk), default=0)
    except ValueError:
        return _number(chunk, _WHOLE_SIZE)


def _longest_by_page(data: memoryview, chunk: Chunk) -> Iterator[int]:
    start, first = _number(chunk, _DATA_AT), chunk.get(_DICTIONARY_AT)
    if isinstance(first, int) and 0 < first < start:
        start = first
    for header, body in _pages(data[start : start + _number(chunk, _PACKED_SIZE)]):
        size = _number(header, _UNPACKED)
        if _number(header, _PAGE_KIND) == _DICTIONARY_PAGE:
            yield min(size, _longest_in(body, size, chunk))
        elif _WITH_PREFIXES in _encodings(header):
            yield size


def _pages(chunk: memoryview) -> Iterator[tuple[Fields, memoryview]]:
    """Every page: its header and its content as it is packed."""
    at = 0
    while at < len(chunk):
        reader = Reader(chunk, at)
        header = reader.structure()
        size = _number(header, _PACKED)
        yield header, chunk[reader.at : reader.at + size]
        at = reader.at + size


def _longest_in(body: memoryview, size: int, chunk: Chunk) -> int:
    """The longest text of a dictionary; its whole size where it is not worth the time to look."""
    if size > MAX_MEASURED_BYTES or _number(chunk, _KIND) != _TEXT:
        return size
    codec = _number(chunk, _CODEC)
    try:
        page = bytes(body) if codec == _NOT_PACKED else pa.decompress(body, size, _CODECS.get(codec, ""), asbytes=True)
    except (pa.ArrowException, ValueError, OSError):
        return size
    return _longest_listed(page)


def _longest_listed(page: bytes) -> int:
    """The longest of texts that each stand behind their length in four bytes."""
    step = 4 + int.from_bytes(page[:4], "little")
    if page and len(page) % step == 0 and (np.frombuffer(page, f"<u4,V{step - 4}")["f0"] == step - 4).all():
        return step - 4  # as ids are: all of one length
    longest = at = 0
    while at < len(page):
        length = int.from_bytes(page[at : at + 4], "little")
        longest = max(longest, length)
        at += 4 + length
    return longest


def _encodings(header: Fields) -> Iterator[int]:
    for form, field in _ENCODING_OF.items():
        if form in header:
            yield _number(_structure(header, form), field)


def _number(fields: Fields, field: int) -> int:
    """A number, none of which is ever negative here."""
    number = fields.get(field)
    if not isinstance(number, int) or number < 0:
        raise ValueError(f"no number in field {field}")
    return number


def _structure(fields: Fields, field: int) -> Fields:
    found = fields.get(field)
    if not isinstance(found, Mapping):
        raise ValueError(f"no structure in field {field}")
    return found


def _structures(fields: Fields, field: int) -> Iterator[Fields]:
    found = fields.get(field)
    if not isinstance(found, Sequence):
        raise ValueError(f"no list in field {field}")
    yield from (one for one in found if isinstance(one, Mapping))
