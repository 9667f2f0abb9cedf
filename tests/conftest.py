"""What every room's tests may use: a simulator that is looked after, and Apple's contract.

Apple's description is reference data that lies beside the project and is not a part of it; where it is absent the
tests that need it are skipped and say so.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

import hypothesis
import pytest
from contract import SCHEMA, Contract
from effort import examples

from gcbulk.simulator import Simulator, Switches, running
from gcbulk.simulator.exchange import Exchange, Json

# Tests are never timed: a busy machine must not fail one. What decides whether a change lands tries the same examples
# each time; a new one is found at somebody's desk, where it can be looked at.
hypothesis.settings.register_profile(
    "gcbulk", deadline=None, derandomize="CI" in os.environ, print_blob=True, max_examples=examples(100)
)
hypothesis.settings.load_profile("gcbulk")


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: many tests wait for a moment, as a run does for what may still be applied."""
    return (os.cpu_count() or 1) + 2


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse a test whose name is another one in every process; workers would not agree on what there is to run."""
    if " at 0x" in item.nodeid:
        raise pytest.UsageError(f"{item.nodeid} is named after an address: give its parameters ids")


class AssertContract(Protocol):
    """Asserts that exchanges fit Apple's description, both ways."""

    def __call__(self, exchanges: Iterable[Exchange], *, refused_requests: bool = True) -> None:
        """Fail with every misfit; requests that were refused must fit too, unless they are meant not to."""


class Simulate(Protocol):
    """Starts a simulator that ends with the test."""

    def __call__(self, switches: Switches | None = None, **options: Json) -> Simulator:
        """Start one; the options are those of `gcbulk.simulator.running`."""


@cache
def _contract() -> Contract:
    return Contract(SCHEMA)


def _fits(exchanges: Iterable[Exchange], *, refused_requests: bool = True) -> None:
    if not SCHEMA.exists():
        # Asked for last in a test, so that all else it asserts has been seen to hold by then.
        pytest.skip(f"Apple's API description, {SCHEMA.name}, is not beside the project")
    problems = _contract().problems(exchanges, refused_requests=refused_requests)
    assert problems == []


LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test reach another machine: sockets connect to loopback or not at all."""

    def guarded(connect: Callable[[socket.socket, Json], Json]) -> Callable[[socket.socket, Json], Json]:
        def connect_here(self: socket.socket, address: Json) -> Json:
            if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
                raise AssertionError(f"a test wanted to connect to {address}")
            return connect(self, address)

        return connect_here

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))


@pytest.fixture
def assert_contract() -> AssertContract:
    """Give the assertion that exchanges fit Apple's description; skips the test there where it is absent."""
    return _fits


@pytest.fixture
def simulate(tmp_path: Path) -> Iterator[Simulate]:
    """Start simulators that end with the test; none of them may have seen a call that it does not know."""
    with contextlib.ExitStack() as stack:
        started: list[Simulator] = []

        def start(switches: Switches | None = None, **options: Json) -> Simulator:
            options.setdefault("key_dir", tmp_path / "private_keys")
            started.append(stack.enter_context(running(switches, **options)))
            return started[-1]

        yield start
        assert [call for simulator in started for call in simulator.unhandled] == []


@pytest.fixture
def simulator(simulate: Simulate) -> Simulator:
    """Give a simulator as it likeliest is."""
    return simulate()
