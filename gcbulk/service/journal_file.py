"""The file that journals live in: created, recognised, checked for damage, and divided into runs.

Opening one gives a SQLite connection to what is certainly a journal of this version, migrated from an older form if
necessary; any trouble with it is a `JournalError` that says what to do. One file serves all apps; ``scope`` keeps them
apart. WAL and ``synchronous=FULL`` make a commit durable. Every row carries a checksum. Opening a file verifies all of
them unless told not to; in that case call `JournalFile.verify` before reading a table.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcbulk.errors import JournalError
from gcbulk.service.journal_log import is_whole_log
from gcbulk.service.journal_migration import keep_copy, migrate
from gcbulk.service.journal_schema import APPLICATION_ID, CHECKSUMS, SCHEMA_VERSION, TABLES, checksums, tables
from gcbulk.service.own_files import identity, make_folder, require_own
from gcbulk.settings import normal_scope

_BUSY_S = 10.0  # how long to wait for another run of another app that writes at the same moment

ENDED = ""
"""What stopped a run that came to its end, as the file has it; NULL stands for one that is on, or was killed."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that the journal knows of; times are UTC.

    ``is_over`` is False for a run that is under way, or was killed.
    """

    id: int
    scope: str
    verb: str
    source: str | None
    started_at: datetime
    stopped: str | None
    is_over: bool = True


class JournalFile:
    """A journal file, open.

    Args:
        path: the file; made with its folder, for its owner alone, when it is not there.
        examined: whether all of it is checked for damage.

    Raises:
        JournalError: it is not a journal of gcbulk, is damaged, or was written by a newer version.

    Attributes:
        copy: the copy of the older form that was kept if the journal was migrated just now, else None.
    """

    def __init__(self, path: Path, *, examined: bool = True) -> None:
        self.path = path
        self.copy: Path | None = None
        self._examined = examined
        self._verified: set[str] = set()
        self._guard: Callable[[], None] = lambda: None
        require_own(path)
        with self.errors("opened"):
            make_folder(path.parent)
            # Where it is there it is not opened: to close it would let go of the locks that SQLite has on it for
            # another connection of this process, and another process could take away the log that is written to.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._examine_log()
            # One thread at a time uses it; which one may change, as from the reader to the writer of a run.
            self.db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S, check_same_thread=False)
            self.db.create_function("crc32", 1, zlib.crc32, deterministic=True)
            self.db.create_function("normal_scope", 1, normal_scope, deterministic=True)
        try:
            with self.errors("read"):
                self._prepare()
        except BaseException:
            self.db.close()
            raise
        self._identities = {path: identity(path)}

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def guard(self, check: Callable[[], None]) -> None:
        """Also call a check whenever the file is checked for still being in its place."""
        self._guard = check

    def require_in_place(self) -> None:
        """Make sure that what is written now is found by the next run; to be called before every request.

        Raises:
            JournalError: the file, its log or what was given to `guard` was removed or replaced.
        """
        if self._log not in self._identities and (log := identity(self._log)) is not None:
            self._identities[self._log] = log  # SQLite makes it when it is written to first
        for path, expected in list(self._identities.items()):
            if identity(path) != expected:
                raise JournalError(
                    f"The journal {self.path} was removed or replaced while the run was on. Nothing more was sent, for "
                    "the next run would not know of it. Keep the report: it alone knows what this run sent."
                )
        self._guard()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def begin(self, *, scope: str, verb: str, source: str | None, at: datetime, ahead_s: float | None = None) -> int:
        """Begin a run, and return its number.

        Args:
            scope: which service, and which app where it matters.
            verb: what kind of run.
            source: the file.
            at: when, by the run's own clock.
            ahead_s: how far the service's clock is ahead of that one; None where that is not known.
        """
        with self.errors("written"):
            cursor = self.db.execute(
                "INSERT INTO runs (scope, verb, source, started_at, ahead_s) VALUES (?, ?, ?, ?, ?)",
                (scope, verb, source, at.isoformat(), ahead_s),
            )
        return cursor.lastrowid or 0

    def end(self, run: int, stopped: str | None) -> None:
        """Note how a run ended: None when it came to its end."""
        with self.errors("written"):
            self.db.execute("UPDATE runs SET stopped = ? WHERE run = ?", (stopped or ENDED, run))

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        self.verify("runs")
        query = "SELECT run, scope, verb, source, started_at, stopped FROM runs ORDER BY run"
        with self.errors("read"):
            return [
                Run(run, scope, verb, source, moment(started_at), stopped or None, stopped is not None)
                for run, scope, verb, source, started_at, stopped in self.db.execute(query)
            ]

    def verify(self, *names: str) -> None:
        """Make sure that every row of these tables is as it was written; each is checked once while the file is open.

        Raises:
            JournalError: a row is damaged.
        """
        for name in names:
            if name not in self._verified:
                with self.errors("read"):
                    self._verify(name, CHECKSUMS[name])
                self._verified.add(name)

    @contextmanager
    def errors(self, doing: str) -> Iterator[None]:
        """Turn what goes wrong with the file into a `JournalError`.

        Args:
            doing: what is being done to it, for the message: "read", "written".
        """
        try:
            yield
        except JournalError:
            raise
        except sqlite3.OperationalError as error:
            raise JournalError(
                f"The journal {self.path} cannot be {doing}: {error}. Without it nothing is sent. Make room or fix "
                "the folder, then run it again."
            ) from error
        except OSError as error:
            raise JournalError(f"The journal {self.path} cannot be {doing}: {error}.") from error
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            # The last three come from values that are not what was written.
            raise JournalError(_DAMAGED.format(path=self.path, why=error)) from error
        except Exception as error:
            raise self.failure(error, doing) from error

    def failure(self, error: BaseException, doing: str = "written") -> JournalError:
        """The error for a failure of any kind: what was to be written is not durable, and nothing more is sent."""
        if isinstance(error, JournalError):
            return error
        words = f"{type(error).__name__}: {error}".rstrip(": ")
        return JournalError(f"The journal {self.path} cannot be {doing}: {words}. Without it nothing is sent.")

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
        if self._examined:
            self._check_structure()
            self.verify(*CHECKSUMS)
            self._empty_log()

    def _check_structure(self) -> None:
        damage = self.db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise JournalError(_DAMAGED.format(path=self.path, why=damage))

    def _verify(self, table: str, checksum: str) -> None:
        if self.db.execute(f"SELECT 1 FROM {table} WHERE checksum IS NOT {checksum} LIMIT 1").fetchone():
            raise JournalError(_DAMAGED.format(path=self.path, why=f"a row of its {table} has changed"))

    def _recognise(self) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application == 0 and version == 0 and not self.db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in TABLES:
                self.db.execute(statement)
            self.db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self.db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        elif application != APPLICATION_ID:
            raise JournalError(f"{self.path} is not a journal of gcbulk. Name another file with --journal.")
        elif version > SCHEMA_VERSION:
            raise JournalError(_NEWER.format(path=self.path, form=version, reads=SCHEMA_VERSION))
        elif version < 1:
            raise JournalError(_DAMAGED.format(path=self.path, why=f"its form is {version}"))
        elif missing := set(tables(version)) - {sql for (sql,) in self.db.execute("SELECT sql FROM sqlite_master")}:
            raise JournalError(_DAMAGED.format(path=self.path, why=f"{len(missing)} of its tables have changed"))
        elif version < SCHEMA_VERSION:
            self._bring_forward(version)

    def _bring_forward(self, form: int) -> None:
        # A damaged row would get a new checksum, and count as whole from then on.
        self._check_structure()
        for name, checksum in checksums(form).items():
            self._verify(name, checksum)
        self.copy = keep_copy(self.path, form)
        migrate(self.db, form)

    def _examine_log(self) -> None:
        # Before SQLite sees it: when the last connection closes, it takes the log into the file and removes it.
        if self._examined and not is_whole_log(self._log):
            raise JournalError(_DAMAGED.format(path=self.path, why="its write-ahead log has changed"))

    def _empty_log(self) -> None:
        # What a killed run left behind its last commit must not look like damage later; another run may be using it.
        self.db.execute("PRAGMA busy_timeout=0")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.execute(f"PRAGMA busy_timeout={int(_BUSY_S * 1000)}")

    def _pragma(self, name: str) -> int:
        return int(self.db.execute(f"PRAGMA {name}").fetchone()[0])


def moment(text: str) -> datetime:
    """A time as the journal keeps it."""
    return datetime.fromisoformat(text).astimezone(UTC)


_DAMAGED = (
    "The journal {path} is damaged ({why}). Nothing more is sent. Move it away and keep it; without it gcbulk compares "
    "with the live service alone, so wait until everything sent before is visible there."
)
_NEWER = (
    "The journal {path} was written by a newer version of gcbulk (form {form}; this one reads forms up to {reads}). "
    "Nothing was sent. Use the newer version: pip install --upgrade gcbulk. Another file, named with --journal, would "
    "not know what was sent before."
)
