"""Time, as an argument, so that a test can run eight hours in a second.

A run measures by a clock that nobody can set: the machine's own may jump by an hour while it runs.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """What the service room needs of time."""

    def now(self) -> datetime:
        """The time now (UTC)."""

    def monotonic(self) -> float:
        """Seconds that never run backwards, from no particular moment."""

    def wait(self, seconds: float, stop: Event) -> None:
        """Let time pass, less when ``stop`` is set."""


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
        """Seconds that never run backwards, from no particular moment; those that the machine sleeps are counted."""
        return _seconds()

    def wait(self, seconds: float, stop: Event) -> None:
        """Sleep, less when ``stop`` is set."""
        stop.wait(seconds)


class SteadyClock:
    """A clock that begins with another one's time and goes on by its seconds, however that one is set meanwhile.

    Args:
        clock: the other one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = clock.now()
        self._began_s = clock.monotonic()

    def now(self) -> datetime:
        """The time (UTC) that it was at the beginning, and what has passed since."""
        return self._began_at + timedelta(seconds=self._clock.monotonic() - self._began_s)

    def monotonic(self) -> float:
        """Seconds that never run backwards, from no particular moment."""
        return self._clock.monotonic()

    def wait(self, seconds: float, stop: Event) -> None:
        """Let time pass, less when ``stop`` is set."""
        self._clock.wait(seconds, stop)


class ServiceTime:
    """How far the service's clock is ahead of a run's, as its answers say.

    Attributes:
        ahead_s: seconds, right to about one; None as long as no answer has told.
    """

    _SOON_S = 1.0

    def __init__(self) -> None:
        self.ahead_s: float | None = None

    def learn(self, date: str | None, *, asked_at: datetime, answered_at: datetime) -> None:
        """Learn from the ``Date`` of an answer; not from one that was long on its way, or that is none."""
        if self.ahead_s is not None or (answered_at - asked_at).total_seconds() > self._SOON_S:
            return
        try:
            told = parsedate_to_datetime(date or "")
            self.ahead_s = (told.replace(tzinfo=told.tzinfo or UTC) - asked_at).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return
