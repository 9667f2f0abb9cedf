"""What the rows of one kind are joined with: what is live, and what earlier runs sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gcbulk.records import History, Key, LiveThing, Resource, Role, Sent, Snapshot


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the rows of a kind are joined with.

    Args:
        resource: the kind.
        snapshot: what is live.
        history: what earlier runs sent.
        visible_before: requests sent before this moment are visible in the snapshot, if they were ever applied; None
            where nothing was read.
    """

    resource: Resource
    snapshot: Snapshot
    history: History
    visible_before: datetime | None

    def live(self, key: Key | None) -> tuple[LiveThing, ...]:
        """The live things under a key."""
        return self.snapshot.live(self.resource, key)

    def only_live(self, key: Key | None) -> LiveThing | None:
        """The one live thing under a key; None where there is none or more than one."""
        live = self.live(key)
        return live[0] if len(live) == 1 else None

    def sent(self, role: Role, key: Key) -> tuple[Sent, ...]:
        """What earlier runs sent under a key."""
        return self.history.of(self.resource, role, key)

    def maybe_invisible(self, role: Role, key: Key) -> list[Sent]:
        """What was sent too short a while ago to be visible for sure."""
        since = self.visible_before
        return [request for request in self.sent(role, key) if since is not None and request.sent_at > since]
