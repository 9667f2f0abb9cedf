"""In a notebook long work shows itself; in a plain script nothing is printed."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable

import pytest
from submit_jobs import BUNDLE_ID, SubmitJob, progress

import gcbulk
from gcbulk.runs.shared.submission_queue import Progress
from gcbulk.service.client import uncounted
from gcbulk.service.clock import unannounced
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import Job


def kernel(*, runs: bool) -> Json:
    """Stand in for the module of IPython's kernel, which may be loaded without being run."""
    module = types.ModuleType("ipykernel.kernelapp")
    module.IPKernelApp = types.SimpleNamespace(initialized=lambda: runs)  # type: ignore[attr-defined]
    return module


@pytest.fixture(params=["notebook", "kernel not run", "script"])
def shows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether it is a notebook that everything is called from."""
    monkeypatch.delitem(sys.modules, "ipykernel.kernelapp", raising=False)
    if request.param != "script":
        monkeypatch.setitem(sys.modules, "ipykernel.kernelapp", kernel(runs=request.param == "notebook"))
    return bool(request.param == "notebook")


def test_a_push(job: Job, simulator: Simulator, capsys: pytest.CaptureFixture[str], shows: bool) -> None:
    """Plan, push and pull draw a bar in a notebook alone, and leave the service as it was."""
    job.fill_plain(3)
    service = job.service(simulator)
    plan = gcbulk.plan(job.checked(), service)
    assert ("requests [" in capsys.readouterr().err) is shows
    outcomes = gcbulk.push(plan, service)
    assert ("6/6" in capsys.readouterr().err) is shows
    assert set(outcomes["outcome"]) == {"created"}
    gcbulk.pull(service)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("requests [" in err) is shows
    assert (service.on_request, service.on_wait) == (uncounted, unannounced)


def test_a_submission(submitting: SubmitJob, game: Simulator, capsys: pytest.CaptureFixture[str], shows: bool) -> None:
    """So does a submission."""
    service = submitting.service(game)
    gcbulk.plan_submissions(gcbulk.check_submissions(submitting.fill(progress(2)), bundle_id=BUNDLE_ID), service)
    assert ("requests [" in capsys.readouterr().err) is shows
    gcbulk.submit(submitting.fill(progress(5, 30)), service)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("/5" in err) is shows


def test_a_callback_of_ones_own(
    job: Job, submitting: SubmitJob, game: Simulator, capsys: pytest.CaptureFixture[str], shows: bool
) -> None:
    """Where the caller shows the progress, nothing else does; a wait is told in a notebook all the same."""
    job.fill_plain(2)
    service, seen, counted = job.service(game), list[int](), list[Progress]()
    plan = gcbulk.plan(job.checked(), service)
    capsys.readouterr()

    def watch(outcomes: Iterable[Json], total: int) -> Iterable[Json]:
        for outcome in outcomes:
            seen.append(total)
            service.clock.wait(61.0, service.session.stop, why="the test")
            yield outcome

    gcbulk.push(plan, service, watch=watch)
    assert seen == [4] * 4
    out, err = capsys.readouterr()
    assert ("Waiting for the test until" in out) is shows
    assert err == ""
    gcbulk.submit(submitting.fill(progress(5, 30)), submitting.service(game), watch=counted.append)
    assert counted[-1].done <= 5
    assert capsys.readouterr() == ("", "")
