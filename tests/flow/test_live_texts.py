"""A text for an achievement that is live: everywhere a plan is shown, it says when players see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import gcbulk
from gcbulk.records import Api
from gcbulk.reporting import plan_json, plan_report, plan_text
from gcbulk.simulator import Fault, Simulator
from gcbulk.simulator.exchange import Exchange
from jobs import Job

A = ("com.example.a", "com.example.a", 5, "No", "No")
ROWS = [("com.example.a", "en-US", "New", "b", "a"), ("com.example.a", "ja", "n", "b", "a")]
TEXTS = {"name": "Old", "beforeEarnedDescription": "b", "afterEarnedDescription": "a"}


def make_live(simulator: Simulator, *, released: bool | None) -> None:
    """Put an achievement with one language there, live in both forms of the API or in neither."""
    achievement = simulator.add_achievement("com.example.a")
    simulator.add_localization(achievement, "en-US", **TEXTS)
    if released is None:
        return
    world = simulator.service.world
    parents = {"gameCenterDetails": simulator.app.detail or "", "gameCenterAchievements": achievement.id}
    world.make("gameCenterAchievementReleases", {"live": released}, parents, key="com.example.a")
    if released:
        simulator.move_version(achievement, "LIVE")


def shown(job: Job, simulator: Simulator, api: Api) -> Iterator[str]:
    """A plan for the two texts in every form that people and programs get."""
    job.fill([A], ROWS)
    plan = gcbulk.plan(job.checked(), job.service(simulator, api=api))
    yield "\n".join(plan_text(plan))
    steps = [step for step in plan_json(plan)["steps"] if step["step"] == "localization"]
    assert [step["action"] for step in steps] == ["update", "create"]
    yield from (str(step["message"]) for step in steps)
    report = plan_report(plan)
    yield "\n".join(text for _, text in report.summary)
    yield from report.lines[report.lines["step"] == "localization"]["message"].map(str)
    yield repr(plan)
    yield plan._repr_html_()


@pytest.mark.parametrize(
    ("api", "said", "not_said"), [(Api.V2, "review", "at once"), (Api.V1, "at once, without review", "after review")]
)
def test_when_players_see_a_text_is_said_wherever_the_plan_is_shown(
    job: Job,
    simulator: Simulator,
    assert_contract: Callable[[list[Exchange]], None],
    api: Api,
    said: str,
    not_said: str,
) -> None:
    """In version 2 it opens a version that is reviewed, in version 1 it is there at once; on each row and in all."""
    make_live(simulator, released=True)
    for form in shown(job, simulator, api):
        assert said in form
        assert not_said not in form
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(("api", "released"), [(Api.V2, None), (Api.V2, False), (Api.V1, False)])
def test_of_a_draft_nothing_is_said(job: Job, simulator: Simulator, api: Api, released: bool | None) -> None:
    """What is not live changes as drafts do."""
    make_live(simulator, released=released)
    for form in shown(job, simulator, api):
        assert "at once" not in form
        assert "after review" not in form


@pytest.mark.parametrize("silent", [True, False], ids=["not-said", "no-release"])
def test_what_the_service_does_not_say_is_said(job: Job, simulator: Simulator, silent: bool) -> None:
    """Version 1 shows releases alone: without one the achievement may be live by a version, and the plan says so."""
    make_live(simulator, released=True if silent else None)
    if silent:
        at = "/data/0/relationships/releases"
        simulator.add_fault(Fault("edit", "GET", "gameCenterAchievements$", pointer=at, value_json="{}"))
    text, *_, short, html = shown(job, simulator, Api.V1)
    assert "2 texts are for achievements that may be live" in text
    assert "without review, if their achievements are live" in short
    assert "without review, if their achievements are live" in html


def test_a_text_for_the_draft_behind_a_live_version(job: Job, simulator: Simulator) -> None:
    """Where the next version is open already the text goes into that one, and needs review as well."""
    make_live(simulator, released=True)
    (achievement,) = simulator.store.all("gameCenterAchievements")
    with simulator.service.lock:
        from_live = simulator.store.children(achievement.id, "gameCenterAchievementVersions")
        assert [one.attributes["state"] for one in from_live] == ["LIVE"]
        world = simulator.service.world
        parents = {"gameCenterAchievements": achievement.id}
        state = {"version": 2, "state": "PREPARE_FOR_SUBMISSION"}
        draft = world.make("gameCenterAchievementVersions", state, parents, key="2")
        texts = {"locale": "en-US", **TEXTS}
        parents = {"gameCenterAchievementVersions": draft.id}
        world.make("gameCenterAchievementLocalizations", texts, parents, key="en-US")
    forms = list(shown(job, simulator, Api.V2))
    assert all("version that is not live yet" in form for form in forms[1:3])
    assert "go into their next versions" in forms[-2]
