"""A service with limits, and the time that it counts by: hours pass in milliseconds, without a network.

What comes in: a pacer. What goes out: how long it took, and how much was refused.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

from gcbulk.appstore.calls import Reply
from gcbulk.service.pacing import Pacer

LATENCY_S = 0.2


class VirtualClock:
    """A clock whose time passes only by waiting, and which does on the way what was put on its agenda."""

    def __init__(self, start: datetime = datetime(2025, 5, 4, 10, 0, 13, tzinfo=UTC)) -> None:
        self.start = start
        self.passed_s = 0.0
        self.waits: list[float] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._entries = 0

    def now(self) -> datetime:
        """The time now (UTC)."""
        return self.start + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self.passed_s

    def wait(self, seconds: float, stop: Event, why: str = "") -> None:
        """Let time pass."""
        self.waits.append(seconds)
        if not stop.is_set():
            self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass, and do what is due."""
        until = self.passed_s + seconds
        while self._agenda and self._agenda[0][0] <= until:
            self.next()
        self.passed_s = max(self.passed_s, until)

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Put something on the agenda."""
        self._entries += 1
        heapq.heappush(self._agenda, (self.passed_s + seconds, self._entries, do))

    def next(self) -> None:
        """Do what comes next."""
        at, _, do = heapq.heappop(self._agenda)
        self.passed_s = max(self.passed_s, at)
        do()


@dataclass
class Far:
    """A service that counts a rolling hour and clock minutes, and refuses beyond its limits."""

    clock: VirtualClock
    per_hour: int = 3600
    per_minute: int = 300
    minute_at: Callable[[float], int] | None = None
    tells: bool = True
    tells_minute: bool = False
    retry_after: Callable[[datetime], str] | None = None
    other_every_s: float | None = None
    applied: int = 0
    refused: int = 0
    _hour: deque[float] = field(default_factory=deque)
    _minute: tuple[int, int] = (0, 0)
    _other_at: float = 0.0

    def answer(self) -> Reply:
        """Accept or refuse a request that arrives now."""
        self._others()
        at = self.clock.passed_s
        accepts = self._accepts(at)
        if accepts:
            self._take(at)
            self.applied += 1
            return Reply(201, self._headers())
        self.refused += 1
        asked = {} if self.retry_after is None else {"retry-after": self.retry_after(self.clock.now())}
        return Reply(429, {**self._headers(), **asked})

    def _headers(self) -> dict[str, str]:
        told = f"user-hour-lim:{self.per_hour};user-hour-rem:{self.per_hour - len(self._hour)};" if self.tells else ""
        if self.tells_minute:
            told += f"user-minute-lim:{self.per_minute};user-minute-rem:{self.per_minute - self._minute[1]};"
        return {"x-rate-limit": told} if told else {}

    def _others(self) -> None:
        while self.other_every_s and self._other_at <= self.clock.passed_s:
            if self._accepts(self._other_at):
                self._take(self._other_at)
            self._other_at += self.other_every_s

    def _accepts(self, at: float) -> bool:
        while self._hour and self._hour[0] <= at - 3600:
            self._hour.popleft()
        minute = int((self.clock.now() - timedelta(seconds=self.clock.passed_s - at)).timestamp() // 60)
        if minute != self._minute[0]:
            self._minute = (minute, 0)
        most = self.minute_at(at) if self.minute_at else self.per_minute
        return len(self._hour) < self.per_hour and self._minute[1] < most

    def _take(self, at: float) -> None:
        self._hour.append(at)
        self._minute = (self._minute[0], self._minute[1] + 1)


def send_all(
    clock: VirtualClock, pacer: Pacer, far: Far, rows: int, *, workers: int, latency_s: float = LATENCY_S
) -> float:
    """Send until so many rows are applied, and give the seconds that took."""
    in_flight, sent = 0, 0

    def arrive() -> None:
        reply = far.answer()
        clock.later(latency_s / 2, lambda: learn(reply))

    def learn(reply: Reply) -> None:
        nonlocal in_flight
        in_flight -= 1
        pacer.observe(reply)
        if reply.status == 429:
            pacer.refuse(reply)

    while far.applied < rows:
        if in_flight >= workers or sent - far.refused >= rows:
            clock.next()
            continue
        pacer.acquire()
        in_flight, sent = in_flight + 1, sent + 1
        clock.later(latency_s / 2, arrive)
    return clock.passed_s


def allowed_s(rows: int, *, per_hour: float, per_minute: float) -> float:
    """The time below which no client can stay that keeps to both limits and wastes nothing."""
    hours, rest = divmod(rows - 1, per_hour)
    hour_s = max(3600.0, per_hour / per_minute * 60)
    return hours * hour_s + (rest / per_minute - 1) * 60


def asked(text: str) -> Callable[[datetime], str]:
    """Give a Retry-After that never changes."""
    return lambda _: text


def until_minute_ends(now: datetime) -> str:
    """Give the seconds until the clock minute ends."""
    return str(60 - now.second)


def minute_ends_at(form: str) -> Callable[[datetime], str]:
    """Give the moment at which the clock minute ends, in one of three forms."""

    def text(now: datetime) -> str:
        ends = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        at = ends.timestamp()
        return {"date": f"{ends:%a, %d %b %Y %H:%M:%S} GMT", "s": f"{at:.0f}", "ms": f"{at * 1000:.0f}"}[form]

    return text
