"""The hand-off to review in the service's own words."""

from __future__ import annotations

import orjson
import pytest

from gcbulk.appstore import reviews
from gcbulk.appstore.calls import Call, Reply
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Json


def reply(document: Json) -> Reply:
    """An answer with this document."""
    return Reply(200, {}, orjson.dumps(document))


def linked(kind: str, one: str) -> Json:
    """A relationship to one resource."""
    return {"data": {"type": kind, "id": one}}


@pytest.mark.parametrize(
    ("call", "method", "path", "params"),
    [
        (
            reviews.open_submissions("1", "IOS"),
            "GET",
            "/v1/reviewSubmissions",
            {"filter[app]": "1", "filter[state]": "READY_FOR_REVIEW", "filter[platform]": "IOS", "limit": "200"},
        ),
        (reviews.submission("2"), "GET", "/v1/reviewSubmissions/2", {}),
        (
            reviews.items_of((RESOURCE,), "2"),
            "GET",
            "/v1/reviewSubmissions/2/items",
            {"include": "gameCenterAchievementVersion", "limit": "200"},
        ),
        (
            reviews.releases_of(RESOURCE, "3"),
            "GET",
            "/v1/gameCenterDetails/3/achievementReleases",
            {"include": "gameCenterAchievement", "limit": "200"},
        ),
    ],
    ids=["submissions", "submission", "items", "releases"],
)
def test_what_is_read(call: Call, method: str, path: str, params: dict[str, str]) -> None:
    """Paths and parameters are Apple's."""
    assert (call.method, call.path, dict(call.params)) == (method, path, params)


@pytest.mark.parametrize(
    ("call", "repeatable", "data"),
    [
        (
            reviews.create_submission("1", "MAC_OS"),
            False,
            {
                "type": "reviewSubmissions",
                "attributes": {"platform": "MAC_OS"},
                "relationships": {"app": linked("apps", "1")},
            },
        ),
        (
            reviews.add_item(RESOURCE, "2", "v"),
            False,
            {
                "type": "reviewSubmissionItems",
                "relationships": {
                    "reviewSubmission": linked("reviewSubmissions", "2"),
                    "gameCenterAchievementVersion": linked("gameCenterAchievementVersions", "v"),
                },
            },
        ),
        (reviews.submit("2"), True, {"type": "reviewSubmissions", "id": "2", "attributes": {"submitted": True}}),
        (
            reviews.release(RESOURCE, "3", "a"),
            False,
            {
                "type": "gameCenterAchievementReleases",
                "relationships": {
                    "gameCenterDetail": linked("gameCenterDetails", "3"),
                    "gameCenterAchievement": linked("gameCenterAchievements", "a"),
                },
            },
        ),
    ],
    ids=["create", "item", "submit", "release"],
)
def test_what_is_written(call: Call, repeatable: bool, data: Json) -> None:
    """Bodies are Apple's; what creates something is never sent twice blindly."""
    assert orjson.loads(call.body or b"") == {"data": data}
    assert call.repeatable is repeatable


def test_items_are_read_whatever_they_hold() -> None:
    """Achievement versions by their ids, others as others, what was taken out not at all."""

    def item(state: str, version: str | None) -> Json:
        relation = {"gameCenterAchievementVersion": linked("gameCenterAchievementVersions", version)} if version else {}
        return {
            "type": "reviewSubmissionItems",
            "id": f"i-{version}",
            "attributes": {"state": state},
            "relationships": relation,
        }

    held = [item("READY_FOR_REVIEW", "v1"), item("REMOVED", "v2"), item("APPROVED", None)]
    assert reviews.items((RESOURCE,), [reply({"data": held}), reply({"data": []})]) == [("achievement", "v1"), None]


def test_releases_are_read() -> None:
    """The achievements that have one."""
    release = {
        "type": "r",
        "id": "1",
        "relationships": {"gameCenterAchievement": linked("gameCenterAchievements", "a")},
    }
    assert reviews.released(RESOURCE, [reply({"data": [release, {"type": "r", "id": "2"}]})]) == {"a"}


@pytest.mark.parametrize(
    ("document", "state"),
    [({"data": {"attributes": {"state": "X"}}}, "X"), ({"data": {"attributes": {"state": 5}}}, None), ({}, None)],
    ids=["state", "odd", "none"],
)
def test_a_submissions_state(document: Json, state: str | None) -> None:
    """A state is a text, or it is not known."""
    assert reviews.state_of(reply(document)) == state
