"""F27: a request without an answer that is applied late must not overtake what was sent after it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from submit_jobs import FIRST, SCORE_HEADERS, SubmitJob, player, progress

import gcbulk
from gcbulk.simulator import Fault, Simulator
from jobs import TurnedClock

SETTLE_S = 60.0
LONG_AFTER_S = 10_000.0


def left_unanswered(journal: Path) -> None:
    """Leave the journal as a killed run does, whose only request had no answer."""
    with closing(sqlite3.connect(journal)) as database:
        database.create_function("crc32", 1, zlib.crc32, deterministic=True)
        database.execute("UPDATE submissions SET state = 0, attempts = 0, resource_id = NULL, finished_at = NULL")
        database.execute("UPDATE runs SET stopped = NULL")
        database.commit()


def as_it_is(journal: Path) -> None:
    """Leave the journal as the run left it."""


def last_values(game: Simulator) -> dict[str, int | str]:
    """What each player has in the end: what was applied last."""
    return {one.player: one.value for one in game.ledger.submitted}


ENDINGS = [
    pytest.param(1, as_it_is, id="answered-at-the-second-attempt"),
    pytest.param(6, as_it_is, id="unknown"),
    pytest.param(6, left_unanswered, id="killed"),
]


@pytest.mark.parametrize(("times", "ending"), ENDINGS)
@pytest.mark.parametrize("late_s", [1.0, 30.0, SETTLE_S - 1])
def test_the_newer_value_is_what_counts(
    submitting: SubmitJob,
    game: Simulator,
    clock: TurnedClock,
    times: int,
    ending: Callable[[Path], None],
    late_s: float,
) -> None:
    """50 % is sent and applied late; 60 % is sent by the next run, at once: 60 % is what the player has."""
    game.add_fault(Fault("late", method="POST", status=500, apply_after_s=late_s, times=times))
    submitting.fill(progress(1, 50))
    submitting.submit(game)
    ending(submitting.journal)
    game.clear_faults()
    submitting.fill([(player(0), FIRST, 60), (player(1), FIRST, 60)])
    waited = clock.waited_s
    assert submitting.submit(game).exit == 0
    assert 0 < clock.waited_s - waited <= SETTLE_S
    clock.wait(LONG_AFTER_S, Event())
    assert submitting.submit(game).outcomes["unchanged"] == 2
    assert last_values(game) == {player(0): 60, player(1): 60}


@pytest.mark.parametrize("dated", [False, True], ids=["by their place", "by their date"])
@pytest.mark.parametrize("lost", [0, 1], ids=["answered", "one unanswered"])
def test_of_several_scores_in_one_file_the_newest_is_applied_last(
    submitting: SubmitJob, game: Simulator, dated: bool, lost: int
) -> None:
    """Though six requests are in flight; what got no answer, and may be applied late, is outlasted."""
    submitting.kind = "scores"
    lose = Fault("late", method="POST", status=500, apply_after_s=SETTLE_S - 1, nth=(2,))
    game.add_fault(lose if lost else Fault("delay", method="POST", spread_s=0.02))
    of_all = [(turn, n) for turn in range(4) for n in range(4)]
    rows = [(player(n), "board", 10 * turn + n, None, f"2026-01-01T00:00:0{turn}Z") for turn, n in of_all]
    shown = sorted(rows, key=lambda row: -row[2]) if dated else rows
    columns = 5 if dated else 4
    submitting.fill([row[:columns] for row in shown], (*SCORE_HEADERS, "Submitted Date")[:columns])
    submitting.submit(game)
    submitting.clock.wait(LONG_AFTER_S, Event())
    submitting.submit(game)
    assert len(game.ledger.submitted) == len(rows)
    assert last_values(game) == {player(n): str(30 + n) for n in range(4)}


@pytest.mark.parametrize(("times", "ending"), ENDINGS[2:])
def test_scores_likewise(
    submitting: SubmitJob, game: Simulator, clock: TurnedClock, times: int, ending: Callable[[Path], None]
) -> None:
    """Of a player's scores on a leaderboard the newest is applied last; other players' do not wait."""
    submitting.kind = "scores"
    game.add_fault(Fault("late", method="POST", status=500, apply_after_s=SETTLE_S - 1, times=times))
    submitting.fill([(player(0), "board", 7, None)], SCORE_HEADERS)
    submitting.submit(game)
    ending(submitting.journal)
    game.clear_faults()
    submitting.fill([(player(0), "board", 5, None), (player(1), "board", 5, None)], SCORE_HEADERS)
    waited = clock.waited_s
    submitting.submit(game)
    assert 0 < clock.waited_s - waited <= SETTLE_S
    clock.wait(LONG_AFTER_S, Event())
    submitting.submit(game)
    assert last_values(game) == {player(0): "5", player(1): "5"}


def test_nobody_waits_without_a_cause(submitting: SubmitJob, game: Simulator, clock: TurnedClock) -> None:
    """The same value again, another player, an old doubt that is settled: nothing of that waits."""
    game.add_fault(Fault("status", method="POST", status=500, times=6))
    submitting.fill(progress(1, 50))
    submitting.submit(game)
    game.clear_faults()
    for rows in (progress(1, 50), [(player(1), FIRST, 10)]):
        submitting.fill(rows)
        waited = clock.waited_s
        submitting.submit(game)
        assert clock.waited_s == waited
    submitting.fill(progress(1, 60))
    submitting.submit(game)
    waited = clock.waited_s
    submitting.fill(progress(1, 70))
    assert submitting.submit(game).outcomes["created"] == 1
    assert clock.waited_s == waited, "60 % was sent when 50 % could not arrive any more"


def test_what_waits_is_said_and_comes_last(submitting: SubmitJob, game: Simulator, clock: TurnedClock) -> None:
    """The others are sent first; then it is told how many wait, why and until when."""
    game.add_fault(Fault("status", method="POST", status=500, times=6))
    submitting.fill(progress(1, 50))
    submitting.submit(game)
    game.clear_faults()
    said: list[str] = []
    submitting.fill(progress(3, 60))
    gcbulk.submit(
        submitting.path,
        submitting.service(game),
        max_in_flight=1,
        watch=lambda now: said.append(now.waiting) if now.waiting else None,
    )
    assert [one.player for one in game.ledger.submitted][-1] == player(0)
    (line,) = said
    assert "before 1 are sent" in line
    assert "Ctrl-C is safe" in line
