"""A Service that was closed, or that a fork has copied, sends nothing and says so."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from submit_jobs import SubmitJob, progress

import gcbulk
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.runs.check import check
from gcbulk.runs.shared.connection import Service
from gcbulk.simulator import Simulator
from jobs import Job

USES: dict[str, Callable[[Job, Service], object]] = {
    "plan": lambda job, service: gcbulk.plan(check(job.workbook), service),
    "look": lambda job, service: service.snapshot({RESOURCE: None}),
    "lock": lambda job, service: service.holding(service.lock).__enter__(),
    "submit": lambda job, service: gcbulk.submit(job.folder / "progress.csv", service),
}


@pytest.mark.parametrize("use", USES)
def test_a_closed_service(job: Job, submitting: SubmitJob, simulator: Simulator, use: str) -> None:
    """Every use after `close` is an error of ours that says what to do; nothing is sent. Closing twice is none."""
    job.fill_plain(1)
    submitting.fill(progress(1))
    service = job.service(simulator)
    _ = service.target
    service.close()
    service.close()
    before = simulator.ledger.requests.total()
    with pytest.raises(gcbulk.SettingsError, match=r"was closed.*gcbulk\.connect"):
        USES[use](job, service)
    assert simulator.ledger.requests.total() == before


def test_a_push_with_a_closed_service(job: Job, simulator: Simulator) -> None:
    """A plan that was made before does not help."""
    job.fill_plain(1)
    service = job.service(simulator)
    plan = gcbulk.plan(check(job.workbook), service)
    service.close()
    with pytest.raises(gcbulk.SettingsError, match="was closed"):
        gcbulk.push(plan, service)
    assert not simulator.ledger.ids("gameCenterAchievements")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("use", USES)
def test_a_fork(job: Job, submitting: SubmitJob, simulator: Simulator, use: str) -> None:
    """In the child every use is an error of ours, and the parent's connection is left alone."""
    job.fill_plain(1)
    submitting.fill(progress(1))
    service = job.service(simulator)
    _ = service.target
    before = simulator.ledger.requests.total()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            USES[use](job, service)
        except gcbulk.SettingsError as error:
            code = 0 if "before a fork" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert simulator.ledger.requests.total() == before
    assert gcbulk.plan(check(job.workbook), service).requests == 2
