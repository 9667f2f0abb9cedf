"""Trials of what a run stands on: its lock, its journal's file, its own workers, and who else may write there."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import old_journals
import pytest
from failing_disk import FailingWrites
from interrupting import interrupted_at, workers

from chaos.rigs import VERBS, Rig
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from gcbulk.errors import GcbulkError, JournalError
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.journal_schema import SCHEMA_VERSION
from gcbulk.service.lock import RunLock
from gcbulk.settings import normal_scope
from gcbulk.simulator import Switches
from gcbulk.simulator.exchange import Json
from jobs import TurnedClock

_PAIRS = 50
_REMOVALS = 40
_MOMENTS = 100
_WRITES = 60
_SPELLINGS = ("http://localhost:{port}", "http://[::1]:{port}/", "HTTP://127.0.0.1:{port}/", "http://127.0.0.1:{port}")
_RAISED: tuple[BaseException, ...] = (
    MemoryError(),
    RuntimeError("odd"),
    RecursionError(),
    AssertionError(),
    LookupError(),
)


def _rig(ground: Ground, verb: str, rows: int) -> Rig:
    clock = TurnedClock()
    switches = Switches(unique_identifiers=False, hour_limit=None)
    return Rig(ground, ground.simulator(switches, now=clock.time, sleep=clock.sleep), clock, verb, rows)


def _two_runs(ground: Ground) -> Tally:
    """Let another run hold the app, with a journal, a folder and a spelling of its own: the second leaves with 6."""
    verb = VERBS[ground.number % 2]
    rig = _rig(ground, verb, 2)
    port = rig.simulator.base_url.rpartition(":")[2]
    address = normal_scope(ground.chance.choice(_SPELLINGS).format(port=port))
    scope = f"{address} {rig.bundle_id}" + (" submissions" if verb == "submit" else "")
    before = rig.requests
    with RunLock(ground.folder / "elsewhere" / "another.sqlite3", scope).exclusive():
        code = rig.run()
    found = wrong_if(code != 6 or rig.requests != before, f"exit {code}, {rig.requests - before} requests")
    after = rig.run()
    return replace(found + wrong_if(after, "when the other had ended") + rig.judge(), cases=1)


def _folder(journal: Path) -> None:
    shutil.rmtree(journal.parent)


def _moved(journal: Path) -> None:
    journal.parent.rename(journal.parent.with_name("away"))
    journal.parent.mkdir(mode=0o700)


def _log(journal: Path) -> None:
    journal.with_name(f"{journal.name}-wal").unlink(missing_ok=True)


def _locks(journal: Path) -> None:
    for path in journal.parent.glob("*.lock"):
        path.unlink()


def _taken_away(ground: Ground) -> Tally:
    """Take the folder, the log or the locks away at some request: 7, and the report has all that was applied."""
    rig = _rig(ground, VERBS[ground.number % 2], 12)
    harm: Callable[[Path], None] = ground.chance.choice((_folder, _moved, _log, _locks))
    moment, seen, record = ground.chance.randrange(6, 14), [0], rig.simulator.service.record

    def recorded(*what: Json, **how: Json) -> None:
        record(*what, **how)
        seen[0] += 1
        if seen[0] == moment:
            harm(rig.journal)

    rig.simulator.service.record = recorded  # type: ignore[method-assign]
    code = rig.run()
    rig.simulator.service.record = record  # type: ignore[method-assign]
    what = f"{harm.__name__} at request {moment}"
    untold = set(rig.applied()) - {key for key, own in rig.told().items() if own} if rig.result else rig.error
    return replace(wrong_if(code != 7, f"{what}: exit {code}") + wrong_if(untold, f"{what}: not told"), cases=1)


def _broken_off(ground: Ground) -> Tally:
    """Press Ctrl-C, or fail, at some line of a run in a notebook: nobody lives on, and the next run finishes."""
    rig = _rig(ground, VERBS[ground.number % 2], 8)
    most = 12_000 if rig.verb == "submit" else 9_000
    moment, error = ground.chance.randrange(1, most), None

    def fail() -> None:
        raise ZeroDivisionError

    act = fail if ground.number % 4 == 3 else None
    try:
        with interrupted_at(moment, act):
            rig.run()
    except (KeyboardInterrupt, ZeroDivisionError) as broken:
        error = broken
    left = workers()
    sent = len(rig.applied())
    found = wrong_if(left, f"line {moment}, {error!r}: workers live on")
    code = rig.run()
    found += wrong_if(code, f"line {moment}, {error!r}: the next run, {rig.error}")
    found += wrong_if(rig.requests and len(rig.applied()) < sent, "lost")
    if rig.result is not None:
        found += rig.judge() if rig.verb == "push" else _all_there(rig)
    return replace(found, cases=1)


def _all_there(rig: Rig) -> Tally:
    return Tally(lost=rig.rows - len(set(rig.applied())))


def _any_error(ground: Ground) -> Tally:
    """Let a write fail with whatever error: nothing is sent that the journal does not know, and nobody waits on."""
    rig = _rig(ground, VERBS[ground.number % 2], 10)
    disk = FailingWrites(rig.journal, at=ground.number // 2 + 1, error=ground.chance.choice(_RAISED))
    with pytest.MonkeyPatch.context() as patch:
        disk.patch(patch)
        code = rig.run()
    what = f"write {disk.at}, {disk.error!r}, exit {code}, {rig.error}"
    if not disk.failed:
        return wrong_if(code, what)
    intended = _intended(rig)
    # How much of the hour is used up is noted once more when all is done and told; whether that works changes nothing.
    codes = (7,) if rig.applied() else (2, 7)
    codes = (0, 7) if "budget" in disk.statement and rig.is_done else codes
    found = wrong_if(code not in codes, what) + wrong_if(len(set(rig.applied())) > intended, f"{what}: not intended")
    found += wrong_if(workers(), f"{what}: workers live on")
    return replace(found + wrong_if(rig.run(), f"{what}: the next run, {rig.error}"), cases=1)


def _intended(rig: Rig) -> int:
    if not rig.applied():
        return 0
    with closing(sqlite3.connect(rig.journal)) as database:
        table = "entries" if rig.verb == "push" else "submissions"
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _migrated(ground: Ground) -> Tally:
    """Bring a journal of each released form forward in a process that dies at some statement; then again."""
    found = NONE
    for form, make in old_journals.FORMS.items():
        path = ground.folder / str(form) / "journal.sqlite3"
        path.parent.mkdir()
        make(path)
        before = old_journals.content(path)
        _die_at(path, ground.number + 1)
        with closing(sqlite3.connect(path)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
        found += wrong_if(version not in (form, SCHEMA_VERSION), f"form {form}: form {version} after the kill")
        JournalFile(path).close()
        after = old_journals.content(path)
        kept = [old_journals.content(copy) == before for copy in path.parent.glob("*.form-*")]
        same = all(after[table] == before[table] for table in before if table != "runs")
        found += wrong_if(not (same and kept and all(kept)), f"form {form}, statement {ground.number + 1}")
    return found


def _die_at(path: Path, statement: int) -> None:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    done, real = [0], sqlite3.connect

    class Dying(sqlite3.Connection):
        def execute(self, *given: Json) -> sqlite3.Cursor:
            done[0] += 1
            if done[0] == statement:
                os._exit(9)
            return super().execute(*given)

    sqlite3.connect = lambda path, **options: real(path, factory=Dying, **options)  # type: ignore[assignment]
    JournalFile(path)
    os._exit(0)


def _hands(ground: Ground) -> Tally:
    """Let others write to the folder or the journal, or put a link there: refused, and nothing is sent."""
    rig = _rig(ground, VERBS[ground.number % 2], 1)
    rig.journal.parent.mkdir(mode=0o700)
    _harm(rig.journal, ground.number // 2)
    before = rig.requests
    code = rig.run()
    is_ours = isinstance(rig.error, JournalError | GcbulkError)
    return wrong_if(code != 2 or rig.requests != before or not is_ours, f"place {ground.number // 2}, exit {code}")


def _harm(journal: Path, place: int) -> None:
    if place < 2:
        journal.parent.chmod((0o777, 0o1777)[place])
    elif place == 2:
        JournalFile(journal).close()
        journal.chmod(0o666)
    else:
        journal.with_name(f"{journal.name}{'-wal' if place == 4 else ''}").symlink_to(journal.parent / "other")


TRIALS: tuple[Trial, ...] = (
    Trial("F29/pairs", "two runs, other journals and spellings: the second leaves, exit 6", _two_runs, _PAIRS, 2),
    Trial("F30/removed", "state folder, log or locks removed or moved at request N", _taken_away, _REMOVALS, 2),
    Trial("F31/moments", "Ctrl-C or an error at any line of a run in Python", _broken_off, _MOMENTS, 2),
    Trial("F32/writes", "write N to the journal fails with any error", _any_error, _WRITES, 2),
    Trial("F37/forms", "a journal of each released form, killed while brought forward", _migrated, 30, 2),
    Trial("T15/hands", "state folder or journal that others can write, or a link", _hands, 10, 2),
)
