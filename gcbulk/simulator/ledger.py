"""What was truly applied, whatever the client was told: the other half of every campaign's comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Created:
    """One resource that came to be.

    Args:
        type: its JSON:API type.
        id: its id.
        key: its natural key: the vendorIdentifier, or "vendorIdentifier / locale" of a localization; the parent's
            id where the type has no natural key.
        at: when, by the service's clock.
    """

    type: str
    id: str
    key: str
    at: float


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission of a player's progress or score that took effect.

    Args:
        type: its JSON:API type.
        id: its id.
        bundle_id: the app's.
        player: the scopedPlayerId.
        vendor_identifier: the achievement's or leaderboard's.
        value: the percentage, or the score as text.
        submitted_at: the submittedDate as it was sent, None where it was left out.
        at: when it took effect, by the service's clock.
    """

    type: str
    id: str
    bundle_id: str
    player: str
    vendor_identifier: str
    value: int | str
    submitted_at: str | None
    at: float


class Ledger:
    """Everything that was applied since the state began, in order.

    ``requests`` counts what clients were answered since this start, by method, path template and status; a status
    of 0 stands for no whole answer.
    """

    def __init__(self) -> None:
        self.created: list[Created] = []
        self.deleted: list[str] = []
        self.submitted: list[Submitted] = []
        self.requests: Counter[tuple[str, str, int]] = Counter()

    def ids(self, kind: str) -> dict[str, list[str]]:
        """Give the ids of all resources of a JSON:API type that came to be, by natural key, in the order they came."""
        ids: dict[str, list[str]] = defaultdict(list)
        for created in self.created:
            if created.type == kind:
                ids[created.key].append(created.id)
        return dict(ids)

    def duplicates(self, kind: str) -> dict[str, list[str]]:
        """Give the natural keys of a type that came to be more than once, each with its ids."""
        return {key: ids for key, ids in self.ids(kind).items() if len(ids) > 1}

    def writes(self) -> int:
        """Count the requests that were writes and were answered with success."""
        return sum(count for (method, _, status), count in self.requests.items() if method != "GET" and status < 300)
