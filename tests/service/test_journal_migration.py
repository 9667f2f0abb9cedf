"""F37: a journal of an older form is brought forward, whole or not at all, and a copy of it is kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import old_journals
import pytest
from journal_files import parts

from gcbulk.errors import JournalError
from gcbulk.service import journal_migration
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.journal_migration import copies, migrate
from gcbulk.service.journal_schema import SCHEMA, SCHEMA_VERSION, TABLES, Column, Table, checksums, tables
from gcbulk.service.submission_journal import State, known_submissions

RELEASED = [pytest.param(make, id=f"form-{form}") for form, make in old_journals.FORMS.items()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a journal."""
    return tmp_path / "journal.sqlite3"


@pytest.mark.parametrize("form", old_journals.FORMS)
def test_a_released_form_never_changes(path: Path, form: int) -> None:
    """The tables of a form are, to the letter, what the version that was released with it makes."""
    old_journals.FORMS[form](path)
    with closing(sqlite3.connect(path)) as database:
        assert {sql for (sql,) in database.execute("SELECT sql FROM sqlite_master")} == set(tables(form))


@pytest.mark.parametrize("make", RELEASED)
def test_every_row_is_there_afterwards(path: Path, make: Callable[[Path], None]) -> None:
    """Nothing that the older journal held is lost or changed, and every row carries a checksum that holds."""
    make(path)
    before = old_journals.content(path)
    with closing(JournalFile(path)) as file:
        assert {run.scope for run in file.runs()} == {old_journals.BUNDLE_SCOPE, old_journals.SERVICE}
        made = {sql for (sql,) in file.db.execute("SELECT sql FROM sqlite_master")}
    after = old_journals.content(path)
    runs = before.pop("runs"), after.pop("runs")
    assert after == before
    assert [run[2:] for run in runs[1]] == [run[2:] for run in runs[0]]
    assert made == set(TABLES)
    with closing(JournalFile(path)) as file:
        assert file.copy is None, "it is brought forward once"


@pytest.mark.parametrize("make", RELEASED)
def test_what_was_sent_is_still_known(path: Path, make: Callable[[Path], None]) -> None:
    """Objects and progress that an older version sent are history, however the service's address was spelt."""
    make(path)
    with closing(Journal(path)) as journal:
        sent = journal.history(old_journals.BUNDLE_SCOPE).sent
    assert len(sent) == 12
    assert [one.resource_id for one in sent["achievement", "quest.4"]] == ["id-4"]
    with closing(JournalFile(path)) as file:
        known = known_submissions(file, scope=old_journals.SERVICE, verb="submissions")
    assert len(known.keys) == old_journals.PLAYERS * 3 / 5
    assert (known.states == State.DONE).sum() == old_journals.PLAYERS / 5


@pytest.mark.parametrize("make", RELEASED)
def test_a_copy_is_kept(path: Path, make: Callable[[Path], None]) -> None:
    """What the older version wrote stands beside the journal, for its owner alone, and is never written over."""
    make(path)
    before = old_journals.content(path)
    for number in (1, 2):
        with closing(JournalFile(path)) as file:
            kept = file.copy
        assert kept is not None
        assert kept.stat().st_mode & 0o777 == 0o600
        assert old_journals.content(kept) == before
        assert len(copies(path)) == number
        path.unlink()
        make(path)
    assert [copy.name for copy in copies(path)] == ["journal.sqlite3.form-1", "journal.sqlite3.form-1-2"]


@pytest.mark.parametrize("make", RELEASED)
def test_killed_in_between_it_is_as_it_was(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Whichever statement the process dies at, the journal is the old one or the new one, and whole."""
    for moment in range(1, 200):
        path = tmp_path / str(moment) / "journal.sqlite3"
        path.parent.mkdir()
        make(path)
        before = old_journals.content(path)["entries"]
        ended = killed_at(path, moment)
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA user_version").fetchone() in [(1,), (SCHEMA_VERSION,)]
        with closing(JournalFile(path)):
            assert old_journals.content(path)["entries"] == before
        assert copies(path)
        if ended:
            break
    assert 5 < moment < 199


def killed_at(path: Path, moment: int) -> bool:
    """Open a journal in a process that dies at one of its statements; give whether it came to its end before."""
    child = os.fork()
    if child == 0:
        done = [0]

        class Dying(sqlite3.Connection):
            def execute(self, *arguments: object) -> sqlite3.Cursor:
                done[0] += 1
                if done[0] == moment:
                    os._exit(9)
                return super().execute(*arguments)  # type: ignore[arg-type]

        real = sqlite3.connect
        sqlite3.connect = lambda path, **options: real(path, factory=Dying, **options)  # type: ignore[assignment]
        JournalFile(path)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("make", RELEASED)
@pytest.mark.parametrize("examined", [True, False])
def test_a_damaged_older_one_is_refused(path: Path, make: Callable[[Path], None], examined: bool) -> None:
    """A row that has changed gets no new checksum: the journal is refused, and not a byte of it changes."""
    make(path)
    content = path.read_bytes()
    assert content.count(b"quest.7") == 1
    path.write_bytes(content.replace(b"quest.7", b"quest.8"))
    before = parts(path)
    with pytest.raises(JournalError, match="row of its entries has changed"):
        JournalFile(path, examined=examined)
    assert parts(path) == before
    assert not copies(path)


def test_a_newer_one_is_refused_with_what_to_do(path: Path) -> None:
    """The message names the form, the version to take, and what another file would not know; nothing is changed."""
    JournalFile(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = parts(path)
    words = rf"newer version of gcbulk \(form {SCHEMA_VERSION + 1}; this one reads forms up to {SCHEMA_VERSION}\)"
    with pytest.raises(JournalError, match=rf"{words}.*pip install --upgrade gcbulk.*--journal"):
        JournalFile(path)
    assert parts(path) == before


def test_a_form_that_never_was_is_damage(path: Path) -> None:
    """A journal whose form is 0 was written by no version."""
    JournalFile(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version=0")
    with pytest.raises(JournalError, match="damaged"):
        JournalFile(path)


def test_a_column_and_a_table_of_a_later_form(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One entry each is enough: old rows get what it says, new tables are there, and all checksums hold."""
    old_journals.form_1(path)
    later = SCHEMA_VERSION + 1
    named = Column("named", "TEXT NOT NULL", since=later, filled="upper(verb)")
    counted = Column("counted", "INTEGER NOT NULL", since=later, filled="length(scope)")
    runs, *rest = SCHEMA
    notes = Table("notes", (Column("note", "INTEGER PRIMARY KEY", later), Column("text", "TEXT", later)), since=later)
    schema = (Table("runs", (*runs.columns, named, counted)), *rest, notes)
    with closing(JournalFile(path)) as file:
        for name, value in (
            ("SCHEMA", schema),
            ("SCHEMA_VERSION", later),
            ("CHANGES", {later: ("INSERT INTO notes (text) SELECT DISTINCT named FROM runs ORDER BY 1",)}),
        ):
            monkeypatch.setattr(journal_migration, name, value)
        migrate(file.db, SCHEMA_VERSION)
        monkeypatch.setattr("gcbulk.service.journal_schema.SCHEMA", schema)
        assert file.db.execute("SELECT named, counted FROM runs").fetchall()[0] == ("PUSH", 30)
        assert file.db.execute("SELECT text FROM notes").fetchall() == [("PUSH",), ("SUBMISSIONS",)]
        made = {sql for (sql,) in file.db.execute("SELECT sql FROM sqlite_master")}
        assert made == set(tables(later))
        for table, checksum in checksums(later).items():
            assert not file.db.execute(f"SELECT 1 FROM {table} WHERE checksum IS NOT {checksum}").fetchall()


def test_more_numbers_than_weights_are_refused() -> None:
    """A number that no weight stands for would not be part of the checksum: that is noticed when the form is made."""
    many = Table("many", tuple(Column(f"n{n}", "INTEGER NOT NULL") for n in range(9)))
    with pytest.raises(ValueError, match="many"):
        many.statement(1)
