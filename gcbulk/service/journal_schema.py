"""What the journal's tables look like in each form, and the checksum that every row carries.

SQLite notices a damaged structure, but not a damaged value. So it computes a checksum as a generated column whenever a
row is written, and readers of a table first ask whether every row still matches its own.

A released form never changes. What a newer version needs is one entry here: a `Column` or a `Table` with ``since`` one
above the last released form and, if old rows have to change as well, a statement in `CHANGES`. A journal of an older
form is migrated when it is opened; see `journal_migration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

APPLICATION_ID = 0x67636262

_WEIGHTS = (1, 1_000_003, 7_919, 104_729, 1_299_709, 15_485_863, 86_028_121, 179_424_673)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: its name.
        kind: its type and constraint as SQLite reads them. How it is summed up follows from that: an integer that is
            never NULL, a time (REAL, seconds since 1970), or anything else, as text.
        since: the first form that has it.
        filled: the SQL for rows of older forms, of which the older columns may be asked.
    """

    name: str
    kind: str
    since: int = 1
    filled: str = "NULL"

    @property
    def is_number(self) -> bool:
        """Whether it is summed up as an integer, which NULL is not."""
        return self.kind in ("INTEGER NOT NULL", "INTEGER PRIMARY KEY")

    @property
    def is_time(self) -> bool:
        """Whether it holds seconds since 1970."""
        return self.kind.startswith("REAL")


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Args:
        name: its name.
        columns: its columns, in the order in which they came to it.
        rest: what follows the columns: the primary key, where several make it up.
        since: the first form that has it.
    """

    name: str
    columns: tuple[Column, ...]
    rest: str = ")"
    since: int = 1

    def of(self, form: int) -> tuple[Column, ...]:
        """The columns that a form has."""
        return tuple(column for column in self.columns if column.since <= form)

    def checksum(self, form: int) -> str:
        """The SQL that sums up a row: a million of them in about a second, which a checksum of all as text is not."""
        columns = self.of(form)
        numbers = [column.name for column in columns if column.is_number]
        times = [column.name for column in columns if column.is_time]
        texts = [column.name for column in columns if not column.is_number and not column.is_time]
        if len(numbers) > len(_WEIGHTS):
            raise ValueError(f"The table {self.name} has more numbers than there are weights.")
        parts = [f"{weight}*{name}" for weight, name in zip(_WEIGHTS, numbers, strict=False)]
        # Multiplied by 2**22 they are whole numbers, exactly, from 2004 on.
        parts += [f"ifnull(CAST({name}*4194304.0 AS INTEGER),-1)*{3 + n}" for n, name in enumerate(times)]
        parts += [f"{2**n}*(typeof({name})='text')" for n, name in enumerate(texts)]  # that it has become bytes
        together = "||'/'||".join(f"ifnull({name},'|')" for name in texts)
        return "+".join([f"crc32(CAST({together} AS BLOB))", *parts])

    def statement(self, form: int) -> str:
        """The statement that makes it; SQLite keeps its text as it is, so that it can be compared."""
        columns = ", ".join(f"{column.name} {column.kind}" for column in self.of(form))
        checksum = f"checksum INTEGER NOT NULL AS ({self.checksum(form)}) STORED"
        return f"CREATE TABLE {self.name} ({columns}, {checksum}{self.rest}"


def _columns(declared: str) -> tuple[Column, ...]:
    """Columns of the first form, declared as in SQL."""
    return tuple(Column(name, kind) for name, _, kind in (column.partition(" ") for column in declared.split(", ")))


SCHEMA = (
    Table(
        "runs",
        (
            *_columns(
                "run INTEGER PRIMARY KEY, scope TEXT NOT NULL, verb TEXT NOT NULL, source TEXT, "
                "started_at TEXT NOT NULL, stopped TEXT"
            ),
            # How far the service's clock was ahead of the run's, in seconds: without it no later run knows how long
            # ago something was.
            Column("ahead_s", "REAL", since=2),
        ),
    ),
    Table(
        "entries",
        _columns(
            "run INTEGER NOT NULL, seq INTEGER NOT NULL, step TEXT NOT NULL, key TEXT NOT NULL, "
            "fingerprint TEXT NOT NULL, sheet TEXT NOT NULL, row INTEGER NOT NULL, state TEXT NOT NULL, "
            "resource_id TEXT, code TEXT, pointer TEXT, message TEXT, attempts INTEGER NOT NULL, request_id TEXT, "
            "sent_at TEXT, finished_at TEXT"
        ),
        ", PRIMARY KEY (run, seq)) WITHOUT ROWID",
    ),
    Table(
        "submissions",
        (
            *_columns(
                "run INTEGER NOT NULL, seq INTEGER NOT NULL, key BLOB NOT NULL, fingerprint BLOB NOT NULL, "
                "value INTEGER NOT NULL, state INTEGER NOT NULL, resource_id TEXT, code TEXT, pointer TEXT, "
                "message TEXT, attempts INTEGER NOT NULL, request_id TEXT, sent_at REAL NOT NULL, finished_at REAL"
            ),
            # Whose value it is, where the key does not say so: the digest of the app, the player and the leaderboard.
            Column("subject", "BLOB", since=2),
        ),
        ", PRIMARY KEY (run, seq)) WITHOUT ROWID",
    ),
    Table(
        "budget",
        _columns("key_id TEXT NOT NULL, run INTEGER NOT NULL, second INTEGER NOT NULL, requests INTEGER NOT NULL"),
        ", PRIMARY KEY (key_id, second, run)) WITHOUT ROWID",
    ),
    # What a run meant to do and what it reported (`run_record`), cut into pieces.
    Table(
        "records",
        _columns("run INTEGER NOT NULL, stage INTEGER NOT NULL, seq INTEGER NOT NULL, part BLOB NOT NULL"),
        ", PRIMARY KEY (run, stage, seq)) WITHOUT ROWID",
        since=2,
    ),
)
"""All tables, of every form."""

CHANGES: Mapping[int, tuple[str, ...]] = {
    # The same service was another scope when its address was spelt in another way: what was sent there was not known.
    2: ("UPDATE runs SET scope = normal_scope(scope)",),
}
"""For each form the statements that change the rows of a journal that comes from an older one.

They are run when all tables have the newest form already. ``normal_scope`` is a function of the connection.
"""

SCHEMA_VERSION = max(
    *CHANGES, *(table.since for table in SCHEMA), *(column.since for table in SCHEMA for column in table.columns)
)
"""The form that this version writes."""


def tables(form: int) -> tuple[str, ...]:
    """The statements that make the tables of a form."""
    return tuple(table.statement(form) for table in SCHEMA if table.since <= form)


def checksums(form: int) -> Mapping[str, str]:
    """For each table of a form the SQL that a row's ``checksum`` equals; ``crc32`` is a function of the connection."""
    return {table.name: table.checksum(form) for table in SCHEMA if table.since <= form}


CHECKSUMS = checksums(SCHEMA_VERSION)
TABLES = tables(SCHEMA_VERSION)
