"""The display order of achievements: read and replaced as a whole list of identifiers.

What comes in: requests on the relationship of a detail or a group. What goes out: answers.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-details
"""

from __future__ import annotations

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import read_json, refuse
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.errors import RefusedError
from gcbulk.simulator.exchange import Answer, Json, Request
from gcbulk.simulator.queries import Allowed, read_query
from gcbulk.simulator.reads import Handler
from gcbulk.simulator.views import ACHIEVEMENTS
from gcbulk.simulator.world import World

PAGED = Allowed(paged=True)


def read_order(kind: str) -> Handler:
    """Make the handler that gives the order of a detail's or a group's achievements."""

    def handle(world: World, request: Request) -> Answer:
        query = read_query(request, PAGED, page_size=world.switches.page_size)
        owner = world.find(kind, request.key)
        items = world.shown(world.store.children(owner.id, ACHIEVEMENTS))
        return Writer(world, request, query).linkages(items)

    return handle


def replace_order(kind: str) -> Handler:
    """Make the handler that puts a detail's or a group's achievements into another order.

    The list must name every achievement once; archived ones may be left out and go last. (inferred).
    """

    def handle(world: World, request: Request) -> Answer:
        owner = world.find(kind, request.key)
        ids = _ids(read_json(request))
        held = world.store.children(owner.id, ACHIEVEMENTS)
        active = {item.id for item in held if not item.attributes["archived"]}
        if len(set(ids)) < len(ids) or not active <= set(ids) <= {item.id for item in held}:
            detail = "The list must hold every achievement once, and no other"
            refuse([errors.entity("ENTITY_ERROR.RELATIONSHIP.INVALID", detail, "/data")])
        world.store.reorder(owner.id, ACHIEVEMENTS, ids)
        return Answer(204)

    return handle


def _ids(body: Json) -> list[str]:
    """Take the ids out of a list of identifier objects."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise RefusedError(errors.bad_document("Unexpected or invalid value at 'data'."))
    refuse(
        [
            errors.entity("ENTITY_ERROR.TYPE.INVALID", f"'{item.get('type')}' is no achievement", f"/data/{place}/type")
            for place, item in enumerate(data)
            if item.get("type") != ACHIEVEMENTS
        ]
    )
    return [str(item.get("id")) for item in data]
