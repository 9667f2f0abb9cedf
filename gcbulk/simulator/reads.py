"""The calls that only read: one resource, the one that another leads to, and lists.

What comes in: which view, and where to look. What goes out: a handler for the routes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from gcbulk.simulator.documents import Writer
from gcbulk.simulator.errors import RefusedError, not_found
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.queries import Allowed, read_query
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import ACHIEVEMENTS, DETAILS, VIEWS, Finder, Relation, View, allowed
from gcbulk.simulator.world import World

Handler: TypeAlias = Callable[[World, Request], Answer]

ACHIEVEMENT_FILTERS = ("id", "referenceName", "archived")
PAGED = Allowed(paged=True)
PARENTS = {"gameCenterDetail": DETAILS, "gameCenterAchievement": ACHIEVEMENTS}
"""Filters that name a parent, and its type."""


def read_one(name: str) -> Handler:
    """Make the handler of a call for the one resource that the path names."""
    parameters, view = allowed(name), VIEWS[name]

    def handle(world: World, request: Request) -> Answer:
        query = read_query(request, parameters, page_size=world.switches.page_size)
        return Writer(world, request, query).one(name, world.find(view.type, request.key))

    return handle


def read_related(name: str, kind: str, find: Finder) -> Handler:
    """Make the handler of a call for the one resource that another leads to; 404 where it leads nowhere.

    Args:
        name: the view of what is answered.
        kind: the type of the resource that the path names.
        find: gives what it leads to.

    Returns:
        The handler.
    """
    parameters, view = allowed(name), VIEWS[name]

    def handle(world: World, request: Request) -> Answer:
        query = read_query(request, parameters, page_size=world.switches.page_size)
        found = find(world.store, world.find(kind, request.key))
        if not found:
            raise RefusedError(not_found(view.type, request.key))
        return Writer(world, request, query).one(name, found[0])

    return handle


def read_list(name: str, kind: str, find: Finder, *, filters: tuple[str, ...] = ()) -> Handler:
    """Make the handler of a list of what belongs to the resource that the path names.

    Args:
        name: the view of the items.
        kind: the type of the resource that the path names.
        find: gives what belongs to it.
        filters: names for ``filter[...]``.

    Returns:
        The handler.
    """
    parameters = allowed(name, filters=filters, paged=True)

    def handle(world: World, request: Request) -> Answer:
        query = read_query(request, parameters, page_size=world.switches.page_size)
        items = world.shown(find(world.store, world.find(kind, request.key)))
        return Writer(world, request, query).page(name, filtered(items, query.filters or {}))

    return handle


def read_linkage(view: View, relation: Relation) -> Handler:
    """Make the handler of the ``relationships`` address of a relationship: identifiers only."""

    def handle(world: World, request: Request) -> Answer:
        query = read_query(request, PAGED if relation.many else Allowed(), page_size=world.switches.page_size)
        found = world.shown(relation.find(world.store, world.find(view.type, request.key)))
        writer = Writer(world, request, query)
        return writer.linkages(found) if relation.many else writer.linkage(found)

    return handle


def read_neighbours(view: View, *, many: bool) -> Handler:
    """Make the handler of an address that leads to resources which are never there, or to their identifiers.

    Whatever parameters it is given are taken: it is another part of Apple's API.
    """

    def handle(world: World, request: Request) -> Answer:
        world.find(view.type, request.key)
        writer = Writer(world, request)
        return writer.linkages([]) if many else writer.linkage([])

    return handle


def filtered(items: list[Resource], filters: Mapping[str, frozenset[str]]) -> list[Resource]:
    """Keep the resources that every filter accepts; truth values are written ``true`` and ``false``."""
    return [item for item in items if all(_text(item, name) in values for name, values in filters.items())]


def in_order(items: list[Resource], names: Sequence[str]) -> list[Resource]:
    """Sort resources by attributes, the first of them counts most; a hyphen before a name turns the order."""
    for name in reversed(names):
        attribute = name.removeprefix("-")
        items = sorted(items, key=partial(_text, name=attribute), reverse=name != attribute)
    return items


def _text(resource: Resource, name: str) -> str:
    value = resource.id if name == "id" else resource.attributes.get(name, resource.parents.get(PARENTS.get(name, "")))
    return str(value).lower() if isinstance(value, bool) else str(value)
