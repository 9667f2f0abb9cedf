"""A run with pictures that dies at any moment, and a large one: each picture is there once, nothing is left over."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from effort import FULL
from forked import processes
from picture_jobs import KIND, fill_pictures, pictures_by_text

from gcbulk.records import Api
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.pictures import state_of
from jobs import Job, kill_after, occurred, push_and_exit

MOMENTS = 50 if FULL else 4
REQUESTS = 20
"""A run is killed after fewer than this many requests; it takes more."""
SEED = 20260102
MANY = (100, ["da", "de-DE", "el", "en-US", "es-ES", "fi", "fr-FR", "it", "ja", "ko"])
FEW = (6, ["en-US", "es-ES", "ja"])
SIZE = MANY if FULL else FEW


def there(simulator: Simulator, prefix: str) -> list[str]:
    """The file names of the images under an app's localizations; each complete, none beside another."""
    found = []
    for _, images in pictures_by_text(simulator, prefix):
        (image,) = images
        assert state_of(simulator.service.world, image) == "COMPLETE", "a reservation was left over"
        found.append(str(image.attributes["fileName"]))
    return found


def test_a_killed_run_with_pictures_is_finished_by_the_next(
    job: Job, simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    """SIGKILL at random moments: each picture is there once, no reservation is left, no token went astray."""
    pace = Fault("delay", delay_s=0.004)
    simulator = simulate(Switches(hour_limit=None, faults=(pace,), record=False, part_size_bytes=1_000))
    moments = random.Random(SEED)
    context = processes()
    killed = 0
    for number in range(MOMENTS):
        bundle_id = f"com.example.k{number}"
        simulator.add_app(bundle_id=bundle_id)
        workbook = tmp_path / f"game{number}.xlsx"
        fill_pictures(workbook, 2, ("en-US", "ja"), prefix=bundle_id)
        arguments = (workbook, job.journal, simulator.base_url, simulator.key_path, simulator.issuer_id, bundle_id)
        first = context.Process(target=push_and_exit, args=arguments)
        killed += kill_after(first, simulator, moments.randrange(REQUESTS), jitter_s=moments.uniform(0, 0.008))
        second = context.Process(target=push_and_exit, args=arguments)
        second.start()
        second.join()
        assert second.exitcode == 0, f"moment {number}: not finished"
        assert sorted(there(simulator, bundle_id)) == ["all.png"] * 2 + ["own.png"] * 2, f"moment {number}"
    assert simulator.leaks == []
    assert killed > MOMENTS / 2, "the runs were over before they could be killed, so nothing was proved"


@pytest.mark.parametrize("api", list(Api), ids=str)
def test_a_whole_game_with_pictures(
    job: Job, simulate: Callable[..., Simulator], api: Api, assert_contract: Callable[..., None]
) -> None:
    """Every achievement in every language with its picture, in as few requests as the service allows; then none."""
    count, locales = SIZE
    simulator = simulate(Switches(image_processing_s=20.0, hour_limit=None), now=job.clock.time)
    fill_pictures(job.workbook, count, locales, prefix="com.example")
    result = job.push(simulator, api=api)
    texts = count * len(locales)
    assert occurred(result.outcomes) == {"created": count + 2 * texts}
    names = there(simulator, "com.example")
    assert (names.count("own.png"), len(names)) == (count, texts)
    looks = sum(1 for one in simulator.exchanges if one.method == "GET" and f"{KIND}/" in one.path)
    assert len(simulator.exchanges) == 3 + count + texts * 3 + looks
    assert looks <= 3 * texts
    uploads, writes = len(simulator.uploads), simulator.ledger.writes()
    assert uploads == texts
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": count + 2 * texts}
    assert (len(simulator.uploads), simulator.ledger.writes()) == (uploads, writes)
    assert simulator.leaks == []
    assert_contract(simulator.exchanges)
