from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Json

PATH = "/v1/gameCenterPlayerAchievementSubmissions"
SCORES = "/v1/gameCenterLeaderboardEntrySubmissions"
PLACE = ("com.example.game", "quest.first", "A:_0123456789abcdef0123456789abcdef")


def test_a_submission_is_echoed_with_nulls_for_what_was_left_out(
    simulator: Simulator, submission: Callable[..., Json], assert_contract: Callable[..., None]
) -> None:
    """The answer is 201 with every attribute, as Apple's documented example has it, and the ledger has it."""
    simulator.add_achievement("quest.first")
    body = submission(30, submittedDate="2026-11-22T07:00:00Z")
    answer = simulator.ask("POST", PATH, body)
    assert answer.status == 201
    given = body["data"]["attributes"] | {"challengeIds": None, "preReleased": None}
    assert answer.response["data"]["attributes"] == given
    (applied,) = simulator.ledger.submitted
    assert (applied.id, applied.value, applied.submitted_at) == (
        answer.response["data"]["id"],
        30,
        "2026-11-22T07:00:00Z",
    )
    assert simulator.store.progress == {PLACE: 30}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"percentageAchieved": -1}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"percentageAchieved": 101}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"percentageAchieved": "30"}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"scopedPlayerId": "T:_0123"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"scopedPlayerId": "G:123"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"bundleId": "com.example.none"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"vendorIdentifier": "quest.none"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"submittedDate": "yesterday"}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"submittedDate": "2026-11-22T07:00:00"}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"challengeIds": [1]}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"preReleased": "yes"}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
    ],
    ids=str,
)
def test_a_submission_that_breaks_a_rule_is_refused(
    simulator: Simulator, submission: Callable[..., Json], attributes: dict[str, Json], code: str
) -> None:
    """Each rule points at its attribute, and nothing is applied."""
    simulator.add_achievement("quest.first")
    refused = simulator.ask("POST", PATH, submission(**attributes))
    assert refused.status == 409
    (error,) = refused.response["errors"]
    assert (error["code"], error["source"]["pointer"]) == (code, f"/data/attributes/{next(iter(attributes))}")
    assert simulator.ledger.submitted == []


def test_achievements_need_not_be_there_where_the_switch_says_so(
    simulate: Callable[..., Simulator], submission: Callable[..., Json]
) -> None:
    """Whether the service compares the identifier with the app's achievements is not known."""
    simulator = simulate(Switches(check_submissions=False))
    assert simulator.ask("POST", PATH, submission(100)).status == 201
    simulator.add_app(bundle_id="com.example.off", game_center=False)
    assert simulator.ask("POST", PATH, submission(100, bundleId="com.example.off")).status == 201


@pytest.mark.parametrize("lowers", [True, False], ids=["lowers", "keeps the highest"])
def test_a_lower_percentage(simulate: Callable[..., Simulator], submission: Callable[..., Json], lowers: bool) -> None:
    """A lower percentage overwrites a player's progress, or does not, as the switch says."""
    simulator = simulate(Switches(lower_percentage_lowers=lowers))
    simulator.add_achievement("quest.first")
    for percentage in (80, 20):
        simulator.ask("POST", PATH, submission(percentage))
    assert simulator.store.progress == {PLACE: 20 if lowers else 80}


@pytest.mark.parametrize(
    ("repeatable", "counts", "times"), [(True, True, 2), (True, False, 1), (False, True, 1)], ids=str
)
def test_a_second_completion(
    simulate: Callable[..., Simulator],
    submission: Callable[..., Json],
    repeatable: bool,
    counts: bool,
    times: int,
) -> None:
    """A second 100 % counts again only for a repeatable achievement, and only as the switch says."""
    simulator = simulate(Switches(repeat_counts=counts))
    simulator.add_achievement("quest.first", repeatable=repeatable)
    for _ in range(2):
        simulator.ask("POST", PATH, submission(100))
    assert simulator.store.completions == {PLACE: times}


def test_submissions_find_achievements_of_the_apps_group(simulator: Simulator, submission: Callable[..., Json]) -> None:
    """The achievements of an app in a group are those of the group."""
    group = simulator.add_app(bundle_id="com.example.other", group="Saga").group
    simulator.add_achievement("quest.first", owner=group)
    assert simulator.ask("POST", PATH, submission(bundleId="com.example.other")).status == 201
    assert simulator.ask("POST", PATH, submission()).status == 409


def score(**attributes: Json) -> Json:
    """Make the body of a score."""
    given = {
        "bundleId": "com.example.game",
        "vendorIdentifier": "board",
        "scopedPlayerId": PLACE[2],
        "score": "12.50",
    }
    return {"data": {"type": "gameCenterLeaderboardEntrySubmissions", "attributes": given | attributes}}


def test_a_score_is_a_number_in_a_string(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """A score comes back as it was sent, with its context."""
    answer = simulator.ask("POST", SCORES, score(context="-3"))
    assert answer.status == 201
    assert answer.response["data"]["attributes"]["score"] == "12.50"
    assert simulator.ledger.submitted[0].value == "12.50"
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    "attributes", [{"score": 12}, {"score": "12,5"}, {"context": "many"}, {"bundleId": "com.example.none"}], ids=str
)
def test_a_score_that_is_none_is_refused(simulator: Simulator, attributes: dict[str, Json]) -> None:
    """A score as a JSON number, or no number at all, is refused."""
    refused = simulator.ask("POST", SCORES, score(**attributes))
    pointer = refused.response["errors"][0]["source"]["pointer"]
    assert (refused.status, pointer) == (409, f"/data/attributes/{next(iter(attributes))}")
