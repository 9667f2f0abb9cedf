"""The command line as a process of its own: streams, signals, imports, and a simulator that outlives restarts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gcbulk.simulator import Simulator
from jobs import Job, TurnedClock, occurred
from shell import clean_environment, process, service_options

CREATES = r"/v2/gameCenterAchievements$"
LONG_S = 300.0
"""How long to wait for what comes at once, before the test fails."""
HELP = """
import re, sys
from gcbulk.cli.arguments import parser
from gcbulk.cli import main
verbs = re.findall(r"^    ([a-z]+)\\b", parser().format_help(), re.MULTILINE)
assert len(verbs) > 6, verbs
for verb in ["", *verbs]:
    try:
        main([*verb.split(), sys.argv[1]])
    except SystemExit as end:
        assert end.code == 0
heavy = {"pandas", "numpy", "pyarrow", "openpyxl", "httpx", "uvicorn", "cryptography", "jwt"} & sys.modules.keys()
sys.exit(f"loaded: {heavy}" if heavy else 0)
"""
CHECK = """
import sys
from gcbulk.cli import main
assert main(["check", *sys.argv[1:]]) == 0
heavy = {"openpyxl", "httpx", "httpcore", "cryptography", "jwt", "filelock", "sqlite3", "starlette", "uvicorn"}
sys.exit(f"loaded: {heavy & sys.modules.keys()}" if heavy & sys.modules.keys() else 0)
"""
Simulate = Callable[..., Simulator]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Give a folder with a workbook to fill."""
    with ExitStack() as stack:
        yield Job(tmp_path, TurnedClock(), stack)


def test_streams_are_kept_apart(job: Job, simulate: Simulate) -> None:
    """In a pipe there is one object on standard output, no progress bar, and people's text on standard error."""
    simulator = simulate()
    job.fill_plain(3)
    with process(job.folder, ["push", job.workbook, *service_options(simulator, "--yes", "--json")]) as child:
        out, err = child.communicate(timeout=LONG_S)
    assert child.returncode == 0, err
    assert json.loads(out)["report"] == str(job.workbook)
    assert out.count("\n") == 1
    assert "6 lines: 6 created." in err
    assert "row/s" not in err
    assert "\r" not in err


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_loads_nothing_heavy(tmp_path: Path, flag: str) -> None:
    """The help of every verb comes without pandas, openpyxl, httpx and the like being loaded."""
    command = [sys.executable, "-c", HELP, flag]
    ran = subprocess.run(
        command, env=clean_environment(tmp_path), capture_output=True, text=True, check=False, timeout=LONG_S
    )
    assert ran.returncode == 0, ran.stderr


def test_a_check_loads_nothing_that_sends(job: Job) -> None:
    """To check a file takes neither the service, its journal and the simulator, nor what writes workbooks."""
    job.fill_plain(3)
    command = [sys.executable, "-c", CHECK, str(job.workbook)]
    ran = subprocess.run(
        command, env=clean_environment(job.folder), capture_output=True, text=True, check=False, timeout=LONG_S
    )
    assert ran.returncode == 0, ran.stderr


def test_version_comes_without_a_verb(tmp_path: Path) -> None:
    """``python -m gcbulk --version`` is ``gcbulk --version``."""
    with process(tmp_path, ["--version"]) as child:
        out, err = child.communicate(timeout=LONG_S)
    assert (child.returncode, err) == (0, "")
    assert out.startswith("gcbulk ")


@contextmanager
def simulating(folder: Path, *options: object) -> Iterator[list[str]]:
    """Run ``gcbulk simulator``, take the options of a push from what it says, and end it with Ctrl-C."""
    with process(folder, ["simulator", *options]) as child:
        assert child.stderr is not None
        said = next(line for line in child.stderr if line.startswith("gcbulk push"))
        yield said.split()[3:]
        child.send_signal(signal.SIGINT)
        assert child.wait(LONG_S) == 0


def test_the_simulator_says_how_to_use_it_and_keeps_its_state(job: Job) -> None:
    """The command it prints works as it is; with --state a restart still has what was created."""
    job.fill_plain(2)
    for expected in ({"created": 4}, {"unchanged": 4}):
        with (
            simulating(job.folder, "--state", job.folder / "rehearsal") as options,
            process(job.folder, ["push", job.workbook, *options, "--yes", "--json"]) as child,
        ):
            out, err = child.communicate(timeout=LONG_S)
            assert child.returncode == 0, err
        assert occurred(json.loads(out)["outcomes"]) == expected


def test_a_port_that_is_taken_is_said(tmp_path: Path, simulator: Simulator) -> None:
    """Two on one port: one sentence, exit 2."""
    with process(tmp_path, ["simulator", "--port", simulator.base_url.rpartition(":")[2]]) as child:
        _, err = child.communicate(timeout=LONG_S)
    assert child.returncode == 2
    assert err.startswith("gcbulk: ")
    assert err.count("\n") == 1
