"""Time, as an argument, so that a test can run through eight hours in a second.

A run measures time by a clock that cannot be set: the machine's clock may jump by an hour during a run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Protocol

NOTICED_S = 3.0
"""A wait longer than this is announced."""
_NOT_AGAIN_S = 60.0
"""How long an announcement holds: what waits for the same reason in that time says nothing new."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that is long enough for people to be told about it.

    Args:
        why: what is waited for, as the end of "Waiting for ...".
        until: when it is over at the latest (UTC).
        seconds: how long that is from now.
    """

    why: str
    until: datetime
    seconds: float


def unannounced(wait: Wait) -> None:
    """Announce no wait."""


class Clock(Protocol):
    """A source of time."""

    def now(self) -> datetime:
        """The time now (UTC)."""

    def monotonic(self) -> float:
        """Seconds that never run backwards, from no particular moment."""

    def wait(self, seconds: float, stop: Event, why: str = "the service") -> None:
        """Wait, or until ``stop`` is set; the reason is shown to people, and empty where it was announced already."""


def _seconds() -> float:
    # time.monotonic stands still while a laptop sleeps, but on Windows. What is sent after that must not be noted as
    # sent before it, or a later run believes a list too soon.
    if _AWAKE_OR_NOT is None:
        return time.monotonic()
    return time.clock_gettime(_AWAKE_OR_NOT)


_AWAKE_OR_NOT: int | None = time.CLOCK_MONOTONIC if sys.platform == "darwin" else getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The time now (UTC)."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards, from no particular moment; time that the machine sleeps is counted."""
        return _seconds()

    def wait(self, seconds: float, stop: Event, why: str = "") -> None:
        """Sleep, or until ``stop`` is set."""
        stop.wait(seconds)


class SteadyClock:
    """A clock that starts at another one's time and then counts seconds, even if that one is set in the meantime.

    Args:
        clock: the other one.

    Attributes:
        on_wait: called before each wait that is long enough to be noticed, once a minute for each reason.
    """

    def __init__(self, clock: Clock) -> None:
        self.on_wait: Callable[[Wait], None] = unannounced
        self._announced: dict[str, float] = {}
        self._clock = clock
        self._began_at = clock.now()
        self._began_s = clock.monotonic()

    def now(self) -> datetime:
        """The time (UTC) that it was at the beginning, and what has passed since."""
        return self._began_at + timedelta(seconds=self._clock.monotonic() - self._began_s)

    def monotonic(self) -> float:
        """Seconds that never run backwards, from no particular moment."""
        return self._clock.monotonic()

    def wait(self, seconds: float, stop: Event, why: str = "the service") -> None:
        """Wait, or until ``stop`` is set; a wait that is long enough to be noticed is announced with its reason."""
        if why and seconds > NOTICED_S and not stop.is_set() and self._is_news(why):
            # The wall's time is what people compare it with.
            self.on_wait(Wait(why, self._clock.now() + timedelta(seconds=seconds), seconds))
        self._clock.wait(seconds, stop)

    def _is_news(self, why: str) -> bool:
        now = self._clock.monotonic()
        if now - self._announced.get(why, -_NOT_AGAIN_S) < _NOT_AGAIN_S:
            return False
        self._announced[why] = now
        return True


class ServiceTime:
    """How far the service's clock is ahead of a run's, judging by its answers.

    Attributes:
        ahead_s: seconds, accurate to about one; None until an answer has shown it.
    """

    _SOON_S = 1.0

    def __init__(self) -> None:
        self.ahead_s: float | None = None

    def learn(self, date: str | None, *, asked_at: datetime, answered_at: datetime) -> None:
        """Learn from the ``Date`` of an answer, unless it took long to arrive or is not a date."""
        if self.ahead_s is not None or (answered_at - asked_at).total_seconds() > self._SOON_S:
            return
        try:
            told = parsedate_to_datetime(date or "")
            self.ahead_s = (told.replace(tzinfo=told.tzinfo or UTC) - asked_at).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return
