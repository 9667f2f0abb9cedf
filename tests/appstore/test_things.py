"""Achievements on the wire: bodies member for member as Apple documents them, and listings read back."""

from __future__ import annotations

from typing import Protocol

import orjson
import pytest

from gcbulk.appstore import apps, images, live_things, reviews, things, versions
from gcbulk.appstore.calls import Call, Reply
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import (
    Api,
    Attribute,
    Form,
    ImageResource,
    Json,
    LiveImage,
    LiveLocalization,
    LiveThing,
    LiveVersion,
    Noun,
    ReleaseResource,
    Resource,
    Role,
    Target,
    TextResource,
)
from gcbulk.simulator.exchange import Exchange

DETAIL = Target(bundle_id="com.example.game", app_name="Game", detail_id="d1")
GROUP = Target(bundle_id="com.example.game", app_name="Game", detail_id="d1", group_id="g1")
ATTRIBUTES = {
    "reference_name": "First Quest",
    "vendor_identifier": "quest.first",
    "points": 10,
    "show_before_earned": True,
    "repeatable": False,
}
WIRE = {
    "referenceName": "First Quest",
    "vendorIdentifier": "quest.first",
    "points": 10,
    "showBeforeEarned": True,
    "repeatable": False,
}
WORDS = {
    "locale": "es-ES",
    "name": "Primera misión",
    "before_earned_description": "Termina una misión.",
    "after_earned_description": "¡Hecho!",
}
WIRE_WORDS = {
    "locale": "es-ES",
    "name": "Primera misión",
    "beforeEarnedDescription": "Termina una misión.",
    "afterEarnedDescription": "¡Hecho!",
}


class AssertContract(Protocol):
    """What tests/conftest.py gives."""

    def __call__(self, exchanges: list[Exchange]) -> None: ...


def linked(kind: str, resource_id: str) -> Json:
    """Give a relationship to one resource."""
    return {"data": {"type": kind, "id": resource_id}}


@pytest.mark.parametrize(
    ("target", "name", "owner"),
    [
        pytest.param(DETAIL, "gameCenterDetail", linked("gameCenterDetails", "d1"), id="detail"),
        pytest.param(GROUP, "gameCenterGroup", linked("gameCenterGroups", "g1"), id="group"),
    ],
)
def test_create_v1(target: Target, name: str, owner: Json) -> None:
    """The v1 create is Apple's "Create an achievement": URL, members and types, and nothing more."""
    call = things.create(RESOURCE, Api.V1, target, ATTRIBUTES)
    assert (call.method, call.path, call.params, call.repeatable) == ("POST", "/v1/gameCenterAchievements", (), False)
    assert orjson.loads(call.body or b"") == {
        "data": {"type": "gameCenterAchievements", "attributes": WIRE, "relationships": {name: owner}}
    }


@pytest.mark.parametrize(
    ("target", "name", "owner"),
    [
        pytest.param(DETAIL, "gameCenterDetail", linked("gameCenterDetails", "d1"), id="detail"),
        pytest.param(GROUP, "gameCenterGroup", linked("gameCenterGroups", "g1"), id="group"),
    ],
)
def test_create_v2(target: Target, name: str, owner: Json) -> None:
    """The v2 create brings its first version along under one local id, named in both places."""
    call = things.create(RESOURCE, Api.V2, target, ATTRIBUTES)
    version = {"type": "gameCenterAchievementVersions", "id": "${v1}"}
    assert (call.method, call.path, call.params, call.repeatable) == ("POST", "/v2/gameCenterAchievements", (), False)
    assert orjson.loads(call.body or b"") == {
        "data": {
            "type": "gameCenterAchievements",
            "attributes": WIRE,
            "relationships": {name: owner, "versions": {"data": [version]}},
        },
        "included": [version],
    }


@pytest.mark.parametrize(
    ("api", "name", "parent"),
    [
        pytest.param(Api.V1, "gameCenterAchievement", linked("gameCenterAchievements", "p1"), id="v1"),
        pytest.param(Api.V2, "version", linked("gameCenterAchievementVersions", "p1"), id="v2"),
    ],
)
def test_create_localization(api: Api, name: str, parent: Json) -> None:
    """A localization hangs on the achievement in v1 and on its version in v2."""
    call = things.create_text(RESOURCE, api, "p1", WORDS)
    assert (call.method, call.path, call.repeatable) == ("POST", f"/{api}/gameCenterAchievementLocalizations", False)
    assert orjson.loads(call.body or b"") == {
        "data": {
            "type": "gameCenterAchievementLocalizations",
            "attributes": WIRE_WORDS,
            "relationships": {name: parent},
        }
    }


REQUESTS = [
    *(things.create(RESOURCE, api, target, ATTRIBUTES) for api in Api for target in (DETAIL, GROUP)),
    *(things.create_text(RESOURCE, api, "p1", WORDS) for api in Api),
    *(things.list_things(RESOURCE, api, target) for api in Api for target in (DETAIL, GROUP)),
    things.list_texts(RESOURCE, Api.V2, "v1"),
    *(things.update(RESOURCE, api, Role.THING, "a1", {"points": 5, "archived": True}) for api in Api),
    *(things.update(RESOURCE, api, Role.TEXT, "l1", {"name": "N"}) for api in Api),
    *(things.remove(RESOURCE, api, "a1") for api in Api),
    *(things.display_order(RESOURCE, api, target) for api in Api for target in (DETAIL, GROUP)),
    *(things.set_order(RESOURCE, api, target, ["a1"]) for api in Api for target in (DETAIL, GROUP)),
    things.list_texts(RESOURCE, Api.V1, "a1"),
    versions.versions_of(RESOURCE, Api.V2, "a1"),
    versions.open_version(RESOURCE, Api.V2, "a1"),
    apps.find_app("com.example.game"),
    apps.detail_of_app("a1"),
    apps.detail("d1"),
]


@pytest.mark.parametrize("call", REQUESTS, ids=[f"{call.method} {call.path}" for call in REQUESTS])
def test_calls_fit_apples_description(call: Call, assert_contract: AssertContract) -> None:
    """Every call, its parameters and its body fit Apple's API description, with no member that it does not name."""
    exchange = Exchange(
        method=call.method,
        path=call.path,
        query="&".join(f"{name}={value}" for name, value in call.params),
        request_headers={},
        request=orjson.loads(call.body) if call.body else None,
        status=200,
        response=None,
        tampered=True,
    )
    assert_contract([exchange])


def first_of(exchange: images.Exchange[images.Delivered]) -> Call:
    """Give the first call of an exchange."""
    call = next(exchange)
    assert isinstance(call, Call)
    return call


LEADERBOARD = Resource(
    kind="leaderboard",
    noun=Noun("leaderboard", "leaderboards", key="Leaderboard ID"),
    words={role: f"leaderboard {role}" for role in Role},
    type="gameCenterLeaderboards",
    version_type="gameCenterLeaderboardVersions",
    attributes=(Attribute(name="reference_name"), Attribute(name="vendor_identifier")),
    text=TextResource(type="gameCenterLeaderboardLocalizations", attributes=(Attribute(name="locale"),)),
    image=ImageResource(type="gameCenterLeaderboardImages"),
    release=ReleaseResource(
        type="gameCenterLeaderboardReleases", listed="leaderboardReleases", parent="gameCenterLeaderboard"
    ),
    review_item="gameCenterLeaderboardVersion",
    forms={
        Api.V2: Form(
            root="/v2",
            listed="gameCenterLeaderboardsV2",
            parent="version",
            version_parent="leaderboard",
            image="image",
            image_parent="localization",
        )
    },
)
BOARD = {
    "default_formatter": "INTEGER",
    "reference_name": "Best",
    "vendor_identifier": "best",
    "submission_type": "BEST_SCORE",
    "score_sort_type": "DESC",
}
OF_LEADERBOARDS = [
    things.create(LEADERBOARD, Api.V2, GROUP, BOARD),
    things.create_text(LEADERBOARD, Api.V2, "v1", {"locale": "ja", "name": "N"}),
    things.update(LEADERBOARD, Api.V2, Role.THING, "b1", {"reference_name": "R"}),
    things.update(LEADERBOARD, Api.V2, Role.TEXT, "l1", {"name": "N"}),
    things.remove(LEADERBOARD, Api.V2, "b1"),
    things.list_things(LEADERBOARD, Api.V2, DETAIL),
    things.list_texts(LEADERBOARD, Api.V2, "v1"),
    things.display_order(LEADERBOARD, Api.V2, DETAIL),
    things.set_order(LEADERBOARD, Api.V2, GROUP, ["b1"]),
    versions.open_version(LEADERBOARD, Api.V2, "b1"),
    versions.versions_of(LEADERBOARD, Api.V2, "b1"),
    first_of(images.upload(LEADERBOARD, Api.V2, "l1", images.Picture("a.png", 4), local=False, look=True)),
    first_of(images.upload(LEADERBOARD, Api.V2, "l1", images.Picture("a.png", 4), local=False)),
    first_of(images.upload(LEADERBOARD, Api.V2, "l1", images.Picture("a.png", 4), local=False, stale_id="i1")),
    first_of(images.verdict(LEADERBOARD, Api.V2, "i1")),
    reviews.items_of((LEADERBOARD,), "s1"),
    reviews.add_item(LEADERBOARD, "s1", "v1"),
    reviews.releases_of(LEADERBOARD, "d1"),
    reviews.release(LEADERBOARD, "d1", "b1"),
]


@pytest.mark.parametrize("call", OF_LEADERBOARDS, ids=[f"{call.method} {call.path}" for call in OF_LEADERBOARDS])
def test_another_kind_is_another_declaration(call: Call, assert_contract: AssertContract) -> None:
    """The same calls fit Apple's description of leaderboards, of which nothing is known but what is declared here."""
    test_calls_fit_apples_description(call, assert_contract)
    assert b"chievement" not in call.path.encode() + (call.body or b"")


def test_the_contract_bites(assert_contract: AssertContract) -> None:
    """The check of the test above fails for a body with one member too many."""
    body = {"data": {"type": "gameCenterAchievements", "attributes": {**WIRE, "hidden": True}, "relationships": {}}}
    exchange = Exchange("POST", "/v1/gameCenterAchievements", "", {}, body, 201, None, True)
    with pytest.raises(AssertionError, match="hidden"):
        assert_contract([exchange])


def test_lists_ask_for_all_that_is_needed_in_one_go() -> None:
    """A page of a listing is as long as allowed and brings its children along."""
    v1 = things.list_things(RESOURCE, Api.V1, GROUP)
    v2 = things.list_things(RESOURCE, Api.V2, DETAIL)
    assert v1.path == "/v1/gameCenterGroups/g1/gameCenterAchievements"
    assert v1.params == (
        ("include", "localizations,releases"),
        ("limit", "200"),
        ("limit[localizations]", "50"),
        ("limit[releases]", "50"),
    )
    assert v2.path == "/v1/gameCenterDetails/d1/gameCenterAchievementsV2"
    assert v2.params == (("include", "versions"), ("limit", "200"), ("limit[versions]", "50"))
    assert v1.repeatable
    assert v2.repeatable


def reply(body: Json) -> Reply:
    """Give an answer with a JSON body."""
    return Reply(200, {}, orjson.dumps(body))


def version(version_id: str, number: Json = None, state: Json = "PREPARE_FOR_SUBMISSION") -> Json:
    """Give a version as a reply's included resource."""
    attributes = {"version": number, "state": state}
    return {"type": "gameCenterAchievementVersions", "id": version_id, "attributes": attributes}


def achievement(*, versions: Json = None, localizations: Json = None, identifier: str = "quest.first") -> Json:
    """Give an achievement as a reply's resource, with the relationships named."""
    kinds = {"versions": "gameCenterAchievementVersions", "localizations": "gameCenterAchievementLocalizations"}
    given = {"versions": versions, "localizations": localizations}
    relationships = {
        name: {"data": [{"type": kinds[name], "id": one} for one in ids]}
        for name, ids in given.items()
        if ids is not None
    }
    attributes = {**WIRE, "vendorIdentifier": identifier, "archived": False}
    return {"type": "gameCenterAchievements", "id": "a1", "attributes": attributes, "relationships": relationships}


OTHER = {"type": "gameCenterDetails", "id": "d1"}


@pytest.mark.parametrize(
    ("api", "role", "body", "ids"),
    [
        pytest.param(Api.V1, Role.THING, {"data": {"id": "a1"}}, ("a1", "a1"), id="v1"),
        pytest.param(Api.V1, Role.TEXT, {"data": {"id": "l1"}}, ("l1", None), id="v1 localization"),
        pytest.param(Api.V2, Role.TEXT, {"data": {"id": "l1"}}, ("l1", None), id="v2 localization"),
        pytest.param(Api.V2, Role.THING, {"data": achievement(versions=["v7"])}, ("a1", "v7"), id="linked"),
        pytest.param(Api.V2, Role.THING, {"data": achievement()}, ("a1", None), id="not named"),
        pytest.param(Api.V2, Role.THING, {"data": achievement(versions=[])}, ("a1", None), id="none linked"),
        pytest.param(
            Api.V2,
            Role.THING,
            {"data": achievement(), "included": [OTHER, version("v7")]},
            ("a1", "v7"),
            id="included",
        ),
        pytest.param(
            Api.V2,
            Role.THING,
            {"data": achievement(), "included": [version("v7"), version("v8")]},
            ("a1", None),
            id="two included, none linked",
        ),
    ],
)
def test_ids_of_what_was_created(api: Api, role: Role, body: Json, ids: tuple[str, str | None]) -> None:
    """A create's answer gives the id and, where it says so beyond doubt, the id that children go under."""
    assert things.created_ids(RESOURCE, api, role, reply(body)) == ids


@pytest.mark.parametrize(
    ("listed", "newest"),
    [
        pytest.param([], None, id="none"),
        pytest.param([version("v1", 1)], "v1", id="one"),
        pytest.param([version("v1", 1), version("v10", 10), version("v9", 9)], "v10", id="by number, not by text"),
        pytest.param([version("v1", "9"), version("v2", 1)], "v2", id="a number that is text counts nothing"),
    ],
)
def test_newest_version(listed: list[Json], newest: str | None) -> None:
    """The newest version is the one with the highest number."""
    assert versions.newest_version(reply({"data": listed})) == newest


LIVE = {**ATTRIBUTES, "archived": False}


def test_live_v1() -> None:
    """A v1 listing gives achievements with their localizations."""
    words = {"type": "gameCenterAchievementLocalizations", "id": "l1", "attributes": WIRE_WORDS}
    body = {"data": [achievement(localizations=["l1"])], "included": [words]}
    found = live_things.live_things(RESOURCE, Api.V1, [reply(body)])
    localizations = {"es-ES": LiveLocalization(id="l1", attributes=WORDS)}
    assert found == {"quest.first": (LiveThing("a1", LIVE, "a1", None, localizations, at_once=None),)}


@pytest.mark.parametrize("total", [None, 2], ids=["not-included", "more-than-shown"])
def test_localizations_that_did_not_all_come_along(total: int | None) -> None:
    """F28: what is linked or counted and not included is not taken for absent: it has a list of its own (v1)."""
    words = {"type": "gameCenterAchievementLocalizations", "id": "l1", "attributes": WIRE_WORDS}
    item = achievement(localizations=["l1", "l2"] if total is None else ["l1"])
    item["relationships"]["localizations"]["meta"] = {"paging": {"total": total, "limit": 1}}
    found = live_things.live_things(RESOURCE, Api.V1, [reply({"data": [item], "included": [words]})])
    assert found["quest.first"][0].localizations is None


def test_live_v2() -> None:
    """A v2 listing gives achievements with their newest version; localizations are for later."""
    item = achievement(versions=["v1", "v2"])
    body = {"data": [item], "included": [version("v1", 1, "LIVE"), version("v2", 2, "PREPARE_FOR_SUBMISSION")]}
    found = live_things.live_things(RESOURCE, Api.V2, [reply(body)])
    (one,) = found["quest.first"]
    assert (one.id, one.attributes, one.parent_id, one.version_state) == ("a1", LIVE, "v2", "PREPARE_FOR_SUBMISSION")
    assert one.localizations is None
    assert one.versions == (LiveVersion("v1", 1, "LIVE"), LiveVersion("v2", 2, "PREPARE_FOR_SUBMISSION"))
    assert (one.editable, one.deletable) == (True, False)


def test_live_v2_without_what_was_asked_to_be_included() -> None:
    """A version that is linked and not included is known by its id alone; a link without an id is none."""
    item = achievement(versions=["v1"])
    item["relationships"]["versions"]["data"].append({"type": "gameCenterAchievementVersions"})
    found = live_things.live_things(RESOURCE, Api.V2, [reply({"data": [item]})])
    assert found["quest.first"][0].parent_id == "v1"
    assert found["quest.first"][0].version_state is None


def test_pages_and_duplicates_are_kept_apart_and_together() -> None:
    """Achievements of all pages come out, two with one identifier as two, and one that is on two pages once."""
    first, twin, last = achievement(), achievement() | {"id": "a2"}, achievement(identifier="quest.last") | {"id": "a3"}
    found = live_things.live_things(RESOURCE, Api.V2, [reply({"data": [first, last]}), reply({"data": [twin, last]})])
    assert {key: [one.id for one in lives] for key, lives in found.items()} == {
        "quest.first": ["a1", "a2"],
        "quest.last": ["a3"],
    }


STATES = [
    ("PREPARE_FOR_SUBMISSION", True, True),
    ("READY_FOR_REVIEW", True, False),
    ("DEVELOPER_REJECTED", True, False),
    ("REJECTED", True, False),
    ("A_NEW_STATE", True, False),
    (None, True, True),
    ("WAITING_FOR_REVIEW", False, False),
    ("IN_REVIEW", False, False),
    ("ACCEPTED", False, False),
    ("PENDING_RELEASE", False, False),
    ("LIVE", False, False),
    ("REPLACED_WITH_NEW_VERSION", False, False),
]


@pytest.mark.parametrize(("state", "editable", "deletable"), STATES)
def test_what_a_state_allows(state: str | None, editable: bool, deletable: bool) -> None:
    """Texts change while the version is in the developer's hands; only drafts go; what is unknown is for Apple."""
    listed = reply({"data": [achievement(versions=["v1"])], "included": [version("v1", 1, state)]})
    (one,) = live_things.live_things(RESOURCE, Api.V2, [listed])["quest.first"]
    assert (one.editable, one.deletable) == (editable, deletable)


@pytest.mark.parametrize("api", list(Api))
def test_an_update_sends_what_changes_and_nothing_else(api: Api) -> None:
    """A PATCH names the resource and the changed attributes; it may be sent twice."""
    call = things.update(RESOURCE, api, Role.TEXT, "l1", {"before_earned_description": "x"})
    kind = "gameCenterAchievementLocalizations"
    assert (call.method, call.path, call.repeatable) == ("PATCH", f"/{api}/{kind}/l1", True)
    assert orjson.loads(call.body or b"") == {
        "data": {"type": kind, "id": "l1", "attributes": {"beforeEarnedDescription": "x"}}
    }


def test_a_create_leaves_out_what_only_an_update_takes() -> None:
    """Archived is no attribute of a create."""
    call = things.create(RESOURCE, Api.V1, DETAIL, {**ATTRIBUTES, "archived": False})
    assert orjson.loads(call.body or b"")["data"]["attributes"] == WIRE


IMAGE = {"fileName": "a.png", "fileSize": 7, "assetDeliveryState": {"state": "COMPLETE"}}


@pytest.mark.parametrize(
    ("api", "linked", "included", "image"),
    [
        pytest.param(Api.V2, "i1", IMAGE, LiveImage("i1", "a.png", 7, "COMPLETE"), id="v2"),
        pytest.param(Api.V1, "i1", IMAGE, LiveImage("i1", "a.png", 7, "COMPLETE"), id="v1"),
        pytest.param(Api.V2, "i1", None, LiveImage("i1"), id="linked alone"),
        pytest.param(Api.V2, "i1", {"fileName": 3, "fileSize": "x"}, LiveImage("i1"), id="nonsense"),
        pytest.param(Api.V2, None, None, None, id="none"),
    ],
)
def test_images_come_along(api: Api, linked: str | None, included: Json, image: LiveImage | None) -> None:
    """A localization's image is known by name, size and state where the listing brings it along."""
    ref = {"type": "gameCenterAchievementImages", "id": linked}
    words = {"type": "gameCenterAchievementLocalizations", "id": "l1", "attributes": WIRE_WORDS}
    relation = {Api.V1: "gameCenterAchievementImage", Api.V2: "image"}[api]
    words["relationships"] = {relation: {"data": ref if linked else None}}
    body = {"data": [words], "included": [{**ref, "attributes": included}] if included else []}
    assert live_things.live_texts(RESOURCE, api, [reply(body)])["es-ES"].image == image


def test_live_localizations() -> None:
    """The localizations of a version come out by locale."""
    words = {"type": "gameCenterAchievementLocalizations", "id": "l1", "attributes": WIRE_WORDS}
    found = live_things.live_texts(RESOURCE, Api.V2, [reply({"data": [words]}), reply({"data": []})])
    assert found == {"es-ES": LiveLocalization(id="l1", attributes=WORDS)}


SENSELESS: list[tuple[str, Json, Role]] = [
    ("no vendorIdentifier", {"data": [{"type": "x", "id": "1", "attributes": {}}]}, Role.THING),
    ("no attributes", {"data": [{"type": "x", "id": "1", "attributes": []}]}, Role.THING),
    ("a number", {"data": [{"type": "x", "id": "1", "attributes": {"vendorIdentifier": 7}}]}, Role.THING),
    ("no locale", {"data": [{"type": "x", "id": "1", "attributes": {"name": "a"}}]}, Role.TEXT),
    ("points", {"data": [{"id": "1", "attributes": {"vendorIdentifier": "a", "points": {}}}]}, Role.THING),
    (
        "points as text",
        {"data": [{"id": "1", "attributes": {"vendorIdentifier": "a", "points": "5"}}]},
        Role.THING,
    ),
    ("a flag", {"data": [{"id": "1", "attributes": {"vendorIdentifier": "a", "archived": 1}}]}, Role.THING),
    ("included is not a list", {"data": [], "included": {"a": 1}}, Role.THING),
    (
        "included has no id",
        {"data": [], "included": [{"type": "gameCenterAchievementLocalizations"}]},
        Role.THING,
    ),
    (
        "included text without a locale",
        {"data": [], "included": [{"type": "gameCenterAchievementLocalizations", "id": "1", "attributes": {}}]},
        Role.THING,
    ),
]


@pytest.mark.parametrize(("body", "role"), [case[1:] for case in SENSELESS], ids=[case[0] for case in SENSELESS])
def test_a_listing_that_makes_no_sense(body: Json, role: Role) -> None:
    """F8: what would pass for another achievement, or for none, is noticed."""
    assert not live_things.makes_sense(RESOURCE, role, reply(body))


def test_a_listing_that_makes_sense() -> None:
    """Null where a value may be missing, and attributes that nobody knows, are no reason to refuse a listing."""
    attributes = {"vendorIdentifier": "a", "points": 5, "repeatable": None, "archived": False, "news": {"a": 1}}
    body = {"data": [{"type": "x", "id": "1", "attributes": attributes}], "included": None}
    assert live_things.makes_sense(RESOURCE, Role.THING, reply(body))
    assert live_things.makes_sense(RESOURCE, Role.TEXT, reply({"data": []}))
