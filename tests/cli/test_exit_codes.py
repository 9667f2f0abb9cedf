"""Every exit code that is documented is reached by a run of the command line; each is reached here, by what it says."""

from __future__ import annotations

import errno
import functools
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec
from unittest.mock import Mock

import pytest

from gcbulk.cli.arguments import EXIT_CODES
from gcbulk.simulator import Fault, Simulator, Switches, running
from jobs import Job, occurred
from shell import LONG_S, Held, Shell, clean_environment, process, push, service_options, signals

CREATES = r"/v[12]/gameCenterAchievements$"
FAULTY = [("A", "com.example.a", 10, "No", "No"), ("B", "bad-id", 10, "No", "No")]
README = Path(__file__).parents[2] / "README.md"
REACHED: set[int] = set()
Simulate = Callable[..., Simulator]
_P = ParamSpec("_P")


def reaches(*codes: int) -> Callable[[Callable[_P, int]], Callable[_P, None]]:
    """Assert that a test ends in one of these exit codes, which is what it returns."""
    REACHED.update(codes)

    def checked(test: Callable[_P, int]) -> Callable[_P, None]:
        @functools.wraps(test)
        def run(*arguments: _P.args, **named: _P.kwargs) -> None:
            assert test(*arguments, **named) in codes

        return run

    return checked


def test_every_documented_code_is_reached() -> None:
    """The help, the README and this file know of the same codes."""
    shown = re.search(r"```text\n(exit codes:.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    for text in (shown[1], EXIT_CODES):
        assert {int(code) for code in re.findall(r"\b\d+\b", text)} == REACHED


@reaches(0)
def test_all_done_is_0(shell: Shell, job: Job, simulator: Simulator) -> int:
    """Every row is there, and the report says so."""
    job.fill_plain(2)
    ran = push(shell, job, simulator)
    assert {line["Outcome"] for line in job.lines()} == {"created"}
    return ran.code


@reaches(8)
def test_pending_changes_are_8_where_that_is_asked(shell: Shell, job: Job, simulator: Simulator) -> int:
    """A plan with something to send is 8 with --exit-code."""
    job.fill_plain(1)
    return shell.run("plan", job.workbook, "--offline", "--exit-code").code


BUG = """
import sys
from gcbulk.cli import main
from gcbulk.service import client
left, judge = [5], client.judge
def wrong(call, result):
    left[0] -= 1
    1 // left[0]
    return judge(call, result)
client.judge = wrong
sys.exit(main())
"""


@reaches(1)
def test_a_bug_is_1(job: Job, simulate: Simulate) -> int:
    """A mistake of ours in the middle of a push: a traceback and 1; the same command then finishes the job."""
    simulator = simulate()
    job.fill_plain(2)
    options = [str(one) for one in service_options(simulator, "--yes", "--settle-wait", "0", "--json")]
    ran = subprocess.run(
        [sys.executable, "-c", BUG, "push", str(job.workbook), *options],
        cwd=job.folder,
        env=clean_environment(job.folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG_S,
    )
    assert "ZeroDivisionError" in ran.stderr
    with process(job.folder, ["push", job.workbook, *options]) as again:
        out, err = again.communicate(timeout=LONG_S)
    assert again.returncode == 0, err
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}
    assert occurred(json.loads(out)["outcomes"]) == {"unchanged": 1, "adopted": 1, "created": 2}
    return ran.returncode


@reaches(2)
def test_strict_sends_nothing_while_a_row_is_wrong(shell: Shell, job: Job, simulator: Simulator) -> int:
    """--strict is exit 2 with every problem said, and nothing sent."""
    job.fill(FAULTY)
    ran = push(shell, job, simulator, "--strict")
    assert "--strict" in ran.err
    assert simulator.ledger.writes() == 0
    return ran.code


@reaches(2)
@pytest.mark.parametrize("verb", ["push", "submit"])
def test_a_file_without_rows_is_no_job_that_is_done(shell: Shell, job: Job, simulator: Simulator, verb: str) -> int:
    """Headers alone: a script gets 2 and the reason, nothing is sent and no report written; a check only remarks it."""
    headers = {
        "push": "Reference Name,Achievement ID,Points,Hidden,Achievable More Than Once\n",
        "submit": "Player ID,Achievement ID,Percent\n",
    }
    path = job.folder / "empty.csv"
    path.write_text(headers[verb], encoding="utf-8")
    assert shell.run("check", path, "--bundle-id", "com.example.game", "--no-report").code == 0
    ran = shell.run(verb, path, *service_options(simulator, "--yes", "--json"))
    found = json.loads(ran.out)
    assert [issue["code"] for issue in found["issues"]] == ["no-rows"]
    assert found["rows"] == sum(found["outcomes"].values()) == simulator.ledger.writes() == 0
    assert found["notes"][-1] == "Nothing was sent: the file has no rows to send."
    assert found["report"] is None
    planned = shell.run("plan", path, "--offline", "--bundle-id", "com.example.game")
    assert (planned.code, planned.err.splitlines()[-1]) == (2, "The file has no rows, so there is nothing to send.")
    return ran.code


@reaches(3)
def test_rows_that_are_rejected_are_3(shell: Shell, job: Job, simulate: Simulate) -> int:
    """What the check refuses and what the service refuses is 3 alike; the other rows are done."""
    refused = Fault("status", method="POST", path=CREATES, status=409, code="ENTITY_ERROR.ATTRIBUTE.INVALID")
    simulator = simulate(now=job.clock.time)
    job.fill([*FAULTY, ("C", "com.example.c", 10, "No", "No")])
    ran = push(shell, job, simulator)
    assert [line["Outcome"] for line in job.lines()] == ["created", "rejected", "created"]
    simulator.add_fault(refused)
    job.fill([("D", "com.example.d", 10, "No", "No"), ("C", "com.example.c", 10, "No", "No")])
    assert push(shell, job, simulator).code == ran.code
    assert [line["Outcome"] for line in job.lines()] == ["rejected", "unchanged"]
    return ran.code


@reaches(4)
def test_rows_without_an_answer_are_4(shell: Shell, job: Job, simulate: Simulate) -> int:
    """A create that never gets a usable answer is unknown: exit 4, told as unknown and not as failed."""
    fault = Fault("status", method="POST", path=CREATES, status=503, times=4)
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(1)
    ran = push(shell, job, simulator)
    assert "1 unknown" in ran.err
    assert "result is not known yet" in ran.err
    return ran.code


@pytest.mark.parametrize("mark", ["~$game.xlsx", ".~lock.game.xlsx#"], ids=["Excel", "LibreOffice"])
@reaches(5)
def test_a_report_beside_an_open_workbook_is_5(shell: Shell, job: Job, simulator: Simulator, mark: str) -> int:
    """An open workbook is left alone: the report is saved beside it, said aloud, exit 5."""
    job.fill_plain(1)
    job.folder.joinpath(mark).touch()
    before = job.workbook.read_bytes()
    ran = push(shell, job, simulator, "--json")
    assert job.workbook.read_bytes() == before
    beside = Path(ran.found["report"])
    assert beside == job.folder / "game.gcbulk-report.xlsx"
    assert [line["Outcome"] for line in job.lines(beside)] == ["created", "created"]
    assert str(beside) in ran.err
    return ran.code


@reaches(6)
def test_a_second_run_at_the_same_time_is_6(shell: Shell, job: Job, simulator: Simulator) -> int:
    """While another run of the same app goes on, the second sends nothing."""
    job.fill_plain(1)
    with job.service(simulator).lock.exclusive():
        ran = push(shell, job, simulator, "--journal", job.journal)
    assert "Another run" in ran.err
    assert simulator.ledger.requests == {}
    return ran.code


@reaches(7)
def test_a_run_that_stops_early_is_7_and_goes_on(shell: Shell, job: Job, simulate: Simulate) -> int:
    """A key that is refused in mid-run stops it: exit 7; the same command finishes it later."""
    simulator = simulate(now=job.clock.time)
    simulator.add_fault(Fault("status", status=401, method="POST", after=2))
    job.fill_plain(2)
    ran = push(shell, job, simulator)
    assert "Stopped early" in ran.err
    simulator.clear_faults()
    again = push(shell, job, simulator, "--json")
    assert again.code == 0
    assert occurred(again.found["outcomes"]) == {"created": 2, "unchanged": 2}
    return ran.code


@reaches(7)
def test_a_service_that_does_not_answer_is_7(shell: Shell, job: Job) -> int:
    """Nothing listens there: one sentence that names doctor, exit 7, no traceback."""
    job.fill_plain(1)
    with running(key_dir=job.folder / "private_keys") as simulator:
        options = service_options(simulator, "--yes")
    ran = shell.run("push", job.workbook, *options)
    assert "cannot be reached" in ran.err
    assert "gcbulk doctor" in ran.err
    assert "Traceback" not in ran.err
    return ran.code


@pytest.fixture
def held() -> Iterator[Held]:
    """Give delays that end with the test at the latest."""
    holding = Held()
    yield holding
    holding.released.set()


@contextmanager
def pushing(
    job: Job, simulate: Simulate, held: Held, ignored: Collection[signal.Signals] = ()
) -> Iterator[tuple[subprocess.Popen[str], Simulator]]:
    """Push in a process until its second create is on its way and gets no answer yet."""
    fault = Fault("delay", method="POST", path=CREATES, nth=(2,), delay_s=1)
    simulator = simulate(Switches(faults=(fault,)), sleep=held.sleep)
    job.fill_plain(4, ())
    arguments = ["push", job.workbook, *service_options(simulator, "--yes", "--json")]
    with process(job.folder, arguments, ignored=ignored) as child:
        assert held.reached.wait(LONG_S)
        yield child, simulator


@pytest.mark.parametrize(("name", "code"), [("SIGHUP", 129), ("SIGINT", 130), ("SIGTERM", 143)])
@reaches(129, 130, 143)
def test_a_signal_ends_a_push_in_good_order(job: Job, simulate: Simulate, held: Held, name: str, code: int) -> int:
    """What is in flight ends, nothing new is sent, the report is written, the exit code is the signal's."""
    with pushing(job, simulate, held) as (child, simulator):
        child.send_signal(getattr(signal, name))
        assert child.stderr is not None
        assert any("then writing the report" in line for line in child.stderr)
        held.released.set()
        out, _ = child.communicate(timeout=LONG_S)
    assert child.returncode == json.loads(out)["exit"] == code
    assert occurred(json.loads(out)["outcomes"]) == {"created": 2, "not_attempted": 2}
    assert [line["Outcome"] for line in job.lines()] == ["created", "created", "not_attempted", "not_attempted"]
    assert len(simulator.ledger.ids("gameCenterAchievements")) == 2
    return child.returncode


def test_a_second_signal_leaves_at_once(job: Job, simulate: Simulate, held: Held) -> None:
    """Who presses Ctrl-C twice does not want to wait; the next run settles what was on its way."""
    with pushing(job, simulate, held) as (child, simulator):
        child.send_signal(signal.SIGINT)
        assert child.stderr is not None
        assert any("again to leave at once" in line for line in child.stderr)
        child.send_signal(signal.SIGINT)
        assert child.wait(LONG_S) == 130
    held.released.set()
    settle = ("--settle-wait", "0", "--yes", "--json")
    with process(job.folder, ["push", job.workbook, *service_options(simulator, *settle)]) as again:
        out, err = again.communicate(timeout=LONG_S)
    assert again.returncode == 0, err
    assert occurred(json.loads(out)["outcomes"]) == {"unchanged": 1, "adopted": 1, "created": 2}
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}


def test_what_was_ignored_stays_ignored(job: Job, simulate: Simulate, held: Held) -> None:
    """Started by ``nohup`` or in a script's background, a run goes on over Ctrl-C and SIGHUP, not SIGTERM."""
    with pushing(job, simulate, held, ignored=[signal.SIGINT, signal.SIGHUP]) as (child, _):
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            assert child.poll() is None
            child.send_signal(number)
        assert child.stderr is not None
        assert any("then writing the report" in line for line in child.stderr)
        held.released.set()
        out, _ = child.communicate(timeout=LONG_S)
    assert child.returncode == 143
    assert occurred(json.loads(out)["outcomes"]) == {"created": 2, "not_attempted": 2}


AT_A_TERMINAL = """
import os, sys
from gcbulk.cli import main
errors = os.dup(2)
os.login_tty(0)
os.dup2(errors, 2)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not hasattr(os, "login_tty"), reason="this system has no such terminals")
def test_a_terminal_that_is_closed_ends_a_push_in_good_order(job: Job, simulate: Simulate, held: Held) -> None:
    """The report is written though nobody is there any more to be told of it."""
    fault = Fault("delay", method="POST", path=CREATES, nth=(2,), delay_s=1)
    simulator = simulate(Switches(faults=(fault,)), sleep=held.sleep)
    job.fill_plain(4, ())
    command = [sys.executable, "-c", AT_A_TERMINAL, "push", str(job.workbook)]
    command += map(str, service_options(simulator, "--yes", "--json"))
    keyboard, screen = os.openpty()
    with (
        signals(),
        subprocess.Popen(
            command, cwd=job.folder, env=clean_environment(job.folder), stdin=screen, stderr=subprocess.PIPE, text=True
        ) as child,
    ):
        os.close(screen)
        assert held.reached.wait(LONG_S)
        os.close(keyboard)
        assert child.stderr is not None
        assert any("then writing the report" in line for line in child.stderr)
        held.released.set()
        assert child.wait(LONG_S) == 129
    assert [line["Outcome"] for line in job.lines()] == ["created", "created", "not_attempted", "not_attempted"]


def test_a_run_goes_on_when_nobody_listens(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that is gone, or a pipe that was closed, does not break the run that it was told of."""
    job.fill_plain(1)
    gone = io.StringIO()
    monkeypatch.setattr(gone, "write", Mock(side_effect=OSError(errno.EIO, "Input/output error")))
    monkeypatch.setattr(sys, "stderr", gone)
    assert push(shell, job, simulator).code == 0
    assert {line["Outcome"] for line in job.lines()} == {"created"}


def test_tests_of_signals_make_their_own_state() -> None:
    """Ctrl-C interrupts a test that is to be interrupted also where the suite was started with it ignored."""
    with signals([signal.SIGINT]):
        signal.raise_signal(signal.SIGINT)
        with signals(), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
