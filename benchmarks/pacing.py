"""Pacing: how much of what the limits allow is used, hours in milliseconds.

What comes in: nothing. What goes out: lines. The service here counts a rolling hour and the minutes of the clock, 300
and 3,600, answers after 150 ms, and says nothing of the minute; time passes only where somebody waits.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from benchmarks.measuring import Line
from gcbulk.appstore.calls import Reply
from gcbulk.service.pacing import Pacer
from gcbulk.service.sender import IN_FLIGHT

_LATENCY_S = 0.15
_PER_HOUR = 3600
_PER_MINUTE = 300
_LEAST = 0.95
_ROWS = (300, 3_600, 10_000, 30_000)
_START = datetime(2026, 1, 1, 10, 0, 13, tzinfo=UTC)


def pacing(_: Path) -> Iterator[Line]:
    """Send jobs of several lengths against the limits."""
    for rows in _ROWS:
        shares, refused = [], 0
        for tells in (True, False):
            took_s, refusals = _send_all(rows, tells=tells)
            shares.append(min(_shortest_s(rows) / took_s, 1.0))
            refused = max(refused, refusals)
        share = min(shares)
        yield Line(
            f"pace {rows:,} requests at 300/min and 3,600/h",
            f"{share:.1%}",
            f"{min(shares):.1%}–{max(shares):.1%}",
            f"at least {_LEAST:.0%}",
            share >= _LEAST,
            f"of what the limits allow, {_hours(rows)}; told the hour or told nothing; {refused} refused; 150 ms away",
        )


class _Clock:
    """Time that passes by waiting alone; on the way it does what was put on its agenda."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._entries = 0

    def now(self) -> datetime:
        """The time now (UTC)."""
        return _START + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self.passed_s

    def wait(self, seconds: float, stop: Event) -> None:
        """Let time pass."""
        until = self.passed_s + seconds
        while self._agenda and self._agenda[0][0] <= until:
            self.step()
        self.passed_s = until

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Put something on the agenda."""
        self._entries += 1
        heapq.heappush(self._agenda, (self.passed_s + seconds, self._entries, do))

    def step(self) -> None:
        """Do what comes next."""
        self.passed_s, _, do = heapq.heappop(self._agenda)
        do()


class _Far:
    """A service with both limits."""

    def __init__(self, clock: _Clock, *, tells: bool) -> None:
        self._clock = clock
        self._tells = tells
        self._hour: deque[float] = deque()
        self._minute = (-1, 0)
        self.applied = 0
        self.refused = 0

    def answer(self) -> Reply:
        """Accept or refuse a request that arrives now."""
        at, minute = self._clock.passed_s, int(self._clock.now().timestamp() // 60)
        while self._hour and self._hour[0] <= at - 3600:
            self._hour.popleft()
        used = self._minute[1] if self._minute[0] == minute else 0
        accepts = len(self._hour) < _PER_HOUR and used < _PER_MINUTE
        if accepts:
            self._hour.append(at)
            self._minute = (minute, used + 1)
        self.applied += accepts
        self.refused += not accepts
        told = f"user-hour-lim:{_PER_HOUR};user-hour-rem:{_PER_HOUR - len(self._hour)};"
        return Reply(201 if accepts else 429, {"x-rate-limit": told} if self._tells else {})


def _send_all(rows: int, *, tells: bool) -> tuple[float, int]:
    """The seconds until so many are applied, and how many were refused."""
    clock = _Clock()
    far, pacer = _Far(clock, tells=tells), Pacer(clock, Event())
    in_flight = sent = 0

    def arrive() -> None:
        reply = far.answer()
        clock.later(_LATENCY_S / 2, lambda: learn(reply))

    def learn(reply: Reply) -> None:
        nonlocal in_flight
        in_flight -= 1
        pacer.observe(reply)
        if reply.status == 429:
            pacer.refuse(reply)

    while far.applied < rows:
        if in_flight >= IN_FLIGHT or sent - far.refused >= rows:
            clock.step()
            continue
        pacer.acquire()
        in_flight, sent = in_flight + 1, sent + 1
        clock.later(_LATENCY_S / 2, arrive)
    return clock.passed_s, far.refused


def _shortest_s(rows: int) -> float:
    """The time below which nobody can stay who keeps both limits: an hour for each 3,600, then minutes."""
    hours, rest = divmod(rows - 1, _PER_HOUR)
    minutes = rest // _PER_MINUTE
    in_minute = rest % _PER_MINUTE + 1
    return hours * 3600 + minutes * 60 + in_minute * _LATENCY_S / IN_FLIGHT


def _hours(rows: int) -> str:
    return f"{_shortest_s(rows) / 3600:.1f} h at best"
