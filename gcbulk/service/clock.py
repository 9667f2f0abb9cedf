"""Time, as an argument.

What comes in: nothing. What goes out: the time now and the passing of it, so that a test can run eight hours in a
second. A wait ends early when the run is told to stop.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
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


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The time now (UTC)."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards, from no particular moment."""
        return time.monotonic()

    def wait(self, seconds: float, stop: Event) -> None:
        """Sleep, less when ``stop`` is set."""
        stop.wait(seconds)
