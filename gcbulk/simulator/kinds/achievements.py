"""Achievements, and the rules for their points.

The rules are written down here a second time, independently: sharing the client's would let one mistake prove itself
right.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center/game-center-achievements
"""

from __future__ import annotations

from collections.abc import Sequence

from gcbulk.simulator import errors
from gcbulk.simulator.errors import Problem
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.families import ARCHIVED, REFERENCE_NAME, VENDOR_IDENTIFIER, Family
from gcbulk.simulator.model import Attribute
from gcbulk.simulator.neighbours import neighbours
from gcbulk.simulator.store import Resource

MAX_POINTS = 100
MAX_TOTAL_POINTS = 1000


def check_points(given: dict[str, Json], others: Sequence[Resource]) -> list[Problem]:
    """Check the points and the app's total; both may be wrong at once."""
    points, problems = given["points"], []
    if not 0 <= points <= MAX_POINTS:
        detail = f"You must provide points between 0 and {MAX_POINTS} for an achievement."
        problems.append(errors.entity("ENTITY_ERROR.INVALID_POINTS_RANGE", detail, errors.attribute("points")))
    if points + sum(other.attributes["points"] for other in others) > MAX_TOTAL_POINTS:
        detail = f"Total achievement points may not exceed {MAX_TOTAL_POINTS}."
        problems.append(errors.entity("ENTITY_ERROR.INVALID_TOTAL_APP_POINTS", detail, errors.attribute("points")))
    return problems


ACHIEVEMENTS = Family(
    stem="gameCenterAchievement",
    type="gameCenterAchievements",
    noun="achievement",
    nouns="achievements",
    attributes=(
        REFERENCE_NAME,
        VENDOR_IDENTIFIER,
        Attribute("points", "integer", required=True),
        Attribute("showBeforeEarned", "boolean", required=True),
        Attribute("repeatable", "boolean", required=True),
        ARCHIVED,
        Attribute("activityProperties", "map"),
    ),
    texts=(
        Attribute("name", required=True, max_length=50),
        Attribute("beforeEarnedDescription", required=True, max_length=255),
        Attribute("afterEarnedDescription", required=True, max_length=255),
    ),
    max_per_owner=100,
    plain="/v1",
    versioned="/v2",
    plain_neighbours=neighbours(singles="groupAchievement activity", unset="versions"),
    versioned_neighbours=neighbours(singles="activity"),
    ruled=("points",),
    rules=check_points,
    usual={"points": 5, "showBeforeEarned": True, "repeatable": False},
    usual_text={"name": "Name", "beforeEarnedDescription": "Before", "afterEarnedDescription": "After"},
)
