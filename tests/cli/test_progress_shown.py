"""Every verb that talks to the service shows on a terminal how far it is, and gives way to a question."""

from __future__ import annotations

import io
import sys

import pytest
from review_jobs import complete
from submit_jobs import FIRST, player

from gcbulk.cli.streams import _Lossy
from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, service_options


class Keyboard(io.StringIO):
    """Somebody who says yes."""

    def isatty(self) -> bool:
        """Say that somebody sits there."""
        return True


COUNTED = {
    "push": ("push", "game.xlsx"),
    "plan": ("plan", "game.xlsx"),
    "pull": ("pull", "live.xlsx"),
    "review": ("review", "--all"),
}


@pytest.mark.parametrize("verb", ["push", "plan", "pull", "submit", "review"])
def test_a_terminal_shows_how_far_it_is(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Requests while what is live is read, then what has ended; the count is wiped away before the question."""
    job.fill_plain(2).rename(job.folder / "game.xlsx")
    (job.folder / "progress.csv").write_text(f"Player ID,Achievement ID,Percent\n{player(7)},{FIRST},50\n")
    for key in (FIRST, "com.example.b"):
        complete(simulator, key)
    monkeypatch.setattr(_Lossy, "isatty", lambda stream: True)
    monkeypatch.setattr(sys, "stdin", Keyboard("y\n"))
    arguments = COUNTED.get(verb, ("submit", "progress.csv"))
    ran = shell.run(*arguments, *service_options(simulator, "--journal", job.journal))
    assert ran.code == 0, ran.err
    assert ("requests [" in ran.err) is (verb != "submit"), "a submission reads a page or two"
    if verb in ("push", "submit", "review"):
        before, after = ran.err.split("[y/N]")
        assert "requests [" not in before.rsplit("\n", 1)[-1].rsplit("\r", 1)[-1]
        assert {"push": "4/4", "review": "2/2", "submit": "/1"}[verb] in after


@pytest.mark.parametrize("verb", COUNTED)
def test_a_log_has_no_bar(shell: Shell, job: Job, simulator: Simulator, verb: str) -> None:
    """Without a terminal a run of a second prints no line about itself on the way."""
    job.fill_plain(2).rename(job.folder / "game.xlsx")
    complete(simulator, FIRST)
    sure = ["--yes"] if verb in ("push", "review") else []
    ran = shell.run(*COUNTED[verb], *sure, *service_options(simulator, "--journal", job.journal))
    assert ran.code == 0, ran.err
    assert "\r" not in ran.err
    assert "requests [" not in ran.err
    assert "so far" not in ran.err
