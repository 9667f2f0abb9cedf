"""A run of submissions that dies again and again: the same command finishes the job."""

from __future__ import annotations

from pathlib import Path

from campaign import campaign

ROWS = 1_500
KILLS = 4


def test_a_killed_run_is_finished_by_the_next(tmp_path: Path) -> None:
    """SIGKILL on the way: nothing is lost, every percentage and id is right, and later runs send only what is new."""
    figures = campaign(tmp_path, ROWS, KILLS)
    assert (figures.lost, figures.wrong, figures.wrong_ids) == (0, 0, 0)
    assert figures.created == figures.rows == ROWS
    assert figures.applied == ROWS + figures.twice
    assert figures.kills >= KILLS - 1, "the runs were over before they could be killed, so nothing was proved"
    assert figures.twice <= 30 * KILLS, "more was sent twice than can have been in flight"
