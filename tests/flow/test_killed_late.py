"""A run that is killed late in an attempt and run again at once: what it had under way is made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from picture_jobs import fill_pictures, pictures_by_text

from chaos.revived import DiedError, SetClock, wounded
from gcbulk.runs.check import check
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.simulator import Fault, Simulator, Switches
from jobs import Job

BUNDLE = "com.example.game"


@pytest.fixture
def clock() -> SetClock:
    """A clock that a test turns and sets."""
    return SetClock()


def push(job: Job, simulator: Simulator) -> None:
    """Push, and again after a death."""
    assert job.push(simulator).exit == 0


def opened(job: Job, simulator: Simulator) -> Callable[[], list[int]]:
    """An update that opens a version; gives how many versions there are."""
    achievement = simulator.add_achievement(f"{BUNDLE}.a0", referenceName="A0")
    simulator.add_localization(achievement, "en-US", name="Old", beforeEarnedDescription="B")
    simulator.move_version(achievement, "LIVE")
    job.fill([("A0", f"{BUNDLE}.a0", 5, "No", "No")], [(f"{BUNDLE}.a0", "en-US", "New", "B", "A")])
    return lambda: [len(simulator.store.children(achievement.id, "gameCenterAchievementVersions"))]


def pictured(job: Job, simulator: Simulator) -> Callable[[], list[int]]:
    """A picture; gives how many there are of each localization."""
    fill_pictures(job.workbook, 1, ("en-US",), prefix=BUNDLE)
    return lambda: [len(images) for _, images in pictures_by_text(simulator, BUNDLE)]


def review(job: Job, simulator: Simulator) -> None:
    """Hand everything to review."""
    checked = check(job.workbook)
    service = job.service(simulator)
    options = ReviewOptions()
    result = review_file(
        job.workbook, checked, service, ReportTarget(job.folder), options=options, confirm=lambda lines: True
    )
    assert result.exit == 0


def handed_off(job: Job, simulator: Simulator) -> Callable[[], list[int]]:
    """A review submission with an item; gives how many there are of each."""
    fill_pictures(job.workbook, 1, ("en-US",), prefix=BUNDLE)
    push(job, simulator)
    kinds = ("reviewSubmissions", "reviewSubmissionItems")
    return lambda: [len(simulator.store.all(kind)) for kind in kinds]


CASES = {
    "version": (opened, push, "Versions$", [2]),
    "image": (pictured, push, "Images$", [1]),
    "review submission": (handed_off, review, "reviewSubmissions$", [1, 1]),
    "review item": (handed_off, review, "reviewSubmissionItems$", [1, 1]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("jump_s", [0.0, 86400.0, -86400.0], ids=["", "set-on", "set-back"])
def test_what_was_under_way_is_made_once(
    tmp_path: Path, job: Job, simulate: Callable[..., Simulator], clock: SetClock, name: str, jump_s: float
) -> None:
    """F23, F24: the next run waits until a list must show it, by no clock that was set meanwhile."""
    prepare, run, path, made = CASES[name]
    simulator = simulate(Switches(record=False, hour_limit=None), now=clock.time, sleep=clock.sleep)
    count = prepare(job, simulator)
    fault = Fault("late", "POST", path, times=1, status=0, delay_s=50.0, apply_after_s=105.0)
    simulator.service.schedule.replace((fault,), seed=1)
    with wounded(clock, jump_s), pytest.raises(DiedError):
        run(job, simulator)
    before_s = clock.waited_s
    run(job, simulator)
    assert clock.waited_s - before_s <= 130
    clock.wait(1000, Event())
    run(job, simulator)
    assert count() == made
