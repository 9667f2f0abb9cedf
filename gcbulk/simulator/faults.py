"""What can be made to go wrong, and when: seeded, so that a run that found a defect can be run again.

What comes in: requests. What goes out: for each request at most one `Fault` to inflict on it. Chance is not drawn
from a generator but read from a hash of the seed, the request and how often that very request came, so that the
order in which a client's threads happen to run changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass

from gcbulk.simulator.exchange import Request

KINDS = ("status", "reset", "truncate", "delay", "late")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and the requests that it happens to.

    Args:
        kind: "status" (another answer), "reset" (the connection breaks without a byte of an answer), "truncate"
            (it ends after `at_byte` bytes of the answer, head included), "delay" (the right answer, late), "late"
            (the answer is `status`, and the request is applied `apply_after_s` later all the same).
        method: the HTTP method it is about; empty for any.
        path: a regular expression that is searched in the path; empty for any.
        nth: which of the matching requests, counted from 1; empty for all that chance picks.
        after: how many matching requests are left alone first.
        probability: the chance of each matching request.
        times: how often it happens at most; 0 for without end.
        applied: whether the request takes effect before it goes wrong.
        status: the status of the answer, for "status" and "late"; 0 breaks the connection instead.
        code: the error code of the answer, where the usual one of that status will not do.
        retry_after: the value of a Retry-After header, word for word; empty for none.
        at_byte: where the answer ends, for "truncate".
        delay_s: seconds that pass before the answer is sent, for every kind.
        apply_after_s: seconds until the request takes effect, for "late".
    """

    kind: str
    method: str = ""
    path: str = ""
    nth: tuple[int, ...] = ()
    after: int = 0
    probability: float = 1.0
    times: int = 0
    applied: bool = False
    status: int = 500
    code: str = ""
    retry_after: str = ""
    at_byte: int = 0
    delay_s: float = 0.0
    apply_after_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a kind that is not there, before it silently does nothing."""
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}; there are {', '.join(KINDS)}.")

    def breaks(self) -> bool:
        """Say whether the client sees no whole answer."""
        return self.kind in ("reset", "truncate") or self.status == 0

    def is_about(self, request: Request) -> bool:
        """Say whether a request is one of those that this can happen to."""
        return self.method in ("", request.method) and re.search(self.path, request.path) is not None


class Storm:
    """The faults of one run, with the memory of which came how often.

    Args:
        faults: what can go wrong; the first that strikes is the one that happens.
        seed: decides what chance decides.
    """

    def __init__(self, faults: tuple[Fault, ...], *, seed: int) -> None:
        self.faults = list(faults)
        self.struck: Counter[Fault] = Counter()
        self._seed = seed
        self._matched: Counter[Fault] = Counter()
        self._seen: Counter[bytes] = Counter()

    def strike(self, request: Request) -> Fault | None:
        """Choose what goes wrong with a request.

        Args:
            request: the request as it came.

        Returns:
            The fault, or None when all goes well.
        """
        if not self.faults:
            return None
        digest = hashlib.blake2b(f"{request.method} {request.path} ".encode() + request.body, digest_size=8)
        self._seen[digest.digest()] += 1
        chance = f"{self._seed} {digest.hexdigest()} {self._seen[digest.digest()]}"
        for number, fault in enumerate(self.faults):
            if fault.is_about(request) and self._picks(fault, f"{chance} {number}"):
                self.struck[fault] += 1
                return fault
        return None

    def _picks(self, fault: Fault, chance: str) -> bool:
        self._matched[fault] += 1
        turn = self._matched[fault]
        if turn <= fault.after or (fault.times and self.struck[fault] >= fault.times):
            return False
        if fault.nth:
            return turn in fault.nth
        return _fraction(chance) < fault.probability


def _fraction(text: str) -> float:
    """Turn a text into a number from 0 to below 1, the same one every time."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest()) / (1 << 56)
