"""An update that dies at any moment: the same command finishes it, no version is opened twice, nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from effort import FULL
from forked import processes

from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job, kill_after, push_and_exit

MOMENTS = 15 if FULL else 3
"""Random moments for each world."""
REQUESTS = 30
"""A run is killed after fewer than this many requests; it takes more."""
SEED = 20260404
COUNT = 4


def game(simulator: Simulator, bundle_id: str) -> list[Json]:
    """An app whose achievements are live in two languages, one of which the sheet will not have."""
    detail = simulator.add_app(bundle_id=bundle_id).detail
    made = []
    for n in range(COUNT):
        achievement = simulator.add_achievement(f"{bundle_id}.a{n}", owner=detail, referenceName=f"A{n}")
        for locale in ("en-US", "fr-FR"):
            simulator.add_localization(achievement, locale, name="Old", beforeEarnedDescription="B")
        simulator.move_version(achievement, "LIVE")
        made.append(achievement)
    return made


def fill(job: Job, bundle_id: str) -> None:
    """The sheet: other points for some, another name in English, and a new language."""
    job.fill(
        [(f"A{n}", f"{bundle_id}.a{n}", 5 + n % 2, "No", "No") for n in range(COUNT)],
        [(f"{bundle_id}.a{n}", at, "New", "B", "After") for n in range(COUNT) for at in ("en-US", "ja")],
    )


def names(simulator: Simulator, version: Json) -> dict[str, str]:
    """The names in a version by locale; none may be there twice."""
    texts = simulator.store.children(version.id, "gameCenterAchievementLocalizations")
    assert len({one.attributes["locale"] for one in texts}) == len(texts)
    return {one.attributes["locale"]: one.attributes["name"] for one in texts}


@pytest.mark.parametrize("keeps", [True, False], ids=["texts-copied", "texts-not-copied"])
def test_a_killed_update_is_finished_by_the_next(
    job: Job, simulate: Callable[..., Simulator], keeps: bool, tmp_path: Path
) -> None:
    """SIGKILL at random moments of an update that opens versions: each is opened once, and ends as the sheet says."""
    pace = Fault("delay", delay_s=0.004)
    switches = Switches(new_version_keeps_texts=keeps, hour_limit=None, faults=(pace,), record=False)
    simulator = simulate(switches)
    moments = random.Random(SEED)
    context = processes()
    killed = 0
    for number in range(MOMENTS):
        bundle_id = f"com.example.k{number}"
        made = game(simulator, bundle_id)
        job.workbook = tmp_path / f"game{number}.xlsx"
        fill(job, bundle_id)
        arguments = (job.workbook, job.journal, simulator.base_url, simulator.key_path, simulator.issuer_id, bundle_id)
        first = context.Process(target=push_and_exit, args=arguments)
        killed += kill_after(first, simulator, moments.randrange(REQUESTS), jitter_s=moments.uniform(0, 0.008))
        second = context.Process(target=push_and_exit, args=arguments)
        second.start()
        second.join()
        assert second.exitcode == 0, job.lines()
        for place, achievement in enumerate(made):
            assert achievement.attributes["points"] == 5 + place % 2
            old, *later = simulator.store.children(achievement.id, "gameCenterAchievementVersions")
            assert len(later) == 1, f"moment {number}: a version was opened twice, or never"
            assert names(simulator, old) == {"en-US": "Old", "fr-FR": "Old"}, "what players see was changed"
            wanted = {"en-US": "New", "ja": "New"}
            assert wanted.items() <= names(simulator, later[0]).items()
            assert not keeps or names(simulator, later[0]) == {**wanted, "fr-FR": "Old"}
        writes = simulator.ledger.writes()
        third = context.Process(target=push_and_exit, args=arguments)
        third.start()
        third.join()
        assert third.exitcode == 0
        assert simulator.ledger.writes() == writes, f"moment {number}: a later push still sends"
    assert killed > MOMENTS / 2, "the runs were over before they could be killed, so nothing was proved"
