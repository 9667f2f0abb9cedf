"""Standard streams that are gone in one way or another, and a command of each verb to be run with them."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from unittest.mock import patch

from gcbulk.cli import main
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import Job
from shell import service_options

ROWS = [
    ("A", "com.example.a", 10, "No", "No"),
    ("B", "bad-id", 10, "No", "No"),
    ("C", "com.example.c", 10, "No", "No"),
]


class Failing(io.StringIO):
    """A stream that takes some texts and then no more.

    Args:
        left: how many texts it takes.
        error: what it fails with.
        is_terminal: whether it passes for one.
    """

    def __init__(self, left: int, error: Exception, *, is_terminal: bool) -> None:
        super().__init__()
        self._left, self._error, self._is_terminal = left, error, is_terminal

    def write(self, text: str) -> int:
        self._left -= 1
        if self._left < 0:
            raise self._error
        return len(text)

    def flush(self) -> None:
        if self._left <= 0:
            raise self._error

    def isatty(self) -> bool:
        return self._is_terminal


def broken(left: int, code: int, *, is_terminal: bool = False) -> Callable[[], Json]:
    """Make streams that fail after some texts."""
    return lambda: Failing(left, OSError(code, os.strerror(code)), is_terminal=is_terminal)


def closed() -> Json:
    """A stream that was closed."""
    stream = io.StringIO()
    stream.close()
    return stream


STREAMS: dict[str, Callable[[], Json]] = {
    "none": lambda: None,
    "closed": closed,
    "pipe": broken(0, errno.EPIPE),
    "pipe later": broken(5, errno.EPIPE),
    "terminal": broken(2, errno.EIO, is_terminal=True),
    "full": broken(1, errno.ENOSPC),
}


def everything(job: Job, simulator: Simulator) -> list[tuple[object, ...]]:
    """A command of each verb that does something and ends, in an order in which they can be run."""
    service = service_options(simulator, "--journal", job.folder / "j.sqlite3")
    text = job.folder / "progress.csv"
    text.write_text(
        "Player ID,Achievement ID,Percent,Submitted Date\n"
        f"A:_{'1' * 32},com.example.a,50,2026-01-01T00:00:00Z\n{'A:_' + '2' * 32},com.example.c,500,2026-01-01\n"
    )
    return [
        ("template", job.folder / "new.xlsx"),
        ("check", job.workbook, "--json"),
        ("plan", job.workbook, *service, "--json"),
        ("push", job.workbook, *service, "--yes", "--json"),
        ("push", job.workbook, *service),
        ("submit", text, *service, "--yes", "--json"),
        ("report", job.workbook, "--journal", job.folder / "j.sqlite3", "--json"),
        ("pull", job.folder / "live.xlsx", *service, "--json"),
        ("review", job.workbook, *service, "--yes", "--json"),
        ("review", *service),
        ("doctor", *service, "--json"),
        ("purge", "--journal", job.folder / "j.sqlite3", "--yes", "--older-than", "0"),
        ("demo", "--dir", job.folder / "demo"),
        ("--help",),
        ("--version",),
        ("push", "--nonsense"),
    ]


def codes(commands: Sequence[tuple[object, ...]]) -> list[int]:
    """Run them one after the other."""
    found = []
    for command in commands:
        try:
            found.append(main([str(argument) for argument in command]))
        except SystemExit as end:
            found.append(end.code if isinstance(end.code, int) else 0)
    return found


def run_all(job: Job, simulator: Simulator, make: Callable[[], Json]) -> tuple[list[int], int]:
    """Run a command of each verb with both streams made so, in a folder without what an earlier time left.

    Returns:
        The exit codes, and how many requests changed something.
    """
    for left in [*job.folder.glob("*.*"), *job.folder.glob("demo/*.xlsx")]:
        left.unlink()
    job.fill(ROWS)
    with ExitStack() as stack:
        for name, stream in (("stdout", make()), ("stderr", make()), ("stdin", make() and io.StringIO())):
            stack.enter_context(patch(f"sys.{name}", stream))
        return codes(everything(job, simulator)), simulator.ledger.writes()
