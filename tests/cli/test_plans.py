"""Plans saved and sent, an order, deletions: from the command line."""

from __future__ import annotations

import io
import sys

import openpyxl
import pytest
from submit_jobs import FIRST, player

from gcbulk.simulator import Simulator
from jobs import Job, occurred
from shell import Shell, push, service_options

ROWS = [(f"A{n}", f"com.example.a{n}", 5, "No", "No") for n in range(3)]


class Typed(io.StringIO):
    """A keyboard that somebody sits at."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def names(simulator: Simulator) -> list[str]:
    """What is live, in its display order."""
    detail = simulator.store.all("gameCenterDetails")[0]
    held = simulator.store.children(detail.id, "gameCenterAchievements")
    return [one.attributes["referenceName"] for one in held]


def test_a_plan_is_saved_shown_and_sent(shell: Shell, job: Job, simulator: Simulator) -> None:
    """Plan --out saves, --plan-sheet writes the sheet, push --plan sends it; later it is out of date, exit 2."""
    job.fill(ROWS[:2])
    options = service_options(simulator, "--journal", job.journal)
    made = shell.run("plan", job.workbook, *options, "--out", "plan.json", "--plan-sheet", "--reorder", "--json")
    assert made.code == 0
    assert made.found["plan"]["actions"]["create"] == 2
    assert "gcbulk plan" in openpyxl.load_workbook(job.workbook).sheetnames
    assert "To create: 2 achievements" in made.err
    sent = push(shell, job, simulator, "--journal", job.journal, "--plan", "plan.json", "--json")
    assert occurred(sent.found["outcomes"]) == {"created": 2}
    late = push(shell, job, simulator, "--journal", job.journal, "--plan", "plan.json", "--json")
    assert late.code == late.found["exit"] == 2
    assert "Game Center has changed" in late.err
    assert len(simulator.ledger.created) >= 2


@pytest.mark.parametrize("verb", ["push", "submit"])
def test_a_plan_knows_of_the_hour_that_other_runs_used(shell: Shell, job: Job, simulator: Simulator, verb: str) -> None:
    """--requests-per-hour goes for plans, too: the wait until earlier requests are an hour old counts."""
    simulator.add_achievement(FIRST)
    options = service_options(simulator, "--journal", job.journal)
    job.fill(ROWS)
    used = shell.run("push", job.workbook, "--yes", "--json", *options).found["requests"]
    file = job.fill([(f"B{n}", f"com.example.b{n}", 5, "No", "No") for n in range(3)])
    if verb == "submit":
        file = job.folder / "progress.csv"
        lines = "".join(f"{player(n)},{FIRST},50\n" for n in range(3))
        file.write_text(f"Player ID,Achievement ID,Percent\n{lines}")
    for left, wait_s in ((1, 3600), (1000, 0)):
        ran = shell.run("plan", file, "--json", "--requests-per-hour", used + left, *options)
        assert ran.code == 0, ran.err
        assert ran.found["plan"]["requests"] == 3
        assert wait_s <= ran.found["plan"]["duration_s"] < wait_s + 60


def test_an_order_from_the_command_line(shell: Shell, job: Job, simulator: Simulator) -> None:
    """--reorder makes the sheet's order the display order."""
    job.fill(ROWS)
    push(shell, job, simulator)
    job.fill(ROWS[::-1])
    assert push(shell, job, simulator, "--reorder").code == 0
    assert names(simulator) == ["A2", "A1", "A0"]


@pytest.mark.parametrize(
    ("options", "typed", "code", "said", "left"),
    [
        (["--delete-missing=2"], None, 0, "2 deleted", ["A0"]),
        (["--delete-missing=1"], None, 2, "deletes 2 achievements, and 1", ["A0", "A1", "A2"]),
        (["--delete-missing"], None, 2, "--delete-missing=2", ["A0", "A1", "A2"]),
        (["--delete-missing"], "2\n", 0, "2 deleted", ["A0"]),
        (["--delete-missing"], "1\n", 2, "Nothing was sent", ["A0", "A1", "A2"]),
        (["--delete-missing"], "yes\n", 2, "Nothing was sent", ["A0", "A1", "A2"]),
        (["--delete-missing=x"], None, 2, "not a whole number above 0", ["A0", "A1", "A2"]),
        ([], None, 0, "left alone", ["A0", "A1", "A2"]),
    ],
)
def test_yes_does_not_stand_in_for_the_number_of_deletions(
    shell: Shell,
    job: Job,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    typed: str | None,
    code: int,
    said: str,
    left: list[str],
) -> None:
    """Deleting needs the right number, on the command line or typed; anything else sends nothing."""
    job.fill(ROWS)
    push(shell, job, simulator)
    job.fill(ROWS[:1])
    monkeypatch.setattr(sys, "stdin", io.StringIO("") if typed is None else Typed(typed))
    ran = push(shell, job, simulator, *options)
    assert ran.code == code
    assert said in ran.err
    assert names(simulator) == left
