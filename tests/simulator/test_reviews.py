from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Exchange, Json
from gcbulk.simulator.kinds.achievements import ACHIEVEMENTS
from gcbulk.simulator.store import Resource

REVIEWS, ITEMS = "/v1/reviewSubmissions", "/v1/reviewSubmissionItems"
RELEASES = "/v1/gameCenterAchievementReleases"
KIND = "gameCenterAchievements"
INVALID_STATE = "STATE_ERROR.ENTITY_STATE_INVALID"


def data(kind: str, attributes: Json = None, key: str | None = None, **relations: tuple[str, str]) -> Json:
    """Make a document."""
    document: Json = {"type": kind}
    document |= {"id": key} if key else {}
    document |= {"attributes": attributes} if attributes is not None else {}
    members = {name: {"data": {"type": type_, "id": id_}} for name, (type_, id_) in relations.items()}
    return {"data": document | ({"relationships": members} if members else {})}


def open_review(simulator: Simulator, **attributes: Json) -> Exchange:
    """Open a review submission for the default app."""
    app = ("apps", simulator.app.app)
    return simulator.ask("POST", REVIEWS, data("reviewSubmissions", attributes or None, app=app))


def add_item(simulator: Simulator, review: str, version: str) -> Exchange:
    """Put a version into a review submission."""
    relations: Json = {
        "reviewSubmission": ("reviewSubmissions", review),
        "gameCenterAchievementVersion": ("gameCenterAchievementVersions", version),
    }
    return simulator.ask("POST", ITEMS, data("reviewSubmissionItems", **relations))


def change(simulator: Simulator, path: str, key: str, **attributes: Json) -> Exchange:
    """Patch some attributes."""
    body = data(path.rpartition("/")[2], attributes, key)
    return simulator.ask("PATCH", f"{path}/{key}", body)


def code(exchange: Exchange) -> str:
    """Give the code of a refusal's first error."""
    return str(exchange.response["errors"][0]["code"])


def version_of(simulator: Simulator, achievement: Resource) -> Resource:
    """Give the newest version of an achievement."""
    return ACHIEVEMENTS.newest_version(simulator.store, achievement)


def test_a_version_goes_through_review(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """Open, add, hand in: the version's state follows, and the open submission can be found again."""
    achievement = simulator.add_achievement("quest.first")
    version = version_of(simulator, achievement)
    review = open_review(simulator, platform="IOS").response["data"]["id"]
    found = simulator.ask("GET", f"{REVIEWS}?filter[app]={simulator.app.app}&filter[state]=READY_FOR_REVIEW")
    assert [item["id"] for item in found.response["data"]] == [review]
    assert add_item(simulator, review, version.id).status == 201
    assert version.attributes["state"] == "READY_FOR_REVIEW"
    handed_in = change(simulator, REVIEWS, review, submitted=True)
    assert handed_in.response["data"]["attributes"]["state"] == "WAITING_FOR_REVIEW"
    assert version.attributes["state"] == "WAITING_FOR_REVIEW"
    for path in (
        f"{REVIEWS}/{review}?include=items,app",
        f"{REVIEWS}/{review}/items?include=gameCenterAchievementVersion",
        f"/v1/apps/{simulator.app.app}/reviewSubmissions?filter[state]=WAITING_FOR_REVIEW",
    ):
        assert simulator.ask("GET", path).status == 200
    assert_contract(simulator.exchanges)


def test_a_list_of_reviews_needs_its_app(simulator: Simulator) -> None:
    """The filter for the app is required, and another app's submissions are not shown."""
    assert simulator.ask("GET", REVIEWS).response["errors"][0]["source"] == {"parameter": "filter[app]"}
    open_review(simulator)
    other = simulator.add_app(bundle_id="com.example.other").app
    assert simulator.ask("GET", f"{REVIEWS}?filter[app]={other}").response["data"] == []


def test_one_review_is_open_for_each_platform(simulator: Simulator) -> None:
    """A second open one is refused for the same platform and taken for another."""
    assert open_review(simulator).status == 201
    assert code(open_review(simulator, platform="IOS")) == "STATE_ERROR.REVIEW_SUBMISSION_EXISTS"
    assert open_review(simulator, platform="MAC_OS").status == 201
    assert code(open_review(simulator, platform="AMIGA")) == "ENTITY_ERROR.ATTRIBUTE.TYPE"


def test_an_empty_review_cannot_be_handed_in(simulator: Simulator) -> None:
    """Nor one that was handed in before."""
    review = open_review(simulator).response["data"]["id"]
    assert code(change(simulator, REVIEWS, review, submitted=True)) == INVALID_STATE
    version = version_of(simulator, simulator.add_achievement("quest.first"))
    add_item(simulator, review, version.id)
    assert change(simulator, REVIEWS, review, submitted=True).status == 200
    assert code(change(simulator, REVIEWS, review, submitted=True)) == INVALID_STATE
    assert code(add_item(simulator, review, version.id)) == INVALID_STATE


def test_a_version_goes_into_one_review(simulator: Simulator) -> None:
    """What is in a submission, or live, cannot be added; nor can another app's version."""
    achievement = simulator.add_achievement("quest.first")
    version = version_of(simulator, achievement)
    review = open_review(simulator).response["data"]["id"]
    add_item(simulator, review, version.id)
    assert code(add_item(simulator, review, version.id)) == "STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION"
    other = simulator.add_app(bundle_id="com.example.other").detail
    foreign = version_of(simulator, simulator.add_achievement("quest.second", owner=other))
    assert code(add_item(simulator, review, foreign.id)) == "ENTITY_ERROR.RELATIONSHIP.INVALID"


def test_a_version_of_the_apps_group_can_be_reviewed(simulator: Simulator) -> None:
    """The achievements of an app in a group go in with that app's submission."""
    ids = simulator.add_app(bundle_id="com.example.other", group="Saga")
    version = version_of(simulator, simulator.add_achievement("quest.first", owner=ids.group))
    body = data("reviewSubmissions", app=("apps", ids.app))
    review = simulator.ask("POST", REVIEWS, body).response["data"]["id"]
    assert add_item(simulator, review, version.id).status == 201


def test_a_review_takes_two_hundred_items(simulator: Simulator) -> None:
    """The two hundred and first item is refused."""
    review = open_review(simulator).response["data"]["id"]
    for number in range(200):
        version = version_of(simulator, simulator.add_achievement(f"quest.{number}"))
        assert add_item(simulator, review, version.id).status == 201
    version = version_of(simulator, simulator.add_achievement("one.more"))
    assert code(add_item(simulator, review, version.id)) == "ENTITY_ERROR.TOO_MANY_ITEMS"


@pytest.mark.parametrize("way", ["delete", "removed", "removed and deleted"])
def test_an_item_can_be_taken_out_before_it_is_handed_in(
    simulator: Simulator, way: str, assert_contract: Callable[..., None]
) -> None:
    """The version is a draft again, and can go into the submission once more."""
    version = version_of(simulator, simulator.add_achievement("quest.first"))
    review = open_review(simulator).response["data"]["id"]
    item = add_item(simulator, review, version.id).response["data"]["id"]
    if "removed" in way:
        assert change(simulator, ITEMS, item, resolved=True).status == 200
        removed = change(simulator, ITEMS, item, removed=True)
        assert removed.response["data"]["attributes"]["state"] == "REMOVED"
    if "delete" in way:
        assert simulator.ask("DELETE", f"{ITEMS}/{item}").status == 204
    assert version.attributes["state"] == "PREPARE_FOR_SUBMISSION"
    again = add_item(simulator, review, version.id).response["data"]["id"]
    assert change(simulator, REVIEWS, review, submitted=True).status == 200
    assert code(simulator.ask("DELETE", f"{ITEMS}/{again}")) == INVALID_STATE
    assert_contract(simulator.exchanges)


def test_a_review_can_be_taken_back(simulator: Simulator) -> None:
    """A cancelled submission gives its versions back to the developer."""
    version = version_of(simulator, simulator.add_achievement("quest.first"))
    review = open_review(simulator).response["data"]["id"]
    add_item(simulator, review, version.id)
    change(simulator, REVIEWS, review, submitted=True)
    assert change(simulator, REVIEWS, review, canceled=True).response["data"]["attributes"]["state"] == "COMPLETE"
    assert version.attributes["state"] == "DEVELOPER_REJECTED"


def test_a_live_version_replaces_the_one_before(simulator: Simulator) -> None:
    """There is one live version of an achievement at a time."""
    achievement = simulator.add_achievement("quest.first")
    first = simulator.move_version(achievement, "LIVE")
    body = data("gameCenterAchievementVersions", achievement=(KIND, achievement.id))
    assert simulator.ask("POST", "/v2/gameCenterAchievementVersions", body).status == 201
    second = simulator.move_version(achievement, "LIVE")
    assert first.attributes["state"] == "REPLACED_WITH_NEW_VERSION"
    assert second.attributes == {"version": 2, "state": "LIVE"}


def release(simulator: Simulator, detail: str | None, achievement: Resource) -> Exchange:
    """Ask for a release in version 1's way."""
    relations: Json = {
        "gameCenterDetail": ("gameCenterDetails", detail or ""),
        "gameCenterAchievement": (KIND, achievement.id),
    }
    return simulator.ask("POST", RELEASES, data("gameCenterAchievementReleases", **relations))


def test_a_release_of_version_1(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """An achievement is released once for a detail, is listed, and can be taken back."""
    achievement = simulator.add_achievement("quest.first")
    made = release(simulator, simulator.app.detail, achievement)
    assert made.response["data"]["attributes"] == {"live": False}
    assert release(simulator, simulator.app.detail, achievement).status == 409
    key = made.response["data"]["id"]
    for path in (
        f"/v1/{KIND}/{achievement.id}/releases?filter[live]=false",
        f"/v1/gameCenterDetails/{simulator.app.detail}/achievementReleases?include=gameCenterAchievement",
    ):
        assert [item["id"] for item in simulator.ask("GET", path).response["data"]] == [key]
    assert simulator.ask("GET", f"{RELEASES}/{key}?include=gameCenterDetail").status == 200
    assert simulator.ask("DELETE", f"{RELEASES}/{key}").status == 204
    assert simulator.ask("GET", f"{RELEASES}/{key}").status == 404
    assert_contract(simulator.exchanges)


def test_a_release_stays_in_the_app_or_its_group(simulator: Simulator) -> None:
    """A foreign achievement is refused; one of the group can be released for each of its apps."""
    first = simulator.add_app(bundle_id="com.example.one", group="Saga")
    second = simulator.add_app(bundle_id="com.example.two", group="Saga")
    achievement = simulator.add_achievement("quest.first", owner=first.group)
    assert release(simulator, simulator.app.detail, achievement).status == 409
    assert release(simulator, first.detail, achievement).status == 201
    assert release(simulator, second.detail, achievement).status == 201


@pytest.mark.parametrize("tail", [KIND, f"{KIND}V2"])
def test_the_order_is_replaced_as_a_whole(
    simulator: Simulator, tail: str, assert_contract: Callable[..., None]
) -> None:
    """The list of identifiers becomes the display order; archived ones may be left out and go last."""
    keys = [simulator.add_achievement(f"quest.{number}", archived=number == 0).id for number in range(4)]
    path = f"/v1/gameCenterDetails/{simulator.app.detail}"
    order = [keys[3], keys[1], keys[2]]
    body = {"data": [{"type": KIND, "id": key} for key in order]}
    assert simulator.ask("PATCH", f"{path}/relationships/{tail}", body).status == 204
    linkage = simulator.ask("GET", f"{path}/relationships/{tail}?limit=3").response
    assert linkage["data"] == body["data"]
    assert "next" in linkage["links"]
    listed = simulator.ask("GET", f"{path}/{tail}").response["data"]
    assert [item["id"] for item in listed] == [*order, keys[0]]
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("names", [[0], [0, 1, 1], [0, 1, 9], []], ids=str)
def test_an_order_names_every_achievement_once(simulator: Simulator, names: list[int]) -> None:
    """Missing, repeated and foreign achievements are refused, and the order stays."""
    keys = {number: simulator.add_achievement(f"quest.{number}").id for number in range(2)}
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/relationships/{KIND}V2"
    body = {"data": [{"type": KIND, "id": keys.get(name, "foreign")} for name in names]}
    assert code(simulator.ask("PATCH", path, body)) == "ENTITY_ERROR.RELATIONSHIP.INVALID"
    assert [item["id"] for item in simulator.ask("GET", path).response["data"]] == list(keys.values())


@pytest.mark.parametrize(
    ("body", "status"),
    [([], 422), ({"data": {}}, 422), ({"data": ["a"]}, 422), ({"data": [{"type": "apps", "id": "1"}]}, 409)],
    ids=str,
)
def test_an_order_that_is_no_list_is_refused(simulator: Simulator, body: Json, status: int) -> None:
    """The body is a list of identifiers of achievements."""
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/relationships/{KIND}V2"
    assert simulator.ask("PATCH", path, body).status == status


def test_groups_can_be_listed_and_made(simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """Groups are listed, all or those of a detail, with their details."""
    ids = simulator.add_app(bundle_id="com.example.other", group="Saga")
    made = simulator.ask("POST", "/v1/gameCenterGroups", data("gameCenterGroups", {"referenceName": "New"}))
    assert made.response["data"]["attributes"] == {"referenceName": "New"}
    assert simulator.ask("GET", "/v1/gameCenterGroups").response["meta"]["paging"]["total"] == 2
    found = simulator.ask("GET", f"/v1/gameCenterGroups?filter[gameCenterDetails]={ids.detail}")
    assert [item["id"] for item in found.response["data"]] == [ids.group]
    details = simulator.ask("GET", f"/v1/gameCenterGroups/{ids.group}/gameCenterDetails")
    assert [item["id"] for item in details.response["data"]] == [ids.detail]
    assert_contract(simulator.exchanges)


def test_what_comes_back_from_the_archive_counts_again(simulator: Simulator) -> None:
    """Unarchiving keeps to the number and the points of the app."""
    old = simulator.add_achievement("quest.old", points=100, archived=True)
    last = [simulator.add_achievement(f"quest.{number}", points=10) for number in range(100)][-1]
    path = f"/v2/{KIND}/{old.id}"
    back = data(KIND, {"archived": False}, old.id)
    refused = simulator.ask("PATCH", path, back)
    assert [error["code"] for error in refused.response["errors"]] == [
        "ENTITY_ERROR.INVALID_TOTAL_APP_POINTS",
        "ENTITY_ERROR.TOO_MANY_ACHIEVEMENTS",
    ]
    simulator.ask("PATCH", f"/v2/{KIND}/{last.id}", data(KIND, {"archived": True}, last.id))
    assert simulator.ask("PATCH", path, data(KIND, {"archived": False, "points": 10}, old.id)).status == 200


@pytest.mark.parametrize("strict", [True, False], ids=["any unfinished one", "an open one"])
def test_what_keeps_a_second_review_from_being_made(simulator: Simulator, strict: bool) -> None:
    """A submission that is with the reviewers blocks another one of its platform, or does not, as the switch says."""
    simulator.change(one_unfinished_review=strict)
    version = version_of(simulator, simulator.add_achievement("quest.first"))
    review = open_review(simulator, platform="IOS").response["data"]["id"]
    add_item(simulator, review, version.id)
    assert open_review(simulator, platform="IOS").status == 409
    change(simulator, REVIEWS, review, submitted=True)
    assert (open_review(simulator, platform="IOS").status == 409) is strict
    assert open_review(simulator, platform="MAC_OS").status == 201


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "taken"])
def test_taking_back_what_was_not_handed_in(simulator: Simulator, refused: bool) -> None:
    """Cancelling an open submission is refused, or ends it, as the switch says."""
    simulator.change(cancel_refused=refused)
    review = open_review(simulator).response["data"]["id"]
    answer = change(simulator, REVIEWS, review, canceled=True)
    assert (answer.status, open_review(simulator).status) == ((409, 409) if refused else (200, 201))


def test_an_item_that_is_attached_names_where(simulator: Simulator) -> None:
    """A version stays with its submission until that is complete, also while it has unresolved issues."""
    version = version_of(simulator, simulator.add_achievement("quest.first"))
    first = open_review(simulator, platform="IOS").response["data"]["id"]
    second = open_review(simulator, platform="MAC_OS").response["data"]["id"]
    add_item(simulator, first, version.id)
    simulator.store.update(simulator.store.get("reviewSubmissions", first) or version, {"state": "UNRESOLVED_ISSUES"})
    refused = add_item(simulator, second, version.id)
    assert code(refused) == "STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION"
    assert first in refused.response["errors"][0]["detail"]


@pytest.mark.parametrize("blocks", [True, False], ids=["blocks", "does not"])
def test_a_release_that_is_left_over(simulator: Simulator, blocks: bool) -> None:
    """A version 1 release that is not live keeps its achievement out of a review, or does not, as the switch says."""
    simulator.change(releases_block_items=blocks)
    achievement = simulator.add_achievement("quest.first")
    left = release(simulator, simulator.app.detail, achievement).response["data"]["id"]
    review = open_review(simulator).response["data"]["id"]
    answer = add_item(simulator, review, version_of(simulator, achievement).id)
    assert (answer.status == 409) is blocks
    simulator.ask("DELETE", f"{RELEASES}/{left}")
    again = add_item(simulator, review, version_of(simulator, achievement).id)
    assert (again.status == 201) is blocks


def test_an_app_without_a_price_gets_no_review(simulator: Simulator) -> None:
    """The refusal has the code that users reported."""
    simulator.change(pricing_missing=True)
    assert code(open_review(simulator)) == "STATE_ERROR.APP_PRICING_REQUIRED"
