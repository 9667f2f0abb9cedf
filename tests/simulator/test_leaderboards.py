"""Leaderboards of the simulator: what is taken, what is refused, and that Apple's description fits both ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Exchange, Json

TYPE = "gameCenterLeaderboards"
BEST = {
    "referenceName": "Best",
    "vendorIdentifier": "best",
    "defaultFormatter": "INTEGER",
    "submissionType": "BEST_SCORE",
    "scoreSortType": "DESC",
}
RECURRING = {
    "recurrenceStartDate": "2026-02-01T00:00:00Z",
    "recurrenceDuration": "P1D",
    "recurrenceRule": "FREQ=DAILY;INTERVAL=1",
}
AssertContract = Callable[..., None]


def create(simulator: Simulator, version: str = "v2", **attributes: Json) -> Exchange:
    """Ask for a leaderboard in the app's detail."""
    owner = {"data": {"type": "gameCenterDetails", "id": simulator.app.detail}}
    data: Json = {"type": TYPE, "attributes": BEST | attributes, "relationships": {"gameCenterDetail": owner}}
    body: Json = {"data": data}
    if version == "v2":
        inline = {"type": "gameCenterLeaderboardVersions", "id": "${v1}"}
        data["relationships"]["versions"] = {"data": [inline]}
        body["included"] = [inline]
    return simulator.ask("POST", f"/{version}/{TYPE}", body)


def change(simulator: Simulator, key: str, **attributes: Json) -> Exchange:
    """Ask for a change of a leaderboard."""
    data = {"type": TYPE, "id": key, "attributes": attributes}
    return simulator.ask("PATCH", f"/v2/{TYPE}/{key}", {"data": data})


def errors(exchange: Exchange) -> list[tuple[str, str]]:
    """The code and what it points at of each error of a refusal."""
    assert exchange.status == 409
    return [(one["code"], one["source"]["pointer"].rpartition("/")[2]) for one in exchange.response["errors"]]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_created_leaderboard_is_there_in_both_versions_of_the_api(
    simulator: Simulator, version: str, assert_contract: AssertContract
) -> None:
    """A create answers with every attribute, and either version lists the leaderboard and reads it."""
    more = {"scoreRangeStart": "-5", "scoreRangeEnd": "5", "visibility": "HIDE_FOR_ALL", **RECURRING}
    made = create(simulator, version, **more)
    assert made.status == 201
    key = made.response["data"]["id"]
    for path in (f"/v1/{TYPE}/{key}", f"/v2/{TYPE}/{key}"):
        assert simulator.ask("GET", path).response["data"]["attributes"] == BEST | more | {"archived": False}
    for name in (TYPE, f"{TYPE}V2"):
        listed = simulator.ask("GET", f"/v1/gameCenterDetails/{simulator.app.detail}/{name}").response
        assert [one["id"] for one in listed["data"]] == [key]
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    ("attributes", "refused"),
    [
        ({"archived": True}, [("ENTITY_ERROR.ATTRIBUTE.UNKNOWN", "archived")]),
        ({"defaultFormatter": "MONEY"}, [("ENTITY_ERROR.ATTRIBUTE.TYPE", "defaultFormatter")]),
        ({"scoreSortType": "ASCENDING"}, [("ENTITY_ERROR.ATTRIBUTE.TYPE", "scoreSortType")]),
        ({"scoreRangeStart": 5, "scoreRangeEnd": "9"}, [("ENTITY_ERROR.ATTRIBUTE.TYPE", "scoreRangeStart")]),
        ({"scoreRangeStart": "5"}, [("ENTITY_ERROR.ATTRIBUTE.REQUIRED", "scoreRangeEnd")]),
        ({"scoreRangeStart": "5", "scoreRangeEnd": "5"}, [("ENTITY_ERROR.ATTRIBUTE.INVALID", "scoreRangeEnd")]),
        (
            {"scoreRangeStart": "0", "scoreRangeEnd": str(2**63)},
            [("ENTITY_ERROR.ATTRIBUTE.INVALID", "scoreRangeStart")],
        ),
        (
            {"recurrenceRule": "FREQ=DAILY"},
            [
                ("ENTITY_ERROR.ATTRIBUTE.REQUIRED", "recurrenceStartDate"),
                ("ENTITY_ERROR.ATTRIBUTE.REQUIRED", "recurrenceDuration"),
            ],
        ),
        ({**RECURRING, "recurrenceDuration": "P2D"}, [("ENTITY_ERROR.ATTRIBUTE.INVALID", "recurrenceRule")]),
        ({**RECURRING, "recurrenceDuration": "PT4M"}, [("ENTITY_ERROR.ATTRIBUTE.INVALID", "recurrenceDuration")]),
        ({**RECURRING, "recurrenceDuration": "P1M"}, [("ENTITY_ERROR.ATTRIBUTE.INVALID", "recurrenceDuration")]),
        ({**RECURRING, "recurrenceRule": "FREQ=MONTHLY"}, [("ENTITY_ERROR.ATTRIBUTE.INVALID", "recurrenceRule")]),
    ],
    ids=str,
)
def test_what_is_refused(simulator: Simulator, attributes: Json, refused: list[tuple[str, str]]) -> None:
    """Half a range, half a recurrence, and values that no leaderboard has are refused with what they are about."""
    assert errors(create(simulator, **attributes)) == refused
    assert simulator.store.all(TYPE) == []


def test_a_change_is_judged_with_what_is_there(simulator: Simulator, assert_contract: AssertContract) -> None:
    """One end of a range may be changed beside the other, and never past it; an id can never be changed."""
    key = create(simulator, scoreRangeStart="0", scoreRangeEnd="10").response["data"]["id"]
    assert change(simulator, key, scoreRangeEnd="20").status == 200
    assert errors(change(simulator, key, scoreRangeEnd="-1")) == [("ENTITY_ERROR.ATTRIBUTE.INVALID", "scoreRangeEnd")]
    assert errors(change(simulator, key, scoreRangeEnd=None)) == [("ENTITY_ERROR.ATTRIBUTE.REQUIRED", "scoreRangeEnd")]
    assert change(simulator, key, archived=True).response["data"]["attributes"]["archived"] is True
    assert_contract(simulator.exchanges)
    assert errors(change(simulator, key, vendorIdentifier="other")) == [
        ("ENTITY_ERROR.ATTRIBUTE.UNKNOWN", "vendorIdentifier")
    ]


def test_without_sets_an_app_has_a_hundred(simulator: Simulator) -> None:
    """The hundred and first leaderboard is refused; one that is archived makes room."""
    for number in range(100):
        assert create(simulator, vendorIdentifier=f"lb.{number}").status == 201
    assert errors(create(simulator)) == [("ENTITY_ERROR.TOO_MANY_LEADERBOARDS", "data")]
    change(simulator, simulator.store.all(TYPE)[0].id, archived=True)
    assert create(simulator).status == 201


def test_a_localization_needs_a_name_alone(simulator: Simulator, assert_contract: AssertContract) -> None:
    """Suffixes, description and format are optional, and a suffix keeps its blank."""
    create(simulator)
    (item,) = simulator.store.all(TYPE)
    (version,) = simulator.store.children(item.id, "gameCenterLeaderboardVersions")
    parent = {"version": {"data": {"type": version.type, "id": version.id}}}
    for attributes in ({"locale": "ja", "name": "N"}, {"locale": "ko", "name": "N", "formatterSuffix": " pts"}):
        data = {"type": "gameCenterLeaderboardLocalizations", "attributes": attributes, "relationships": parent}
        made = simulator.ask("POST", "/v2/gameCenterLeaderboardLocalizations", {"data": data})
        assert (made.status, made.response["data"]["attributes"]) == (201, attributes)
    assert_contract(simulator.exchanges)
