"""What is printed is decoration: a stream that is closed, full or no longer read changes neither a run nor its code."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gcbulk.cli import main
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import Job
from shell import LONG_S, Shell, clean_environment, service_options

Simulate = Callable[..., Simulator]
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
FEW = ("none", "pipe later", "full")


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


def codes(commands: list[tuple[object, ...]]) -> list[int]:
    """Run them one after the other."""
    found = []
    for command in commands:
        try:
            found.append(main([str(argument) for argument in command]))
        except SystemExit as end:
            found.append(end.code if isinstance(end.code, int) else 0)
    return found


def test_no_stream_changes_what_is_done(
    shell: Shell, job: Job, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each verb, with each stream gone in each way: the codes and what the service got are those of a healthy run."""
    expected: tuple[list[int], int] | None = None
    for number, (name, make) in enumerate({"healthy": io.StringIO, **{one: STREAMS[one] for one in FEW}}.items()):
        simulator = simulate(key_dir=job.folder / f"keys{number}", now=job.clock.time)
        for left in [*job.folder.glob("*.*"), *job.folder.glob("demo/*.xlsx")]:
            left.unlink()
        job.fill(ROWS)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", make())
            patch.setattr(sys, "stderr", make())
            patch.setattr(sys, "stdin", None if name == "none" else io.StringIO())
            found = codes(everything(job, simulator)), simulator.ledger.writes()
        expected = expected or found
        assert found == expected, name
    assert expected is not None
    assert expected[1] > 0


PROCESSES: dict[str, str] = {
    "nobody reads": "{gcbulk} check {path} --json | true; exit ${{PIPESTATUS[0]}}",
    "both closed": "{gcbulk} check {path} --json >&- 2>&- <&-",
    "both full": "{gcbulk} check {path} --json >/dev/full 2>/dev/full",
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("name", PROCESSES)
def test_real_streams(job: Job, name: str) -> None:
    """What is left in a buffer when the interpreter ends must not end the process with another code."""
    job.fill(ROWS)
    home = job.folder / "home"
    line = PROCESSES[name].format(gcbulk=f"'{sys.executable}' -m gcbulk", path=f"'{job.workbook}'")
    ran = subprocess.run(["bash", "-c", line], env=clean_environment(home), timeout=LONG_S, check=False)
    assert ran.returncode == 2
