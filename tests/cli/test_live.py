"""The verbs for what is live: pull and review, from the command line."""

from __future__ import annotations

from pathlib import Path

from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, service_options


def ready(simulator: Simulator) -> None:
    """Put an achievement there that is ready for review, and one that is not."""
    text = simulator.add_localization(simulator.add_achievement("com.example.a0"), "en-US")
    picture = {"fileName": "a.png", "fileSize": 9, "signature": "s", "judgedAt": 0.0, "verdict": []}
    simulator.service.world.make(
        "gameCenterAchievementImages",
        picture | {"width": 512, "height": 512},
        {"gameCenterAchievementLocalizations": text.id},
        key=text.id,
    )
    simulator.add_achievement("com.example.a1")


def states(simulator: Simulator) -> list[str]:
    """The states of all versions."""
    return [str(one.attributes["state"]) for one in simulator.store.all("gameCenterAchievementVersions")]


def test_pull_writes_a_workbook_and_says_so(shell: Shell, job: Job, simulator: Simulator) -> None:
    """What is live comes as a workbook; a file that is there is replaced only when told."""
    ready(simulator)
    options = service_options(simulator, "--journal", job.journal)
    ran = shell.run("pull", "live.xlsx", *options)
    assert ran.code == 0
    assert "Live: 2 achievements, 1 localization." in ran.err
    assert Path("live.xlsx").exists()
    refused = shell.run("pull", "live.xlsx", *options)
    assert refused.code == 2
    assert "--force" in refused.err
    again = shell.run("pull", "live.xlsx", "--force", "--json", "--images", "art", *options)
    assert (again.code, again.found["rows"]) == (0, 3)
    assert shell.run("check", "live.xlsx", "--no-report").code == 0


def test_review_asks_and_sends(shell: Shell, job: Job, simulator: Simulator) -> None:
    """Without a yes nothing is changed; with --submit and --yes the submission goes out."""
    ready(simulator)
    options = service_options(simulator, "--journal", job.journal)
    asked = shell.run("review", "--all", *options)
    assert asked.code == 2
    assert "com.example.a0" in asked.err
    assert simulator.ledger.writes() == 0
    sent = shell.run("review", "--all", "--submit", "--yes", "--json", *options)
    assert sent.code == 3, "one of the two is not ready"
    assert (sent.found["outcomes"]["created"], sent.found["outcomes"]["blocked"]) == (1, 1)
    assert states(simulator) == ["WAITING_FOR_REVIEW", "PREPARE_FOR_SUBMISSION"]


def test_review_of_a_file(shell: Shell, job: Job, simulator: Simulator) -> None:
    """The achievements of a file are handed off, and the report is written into it."""
    ready(simulator)
    job.fill_plain(1)
    ran = shell.run("review", job.workbook, "--yes", *service_options(simulator, "--journal", job.journal))
    assert ran.code == 0
    assert [(line["Step"], line["Outcome"]) for line in job.lines(sheet="gcbulk review")] == [("review", "created")]


def test_review_wants_to_know_what(shell: Shell, job: Job, simulator: Simulator) -> None:
    """A file or --all, not both and not neither."""
    job.fill_plain(1)
    for what in ([], [job.workbook, "--all"]):
        ran = shell.run("review", *what, *service_options(simulator))
        assert ran.code == 2
        assert "--all" in ran.err
