"""Bodies that no client should trip over: broken, huge, hollow, or squeezed.

What comes in: a name. What goes out: the bytes, the content type and the content encoding.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

MEBIBYTE = 1024 * 1024
BOMB_BYTES = 256 * MEBIBYTE
HUGE_BYTES = 32 * MEBIBYTE
DEPTH = 100_000
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Garbage:
    """A body that is not what it should be.

    Args:
        make: gives the bytes.
        content_type: what it calls itself.
        encoding: its Content-Encoding; empty for none.
    """

    make: Callable[[], bytes]
    content_type: str = JSON
    encoding: str = ""


@cache
def _bomb() -> bytes:
    """Squeeze a great many blanks into a few bytes, in one piece that a client would unpack at once."""
    return gzip.compress(b" " * BOMB_BYTES, compresslevel=1)


GARBAGE: dict[str, Garbage] = {
    "html": Garbage(lambda: b"<html><body>Could not process this request</body></html>", "text/html"),
    "html-as-json": Garbage(lambda: b"<html><body>Could not process this request</body></html>"),
    "empty": Garbage(lambda: b""),
    "cut": Garbage(lambda: b'{"data":{"type":"gameCenterAchievements","id":"1'),
    "not-utf8": Garbage(lambda: b'{"data":{"type":"x","id":"\xff\xfe"}}'),
    "nan": Garbage(lambda: b'{"data":{"type":"x","id":"1","attributes":{"points":NaN}}}'),
    "null": Garbage(lambda: b"null"),
    "list": Garbage(lambda: b"[]"),
    "text": Garbage(lambda: b'"created"'),
    "number": Garbage(lambda: b"1e999"),
    "no-data": Garbage(lambda: b"{}"),
    "null-data": Garbage(lambda: b'{"data":null}'),
    "no-id": Garbage(lambda: b'{"data":{"type":"gameCenterAchievements","attributes":{}}}'),
    "id-is-empty": Garbage(lambda: b'{"data":{"type":"gameCenterAchievements","id":""}}'),
    "id-is-number": Garbage(lambda: b'{"data":{"type":"gameCenterAchievements","id":1}}'),
    "duplicate-keys": Garbage(lambda: b'{"data":{"type":"x","id":"1"},"data":{"type":"x","id":"2"}}'),
    "lone-surrogate": Garbage(lambda: rb'{"data":{"type":"x","id":"\ud800"}}'),
    "two-documents": Garbage(lambda: b'{"data":[]}{"data":[]}'),
    "list-of-null": Garbage(lambda: b'{"data":[null,0,"",[],{}]}'),
    "blanks": Garbage(lambda: b" \r\n\t" * 1000),
    "nul-bytes": Garbage(lambda: bytes(1000)),
    "bom": Garbage(lambda: b'\xef\xbb\xbf{"data":{"type":"gameCenterAchievements","id":"1"}}'),
    "utf-16": Garbage(lambda: '{"data":{"type":"x","id":"1"}}'.encode("utf-16"), f"{JSON}; charset=utf-16"),
    "no-such-charset": Garbage(lambda: b'{"data":{"id":"\xe9"}}', f"{JSON}; charset=no-such-charset"),
    "long-number": Garbage(lambda: b'{"data":' + b"9" * MEBIBYTE + b"}"),
    "deep": Garbage(lambda: b"[" * DEPTH + b"]" * DEPTH),
    "deep-objects": Garbage(lambda: b'{"data":' * DEPTH + b"1" + b"}" * DEPTH),
    "huge": Garbage(lambda: b'{"data":"' + b"x" * HUGE_BYTES + b'"}'),
    "bomb": Garbage(_bomb, encoding="gzip"),
    "bomb-in-a-bomb": Garbage(lambda: gzip.compress(_bomb()), encoding="gzip, gzip"),
    "odd-packing": Garbage(lambda: b'{"data":{"type":"x","id":"1"}}', encoding="br"),
    "broken-gzip": Garbage(lambda: b"\x1f\x8b\x08" + bytes(6) + b"\x03" + b"\xff" * 8, encoding="gzip"),
}
