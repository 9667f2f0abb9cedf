"""The calls that every kind has, generated from its declarations: create, read, list, update, delete, relate."""

from __future__ import annotations

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import (
    attribute_problems,
    linked,
    linked_list,
    read_document,
    refuse,
    relationship_problems,
)
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.families import is_archived
from gcbulk.simulator.model import Handler, Listing, On, Relation, View, World
from gcbulk.simulator.queries import NONE, PAGED, Parameters, Query, parameters, read_query, selected


def create(path: str, view: View) -> Handler:
    """Make the handler of ``POST`` on a view."""
    names = (*view.parents, *view.one_of, *view.inline)

    def handle(world: World, request: Request) -> Answer:
        """Create a resource, or refuse the body with everything that is wrong with it."""
        document = read_document(request, view.type)
        view.rules.check_document(document)
        problems = attribute_problems(document.attributes, view, On.CREATE)
        refuse(problems + relationship_problems(document, names, view.type))
        parents = {name: linked(document, name, kind, world) for name, kind in view.parents.items()}
        if view.one_of:
            name = next((name for name in view.one_of if name in document.relationships), next(iter(view.one_of)))
            parents[name] = linked(document, name, view.one_of[name], world)
        resource = view.rules.make(world, view, document.attributes, parents)
        return Writer(world, request).one(path, resource, status=201, named=view.rules.named_on_create(world))

    return handle


def update(path: str, view: View) -> Handler:
    """Make the handler of ``PATCH`` on a resource."""

    def handle(world: World, request: Request) -> Answer:
        """Update a resource, or refuse the body with everything that is wrong with it."""
        document = read_document(request, view.type)
        resource = world.find(view.type, request.key)
        view.rules.check_editable(world, resource)
        problems = attribute_problems(document.attributes, view, On.UPDATE)
        refuse(problems + relationship_problems(document, (), view.type))
        world.store.update(resource, view.rules.update(world, resource, document.attributes))
        return Writer(world, request).one(path, resource)

    return handle


def delete(view: View) -> Handler:
    """Make the handler of ``DELETE`` on a resource."""

    def handle(world: World, request: Request) -> Answer:
        """Delete a resource."""
        view.rules.delete(world, world.find(view.type, request.key))
        return Answer(204)

    return handle


def read(path: str, view: View, taken: Parameters) -> Handler:
    """Make the handler of ``GET`` on the resource that the path names."""

    def handle(world: World, request: Request) -> Answer:
        """Return one resource."""
        query = _query(world, request, taken)
        return Writer(world, request, query).one(path, world.find(view.type, request.key))

    return handle


def list_all(path: str, view: View, taken: Parameters) -> Handler:
    """Make the handler of ``GET`` on a view: every resource of its type."""

    def handle(world: World, request: Request) -> Answer:
        """Return a page of all resources of the type."""
        query = _query(world, request, taken)
        items = selected(world.visible(world.store.all(view.type)), query, view, world.store)
        return Writer(world, request, query).page(path, items)

    return handle


def read_related(view: View, relation: Relation, views: dict[str, View]) -> Handler:
    """Make the handler of ``GET`` on what a resource's relationship leads to; one that leads nowhere is 404."""
    path = relation.listed_as or relation.view
    target = views[path]
    taken = parameters(target, views, Listing(filters=relation.filters) if relation.many else None)

    def handle(world: World, request: Request) -> Answer:
        """Return the related resource, or a page of the related resources."""
        query = _query(world, request, taken)
        items = relation.find(world.store, world.find(view.type, request.key))
        if relation.many:
            chosen = selected(world.visible(items), query, target, world.store)
            return Writer(world, request, query).page(path, chosen)
        writer = Writer(world, request, query)
        return writer.one(path, items[0]) if items else writer.data(relation.missing(world, target.type, request.key))

    return handle


def read_linkage(view: View, relation: Relation) -> Handler:
    """Make the handler of ``GET`` on a relationship itself: identifiers only."""

    def handle(world: World, request: Request) -> Answer:
        """Return the identifiers of what is related, or of a page of it."""
        query = _query(world, request, PAGED if relation.many else NONE)
        items = world.visible(relation.find(world.store, world.find(view.type, request.key)))
        writer = Writer(world, request, query)
        return writer.linkages(items) if relation.many else writer.linkage(items)

    return handle


def replace_order(view: View, kind: str) -> Handler:
    """Make the handler of ``PATCH`` on a relationship that has an order: it names everything once.

    What is archived may be left out and goes last. [inferred]
    """

    def handle(world: World, request: Request) -> Answer:
        """Put the children in the order of the list, or refuse it."""
        owner = world.find(view.type, request.key)
        ids = linked_list(request, kind)
        children = world.store.children(owner.id, kind)
        active = {child.id for child in children if not is_archived(child)}
        if len(set(ids)) < len(ids) or not active <= set(ids) <= {child.id for child in children}:
            detail = f"The list must name each of the {kind} once, and nothing else"
            refuse([errors.entity("ENTITY_ERROR.RELATIONSHIP.INVALID", detail, "/data")])
        world.store.reorder(owner.id, kind, ids)
        return Answer(204)

    return handle


def read_neighbours(view: View, *, many: bool) -> Handler:
    """Make the handler of an address that leads to resources which are never there, or to their identifiers.

    Whatever parameters it is given are taken: it is another part of Apple's API.
    """

    def handle(world: World, request: Request) -> Answer:
        """Return an empty relation."""
        world.find(view.type, request.key)
        writer = Writer(world, request)
        return writer.linkages([]) if many else writer.linkage([])

    return handle


def _query(world: World, request: Request, taken: Parameters) -> Query:
    return read_query(request, taken, page_size=world.switches.page_size)
