"""The file that journals live in: made, recognised, checked for damage, and its runs.

What comes in: a path. What goes out: an open SQLite connection that is surely a journal of this version, and every
trouble with it as a `JournalError` that says what to do. One file serves all apps; ``scope`` keeps them apart. WAL
and ``synchronous=FULL`` make a commit durable.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcbulk.errors import JournalError

APPLICATION_ID = 0x67636262
SCHEMA_VERSION = 1
_BUSY_S = 10.0  # how long to wait for another run of another app that writes at the same moment

_SCHEMA = """
CREATE TABLE runs (
  run INTEGER PRIMARY KEY, scope TEXT NOT NULL, verb TEXT NOT NULL, source TEXT, started_at TEXT NOT NULL,
  stopped TEXT
);
CREATE TABLE entries (
  run INTEGER NOT NULL, seq INTEGER NOT NULL, step TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
  sheet TEXT NOT NULL, row INTEGER NOT NULL, state TEXT NOT NULL, resource_id TEXT, code TEXT, pointer TEXT,
  message TEXT, attempts INTEGER NOT NULL, request_id TEXT, sent_at TEXT, finished_at TEXT,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE submissions (
  run INTEGER NOT NULL, seq INTEGER NOT NULL, key BLOB NOT NULL, fingerprint BLOB NOT NULL, value INTEGER NOT NULL,
  state INTEGER NOT NULL, resource_id TEXT, code TEXT, pointer TEXT, message TEXT, attempts INTEGER NOT NULL,
  request_id TEXT, sent_at REAL NOT NULL, finished_at REAL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE budget (
  key_id TEXT NOT NULL, run INTEGER NOT NULL, second INTEGER NOT NULL, requests INTEGER NOT NULL,
  PRIMARY KEY (key_id, second, run)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that the journal knows of; times are UTC."""

    id: int
    scope: str
    verb: str
    source: str | None
    started_at: datetime
    stopped: str | None


class JournalFile:
    """A journal file, open.

    Args:
        path: the file; made with its folder, for its owner alone, when it is not there.
        examined: whether all of it is looked through for damage.

    Raises:
        JournalError: it is no journal of gcbulk, is damaged, or was written by another version.
    """

    def __init__(self, path: Path, *, examined: bool = True) -> None:
        self.path = path
        self._examined = examined
        with self.errors("opened"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            # One thread at a time uses it; which one may change, as from the reader to the writer of a run.
            self.db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S, check_same_thread=False)
        try:
            with self.errors("read"):
                self._prepare()
        except JournalError:
            self.db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def begin(self, *, scope: str, verb: str, source: str | None, at: datetime) -> int:
        """Begin a run, and return its number."""
        with self.errors("written"):
            cursor = self.db.execute(
                "INSERT INTO runs (scope, verb, source, started_at) VALUES (?, ?, ?, ?)",
                (scope, verb, source, at.isoformat()),
            )
        return cursor.lastrowid or 0

    def end(self, run: int, stopped: str | None) -> None:
        """Note how a run ended: None when it came to its end."""
        with self.errors("written"):
            self.db.execute("UPDATE runs SET stopped = ? WHERE run = ?", (stopped, run))

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        query = "SELECT run, scope, verb, source, started_at, stopped FROM runs ORDER BY run"
        with self.errors("read"):
            return [
                Run(run, scope, verb, source, moment(started_at), stopped)
                for run, scope, verb, source, started_at, stopped in self.db.execute(query)
            ]

    @contextmanager
    def errors(self, doing: str) -> Iterator[None]:
        """Turn what goes wrong with the file into a `JournalError`.

        Args:
            doing: what is being done to it, for the message: "read", "written".
        """
        try:
            yield
        except sqlite3.OperationalError as error:
            raise JournalError(
                f"The journal {self.path} cannot be {doing}: {error}. Without it nothing is sent. Make room or mend "
                "the folder, then run it again."
            ) from error
        except OSError as error:
            raise JournalError(f"The journal {self.path} cannot be {doing}: {error}.") from error
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            # The last three come from values that are not what was written.
            raise JournalError(_DAMAGED.format(path=self.path, why=error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written durable together, or leave no trace of it.

        Raises:
            JournalError: it could not be written.
        """
        with self.errors("written"), self._all_or_nothing():
            yield

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # some errors have ended it already
                self.db.execute("ROLLBACK")
            raise

    def _prepare(self) -> None:
        with self._all_or_nothing():  # two runs that begin at once must not both make the tables
            self._recognise()
        if self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        damage = self.db.execute("PRAGMA quick_check(1)").fetchone()[0] if self._examined else "ok"
        if damage != "ok":
            raise JournalError(_DAMAGED.format(path=self.path, why=damage))

    def _recognise(self) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application == 0 and version == 0 and not self.db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in _SCHEMA.split(";")[:-1]:
                self.db.execute(statement)
            self.db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self.db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        elif application != APPLICATION_ID:
            raise JournalError(f"{self.path} is not a journal of gcbulk. Name another file with --journal.")
        elif version != SCHEMA_VERSION:
            raise JournalError(
                f"The journal {self.path} was written by another version of gcbulk (form {version}, this one reads "
                f"{SCHEMA_VERSION}). Use that version, or name another file with --journal."
            )

    def _pragma(self, name: str) -> int:
        return int(self.db.execute(f"PRAGMA {name}").fetchone()[0])


def moment(text: str) -> datetime:
    """A time as the journal keeps it."""
    return datetime.fromisoformat(text).astimezone(UTC)


_DAMAGED = (
    "The journal {path} is damaged ({why}). Nothing more is sent. Move it away and keep it; without it gcbulk compares "
    "with the live service alone, so wait until everything sent before is visible there."
)
