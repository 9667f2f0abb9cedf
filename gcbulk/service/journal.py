"""The journal: what was meant to be sent, and what became of it, on disk before anything else happens.

What comes in: steps before their request goes out, outcomes after it. What goes out: `History` for the planner, and
the outcomes of a run, from which its report can be made again at any time. A row is written twice at most: the
intent, then its result. Matching goes by natural key and fingerprint, never by row number.

One SQLite file serves all apps; ``scope`` keeps them apart. WAL and ``synchronous=FULL`` make a commit durable.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcbulk.errors import JournalError
from gcbulk.records import History, Outcome, OutcomeKind, Sent, Step

APPLICATION_ID = 0x67636262
SCHEMA_VERSION = 1
INTENT = "sent"
"""The state of a request whose result is not known yet."""

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


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last thing that the journal knows of a natural key and fingerprint."""

    kind: OutcomeKind
    resource_id: str | None
    code: str | None
    pointer: str | None
    message: str | None
    attempts: int
    request_id: str | None
    finished_at: datetime | None


class Journal:
    """A journal file, opened for one run at a time; not to be shared between threads.

    Args:
        path: the file; made with its folder, for its owner alone, when it is not there.

    Raises:
        JournalError: it is no journal of gcbulk, is damaged, or was written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = 0
        self._seqs: dict[tuple[str, str, str], int] = {}
        with self._errors("opened"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        try:
            with self._errors("read"):
                self._prepare()
        except JournalError:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def history(self, scope: str) -> History:
        """What was sent in this scope before, by step and key; read it before the run begins."""
        found: dict[tuple[str, str], dict[str, Sent]] = {}
        query = (
            "SELECT step, key, fingerprint, state, resource_id, sent_at FROM entries JOIN runs USING (run) "
            "WHERE scope = ? ORDER BY run, seq"
        )
        with self._errors("read"):
            for step, key, fingerprint, state, resource_id, sent_at in self._db.execute(query, (scope,)):
                of_key = found.setdefault((step, key), {})
                earlier = of_key.get(fingerprint)
                if sent_at is not None:
                    settled = state not in (INTENT, OutcomeKind.UNKNOWN)
                    of_key[fingerprint] = Sent(fingerprint, resource_id, _moment(sent_at), settled)
                elif earlier is not None and resource_id is not None:
                    of_key[fingerprint] = Sent(fingerprint, resource_id, earlier.sent_at, settled=True)
        return History({key: tuple(of_key.values()) for key, of_key in found.items()})

    def begin(self, *, scope: str, verb: str, source: str | None, at: datetime) -> int:
        """Begin a run, and return its number."""
        with self._errors("written"):
            cursor = self._db.execute(
                "INSERT INTO runs (scope, verb, source, started_at) VALUES (?, ?, ?, ?)",
                (scope, verb, source, at.isoformat()),
            )
        self._run = cursor.lastrowid or 0
        self._seqs.clear()
        return self._run

    def intend(self, step: Step, at: datetime) -> None:
        """Make it durable that a request is about to be sent; nothing is sent when this fails."""
        seq = self._seqs.setdefault(_identity(step), len(self._seqs) + 1)
        with self._errors("written"):
            self._db.execute(_UPSERT, _row(self._run, seq, step, state=INTENT, sent_at=at.isoformat()))

    def record(self, outcomes: Iterable[Outcome]) -> None:
        """Make the results of steps durable, in one commit."""
        rows = []
        for outcome in outcomes:
            seq = self._seqs.setdefault(_identity(outcome.step), len(self._seqs) + 1)
            rows.append(_outcome_row(self._run, seq, outcome))
        with self._errors("written"):
            self._db.execute("BEGIN")
            self._db.executemany(_UPSERT, rows)
            self._db.execute("COMMIT")

    def end(self, stopped: str | None) -> None:
        """Note how the run ended: None when it came to its end."""
        with self._errors("written"):
            self._db.execute("UPDATE runs SET stopped = ? WHERE run = ?", (stopped, self._run))

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        query = "SELECT run, scope, verb, source, started_at, stopped FROM runs ORDER BY run"
        with self._errors("read"):
            return [
                Run(run, scope, verb, source, _moment(started_at), stopped)
                for run, scope, verb, source, started_at, stopped in self._db.execute(query)
            ]

    def remembered(self, run: Run) -> Mapping[tuple[str, str, str], Remembered]:
        """The last state of everything in a run and the earlier runs of its scope, by step, key, fingerprint."""
        query = (
            "SELECT step, key, fingerprint, state, resource_id, code, pointer, message, attempts, request_id, "
            "finished_at FROM entries JOIN runs USING (run) WHERE scope = ? AND run <= ? ORDER BY run, seq"
        )
        with self._errors("read"):
            rows = self._db.execute(query, (run.scope, run.id))
            return {(step, key, fingerprint): _remembered(*rest) for step, key, fingerprint, *rest in rows}

    def _prepare(self) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application == 0 and version == 0 and not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._db.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA application_id={APPLICATION_ID}; "
                f"PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
            )
        elif application != APPLICATION_ID:
            raise JournalError(f"{self._path} is not a journal of gcbulk. Name another file with --journal.")
        elif version != SCHEMA_VERSION:
            raise JournalError(
                f"The journal {self._path} was written by another version of gcbulk (form {version}, this one reads "
                f"{SCHEMA_VERSION}). Use that version, or name another file with --journal."
            )
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        damage = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise JournalError(_DAMAGED.format(path=self._path, why=damage))

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise JournalError(
                    f"The journal {self._path} cannot be {doing}: {error}. Without it nothing is sent. Make room or "
                    "mend the folder, then run it again."
                ) from error
            raise JournalError(_DAMAGED.format(path=self._path, why=error)) from error
        except (OSError, ValueError) as error:
            raise JournalError(f"The journal {self._path} cannot be {doing}: {error}.") from error


_DAMAGED = (
    "The journal {path} is damaged ({why}). Nothing was sent. Move it away and keep it; without it gcbulk compares "
    "with the live service alone, so wait until everything sent before is visible there."
)
_UPSERT = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _identity(step: Step) -> tuple[str, str, str]:
    return step.kind, step.key, step.fingerprint


def _row(run: int, seq: int, step: Step, *, state: str, sent_at: str | None) -> tuple[object, ...]:
    where = (run, seq, *_identity(step), step.sheet, step.row, state)
    return (*where, None, None, None, None, 0, None, sent_at, None)


def _outcome_row(run: int, seq: int, outcome: Outcome) -> tuple[object, ...]:
    finished_at = outcome.finished_at.isoformat() if outcome.finished_at else None
    sent_at = outcome.sent_at.isoformat() if outcome.sent_at else None
    where = (run, seq, *_identity(outcome.step), outcome.step.sheet, outcome.step.row, str(outcome.kind))
    what = (outcome.resource_id, outcome.code, outcome.pointer, outcome.message, outcome.attempts)
    return (*where, *what, outcome.request_id, sent_at, finished_at)


def _remembered(
    state: str,
    resource_id: str | None,
    code: str | None,
    pointer: str | None,
    message: str | None,
    attempts: int,
    request_id: str | None,
    finished_at: str | None,
) -> Remembered:
    kind = OutcomeKind.UNKNOWN if state == INTENT else OutcomeKind(state)
    finished = _moment(finished_at) if finished_at else None
    return Remembered(kind, resource_id, code, pointer, message, attempts, request_id, finished)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
