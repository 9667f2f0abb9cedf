"""What an achievement is to plans, requests, the journal and reports.

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v2-gamecenterachievements and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterachievements; the limits:
https://developer.apple.com/help/app-store-connect/reference/game-center-achievements
"""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.kinds.forms import both_forms
from gcbulk.records import (
    Attribute,
    ImageResource,
    Json,
    Limit,
    Noun,
    ReleaseResource,
    Resource,
    Role,
    TextResource,
)


def frees_points(before: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    """Whether an update lowers the points in use, so that the app's total leaves room for others."""
    lowered = "points" in after and (before["points"] or 0) > after["points"]
    return lowered or after.get("archived") is True


RESOURCE = Resource(
    kind="achievement",
    noun=Noun("achievement", "achievements", key="Achievement ID"),
    words={
        Role.THING: "achievement",
        Role.TEXT: "localization",
        Role.IMAGE: "image",
        Role.VERSION: "version",
        Role.ORDER: "order",
        Role.REVIEW: "review",
    },
    type="gameCenterAchievements",
    version_type="gameCenterAchievementVersions",
    attributes=(
        Attribute(name="reference_name"),
        Attribute(name="vendor_identifier", immutable=True),
        Attribute(name="points", type=int),
        Attribute(name="show_before_earned", type=bool, title="Show Before Earned"),
        Attribute(name="repeatable", type=bool),
        # What is new is not archived, so a create does not take it.
        Attribute(name="archived", type=bool, on_create=False, optional=True, absent=False),
        Attribute(name="activity_properties", type=dict, optional=True, absent={}),
    ),
    text=TextResource(
        type="gameCenterAchievementLocalizations",
        attributes=(
            Attribute(name="locale", immutable=True),
            Attribute(name="name"),
            Attribute(name="before_earned_description"),
            Attribute(name="after_earned_description"),
        ),
    ),
    image=ImageResource(type="gameCenterAchievementImages"),
    release=ReleaseResource(
        type="gameCenterAchievementReleases", listed="achievementReleases", parent="gameCenterAchievement"
    ),
    review_item="gameCenterAchievementVersion",
    forms=both_forms("gameCenterAchievement", "achievement"),
    limits=(Limit(most=1000, of="points"), Limit(most=100)),
    gives_back=frees_points,
)
