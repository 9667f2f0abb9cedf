"""Migrate a journal from an older form, keeping a copy of it.

Everything happens in the caller's transaction, after the caller has made sure that the journal is whole: if the
process is killed halfway, the journal is what it was. The copy is there for going back to the older version and is
never overwritten.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from gcbulk.service.journal_schema import CHANGES, SCHEMA, SCHEMA_VERSION, Table


def keep_copy(path: Path, form: int) -> Path:
    """Copy a journal, as it is on disk, to a free name beside it, for its owner alone.

    Args:
        path: the journal's file, with the right to write to it held by the caller.
        form: its form.

    Returns:
        The copy, durable.
    """
    temp_path = path.with_name(f"{path.name}.copying")
    temp_path.unlink(missing_ok=True)  # of a run that was killed while it was copying
    os.close(os.open(temp_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(path)) as journal, closing(sqlite3.connect(temp_path)) as copy:
        copy.execute("PRAGMA journal_mode=MEMORY")  # or a kill would leave a file that spoils the next copy
        journal.backup(copy)
    kept = next(copy for copy in _copy_paths(path, form) if not copy.exists())
    temp_path.rename(kept)
    return kept


def copies(path: Path) -> list[Path]:
    """The copies that were kept of a journal."""
    kept = (copy for form in range(1, SCHEMA_VERSION) for copy in path.parent.glob(f"*.form-{form}*"))
    return sorted(copy for copy in kept if copy.name.startswith(f"{path.name}.form-"))


def migrate(database: sqlite3.Connection, form: int) -> None:
    """Give a journal the form of this version.

    Args:
        database: the journal, whole, with a transaction begun.
        form: the form that it has.
    """
    for table in SCHEMA:
        if table.since > form:
            database.execute(table.statement(SCHEMA_VERSION))
        elif table.statement(form) != table.statement(SCHEMA_VERSION):
            _rebuild(database, table, form)
    for later in range(form + 1, SCHEMA_VERSION + 1):
        for statement in CHANGES.get(later, ()):
            database.execute(statement)
    database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _rebuild(database: sqlite3.Connection, table: Table, form: int) -> None:
    # A checksum that covers another column is another column itself, and SQLite cannot change one where it is.
    name, older, columns = table.name, f"older_{table.name}", table.of(SCHEMA_VERSION)
    into = ", ".join(column.name for column in columns)
    values = ", ".join(column.name if column.since <= form else column.filled for column in columns)
    database.execute(f"ALTER TABLE {name} RENAME TO {older}")
    database.execute(table.statement(SCHEMA_VERSION))
    database.execute(f"INSERT INTO {name} ({into}) SELECT {values} FROM {older}")
    database.execute(f"DROP TABLE {older}")


def _copy_paths(path: Path, form: int) -> Iterator[Path]:
    yield path.with_name(f"{path.name}.form-{form}")
    for number in count(2):
        yield path.with_name(f"{path.name}.form-{form}-{number}")
