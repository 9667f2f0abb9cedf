"""Where an answer ends in the bytes received on a connection.

A gateway that answers 504 and passes on the true answer a moment later leaves that answer on the connection, where it
would be taken for the answer to the next request. httpcore does not expose such bytes, so they are counted here.

Source: https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length
"""

from __future__ import annotations

import re

_HEAD_END = re.compile(rb"\n\r?\n")
_LENGTH = re.compile(rb"^content-length:\s*([0-9]+)\s*$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:.*\bchunked\s*$", re.IGNORECASE | re.MULTILINE)
_WITHOUT_BODY = (204, 304)


def has_leftover(received: bytes | bytearray) -> bool:
    """Whether bytes follow a complete answer; also True where that cannot be told, so that the connection is dropped.

    Args:
        received: everything received since the request was sent; its answer was read to the end.
    """
    try:
        end = _end(received)
    except ValueError:
        return True
    return end is not None and end != len(received)


def _end(received: bytes | bytearray) -> int | None:
    """Where the answer ends; None where only the end of the connection tells."""
    at, status = 0, 100
    while 100 <= status < 200:  # informational answers come before the one that counts
        begin, (at, status) = at, _head(received, at)
    head = bytes(received[begin:at])
    if status in _WITHOUT_BODY:
        return at
    if _CHUNKED.search(head):
        return _end_of_chunks(received, at)
    length = _LENGTH.search(head)
    return at + int(length[1]) if length else None


def _head(received: bytes | bytearray, at: int) -> tuple[int, int]:
    """Where the head that begins there ends, and its status."""
    end = _HEAD_END.search(received, at)
    if end is None:
        raise ValueError("no head")
    return end.end(), int(bytes(received[at : at + 16]).split()[1])


def _end_of_chunks(received: bytes | bytearray, at: int) -> int:
    size = -1
    while size:
        line_end = received.index(b"\n", at)
        size = int(bytes(received[at:line_end]).split(b";")[0], 16)
        at = line_end + 1
        at = received.index(b"\n", at + size) + 1 if size else at
    while received[at : received.index(b"\n", at)].strip():  # trailers, up to an empty line
        at = received.index(b"\n", at) + 1
    return received.index(b"\n", at) + 1
