"""F30: the state folder, the journal or the locks go away, or others take their place, while a run is on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from submit_jobs import SubmitJob, progress

from gcbulk.errors import JournalError
from gcbulk.service.journal_file import JournalFile
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import Job


def folder(journal: Path) -> None:
    """Remove the state folder."""
    shutil.rmtree(journal.parent)


def folder_moved(journal: Path) -> None:
    """Move the state folder away, and make an empty one."""
    journal.parent.rename(journal.parent.with_name("away"))
    journal.parent.mkdir(mode=0o700)


def journal_replaced(journal: Path) -> None:
    """Put another journal in its place."""
    for path in sorted(journal.parent.glob("*.sqlite3*")):
        if path.suffix != ".lock":
            path.rename(path.with_name(f"old {path.name}"))
    JournalFile(journal).close()


def log(journal: Path) -> None:
    """Remove the journal's log, which is where the last intents are."""
    journal.with_name(f"{journal.name}-wal").unlink()


def locks(journal: Path) -> None:
    """Remove the locks."""
    for path in journal.parent.glob("*.lock"):
        path.unlink()


def when_applied(game: Simulator, count: int, act: Callable[[], object]) -> None:
    """Do something when the service has applied so many requests."""
    record, seen = game.service.record, [0]

    def recorded(*what: Json, **how: Json) -> None:
        record(*what, **how)
        seen[0] += 1
        if seen[0] == count:
            act()

    game.service.record = recorded  # type: ignore[method-assign]


@pytest.mark.parametrize("damage", [folder, folder_moved, journal_replaced, log, locks])
def test_submissions(submitting: SubmitJob, game: Simulator, damage: Callable[[Path], None]) -> None:
    """Nothing is sent that no later run would know of: exit 7, and the report has every id that the service gave."""
    submitting.fill(progress(200))
    when_applied(game, 15, lambda: damage(submitting.journal))
    result = submitting.submit(game)
    assert result.exit == 7
    sent = len(game.ledger.submitted)
    assert 10 <= sent < 200
    assert result.outcomes["created"] == sent
    assert result.outcomes["not_attempted"] == 200 - sent
    assert any("removed or replaced" in note for note in result.notes)


def test_a_journal_that_loses_what_was_in_it(submitting: SubmitJob, game: Simulator) -> None:
    """Another journal may take in the log of this one, with what is to be told: no row is told wrongly."""

    def replace(journal: Path) -> None:
        journal.unlink()
        JournalFile(journal).close()

    submitting.fill(progress(200))
    when_applied(game, 15, lambda: replace(submitting.journal))
    told: list[object] = []
    try:
        result = submitting.submit(game)
        told = [result.exit, result.outcomes["created"] == len(game.ledger.submitted)]
    except JournalError as error:
        told = [error.exit_code, "stands in the journal alone" in str(error)]
    assert told == [7, True]
    assert len(game.ledger.submitted) < 200


@pytest.mark.parametrize("damage", [folder, folder_moved, journal_replaced, log, locks])
def test_a_push(job: Job, simulator: Simulator, damage: Callable[[Path], None]) -> None:
    """The same for a push, whose report is told from memory."""
    job.fill_plain(10)
    when_applied(simulator, 15, lambda: damage(job.journal))
    result = job.push(simulator)
    assert result.exit == 7
    kinds = ("gameCenterAchievements", "gameCenterAchievementLocalizations")
    made = sum(len(simulator.ledger.ids(kind)) for kind in kinds)
    assert 2 <= made < 20
    assert result.outcomes["created"] == made
    assert any("removed or replaced" in note for note in result.notes)
