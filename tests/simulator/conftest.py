"""Request bodies as a well-behaved client makes them, to be bent by the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json

Body: TypeAlias = Callable[..., Json]


@pytest.fixture
def achievement_v1() -> Body:
    """Give the maker of a body for ``POST /v1/gameCenterAchievements``."""

    def make(simulator: Simulator, identifier: str = "quest.first", **attributes: Json) -> Json:
        given = {"referenceName": "First", "points": 5, "showBeforeEarned": True, "repeatable": False}
        owner = {"data": {"type": "gameCenterDetails", "id": simulator.app.detail}}
        return {
            "data": {
                "type": "gameCenterAchievements",
                "attributes": given | {"vendorIdentifier": identifier} | attributes,
                "relationships": {"gameCenterDetail": owner},
            }
        }

    return make


@pytest.fixture
def achievement_v2(achievement_v1: Body) -> Body:
    """Give the maker of a body for ``POST /v2/gameCenterAchievements``."""

    def make(simulator: Simulator, identifier: str = "quest.first", **attributes: Json) -> Json:
        body = achievement_v1(simulator, identifier, **attributes)
        inline = {"type": "gameCenterAchievementVersions", "id": "${v1}"}
        body["data"]["relationships"]["versions"] = {"data": [inline]}
        return body | {"included": [inline]}

    return make


@pytest.fixture
def localization() -> Body:
    """Give the maker of a body for a localization under any parent."""

    def make(relation: str, kind: str, parent: str, locale: str = "en-US", **attributes: Json) -> Json:
        given = {"name": "Name", "beforeEarnedDescription": "Before", "afterEarnedDescription": "After"}
        return {
            "data": {
                "type": "gameCenterAchievementLocalizations",
                "attributes": given | {"locale": locale} | attributes,
                "relationships": {relation: {"data": {"type": kind, "id": parent}}},
            }
        }

    return make


@pytest.fixture
def submission() -> Body:
    """Give the maker of a body for ``POST /v1/gameCenterPlayerAchievementSubmissions``."""

    def make(percentage: Json = 50, identifier: str = "quest.first", **attributes: Json) -> Json:
        given = {
            "bundleId": "com.example.game",
            "vendorIdentifier": identifier,
            "scopedPlayerId": "A:_0123456789abcdef0123456789abcdef",
            "percentageAchieved": percentage,
        }
        return {"data": {"type": "gameCenterPlayerAchievementSubmissions", "attributes": given | attributes}}

    return make
