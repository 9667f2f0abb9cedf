"""Submissions sent by a pool of threads: order with the journal, stops, defects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import numpy as np
import orjson
import pytest
from failing_disk import FULL, FailingWrites

from gcbulk.errors import JournalError
from gcbulk.runs.shared.connection import make_settings
from gcbulk.service.client import Session
from gcbulk.service.clock import SystemClock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.sender import Sender, Submission
from gcbulk.service.submission_journal import Intent, State, SubmissionJournal, recorded_submissions
from gcbulk.simulator import Fault, Simulator

AT = datetime(2026, 1, 1, tzinfo=UTC)
PATH = "/v1/gameCenterPlayerAchievementSubmissions"


def submission(seq: int) -> Submission:
    """A submission that the simulator takes."""
    body = {
        "data": {
            "type": "gameCenterPlayerAchievementSubmissions",
            "attributes": {
                "bundleId": "com.example.game",
                "scopedPlayerId": f"A:_{seq:032x}",
                "vendorIdentifier": "quest.first",
                "percentageAchieved": 50,
            },
        }
    }
    key = np.array([seq, 0], "<u8").tobytes()
    return Submission(Intent(seq, key, np.array([1], "<u8").tobytes(), 50), orjson.dumps(body))


class Hasty(SystemClock):
    """The machine's time, but for waits, which are over at once."""

    def wait(self, seconds: float, stop: Event, why: str = "") -> None:
        """Come back."""


class Run:
    """A run with a journal of its own."""

    def __init__(self, folder: Path, simulator: Simulator, file: JournalFile) -> None:
        self.file = file
        self.session = Session(
            make_settings(
                bundle_id="com.example.game",
                key_id=simulator.key_id,
                issuer_id=simulator.issuer_id,
                key_path=simulator.key_path,
                base_url=simulator.base_url,
                journal=folder / "journal.sqlite3",
                requests_per_minute=100_000,
                environ={"GCBULK_HOME": str(folder)},
            ),
            Hasty(),
            Event(),
        )
        self.run = file.begin(scope="a", verb="submissions", source=None, at=AT)
        self.journal = SubmissionJournal(file, self.run)
        self.sender = Sender(self.session, self.journal, path=PATH, in_flight=3)

    def send(self, *chunks: list[Submission], watch: Callable[[Counter[State]], None] = lambda counts: None) -> None:
        """Send chunks to the end."""
        try:
            self.sender.run(chunks, watch=watch)
        finally:
            self.journal.close()

    @property
    def states(self) -> Counter[int]:
        """How many submissions the journal has in each state."""
        return Counter(recorded_submissions(self.file, self.run).states.tolist())


@pytest.fixture
def game(simulator: Simulator) -> Simulator:
    """Give a simulator with an achievement."""
    simulator.add_achievement("quest.first")
    return simulator


@pytest.fixture
def run(tmp_path: Path, game: Simulator) -> Iterator[Run]:
    """Give a run."""
    with closing(JournalFile(tmp_path / "journal.sqlite3")) as file:
        yield Run(tmp_path, game, file)


def test_everything_is_sent_and_stored(run: Run, game: Simulator) -> None:
    """Each submission goes out once, its id is stored, and the counts agree."""
    seen: list[int] = []
    run.send([submission(n) for n in range(30)], [submission(30)], watch=lambda counts: seen.append(counts.total()))
    assert run.sender.counts == {State.DONE: 31}
    assert run.states == {State.DONE: 31}
    assert seen[-1] == 31
    ids = {one.player: one.id for one in game.ledger.submitted}
    assert recorded_submissions(run.file, run.run).ids.tolist() == [ids[f"A:_{n:032x}"] for n in range(31)]


def test_an_intent_is_in_the_journal_before_its_bytes_go_out(run: Run, game: Simulator) -> None:
    """When the service sees a request, another reader of the journal finds it there."""
    seen: list[bool] = []
    answer = game.service.record

    def record(*what: object, **how: object) -> None:
        with closing(JournalFile(run.file.path, examined=False)) as other:
            seen.append(len(recorded_submissions(other, run.run).seqs) >= 5)
        answer(*what, **how)  # type: ignore[arg-type]

    game.service.record = record  # type: ignore[method-assign]
    run.send([submission(n) for n in range(5)])
    assert seen == [True] * 5


def test_a_wish_to_stop_settles_all_that_was_begun(run: Run) -> None:
    """What was meant to be sent and was not is noted as such: nothing is left in doubt."""
    chunks = [[submission(n) for n in range(100)], [submission(n) for n in range(100, 200)]]
    run.session.stop.set()
    run.send(*chunks)
    assert run.states == {State.NOT_SENT: 100}
    assert run.sender.stopped is not None
    assert run.session.stop.is_set()


def test_an_interruption_settles_all_that_was_begun(run: Run, game: Simulator) -> None:
    """Ctrl-C in a notebook, in the middle of a chunk: the rest of it is noted as not sent."""
    game.add_fault(Fault("delay", method="POST", delay_s=0.3))

    def interrupt(counts: Counter[State]) -> None:
        if not run.session.stop.is_set():
            raise KeyboardInterrupt

    run.send([submission(n) for n in range(300)], watch=interrupt)
    assert "interrupted" in str(run.sender.stopped)
    states = run.states
    assert states[State.DONE] == len(game.ledger.submitted)
    assert states[State.INTENT] <= 1, "only the one that was being handed over may be in doubt"
    assert states[State.NOT_SENT] > 250
    assert not run.session.stop.is_set()


def test_a_defect_ends_the_run_and_is_not_hidden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody expects stays one; what it was about is unknown, and nothing hangs."""

    def broken(self: Sender, seq: int, answer: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Sender, "_judged", broken)
    with pytest.raises(ZeroDivisionError):
        run.send([submission(n) for n in range(50)], [submission(n) for n in range(50, 90)])
    states = run.states
    assert 1 <= states[State.UNKNOWN] <= 3
    assert states[State.UNKNOWN] + states[State.NOT_SENT] == 50


def test_a_journal_that_takes_no_intent_sends_nothing(run: Run, game: Simulator) -> None:
    """No durable intent, no request."""
    run.file.db.execute("CREATE TEMP TRIGGER f BEFORE INSERT ON submissions BEGIN SELECT RAISE(ABORT, 'full'); END")
    run.send([submission(n) for n in range(5)])
    assert isinstance(run.sender.stopped, JournalError)
    assert game.ledger.submitted == []
    assert run.states == {}


def test_an_answer_that_makes_no_sense_stays_unknown(run: Run, game: Simulator) -> None:
    """Six times garbage in place of an answer: unknown, with the reason, and never a failure."""
    game.add_fault(Fault("body", method="POST", applied=True, garbage="html"))
    run.send([submission(1)])
    told = recorded_submissions(run.file, run.run)
    assert told.states.tolist() == [State.UNKNOWN]
    assert told.attempts.tolist() == [6]


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("odd"), KeyboardInterrupt(), SystemExit(3), FULL], ids=repr
)
def test_a_write_that_fails_in_any_way_was_not_durable(
    tmp_path: Path, game: Simulator, monkeypatch: pytest.MonkeyPatch, error: str | BaseException
) -> None:
    """F32: whatever a write raises, nothing is sent without a durable intent, nobody waits for ever, and it is told."""
    for at in (1, 2, 3, 4, 6):
        path = tmp_path / str(at) / "journal.sqlite3"
        disk = FailingWrites(path, at=10**9, error=error)
        with monkeypatch.context() as patch:
            disk.patch(patch)
            with closing(JournalFile(path)) as file:
                run = Run(path.parent, game, file)
                disk.at = disk._done + at
                before = len(game.ledger.submitted)
                run.send([submission(n) for n in range(4)], [submission(n) for n in range(4, 8)])
        sent = len(game.ledger.submitted) - before
        with closing(JournalFile(path)) as file:
            told = recorded_submissions(file, run.run)
        assert disk.failed
        assert isinstance(run.sender.stopped, JournalError)
        assert sent <= len(told.seqs)
        results = (told.states == State.DONE).sum() + sum(one.state is State.DONE for one in run.journal.unsaved)
        assert results == sent, "the results that could not be stored are kept for the report"
