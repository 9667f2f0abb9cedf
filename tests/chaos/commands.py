"""The command line in processes that begin quickly, and a simulator's answers that can be held back.

What comes in: arguments and a folder. What goes out: a `Command`, which can be sent signals and asked how it ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from forked import processes

from gcbulk.cli import main
from gcbulk.simulator.exchange import Json
from shell import clean_environment

LONG_S = 60.0
"""How long to wait for what takes moments; who waits so long has found something."""
OUT, ERR, TOOK = "out.txt", "err.txt", "took.txt"


class Gate:
    """A simulator's delays: they last as long as they are asked for, or until the gate is opened.

    ``arrived`` counts the requests that came to it; from number ``closed_from`` on (from 1) they are held back.
    """

    def __init__(self) -> None:
        self.arrived = 0
        self.closed_from: int | None = None

    async def sleep(self, seconds: float) -> None:
        """Hold an answer back."""
        self.arrived += 1
        turn = self.arrived
        await asyncio.sleep(seconds)
        while self.closed_from is not None and turn >= self.closed_from:
            await asyncio.sleep(0.002)


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was started.

    Args:
        process: the process.
        folder: its home, with what it printed.
    """

    process: BaseProcess
    folder: Path

    @property
    def out(self) -> dict[str, Json]:
        """The object on standard output."""
        found: dict[str, Json] = json.loads((self.folder / OUT).read_text(encoding="utf-8"))
        return found

    @property
    def err(self) -> str:
        """What stands on standard error so far."""
        path = self.folder / ERR
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @property
    def took_s(self) -> float:
        """How long it took from its first step to its exit code."""
        return float((self.folder / TOOK).read_text(encoding="ascii"))

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self.process.is_alive() and self.process.pid is not None:
            os.kill(self.process.pid, number)

    def wait_until(self, reached: Callable[[], bool], *, timeout_s: float = LONG_S) -> bool:
        """Wait until something is so, at most until it has ended; says whether it is."""
        until = time.monotonic() + timeout_s
        while not reached() and self.process.is_alive() and time.monotonic() < until:
            self.process.join(timeout=0.001)
        return reached()

    def end(self, *, timeout_s: float = LONG_S) -> int | None:
        """Wait for its end and give its exit code; None where it did not end and had to be killed."""
        self.process.join(timeout=timeout_s)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            return None
        return self.process.exitcode


def start(arguments: Sequence[object], folder: Path, *, at: float = 0.0) -> Command:
    """Start a command in a process of its own.

    Args:
        arguments: what stands behind ``gcbulk``.
        folder: its home and working folder; made if it is not there.
        at: when it begins (of `time.monotonic`), so that several begin together; at once when that has passed.

    Returns:
        The command, which runs.
    """
    folder.mkdir(exist_ok=True)
    process = processes().Process(target=_be, args=([str(one) for one in arguments], folder, at))
    process.start()
    return Command(process, folder)


def run(arguments: Sequence[object]) -> tuple[int, str]:
    """Run a command in this process, which is cheaper, and give its exit code and what it said to people."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as refused:  # of the parser
            code = int(refused.code or 0)
    return code, said.getvalue()


def _be(arguments: list[str], folder: Path, at: float) -> None:
    """Be the command, whatever the one who started it does with signals and streams."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    environ = clean_environment(folder)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    for stream, name in ((1, OUT), (2, ERR)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    time.sleep(max(0.0, at - time.monotonic()))
    began = time.monotonic()
    code = main(arguments)
    (folder / TOOK).write_text(str(time.monotonic() - began), encoding="ascii")
    sys.exit(code)
