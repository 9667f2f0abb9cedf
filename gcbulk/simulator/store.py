"""What the service holds: resources, their order, and players' progress; in memory, and on request in a folder as well.

With a folder, each request's changes are one line of a log, written before the answer goes out, and the log is read
again at the next start: a simulator or a client may be killed at any moment.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from gcbulk.simulator.errors import SpoiledStateError
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.ledger import Created, Ledger, Submitted

LOG_NAME = "applied.jsonl"


@dataclass(slots=True)
class Resource:
    """One resource of the service.

    Args:
        type: its JSON:API type.
        id: its id, unique among all types.
        attributes: by their names on the wire.
        parents: the ids of the resources it belongs to, by their type.
        created_at: when it came to be, by the service's clock.
    """

    type: str
    id: str
    attributes: dict[str, Json]
    parents: dict[str, str]
    created_at: float


class Store:
    """All resources and submissions, with the ledger of how they came to be.

    Args:
        seed: decides the ids.
        folder: where the log is kept; None for memory alone.
    """

    def __init__(self, *, seed: int, folder: Path | None = None) -> None:
        self.ledger = Ledger()
        self.progress: dict[tuple[str, str, str], int] = {}
        self.completions: dict[tuple[str, str, str], int] = {}
        self._seed = seed
        self._count = 0
        self._resources: dict[str, Resource] = {}
        self._types: dict[str, dict[str, Resource]] = {}
        self._children: dict[tuple[str, str], dict[str, Resource]] = {}
        self._changes: list[Json] = []
        self._log = None if folder is None else self._open(folder)

    def new_id(self) -> str:
        """Give an id that was never given before, the same one in every run with the same seed."""
        self._count += 1
        digest = hashlib.blake2b(f"{self._seed} {self._count}".encode(), digest_size=16).digest()
        return str(uuid.UUID(bytes=digest, version=4))

    def get(self, kind: str, key: str) -> Resource | None:
        """Give the resource of that type and id, or None."""
        return self._types.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Resource]:
        """Give every resource of a type, in the order they came."""
        return list(self._types.get(kind, {}).values())

    def children(self, parent: str, kind: str) -> list[Resource]:
        """Give the resources of a type that belong to a parent, in their display order."""
        return list(self._children.get((parent, kind), {}).values())

    def add(self, resource: Resource, *, key: str) -> Resource:
        """Take in a new resource with its natural key for the ledger; give it as it is held from now on."""
        fields = [getattr(resource, name) for name in Resource.__slots__]
        self._change("add", fields, key, self._count)
        return self._resources[resource.id]

    def update(self, resource: Resource, attributes: dict[str, Json]) -> None:
        """Change some attributes of a resource; the others stay."""
        self._change("update", resource.id, attributes)

    def delete(self, resource: Resource) -> None:
        """Remove a resource and everything that belongs to it."""
        self._change("delete", resource.id)

    def reorder(self, parent: str, kind: str, ids: Sequence[str]) -> None:
        """Put the children of a parent into another order; those not named go last."""
        self._change("reorder", parent, kind, list(ids))

    def submit(self, submitted: Submitted, *, progress: int | None = None, completions: int = 0) -> None:
        """Take in a submission.

        Args:
            submitted: the submission.
            progress: the player's percentage from now on; None for scores.
            completions: how often the player has the achievement from now on.
        """
        fields = [getattr(submitted, name) for name in Submitted.__slots__]
        self._change("submit", fields, progress, completions, self._count)

    def save(self) -> None:
        """Write what changed since the last call into the log, as one line; an answer may go out after it."""
        if self._changes and self._log is not None:
            os.write(self._log, orjson.dumps(self._changes) + b"\n")
        self._changes.clear()

    def close(self) -> None:
        """Close the log."""
        if self._log is not None:
            os.close(self._log)
            self._log = None

    def _open(self, folder: Path) -> int:
        """Read the log again and open it for more; a last line that was cut off is taken away."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / LOG_NAME
        whole = 0
        if path.exists():
            with path.open("rb") as lines:
                for line in lines:
                    if not line.endswith(b"\n"):
                        break
                    whole += len(line)
                    self._apply_again(line, path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.ftruncate(descriptor, whole)
        return descriptor

    def _change(self, *change: Json) -> None:
        self._apply(change)
        self._changes.append(change)

    def _apply_again(self, line: bytes, path: Path) -> None:
        try:
            for change in orjson.loads(line):
                self._apply(change)
        except (ValueError, TypeError, LookupError, AttributeError) as error:  # whatever a line of others may hold
            raise SpoiledStateError(
                f"{path} is no log of a simulator, or was changed; delete it to begin anew"
            ) from error

    def _apply(self, change: Sequence[Json]) -> None:
        getattr(self, f"_on_{change[0]}")(*change[1:])

    def _on_add(self, fields: list[Json], natural_key: str, count: int) -> None:
        resource = Resource(*fields)
        self._resources[resource.id] = resource
        self._types.setdefault(resource.type, {})[resource.id] = resource
        self._count = count
        for parent in resource.parents.values():
            self._children.setdefault((parent, resource.type), {})[resource.id] = resource
        self.ledger.created.append(Created(resource.type, resource.id, natural_key, resource.created_at))

    def _on_update(self, key: str, attributes: dict[str, Json]) -> None:
        self._resources[key].attributes.update(attributes)

    def _on_delete(self, key: str) -> None:
        resource = self._resources.pop(key)
        del self._types[resource.type][key]
        self.ledger.deleted.append(key)
        for parent in resource.parents.values():
            self._children.get((parent, resource.type), {}).pop(key, None)
        for parent, kind in [family for family in self._children if family[0] == key]:
            for child in self._children.pop((parent, kind)):
                self._on_delete(child)

    def _on_reorder(self, parent: str, kind: str, ids: list[str]) -> None:
        children = self._children.setdefault((parent, kind), {})
        self._children[(parent, kind)] = {key: children[key] for key in ids} | children

    def _on_submit(self, fields: list[Json], progress: int | None, completions: int, count: int) -> None:
        submitted = Submitted(*fields)
        self._count = count
        self.ledger.submitted.append(submitted)
        if progress is not None:
            key = (submitted.bundle_id, submitted.vendor_identifier, submitted.player)
            self.progress[key] = progress
            self.completions[key] = completions
