"""The journal: durable before anything is sent, and never believed when it is not whole."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from gcbulk.errors import JournalError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, History, Outcome, OutcomeKind, Role, Sent, Step
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.journal_schema import APPLICATION_ID, SCHEMA_VERSION

AT = datetime(2025, 5, 4, 10, 0, 13, 250_000, tzinfo=UTC)
SCOPE = "https://api.example.com com.example.game"


def step(key: str = "quest.first", fingerprint: str = "f1", row: int = 2) -> Step:
    """Give a create."""
    return Step("Achievements", row, RESOURCE, Role.THING, (key,), Action.CREATE, {}, fingerprint)


def later(seconds: float) -> datetime:
    """Give a moment after the first."""
    return AT + timedelta(seconds=seconds)


Open: TypeAlias = Callable[[], Journal]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a journal, in a folder that is not there yet."""
    return tmp_path / "state" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """Give a new journal with a run begun."""
    with closing(Journal(path)) as journal:
        journal.begin(scope=SCOPE, verb="push", source="/a.xlsx", at=AT)
        yield journal


def seen_by_others(path: Path) -> History:
    """Give the history as another process finds it now, which is what is left when this one is killed."""
    copy = path.with_name("copy.sqlite3")
    for end in ("", "-wal"):
        source = path.with_name(path.name + end)
        if source.exists():
            shutil.copy(source, copy.with_name(copy.name + end))
    with closing(Journal(copy)) as journal:
        return journal.history(SCOPE)


def test_an_intent_is_durable_at_once(journal: Journal, path: Path) -> None:
    """When ``intend`` returns, a killed process has left the intent, unsettled."""
    journal.intend(step(), AT)
    assert seen_by_others(path).sent == {("achievement", "quest.first"): (Sent("f1", None, AT, confirmed=False),)}


def test_a_result_is_durable_at_once(journal: Journal, path: Path) -> None:
    """When ``record`` returns, a killed process has left the result."""
    journal.intend(step(), AT)
    journal.record([Outcome(step(), OutcomeKind.CREATED, resource_id="a1", sent_at=AT, finished_at=later(1))])
    assert seen_by_others(path).sent == {("achievement", "quest.first"): (Sent("f1", "a1", AT, confirmed=True),)}


@pytest.mark.parametrize(
    ("kind", "resource_id", "confirmed"),
    [
        (OutcomeKind.CREATED, "a1", True),
        (OutcomeKind.REJECTED, None, True),
        (OutcomeKind.UNKNOWN, None, False),
    ],
)
def test_what_settles_a_request(journal: Journal, kind: OutcomeKind, resource_id: str | None, confirmed: bool) -> None:
    """An answer settles a request, no answer leaves it open."""
    journal.intend(step(), AT)
    journal.record([Outcome(step(), kind, resource_id=resource_id, sent_at=AT)])
    (found,) = journal.history(SCOPE).sent["achievement", "quest.first"]
    assert found == Sent("f1", resource_id, AT, confirmed=confirmed)


@pytest.mark.parametrize("kind", [OutcomeKind.NOT_ATTEMPTED, OutcomeKind.BLOCKED, OutcomeKind.REJECTED])
def test_what_was_never_sent_is_no_history(journal: Journal, kind: OutcomeKind) -> None:
    """An outcome without a request says nothing about the service."""
    journal.record([Outcome(step(), kind)])
    assert journal.history(SCOPE).sent == {}


def test_an_intent_that_was_certainly_not_sent_is_withdrawn(journal: Journal) -> None:
    """When the first attempt ends before a byte is sent, no intent is left to look for."""
    journal.intend(step(), AT)
    journal.record([Outcome(step(), OutcomeKind.NOT_ATTEMPTED)])
    assert journal.history(SCOPE).sent == {}


@pytest.mark.parametrize("kind", [OutcomeKind.NOT_ATTEMPTED, OutcomeKind.BLOCKED])
def test_an_id_that_was_known_before_settles_nothing(journal: Journal, kind: OutcomeKind) -> None:
    """A run that came to nothing with a row knows its id from the plan, and nothing of an earlier run's request."""
    journal.intend(step(), AT)
    journal.begin(scope=SCOPE, verb="push", source=None, at=later(60))
    journal.record([Outcome(step(), kind, resource_id="a1")])
    assert journal.history(SCOPE).sent["achievement", "quest.first"] == (Sent("f1", None, AT, confirmed=False),)


def test_adopted_later(journal: Journal) -> None:
    """A request without an answer that a later run finds live is settled, with the time it was sent."""
    journal.intend(step(), AT)
    journal.begin(scope=SCOPE, verb="push", source=None, at=later(60))
    journal.record([Outcome(step(), OutcomeKind.ADOPTED, resource_id="a1")])
    (found,) = journal.history(SCOPE).sent["achievement", "quest.first"]
    assert found == Sent("f1", "a1", AT, confirmed=True)


def test_existed_without_an_intent_is_no_history(journal: Journal) -> None:
    """What was found live and never sent by us is not claimed."""
    journal.record([Outcome(step(), OutcomeKind.EXISTED, resource_id="a1")])
    assert journal.history(SCOPE).sent == {}


def test_sent_again_is_open_again(journal: Journal) -> None:
    """A later intent for the same content is what counts."""
    journal.intend(step(), AT)
    journal.record([Outcome(step(), OutcomeKind.CREATED, resource_id="a1", sent_at=AT)])
    journal.begin(scope=SCOPE, verb="push", source=None, at=later(60))
    journal.intend(step(), later(61))
    (found,) = journal.history(SCOPE).sent["achievement", "quest.first"]
    assert found == Sent("f1", None, later(61), confirmed=False)


def test_each_content_has_its_own_history(journal: Journal) -> None:
    """Matching goes by key and fingerprint: rows may move, and another body is another request."""
    journal.intend(step(row=2), AT)
    journal.intend(step(row=9), later(1))
    journal.intend(step(fingerprint="f2"), later(2))
    journal.intend(step(key="quest.last"), later(3))
    sent = journal.history(SCOPE).sent
    assert sent["achievement", "quest.first"] == (
        Sent("f1", None, later(1), confirmed=False),
        Sent("f2", None, later(2), confirmed=False),
    )
    assert sent["achievement", "quest.last"] == (Sent("f1", None, later(3), confirmed=False),)


def test_scopes_are_kept_apart(journal: Journal) -> None:
    """One file serves all apps; none sees another's."""
    journal.intend(step(), AT)
    journal.begin(scope="other", verb="push", source=None, at=AT)
    journal.intend(step(), later(5))
    assert journal.history(SCOPE).sent["achievement", "quest.first"][0].sent_at == AT
    assert journal.history("other").sent["achievement", "quest.first"][0].sent_at == later(5)
    assert journal.history("none").sent == {}


def test_runs_are_remembered(path: Path) -> None:
    """After reopening, runs and what became of their rows are all there."""
    full = Outcome(
        step(),
        OutcomeKind.REJECTED,
        code="ENTITY_ERROR",
        pointer="points",
        message="Too many points.",
        attempts=2,
        request_id="R",
        sent_at=AT,
        finished_at=later(1),
    )
    with closing(Journal(path)) as journal:
        journal.begin(scope=SCOPE, verb="push", source="/a.xlsx", at=AT)
        journal.intend(step("quest.last"), AT)
        journal.record([full])
        journal.end("stopped")
        journal.begin(scope=SCOPE, verb="push", source=None, at=later(9))
        journal.record([Outcome(step("quest.last"), OutcomeKind.ADOPTED, resource_id="a9")])
        journal.end(None)
    with closing(Journal(path)) as journal:
        first, second = journal.runs()
        assert (first.scope, first.verb, first.source, first.started_at) == (SCOPE, "push", "/a.xlsx", AT)
        assert (first.stopped, second.stopped) == ("stopped", None)
        before, after = journal.remembered(first), journal.remembered(second)
    rejected = before["achievement", "quest.first", "f1"]
    assert (rejected.kind, rejected.code, rejected.pointer) == (OutcomeKind.REJECTED, "ENTITY_ERROR", "points")
    assert (rejected.message, rejected.attempts, rejected.request_id) == ("Too many points.", 2, "R")
    assert rejected.finished_at == later(1)
    assert before["achievement", "quest.last", "f1"].kind is OutcomeKind.UNKNOWN
    assert after["achievement", "quest.last", "f1"].kind is OutcomeKind.ADOPTED
    assert list(after) == [("achievement", "quest.last", "f1")], "what an older run did is not this one's"


def test_it_is_for_its_owner_alone(journal: Journal, path: Path) -> None:
    """T2: the folder is 0700 and every file in it 0600."""
    journal.intend(step(), AT)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {
        "journal.sqlite3": 0o600,
        "journal.sqlite3-wal": 0o600,
        "journal.sqlite3-shm": 0o600,
    }


def test_one_that_others_may_read_is_closed_to_them(path: Path) -> None:
    """T2: a journal with rights for others, as after copying, loses them when it is opened."""
    Journal(path).close()
    path.chmod(0o644)
    Journal(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_commits_are_durable(journal: Journal) -> None:
    """Write-ahead log and full synchronisation are on."""
    database = journal._file.db
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)


def foreign_database(path: Path) -> None:
    """Make a database of another program."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE entries (x)")
        database.commit()


def newer(path: Path) -> None:
    """Make a journal of a newer version."""
    Journal(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")


def other_application(path: Path) -> None:
    """Make a database that names another program."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA application_id={APPLICATION_ID + 1}")


def workbook(path: Path) -> None:
    """Make a file that is no database."""
    path.write_bytes(b"PK\x03\x04" + b"x" * 5000)


def cut_off(path: Path) -> None:
    """Make a journal that lost its second half."""
    Journal(path).close()
    path.write_bytes(path.read_bytes()[:6000])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (foreign_database, "is not a journal of gcbulk"),
        (other_application, "is not a journal of gcbulk"),
        (newer, "written by a newer version"),
        (workbook, "not a database"),
        (cut_off, "damaged"),
        (Path.mkdir, "cannot be opened"),
    ],
)
def test_what_is_no_journal_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    """F22: a foreign, newer or damaged file is refused with what to do, and not a byte of it changes."""
    path = tmp_path / "file"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError, match=words):
        Journal(path)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A place where no folder can be is named."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "file" / "journal.sqlite3")


def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    """A file that a killed run has just made is taken."""
    path = tmp_path / "journal.sqlite3"
    path.touch()
    with closing(Journal(path)) as journal:
        assert journal.runs() == []


def test_a_disk_that_is_full_while_it_is_made_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F12: when making the tables fails half-way, the next try starts afresh."""
    path = tmp_path / "journal.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr("gcbulk.service.journal_file.TABLES", ("CREATE TABLE runs (run)", "CREATE TABLE runs (x)"))
        with pytest.raises(JournalError):
            Journal(path)
    with closing(Journal(path)) as journal:
        assert journal.runs() == []


def fill(journal: Journal) -> int:
    """Keep all further pages from the file, write until it is full, and give how many intents were promised."""
    database = journal._file.db
    database.execute(f"PRAGMA max_page_count={database.execute('PRAGMA page_count').fetchone()[0] + 3}")
    for count in range(10_000):
        try:
            journal.intend(step(f"quest.{count}", fingerprint="f" * 50), AT)
        except JournalError:
            return count
    raise AssertionError("never full")


def test_a_full_disk_stops_and_loses_nothing_that_was_promised(journal: Journal, path: Path) -> None:
    """F12: when an intent cannot be stored that is said, and all that was promised before is there."""
    promised = fill(journal)
    sent = seen_by_others(path).sent
    assert promised > 10
    assert {("achievement", f"quest.{count}") for count in range(promised)} <= sent.keys()


def test_a_result_that_cannot_be_stored_leaves_no_half_written_group(journal: Journal, path: Path) -> None:
    """F12: a group of results is stored whole or not at all, and what follows is durable again."""
    promised = fill(journal)
    many = [Outcome(step(f"quest.{n}", "f" * 50), OutcomeKind.REJECTED, message="x" * 900) for n in range(promised)]
    with pytest.raises(JournalError, match="full"):
        journal.record(many)
    assert all(not one.confirmed for sent in seen_by_others(path).sent.values() for one in sent)
    journal._file.db.execute("PRAGMA max_page_count=1000000")
    journal.intend(step("quest.room-again"), AT)
    assert ("achievement", "quest.room-again") in seen_by_others(path).sent


def full_journal(path: Path) -> bytes:
    """Make a journal of three runs, and give its bytes."""
    with closing(Journal(path)) as journal:
        for run in range(3):
            journal.begin(scope=SCOPE, verb="push", source="/a.xlsx", at=later(run))
            for count in range(40):
                journal.intend(step(f"quest.{count}", fingerprint=f"{count:032x}"), later(count))
                kind = [OutcomeKind.CREATED, OutcomeKind.UNKNOWN, OutcomeKind.REJECTED][count % 3]
                outcome = Outcome(
                    step(f"quest.{count}", fingerprint=f"{count:032x}"),
                    kind,
                    resource_id=f"id-{count}" if kind is OutcomeKind.CREATED else None,
                    message="Something happened." if kind is OutcomeKind.REJECTED else None,
                    attempts=1,
                    sent_at=later(count),
                    finished_at=later(count + 1),
                )
                journal.record([outcome])
            journal.end(None)
    return path.read_bytes()


def read_all(path: Path) -> object:
    """Read everything that a run or a report reads."""
    with closing(Journal(path)) as journal:
        runs = journal.runs()
        return runs, journal.history(SCOPE), [journal.remembered(run) for run in runs]


def test_a_flipped_bit_never_brings_another_error(path: Path) -> None:
    """F22: whichever bit flips, the journal is read or refused as a `JournalError`, never anything else."""
    whole = full_journal(path)
    chance = random.Random(22)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            read_all(path)
        except JournalError:
            refused += 1
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    assert refused > 20


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "seny"),
        ("state", 7),
        ("sent_at", "yesterday"),
        ("sent_at", 7),
        ("sent_at", "0001-01-01T00:00:00+14:00"),
        ("sent_at", b"\xff"),
        ("key", b"\xff"),
    ],
)
def test_a_value_that_cannot_be_is_damage(journal: Journal, column: str, value: object) -> None:
    """F22: a state that is none or a time that is none is not read as something else."""
    journal.intend(step(), AT)
    journal._file.db.execute(f"UPDATE entries SET {column} = CAST(? AS {_type(value)})", (value,))
    if column == "key":
        journal._file.db.execute("UPDATE entries SET key = CAST(key AS TEXT)")
    with pytest.raises(JournalError):
        journal.history(SCOPE)


def _type(value: object) -> str:
    return {int: "INTEGER", str: "TEXT", bytes: "BLOB"}[type(value)]


def test_two_that_open_it_at_once(path: Path) -> None:
    """Two runs that begin at the same moment share the file: nobody finds it half made."""
    with closing(JournalFile(path)) as one, closing(JournalFile(path)) as two:
        first = one.begin(scope="a", verb="push", source=None, at=AT)
        second = two.begin(scope="b", verb="push", source=None, at=AT)
        assert first != second
        assert len(one.runs()) == len(two.runs()) == 2
