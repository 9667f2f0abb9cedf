"""What a kind declares, and what every handler is given.

A module of `kinds` fills in these records; the handlers, documents and queries are generic over them, so that another
kind is another module and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from functools import cached_property
from typing import TypeAlias

from gcbulk.simulator.errors import RefusedError, not_found
from gcbulk.simulator.exchange import Answer, Json, Request
from gcbulk.simulator.neighbours import NOTHING, Neighbours
from gcbulk.simulator.store import Resource, Store
from gcbulk.simulator.switches import Switches

APPS = "apps"
DETAILS = "gameCenterDetails"
GROUPS = "gameCenterGroups"

Finder: TypeAlias = Callable[[Store, Resource], list[Resource]]


class On(Flag):
    """Where an attribute occurs."""

    CREATE = auto()
    UPDATE = auto()
    SHOW = auto()


FIXED = On.CREATE | On.SHOW
"""An attribute that is given once and never changed."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a resource.

    Args:
        name: on the wire.
        type: "string", "integer", "boolean", "strings", "map", "date" or "number" (a string that is one).
        required: whether a create must have it; it can never be null then.
        max_length: the most characters that it may have.
        choices: the only values that it may have; empty for any.
        pattern: a regular expression for the whole text; empty for any.
        rule: what the service says where the text is not like that.
        on: where it occurs.
    """

    name: str
    type: str = "string"
    required: bool = False
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    rule: str = ""
    on: On = On.CREATE | On.UPDATE | On.SHOW


def refuse_missing(world: World, kind: str, key: str) -> Json:
    """Answer 404 where a relationship leads nowhere."""
    raise RefusedError(not_found(kind, key))


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship that a resource has.

    Args:
        view: the path of the view of what it leads to.
        find: gives what it leads to.
        many: whether that may be several.
        links: whether Apple's schema has links in it; only then it has addresses of its own.
        listed_as: the path of the view of its list, where that is not the view of what is included.
        filters: names for ``filter[...]`` of its list.
        ordered: whether its list can be replaced by one in another order.
        missing: gives the data of the answer where it leads to no resource, from the type that it leads to and the id
            of the one that it leads from; or refuses.
    """

    view: str
    find: Finder
    many: bool = False
    links: bool = True
    listed_as: str = ""
    filters: tuple[str, ...] = ()
    ordered: bool = False
    missing: Callable[[World, str, str], Json] = refuse_missing


@dataclass(frozen=True, slots=True)
class Listing:
    """How all resources of a view are listed: the parameters beside those that every list takes.

    Args:
        filters: names for ``filter[...]``: attributes, relationships, or attributes of what those lead to.
        required: whole names of parameters that must be there.
        sorts: attributes that ``sort`` may name.
        exists: relationships for ``exists[...]``.
    """

    filters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    exists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON:API document of a request: what stands under data, and what is included."""

    attributes: dict[str, Json]
    relationships: dict[str, Json]
    included: list[Json]


class Rules:
    """What is a kind's own. A kind overrides what it needs; each method may raise `RefusedError`."""

    def check_document(self, document: Document) -> None:
        """Look at a new resource's document before anything else does."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Check what the declarations do not say and bring the resource into being.

        Args:
            world: the service's inner side.
            view: how the request sees the resource.
            given: the attributes, which fit the declarations.
            parents: what the document's relationships lead to, by their names.

        Returns:
            The resource.
        """
        linked = {parent.type: parent.id for parent in parents.values()}
        return world.make(view.type, dict(given), linked, key=next(iter(linked.values())))

    def named_on_create(self, world: World) -> tuple[str, ...]:
        """Give the relationships whose data the answer to a create has although nobody asked for it."""
        return ()

    def check_editable(self, world: World, resource: Resource) -> None:
        """Refuse a change of a resource whatever is changed."""

    def update(self, world: World, resource: Resource, given: dict[str, Json]) -> dict[str, Json]:
        """Check a change and give the attributes as they are stored."""
        return given

    def delete(self, world: World, resource: Resource) -> None:
        """Delete a resource, or refuse to."""
        world.store.delete(resource)


CREATE, READ, UPDATE, DELETE = "create", "read", "update", "delete"


@dataclass(frozen=True)
class View:
    """How a resource looks, and what can be done with it, in one version of the API.

    Args:
        type: the JSON:API type.
        attributes: what it has.
        relations: by name.
        neighbours: what it has on Apple's side and not here.
        verbs: which calls there are.
        parents: the relationships that a create must have, and the types that they lead to.
        one_of: relationships of which a create must have one.
        inline: relationships that a create has and that lead into its own ``included``.
        listing: how all of them are listed; None where they are not.
        rules: what is its own.
        show: gives the attributes where they are more than what the store holds.
    """

    type: str
    attributes: tuple[Attribute, ...] = ()
    relations: Mapping[str, Relation] = field(default_factory=dict)
    neighbours: Neighbours = NOTHING
    verbs: tuple[str, ...] = (CREATE, READ, UPDATE, DELETE)
    parents: Mapping[str, str] = field(default_factory=dict)
    one_of: Mapping[str, str] = field(default_factory=dict)
    inline: tuple[str, ...] = ()
    listing: Listing | None = None
    rules: Rules = field(default_factory=Rules)
    show: Callable[[World, str, Resource], dict[str, Json]] | None = None

    @cached_property
    def taken(self) -> dict[On, tuple[Attribute, ...]]:
        """The attributes that a create takes, and those that an update does."""
        return {verb: tuple(each for each in self.attributes if verb in each.on) for verb in (On.CREATE, On.UPDATE)}

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The names of the attributes that answers have."""
        return tuple(each.name for each in self.attributes if On.SHOW in each.on)

    def members(self) -> tuple[str, ...]:
        """Give every name that ``fields[...]`` may hold for this type."""
        return (*self.shown, *self.relations, *self.neighbours.includes(), *self.neighbours.unset)


@dataclass(frozen=True, slots=True)
class Part:
    """What one module of `kinds` puts into the catalog.

    Args:
        views: by path.
        relations: by the path of another module's view, more relationships of it.
        one_of: by the path of another module's view, more relationships of which a create must have one.
        images: the types of the records of images among its views.
    """

    views: Mapping[str, View] = field(default_factory=dict)
    relations: Mapping[str, Mapping[str, Relation]] = field(default_factory=dict)
    one_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    images: tuple[str, ...] = ()


@dataclass(slots=True)
class World:
    """The service's inner side.

    Args:
        store: what it holds.
        switches: how it behaves; may be replaced while it runs.
        clock: gives the time, in seconds since 1970.
        views: how each resource looks, by path.
        images: the types of the records of images.
        upload_port: where the second origin listens, the one that images are sent to.
        uploaded: the parts of images that have arrived, by image and number.
        gallery: the bytes of pictures that were judged, by their digest.
        moment: the time that counts instead of the clock's, while a late request is applied that was due then.
    """

    store: Store
    switches: Switches
    clock: Callable[[], float]
    views: Mapping[str, View]
    images: tuple[str, ...] = ()
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

    def image(self, key: str) -> Resource | None:
        """Give the record of an image of any kind of thing, or None."""
        return next((found for kind in self.images if (found := self.store.get(kind, key))), None)

    def parent(self, resource: Resource, kind: str) -> Resource:
        """Give the resource of a type that a resource belongs to."""
        return self.find(kind, resource.parents[kind])

    def visible(self, resources: list[Resource]) -> list[Resource]:
        """Keep the resources that a list shows by now: new ones may be late."""
        lag = self.switches.list_lag_s
        if not lag:
            return resources
        newest = self.now() - lag
        return [resource for resource in resources if resource.created_at <= newest]


Handler: TypeAlias = Callable[[World, Request], Answer]


def up(kind: str) -> Finder:
    """Make a finder of the one parent of a type."""

    def find(store: Store, resource: Resource) -> list[Resource]:
        """The parent, if there is one."""
        parent = store.get(kind, resource.parents.get(kind, ""))
        return [] if parent is None else [parent]

    return find


def down(kind: str) -> Finder:
    """Make a finder of the children of a type."""
    return lambda store, resource: store.children(resource.id, kind)
