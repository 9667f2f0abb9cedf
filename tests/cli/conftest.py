"""The command line on a simulator, with a clock that a test turns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gcbulk.simulator import Simulator
from jobs import Job, TurnedClock
from shell import STRANGERS, Shell

Simulate = Callable[..., Simulator]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Give a command line whose home is empty, and that knows of no real key."""
    for name in [name for name in os.environ if name.startswith(STRANGERS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TurnedClock:
    """Give a clock that takes waits at once, to the command line too."""
    turned = TurnedClock()
    monkeypatch.setattr("gcbulk.runs.shared.connection.SystemClock", lambda: turned)
    return turned


@pytest.fixture
def job(tmp_path: Path, clock: TurnedClock) -> Iterator[Job]:
    """Give a folder with a workbook to fill."""
    with ExitStack() as stack:
        yield Job(tmp_path, clock, stack)


@pytest.fixture
def simulator(simulate: Simulate, clock: TurnedClock) -> Simulator:
    """Give a simulator of the likeliest behaviour, by the test's clock."""
    return simulate(now=clock.time)
