"""A kind of thing is one declaration: what is declared here, and nowhere else, is served like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Exchange, Json
from gcbulk.simulator.families import ARCHIVED, Family
from gcbulk.simulator.handle import build
from gcbulk.simulator.kinds import FAMILIES
from gcbulk.simulator.model import FIXED, Attribute

TROPHIES = Family(
    stem="gameCenterTrophy",
    type="gameCenterTrophies",
    noun="trophy",
    nouns="trophies",
    attributes=(
        Attribute("referenceName", required=True, max_length=10),
        Attribute("vendorIdentifier", required=True, on=FIXED),
        Attribute("metal", required=True, choices=("GOLD", "TIN")),
        ARCHIVED,
    ),
    texts=(Attribute("name", required=True),),
    max_per_owner=2,
    versioned="/v1",
)
PATH = "/v1/gameCenterTrophies"


@pytest.fixture
def cabinet(tmp_path: Path) -> Simulator:
    """A simulator that knows trophies beside everything else."""
    families = (*FAMILIES, TROPHIES)
    return build(
        Switches(), base_url="http://127.0.0.1:1", key_dir=tmp_path, state=None, clock=lambda: 1e9, families=families
    )


def linked(kind: str, key: str) -> Json:
    """Give a relationship to one resource."""
    return {"data": {"type": kind, "id": key}}


def create(simulator: Simulator, kind: str, attributes: Json, **relationships: Json) -> Exchange:
    """Create a resource."""
    data = {"type": kind, "attributes": attributes, "relationships": relationships}
    return simulator.ask("POST", f"/v1/{kind}", {"data": data})


def award(simulator: Simulator, identifier: str = "cup", **attributes: Json) -> Exchange:
    """Create a trophy with its first version."""
    inline = {"type": "gameCenterTrophyVersions", "id": "${v}"}
    given = {"referenceName": "Cup", "vendorIdentifier": identifier, "metal": "TIN"} | attributes
    owner = linked("gameCenterDetails", simulator.app.detail or "")
    data = {"type": TROPHIES.type, "attributes": given}
    data |= {"relationships": {"gameCenterDetail": owner, "versions": {"data": [inline]}}}
    return simulator.ask("POST", PATH, {"data": data, "included": [inline]})


def code(exchange: Exchange) -> str:
    """Give the code of a refusal."""
    return str(exchange.response["errors"][0]["code"])


def test_a_declared_kind_goes_its_whole_way(cabinet: Simulator) -> None:
    """A new kind is created, localized, given an image, listed, put in order and sent to review."""
    trophy = award(cabinet).response["data"]
    version = trophy["relationships"]["versions"]["data"][0]["id"]
    text = create(
        cabinet,
        "gameCenterTrophyLocalizations",
        {"locale": "ja", "name": "杯"},
        version=linked("gameCenterTrophyVersions", version),
    ).response["data"]
    image = create(
        cabinet,
        "gameCenterTrophyImages",
        {"fileName": "cup.png", "fileSize": 9},
        localization=linked("gameCenterTrophyLocalizations", text["id"]),
    )
    assert image.response["data"]["attributes"]["assetDeliveryState"]["state"] == "AWAITING_UPLOAD"
    other = award(cabinet, "bowl").response["data"]
    home = f"/v1/gameCenterDetails/{cabinet.app.detail}"
    order = {"data": [{"type": TROPHIES.type, "id": each["id"]} for each in (other, trophy)]}
    assert cabinet.ask("PATCH", f"{home}/relationships/gameCenterTrophies", order).status == 204
    listed = cabinet.ask("GET", f"{home}/gameCenterTrophies?include=versions").response
    assert [each["attributes"]["vendorIdentifier"] for each in listed["data"]] == ["bowl", "cup"]
    assert len(listed["included"]) == 2
    review = create(cabinet, "reviewSubmissions", {}, app=linked("apps", cabinet.app.app)).response["data"]
    item = create(
        cabinet,
        "reviewSubmissionItems",
        {},
        reviewSubmission=linked("reviewSubmissions", review["id"]),
        gameCenterTrophyVersion=linked("gameCenterTrophyVersions", version),
    )
    assert item.status == 201
    assert cabinet.ask("DELETE", f"{PATH}/{trophy['id']}").status == 409
    assert cabinet.ask("DELETE", f"{PATH}/{other['id']}").status == 204
    assert cabinet.ledger.duplicates(TROPHIES.type) == {}
    assert cabinet.unhandled == []


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"metal": "BRASS"}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"metal": 1}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"metal": None}, "ENTITY_ERROR.ATTRIBUTE.REQUIRED"),
        ({"referenceName": "a long name"}, "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG"),
        ({"archived": True}, "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"),
        ({"vendorIdentifier": "cup"}, "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"),
    ],
)
def test_the_limits_of_a_declared_kind_hold(cabinet: Simulator, attributes: Json, expected: str) -> None:
    """Types, choices, lengths and what is fixed come from the declaration, uniqueness from the family."""
    award(cabinet, "cup")
    assert code(award(cabinet, "bowl", **attributes)) == expected


def test_an_owner_has_only_so_many_of_a_declared_kind(cabinet: Simulator) -> None:
    """The limit counts what is not archived, and the error names the kind."""
    first = award(cabinet, "a").response["data"]["id"]
    award(cabinet, "b")
    assert code(award(cabinet, "c")) == "ENTITY_ERROR.TOO_MANY_TROPHIES"
    archive = {"data": {"type": TROPHIES.type, "id": first, "attributes": {"archived": True}}}
    assert cabinet.ask("PATCH", f"{PATH}/{first}", archive).status == 200
    assert award(cabinet, "c").status == 201


def test_a_declared_kind_is_put_there_by_hand(cabinet: Simulator) -> None:
    """A test or a demo puts an object of any family there, gives it a text, and moves its version on."""
    cup = cabinet.add_thing(TROPHIES.type, "cup", metal="GOLD")
    cabinet.add_localization(cup, "ja", name="杯")
    assert cabinet.move_version(cup, "LIVE").attributes == {"version": 1, "state": "LIVE"}
    found = cabinet.ask("GET", f"{PATH}/{cup.id}").response["data"]["attributes"]
    assert found == {"referenceName": "cup", "vendorIdentifier": "cup", "metal": "GOLD", "archived": False}
