"""A push of leaderboards that dies at any moment: the same command finishes it, and nothing is there twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from effort import FULL
from forked import processes
from leaderboard_jobs import BEST, BEST_EN, BEST_JA, DAILY, TEXTS, TYPE, fill

from gcbulk.simulator import Fault, Simulator, Switches
from jobs import Job, kill_after, push_and_exit

MOMENTS = 15 if FULL else 3
"""Random moments for each form of the service."""
REQUESTS = 25
"""A run is killed after fewer than this many requests; it takes more."""
SEED = 20261201
COUNT = 5


@pytest.mark.parametrize("unique", [True, False], ids=["ids refused", "ids taken twice"])
def test_a_killed_push_is_finished_by_the_next(job: Job, simulate: Callable[..., Simulator], unique: bool) -> None:
    """SIGKILL at random moments: each leaderboard is there once, with each of its languages once."""
    pace = Fault("delay", delay_s=0.004)
    simulator = simulate(Switches(hour_limit=None, faults=(pace,), record=False, unique_identifiers=unique))
    chance, context, killed = random.Random(SEED), processes(), 0
    for number in range(MOMENTS):
        bundle_id = f"com.example.game{number}"
        detail = simulator.add_app(bundle_id=bundle_id).detail
        ids = [f"{bundle_id}.lb{n}" for n in range(COUNT)]
        rows = [(BEST[0], one, *(DAILY if at % 2 else BEST)[2:]) for at, one in enumerate(ids)]
        texts = [(one, *text[1:]) for one in ids for text in (BEST_EN, BEST_JA)]
        workbook = fill(job.folder / f"{number}.xlsx", rows, texts)
        given = (workbook, job.journal, simulator.base_url, simulator.key_path, simulator.issuer_id, bundle_id)
        process = context.Process(target=push_and_exit, args=given)
        killed += kill_after(process, simulator, chance.randrange(1, REQUESTS), jitter_s=chance.random() * 0.01)
        again = context.Process(target=push_and_exit, args=given)
        again.start()
        again.join()
        assert again.exitcode == 0
        made = simulator.store.children(str(detail), TYPE)
        assert Counter(one.attributes["vendorIdentifier"] for one in made) == Counter(ids)
        for one in made:
            (version,) = simulator.store.children(one.id, "gameCenterLeaderboardVersions")
            locales = [text.attributes["locale"] for text in simulator.store.children(version.id, TEXTS)]
            assert sorted(locales) == ["en-US", "ja"]
    assert killed > MOMENTS / 2, "the runs were over before they could be killed, so nothing was proved"
