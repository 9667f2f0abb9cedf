"""Whether the journal's write-ahead log is whole.

What comes in: the log's path. What goes out: whether everything in it that belongs to it is still as it was written.
SQLite reads a log up to the first record that is not right and takes that for its end: after a crash that is what is
wanted, after damage it would silently forget what was promised. A crash leaves no whole record that is wrong, for a
record is written in order and only appended; damage does.

Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

_HEADER = struct.Struct(">IIIIIIII")  # magic, version, page size, checkpoint, two salts, two checksums
_FRAME = struct.Struct(">IIIIII")  # page, size after a commit, two salts, two checksums
_MAGIC = 0x377F0682  # with the last bit set where checksums are of big-endian words
_SUMMED_HEADER = 24  # how much of the header its checksum covers
_SUMMED_FRAME = 8
_MASK = 0xFFFFFFFF
_LOOKS = 5


class _Sum(NamedTuple):
    one: int
    two: int

    def on(self, data: bytes, order: str) -> _Sum:
        """The checksum, gone on over whole pairs of words."""
        one, two = self
        for first, second in struct.iter_unpack(f"{order}II", data):
            one = (one + first + two) & _MASK
            two = (two + second + one) & _MASK
        return _Sum(one, two)


def is_whole_log(path: Path) -> bool:
    """Whether a write-ahead log holds no damaged record; one that is not there or empty is whole.

    Another run may be writing to it: what looks damaged is looked at again.

    Args:
        path: the log's file.

    Raises:
        OSError: it cannot be read.
    """
    return any(not path.exists() or _is_whole(path.read_bytes()) for _ in range(_LOOKS))


def _is_whole(log: bytes) -> bool:
    if len(log) < _HEADER.size:
        return True  # a log that was just being begun: nothing was promised yet
    magic, _, page, _, salt_1, salt_2, *summed = _HEADER.unpack_from(log)
    order = ">" if magic & 1 else "<"
    checksum = _Sum(0, 0).on(log[:_SUMMED_HEADER], order)
    if magic & ~1 != _MAGIC or checksum != tuple(summed):
        return False
    for start in range(_HEADER.size, len(log) - _FRAME.size - page + 1, _FRAME.size + page):
        _, _, own_1, own_2, *summed = _FRAME.unpack_from(log, start)
        if (own_1, own_2) != (salt_1, salt_2):
            return not _follows(log, start, page, (salt_1, salt_2))
        content = start + _FRAME.size
        checksum = checksum.on(log[start : start + _SUMMED_FRAME] + log[content : content + page], order)
        if checksum != tuple(summed):
            return False
    return True


def _follows(log: bytes, start: int, page: int, salts: tuple[int, int]) -> bool:
    """Whether anything from here on carries one of the log's salts, as no record of an earlier log does."""
    records = range(start, len(log) - _FRAME.size - page + 1, _FRAME.size + page)
    return any(
        own == salt for record in records for own, salt in zip(_FRAME.unpack_from(log, record)[2:4], salts, strict=True)
    )
