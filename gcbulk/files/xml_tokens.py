"""The fast way through a large XML part: all its tags at once, as arrays, without an XML parser.

Works on a stretch of a part that went through `xml_parts.normalise`. It is either sure of what it sees or raises
`NotSureError`, and then the stretch is read by expat (xml_parts.walk) instead; it never guesses. Sure means: no CDATA,
comment or processing instruction, as many ">" as "<" with each ">" after its own "<", and only known tags in a known
order (which the caller checks against its grammar).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Positions: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]

PADDING = b" " * 32  # so that looking a few bytes past a tag needs no bounds check
BLOCK_BYTES = 2 * 1024 * 1024  # some 30,000 cells: they stay in the cache
MAX_BLOCK_BYTES = 32 * 1024 * 1024  # what one row of a real sheet stays below; its tags' positions take 20 times that
_IS_DECLARATION = np.isin(np.arange(256), [ord("!"), ord("?")])


class NotSureError(Exception):
    """The fast scan sees something that it does not know for certain."""


class DeclarationError(NotSureError):
    """The fast scan sees a comment, CDATA or processing instruction: no "<" behind it is surely a tag."""


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a stretch of XML, in order.

    Args:
        text: the stretch, padded.
        array: the same, as numbers.
        start: where each "<" is.
        end: where its ">" is.
        after: where the next tag begins: what lies between is the tag's text.
        closed: whether it closes itself.
    """

    text: bytes = field(repr=False)
    array: Bytes
    start: Positions
    end: Positions
    after: Positions
    closed: Flags

    def pick(self, start: Positions, end: Positions) -> pa.Array:
        """Return the stretches between the given positions as an Arrow string array.

        Args:
            start: where each begins, ascending.
            end: where each ends, none beyond the next one's begin.

        Raises:
            NotSureError: the bytes are no UTF-8.
        """
        if len(start) == 0:
            return pa.array([], pa.string())
        offsets = np.column_stack([start, end]).ravel().astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self.text)]
        with_gaps = pa.StringArray.from_buffers(len(offsets) - 1, buffers[1], buffers[2])
        picked = with_gaps.take(pa.array(np.arange(0, len(offsets), 2)))
        try:
            picked.validate(full=True)
        except pa.ArrowInvalid as error:
            raise NotSureError("no UTF-8") from error
        return picked


def blocks(part: bytes, begin: int, end: int, opening: bytes) -> Iterator[bytes]:
    """Cut a stretch of a part into blocks of whole elements, so that memory stays small however large it is.

    Args:
        part: the part.
        begin: where the stretch begins.
        end: where it ends.
        opening: how each of its elements begins, such as ``<row``.

    Yields:
        Blocks of about `BLOCK_BYTES`, larger where an element is.
    """
    while begin < end:
        cut = part.find(opening, begin + BLOCK_BYTES, end)
        stop = end if cut < 0 else cut
        yield part[begin:stop]
        begin = stop


def tags(stretch: bytes) -> Tags:
    """Find every tag of a stretch of XML.

    Args:
        stretch: whole elements and nothing else.

    Returns:
        Its tags.

    Raises:
        NotSureError: it holds more than plain tags and text.
    """
    if len(stretch) > MAX_BLOCK_BYTES:
        raise NotSureError("too long to hold the positions of all its tags")
    padded = stretch + PADDING
    array = np.frombuffer(padded, np.uint8)
    start = np.flatnonzero(array == ord("<"))
    end = np.flatnonzero(array == ord(">"))
    if bool(_IS_DECLARATION[array[start + 1]].any()):
        raise DeclarationError("a comment, CDATA or processing instruction")
    if len(start) != len(end) or len(start) == 0 or start[0] != 0:
        raise NotSureError("an angle bracket outside of a tag")
    after = np.append(start[1:], len(stretch))
    if bool((end <= start + 1).any()) or bool((end >= after).any()):
        raise NotSureError("an angle bracket inside of a tag")
    return Tags(padded, array, start, end, after, array[end - 1] == ord("/"))


def numbers(array: Bytes, at: Positions) -> tuple[Positions, Positions]:
    """Read the decimal numbers that begin at the given positions.

    Args:
        array: the stretch.
        at: where each number's first digit is.

    Returns:
        The numbers (of at most seven digits; none begins with 0), and where each ends.

    Raises:
        NotSureError: at one of the positions is no such number.
    """
    value = np.zeros(len(at), np.int64)
    position = at.copy()
    if bool((array[at] == ord("0")).any()):
        raise NotSureError("a number that begins with 0")
    for _ in range(7):
        digit = array[position] - np.uint8(ord("0"))
        is_digit = digit < 10
        if not is_digit.any():
            break
        value = np.where(is_digit, value * 10 + digit, value)
        position += is_digit
    if bool((value == 0).any()):
        raise NotSureError("no number where one belongs")
    return value, position


def change_where(texts: pa.Array, sign: str, change: Callable[[str], str]) -> pa.Array:
    """Apply a change to those texts alone that hold a sign of needing it.

    Args:
        texts: strings.
        sign: what a text must contain.
        change: what is done to it.
    """
    marked = pc.match_substring(texts, sign)
    if not pc.any(marked).as_py():
        return texts
    changed = pa.array([change(text) for text in texts.filter(marked).to_pylist()], pa.string())
    return pc.replace_with_mask(texts, marked, changed)
