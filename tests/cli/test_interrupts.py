"""Told to stop at any moment: what takes the signal can wait for nothing that the run itself holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from queue import Queue

import pytest

from gcbulk.cli.interrupts import Sending
from shell import LONG_S, clean_environment, signals

BUSY = """
import hashlib
from threading import Thread
from gcbulk.cli.interrupts import Sending

with Sending() as sending:
    sending.begin()
    Thread(target=lambda: sending.stop.wait() and print("stopping", flush=True), daemon=True).start()
    print("busy", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 1_000_000_000)
"""


def test_a_signal_while_the_wish_to_stop_is_looked_at() -> None:
    """A signal comes while the run holds the lock of the event that it waits on: it is taken, and nothing hangs."""
    with signals(), Sending() as sending:
        sending.begin()
        with sending.stop._cond:  # type: ignore[attr-defined]  # where each look at the event is for a moment
            signal.raise_signal(signal.SIGTERM)
        assert sending.stop.wait(LONG_S)
        assert sending.exit_code == 128 + signal.SIGTERM


def test_what_is_said_is_true_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads that the run is ending can rely on it: nothing new is begun any more."""
    said = Queue[bool]()
    with signals(), Sending() as sending:
        monkeypatch.setattr(os, "write", lambda stream, text: said.put(sending.stop.is_set()))
        sending.begin()
        signal.raise_signal(signal.SIGTERM)
        assert said.get(timeout=LONG_S)


def test_signals_are_taken_while_the_main_thread_takes_none(tmp_path: Path) -> None:
    """Where it is in the middle of something long, the first still stops the run, and the second leaves at once."""
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], env=clean_environment(tmp_path), stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for said in ("busy", "stopping"):
            assert child.stdout.readline() == f"{said}\n"
            child.send_signal(signal.SIGTERM)
        assert child.wait(LONG_S) == 128 + signal.SIGTERM
