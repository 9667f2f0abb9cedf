"""Finding an app's Game Center side."""

from __future__ import annotations

import orjson
import pytest

from gcbulk.appstore import apps
from gcbulk.appstore.calls import Reply
from gcbulk.records import Json

BUNDLE = "com.example.game"


def reply(body: Json) -> Reply:
    """Give an answer with a JSON body."""
    return Reply(200, {}, orjson.dumps(body))


def app(app_id: str, bundle_id: str, name: Json = "Game") -> Json:
    """Give an app as a reply's resource."""
    return {"type": "apps", "id": app_id, "attributes": {"bundleId": bundle_id, "name": name}}


def test_calls() -> None:
    """The look-ups go where Apple's description has them."""
    found = apps.find_app(BUNDLE)
    assert (found.method, found.path) == ("GET", "/v1/apps")
    assert found.params == (("filter[bundleId]", BUNDLE), ("limit", "200"))
    assert apps.detail_of_app("a1").path == "/v1/apps/a1/gameCenterDetail"
    assert apps.detail("d1").params == (("include", "gameCenterGroup,app"),)


@pytest.mark.parametrize(
    ("items", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param([app("1", f"{BUNDLE}.lite"), app("2", BUNDLE)], ("2", "Game"), id="a longer id is another app"),
        pytest.param([app("1", BUNDLE.upper())], None, id="capitals count"),
        pytest.param([app("2", BUNDLE, None)], ("2", BUNDLE), id="without a name"),
        pytest.param([app("2", BUNDLE, 7)], ("2", BUNDLE), id="a name that is none"),
    ],
)
def test_app_by_its_exact_bundle_id(items: list[Json], found: tuple[str, str] | None) -> None:
    """Only the app whose bundle id is the very same is taken."""
    assert apps.app_of(reply({"data": items}), BUNDLE) == found


def in_group(group: Json) -> Json:
    """Give a detail that is linked to a group."""
    return {"id": "d1", "relationships": {"gameCenterGroup": {"data": group}}}


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        pytest.param(None, (None, None), id="none"),
        pytest.param({"id": "d1"}, ("d1", None), id="no group"),
        pytest.param(in_group(None), ("d1", None), id="null group"),
        pytest.param(in_group({"id": "g1"}), ("d1", "g1"), id="group"),
        pytest.param({"id": 7, "relationships": {"gameCenterGroup": {"data": {"id": []}}}}, (None, None), id="no ids"),
    ],
)
def test_detail_and_group(data: Json, ids: tuple[str | None, str | None]) -> None:
    """The ids of detail and group, each only where it is one."""
    assert apps.detail_ids(reply({"data": data})) == ids


def test_app_that_came_along() -> None:
    """The app included with a detail is found among what else is included."""
    body = {"data": {"id": "d1"}, "included": [{"type": "gameCenterGroups", "id": "g1"}, app("1", BUNDLE)]}
    assert apps.included_app(reply(body)) == {"bundleId": BUNDLE, "name": "Game"}
    assert apps.included_app(reply({"data": {"id": "d1"}})) == {}


@pytest.mark.parametrize(
    ("links", "following"),
    [
        ({"next": "https://x.example/v1/apps?cursor=2"}, "https://x.example/v1/apps?cursor=2"),
        ({"next": None}, None),
        ({"next": ""}, None),
        ({"next": {"href": "x"}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_next_page(links: Json, following: str | None) -> None:
    """The next page is the link's text, and there is none where there is no text."""
    assert apps.next_page(reply({"data": [], "links": links})) == following


@pytest.mark.parametrize(
    ("included", "name"),
    [
        ([{"type": "gameCenterGroups", "id": "g1", "attributes": {"referenceName": "Saga"}}], "Saga"),
        ([{"type": "gameCenterGroups", "id": "g1", "attributes": {"referenceName": ""}}], None),
        ([{"type": "gameCenterGroups", "id": "g1", "attributes": {"referenceName": 7}}], None),
        ([{"type": "apps", "id": "a1"}], None),
        ([], None),
    ],
    ids=["named", "empty", "no text", "no group", "nothing"],
)
def test_the_name_of_the_group(included: Json, name: str | None) -> None:
    """A group is called by its reference name where it came along."""
    assert apps.group_name(reply({"data": {}, "included": included})) == name
