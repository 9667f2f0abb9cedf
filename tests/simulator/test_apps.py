from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Json


def test_the_default_app_is_found_by_its_bundle_id(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """The app that is there from the start is found by bundle id, with its detail, and no other is."""
    simulator.add_app(bundle_id="com.example.other")
    listed = simulator.ask("GET", "/v1/apps?filter[bundleId]=com.example.game&limit=10")
    assert [item["attributes"]["name"] for item in listed.response["data"]] == ["Example Quest"]
    assert simulator.ask("GET", f"/v1/apps/{simulator.app.app}").status == 200
    detail = simulator.ask("GET", f"/v1/apps/{simulator.app.app}/gameCenterDetail?include=app,gameCenterGroup")
    assert detail.response["data"]["id"] == simulator.app.detail
    assert [item["type"] for item in detail.response["included"]] == ["apps"]
    assert_contract(simulator.exchanges)


def test_game_center_is_off_until_a_detail_is_made(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """Without Game Center the detail is 404; making one turns it on, once."""
    app = simulator.add_app(bundle_id="com.example.off", game_center=False).app
    assert simulator.ask("GET", f"/v1/apps/{app}/gameCenterDetail").status == 404
    relation = {"app": {"data": {"type": "apps", "id": app}}}
    body: Json = {"data": {"type": "gameCenterDetails", "relationships": relation}}
    made = simulator.ask("POST", "/v1/gameCenterDetails", body)
    assert made.status == 201
    read = simulator.ask("GET", f"/v1/apps/{app}/gameCenterDetail")
    assert read.response["data"]["id"] == made.response["data"]["id"]
    assert simulator.ask("POST", "/v1/gameCenterDetails", body).status == 409
    assert_contract(simulator.exchanges)


def test_the_group_of_a_detail_can_be_read(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """Two apps of one group lead to the same group, by include and by call; without one it is 404."""
    first = simulator.add_app(bundle_id="com.example.one", group="Saga")
    second = simulator.add_app(bundle_id="com.example.two", group="Saga")
    simulator.add_app(bundle_id="com.example.three", group="Other")
    assert first.group == second.group
    detail = simulator.ask("GET", f"/v1/gameCenterDetails/{first.detail}?include=gameCenterGroup")
    assert detail.response["included"][0]["attributes"] == {"referenceName": "Saga"}
    linked = detail.response["data"]["relationships"]["gameCenterGroup"]["data"]
    assert linked == {"type": "gameCenterGroups", "id": first.group}
    assert simulator.ask("GET", f"/v1/gameCenterDetails/{second.detail}/gameCenterGroup").status == 200
    assert simulator.ask("GET", f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterGroup").status == 404
    group = simulator.ask("GET", f"/v1/gameCenterGroups/{first.group}?include=gameCenterDetails")
    assert [item["id"] for item in group.response["included"]] == [first.detail, second.detail]
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(("size", "pages"), [(1, 7), (3, 3), (7, 1), (50, 1)], ids=str)
@pytest.mark.parametrize("asked", [True, False], ids=["asked for", "by default"])
def test_a_list_comes_in_pages_that_end(
    simulate: Callable[..., Simulator], size: int, pages: int, asked: bool, assert_contract: Callable[..., None]
) -> None:
    """Following links.next gives every item once, in order of creation, with the other parameters kept."""
    simulator = simulate(Switches(page_size=size))
    keys = [simulator.add_achievement(f"quest.{number}").id for number in range(7)]
    start = f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterAchievementsV2?include=versions"
    target = start + (f"&limit={size}" if asked else "")
    found: list[str] = []
    for page in range(pages):
        document = simulator.ask("GET", target).response
        found += [item["id"] for item in document["data"]]
        assert document["meta"]["paging"]["total"] == 7
        assert len(document["included"]) == len(document["data"])
        assert ("next" in document["links"]) is (page < pages - 1)
        target = document["links"].get("next", "").removeprefix(simulator.base_url)
    assert found == keys
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("filter[archived]=true", 1),
        ("filter[archived]=false", 2),
        ("filter[archived]=true,false", 3),
        ("filter[referenceName]=quest.0,quest.1", 2),
        ("filter[referenceName]=quest.9", 0),
        ("filter[id]=nowhere", 0),
    ],
    ids=str,
)
def test_a_list_can_be_filtered(
    simulator: Simulator, query: str, count: int, assert_contract: Callable[..., None]
) -> None:
    """The three filters that Apple has pick the achievements; there is none for the vendorIdentifier."""
    for number in range(3):
        simulator.add_achievement(f"quest.{number}", archived=number == 2)
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterAchievements?{query}"
    assert len(simulator.ask("GET", path).response["data"]) == count
    assert_contract(simulator.exchanges)


def test_fields_leave_out_what_was_not_asked_for(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """Sparse fields hold for the items and for what is included."""
    simulator.add_achievement("quest.first")
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterAchievementsV2"
    query = "fields[gameCenterAchievements]=vendorIdentifier&fields[gameCenterAchievementVersions]=state"
    document = simulator.ask("GET", f"{path}?{query}&include=versions").response
    assert document["data"][0]["attributes"] == {"vendorIdentifier": "quest.first"}
    assert document["data"][0]["relationships"] == {}
    assert document["included"][0]["attributes"] == {"state": "PREPARE_FOR_SUBMISSION"}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("filter[vendorIdentifier]=a", "filter[vendorIdentifier]"),
        ("limit=201", "limit"),
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("cursor=x", "cursor"),
        ("include=versions,family", "include"),
        ("limit[versions]=51", "limit[versions]"),
        ("limit[family]=5", "limit[family]"),
        ("fields[gameCenterAchievements]=color", "fields[gameCenterAchievements]"),
        ("fields[family]=color", "fields[family]"),
        ("sort=points", "sort"),
    ],
    ids=str,
)
def test_a_parameter_that_cannot_be_taken_is_refused(simulator: Simulator, query: str, parameter: str) -> None:
    """Unknown names and values out of range are 400 and name the parameter."""
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterAchievementsV2?{query}"
    refused = simulator.ask("GET", path)
    assert refused.status == 400
    assert [error["code"] for error in refused.response["errors"]] == ["PARAMETER_ERROR.INVALID"]
    assert refused.response["errors"][0]["source"] == {"parameter": parameter}


def test_single_resources_take_no_paging(simulator: Simulator) -> None:
    """A limit makes no sense for one resource."""
    assert simulator.ask("GET", f"/v1/apps/{simulator.app.app}?limit=5").status == 400


def test_an_included_list_keeps_to_its_limit(simulator: Simulator) -> None:
    """limit[localizations] cuts what is included, and the paging of the relationship says how many there are."""
    achievement = simulator.add_achievement("quest.first")
    for locale in ("en-US", "fr-FR", "de-DE"):
        simulator.add_localization(achievement, locale)
    path = f"/v1/gameCenterAchievements/{achievement.id}?include=localizations&limit[localizations]=2"
    document = simulator.ask("GET", path).response
    assert len(document["included"]) == 2
    assert document["data"]["relationships"]["localizations"]["meta"] == {"paging": {"total": 3, "limit": 2}}


@pytest.mark.parametrize(("form", "data"), [("empty-id", {"type": "gameCenterDetails", "id": ""}), ("null", None)])
def test_game_center_is_off_in_other_words(simulator: Simulator, form: str, data: Json) -> None:
    """The detail of an app without Game Center may also come as 200 without an id, as the switch says."""
    simulator.change(game_center_off=form)
    app = simulator.add_app(bundle_id="com.example.off", game_center=False).app
    answer = simulator.ask("GET", f"/v1/apps/{app}/gameCenterDetail")
    assert (answer.status, answer.response["data"]) == (200, data)
    on = simulator.ask("GET", f"/v1/apps/{simulator.app.app}/gameCenterDetail")
    assert on.response["data"]["id"] == simulator.app.detail
