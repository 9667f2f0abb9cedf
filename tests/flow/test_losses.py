"""A change that deletes for good what players have is sent only when its number was confirmed, whatever the kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import trophies
from trophies import SIMULATED, TROPHY, checked, trophy

from gcbulk import kinds, reporting
from gcbulk.errors import PlanError
from gcbulk.planning import Plan
from gcbulk.records import Api, Attribute, Guard, Json, OutcomeKind, Snapshot
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import execute_plan, make_plan
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.simulator import Fault, Simulator
from gcbulk.simulator.kinds import FAMILIES
from jobs import Job

GUARD = Guard(applies=lambda before, after: after < before, loss="the shine of players' trophies")
GUARDED = replace(
    TROPHY,
    attributes=(*TROPHY.attributes[:3], Attribute(name="shine", type=int, guard=GUARD)),
)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gcbulk know trophies whose shine is guarded for as long as a test lasts."""
    monkeypatch.setitem(kinds.CONTENT, "trophy", replace(trophies.KIND, resource=GUARDED))


@pytest.fixture
def simulator(simulate: Callable[..., Simulator], job: Job) -> Simulator:
    """A simulator that knows trophies beside everything else."""
    return simulate(now=job.clock.time, families=(*FAMILIES, SIMULATED))


def live_plan(
    job: Job, simulator: Simulator, *, shine: int, state: str = "LIVE", api: Api = Api.V2
) -> tuple[Plan, Service]:
    """A plan that gives another shine to a trophy of 5 whose version is in a state."""
    service = job.service(simulator, api=api)
    execute_plan(make_plan(checked([trophy("cup"), trophy("bowl")]), service), service)
    for version in simulator.store.all("gameCenterTrophyVersions"):
        simulator.store.update(version, {"state": state})
    return make_plan(checked([trophy("cup", shine=shine), trophy("bowl")]), service), service


def shine(simulator: Simulator) -> list[int]:
    """The shine of every trophy that is live."""
    return [one.attributes["shine"] for one in simulator.store.all(TROPHY.type)]


@pytest.mark.parametrize("confirmed", [0, 2])
def test_another_number_sends_nothing(job: Job, simulator: Simulator, confirmed: int) -> None:
    """Neither no number nor a wrong one sends anything of the plan."""
    plan, service = live_plan(job, simulator, shine=3)
    with pytest.raises(PlanError, match=f"1 change of the plan would delete .* and {confirmed} are confirmed"):
        execute_plan(plan, service, losses=confirmed)
    assert shine(simulator) == [5, 5]


def test_the_right_number_sends_it(job: Job, simulator: Simulator) -> None:
    """The plan says beforehand what is lost and how to confirm it, and the row says so too."""
    plan, service = live_plan(job, simulator, shine=3)
    assert plan.losses == 1
    assert any("1 change deletes the shine of players' trophies for good" in line for line in reporting.plan_text(plan))
    assert any("--confirm-losses=1" in line for line in plan.warnings)
    execute_plan(plan, service, losses=1)
    assert shine(simulator) == [3, 5]
    assert plan.todo[0].message == "Shine: 5 → 3. This deletes the shine of players' trophies for good."


@pytest.mark.parametrize(
    ("shine", "state", "api", "losses"),
    [(7, "LIVE", Api.V2, 0), (3, "PREPARE_FOR_SUBMISSION", Api.V2, 0), (3, "PREPARE_FOR_SUBMISSION", Api.V1, 1)],
    ids=["the other way", "a draft", "v1, which shows no version"],
)
def test_what_may_be_lost(job: Job, simulator: Simulator, shine: int, state: str, api: Api, losses: int) -> None:
    """Only what the guard is about counts, and not of what is known to be a draft, which nobody has played."""
    assert live_plan(job, simulator, shine=shine, state=state, api=api)[0].losses == losses


def test_what_no_plan_has_shown_is_not_sent(job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that turns into a loss while it is carried out is a conflict: somebody raised the shine meanwhile."""
    plan, service = live_plan(job, simulator, shine=7)
    (cup, _) = simulator.store.all(TROPHY.type)
    simulator.add_fault(Fault("status", method="PATCH", times=6, status=502, applied=False))
    look = service.snapshot

    def look_late(kinds: Json, **more: bool) -> Snapshot:
        """What is live by the time that the missing answer is looked into."""
        simulator.store.update(cup, {"shine": 9})
        return look(kinds, **more)

    monkeypatch.setattr(service, "snapshot", look_late)
    finished = execute_plan(plan, service)
    assert (finished.outcomes[0].kind, finished.outcomes[0].code) == (OutcomeKind.CONFLICT, "loss-not-confirmed")
    assert shine(simulator) == [9, 5]


def test_a_push_of_a_file_asks_for_the_number(job: Job, simulator: Simulator) -> None:
    """The one who is asked sees the plan; a wrong answer sends nothing."""
    _, service = live_plan(job, simulator, shine=3)
    asked: list[int] = []

    def answer(plan: Plan) -> int:
        """Note the question, and give a wrong number."""
        asked.append(plan.losses)
        return 4

    with pytest.raises(PlanError, match="and 4 are confirmed"):
        push_file(
            job.workbook,
            checked([trophy("cup", shine=3)]),
            service,
            ReportTarget(rescue_dir=job.folder),
            confirm=lambda plan: True,
            confirm_losses=answer,
        )
    assert asked == [1]
    assert shine(simulator) == [5, 5]


def test_a_plan_tells_programs_the_numbers(job: Job, simulator: Simulator) -> None:
    """What --confirm-losses and --delete-missing take stands in the plan's JSON."""
    plan, _ = live_plan(job, simulator, shine=1)
    told = reporting.plan_json(plan)
    assert (told["losses"], told["deletions"]) == (plan.losses, plan.deletions) == (1, 0)
