"""T11: what would change, and in which app, is shown before anything is sent; and nothing is sent without a yes."""

from __future__ import annotations

import io
import sys

import pytest
from PIL import Image
from submit_jobs import FIRST, player

from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, push, service_options


class Nobody(io.StringIO):
    """A terminal at which somebody answers with the return key."""

    def isatty(self) -> bool:
        """Say that somebody sits there."""
        return True


def command(verb: str, job: Job) -> tuple[object, ...]:
    """A command that changes something live."""
    if verb == "submit":
        path = job.folder / "progress.csv"
        path.write_text(f"Player ID,Achievement ID,Percent\n{player(1)},{FIRST},50\n")
        return verb, path
    Image.new("RGB", (512, 512)).save(job.folder / "a.png")
    job.fill(
        [(f"A {n}", f"com.example.a{n}", 5, "No", "Yes", "a.png") for n in range(2)],
        [(f"com.example.a{n}", locale, "N", "B", "A") for n in range(2) for locale in ("en-US", "ja")],
        more=["Image"],
    )
    return (verb, job.workbook)


@pytest.mark.parametrize("keyboard", [Nobody("\n"), io.StringIO("y\n")], ids=["return", "no-terminal"])
@pytest.mark.parametrize(
    ("verb", "shown"),
    [
        ("push", "To create: 2 achievements"),
        ("submit", "1 to send"),
        ("review", "2 are put into a new submission"),
    ],
)
def test_nothing_is_sent_without_a_yes(
    shell: Shell,
    job: Job,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    shown: str,
    keyboard: io.StringIO,
) -> None:
    """The app's name, its bundle id and the counts are shown; the return key or no terminal is no yes."""
    arguments = command(verb, job)
    if verb == "review":
        assert push(shell, job, simulator).code == 0
    simulator.add_achievement(FIRST)
    before = simulator.ledger.writes()
    keyboard.seek(0)
    monkeypatch.setattr(sys, "stdin", keyboard)
    ran = shell.run(*arguments, *service_options(simulator))
    assert simulator.ledger.writes() == before
    assert ran.code == 2
    for told in ("Example Quest", "com.example.game", shown):
        assert told in ran.err
