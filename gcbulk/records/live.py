"""What is live: the target of a run, what the service has there, and what earlier runs sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gcbulk.records.frames import Json
from gcbulk.records.resources import Key, Resource, Role, joined


@dataclass(frozen=True, slots=True)
class Target:
    """The place that things are created in.

    Args:
        bundle_id: the app's bundle id, or None when only a detail id was given.
        app_name: the app's name in App Store Connect, None when it was not looked up.
        detail_id: the id of the Game Center detail.
        group_id: the id of the Game Center group that holds the things, when the app is in one.
        group_name: the group's reference name, None where the service did not say.
    """

    bundle_id: str | None
    app_name: str | None
    detail_id: str
    group_id: str | None = None
    group_name: str | None = None

    @property
    def app(self) -> str | None:
        """The app by name and bundle id, as far as they are known."""
        named = [self.app_name, f"({self.bundle_id})" if self.bundle_id else None]
        return " ".join(part for part in named if part) or None

    @property
    def described(self) -> str:
        """The app, and where its things live."""
        home = f"group {self.group_name or self.group_id}" if self.group_id else f"detail {self.detail_id}"
        return f"{self.app}, Game Center {home}" if self.app else f"Game Center {home}"


@dataclass(frozen=True, slots=True)
class LiveImage:
    """An image of a localization as the service has it.

    Args:
        id: the image's id.
        file_name: the name it was reserved under.
        file_size: its bytes as they were reserved.
        state: its delivery state, e.g. ``COMPLETE``; None where the service did not say.
        url: where it can be had, with ``{w}``, ``{h}`` and ``{f}`` to be filled in; None where that was not said.
        size_px: its width and height, None likewise.
    """

    id: str
    file_name: str | None = None
    file_size: int | None = None
    state: str | None = None
    url: str | None = None
    size_px: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class LiveLocalization:
    """A localization as the service has it; attributes by their snake_case names.

    Args:
        id: the localization's id.
        attributes: by their snake_case names.
        image: its image; None where it has none, or where images were not read.
    """

    id: str
    attributes: Mapping[str, Json]
    image: LiveImage | None = None


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """A version of a thing (v2).

    Args:
        id: the version's id.
        number: its number, from 1; 0 where the service did not say.
        state: its state, e.g. ``LIVE``; None where the service did not say.
    """

    id: str
    number: int = 0
    state: str | None = None


@dataclass(frozen=True, slots=True)
class LiveThing:
    """A thing as the service has it.

    Args:
        id: the thing's id.
        attributes: by their snake_case names, ``archived`` among them.
        parent_id: the id that localizations are created under: the newest version's where the form of the API that is
            spoken has versions, else its own; None when the listing did not say.
        version_state: the newest version's state, None where there are no versions.
        localizations: the newest version's, by locale; None when they were not read.
        versions: every version, oldest first.
        editable: whether localizations can be changed as things stand; if not a new version has to be opened.
        deletable: whether it is still a draft, as far as is known, so that it can be deleted.
        at_once: whether players see a changed text at once, because the thing is live and the form of the API that is
            spoken has no versions; None where the service did not say.
        earlier: the localizations of the version before, by locale, when a run has just opened the newest.
    """

    id: str
    attributes: Mapping[str, Json]
    parent_id: str | None
    version_state: str | None = None
    localizations: Mapping[str, LiveLocalization] | None = None
    versions: tuple[LiveVersion, ...] = ()
    editable: bool = True
    deletable: bool = True
    at_once: bool | None = False
    earlier: Mapping[str, LiveLocalization] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The service's side at one moment.

    Args:
        taken_at: when the listing was asked for (UTC), or None for the empty snapshot of an offline plan.
        things: of each kind that was read, by identifier; more than one where the live game has a duplicate.
        order: the ids of all things of a kind in their display order, of the kinds whose order was read.
    """

    taken_at: datetime | None = None
    things: Mapping[str, Mapping[str, tuple[LiveThing, ...]]] = field(default_factory=dict)
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, resource: Resource) -> Mapping[str, tuple[LiveThing, ...]]:
        """What is live of a kind, by identifier."""
        return self.things.get(resource.kind, {})

    def order_of(self, resource: Resource) -> tuple[str, ...]:
        """The ids of a kind in their display order; empty where it was not read."""
        return self.order.get(resource.kind, ())

    def live(self, resource: Resource, key: Key | None) -> tuple[LiveThing, ...]:
        """What is live under the key of a thing, or of what hangs on one."""
        return self.of(resource).get(key[0], ()) if key else ()

    def changed(self, resource: Resource, things: Mapping[str, tuple[LiveThing, ...]]) -> Snapshot:
        """The same with something else under some identifiers of a kind."""
        return replace(self, things={**self.things, resource.kind: {**self.of(resource), **things}})


@dataclass(frozen=True, slots=True)
class Sent:
    """What the journal knows of one natural key and body.

    Args:
        fingerprint: the hash of the canonical body that was sent.
        resource_id: the id that came back; None when no usable answer came.
        sent_at: from when on what the service does late with it is waited for (UTC): the end of its last attempt; for
            what an earlier run left behind a moment of this run, or one before it that is certain.
        confirmed: whether an answer said what became of it.
    """

    fingerprint: str
    resource_id: str | None
    sent_at: datetime
    confirmed: bool


@dataclass(frozen=True, slots=True)
class History:
    """What earlier runs sent, read from the journal once; by word and key as the journal has them."""

    sent: Mapping[tuple[str, str], tuple[Sent, ...]] = field(default_factory=dict)

    def of(self, resource: Resource, role: Role, key: Key) -> tuple[Sent, ...]:
        """What was sent under a key."""
        return self.sent.get((resource.words[role], joined(key)), ())

    def of_role(self, resource: Resource, role: Role) -> list[Sent]:
        """What was sent under any key."""
        return [request for (word, _), sent in self.sent.items() if word == resource.words[role] for request in sent]
