"""Told to stop at any moment: what takes the signal can wait for nothing that the run itself holds."""

from __future__ import annotations

import signal

from gcbulk.interrupts import Sending
from shell import LONG_S, signals


def test_a_signal_while_the_wish_to_stop_is_looked_at() -> None:
    """A signal comes while the run holds the lock of the event that it waits on: it is taken, and nothing hangs."""
    with signals(), Sending() as sending:
        sending.begin()
        with sending.stop._cond:  # type: ignore[attr-defined]  # where each look at the event is for a moment
            signal.raise_signal(signal.SIGTERM)
        assert sending.stop.wait(LONG_S)
        assert sending.exit_code == 128 + signal.SIGTERM
