"""A disk that fails: for the files that reports are written to, and for the journal.

What comes in: a patch, where and when it fails, and how. What goes out: the errors that the system, or SQLite, gives.
"""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import pytest

from gcbulk.files import atomic
from gcbulk.simulator.exchange import Json

STEPS = ("open", "write", "fsync", "replace")


class Disk:
    """A disk that fails at one step for files in one folder."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str, code: int, folders: tuple[Path, ...]) -> None:
        self.error, self.folders = OSError(code, os.strerror(code)), folders
        real_open, real_fsync, real_replace = Path.open, os.fsync, atomic.replace

        def opened(path: Path, mode: str = "r", *rest: object) -> object:
            if "x" in mode:
                self.fail_if(step == "open", path)
            stream = real_open(path, mode, *rest)  # type: ignore[call-overload]
            if "x" in mode and step == "write" and path.parent in folders:
                return Failing(stream, self.error)
            return stream

        def synced(handle: int) -> None:
            self.fail_if(step == "fsync", Path(f"/proc/self/fd/{handle}").readlink())
            real_fsync(handle)

        def replaced(temp_path: Path, target: Path) -> None:
            self.fail_if(step == "replace", target)
            real_replace(temp_path, target)

        monkeypatch.setattr(Path, "open", opened)
        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(atomic, "replace", replaced)

    def fail_if(self, now: bool, path: Path) -> None:
        """Fail at this step."""
        if now and path.parent in self.folders:
            raise self.error


class Failing(io.BytesIO):
    """A file that takes no bytes."""

    def __init__(self, stream: io.BufferedIOBase, error: OSError) -> None:
        super().__init__()
        stream.close()
        self.error = error

    def write(self, _data: object) -> int:
        raise self.error


FULL = "database or disk is full"
BROKEN = "disk I/O error"
_WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "COMMIT", "PRAGMA APPLICATION_ID=", "PRAGMA USER_VERSION=")


@dataclass(slots=True)
class FailingWrites:
    """The writes to a journal, of which one fails. Each statement is one, and so is each result of several at once.

    Args:
        path: the journal's file.
        at: which write fails, from 1; counted over all runs, what fails after it left out.
        error: SQLite's words, or what is raised in place of SQLite's error.
        applied: whether it took effect all the same: it was written, and then could not be made sure of.
        stays: whether everything fails from then on.
        at_failure: called when it fails first.
        failed: whether it has failed.
        statement: what failed first.
    """

    path: Path
    at: int = 0
    error: str | BaseException = FULL
    applied: bool = False
    stays: bool = True
    at_failure: Callable[[], object] = lambda: None
    failed: bool = False
    statement: str = ""
    _done: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def done(self) -> int:
        """How many writes there were so far, up to the one that failed."""
        return self._done

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let connections to the journal fail from now on."""
        real, disk = sqlite3.connect, self

        class Failing(sqlite3.Connection):
            has_changed = False

            def execute(self, sql: str, *values: Json) -> sqlite3.Cursor:
                if sql == "COMMIT" and not self.has_changed:  # nothing is written then
                    return super().execute(sql)
                if sql.startswith(("BEGIN", *_WRITES)):
                    self.has_changed = not sql.startswith(("BEGIN", "COMMIT"))
                return disk.write(1, sql, lambda: super(Failing, self).execute(sql, *values))

            def executemany(self, sql: str, values: Json) -> sqlite3.Cursor:
                self.has_changed, count = True, len(values) if sql.startswith("UPDATE") else 1
                return disk.write(count, sql, lambda: super(Failing, self).executemany(sql, values))

        def connect(path: Path, **options: Json) -> sqlite3.Connection:
            found: sqlite3.Connection = real(path, **{**options, **({"factory": Failing} if path == self.path else {})})
            return found

        monkeypatch.setattr(sqlite3, "connect", connect)

    def write(self, count: int, sql: str, do: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        """Do a statement, or fail."""
        if not sql.upper().startswith(_WRITES):
            return do()
        with self._lock:
            if not self.failed:
                self._done += count
            first = not self.failed and self._done >= self.at
            fails = first or (self.failed and self.stays)
            self.failed = self.failed or first
        if fails:
            if first:
                self.statement = sql
                self.at_failure()
            if first and self.applied:
                do()
            raise self.error if isinstance(self.error, BaseException) else sqlite3.OperationalError(self.error)
        return do()
