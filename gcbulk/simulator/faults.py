"""What can be made to go wrong, and when: seeded, so that a run that found a defect can be repeated.

Chance does not come from a generator but from a hash of the seed, the request, and how often that same request has
been made, so that the order in which a client's threads happen to run changes nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from gcbulk.simulator.exchange import Request

KINDS = ("status", "reset", "truncate", "delay", "slow", "late", "body", "edit", "headers")
MEBIBYTE = 1024 * 1024
BOMB_BYTES = 256 * MEBIBYTE
HUGE_BYTES = 32 * MEBIBYTE
DEPTH = 100_000
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class BadBody:
    """A body that no client should trip over: broken, huge, hollow, or squeezed.

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


BAD_BODIES: dict[str, BadBody] = {
    "html": BadBody(lambda: b"<html><body>Could not process this request</body></html>", "text/html"),
    "html-as-json": BadBody(lambda: b"<html><body>Could not process this request</body></html>"),
    "empty": BadBody(lambda: b""),
    "cut": BadBody(lambda: b'{"data":{"type":"gameCenterAchievements","id":"1'),
    "not-utf8": BadBody(lambda: b'{"data":{"type":"x","id":"\xff\xfe"}}'),
    "nan": BadBody(lambda: b'{"data":{"type":"x","id":"1","attributes":{"points":NaN}}}'),
    "null": BadBody(lambda: b"null"),
    "list": BadBody(lambda: b"[]"),
    "text": BadBody(lambda: b'"created"'),
    "number": BadBody(lambda: b"1e999"),
    "no-data": BadBody(lambda: b"{}"),
    "null-data": BadBody(lambda: b'{"data":null}'),
    "no-id": BadBody(lambda: b'{"data":{"type":"gameCenterAchievements","attributes":{}}}'),
    "id-is-empty": BadBody(lambda: b'{"data":{"type":"gameCenterAchievements","id":""}}'),
    "id-is-number": BadBody(lambda: b'{"data":{"type":"gameCenterAchievements","id":1}}'),
    "duplicate-keys": BadBody(lambda: b'{"data":{"type":"x","id":"1"},"data":{"type":"x","id":"2"}}'),
    "lone-surrogate": BadBody(lambda: rb'{"data":{"type":"x","id":"\ud800"}}'),
    "two-documents": BadBody(lambda: b'{"data":[]}{"data":[]}'),
    "list-of-null": BadBody(lambda: b'{"data":[null,0,"",[],{}]}'),
    "blanks": BadBody(lambda: b" \r\n\t" * 1000),
    "nul-bytes": BadBody(lambda: bytes(1000)),
    "bom": BadBody(lambda: b'\xef\xbb\xbf{"data":{"type":"gameCenterAchievements","id":"1"}}'),
    "utf-16": BadBody(lambda: '{"data":{"type":"x","id":"1"}}'.encode("utf-16"), f"{JSON}; charset=utf-16"),
    "no-such-charset": BadBody(lambda: b'{"data":{"id":"\xe9"}}', f"{JSON}; charset=no-such-charset"),
    "long-number": BadBody(lambda: b'{"data":' + b"9" * MEBIBYTE + b"}"),
    "deep": BadBody(lambda: b"[" * DEPTH + b"]" * DEPTH),
    "deep-objects": BadBody(lambda: b'{"data":' * DEPTH + b"1" + b"}" * DEPTH),
    "huge": BadBody(lambda: b'{"data":"' + b"x" * HUGE_BYTES + b'"}'),
    "bomb": BadBody(_bomb, encoding="gzip"),
    "bomb-in-a-bomb": BadBody(lambda: gzip.compress(_bomb()), encoding="gzip, gzip"),
    "odd-packing": BadBody(lambda: b'{"data":{"type":"x","id":"1"}}', encoding="br"),
    "broken-gzip": BadBody(lambda: b"\x1f\x8b\x08" + bytes(6) + b"\x03" + b"\xff" * 8, encoding="gzip"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and the requests that it happens to.

    Kinds: "status" answers otherwise; "truncate" ends the connection after `at_byte` bytes of the answer, head
    included, and "reset" breaks it there; "delay" gives the right answer late; "slow" gives it a few bytes at a time;
    "late" answers with an error and applies the request later all the same; "body" answers with a success whose body
    is `garbage`; "edit" replaces one value of the right answer, or some of its bytes; "headers" gives the right answer
    with other headers.

    Args:
        kind: what happens.
        method: the HTTP method it is about; empty for any.
        path: a regular expression that is searched in the path; empty for any.
        nth: which of the matching requests, counted from 1; empty for all that chance picks.
        after: how many matching requests are left alone first.
        probability: the chance of each matching request.
        times: how often it happens at most; 0 for without end.
        from_s: seconds after the start before which it does not happen.
        until_s: seconds after the start from which it happens no more; 0 for never.
        applied: whether the request takes effect before it goes wrong; "delay", "slow", "edit" and "headers" always
            apply it, "late" never at once.
        status: the status of the answer; None for the kind's usual one, 0 breaks the connection instead.
        code: the error code of the answer, where the usual one of that status will not do.
        retry_after: the value of a Retry-After header, word for word; empty for none.
        headers: header lines that take the place of those with the same names.
        at_byte: where the answer ends, for "truncate" and "reset"; where the bytes of the body are that `value`
            replaces, for "edit" without a pointer.
        delay_s: seconds that pass before the answer is sent, for every kind.
        spread_s: up to so many seconds more, any as likely as another; for "late" on top of `apply_after_s`.
        tail_s: the mean of further seconds, few of them long, as latencies are.
        chunk_bytes: how many bytes come at a time, for "slow".
        pause_s: seconds between two of them.
        apply_after_s: seconds until the request takes effect, for "late".
        garbage: the name of a body, for "body".
        content: the body itself, for "body", where none that has a name will do.
        pointer: the place of the value that is replaced, for "edit", as a JSON pointer; empty for a place in the bytes.
        value: the text that takes its place.
        value_json: what takes its place, as JSON, where it is to be no text.
    """

    kind: str
    method: str = ""
    path: str = ""
    nth: tuple[int, ...] = ()
    after: int = 0
    probability: float = 1.0
    times: int = 0
    from_s: float = 0.0
    until_s: float = 0.0
    applied: bool = False
    status: int | None = None
    code: str = ""
    retry_after: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    at_byte: int = 0
    delay_s: float = 0.0
    spread_s: float = 0.0
    tail_s: float = 0.0
    chunk_bytes: int = 1
    pause_s: float = 1.0
    apply_after_s: float = 0.0
    garbage: str = "html"
    content: str = ""
    pointer: str = ""
    value: str = ""
    value_json: str = ""

    def __post_init__(self) -> None:
        """Refuse names that are not there, before they silently do nothing."""
        must_be_one_of("fault", self.kind, KINDS)
        must_be_one_of("garbage", self.garbage, tuple(BAD_BODIES))
        re.compile(self.path)

    def breaks(self) -> bool:
        """Say whether the client sees no whole answer."""
        return self.kind in ("reset", "truncate") or self.status == 0

    def is_about(self, request: Request) -> bool:
        """Say whether a request is one of those that this can happen to."""
        return self.method in ("", request.method) and re.search(self.path, request.path) is not None


def must_be_one_of(noun: str, name: str, names: tuple[str, ...]) -> None:
    """Refuse a name that is not there.

    Raises:
        ValueError: with the names that are there.
    """
    if name not in names:
        raise ValueError(f"There is no {noun} {name!r}; there are {', '.join(names)}.")


class FaultSchedule:
    """The faults of one run, with the memory of which came how often.

    Args:
        faults: what can go wrong; the first that strikes is the one that happens.
        seed: decides what chance decides.
        clock: gives the time; the schedule's own time begins now.
    """

    def __init__(self, faults: tuple[Fault, ...], *, seed: int, clock: Callable[[], float]) -> None:
        self.faults = list(faults)
        self.struck: Counter[Fault] = Counter()
        self._seed = seed
        self._clock = clock
        self._began_at = clock()
        self._matched: Counter[Fault] = Counter()
        self._seen: Counter[bytes] = Counter()

    def strike(self, request: Request) -> Fault | None:
        """Give what goes wrong with a request, its times made definite, or None when all goes well."""
        if not self.faults:
            return None
        digest = hashlib.blake2b(f"{request.method} {request.path} ".encode() + request.body, digest_size=8)
        self._seen[digest.digest()] += 1
        chance = f"{self._seed} {digest.hexdigest()} {self._seen[digest.digest()]}"
        for number, fault in enumerate(self.faults):
            if fault.is_about(request) and self._picks(fault, f"{chance} {number}"):
                self.struck[fault] += 1
                return definite(fault, _fraction(f"{chance} {number} spread"), _fraction(f"{chance} {number} tail"))
        return None

    def replace(self, faults: tuple[Fault, ...], *, seed: int) -> None:
        """Let other things go wrong from now on; the schedule's time begins anew."""
        self.faults[:] = faults
        self._seed = seed
        self._seen.clear()
        self.struck.clear()
        self._matched.clear()
        self._began_at = self._clock()

    def _picks(self, fault: Fault, chance: str) -> bool:
        elapsed_s = self._clock() - self._began_at
        if elapsed_s < fault.from_s or (fault.until_s and elapsed_s >= fault.until_s):
            return False
        self._matched[fault] += 1
        turn = self._matched[fault]
        if turn <= fault.after or (fault.times and self.struck[fault] >= fault.times):
            return False
        if fault.nth:
            return turn in fault.nth
        return _fraction(chance) < fault.probability


def definite(fault: Fault, spread: float, tail: float) -> Fault:
    """Give a fault with the times that hold for one request, by two numbers from 0 to below 1."""
    more_s = fault.spread_s * spread - fault.tail_s * math.log1p(-tail)
    if not more_s:
        return fault
    if fault.kind == "late":
        return replace(fault, apply_after_s=fault.apply_after_s + more_s)
    return replace(fault, delay_s=fault.delay_s + more_s)


def _fraction(text: str) -> float:
    """Turn a text into a number from 0 to below 1, the same one every time."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) / (1 << 48)
