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
    passing = path.with_name(f"{path.name}.copying")
    passing.unlink(missing_ok=True)  # of a run that was killed while it was copying
    os.close(os.open(passing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(path)) as journal, closing(sqlite3.connect(passing)) as copy:
        copy.execute("PRAGMA journal_mode=MEMORY")  # or a kill would leave a file that spoils the next copy
        journal.backup(copy)
    kept = next(place for place in _places(path, form) if not place.exists())
    passing.rename(kept)
    return kept


def copies(path: Path) -> list[Path]:
    """The copies that were kept of a journal."""
    kept = (place for form in range(1, SCHEMA_VERSION) for place in path.parent.glob(f"*.form-{form}*"))
    return sorted(place for place in kept if place.name.startswith(f"{path.name}.form-"))


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


def _places(path: Path, form: int) -> Iterator[Path]:
    yield path.with_name(f"{path.name}.form-{form}")
    for number in count(2):
        yield path.with_name(f"{path.name}.form-{form}-{number}")
