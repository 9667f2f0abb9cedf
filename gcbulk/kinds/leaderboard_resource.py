"""What a leaderboard is to plans, requests, the journal and reports.

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v2-gamecenterleaderboards and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterleaderboards; the limits and what a
narrower range does: https://developer.apple.com/help/app-store-connect/reference/leaderboards
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from gcbulk.kinds.forms import both_forms
from gcbulk.kinds.recurrence import same_duration, same_moment, same_rule
from gcbulk.records import (
    Attribute,
    Guard,
    ImageResource,
    Json,
    Limit,
    Noun,
    ReleaseResource,
    Resource,
    Role,
    TextResource,
)

MOST, MOST_WITHOUT_SETS = 500, 100
_LOSS = "players' scores outside the new range"


def same_number(value: Json) -> Json:
    """What different writings of one number have in common."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


def as_it_stands(value: Json) -> Json:
    """A text with the blanks around it: the one before a suffix stands between it and the score."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n")) if isinstance(value, str) else value


def raises(before: Json, after: Json) -> bool:
    """Whether the lower end of a range moves up; where there was none every end does that."""
    return before is None or bool(same_number(after) > same_number(before))


def lowers(before: Json, after: Json) -> bool:
    """Whether the upper end of a range moves down; where there was none every end does that."""
    return before is None or bool(same_number(after) < same_number(before))


def frees_a_place(before: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    """Whether an update puts a leaderboard away, so that the app has room for another one."""
    return after.get("archived") is True


_SUFFIXES = ("formatter_suffix_singular", "formatter_suffix")

RESOURCE = Resource(
    kind="leaderboard",
    noun=Noun("leaderboard", "leaderboards", key="Leaderboard ID"),
    words={role: "leaderboard" if role is Role.THING else f"leaderboard {role}" for role in Role}
    | {Role.TEXT: "leaderboard localization"},
    type="gameCenterLeaderboards",
    version_type="gameCenterLeaderboardVersions",
    attributes=(
        Attribute(name="reference_name"),
        Attribute(name="vendor_identifier", immutable=True),
        Attribute(name="default_formatter"),
        Attribute(name="submission_type"),
        Attribute(name="score_sort_type"),
        Attribute(
            name="score_range_start", optional=True, meaning=same_number, guard=Guard(applies=raises, loss=_LOSS)
        ),
        Attribute(name="score_range_end", optional=True, meaning=same_number, guard=Guard(applies=lowers, loss=_LOSS)),
        Attribute(name="recurrence_start_date", optional=True, meaning=same_moment),
        Attribute(name="recurrence_duration", optional=True, meaning=same_duration),
        Attribute(name="recurrence_rule", optional=True, meaning=same_rule),
        Attribute(name="visibility", optional=True),
        # What is new is not archived, so a create does not take it.
        Attribute(name="archived", type=bool, on_create=False, optional=True, absent=False),
        Attribute(name="activity_properties", type=dict, optional=True, absent={}),
    ),
    text=TextResource(
        type="gameCenterLeaderboardLocalizations",
        attributes=(
            Attribute(name="locale", immutable=True),
            Attribute(name="name"),
            Attribute(name="description", optional=True),
            *(Attribute(name=name, optional=True, meaning=as_it_stands) for name in _SUFFIXES),
            Attribute(name="formatter_override", optional=True),
        ),
    ),
    image=ImageResource(type="gameCenterLeaderboardImages", optional=True),
    release=ReleaseResource(
        type="gameCenterLeaderboardReleases", listed="leaderboardReleases", parent="gameCenterLeaderboard"
    ),
    review_item="gameCenterLeaderboardVersion",
    forms=both_forms("gameCenterLeaderboard", "leaderboard"),
    limits=(Limit(most=MOST), Limit(most=MOST_WITHOUT_SETS, unless=", and more only in leaderboard sets")),
    gives_back=frees_a_place,
)
