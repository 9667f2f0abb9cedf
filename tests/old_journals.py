"""Journals as released versions of gcbulk wrote them, made of SQL text that never changes.

Nothing of it is taken from gcbulk: when its tables change, these stay. A new form is added here when it is released.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

APPLICATION_ID = 0x67636262
SERVICE = "http://127.0.0.1:8431"
BUNDLE_SCOPE = f"{SERVICE} detail-1"
PLAYERS = 40

_FORM_1 = (
    "CREATE TABLE runs (run INTEGER PRIMARY KEY, scope TEXT NOT NULL, verb TEXT NOT NULL, source TEXT, started_at TEXT "
    "NOT NULL, stopped TEXT, checksum INTEGER NOT NULL AS (crc32(CAST(ifnull(scope,'|')||'/'||ifnull(verb,'|')||'/'||"
    "ifnull(source,'|')||'/'||ifnull(started_at,'|')||'/'||ifnull(stopped,'|') AS BLOB))+1*run+1*(typeof(scope)='text')"
    "+2*(typeof(verb)='text')+4*(typeof(source)='text')+8*(typeof(started_at)='text')+16*(typeof(stopped)='text')) "
    "STORED)",
    "CREATE TABLE entries (run INTEGER NOT NULL, seq INTEGER NOT NULL, step TEXT NOT NULL, key TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, sheet TEXT NOT NULL, row INTEGER NOT NULL, state TEXT NOT NULL, resource_id TEXT, code "
    "TEXT, pointer TEXT, message TEXT, attempts INTEGER NOT NULL, request_id TEXT, sent_at TEXT, finished_at TEXT, "
    "checksum INTEGER NOT NULL AS (crc32(CAST(ifnull(step,'|')||'/'||ifnull(key,'|')||'/'||ifnull(fingerprint,'|')||'/'"
    "||ifnull(sheet,'|')||'/'||ifnull(state,'|')||'/'||ifnull(resource_id,'|')||'/'||ifnull(code,'|')||'/'||ifnull("
    "pointer,'|')||'/'||ifnull(message,'|')||'/'||ifnull(request_id,'|')||'/'||ifnull(sent_at,'|')||'/'||ifnull("
    "finished_at,'|') AS BLOB))+1*run+1000003*seq+7919*row+104729*attempts+1*(typeof(step)='text')+2*(typeof(key)="
    "'text')+4*(typeof(fingerprint)='text')+8*(typeof(sheet)='text')+16*(typeof(state)='text')+32*(typeof(resource_id)="
    "'text')+64*(typeof(code)='text')+128*(typeof(pointer)='text')+256*(typeof(message)='text')+512*(typeof(request_id)"
    "='text')+1024*(typeof(sent_at)='text')+2048*(typeof(finished_at)='text')) STORED, PRIMARY KEY (run, seq)) WITHOUT "
    "ROWID",
    "CREATE TABLE submissions (run INTEGER NOT NULL, seq INTEGER NOT NULL, key BLOB NOT NULL, fingerprint BLOB NOT "
    "NULL, value INTEGER NOT NULL, state INTEGER NOT NULL, resource_id TEXT, code TEXT, pointer TEXT, message TEXT, "
    "attempts INTEGER NOT NULL, request_id TEXT, sent_at REAL NOT NULL, finished_at REAL, checksum INTEGER NOT NULL AS "
    "(crc32(CAST(ifnull(key,'|')||'/'||ifnull(fingerprint,'|')||'/'||ifnull(resource_id,'|')||'/'||ifnull(code,'|')||"
    "'/'||ifnull(pointer,'|')||'/'||ifnull(message,'|')||'/'||ifnull(request_id,'|') AS BLOB))+1*run+1000003*seq+7919*"
    "value+104729*state+1299709*attempts+ifnull(CAST(sent_at*4194304.0 AS INTEGER),-1)*3+ifnull(CAST(finished_at*"
    "4194304.0 AS INTEGER),-1)*4+1*(typeof(key)='text')+2*(typeof(fingerprint)='text')+4*(typeof(resource_id)='text')+8"
    "*(typeof(code)='text')+16*(typeof(pointer)='text')+32*(typeof(message)='text')+64*(typeof(request_id)='text')) "
    "STORED, PRIMARY KEY (run, seq)) WITHOUT ROWID",
    "CREATE TABLE budget (key_id TEXT NOT NULL, run INTEGER NOT NULL, second INTEGER NOT NULL, requests INTEGER NOT "
    "NULL, checksum INTEGER NOT NULL AS (crc32(CAST(ifnull(key_id,'|') AS BLOB))+1*run+1000003*second+7919*requests+1*("
    "typeof(key_id)='text')) STORED, PRIMARY KEY (key_id, second, run)) WITHOUT ROWID",
)
_STATES = ("created", "unknown", "rejected", "sent")


def form_1(path: Path) -> None:
    """Make a journal of version 0.1.0: a push that ended, one that was killed, and submissions that were interrupted.

    Its progress submissions are for a service whose address was spelt ``localhost``.
    """
    with closing(_database(path)) as database:
        for statement in _FORM_1:
            database.execute(statement)
        runs = [
            (BUNDLE_SCOPE, "push", "/a.xlsx", "2025-05-04T10:00:13.250000+00:00", ""),
            (BUNDLE_SCOPE, "push", "/ä.xlsx", "2025-05-04T11:00:13+00:00", None),
            ("http://localhost:8431", "submissions", None, "2025-05-04T12:00:13+00:00", "It was interrupted."),
        ]
        database.executemany("INSERT INTO runs (scope, verb, source, started_at, stopped) VALUES (?,?,?,?,?)", runs)
        database.executemany(f"INSERT INTO entries VALUES ({'?,' * 15}?)", map(_entry, range(12)))
        database.executemany(f"INSERT INTO submissions VALUES ({'?,' * 13}?)", map(_submission, range(PLAYERS)))
        database.execute("INSERT INTO budget VALUES ('2X9R4HXF34', 3, 1746360013, 17)")
        database.execute(f"PRAGMA application_id={APPLICATION_ID}")
        database.execute("PRAGMA user_version=1")
        database.execute("PRAGMA journal_mode=WAL")
    path.chmod(0o600)


def _database(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.create_function("crc32", 1, zlib.crc32, deterministic=True)
    return database


def _entry(number: int) -> tuple[object, ...]:
    state = _STATES[number % 4]
    created, rejected = state == "created", state == "rejected"
    return (
        *(1 + number // 8, number, "achievement", f"quest.{number}", f"{number:032x}", "Achievements", number + 2),
        *(state, f"id-{number}" if created else None, "ENTITY_ERROR" if rejected else None),
        *("points" if rejected else None, "Zu viele Punkte – „5“." if rejected else None, 1, f"REQUEST{number}"),
        *("2025-05-04T10:00:14+00:00", None if state == "sent" else "2025-05-04T10:00:15.125000+00:00"),
    )


def _submission(number: int) -> tuple[object, ...]:
    digest = hashlib.sha256(str(number).encode()).digest()
    state = number % 5
    done = state == 1
    return (
        *(3, number, digest[:16], digest[16:24], number, state, f"s{number}" if done else None),
        *("no-answer" if state == 3 else None, None, None, int(state > 0), None, 1746360013.5 + number),
        1746360014.25 + number if done else None,
    )


FORMS: Mapping[int, Callable[[Path], None]] = {1: form_1}
"""What makes a journal of each form that was released."""


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a journal, without its checksum, by table and column names of the first form."""
    names = {table: _names(table) for table in ("runs", "entries", "submissions", "budget")}
    with closing(sqlite3.connect(path)) as database:
        return {table: list(database.execute(f"SELECT {columns} FROM {table}")) for table, columns in names.items()}


def _names(table: str) -> str:
    with closing(_database(Path(":memory:"))) as database:
        for statement in _FORM_1:
            database.execute(statement)
        return ", ".join(name for _, name, *_ in database.execute(f"PRAGMA table_info({table})"))
