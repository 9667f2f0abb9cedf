"""Where an answer ends: whatever its form, a byte more is noticed, and none less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.service.framing import has_leftover

HEAD = b"HTTP/1.1 %s\r\nServer: x\r\n"


def chunked(body: bytes, sizes: list[int], trailer: bytes) -> bytes:
    """A body in chunks."""
    parts, at = b"", 0
    for size in sizes:
        part = body[at : at + size]
        parts += b"%x;ext=1\r\n%s\r\n" % (len(part), part) if part else b""
        at += size
    rest = body[at:]
    parts += b"%X\r\n%s\r\n" % (len(rest), rest) if rest else b""
    return parts + b"0\r\n" + trailer + b"\r\n"


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A whole answer, in any of the forms that say where it ends."""
    body = draw(st.binary(max_size=200))
    form = draw(st.sampled_from(["length", "chunks", "nothing"]))
    before = draw(
        st.sampled_from([b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"])
    )
    if form == "nothing":
        return before + HEAD % b"204 No Content" + b"\r\n"
    if form == "length":
        return before + HEAD % b"201 Created" + b"content-LENGTH: %d \r\n\r\n" % len(body) + body
    sizes = draw(st.lists(st.integers(1, 60), max_size=5))
    trailer = draw(st.sampled_from([b"", b"X-Sum: 1\r\n"]))
    return before + HEAD % b"200 OK" + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked(body, sizes, trailer)


@given(answers(), st.binary(min_size=1, max_size=50))
def test_a_byte_more_is_noticed(answer: bytes, more: bytes) -> None:
    """A whole answer leaves nothing over; whatever follows it is left over."""
    assert not has_leftover(answer)
    assert has_leftover(answer + more)


@pytest.mark.parametrize("received", [b"", b"nothing", HEAD % b"x" + b"\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_what_cannot_be_told_counts_as_left_over(received: bytes) -> None:
    """A connection whose bytes make no sense is given up."""
    assert has_leftover(received)


def test_an_answer_that_the_connection_ends_leaves_nothing() -> None:
    """Without a length the end of the connection is the end of the answer."""
    assert not has_leftover(HEAD % b"200 OK" + b"\r\nwhatever")
