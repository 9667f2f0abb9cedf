"""The journal of submissions: durable before it is sent, quick to read, and honest when it fails."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from gcbulk.errors import JournalError
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.submission_journal import (
    Intent,
    State,
    SubmissionJournal,
    SubmissionResult,
    known_submissions,
    recorded_submissions,
    troubles,
)

AT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
VERB = "submissions"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[JournalFile]:
    """Give a journal's file."""
    with closing(JournalFile(tmp_path / "journal.sqlite3")) as opened:
        yield opened


def begun(file: JournalFile, scope: str = "a", verb: str = VERB) -> tuple[int, SubmissionJournal]:
    """Begin a run."""
    run = file.begin(scope=scope, verb=verb, source=None, at=AT)
    return run, SubmissionJournal(file, run)


def intent(seq: int, *, value: int = 50) -> Intent:
    """An intent with digests of its own."""
    return Intent(seq, np.array([seq, seq + 1], "<u8").tobytes(), np.array([value], "<u8").tobytes(), value)


def test_what_was_written_is_read(file: JournalFile) -> None:
    """Digests, states, ids and times come back as arrays, oldest first."""
    run, journal = begun(file)
    journal.intend([intent(n) for n in range(4)], AT)
    journal.record([SubmissionResult(0, State.DONE, "id-0", attempts=2, request_id="R", finished_at=9.5)])
    journal.record([SubmissionResult(2, State.REJECTED, code="CODE", pointer="score", message="No.", attempts=1)])
    journal.record([SubmissionResult(3, State.NOT_SENT)])
    journal.close()
    known = known_submissions(file, scope="a", verb=VERB)
    assert known.keys.tolist() == [[0, 1], [1, 2]], "what was refused or never left is not among what was sent"
    assert (known.states.tolist(), known.ids.tolist()) == ([State.DONE, State.INTENT], ["id-0", None])
    assert (known.fingerprints.tolist(), known.values.tolist()) == ([50, 50], [50, 50])
    told = recorded_submissions(file, run)
    assert told.seqs.tolist() == [0, 1, 2, 3]
    assert told.states.tolist() == [State.DONE, State.INTENT, State.REJECTED, State.NOT_SENT]
    assert (told.attempts.tolist(), told.request_ids[0], told.finished_at[0]) == ([2, 0, 1, 0], "R", 9.5)
    assert np.isnan(told.finished_at[1:]).all()
    assert list(troubles(file, run)) == [(2, "CODE", "score", "No.")]


def test_runs_are_kept_apart(file: JournalFile) -> None:
    """Another service, another verb and later runs are left out when they are not asked for."""
    for place, (scope, verb) in enumerate([("a", VERB), ("b", VERB), ("a", "scores"), ("a", VERB)]):
        _, journal = begun(file, scope, verb)
        journal.intend([intent(place)], AT)
        journal.close()
    assert known_submissions(file, scope="a", verb=VERB).keys[:, 0].tolist() == [0, 3]
    assert known_submissions(file, scope="a", verb=VERB, last=3).keys[:, 0].tolist() == [0]


def test_nothing_is_known_of_nothing(file: JournalFile) -> None:
    """Empty arrays of the right shapes."""
    known, told = known_submissions(file, scope="a", verb=VERB), recorded_submissions(file, 1)
    assert known.keys.shape == told.keys.shape == (0, 2)
    assert len(known.states) == len(told.seqs) == 0


def test_an_intent_is_durable_when_it_is_promised(file: JournalFile) -> None:
    """Another connection sees it before `intend` returns: it would be there after a power cut."""
    run, journal = begun(file)
    journal.intend([intent(7)], AT)
    with closing(sqlite3.connect(file.path)) as other:
        assert other.execute("SELECT seq, state FROM submissions WHERE run = ?", (run,)).fetchall() == [(7, 0)]
    ticket = journal.record([SubmissionResult(7, State.DONE, "x")])
    ticket.wait()
    with closing(sqlite3.connect(file.path)) as other:
        assert other.execute("SELECT state FROM submissions").fetchall() == [(1,)]
    journal.close()


def test_many_workers_write_at_once(file: JournalFile) -> None:
    """Each result of each thread is stored, and no thread waits for ever."""
    run, journal = begun(file)
    journal.intend([intent(n) for n in range(200)], AT)

    def work(first: int) -> None:
        for seq in range(first, 200, 8):
            journal.record([SubmissionResult(seq, State.DONE, f"id-{seq}")]).wait()

    threads = [threading.Thread(target=work, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    assert recorded_submissions(file, run).ids.tolist() == [f"id-{n}" for n in range(200)]


def test_a_failing_file_is_told_and_its_results_are_kept(file: JournalFile) -> None:
    """After a failure no intent is promised any more, and results that came stand in `unsaved`; nobody hangs."""
    run, journal = begun(file)
    journal.intend([intent(1), intent(2)], AT)
    journal.record([SubmissionResult(1, State.DONE, "one")]).wait()
    file.db.execute("CREATE TEMP TRIGGER full BEFORE UPDATE ON submissions BEGIN SELECT RAISE(ABORT, 'full'); END")
    journal.record([SubmissionResult(2, State.DONE, "two")]).wait()
    with pytest.raises(JournalError, match="full"):
        journal.check()
    with pytest.raises(JournalError):
        journal.intend([intent(3)], AT)
    journal.record([SubmissionResult(3, State.NOT_SENT)]).wait()
    journal.close()
    assert [(one.seq, one.state) for one in journal.unsaved] == [(2, State.DONE), (3, State.NOT_SENT)]
    assert recorded_submissions(file, run).states.tolist() == [State.DONE, State.INTENT]


def test_values_that_were_never_written_are_damage(file: JournalFile) -> None:
    """A cell of another type is a damaged journal, said as such, not a crash."""
    _, journal = begun(file)
    journal.intend([intent(1)], AT)
    journal.close()
    file.db.execute("UPDATE submissions SET key = 'text'")
    with pytest.raises(JournalError, match="damaged"):
        known_submissions(file, scope="a", verb=VERB)
    file.db.execute("DROP TABLE submissions")
    with pytest.raises(JournalError, match="cannot be read"):
        list(troubles(file, 1))
