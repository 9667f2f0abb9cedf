from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Exchange, Json

V1, V2 = "/v1/gameCenterAchievements", "/v2/gameCenterAchievements"
KIND = "gameCenterAchievements"


def codes(exchange: Exchange) -> list[tuple[str, str]]:
    """Give code and pointer of each error of a refusal."""
    return [(error["code"], error.get("source", {}).get("pointer", "")) for error in exchange.response["errors"]]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_created_achievement_is_there_in_both_versions_of_the_api(
    simulator: Simulator, version: str, request: pytest.FixtureRequest, assert_contract: Callable[..., None]
) -> None:
    """A create answers 201 with the attributes, and the achievement can be read in either version."""
    body = request.getfixturevalue(f"achievement_{version}")(simulator)
    made = simulator.ask("POST", f"/{version}/{KIND}", body)
    assert made.status == 201
    key = made.response["data"]["id"]
    for path in (V1, V2):
        read = simulator.ask("GET", f"{path}/{key}")
        assert read.status == 200
        assert read.response["data"]["attributes"] == body["data"]["attributes"] | {"archived": False}
    assert simulator.ledger.ids(KIND) == {"quest.first": [key]}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("named", [True, False], ids=["named", "not named"])
def test_the_new_version_is_named_or_not_as_the_switch_says(
    simulate: Callable[..., Simulator], achievement_v2: Callable[..., Json], named: bool
) -> None:
    """The answer to a v2 create names the version's id only where the switch has it so; the list always does."""
    simulator = simulate(Switches(create_names_version=named))
    made = simulator.ask("POST", V2, achievement_v2(simulator)).response["data"]
    assert ("data" in made["relationships"]["versions"]) is named
    listed = simulator.ask("GET", f"/v1/gameCenterDetails/{simulator.app.detail}/{KIND}V2?include=versions")
    linkage = listed.response["data"][0]["relationships"]["versions"]["data"]
    assert [item["id"] for item in listed.response["included"]] == [item["id"] for item in linkage]
    assert listed.response["included"][0]["attributes"] == {"version": 1, "state": "PREPARE_FOR_SUBMISSION"}


def test_everything_wrong_with_the_attributes_comes_in_one_body(
    simulator: Simulator, achievement_v1: Callable[..., Json]
) -> None:
    """Unknown, missing, null and mistyped attributes are each named with their pointer, in one answer."""
    body = achievement_v1(simulator, points="5", color="red", repeatable=None, showBeforeEarned=1)
    del body["data"]["attributes"]["referenceName"]
    body["data"]["relationships"]["family"] = {}
    refused = simulator.ask("POST", V1, body)
    assert refused.status == 409
    assert codes(refused) == [
        ("ENTITY_ERROR.ATTRIBUTE.UNKNOWN", "/data/attributes/color"),
        ("ENTITY_ERROR.ATTRIBUTE.REQUIRED", "/data/attributes/referenceName"),
        ("ENTITY_ERROR.ATTRIBUTE.TYPE", "/data/attributes/points"),
        ("ENTITY_ERROR.ATTRIBUTE.TYPE", "/data/attributes/showBeforeEarned"),
        ("ENTITY_ERROR.ATTRIBUTE.REQUIRED", "/data/attributes/repeatable"),
        ("ENTITY_ERROR.RELATIONSHIP.UNKNOWN", "/data/relationships/family"),
    ]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"points": -1}, "ENTITY_ERROR.INVALID_POINTS_RANGE"),
        ({"points": 101}, "ENTITY_ERROR.INVALID_POINTS_RANGE"),
        ({"points": True}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"points": 5.0}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"vendorIdentifier": "with-hyphen"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"vendorIdentifier": "a" * 101}, "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG"),
        ({"vendorIdentifier": "schön"}, "ENTITY_ERROR.ATTRIBUTE.INVALID"),
        ({"referenceName": ""}, "ENTITY_ERROR.ATTRIBUTE.REQUIRED"),
        ({"referenceName": 7}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"activityProperties": {"a": 1}}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"activityProperties": []}, "ENTITY_ERROR.ATTRIBUTE.TYPE"),
        ({"archived": False}, "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"),
    ],
    ids=str,
)
def test_an_attribute_out_of_bounds_is_refused(
    simulator: Simulator, achievement_v1: Callable[..., Json], attributes: dict[str, Json], code: str
) -> None:
    """Each rule for an attribute has its own code and points at the attribute."""
    refused = simulator.ask("POST", V1, achievement_v1(simulator, **attributes))
    assert refused.status == 409
    assert codes(refused) == [(code, f"/data/attributes/{next(iter(attributes))}")]
    assert simulator.ledger.ids(KIND) == {}


@pytest.mark.parametrize(
    "attributes",
    [
        {"points": 0},
        {"points": 100},
        {"vendorIdentifier": "a" * 100},
        {"vendorIdentifier": "A.b_9"},
        {"activityProperties": {"a": "1"}},
        {"activityProperties": None},
    ],
    ids=str,
)
def test_an_attribute_at_its_bound_is_taken(
    simulator: Simulator, achievement_v1: Callable[..., Json], attributes: dict[str, Json]
) -> None:
    """The bounds themselves are inside, and nought points are allowed."""
    assert simulator.ask("POST", V1, achievement_v1(simulator, **attributes)).status == 201


def test_range_and_total_of_points_may_both_be_wrong(simulator: Simulator, achievement_v1: Callable[..., Json]) -> None:
    """A value over 100 that also breaks the app's total of 1000 is told of twice in one body."""
    for number in range(10):
        simulator.add_achievement(f"quest.{number}", points=100)
    refused = simulator.ask("POST", V1, achievement_v1(simulator, points=101))
    assert [code for code, _ in codes(refused)] == [
        "ENTITY_ERROR.INVALID_POINTS_RANGE",
        "ENTITY_ERROR.INVALID_TOTAL_APP_POINTS",
    ]
    assert simulator.ask("POST", V1, achievement_v1(simulator, points=0)).status == 201


def test_an_app_takes_a_hundred_achievements(simulator: Simulator, achievement_v1: Callable[..., Json]) -> None:
    """The hundred and first achievement is refused."""
    for number in range(99):
        simulator.add_achievement(f"quest.{number}", points=0)
    assert simulator.ask("POST", V1, achievement_v1(simulator)).status == 201
    refused = simulator.ask("POST", V1, achievement_v1(simulator, "one.more"))
    assert codes(refused) == [("ENTITY_ERROR.TOO_MANY_ACHIEVEMENTS", "/data")]


@pytest.mark.parametrize("enforced", [True, False], ids=["enforced", "not enforced"])
def test_a_second_use_of_an_identifier(
    simulate: Callable[..., Simulator], achievement_v2: Callable[..., Json], enforced: bool
) -> None:
    """A taken identifier is refused with the switch's code, or makes a duplicate that the ledger shows."""
    simulator = simulate(Switches(unique_identifiers=enforced, duplicate_code="ENTITY_ERROR.ALREADY_THERE"))
    simulator.ask("POST", V2, achievement_v2(simulator))
    again = simulator.ask("POST", V2, achievement_v2(simulator))
    if enforced:
        assert codes(again) == [("ENTITY_ERROR.ALREADY_THERE", "/data/attributes/vendorIdentifier")]
        assert simulator.ledger.duplicates(KIND) == {}
    else:
        assert again.status == 201
        assert len(simulator.ledger.duplicates(KIND)["quest.first"]) == 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("second", ["ENTITY_ERROR.RELATIONSHIP.INVALID", "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"]),
        ("detail", ["ENTITY_ERROR.ATTRIBUTE.INVALID"]),
        ("state", ["STATE_ERROR.ALREADY_EXISTS"]),
        ("try-updating", ["ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"]),
    ],
)
def test_a_duplicate_is_refused_in_many_forms(
    simulate: Callable[..., Simulator],
    achievement_v2: Callable[..., Json],
    form: str,
    expected: list[str],
    assert_contract: Callable[..., None],
) -> None:
    """Whatever form the switch names, the refusal is 409, fits Apple's description, and makes nothing."""
    simulator = simulate(Switches(duplicate_form=form))
    simulator.ask("POST", V2, achievement_v2(simulator))
    again = simulator.ask("POST", V2, achievement_v2(simulator))
    assert (again.status, [name for name, _ in codes(again)]) == (409, expected)
    assert simulator.ledger.duplicates(KIND) == {}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("stays", [True, False], ids=["stays taken", "comes free"])
@pytest.mark.parametrize("fate", ["archived", "deleted"])
def test_the_identifier_of_a_past_achievement(
    simulate: Callable[..., Simulator], achievement_v2: Callable[..., Json], fate: str, stays: bool
) -> None:
    """An archived or deleted achievement keeps its identifier, or gives it up, as the switch says."""
    simulator = simulate()
    simulator.change(**{f"{fate}_identifiers_stay_taken": stays})
    key = simulator.add_achievement("quest.first").id
    if fate == "archived":
        body = {"data": {"type": KIND, "id": key, "attributes": {"archived": True}}}
        assert simulator.ask("PATCH", f"{V2}/{key}", body).status == 200
    else:
        assert simulator.ask("DELETE", f"{V2}/{key}").status == 204
    assert simulator.ask("POST", V2, achievement_v2(simulator)).status == (409 if stays else 201)


def relate(name: str, **member: Json) -> Callable[[Json], object]:
    """Make a bend that replaces a relationship."""
    return lambda body: body["data"]["relationships"].update({name: member})


OWNER = "/data/relationships/gameCenterDetail"
VERSIONS = "/data/relationships/versions"
INCLUDED = "/included/0/id"
OTHER = {"type": "gameCenterAchievementVersions", "id": "${v2}"}
BENT: list[tuple[str, Callable[[Json], object], str, str]] = [
    ("no included", lambda body: body.pop("included"), "INCLUDED.INVALID_ID", INCLUDED),
    ("another id", lambda body: body.update(included=[OTHER]), "INCLUDED.INVALID_ID", INCLUDED),
    ("not an object", lambda body: body.update(included=["v1"]), "INCLUDED.INVALID_ID", INCLUDED),
    ("no versions", relate("versions"), "RELATIONSHIP.REQUIRED", VERSIONS),
    ("empty versions", relate("versions", data=[]), "RELATIONSHIP.REQUIRED", VERSIONS),
    ("no owner", lambda b: b["data"]["relationships"].pop("gameCenterDetail"), "RELATIONSHIP.REQUIRED", OWNER),
    ("owner empty", relate("gameCenterDetail"), "RELATIONSHIP.REQUIRED", OWNER),
    ("owner an app", relate("gameCenterDetail", data={"type": "apps", "id": "1"}), "RELATIONSHIP.INVALID", OWNER),
    (
        "owner not there",
        relate("gameCenterDetail", data={"type": "gameCenterDetails", "id": "nowhere"}),
        "RELATIONSHIP.INVALID",
        OWNER,
    ),
    ("another type", lambda body: body["data"].update(type="apps"), "TYPE.INVALID", "/data/type"),
    ("with an id", lambda body: body["data"].update(id="mine"), "ID.INVALID", "/data/id"),
]


@pytest.mark.parametrize(("bend", "code", "pointer"), [case[1:] for case in BENT], ids=[case[0] for case in BENT])
def test_a_v2_create_needs_its_inline_version_and_its_owner(
    simulator: Simulator,
    achievement_v2: Callable[..., Json],
    bend: Callable[[Json], object],
    code: str,
    pointer: str,
) -> None:
    """The local id stands in both places alike, and the owner is there; anything else is refused."""
    body = achievement_v2(simulator)
    bend(body)
    assert codes(simulator.ask("POST", V2, body)) == [(f"ENTITY_ERROR.{code}", pointer)]


def test_a_local_id_has_its_dollar_and_braces(simulator: Simulator, achievement_v2: Callable[..., Json]) -> None:
    """A plain name in both places is no local id."""
    body = achievement_v2(simulator)
    plain = {"type": "gameCenterAchievementVersions", "id": "v1"}
    body["included"] = body["data"]["relationships"]["versions"]["data"] = [plain]
    assert codes(simulator.ask("POST", V2, body)) == [("ENTITY_ERROR.INCLUDED.INVALID_ID", "/included/0/id")]


def test_a_v1_create_takes_no_included_resources(simulator: Simulator, achievement_v1: Callable[..., Json]) -> None:
    """Version 1 has no inline resources."""
    body = achievement_v1(simulator) | {"included": [{"type": "x"}]}
    assert codes(simulator.ask("POST", V1, body)) == [("ENTITY_ERROR.INCLUDED.INVALID_ID", "/included/0/id")]


def test_achievements_of_an_app_in_a_group_live_on_the_group(
    simulator: Simulator, achievement_v2: Callable[..., Json], assert_contract: Callable[..., None]
) -> None:
    """The detail of such an app refuses them and lists none; the group takes and lists them."""
    ids = simulator.add_app(bundle_id="com.example.other", group="Saga")
    body = achievement_v2(simulator)
    body["data"]["relationships"]["gameCenterDetail"]["data"]["id"] = ids.detail
    refused = simulator.ask("POST", V2, body)
    assert codes(refused) == [("ENTITY_ERROR.RELATIONSHIP.INVALID", "/data/relationships/gameCenterDetail")]
    del body["data"]["relationships"]["gameCenterDetail"]
    body["data"]["relationships"]["gameCenterGroup"] = {"data": {"type": "gameCenterGroups", "id": ids.group}}
    assert simulator.ask("POST", V2, body).status == 201
    for path, count in ((f"gameCenterDetails/{ids.detail}", 0), (f"gameCenterGroups/{ids.group}", 1)):
        for tail in (KIND, f"{KIND}V2"):
            assert len(simulator.ask("GET", f"/v1/{path}/{tail}").response["data"]) == count
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("path", [V1, V2])
def test_a_patch_changes_only_what_it_names(
    simulator: Simulator, path: str, assert_contract: Callable[..., None]
) -> None:
    """The named attributes change and the others stay; null clears the activity properties."""
    made = simulator.add_achievement("quest.first", activityProperties={"a": "1"})
    before = dict(made.attributes)
    changes = {"points": 7, "archived": True, "activityProperties": None}
    body = {"data": {"type": KIND, "id": made.id, "attributes": changes}}
    patched = simulator.ask("PATCH", f"{path}/{made.id}", body)
    assert patched.response["data"]["attributes"] == before | changes | {"activityProperties": {}}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"vendorIdentifier": "other"}, "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"),
        ({"points": 200}, "ENTITY_ERROR.INVALID_POINTS_RANGE"),
        ({"points": None}, "ENTITY_ERROR.ATTRIBUTE.REQUIRED"),
    ],
    ids=str,
)
def test_a_patch_keeps_to_the_rules(simulator: Simulator, attributes: dict[str, Json], code: str) -> None:
    """The identifier is permanent, the points keep their range, and what is required cannot be cleared."""
    key = simulator.add_achievement("quest.first").id
    body = {"data": {"type": KIND, "id": key, "attributes": attributes}}
    assert codes(simulator.ask("PATCH", f"{V2}/{key}", body))[0][0] == code


def test_a_patch_counts_the_other_achievements_points(simulator: Simulator) -> None:
    """The total is taken over the others and the new value, archived ones left out."""
    for number in range(9):
        simulator.add_achievement(f"quest.{number}", points=100)
    simulator.add_achievement("quest.old", points=100, archived=True)
    simulator.add_achievement("quest.small", points=50)
    key = simulator.add_achievement("quest.last", points=10).id
    body = {"data": {"type": KIND, "id": key, "attributes": {"points": 50}}}
    assert simulator.ask("PATCH", f"{V2}/{key}", body).status == 200
    body["data"]["attributes"] = {"points": 51}
    assert codes(simulator.ask("PATCH", f"{V2}/{key}", body))[0][0] == "ENTITY_ERROR.INVALID_TOTAL_APP_POINTS"


def test_a_patch_names_the_id_of_its_path(simulator: Simulator) -> None:
    """The id in the body must be the one in the path, and the achievement must be there."""
    key = simulator.add_achievement("quest.first").id
    body = {"data": {"type": KIND, "id": "another", "attributes": {}}}
    assert codes(simulator.ask("PATCH", f"{V2}/{key}", body)) == [("ENTITY_ERROR.ID.INVALID", "/data/id")]
    assert simulator.ask("PATCH", f"{V2}/another", body).status == 404


def test_a_draft_can_be_deleted_and_what_was_more_cannot(simulator: Simulator) -> None:
    """A draft goes with its versions and texts; once a version is more than a draft only archiving is left."""
    achievement = simulator.add_achievement("quest.first")
    text = simulator.add_localization(achievement, "en-US")
    assert simulator.ask("DELETE", f"{V1}/{achievement.id}").status == 204
    assert simulator.ask("GET", f"/v1/gameCenterAchievementLocalizations/{text.id}").status == 404
    assert simulator.ask("DELETE", f"{V1}/{achievement.id}").status == 404
    live = simulator.add_achievement("quest.second")
    version = simulator.store.children(live.id, "gameCenterAchievementVersions")[0]
    simulator.store.update(version, {"state": "LIVE"})
    refused = simulator.ask("DELETE", f"{V1}/{live.id}")
    assert codes(refused) == [("STATE_ERROR.CANNOT_DELETE_HAS_NON_DRAFT_VERSION", "")]


@pytest.mark.parametrize("keeps", [True, False], ids=["keeps texts", "begins empty"])
def test_a_new_version_is_opened_after_the_last_one_left(
    simulate: Callable[..., Simulator], keeps: bool, assert_contract: Callable[..., None]
) -> None:
    """A second version can be opened once the first is not a draft any more, with its texts or without."""
    simulator = simulate(Switches(new_version_keeps_texts=keeps))
    achievement = simulator.add_achievement("quest.first")
    simulator.add_localization(achievement, "en-US")
    owner = {"achievement": {"data": {"type": KIND, "id": achievement.id}}}
    body = {"data": {"type": "gameCenterAchievementVersions", "relationships": owner}}
    path = "/v2/gameCenterAchievementVersions"
    assert codes(simulator.ask("POST", path, body)) == [("STATE_ERROR.VERSION_IN_PREPARATION", "")]
    version = simulator.store.children(achievement.id, "gameCenterAchievementVersions")[0]
    simulator.store.update(version, {"state": "LIVE"})
    made = simulator.ask("POST", path, body)
    assert made.response["data"]["attributes"] == {"version": 2, "state": "PREPARE_FOR_SUBMISSION"}
    texts = simulator.ask("GET", f"{path}/{made.response['data']['id']}/localizations")
    assert len(texts.response["data"]) == (1 if keeps else 0)
    listed = simulator.ask("GET", f"{V2}/{achievement.id}/versions?include=achievement,localizations")
    assert [item["attributes"]["version"] for item in listed.response["data"]] == [1, 2]
    assert simulator.ask("GET", f"{path}/{version.id}").response["data"]["attributes"]["state"] == "LIVE"
    assert_contract(simulator.exchanges)
