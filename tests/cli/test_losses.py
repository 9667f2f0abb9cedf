"""Changes that delete what players have: from the command line."""

from __future__ import annotations

import io
import sys

import pytest
from leaderboard_jobs import BEST, DAILY, TYPE, fill

from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, push


class Typed(io.StringIO):
    """A keyboard that somebody sits at."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize(
    ("options", "typed", "code", "said", "end"),
    [
        (["--confirm-losses=1"], None, 0, "1 updated", "10"),
        (["--confirm-losses=2"], None, 2, "and 2 are confirmed", "1000"),
        ([], None, 2, "then add --confirm-losses=1", "1000"),
        ([], "1\n", 0, "Type 1 to go on", "10"),
        ([], "yes\n", 2, "Nothing was sent", "1000"),
        (["--confirm-losses=0"], None, 2, "not a whole number above 0", "1000"),
    ],
)
def test_yes_does_not_stand_in_for_the_number(
    shell: Shell,
    job: Job,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    typed: str | None,
    code: int,
    said: str,
    end: str,
) -> None:
    """A narrower range of a live leaderboard needs the right number, as an option or typed; else nothing is sent."""
    fill(job.workbook)
    push(shell, job, simulator)
    for item in simulator.store.all(TYPE):
        simulator.move_version(item, "LIVE")
    fill(job.workbook, [(*BEST[:5], "0", "10"), DAILY])
    monkeypatch.setattr(sys, "stdin", io.StringIO("") if typed is None else Typed(typed))
    ran = push(shell, job, simulator, *options)
    assert ran.code == code
    assert said in ran.err
    assert simulator.store.all(TYPE)[0].attributes["scoreRangeEnd"] == end
