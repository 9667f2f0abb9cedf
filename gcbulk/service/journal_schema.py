"""What the journal's tables look like, and the checksum that every row carries.

What comes in: nothing. What goes out: the statements that make the tables, and for each table the SQL that sums up a
row. SQLite works the checksum out whenever a row is written, as a generated column; whoever reads a table asks first
whether every row still has its own. SQLite itself notices a damaged structure, but not a damaged value.
"""

from __future__ import annotations

from collections.abc import Mapping

APPLICATION_ID = 0x67636262
SCHEMA_VERSION = 1

_WEIGHTS = (1, 1_000_003, 7_919, 104_729, 1_299_709)


def _checksum(*, numbers: str, texts: str, times: str = "") -> str:
    """The SQL that sums up a row: a million of them in about a second, which a checksum of all as text is not.

    Args:
        numbers: its columns of integers that are never NULL.
        texts: its columns of text or bytes; that one has become the other is noticed too.
        times: its columns of seconds since 1970. Multiplied by 2**22 they are whole numbers, exactly, from 2004 on.
    """
    parts = [f"{weight}*{name}" for weight, name in zip(_WEIGHTS, numbers.split(), strict=False)]
    parts += [f"ifnull(CAST({name}*4194304.0 AS INTEGER),-1)*{3 + n}" for n, name in enumerate(times.split())]
    parts += [f"{2**n}*(typeof({name})='text')" for n, name in enumerate(texts.split())]
    together = "||'/'||".join(f"ifnull({name},'|')" for name in texts.split())
    return "+".join([f"crc32(CAST({together} AS BLOB))", *parts])


CHECKSUMS: Mapping[str, str] = {
    "runs": _checksum(numbers="run", texts="scope verb source started_at stopped"),
    "entries": _checksum(
        numbers="run seq row attempts",
        texts="step key fingerprint sheet state resource_id code pointer message request_id sent_at finished_at",
    ),
    "submissions": _checksum(
        numbers="run seq value state attempts",
        texts="key fingerprint resource_id code pointer message request_id",
        times="sent_at finished_at",
    ),
    "budget": _checksum(numbers="run second requests", texts="key_id"),
}
"""For each table the SQL that a row's ``checksum`` has to equal; ``crc32`` is a function of the connection."""

TABLES = tuple(
    f"CREATE TABLE {table} ({columns}, checksum INTEGER NOT NULL AS ({CHECKSUMS[table]}) STORED{rest}"
    for table, columns, rest in (
        (
            "runs",
            "run INTEGER PRIMARY KEY, scope TEXT NOT NULL, verb TEXT NOT NULL, source TEXT, "
            "started_at TEXT NOT NULL, stopped TEXT",
            ")",
        ),
        (
            "entries",
            "run INTEGER NOT NULL, seq INTEGER NOT NULL, step TEXT NOT NULL, key TEXT NOT NULL, "
            "fingerprint TEXT NOT NULL, sheet TEXT NOT NULL, row INTEGER NOT NULL, state TEXT NOT NULL, "
            "resource_id TEXT, code TEXT, pointer TEXT, message TEXT, attempts INTEGER NOT NULL, request_id TEXT, "
            "sent_at TEXT, finished_at TEXT",
            ", PRIMARY KEY (run, seq)) WITHOUT ROWID",
        ),
        (
            "submissions",
            "run INTEGER NOT NULL, seq INTEGER NOT NULL, key BLOB NOT NULL, fingerprint BLOB NOT NULL, "
            "value INTEGER NOT NULL, state INTEGER NOT NULL, resource_id TEXT, code TEXT, pointer TEXT, message TEXT, "
            "attempts INTEGER NOT NULL, request_id TEXT, sent_at REAL NOT NULL, finished_at REAL",
            ", PRIMARY KEY (run, seq)) WITHOUT ROWID",
        ),
        (
            "budget",
            "key_id TEXT NOT NULL, run INTEGER NOT NULL, second INTEGER NOT NULL, requests INTEGER NOT NULL",
            ", PRIMARY KEY (key_id, second, run)) WITHOUT ROWID",
        ),
    )
)
"""The statements that make the tables; SQLite keeps their text as it is, so that it can be compared."""
