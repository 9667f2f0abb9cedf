"""The machine's own time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Event, Timer

from gcbulk.service.clock import SystemClock


def test_now_is_utc_and_now() -> None:
    """The time carries its zone and is the machine's."""
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=5)


def test_monotonic_never_runs_backwards() -> None:
    """Later is never less."""
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()


def test_a_wait_ends_early_when_told_to_stop() -> None:
    """F15: a wait of an hour ends as soon as the run is told to stop."""
    stop = Event()
    timer = Timer(0.02, stop.set)
    timer.start()
    began = time.monotonic()
    SystemClock().wait(3600, stop)
    timer.join()
    assert time.monotonic() - began < 5


def test_a_wait_takes_its_time() -> None:
    """A wait without a stop lasts as long as asked."""
    began = time.monotonic()
    SystemClock().wait(0.02, Event())
    assert time.monotonic() - began >= 0.015
