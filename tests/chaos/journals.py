"""Trials of journals that are damaged, foreign or newer: refused with no request sent, or provably harmless.

Everything was sent before, the service's lists lag so that they show nothing of it, and it takes duplicates: whatever
a damaged journal forgets is made a second time, and the ledger shows it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from journal_files import flipped, parts, put

from chaos.rigs import VERBS, Rig
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from gcbulk.errors import JournalError
from gcbulk.service.journal_schema import SCHEMA_VERSION
from gcbulk.simulator import Switches
from jobs import TurnedClock

FLIPS = 10
"""Flips in one call; half of them with a write-ahead log, as a killed run leaves it."""
_ROWS = 4
_LAG_S = 50.0
"""Less than the settle wait: a create of just now may not show yet, and the journal alone knows of it."""
_AT_WRITTEN = 0.75
"""How many of the flips hit a byte that is not 0: most of a small database is empty."""


def _world(ground: Ground, verb: str, *, killed: bool) -> tuple[Rig, dict[Path, bytes]]:
    """A job that is done, and the journal of it."""
    clock = TurnedClock()
    switches = Switches(unique_identifiers=False, hour_limit=None, record=False)
    rig = Rig(ground, ground.simulator(switches, now=clock.time, sleep=clock.sleep), clock, verb, _ROWS)
    rig.simulator.change(list_lag_s=_LAG_S if verb == "push" else 0.0)
    assert rig.run(report=False) == 0
    with ExitStack() as stack:
        if killed:  # then somebody else has it open, so that the log is not taken into the file
            stack.enter_context(closing(sqlite3.connect(rig.journal))).execute("SELECT * FROM runs").fetchall()
        assert rig.run(report=False) == 0
        return rig, parts(rig.journal)


def _flips(verb: str) -> Callable[[Ground], Tally]:
    def case(ground: Ground) -> Tally:
        killed = bool(ground.number % 2)
        rig, whole = _world(ground, verb, killed=killed)
        assert (len(whole) == 2) is killed, "the journal is not as a killed run leaves it"
        return sum((_flip(ground, rig, whole, number) for number in range(FLIPS)), NONE)

    return case


def _flip(ground: Ground, rig: Rig, whole: dict[Path, bytes], number: int) -> Tally:
    file = list(whole)[number % len(whole)]
    content, bit = whole[file], ground.chance.randrange(8)
    place = ground.chance.randrange(len(content))
    while not content[place] and ground.chance.random() < _AT_WRITTEN:
        place = ground.chance.randrange(len(content))
    put(rig.journal, {**whole, file: flipped(content, place, bit)})
    return _refused_or_same(rig, f"{file.name}, byte {place}, bit {bit}")


def _refused_or_same(rig: Rig, what: str) -> Tally:
    """A run that is refused before its first request, or changes nothing."""
    applied, requests = len(rig.applied()), rig.requests
    exit_code = rig.run(report=False)
    if rig.error is not None:
        is_said = isinstance(rig.error, JournalError) and exit_code == 2 and str(rig.journal) in str(rig.error)
        sent = rig.requests - requests
        return wrong_if(sent or not is_said, f"{what}: {sent} requests, {rig.error}")
    again = len(rig.applied()) - applied
    assert rig.result is not None
    is_same = exit_code == 0 and rig.result.outcomes["unchanged"] == rig.result.rows and not again
    return Tally(duplicated=again, wrong=int(not is_same), notes=() if is_same else (f"made anew: {what}",))


def _pragma(name: str, value: int) -> Callable[[bytes, Path], bytes]:
    def changed(content: bytes, path: Path) -> bytes:
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"PRAGMA {name}={value}")
        return path.read_bytes()

    return changed


def _table_gone(content: bytes, path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE budget")
    return path.read_bytes()


def _of_another_program(content: bytes, path: Path) -> bytes:
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE moz_places (url TEXT)")
    return path.read_bytes()


_STRANGE: Mapping[str, Callable[[bytes, Path], bytes]] = {
    "newer": _pragma("user_version", SCHEMA_VERSION + 1),
    "much newer": _pragma("user_version", 2**31 - 1),
    "older": _pragma("user_version", 0),
    "another program's mark": _pragma("application_id", 0x0F055112),
    "no mark": _pragma("application_id", 0),
    "a table is gone": _table_gone,
    "another program's database": _of_another_program,
    "text": lambda content, path: b"Not a journal. " * 400,
    "zeros": lambda content, path: bytes(len(content)),
    "a workbook": lambda content, path: b"PK\x03\x04" + content[4:],
    "half": lambda content, path: content[: len(content) // 2],
    "a page short": lambda content, path: content[:-4096],
    "a byte short": lambda content, path: content[:-1],
    "its first page alone": lambda content, path: content[:4096],
    "another page size": lambda content, path: content[:16] + b"\x02\x00" + content[18:],
}


def _strange(ground: Ground) -> Tally:
    """Every strange file, for one verb."""
    rig, whole = _world(ground, VERBS[ground.number], killed=False)
    found = NONE
    for name, make in _STRANGE.items():
        put(rig.journal, whole)
        put(rig.journal, {rig.journal: make(whole[rig.journal], rig.journal)})
        before = rig.requests
        exit_code = rig.run(report=False)
        refused = isinstance(rig.error, JournalError) and exit_code == 2 and rig.requests == before
        found += wrong_if(not refused, f"a journal of {name}: exit {exit_code}, {rig.requests - before} requests")
    return found


TRIALS: tuple[Trial, ...] = (
    Trial("F22/flip-push", "a bit of the journal flips before a push", _flips("push"), 50, 1),
    Trial("F22/flip-submit", "a bit of the journal flips before submissions", _flips("submit"), 50, 1),
    Trial("F22/strange", "a journal is foreign, newer, cut short or another file", _strange, 2, 1),
)
