"""The command line as people use it: arguments in, what both streams show and an exit code out."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import gcbulk
from gcbulk.cli import main
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import Job

PACKAGE = Path(gcbulk.__file__).parent
BUNDLE_ID = "com.example.game"
LONG_S = 300.0
"""How long to wait for what comes at once, before the test fails."""
STRANGERS = ("ASC_", "APP_STORE_CONNECT_", "API_PRIVATE_KEYS_DIR", "GCBULK_")
"""How the names of the environment begin that would tell gcbulk of a real key."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended.

    Args:
        code: the exit code.
        out: what stood on standard output.
        err: what stood on standard error.
    """

    code: int
    out: str
    err: str

    @property
    def found(self) -> dict[str, Json]:
        """The one object on standard output; fails when there is anything else."""
        found: dict[str, Json] = json.loads(self.out)
        assert self.out.count("\n") == 1, "one object on one line"
        return found


class Shell:
    """Runs commands in this process, in a folder and a home of their own.

    Args:
        folder: the working folder.
        capture: gives what was printed.
    """

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def run(self, *arguments: object) -> Ran:
        """Run a command, as ``gcbulk`` would."""
        self._capture.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        out, err = self._capture.readouterr()
        return Ran(code, out, err)


class Held:
    """A simulator's delays that last until the test lets go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.released = threading.Event()

    async def sleep(self, seconds: float) -> None:
        """Say that a request is in flight, and hold its answer back."""
        self.reached.set()
        await asyncio.to_thread(self.released.wait, LONG_S)


def service_options(simulator: Simulator, *more: object) -> tuple[object, ...]:
    """The options that lead a command to a simulator."""
    at = ("--bundle-id", BUNDLE_ID, "--base-url", simulator.base_url)
    key = ("--key-id", simulator.key_id, "--issuer-id", simulator.issuer_id, "--key-path", simulator.key_path)
    return (*at, *key, *more)


def push(shell: Shell, job: Job, simulator: Simulator, *more: object) -> Ran:
    """Push a job's workbook, without being asked."""
    return shell.run("push", job.workbook, *service_options(simulator, "--yes", *more))


def clean_environment(home: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment with an empty home and without a real key."""
    kept = {name: value for name, value in environ.items() if not name.startswith(STRANGERS)}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"}


@contextmanager
def signals(ignored: Collection[signal.Signals] = ()) -> Iterator[None]:
    """What a program at a terminal finds: no signal ignored but these, whatever the suite itself was started with."""
    there = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    usual = {signal.SIGINT: signal.default_int_handler}
    states = {one: signal.SIG_IGN if one in ignored else usual.get(one, signal.SIG_DFL) for one in there}
    before = {one: signal.signal(one, state) for one, state in states.items()}
    try:
        yield
    finally:
        for one, state in before.items():
            signal.signal(one, state)


@contextmanager
def process(
    home: Path, arguments: Sequence[object], *, ignored: Collection[signal.Signals] = ()
) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process of its own, which ends with the block at the latest."""
    with signals(ignored):
        child = subprocess.Popen(
            [sys.executable, "-m", "gcbulk", *map(str, arguments)],
            cwd=home,
            env=clean_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()
