"""A sheet that was edited after it went live: only what differs is sent, in either form of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from gcbulk.errors import PlanError
from gcbulk.records import Api, Json, PlanOptions
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.execution import make_plan
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Exchange
from jobs import Job, occurred

BOTH_APIS = pytest.mark.parametrize("api", list(Api), ids=str)
A = ("A", "com.example.a", 10, "No", "No")
B = ("B", "com.example.b", 20, "No", "No")
EN = ("com.example.a", "en-US", "Name", "Before", "After")
JA = ("com.example.a", "ja", "名前", "前", "後")
EDITABLE = ("PREPARE_FOR_SUBMISSION", "READY_FOR_REVIEW", "DEVELOPER_REJECTED", "REJECTED")
CLOSED = ("WAITING_FOR_REVIEW", "IN_REVIEW", "ACCEPTED", "PENDING_RELEASE", "LIVE")
AssertContract = Callable[[Iterable[Exchange]], None]
Simulate = Callable[..., Simulator]


def writes(simulator: Simulator, since: int = 0) -> list[Exchange]:
    """The exchanges that were to change something."""
    return [one for one in simulator.exchanges[since:] if one.method != "GET"]


def attributes(one: Exchange) -> Json:
    """What a request sent as attributes."""
    return one.request["data"].get("attributes")


def live(simulator: Simulator, key: str = "com.example.a") -> Json:
    """An achievement of the simulator."""
    everything = simulator.store.all("gameCenterAchievements")
    return next(one for one in everything if one.attributes["vendorIdentifier"] == key)


def texts(simulator: Simulator, number: int) -> dict[str, str]:
    """The names of the first achievement's version of that number, by locale."""
    versions = simulator.store.children(live(simulator).id, "gameCenterAchievementVersions")
    found = simulator.store.children(versions[number - 1].id, "gameCenterAchievementLocalizations")
    return {one.attributes["locale"]: one.attributes["name"] for one in found}


def push(
    job: Job, simulator: Simulator, options: PlanOptions, *, confirmed: int = 0, bundle_id: str = "com.example.game"
) -> Result:
    """Push with options, and so many deletions confirmed."""
    place = ReportTarget(rescue_dir=job.folder)
    service = job.service(simulator, bundle_id=bundle_id)
    return push_file(
        job.workbook,
        job.checked(),
        service,
        place,
        confirm=lambda plan: True,
        options=options,
        confirm_deletions=lambda plan: confirmed,
    )


@BOTH_APIS
@pytest.mark.parametrize(
    ("rows", "languages", "sent", "told"),
    [
        ([("A", "com.example.a", 15, "No", "No")], [EN, JA], {"points": 15}, "Points: 10 → 15"),
        ([("A2", *A[1:])], [EN, JA], {"referenceName": "A2"}, 'Reference Name: "A" → "A2"'),
        ([(*A[:3], "Yes", "No")], [EN, JA], {"showBeforeEarned": False}, "Show Before Earned: Yes → No"),
        (
            [A],
            [(*EN[:4], "Later"), JA],
            {"afterEarnedDescription": "Later"},
            'Earned Description: "After" → "Later"',
        ),
    ],
    ids=["points", "reference name", "hidden", "text"],
)
def test_an_edit_of_one_cell_sends_one_patch_with_one_attribute(
    job: Job,
    simulator: Simulator,
    assert_contract: AssertContract,
    api: Api,
    rows: list[tuple[object, ...]],
    languages: list[tuple[object, ...]],
    sent: Json,
    told: str,
) -> None:
    """Whatever cell was edited, one PATCH goes out with just its attribute, and the next push sends nothing."""
    job.fill([A, B], [EN, JA])
    job.push(simulator, api=api)
    before = len(simulator.exchanges)
    job.fill([*rows, B], languages)
    result = job.push(simulator, api=api)
    assert occurred(result.outcomes) == {"updated": 1, "unchanged": 3}
    assert result.exit == 0
    (one,) = writes(simulator, before)
    assert (one.method, one.status, attributes(one)) == ("PATCH", 200, sent)
    assert [line["Message"] for line in job.lines() if line["Outcome"] == "updated"] == [told]
    again = job.push(simulator, api=api)
    assert occurred(again.outcomes) == {"unchanged": 4}
    assert len(writes(simulator, before)) == 1
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("state", [*EDITABLE, *CLOSED])
@pytest.mark.parametrize("keeps", [True, False], ids=["texts-copied", "texts-not-copied"])
def test_a_text_changes_in_every_state_of_its_version(
    job: Job, simulate: Simulate, assert_contract: AssertContract, state: str, keeps: bool
) -> None:
    """Where the version is out of our hands a new one is opened, once, and no language gets lost."""
    simulator = simulate(Switches(new_version_keeps_texts=keeps), now=job.clock.time)
    job.fill([A], [EN, JA])
    job.push(simulator)
    simulator.add_localization(live(simulator), "fr-FR", name="Nom")  # not in the sheet
    simulator.move_version(live(simulator), state)
    before = len(simulator.exchanges)
    job.fill([A], [(*EN[:2], "New", *EN[3:]), JA])
    result = job.push(simulator)
    assert result.exit == 0, job.lines()
    opened = [one for one in writes(simulator, before) if one.path.endswith("Versions")]
    versions = simulator.store.children(live(simulator).id, "gameCenterAchievementVersions")
    assert len(opened) == len(versions) - 1 == (state in CLOSED)
    assert texts(simulator, len(versions)) == {"en-US": "New", "ja": "名前", "fr-FR": "Nom"}
    if state in CLOSED:
        assert texts(simulator, 1)["en-US"] == "Name", "what players see was changed"
    sent = len(writes(simulator, before))
    assert sent == (1 if state in EDITABLE else 2 if keeps else 4)
    again = job.push(simulator)
    assert occurred(again.outcomes) == {"unchanged": 3}
    assert len(writes(simulator, before)) == sent
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_points_of_a_live_achievement_need_no_version(job: Job, simulator: Simulator, api: Api) -> None:
    """What stands on the achievement itself is changed there, whatever its version's state."""
    job.fill([A], [EN])
    job.push(simulator, api=api)
    simulator.move_version(live(simulator), "LIVE")
    job.fill([("A", "com.example.a", 30, "No", "No")], [EN])
    assert occurred(job.push(simulator, api=api).outcomes) == {"updated": 1, "unchanged": 1}
    assert len(simulator.store.children(live(simulator).id, "gameCenterAchievementVersions")) == 1


def test_a_new_language_of_a_live_achievement_goes_into_a_new_version(job: Job, simulator: Simulator) -> None:
    """A localization that is created needs a version in our hands just as one that is changed."""
    job.fill([A], [EN])
    job.push(simulator)
    simulator.move_version(live(simulator), "LIVE")
    job.fill([A], [EN, JA])
    assert occurred(job.push(simulator).outcomes) == {"created": 2, "unchanged": 2}
    assert texts(simulator, 2) == {"en-US": "Name", "ja": "名前"}


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
@pytest.mark.parametrize("lag_s", [0, 50], ids=["listed-at-once", "listed-late"])
def test_a_version_whose_opening_got_no_answer_is_not_opened_twice(
    job: Job, simulate: Simulate, applied: bool, lag_s: float
) -> None:
    """Opening a version is settled like a create: after the wait a listing tells, and only then it is sent again."""
    simulator = simulate(Switches(list_lag_s=0), now=job.clock.time)
    job.fill([A], [EN, JA])
    job.push(simulator)
    simulator.move_version(live(simulator), "LIVE")
    simulator.change(list_lag_s=lag_s)
    job.clock.wait(100, job.service(simulator).session.stop)
    simulator.add_fault(Fault("status", method="POST", path="Versions$", times=1, status=502, applied=applied))
    job.fill([A], [(*EN[:2], "New", *EN[3:]), JA])
    result = job.push(simulator)
    assert result.exit == 0, job.lines()
    assert len(simulator.store.children(live(simulator).id, "gameCenterAchievementVersions")) == 2
    assert texts(simulator, 2) == {"en-US": "New", "ja": "名前"}


def test_a_refused_version_is_told_with_what_waits_for_it(job: Job, simulate: Simulate) -> None:
    """Where the service does not open a version, its row says why and the texts that need it are blocked."""
    simulator = simulate(now=job.clock.time)
    job.fill([A], [EN, JA])
    job.push(simulator)
    simulator.move_version(live(simulator), "IN_REVIEW")
    simulator.add_fault(Fault("status", method="POST", path="Versions$", status=409, code="STATE_ERROR.IN_REVIEW"))
    job.fill([A], [(*EN[:2], "New", *EN[3:]), JA])
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"rejected": 1, "blocked": 1, "unchanged": 2}
    assert result.exit == 3


@BOTH_APIS
@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
def test_a_change_without_an_answer_is_settled(
    job: Job, simulate: Simulate, assert_contract: AssertContract, api: Api, applied: bool
) -> None:
    """The same PATCH may go twice; when no answer comes at all, a later look tells whether it was applied."""
    simulator = simulate(now=job.clock.time)
    job.fill([A], [EN])
    job.push(simulator, api=api)
    simulator.add_fault(Fault("status", method="PATCH", times=6, status=502, applied=applied))
    job.fill([("A", "com.example.a", 30, "No", "No")], [EN])
    result = job.push(simulator, api=api)
    assert occurred(result.outcomes) == ({"adopted": 1} if applied else {"updated": 1}) | {"unchanged": 1}
    assert live(simulator).attributes["points"] == 30
    assert_contract(one for one in simulator.exchanges if one.status < 500)


def test_a_change_that_the_service_refuses_is_that_row_alone(job: Job, simulate: Simulate) -> None:
    """A refused change of an achievement keeps none of its texts from being changed."""
    simulator = simulate(now=job.clock.time)
    job.fill([A], [EN])
    job.push(simulator)
    simulator.add_fault(
        Fault("status", method="PATCH", path="Achievements/", status=409, code="ENTITY_ERROR.INVALID_TOTAL_APP_POINTS")
    )
    job.fill([("A", "com.example.a", 30, "No", "No")], [(*EN[:2], "New", *EN[3:])])
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"rejected": 1, "updated": 1}
    assert result.exit == 3


def test_points_are_given_back_before_they_are_used(job: Job, simulator: Simulator) -> None:
    """Moving points from one achievement to another passes the app's limit at no time."""
    rows = [(f"A{n}", f"com.example.a{n}", 100, "No", "No") for n in range(9)]
    job.fill([("X", "com.example.x", 10, "No", "No"), *rows, ("Y", "com.example.y", 90, "No", "No")])
    job.push(simulator)
    job.fill([("X", "com.example.x", 90, "No", "No"), *rows, ("Y", "com.example.y", 10, "No", "No")])
    assert occurred(job.push(simulator).outcomes) == {"updated": 2, "unchanged": 9}


@BOTH_APIS
def test_archiving_and_back(job: Job, simulator: Simulator, assert_contract: AssertContract, api: Api) -> None:
    """A column Archived archives and brings back, one PATCH each; an empty cell leaves it as it is."""
    job.fill([(*A, None), B], [EN], more=["Archived"])
    job.push(simulator, api=api)
    before = len(simulator.exchanges)
    for cell, archived, outcome in [
        ("Yes", True, {"updated": 1, "unchanged": 2}),
        ("Yes", True, {"unchanged": 3}),
        (None, True, {"conflict": 1, "unchanged": 2}),
        ("No", False, {"updated": 1, "unchanged": 2}),
        (None, False, {"unchanged": 3}),
    ]:
        job.fill([(*A, cell), B], [EN], more=["Archived"])
        assert occurred(job.push(simulator, api=api).outcomes) == outcome
        assert live(simulator).attributes["archived"] is archived
    assert [attributes(one) for one in writes(simulator, before)] == [{"archived": True}, {"archived": False}]
    assert_contract(simulator.exchanges)


def test_nothing_is_created_to_be_archived(job: Job, simulator: Simulator) -> None:
    """A row that says archived and is not live is told, and not created; what hangs on it waits."""
    job.fill([(*A, "Yes"), (*B, "No")], [EN], more=["Archived"])
    assert occurred(job.push(simulator).outcomes) == {"conflict": 1, "blocked": 1, "created": 1}


def test_what_the_sheet_does_not_have_is_told_and_left_alone(job: Job, simulator: Simulator) -> None:
    """Without being asked nothing is deleted, however much the sheet lacks."""
    job.fill([A, B], [EN, JA])
    job.push(simulator)
    before = simulator.ledger.writes()
    job.fill([A], [EN])
    plan = make_plan(job.checked(), job.service(simulator))
    assert [(step.word, step.name) for step in plan.missing] == [
        ("achievement", "com.example.b"),
        ("localization", "com.example.a / ja"),
    ]
    assert plan.counts["missing"] == 2
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 2}
    assert simulator.ledger.writes() == before


def test_drafts_are_deleted_when_their_number_is_confirmed(
    job: Job, simulator: Simulator, assert_contract: AssertContract
) -> None:
    """--delete-missing deletes drafts, and says of the others why not; a wrong number deletes nothing."""
    job.fill([A, B, ("C", "com.example.c", 1, "No", "No")], [EN])
    job.push(simulator)
    simulator.move_version(live(simulator, "com.example.c"), "LIVE")
    job.fill([A], [EN])
    before = simulator.ledger.writes()
    for wrong in (0, 2):
        with pytest.raises(PlanError, match="deletes 1 achievement"):
            push(job, simulator, PlanOptions(delete_missing=True), confirmed=wrong)
    assert simulator.ledger.writes() == before
    result = push(job, simulator, PlanOptions(delete_missing=True), confirmed=1)
    assert occurred(result.outcomes) == {"deleted": 1, "conflict": 1, "unchanged": 2}
    assert result.exit == 3
    lines = {line["Key"]: line for line in job.lines()}
    assert lines["com.example.b"]["Sheet"] is None
    assert "Archived" in str(lines["com.example.c"]["Message"])
    left = [one.attributes["vendorIdentifier"] for one in simulator.store.all("gameCenterAchievements")]
    assert left == ["com.example.a", "com.example.c"]
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
def test_a_delete_without_an_answer_is_settled(job: Job, simulate: Simulate, applied: bool) -> None:
    """What is gone is told as deleted, however the answers got lost."""
    simulator = simulate(now=job.clock.time)
    job.fill([A, B])
    job.push(simulator)
    simulator.add_fault(Fault("status", method="DELETE", times=1, status=502, applied=applied))
    job.fill([A])
    result = push(job, simulator, PlanOptions(delete_missing=True), confirmed=1)
    assert occurred(result.outcomes) == {"deleted": 1, "unchanged": 1}


def test_nothing_is_deleted_while_rows_are_wrong(job: Job, simulator: Simulator) -> None:
    """A row with an error may be the one that seems to be missing."""
    job.fill([A, B])
    job.push(simulator)
    job.fill([A, ("B", "com.example.b!", 20, "No", "No")])
    with pytest.raises(PlanError, match="Nothing can be deleted"):
        push(job, simulator, PlanOptions(delete_missing=True), confirmed=1)


@pytest.mark.parametrize("group", [None, "Saga"], ids=["detail", "group"])
def test_the_sheets_order_becomes_the_display_order(
    job: Job, simulate: Simulate, assert_contract: AssertContract, group: str | None
) -> None:
    """One request sets the whole order, new ones in their place and those the sheet lacks at the end, if it differs."""
    simulator = simulate(now=job.clock.time)
    bundle_id = "com.example.grouped"
    simulator.add_app(bundle_id=bundle_id, group=group)
    rows = {name: (name, f"com.example.{name}", 5, "No", "No") for name in "abcde"}
    job.fill([rows[name] for name in "abcd"])
    push(job, simulator, PlanOptions(), bundle_id=bundle_id)
    before = len(simulator.exchanges)
    job.fill([rows[name] for name in "dea"])
    result = push(job, simulator, PlanOptions(reorder=True), bundle_id=bundle_id)
    assert occurred(result.outcomes) == {"created": 1, "updated": 1, "unchanged": 2}
    places = simulator.store.all("gameCenterGroups" if group else "gameCenterDetails")
    held = simulator.store.children(places[-1].id, "gameCenterAchievements")
    assert [one.attributes["referenceName"] for one in held] == ["d", "e", "a", "b", "c"]
    assert [one.method for one in writes(simulator, before)] == ["POST", "PATCH"]
    again = push(job, simulator, PlanOptions(reorder=True), bundle_id=bundle_id)
    assert occurred(again.outcomes) == {"unchanged": 3}
    assert len(writes(simulator, before)) == 2
    assert_contract(simulator.exchanges)
