"""Versions of a thing (v2): how they are read and opened, and what their states allow.

Which states allow a localization to be changed is inferred from Apple's review flow; Apple does not list them. An
unknown state counts as allowing it, so that the service decides.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-versions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gcbulk.appstore.calls import Call, Expected, Reply, at, get, post
from gcbulk.appstore.replies import joined, members, references
from gcbulk.records import Api, Json, LiveVersion, Resource

DRAFT = "PREPARE_FOR_SUBMISSION"
CLOSED_STATES = frozenset(
    {"WAITING_FOR_REVIEW", "IN_REVIEW", "ACCEPTED", "PENDING_RELEASE", "LIVE", "REPLACED_WITH_NEW_VERSION"}
)
"""The states of a version that is out of the developer's hands."""


def open_version(kind: Resource, api: Api, thing_id: str) -> Call:
    """The create of a thing's next version."""
    form = kind.forms[api]
    linked = {str(form.version_parent): {"data": {"type": kind.type, "id": thing_id}}}
    return post(f"{form.root}/{kind.version_type}", {"type": kind.version_type, "relationships": linked})


def versions_of(kind: Resource, api: Api, thing_id: str) -> Call:
    """The read of a thing's versions, for when the reply to its create did not name one."""
    form = kind.forms[api]
    expected = Expected(kind.version_type, parent=(str(form.version_parent), thing_id))
    return get(at(f"{form.root}/{kind.type}/{{}}/versions", thing_id), expected, limit="200")


def newest_version(*pages: Reply) -> str | None:
    """The id of the newest of the versions that the pages of a list hold."""
    versions = live_versions(joined(pages))
    return versions[-1].id if versions else None


def live_versions(items: Iterable[Mapping[str, Json]]) -> tuple[LiveVersion, ...]:
    """Versions as resources of a reply, oldest first."""
    return tuple(sorted((_live(item) for item in items), key=lambda version: version.number))


def linked_versions(
    item: Mapping[str, Json], included: Mapping[tuple[str, str], Mapping[str, Json]]
) -> tuple[LiveVersion, ...]:
    """The versions that a thing is linked to, oldest first; known by their ids alone where not included."""
    return live_versions(included.get(version_id, {"id": version_id[1]}) for version_id in references(item, "versions"))


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
