"""Doubles for what the service room acts on: time that passes when told to."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest


class VirtualClock:
    """A clock whose time passes only by waiting, and which does on the way what was put on its agenda."""

    def __init__(self, start: datetime = datetime(2025, 5, 4, 10, 0, 13, tzinfo=UTC)) -> None:
        self.start = start
        self.passed_s = 0.0
        self.waits: list[float] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._entries = 0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return self.passed_s

    def wait(self, seconds: float, stop: Event) -> None:
        self.waits.append(seconds)
        if not stop.is_set():
            self.advance(seconds)

    def advance(self, seconds: float) -> None:
        until = self.passed_s + seconds
        while self._agenda and self._agenda[0][0] <= until:
            self.next()
        self.passed_s = max(self.passed_s, until)

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (self.passed_s + seconds, self._entries, do))

    def next(self) -> None:
        at, _, do = heapq.heappop(self._agenda)
        self.passed_s = max(self.passed_s, at)
        do()


@pytest.fixture
def clock() -> VirtualClock:
    """Give a clock that stands until it is waited on."""
    return VirtualClock()
