"""Versions of achievements (v2): how they are read and opened, and what their states allow.

What comes in: ids, replies. What goes out: `Call` records and `records.LiveVersion`, oldest first.

Which states let a localization be changed is inferred from Apple's review flow; Apple does not list them. A state
that is not known counts as one that lets it, so that the service decides.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-versions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gcbulk.appstore.calls import Call, Expected, Reply, at, get, post
from gcbulk.appstore.replies import joined, members
from gcbulk.records import Json, LiveVersion

VERSIONS = "gameCenterAchievementVersions"
DRAFT = "PREPARE_FOR_SUBMISSION"
CLOSED_STATES = frozenset(
    {"WAITING_FOR_REVIEW", "IN_REVIEW", "ACCEPTED", "PENDING_RELEASE", "LIVE", "REPLACED_WITH_NEW_VERSION"}
)
"""The states of a version that is out of the developer's hands."""


def open_version(achievement_id: str) -> Call:
    """The create of an achievement's next version."""
    linked = {"achievement": {"data": {"type": "gameCenterAchievements", "id": achievement_id}}}
    return post(f"/v2/{VERSIONS}", {"type": VERSIONS, "relationships": linked})


def versions_of(achievement_id: str) -> Call:
    """The read of an achievement's versions, for when the reply to its create did not name one."""
    expected = Expected(VERSIONS, parent=("achievement", achievement_id))
    return get(at("/v2/gameCenterAchievements/{}/versions", achievement_id), expected, limit="200")


def newest_version(*pages: Reply) -> str | None:
    """The id of the newest of the versions that the pages of a list hold."""
    versions = live_versions(joined(pages))
    return versions[-1].id if versions else None


def live_versions(items: Iterable[Mapping[str, Json]]) -> tuple[LiveVersion, ...]:
    """Versions as resources of a reply, oldest first."""
    return tuple(sorted((_live(item) for item in items), key=lambda version: version.number))


def is_editable(versions: Sequence[LiveVersion]) -> bool:
    """Whether the newest version's localizations can be changed, as far as is known."""
    return not versions or versions[-1].state not in CLOSED_STATES


def are_drafts(versions: Sequence[LiveVersion]) -> bool:
    """Whether no version is known to be more than a draft."""
    return all(version.state in (DRAFT, None) for version in versions)


def _live(item: Mapping[str, Json]) -> LiveVersion:
    attributes = members(item, "attributes")
    number, state = attributes.get("version"), attributes.get("state")
    return LiveVersion(
        item["id"],
        number if isinstance(number, int) else 0,
        state if isinstance(state, str) else None,
    )
