from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Exchange, Json
from gcbulk.simulator.kinds.achievements import ACHIEVEMENTS

KIND = "gameCenterAchievementLocalizations"


def codes(exchange: Exchange) -> list[tuple[str, str]]:
    """Give code and pointer of each error of a refusal."""
    return [(error["code"], error.get("source", {}).get("pointer", "")) for error in exchange.response["errors"]]


@pytest.fixture
def create(simulator: Simulator, localization: Callable[..., Json]) -> Callable[..., Exchange]:
    """Give the call that creates a localization of one achievement, in either version of the API."""
    achievement = simulator.add_achievement("quest.first")
    version = ACHIEVEMENTS.newest_version(simulator.store, achievement)

    def call(api: str, locale: str = "en-US", **attributes: Json) -> Exchange:
        if api == "v1":
            parent = ("gameCenterAchievement", "gameCenterAchievements", achievement.id)
        else:
            parent = ("version", "gameCenterAchievementVersions", version.id)
        return simulator.ask("POST", f"/{api}/{KIND}", localization(*parent, locale, **attributes))

    return call


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_created_localization_is_there_in_both_versions_of_the_api(
    simulator: Simulator, create: Callable[..., Exchange], api: str, assert_contract: Callable[..., None]
) -> None:
    """A localization is listed under the achievement in version 1 and under its version in version 2."""
    made = create(api)
    assert made.status == 201
    key = made.response["data"]["id"]
    achievement = simulator.store.all("gameCenterAchievements")[0]
    version = ACHIEVEMENTS.newest_version(simulator.store, achievement)
    for path in (
        f"/v1/gameCenterAchievements/{achievement.id}/localizations?include=gameCenterAchievement",
        f"/v2/gameCenterAchievementVersions/{version.id}/localizations?include=version",
    ):
        assert [item["id"] for item in simulator.ask("GET", path).response["data"]] == [key]
    parent = simulator.ask("GET", f"/v1/{KIND}/{key}/gameCenterAchievement")
    assert parent.response["data"]["id"] == achievement.id
    listed = simulator.ask(
        "GET",
        f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterAchievements"
        "?include=localizations&limit[localizations]=50",
    )
    assert [item["id"] for item in listed.response["included"]] == [key]
    assert simulator.ledger.ids(KIND) == {"quest.first / en-US": [key]}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"locale": "it-IT"}, "ENTITY_ERROR.LOCALE_INVALID"),
        ({"locale": "en"}, "ENTITY_ERROR.LOCALE_INVALID"),
        ({"locale": "fr-FR"}, "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"),
        ({"name": "n" * 51}, "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG"),
        ({"beforeEarnedDescription": "b" * 256}, "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG"),
        ({"afterEarnedDescription": "a" * 256}, "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG"),
        ({"name": None}, "ENTITY_ERROR.ATTRIBUTE.REQUIRED"),
        ({"color": "red"}, "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_text_that_breaks_a_rule_is_refused(
    create: Callable[..., Exchange], api: str, attributes: dict[str, Json], code: str
) -> None:
    """Locales are of the list and come once; texts keep to their lengths."""
    assert create(api, "fr-FR").status == 201
    refused = create(api, **attributes)
    assert codes(refused) == [(code, f"/data/attributes/{next(iter(attributes))}")]


def test_the_title_and_detail_of_a_long_name_are_those_that_users_saw(create: Callable[..., Exchange]) -> None:
    """The refusal of a long name reads as it does in the wild."""
    error = create("v2", name="n" * 51).response["errors"][0]
    assert error["title"] == "There is a problem with the request entity"
    assert error["detail"] == (
        "The provided entity contains a field 'name' whose value is too long. It cannot exceed 50 characters."
    )


def test_texts_at_their_longest_are_taken(create: Callable[..., Exchange]) -> None:
    """Fifty characters of name and 255 of description are inside."""
    texts = {"name": "n" * 50, "beforeEarnedDescription": "b" * 255, "afterEarnedDescription": "ä" * 255}
    assert create("v2", **texts).status == 201


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "refused"])
def test_the_newer_locales_are_a_switch(simulator: Simulator, create: Callable[..., Exchange], accepted: bool) -> None:
    """Whether Game Center takes the newer locales is not known; both worlds can be had."""
    simulator.change(newer_locales=accepted)
    assert create("v2", "ta-IN").status == (201 if accepted else 409)


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_patch_changes_texts_but_never_the_locale(
    simulator: Simulator, create: Callable[..., Exchange], api: str, assert_contract: Callable[..., None]
) -> None:
    """The named texts change; the locale is no attribute of an update."""
    key = create(api).response["data"]["id"]
    body: Json = {"data": {"type": KIND, "id": key, "attributes": {"name": "Better"}}}
    patched = simulator.ask("PATCH", f"/{api}/{KIND}/{key}", body)
    assert patched.response["data"]["attributes"]["name"] == "Better"
    assert patched.response["data"]["attributes"]["locale"] == "en-US"
    body["data"]["attributes"] = {"locale": "fr-FR"}
    assert codes(simulator.ask("PATCH", f"/{api}/{KIND}/{key}", body))[0][0] == "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"
    assert_contract(simulator.exchanges, refused_requests=False)


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_localization_can_be_deleted(simulator: Simulator, create: Callable[..., Exchange], api: str) -> None:
    """A deleted localization is gone, and its locale can be used again."""
    key = create(api).response["data"]["id"]
    assert simulator.ask("DELETE", f"/{api}/{KIND}/{key}").status == 204
    assert simulator.ask("GET", f"/{api}/{KIND}/{key}").status == 404
    assert create(api).status == 201


def test_texts_of_a_version_out_of_hand_cannot_be_touched_in_v2(
    simulator: Simulator, create: Callable[..., Exchange]
) -> None:
    """While a version is in review or live its texts can be neither added, changed nor deleted."""
    key = create("v2").response["data"]["id"]
    version = simulator.store.all("gameCenterAchievementVersions")[0]
    simulator.store.update(version, {"state": "IN_REVIEW"})
    body = {"data": {"type": KIND, "id": key, "attributes": {"name": "Better"}}}
    answers = [
        create("v2", "fr-FR"),
        simulator.ask("PATCH", f"/v2/{KIND}/{key}", body),
        simulator.ask("DELETE", f"/v2/{KIND}/{key}"),
    ]
    assert [codes(answer)[0][0] for answer in answers] == ["STATE_ERROR.ENTITY_STATE_INVALID"] * 3


def test_a_late_list_shows_new_items_after_its_lag(
    simulate: Callable[..., Simulator], assert_contract: Callable[..., None]
) -> None:
    """With a lag a new achievement can be read at once but is listed, and included, only later."""
    time = [1000.0]
    simulator = simulate(Switches(list_lag_s=30), now=lambda: time[0])
    key = simulator.add_achievement("quest.first").id
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/gameCenterAchievementsV2?include=versions"
    assert simulator.ask("GET", f"/v2/gameCenterAchievements/{key}?include=versions").response["included"] == []
    assert simulator.ask("GET", path).response["data"] == []
    time[0] += 30
    assert [item["id"] for item in simulator.ask("GET", path).response["data"]] == [key]
    assert_contract(simulator.exchanges)


def test_a_top_level_list_is_late_too(simulate: Callable[..., Simulator]) -> None:
    """A review submission shows in the list of all of them no sooner than the lag is over; apps were always there."""
    time = [1e9]
    simulator = simulate(Switches(list_lag_s=30), now=lambda: time[0])
    app = {"app": {"data": {"type": "apps", "id": simulator.app.app}}}
    simulator.ask("POST", "/v1/reviewSubmissions", {"data": {"type": "reviewSubmissions", "relationships": app}})
    path = f"/v1/reviewSubmissions?filter[app]={simulator.app.app}"
    assert simulator.ask("GET", path).response["data"] == []
    assert [item["id"] for item in simulator.ask("GET", "/v1/apps").response["data"]] == [simulator.app.app]
    time[0] += 30
    assert len(simulator.ask("GET", path).response["data"]) == 1
