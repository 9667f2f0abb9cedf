"""A run that dies at any moment: the same command finishes the job, nothing lost, nothing twice."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from gcbulk.simulator import Fault, Simulator, Switches
from jobs import Job, kill_after, push_and_exit

MOMENTS = 25
"""Random moments for each world; the two worlds together are the fifty of reliability's F1."""
REQUESTS = 15
"""A run is killed after fewer than this many requests; it takes more."""
SEED = 20260101
KINDS = ("gameCenterAchievements", "gameCenterAchievementLocalizations")


@pytest.mark.parametrize("unique", [True, False], ids=["duplicates-refused", "duplicates-accepted"])
def test_a_killed_run_is_finished_by_the_next(
    job: Job, simulate: Callable[..., Simulator], unique: bool, tmp_path: Path
) -> None:
    """SIGKILL at random moments: each row ends up in the service exactly once, and the report has its id."""
    pace = Fault("delay", delay_s=0.004)
    simulator = simulate(Switches(unique_identifiers=unique, hour_limit=None, faults=(pace,), record=False))
    moments = random.Random(SEED)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["gcbulk.pipeline"])
    killed = 0
    for number in range(MOMENTS):
        bundle_id = f"com.example.k{number}"
        simulator.add_app(bundle_id=bundle_id)
        job.workbook = tmp_path / f"game{number}.xlsx"
        job.fill_plain(6, prefix=bundle_id)
        arguments = (job.workbook, job.journal, simulator.base_url, simulator.key_path, simulator.issuer_id, bundle_id)
        first = processes.Process(target=push_and_exit, args=arguments)
        killed += kill_after(first, simulator, moments.randrange(REQUESTS), jitter_s=moments.uniform(0, 0.008))
        second = processes.Process(target=push_and_exit, args=arguments)
        second.start()
        second.join()
        assert second.exitcode == 0
        told = {line["Key"]: line["Id"] for line in job.lines()}
        assert len(told) == 12
        for kind in KINDS:
            made = {key: ids for key, ids in simulator.ledger.ids(kind).items() if key.startswith(f"{bundle_id}.")}
            assert made == {key: [told[key]] for key in made}, f"moment {number}: something was made twice"
            assert len(made) == 6, f"moment {number}: something was lost"
    assert killed > MOMENTS / 2, "the runs were over before they could be killed, so nothing was proved"
