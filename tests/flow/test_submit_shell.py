"""``gcbulk submit`` as a process: signals, streams, the lock, and what is never printed."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

import pytest
from submit_jobs import FIRST, SCORE_HEADERS, SubmitJob, applied, player, posts, progress

from gcbulk.service.clock import SystemClock
from gcbulk.service.lock import RunLock
from gcbulk.simulator import Fault, Simulator, Switches
from jobs import occurred
from shell import LONG_S, Held, process, service_options

Simulate = Callable[..., Simulator]


@pytest.fixture
def submitting(tmp_path: Path) -> Iterator[SubmitJob]:
    """Give a folder with a file to fill."""
    with ExitStack() as stack:
        yield SubmitJob(tmp_path, SystemClock(), stack)


@contextmanager
def submission(submitting: SubmitJob, simulator: Simulator, *more: object) -> Iterator[Popen[str]]:
    """Submit the file in a process."""
    options = service_options(simulator, "--journal", submitting.journal, "--yes", "--json", *more)
    with process(submitting.folder, ["submit", submitting.path, *options]) as child:
        yield child


@pytest.mark.parametrize(("name", "code"), [("SIGHUP", 129), ("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_a_run_in_good_order(submitting: SubmitJob, simulate: Simulate, name: str, code: int) -> None:
    """What is in flight ends, nothing new is sent, the report is written; the next run finishes."""
    held = Held()
    fault = Fault("delay", method="POST", nth=(10,), delay_s=1)
    game = simulate(Switches(faults=(fault,)), sleep=held.sleep)
    game.add_achievement(FIRST)
    submitting.fill(progress(400))
    with submission(submitting, game, "--max-in-flight", 1) as child:
        assert held.reached.wait(LONG_S)
        child.send_signal(getattr(signal, name))
        assert child.stderr is not None
        assert any("then writing the report" in line for line in child.stderr)
        held.released.set()
        out, _ = child.communicate(timeout=LONG_S)
    found = json.loads(out)
    assert child.returncode == found["exit"] == code
    assert occurred(found["outcomes"]) == {"created": 10, "not_attempted": 390}
    assert submitting.lines()["Outcome"].value_counts().to_dict() == {"created": 10, "not_attempted": 390}
    game.clear_faults()
    submitting.fill(progress(20))
    with submission(submitting, game, "--requests-per-minute", 100_000) as again:
        out, err = again.communicate(timeout=LONG_S)
    assert again.returncode == 0, err
    assert occurred(json.loads(out)["outcomes"]) == {"unchanged": 10, "created": 10}
    assert sorted(applied(game)) == progress(20)


def test_no_player_is_named_on_any_stream(submitting: SubmitJob, simulate: Simulate) -> None:
    """Players' ids are personal data: neither stream shows one whole, whatever went wrong; the report does."""
    game = simulate(Switches(faults=(Fault("status", method="POST", status=409, nth=(2,)),)))
    game.add_achievement(FIRST)
    wrong = [
        (player(7), FIRST, 900),
        ("T:_abcdef0123456789", FIRST, 1),
        (player(8), "com.example.none", 1),
    ]
    submitting.fill([*progress(5), *wrong, ("A:_1234567", FIRST, 1)])
    with submission(submitting, game) as child:
        out, err = child.communicate(timeout=LONG_S)
    assert child.returncode == 3, err
    assert out.count("\n") == 1
    for text in (out, err):
        assert player(1)[3:20] not in text
        assert "A:_1234567" not in text
        assert "T:_abcdef" not in text
    kept = b"".join(path.read_bytes() for path in submitting.journal.parent.rglob("*") if path.is_file())
    assert b"A:_" not in kept
    assert b"T:_" not in kept


def test_the_second_of_two_runs_leaves_at_once(submitting: SubmitJob, simulate: Simulate) -> None:
    """While another run submits for the app: exit 6 within a second of its start, and no request."""
    game = simulate()
    submitting.fill(progress(3))
    lock = RunLock(submitting.journal, f"{game.base_url} com.example.game submissions")
    with lock.exclusive(), submission(submitting, game) as child:
        out, err = child.communicate(timeout=LONG_S)
    assert (child.returncode, json.loads(out)["exit"]) == (6, 6)
    assert "Another run" in err
    assert game.ledger.requests == {}


def test_plan_says_how_many_and_how_long(submitting: SubmitJob, simulate: Simulate) -> None:
    """10,000 rows at 3,600 an hour: two hours and 47 minutes, and nothing is sent or kept."""
    game = simulate()
    game.add_achievement(FIRST)
    submitting.fill(progress(10_000))
    options = service_options(game, "--journal", submitting.journal, "--json")
    with process(submitting.folder, ["plan", submitting.path, *options]) as child:
        out, err = child.communicate(timeout=LONG_S)
    assert child.returncode == 0, err
    assert "10,000 to send, 2 h 9 min" in err
    plan = json.loads(out)["plan"]
    assert plan["requests"] == 10_000
    assert 7_750 < plan["duration_s"] < 7_800, "an hour's worth at once, the second an hour later, the rest after two"
    assert posts(game) == 0


def test_a_report_after_a_kill_says_what_is_known(submitting: SubmitJob, simulate: Simulate) -> None:
    """After SIGKILL the journal alone gives the report: what was answered, what is not known, what was not begun."""
    game = simulate()
    game.add_achievement(FIRST)
    submitting.fill(progress(1_500))
    with submission(submitting, game, "--requests-per-minute", 100_000) as child:
        until = time.monotonic() + LONG_S
        while len(applied(game)) < 700 and time.monotonic() < until:
            child.poll()
        child.kill()
        child.wait()
    result = submitting.report()
    assert result.exit == 7
    lines = submitting.lines()
    done = lines[lines["Outcome"] == "created"]
    ids = {f"{one.player} / {one.vendor_identifier}": one.id for one in game.ledger.submitted}
    assert len(done) > 600
    assert all(ids[key] == own for key, own in zip(done["Key"], done["Id"], strict=True))
    assert set(lines["Outcome"]) == {"created", "unknown", "not_attempted"}
    assert set(ids) <= set(lines["Key"][lines["Outcome"] != "not_attempted"])
    assert set(lines["Code"][lines["Outcome"] == "unknown"]) == {"no-answer"}


def test_a_killed_run_of_scores_sends_none_twice(submitting: SubmitJob, simulate: Simulate) -> None:
    """A score that was on its way when the run died stays unknown; all others are sent by the next run, once."""
    game = simulate()
    submitting.fill([(player(n), "board", n, None) for n in range(600)], SCORE_HEADERS)
    options = ("--kind", "scores", "--requests-per-minute", 100_000)
    with submission(submitting, game, *options) as child:
        until = time.monotonic() + LONG_S
        while len(applied(game)) < 200 and time.monotonic() < until:
            child.poll()
        child.kill()
        child.wait()
    with submission(submitting, game, *options) as again:
        out, err = again.communicate(timeout=LONG_S)
    outcomes = occurred(json.loads(out)["outcomes"])
    unknown = outcomes.get("unknown", 0)
    assert again.returncode == (4 if unknown else 0), err
    assert unknown <= 2 * 6
    assert outcomes["created"] + outcomes["unchanged"] == 600 - unknown
    assert len(set(applied(game))) == len(applied(game)) >= 600 - unknown
