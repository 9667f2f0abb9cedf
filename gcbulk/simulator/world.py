"""What every handler is given: the store, the switches and the clock.

What comes in: nothing. What goes out: one object that stands for the service's whole inner side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gcbulk.simulator.errors import RefusedError, not_found
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.store import Resource, Store
from gcbulk.simulator.switches import Switches


@dataclass(slots=True)
class World:
    """The service's inner side.

    Args:
        store: what it holds.
        switches: how it behaves; may be replaced while it runs.
        clock: gives the time, in seconds since 1970.
        upload_port: where the second origin listens, the one that images are sent to.
        uploaded: the parts of images that have arrived, by image and number.
        gallery: the bytes of pictures that were judged, by their digest.
        moment: the time that counts instead of the clock's, while a late request is applied that was due then.
    """

    store: Store
    switches: Switches
    clock: Callable[[], float]
    upload_port: int = 0
    uploaded: dict[str, dict[int, bytes]] = field(default_factory=dict)
    gallery: dict[str, bytes] = field(default_factory=dict)
    moment: float | None = None

    def now(self) -> float:
        """Give the service's time, which may differ from everybody else's."""
        return self.clock() + self.switches.clock_offset_s if self.moment is None else self.moment

    def make(self, kind: str, attributes: dict[str, Json], parents: dict[str, str], *, key: str) -> Resource:
        """Bring a new resource into being.

        Args:
            kind: its JSON:API type.
            attributes: by their names on the wire.
            parents: the ids of the resources it belongs to, by type.
            key: its natural key, for the ledger.

        Returns:
            The resource.
        """
        resource = Resource(kind, self.store.new_id(), attributes, parents, self.now())
        return self.store.add(resource, key=key)

    def find(self, kind: str, key: str) -> Resource:
        """Give a resource.

        Raises:
            RefusedError: 404 when it is not there.
        """
        resource = self.store.get(kind, key)
        if resource is None:
            raise RefusedError(not_found(kind, key))
        return resource

    def shown(self, resources: list[Resource]) -> list[Resource]:
        """Keep the resources that a list shows by now: new ones may be late."""
        lag = self.switches.list_lag_s
        if not lag:
            return resources
        newest = self.now() - lag
        return [resource for resource in resources if resource.created_at <= newest]
