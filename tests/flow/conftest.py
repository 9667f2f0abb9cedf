"""Whole jobs on the simulator, over real HTTP, with a clock that a test turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from submit_jobs import FIRST, SubmitJob

from gcbulk.simulator import Simulator
from jobs import Job, TurnedClock


@pytest.fixture
def clock() -> TurnedClock:
    """A clock that a test turns."""
    return TurnedClock()


@pytest.fixture
def job(tmp_path: Path, clock: TurnedClock) -> Iterator[Job]:
    """A folder to work in."""
    with ExitStack() as stack:
        yield Job(tmp_path, clock, stack)


@pytest.fixture
def simulator(simulate: Callable[..., Simulator], clock: TurnedClock) -> Simulator:
    """A simulator of the likeliest behaviour, by the test's clock."""
    return simulate(now=clock.time)


@pytest.fixture
def submitting(tmp_path: Path, clock: TurnedClock) -> Iterator[SubmitJob]:
    """Give a folder with a file to fill."""
    with ExitStack() as stack:
        yield SubmitJob(tmp_path, clock, stack)


@pytest.fixture
def game(simulator: Simulator) -> Simulator:
    """Give a simulator with an achievement."""
    simulator.add_achievement(FIRST)
    return simulator
