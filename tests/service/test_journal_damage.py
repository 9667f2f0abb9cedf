"""F22: whichever bit of a journal flips, what is read is what was written, or nothing is read at all."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from journal_files import flipped, parts, put

from gcbulk.errors import JournalError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Outcome, OutcomeKind, Role, Step
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.journal_log import is_whole_log
from gcbulk.service.submission_journal import (
    Intent,
    Known,
    RunRecord,
    State,
    SubmissionJournal,
    SubmissionResult,
    known_submissions,
    recorded_submissions,
    troubles,
)

AT = datetime(2025, 5, 4, 10, 0, 13, 250_000, tzinfo=UTC)
SCOPE = "https://api.example.com com.example.game"
FLIPS = 125
KINDS = (OutcomeKind.CREATED, OutcomeKind.UNKNOWN, OutcomeKind.REJECTED)
STATES = (State.DONE, State.UNKNOWN, State.REJECTED, State.NOT_SENT)


def write_entries(path: Path, *, runs: int) -> None:
    """Write runs of achievements: created, unknown, rejected, and one intent left open in each."""
    with closing(Journal(path)) as journal:
        for run in range(runs):
            at = AT + timedelta(hours=run)
            journal.begin(scope=SCOPE, verb="push", source="/a.xlsx", at=at)
            steps = [
                Step("Achievements", n + 2, RESOURCE, Role.THING, (f"quest.{n}",), Action.CREATE, {}, f"{n:032x}")
                for n in range(12)
            ]
            for step in steps:
                journal.intend(step, at)
            journal.record(outcome(step, at) for step in steps[1:])
            journal.end(None if run else "It was interrupted.")


def outcome(step: Step, at: datetime) -> Outcome:
    """Give what became of a step, one kind after another."""
    kind = KINDS[step.row % 3]
    created, rejected = kind is OutcomeKind.CREATED, kind is OutcomeKind.REJECTED
    return Outcome(
        step,
        kind,
        resource_id=f"id-{step.row}" if created else None,
        code="ENTITY_ERROR" if rejected else None,
        pointer="points" if rejected else None,
        message="Too many points." if rejected else None,
        attempts=1,
        request_id="ABCDEFGH",
        sent_at=at,
        finished_at=at + timedelta(seconds=1),
    )


def write_submissions(path: Path) -> None:
    """Write a run of submissions, of which the first are still open, and what the key has spent."""
    chance = random.Random(5)
    with closing(JournalFile(path)) as file:
        run = file.begin(scope=SCOPE, verb="submissions", source="/p.csv", at=AT)
        journal = SubmissionJournal(file, run)
        journal.intend([Intent(n, chance.randbytes(16), chance.randbytes(8), n) for n in range(90)], AT)
        journal.record([settled(n) for n in range(10, 90)]).wait()
        journal.close()
        file.db.execute("INSERT INTO budget (key_id, run, second, requests) VALUES ('K', ?, 1746352813, 80)", (run,))
        file.end(run, None)


def settled(n: int) -> SubmissionResult:
    """Give what became of a submission."""
    state = STATES[n % 4]
    bad = state is State.REJECTED
    code, message = ("ENTITY_ERROR", "No such player.") if bad else (None, None)
    return SubmissionResult(n, state, None if bad else f"s{n}", code, None, message, 1, "REQ", AT.timestamp() + n / 7)


def write_all(path: Path) -> None:
    """Write a journal that holds something of everything."""
    write_entries(path, runs=2)
    write_submissions(path)


def read_all(path: Path) -> object:
    """Read everything that a run or a report reads, as plain values."""
    with closing(Journal(path)) as journal:
        runs = journal.runs()
        of_achievements = [journal.history(SCOPE).sent, *(journal.remembered(run) for run in runs)]
    with closing(JournalFile(path)) as file:
        known = [known_submissions(file, scope=SCOPE, verb="submissions")]
        told = [recorded_submissions(file, run.id) for run in runs]
        trouble = [list(troubles(file, run.id)) for run in runs]
        file.verify("budget")
        budget = file.db.execute("SELECT key_id, run, second, requests FROM budget").fetchall()
    shown = [*((one, Known.__slots__) for one in known), *((one, RunRecord.__slots__) for one in told)]
    arrays = [[getattr(one, name).tolist() for name in names] for one, names in shown]
    return repr((runs, of_achievements, arrays, trouble, budget))


def closed(path: Path) -> None:
    """Make a journal that was closed well: one file."""
    write_all(path)


def killed(path: Path) -> None:
    """Make a journal as a killed run leaves it: half of what is known stands in the write-ahead log."""
    running = path.with_name("running.sqlite3")
    write_entries(running, runs=1)
    with closing(JournalFile(running)) as file:  # keeps the log from being taken into the file
        file.runs()
        write_all(running)
        for end in ("", "-wal"):
            shutil.copy(f"{running}{end}", f"{path}{end}")


def restarted(path: Path) -> None:
    """Make one whose log was begun anew over an older, longer one."""
    running = path.with_name("running.sqlite3")
    with closing(JournalFile(running)) as file:
        file.runs()
        write_all(running)
        file.db.execute("PRAGMA wal_checkpoint(RESTART)")
        file.begin(scope=SCOPE, verb="push", source=None, at=AT)
        for end in ("", "-wal"):
            shutil.copy(f"{running}{end}", f"{path}{end}")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [closed, killed], ids=lambda make: make.__name__)
def test_a_flipped_bit_is_noticed_or_has_no_effect(tmp_path: Path, make: Callable[[Path], None], seed: int) -> None:
    """1,000 flips, half of them with a log: never is anything read that was not written, nor anything missed."""
    path = tmp_path / "journal.sqlite3"
    make(path)
    whole = parts(path)
    expected = read_all(path)
    chance, refused = random.Random(seed), 0
    for number in range(FLIPS):
        file = list(whole)[number % len(whole)]
        bit = chance.randrange(len(whole[file]) * 8)
        put(path, {**whole, file: flipped(whole[file], bit // 8, bit % 8)})
        try:
            found = read_all(path)
        except JournalError:
            refused += 1
        else:
            assert found == expected, f"{file.name}: bit {bit}"
    assert refused > FLIPS / 8, "the flips hit nothing that matters"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give the log of a killed run."""
    path = tmp_path / "journal.sqlite3"
    killed(path)
    return path.with_name("journal.sqlite3-wal")


FRAME = 24 + 4096
"""How long a record of the log is with SQLite's usual pages."""


@pytest.mark.parametrize("place", [*range(32), *range(-FRAME, -FRAME + 24), -4096, -1])
def test_a_damaged_end_or_beginning_of_the_log_is_noticed(log: Path, place: int) -> None:
    """The last record may be the intent of a request that was sent; SQLite alone would forget it, or all of them."""
    whole = log.read_bytes()
    assert is_whole_log(log)
    log.write_bytes(flipped(whole, place % len(whole)))
    assert not is_whole_log(log)


@pytest.mark.parametrize("kept", [0, 7, 31, 32, 32 + 24, 32 + FRAME - 1, 32 + FRAME])
def test_a_log_that_a_crash_cut_short_is_whole(log: Path, kept: int) -> None:
    """A record that was not written to its end was never promised."""
    log.write_bytes(log.read_bytes()[:kept])
    assert is_whole_log(log)


def torn(content: bytes, start: int, end: int, old: bytes = b"\0") -> bytes:
    """Give the content with a piece that did not reach the disk: what stood there before, or nothing."""
    return content[:start] + (old * (end - start))[: end - start] + content[end:]


@pytest.mark.parametrize("old", [b"\0", b"older content", bytes(range(256))], ids=["nothing", "text", "bytes"])
@pytest.mark.parametrize("piece", [(-512, -1), (-FRAME, -1), (-FRAME, -FRAME + 512), (-FRAME + 600, -3000)], ids=str)
def test_a_last_commit_that_a_power_cut_tore_is_no_damage(log: Path, piece: tuple[int, int], old: bytes) -> None:
    """The disk may write parts of the last commit in any order; it was not promised yet, and the run goes on."""
    content = log.read_bytes()
    start, end = (len(content) + place for place in piece)
    log.write_bytes(torn(content, start, end, old))
    assert is_whole_log(log)
    with closing(JournalFile(log.with_name("journal.sqlite3"))) as file:
        assert len(file.runs()) == 4


def test_a_log_of_which_nothing_was_written_is_whole(log: Path) -> None:
    """A file system may have made the file longer before a power cut, and put nothing into it."""
    log.write_bytes(bytes(10_000))
    assert is_whole_log(log)


@pytest.mark.parametrize("before_the_end", [2, 3, 5, 8])
def test_a_torn_commit_that_others_follow_is_damage(log: Path, before_the_end: int) -> None:
    """A commit is begun when that before it is durable: what is wrong in an earlier one was right once."""
    content = log.read_bytes()
    end = len(content) - before_the_end * FRAME
    log.write_bytes(torn(content, end - 512, end, b"older content"))
    assert not is_whole_log(log)


def test_what_is_left_of_an_older_log_is_no_damage(tmp_path: Path) -> None:
    """SQLite begins a log anew over the old one; what follows the new records does not count, even when it flips."""
    path = tmp_path / "journal.sqlite3"
    restarted(path)
    log = path.with_name("journal.sqlite3-wal")
    content = log.read_bytes()
    assert len(content) > 5 * FRAME
    assert is_whole_log(log)
    log.write_bytes(flipped(content, len(content) - 100))
    assert is_whole_log(log)


def test_words_of_either_order(log: Path) -> None:
    """Machines of the other byte order mark their logs so; a mark that does not fit the checksums is damage."""
    log.write_bytes(flipped(log.read_bytes(), 3))
    assert not is_whole_log(log)


def test_a_damaged_log_is_kept_and_refused_again(log: Path) -> None:
    """Refusing does not remove what is damaged, or the next try would go on without what it held."""
    path = log.with_name("journal.sqlite3")
    log.write_bytes(flipped(log.read_bytes(), log.stat().st_size - 1))
    before = parts(path)
    for _ in range(2):
        with pytest.raises(JournalError, match="write-ahead log"):
            JournalFile(path)
    assert parts(path) == before


def test_a_log_left_by_a_killed_run_is_taken_into_the_file(log: Path) -> None:
    """What a killed run wrote after its last commit cannot be taken for damage by a later run."""
    with closing(JournalFile(log.with_name("journal.sqlite3"))):
        assert log.stat().st_size == 0


COLUMNS = [
    ("runs", "scope", "'other'"),
    ("runs", "stopped", "NULL"),
    ("entries", "state", "'created'"),
    ("entries", "message", "CAST(message AS BLOB)"),
    ("entries", "row", "row + 1"),
    ("submissions", "state", "4"),
    ("submissions", "value", "value + 1"),
    ("submissions", "key", "zeroblob(16)"),
    ("submissions", "finished_at", "finished_at + 3e-7"),
    ("submissions", "resource_id", "''"),
    ("budget", "requests", "0"),
]


@pytest.mark.parametrize(("table", "column", "value"), COLUMNS, ids=lambda value: value)
def test_a_changed_value_is_noticed(tmp_path: Path, table: str, column: str, value: str) -> None:
    """A row that is not as it was written is refused whatever is asked for, with what to do."""
    path = tmp_path / "journal.sqlite3"
    write_all(path)
    with closing(sqlite3.connect(path)) as database:
        statement = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    forge(path, table, statement, f"UPDATE {table} SET {column} = {value}")
    with pytest.raises(JournalError, match=f"row of its {table} has changed"):
        JournalFile(path)
    unexamined = closing(JournalFile(path, examined=False))
    with unexamined as file, pytest.raises(JournalError, match=f"row of its {table} has changed"):
        file.verify("runs", "entries", "submissions", "budget")


def forge(path: Path, table: str, statement: str, change: str) -> None:
    """Change values with the checksum taken for a plain column, so that it stays as it was."""
    plain = statement[: statement.index("checksum INTEGER")] + "checksum INTEGER NOT NULL"
    plain += statement[statement.index(" STORED") + len(" STORED") :]
    for sql, then in ((plain, change), (statement, "SELECT 1")):
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA writable_schema=ON")
            database.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute(then)


def test_changed_tables_are_noticed(tmp_path: Path) -> None:
    """Tables that are not as this version made them are refused before anything of them is read."""
    path = tmp_path / "journal.sqlite3"
    write_all(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE entries RENAME COLUMN code TO cope")
    with pytest.raises(JournalError, match="1 of its tables have changed"):
        JournalFile(path)


def test_each_table_is_looked_at_once(tmp_path: Path) -> None:
    """Making sure of a million rows takes about a second; it is not done again for as long as the file is open."""
    path = tmp_path / "journal.sqlite3"
    write_all(path)
    asked: list[str] = []
    with closing(JournalFile(path, examined=False)) as file:
        file.db.set_trace_callback(asked.append)
        for _ in range(3):
            file.verify("submissions", "runs")
    assert [statement.split()[3] for statement in asked] == ["submissions", "runs"]
