"""Finding the app and reading what is live, from canned replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from gcbulk.appstore.calls import Call, Reply
from gcbulk.errors import ApiError, PlanError, SettingsError, UnreachableError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, Json, LiveImage, LiveLocalization, LiveThing, LiveVersion, Target
from gcbulk.service.client import Client
from gcbulk.service.clock import Clock
from gcbulk.service.live import find_target, opened, read_snapshot, version_id
from gcbulk.settings import Credentials, Settings

BUNDLE = "com.example.game"
KEY = ec.generate_private_key(ec.SECP256R1())
DETAIL = Target(bundle_id=BUNDLE, app_name="Game", detail_id="d1")


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    start: datetime

    def advance(self, seconds: float) -> None: ...


class Canned(Client):
    """A client that has an answer for each path, and none for any other."""

    def __init__(self, answers: Mapping[str, Json], clock: Time | None = None) -> None:
        self._answers = answers
        self._time = clock
        self.paths: list[str] = []

    def read(self, call: Call) -> Reply:
        self.paths.append(call.path)
        if self._time:
            self._time.advance(3)
        answer = self._answers[call.path]
        if isinstance(answer, Exception):
            raise answer
        return Reply(200, {}, orjson.dumps(answer))

    def pages(self, call: Call) -> Iterator[Reply]:
        yield self.read(call)


def settings(bundle_id: str | None = BUNDLE, detail_id: str | None = None) -> Settings:
    """Give settings for an app."""
    credentials = Credentials("KEY1234567", None, KEY)
    return Settings(credentials=credentials, bundle_id=bundle_id, detail_id=detail_id, journal=Path("unused"))


def apps(*bundle_ids: str) -> Json:
    """Give a listing of apps."""
    items = [{"type": "apps", "id": "a1", "attributes": {"bundleId": one, "name": "Game"}} for one in bundle_ids]
    return {"data": items}


def detail(group: Json = None, **attributes: Json) -> Json:
    """Give a detail, with its group and its app."""
    linked = {"gameCenterGroup": {"data": group and {"type": "gameCenterGroups", "id": group}}}
    data = {"type": "gameCenterDetails", "id": "d1", "relationships": linked}
    return {"data": data, "included": [{"type": "apps", "id": "a1", "attributes": attributes}]}


OF_APP = "/v1/apps/a1/gameCenterDetail"


@pytest.mark.parametrize(("group", "group_id"), [(None, None), ("g1", "g1")], ids=["alone", "in a group"])
def test_by_bundle_id(group: str | None, group_id: str | None) -> None:
    """An app is found by its bundle id in two reads, with its detail and the group this may be in."""
    client = Canned({"/v1/apps": apps(f"{BUNDLE}.lite", BUNDLE), OF_APP: detail(group)})
    assert find_target(client, settings()) == Target(BUNDLE, "Game", "d1", group_id)
    assert client.paths == ["/v1/apps", OF_APP]


def test_an_app_that_the_key_does_not_see() -> None:
    """An unknown bundle id is the caller's mistake, and named as such."""
    with pytest.raises(SettingsError, match=r"no app with the bundle id 'com\.example\.game'.*capitals count"):
        find_target(Canned({"/v1/apps": apps(f"{BUNDLE}.lite")}), settings())


@pytest.mark.parametrize(
    "answer",
    [ApiError("none", status=404, code="NOT_FOUND"), {"data": None}, {"data": {"id": 7}}],
    ids=["404", "null", "no id"],
)
def test_game_center_is_off(answer: Json) -> None:
    """An app without a Game Center detail is told where to turn it on."""
    with pytest.raises(PlanError, match=r"Game Center is not on for Game \(com\.example\.game\)\. Turn it on"):
        find_target(Canned({"/v1/apps": apps(BUNDLE), OF_APP: answer}), settings())


def test_another_refusal_stays_what_it_is() -> None:
    """A refusal to read the detail for another reason is not taken for Game Center being off."""
    client = Canned({"/v1/apps": apps(BUNDLE), OF_APP: ApiError("no", status=403, code="FORBIDDEN")})
    with pytest.raises(ApiError, match="no"):
        find_target(client, settings())


@pytest.mark.parametrize(
    ("bundle_id", "attributes", "target"),
    [
        (None, {"bundleId": BUNDLE, "name": "Game"}, Target(BUNDLE, "Game", "d1")),
        (BUNDLE, {"bundleId": BUNDLE, "name": "Game"}, Target(BUNDLE, "Game", "d1")),
        (BUNDLE, {}, Target(BUNDLE, None, "d1")),
        (None, {"bundleId": 7, "name": []}, Target(None, None, "d1")),
    ],
    ids=["detail alone", "both", "app not said", "nonsense said"],
)
def test_by_detail_id(bundle_id: str | None, attributes: Json, target: Target) -> None:
    """A detail id saves the look-up of the app: one read."""
    client = Canned({"/v1/gameCenterDetails/d1": detail(**attributes)})
    assert find_target(client, settings(bundle_id, "d1")) == target
    assert client.paths == ["/v1/gameCenterDetails/d1"]


@pytest.mark.parametrize(("status", "error"), [(404, SettingsError), (403, ApiError)])
def test_a_detail_that_the_key_does_not_see(status: int, error: type[Exception]) -> None:
    """A wrong detail id is a matter of settings, which trying again does not help; another refusal stays that."""
    client = Canned({"/v1/gameCenterDetails/d1": ApiError("no", status=status, code="X")})
    with pytest.raises(error, match="--detail-id" if status == 404 else "no"):
        find_target(client, settings(None, "d1"))


def test_detail_and_bundle_id_that_contradict() -> None:
    """A detail of another app is refused before anything is sent to it."""
    client = Canned({"/v1/gameCenterDetails/d1": detail(bundleId="com.example.other")})
    with pytest.raises(SettingsError, match=r"belongs to com\.example\.other, not to com\.example\.game"):
        find_target(client, settings(BUNDLE, "d1"))


def achievement(number: int, *, versions: list[str] | None = None, localizations: list[str] | None = None) -> Json:
    """Give an achievement of a listing."""
    given = {"versions": versions, "localizations": localizations}
    linked = {name: {"data": [{"type": name, "id": one} for one in ids]} for name, ids in given.items() if ids}
    attributes = {"vendorIdentifier": f"quest.{number}", "points": number}
    return {"type": "gameCenterAchievements", "id": f"a{number}", "attributes": attributes, "relationships": linked}


def words(locale: str) -> Json:
    """Give a localization of a listing."""
    return {"type": "localizations", "id": f"l-{locale}", "attributes": {"locale": locale, "name": "First"}}


WORDS = {"en-US": LiveLocalization("l-en-US", {"locale": "en-US", "name": "First"})}
LIST_V2 = "/v1/gameCenterDetails/d1/gameCenterAchievementsV2"


def test_snapshot_v2(clock: Time) -> None:
    """v2: one listing, and one read for each achievement whose localizations matter; dated before it was asked for."""
    client = Canned(
        {
            LIST_V2: {"data": [achievement(1, versions=["v1"]), achievement(2, versions=["v2"])]},
            "/v2/gameCenterAchievementVersions/v1/localizations": {"data": [words("en-US")]},
        },
        clock,
    )
    found = read_snapshot(client, clock, {RESOURCE: {"quest.1", "quest.9"}}, api=Api.V2, target=DETAIL)
    assert found.taken_at == clock.start
    attributes = [{"vendor_identifier": f"quest.{number}", "points": number} for number in (1, 2)]
    assert found.of(RESOURCE) == {
        "quest.1": (LiveThing("a1", attributes[0], "v1", None, WORDS, (LiveVersion("v1"),)),),
        "quest.2": (LiveThing("a2", attributes[1], "v2", None, None, (LiveVersion("v2"),)),),
    }
    assert client.paths == [LIST_V2, "/v2/gameCenterAchievementVersions/v1/localizations"]


def test_snapshot_v2_asks_for_a_version_that_the_listing_does_not_name(clock: Time) -> None:
    """v2: where the listing names no version, it is asked for; without one there are no localizations."""
    client = Canned(
        {
            LIST_V2: {"data": [achievement(1), achievement(2)]},
            "/v2/gameCenterAchievements/a1/versions": {"data": [{"id": "v1", "attributes": {"version": 1}}]},
            "/v2/gameCenterAchievementVersions/v1/localizations": {"data": []},
            "/v2/gameCenterAchievements/a2/versions": {"data": []},
        }
    )
    found = read_snapshot(client, clock, {RESOURCE: {"quest.1", "quest.2"}}, api=Api.V2, target=DETAIL)
    assert [(one.parent_id, one.localizations) for (one,) in found.of(RESOURCE).values()] == [("v1", {}), (None, {})]


class Changing(Canned):
    """A client whose answers to a listing follow one another."""

    def __init__(self, listings: list[Json]) -> None:
        super().__init__({LIST_V2: None})
        self._listings = listings

    def read(self, call: Call) -> Reply:
        self._answers = {LIST_V2: {"data": self._listings.pop(0)}}
        return super().read(call)


TWIN = achievement(1) | {"id": "a9"}


@pytest.mark.parametrize(
    ("listings", "ids"),
    [
        ([[achievement(1)]], ["a1"]),
        ([[achievement(1), TWIN], [achievement(1), TWIN]], ["a1", "a9"]),
        ([[achievement(1), TWIN], [achievement(1)]], ["a1"]),
        ([[achievement(1), achievement(1)]], ["a1"]),
    ],
    ids=["once", "twice in both", "twice in one", "one and the same"],
)
def test_what_is_there_twice_is_believed_of_two_lists(clock: Time, listings: list[Json], ids: list[str]) -> None:
    """F28: the advice to delete one rests on no single list; an item that is shown twice is one."""
    client = Changing(listings)
    found = read_snapshot(client, clock, {RESOURCE: ()}, api=Api.V2, target=DETAIL)
    assert [one.id for one in found.of(RESOURCE)["quest.1"]] == ids
    assert listings == []


def test_snapshot_v1(clock: Time) -> None:
    """v1: one listing brings the localizations along."""
    path = "/v1/gameCenterGroups/g1/gameCenterAchievements"
    listing = {"data": [achievement(1, localizations=["l-en-US"])], "included": [words("en-US")]}
    listing["data"][0]["relationships"]["localizations"]["data"][0]["type"] = "localizations"
    client = Canned({path: listing})
    target = Target(BUNDLE, "Game", "d1", "g1")
    found = read_snapshot(client, clock, {RESOURCE: {"quest.1"}}, api=Api.V1, target=target)
    assert found.of(RESOURCE)["quest.1"][0].localizations == WORDS
    assert client.paths == [path]


def test_newest_version_of_an_achievement() -> None:
    """The newest version is asked for by the achievement's id."""
    versions = [{"id": "v1", "attributes": {"version": 1}}, {"id": "v2", "attributes": {"version": 2}}]
    client = Canned({"/v2/gameCenterAchievements/a1/versions": {"data": versions}})
    assert version_id(client, RESOURCE, Api.V2, "a1") == "v2"


def test_snapshot_v1_with_images(clock: Time) -> None:
    """v1: images cost a read for each achievement that has localizations, and only when they are wanted."""
    path, texts = "/v1/gameCenterDetails/d1/gameCenterAchievements", "/v1/gameCenterAchievements/a1/localizations"
    listing = {"data": [achievement(1, localizations=["l-en-US"]), achievement(2)], "included": [words("en-US")]}
    listing["data"][0]["relationships"]["localizations"]["data"][0]["type"] = "localizations"
    image = {"type": "images", "id": "i1"}
    pictured = {**words("en-US"), "relationships": {"gameCenterAchievementImage": {"data": image}}}
    client = Canned({path: listing, texts: {"data": [pictured]}})
    found = read_snapshot(client, clock, {RESOURCE: None}, api=Api.V1, target=DETAIL, with_images=True)
    (one,) = found.of(RESOURCE)["quest.1"]
    assert one.localizations is not None
    assert one.localizations["en-US"].image == LiveImage("i1")
    assert client.paths == [path, texts]


def test_snapshot_with_everything(clock: Time) -> None:
    """All localizations and the display order, where they are asked for."""
    order = "/v1/gameCenterDetails/d1/relationships/gameCenterAchievementsV2"
    texts = "/v2/gameCenterAchievementVersions/v1/localizations"
    listing = {"data": [achievement(1, versions=["v1"])]}
    client = Canned({LIST_V2: listing, texts: {"data": []}, order: {"data": [{"id": "a2"}, {"id": "a1"}]}})
    found = read_snapshot(client, clock, {RESOURCE: None}, api=Api.V2, target=DETAIL, with_order=True)
    assert found.order_of(RESOURCE) == ("a2", "a1")
    assert client.paths == [LIST_V2, texts, order]


@pytest.mark.parametrize("versions", [(), (LiveVersion("v1", 3, "LIVE"),)], ids=["none known", "third"])
def test_an_achievement_with_a_new_version(versions: tuple[LiveVersion, ...]) -> None:
    """A version just opened is a draft with what the service put into it; what was before stays known."""
    before = LiveThing("a1", {}, "v1", "LIVE", WORDS, versions, editable=False, deletable=False)
    client = Canned({"/v2/gameCenterAchievementVersions/v2/localizations": {"data": []}})
    after = opened(client, RESOURCE, Api.V2, before, "v2")
    number = len(versions) * 3 + 1
    assert after.versions[-1] == LiveVersion("v2", number, "PREPARE_FOR_SUBMISSION")
    assert (after.parent_id, after.localizations, after.earlier) == ("v2", {}, WORDS)
    assert (after.editable, after.deletable) == (True, False)


@pytest.mark.parametrize("where", [LIST_V2, "/v2/gameCenterAchievementVersions/v1/localizations"])
def test_a_listing_that_makes_no_sense_is_not_believed(clock: Time, where: str) -> None:
    """F8: what has no identifier or no locale would count as absent, and be created a second time."""
    nameless = {"data": [{"type": "x", "id": "1", "attributes": {"name": "First"}}]}
    answers = {
        LIST_V2: {"data": [achievement(1, versions=["v1"])]},
        "/v2/gameCenterAchievementVersions/v1/localizations": {"data": [words("en-US")]},
    }
    client = Canned({**answers, where: nameless}, clock)
    with pytest.raises(UnreachableError, match="makes no sense"):
        read_snapshot(client, clock, {RESOURCE: None}, api=Api.V2, target=DETAIL)
