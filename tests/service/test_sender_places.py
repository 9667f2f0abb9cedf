"""A sender's places: how much may be on its way without a durable result, and how much at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Event

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from gcbulk.appstore.calls import Call, Reply
from gcbulk.service.client import Session
from gcbulk.service.clock import SystemClock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.sender import Sender, Submission
from gcbulk.service.submission_journal import Intent, State, SubmissionJournal
from gcbulk.service.transport import Connection
from gcbulk.settings import Credentials, Settings

IN_FLIGHT = 3
PLACES = 6
CREATED = Reply(201, {}, b'{"data": {"type": "submissions", "id": "1"}}')


class Far:
    """A service that answers at once, or when told to, and counts what is on its way."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.sent = self.under_way = self.most = 0

    def exchange(self, connection: Connection, call: Call) -> Reply:
        """Stand in for a connection's own."""
        with self.changed:
            self.sent += 1
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.most == IN_FLIGHT, timeout=10)  # until no more can come
            self.under_way -= 1
        return CREATED

    def wait_until_sent(self, count: int) -> bool:
        """Whether so many requests go out."""
        with self.changed:
            return self.changed.wait_for(lambda: self.sent >= count, timeout=0.2)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Far:
    """Give a service without a network."""
    far = Far()
    monkeypatch.setattr(Connection, "exchange", lambda connection, call: far.exchange(connection, call))
    return far


class SlowFile(JournalFile):
    """A journal whose disk takes a result only when let."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun = 0
        self.may_write = Event()
        self.may_write.set()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Wait until the disk is let, except for the first: the intents."""
        self.begun += 1
        if self.begun > 1:
            self.may_write.wait(timeout=10)
        with super().transaction():
            yield


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[SlowFile]:
    """Give a journal that can be held up."""
    with closing(SlowFile(tmp_path / "journal.sqlite3")) as file:
        yield file


def sender(file: JournalFile, journal: SubmissionJournal) -> Sender:
    """Give a sender without limits."""
    credentials = Credentials("KEY", "issuer", ec.generate_private_key(ec.SECP256R1()))
    settings = Settings(credentials, bundle_id="com.example.game", base_url="http://127.0.0.1:1", journal=file.path)
    return Sender(Session(settings, SystemClock(), Event()), journal, path="/v1/submissions", in_flight=IN_FLIGHT)


def submissions(count: int) -> list[Submission]:
    """Give one chunk."""
    return [Submission(Intent(seq, seq.to_bytes(16, "big"), bytes(8), 100), b"{}") for seq in range(count)]


def begun(file: JournalFile) -> SubmissionJournal:
    """Give the journal of a new run."""
    return SubmissionJournal(file, file.begin(scope="s", verb="submissions", source=None, at=datetime.now(UTC)))


def test_no_more_are_in_flight_than_asked_for(slow: SlowFile, far: Far) -> None:
    """However many places there are, so many requests are on their way at a time and no more; all of them arrive."""
    journal = begun(slow)
    one = sender(slow, journal)
    one.run([submissions(50)], watch=lambda counts: None)
    journal.close()
    assert far.most == IN_FLIGHT
    assert one.counts == {State.DONE: 50}
    assert slow.db.execute("SELECT count(*) FROM submissions WHERE state = ?", (State.DONE,)).fetchone() == (50,)


def test_a_place_is_taken_again_only_when_its_result_is_durable(slow: SlowFile, far: Far) -> None:
    """While the disk takes no result, so many requests go out as there are places, and then not one more."""
    journal = begun(slow)
    one = sender(slow, journal)
    slow.may_write.clear()
    seen = []

    def watch(counts: object) -> None:
        if not slow.may_write.is_set() and far.wait_until_sent(PLACES):
            seen.append(far.wait_until_sent(PLACES + 1))
            slow.may_write.set()

    one.run([submissions(50)], watch=watch)
    journal.close()
    assert seen == [False]
    assert far.sent == 50


def test_a_run_ends_when_its_last_results_are_durable(slow: SlowFile, far: Far) -> None:
    """When `run` returns, every result can be read back, though the journal is still open."""
    journal = begun(slow)
    sender(slow, journal).run([submissions(20)], watch=lambda counts: None)
    found = slow.db.execute("SELECT count(*) FROM submissions WHERE state = ?", (State.DONE,)).fetchone()
    journal.close()
    assert found == (20,)
