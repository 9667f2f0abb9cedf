"""The command line as a process of its own: streams, signals, imports, and a simulator that outlives restarts."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gcbulk.simulator import Fault, Simulator, Switches
from jobs import Job, TurnedClock, occurred
from shell import clean_environment, process, service_options

CREATES = r"/v2/gameCenterAchievements$"
LONG_S = 30.0
"""How long to wait for what comes at once, before the test fails."""
HELP = """
import re, sys
from gcbulk.arguments import parser
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
Simulate = Callable[..., Simulator]


class Held:
    """A simulator's delays that last until the test lets go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.released = threading.Event()

    async def sleep(self, seconds: float) -> None:
        """Say that a request is in flight, and hold its answer back."""
        self.reached.set()
        await asyncio.to_thread(self.released.wait, LONG_S)


@pytest.fixture
def held() -> Iterator[Held]:
    """Give delays that end with the test at the latest."""
    holding = Held()
    yield holding
    holding.released.set()


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Give a folder with a workbook to fill."""
    with ExitStack() as stack:
        yield Job(tmp_path, TurnedClock(), stack)


@contextmanager
def pushing(job: Job, simulate: Simulate, held: Held) -> Iterator[tuple[subprocess.Popen[str], Simulator]]:
    """Push in a process until its second create is on its way and gets no answer yet."""
    fault = Fault("delay", method="POST", path=CREATES, nth=(2,), delay_s=1)
    simulator = simulate(Switches(faults=(fault,)), sleep=held.sleep)
    job.fill_plain(4, ())
    with process(job.folder, ["push", job.workbook, *service_options(simulator, "--yes", "--json")]) as child:
        assert held.reached.wait(LONG_S)
        yield child, simulator


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_a_signal_ends_a_push_in_good_order(
    job: Job, simulate: Simulate, held: Held, number: signal.Signals, code: int
) -> None:
    """What is in flight ends, nothing new is sent, the report is written, the exit code is the signal's."""
    with pushing(job, simulate, held) as (child, simulator):
        child.send_signal(number)
        assert child.stderr is not None
        assert "then writing the report" in next(line for line in child.stderr if line.strip())
        held.released.set()
        out, _ = child.communicate(timeout=LONG_S)
    assert child.returncode == json.loads(out)["exit"] == code
    assert occurred(json.loads(out)["outcomes"]) == {"created": 2, "not_attempted": 2}
    assert [line["Outcome"] for line in job.lines()] == ["created", "created", "not_attempted", "not_attempted"]
    assert len(simulator.ledger.ids("gameCenterAchievements")) == 2


def test_a_second_signal_leaves_at_once(job: Job, simulate: Simulate, held: Held) -> None:
    """Who presses Ctrl-C twice does not want to wait; the next run settles what was on its way."""
    with pushing(job, simulate, held) as (child, simulator):
        child.send_signal(signal.SIGINT)
        assert child.stderr is not None
        assert "again to leave at once" in next(line for line in child.stderr if line.strip())
        child.send_signal(signal.SIGINT)
        assert child.wait(LONG_S) == 130
    held.released.set()
    settle = ("--settle-wait", "0", "--yes", "--json")
    with process(job.folder, ["push", job.workbook, *service_options(simulator, *settle)]) as again:
        out, err = again.communicate(timeout=LONG_S)
    assert again.returncode == 0, err
    assert occurred(json.loads(out)["outcomes"]) == {"unchanged": 1, "adopted": 1, "created": 2}
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}


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
