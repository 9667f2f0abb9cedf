"""Typed clients find what Apple's description promises them: every parameter, and an answer at every address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import urlencode, urlsplit

import pytest
from contract import SCHEMA
from simulator.test_images import commit, png, reserve, send

from gcbulk.simulator import Simulator
from gcbulk.simulator.catalog import Catalog
from gcbulk.simulator.exchange import Json, Request
from gcbulk.simulator.kinds import parts_of

Parameter: TypeAlias = tuple[str, str, str]
"""A path's template, and the name and a value of a parameter."""
VALUES = {"integer": ["1"], "boolean": ["true", "false"]}


def declared() -> Iterator[Parameter]:
    """Give every parameter that Apple declares for the reads that the simulator answers, with each of its values."""
    if not SCHEMA.exists():
        pytest.skip(f"Apple's API description, {SCHEMA.name}, is not beside the project")
    paths = json.loads(SCHEMA.read_text("utf-8"))["paths"]
    for path in sorted({path for method, path in Catalog(parts_of()).calls if method == "GET" and path in paths}):
        for each in [*paths[path].get("parameters", []), *paths[path].get("get", {}).get("parameters", [])]:
            schema = each["schema"].get("items", each["schema"])
            values = schema.get("enum") or VALUES.get(schema.get("type", ""), ["x"])
            if each["in"] == "query":
                yield from ((path, each["name"], value) for value in values)


def test_every_declared_parameter_is_taken(simulator: Simulator) -> None:
    """No parameter that Apple's description declares is refused, whatever value of it is given."""
    asked, refused = 0, []
    for path, name, value in declared():
        required = {} if path != "/v1/reviewSubmissions" else {"filter[app]": "1"}
        query = urlencode(required | {name: value}, safe="[],")
        asked += 1
        if simulator.ask("GET", f"{path.replace('{id}', '1')}?{query}").status == 400:
            refused.append((path, name, value))
    assert asked > 1000
    assert refused == []


@pytest.mark.parametrize(
    "query",
    [
        "sort=price",
        "sort=name,price",
        "exists[builds]=true",
        "exists[gameCenterEnabledVersions]=x",
        "fields[families]=a",
    ],
)
def test_a_parameter_that_nobody_declares_is_refused(simulator: Simulator, query: str) -> None:
    """What Apple's description does not declare is 400 and names the parameter."""
    assert simulator.ask("GET", f"/v1/apps?{query}").status == 400


def test_apps_are_sorted_and_filtered(simulator: Simulator) -> None:
    """``sort`` sorts by several attributes and either way; filters on reviews and on neighbours are obeyed."""
    for bundle_id, name in (("com.example.b", "Two"), ("com.example.a", "Two"), ("com.example.c", "One")):
        simulator.add_app(bundle_id=bundle_id, name=name)
    app = {"app": {"data": {"type": "apps", "id": simulator.app.app}}}
    simulator.ask("POST", "/v1/reviewSubmissions", {"data": {"type": "reviewSubmissions", "relationships": app}})

    def found(query: str) -> list[str]:
        apps = simulator.ask("GET", f"/v1/apps?{query}").response["data"]
        return [each["attributes"]["bundleId"].removeprefix("com.example.") for each in apps]

    assert found("sort=-name,bundleId") == ["a", "b", "c", "game"]
    assert found("sort=bundleId") == ["a", "b", "c", "game"]
    assert found("sort=-bundleId") == ["game", "c", "b", "a"]
    assert found("filter[reviewSubmissions.state]=READY_FOR_REVIEW") == ["game"]
    assert found("filter[reviewSubmissions.state]=COMPLETE") == []
    assert found("filter[appStoreVersions.platform]=IOS") == []
    assert found("exists[gameCenterEnabledVersions]=true") == []
    assert len(found("exists[gameCenterEnabledVersions]=false")) == 4


def filled(simulator: Simulator) -> None:
    """Put one of everything there: a text with a picture, a review with an item, a release, a group."""
    achievement = simulator.add_achievement("quest.first")
    text = simulator.add_localization(achievement, "en-US")
    image = reserve(simulator, text, len(png())).response["data"]
    send(simulator, image["attributes"]["uploadOperations"][0], png())
    commit(simulator, image["id"])
    simulator.add_app(bundle_id="com.example.other", group="Others")
    app = {"app": {"data": {"type": "apps", "id": simulator.app.app}}}
    review = {"type": "reviewSubmissions", "relationships": app}
    review_id = simulator.ask("POST", "/v1/reviewSubmissions", {"data": review}).response["data"]["id"]
    version = simulator.ask("GET", f"/v2/gameCenterAchievements/{achievement.id}/versions").response["data"][0]
    named = {
        "reviewSubmission": {"data": {"type": "reviewSubmissions", "id": review_id}},
        "gameCenterAchievementVersion": {"data": {"type": version["type"], "id": version["id"]}},
    }
    item = {"type": "reviewSubmissionItems", "relationships": named}
    assert simulator.ask("POST", "/v1/reviewSubmissionItems", {"data": item}).status == 201
    owners = {
        "gameCenterDetail": {"data": {"type": "gameCenterDetails", "id": simulator.app.detail}},
        "gameCenterAchievement": {"data": {"type": "gameCenterAchievements", "id": achievement.id}},
    }
    release = {"type": "gameCenterAchievementReleases", "relationships": owners}
    assert simulator.ask("POST", "/v1/gameCenterAchievementReleases", {"data": release}).status == 201


def addresses(value: Json) -> Iterator[str]:
    """Give every address that stands in an answer, templates filled in."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from addresses(each)
    elif isinstance(value, str) and value.startswith("http://"):
        yield value.replace("{w}", "64").replace("{h}", "32").replace("{f}", "png")


def test_every_address_that_is_handed_out_is_served(simulator: Simulator) -> None:
    """Each address in an answer leads to an answer, crawled from the apps and groups on, and a picture to its bytes."""
    filled(simulator)
    known, todo = (
        set[str](),
        ["/v1/apps", "/v1/gameCenterGroups", f"/v1/reviewSubmissions?filter[app]={simulator.app.app}"],
    )
    pictures = []
    while todo:
        target = todo.pop()
        if target in known:
            continue
        known.add(target)
        if target.startswith("/pictures/"):
            pictures.append(simulator.service.answer(Request("GET", target)))
            continue
        answer = simulator.ask("GET", target)
        assert answer.status in (200, 404), target
        todo += [address.removeprefix(simulator.base_url) for address in addresses(answer.response)]
        assert not any(urlsplit(each).netloc for each in todo), target
    assert len(known) > 100
    assert simulator.unhandled == []
    assert [(answer.status, answer.content_type) for answer in pictures] == [(200, "image/png")] * len(pictures)
    assert pictures
