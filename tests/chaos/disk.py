"""Trials of full and broken disks under a run that sends.

The service lists late and takes duplicates, so that a second create is one: a run that goes on from a journal that
does not have everything has only the wait and the listing to go by.
"""

from __future__ import annotations

import errno
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
from failing_disk import BROKEN, FULL, Disk, FailingWrites

from chaos.rigs import VERBS, Rig
from chaos.trials import NONE, Ground, Tally, Trial, total
from gcbulk.simulator import Simulator, Switches
from jobs import TurnedClock

WRITES = 200
_JOBS = 20
_ROWS = {"push": 30, "submit": 170}
"""Enough that no job is done before its last write fails."""
_BATCH = 2
_LAG_S = 30.0
_IN_FLIGHT = 6
_MOST_AFTER = {"push": 0, "submit": 2 * _IN_FLIGHT}
"""Requests answered after the failure: each sender may have one on its way, and one more that it has just begun."""
_LIMITS = 10
_LIMIT_STEP_BYTES = 32_768  # eight pages of the database


def _world(ground: Ground) -> tuple[Simulator, TurnedClock]:
    clock = TurnedClock()
    switches = Switches(unique_identifiers=False, hour_limit=None, record=False)
    return ground.simulator(switches, now=clock.time, sleep=clock.sleep), clock


def _rig(world: tuple[Simulator, TurnedClock], ground: Ground, verb: str, rows: int, number: int) -> Rig:
    rig = Rig(ground, *world, verb, rows, name=f"{verb}{number}", in_flight=_IN_FLIGHT)
    world[0].change(list_lag_s=_LAG_S if verb == "push" else 0.0)  # what progress is for has to show at once
    return rig


def _failing_writes(verb: str) -> Callable[[Ground], Tally]:
    def case(ground: Ground) -> Tally:
        """Let one write in so many fail, each in a run of its own that goes on where the last one stopped."""
        rig = _rig(_world(ground), ground, verb, _ROWS[verb], 0)
        disk = FailingWrites(rig.journal)
        found = total(_write_fails(rig, disk, ground, at) for at in range(ground.number + 1, WRITES + 1, _JOBS))
        return found + replace(_finished(rig, [], "in the end"), cases=0)

    return case


def _write_fails(rig: Rig, disk: FailingWrites, ground: Ground, at: int) -> Tally:
    """Let one write fail, and perhaps the workbook's folder with it."""
    full, disk.applied, disk.stays, hindered = (ground.chance.random() < 0.5 for _ in range(4))
    disk.at, disk.failed, disk.error = at, False, FULL if full else BROKEN
    posts: list[int] = []
    disk.at_failure = lambda: posts.append(_writes(rig))
    done = len(rig.applied())
    with pytest.MonkeyPatch.context() as patch:
        disk.patch(patch)
        if hindered:
            Disk(patch, "open", errno.ENOSPC, (rig.folder,))
        code = rig.run()
    assert disk.failed, f"there was no write {at}"
    after = _writes(rig) - posts[0]
    found = [
        (after > _MOST_AFTER[rig.verb], f"{after} sent after the disk failed"),
        (code not in _codes(rig, done, disk, hindered=hindered), f"exit {code} {rig.error}"),
        (hindered and rig.result is not None and not _is_rescued(rig), "the report is not in the rescue folder"),
        *_unintended(rig),
        *_untold(rig, done),
    ]
    what = f"write {at}, {disk.error}, applied: {disk.applied}, stays: {disk.stays}, folder full: {hindered}"
    notes = tuple(f"{what}: {note}" for is_so, note in found if is_so)
    return Tally(wrong=len(notes), notes=notes)


def _codes(rig: Rig, before: int, disk: FailingWrites, *, hindered: bool) -> tuple[int, ...]:
    """What the exit code may be: 2 where nothing was sent, 5 where the report is elsewhere, else 7.

    How much of the hour is used up is noted once more when all is done and told: whether that works changes nothing.
    """
    if rig.error is not None:
        return (2,) if len(rig.applied()) == before else ()
    if hindered:
        return (5,)
    return (0, 7) if rig.is_done and "budget" in disk.statement else (7,)


def _is_rescued(rig: Rig) -> bool:
    return rig.result is not None and rig.result.report is not None and rig.result.report.parent == rig.rescued


def _writes(rig: Rig) -> int:
    return sum(count for (method, *_), count in rig.simulator.ledger.requests.items() if method == "POST")


def _unintended(rig: Rig) -> list[tuple[bool, str]]:
    """What took effect without standing in the journal."""
    if not rig.applied():
        return []
    with closing(sqlite3.connect(rig.journal)) as database:
        if rig.verb == "push":
            intended = {key for (key,) in database.execute("SELECT key FROM entries")}
            return [(not set(rig.applied()) <= intended, "sent without an intent")]
        intents = database.execute("SELECT count(*) FROM submissions").fetchone()[0]
        return [(len(rig.applied()) > intents, "sent without an intent")]


def _untold(rig: Rig, before: int = 0) -> list[tuple[bool, str]]:
    """What took effect in this run, and the report does not give the id of."""
    if rig.result is None or rig.result.report is None:
        return []
    told = {key for key, own in rig.told().items() if own}
    return [(not set(rig.applied()[before:]) <= told, "created, and not told in the report")]


def _finished(rig: Rig, found: list[tuple[bool, str]], what: str) -> Tally:
    """Run again with a healthy disk: everything is there once, whatever was found before."""
    again = rig.run()
    judged = rig.judge() if rig.result is not None else Tally(lost=rig.rows, notes=(str(rig.error),))
    notes = [note for is_so, note in [*found, (again != 0, f"the next run ended with {again}")] if is_so]
    shown = tuple(f"{what}: {note}" for note in [*notes, *judged.notes])
    return replace(judged, wrong=judged.wrong + len(notes), notes=shown)


def _full_disk(ground: Ground) -> Tally:
    """Let no file grow beyond some size, by the system's own limit: SQLite and the report meet real errors."""
    world, verb = _world(ground), VERBS[ground.number % 2]
    found = NONE
    for number in range(_BATCH):
        limit = _LIMIT_STEP_BYTES * (ground.number // 2 * _BATCH + number + 1)
        rig = _rig(world, ground, verb, 15, number)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            code = rig.run()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        wrong = [(code not in (0, 2, 5, 7), "the exit code"), *_unintended(rig), *_untold(rig)]
        wrong += [(code == 2 and bool(rig.applied()), "something was sent"), (code == 0 and rig.error is not None, "?")]
        found += _finished(rig, wrong, f"no file beyond {limit:,} bytes, exit {code}")
    return found


TRIALS: tuple[Trial, ...] = (
    Trial("F12/push", "the disk is full or broken at write N of a push", _failing_writes("push"), _JOBS, 1),
    Trial("F12/submit", "the disk is full or broken at write N of submissions", _failing_writes("submit"), _JOBS, 1),
    Trial("F12/real", "files that the system lets grow no further", _full_disk, 2 * _LIMITS // _BATCH, 1),
)
