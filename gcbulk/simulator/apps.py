"""Apps, their Game Center details, and groups.

What comes in: requests. What goes out: answers. Game Center is off until a detail is made for an app.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-details
"""

from __future__ import annotations

from gcbulk.simulator.bodies import Field, attribute_problems, linked, read_document, refuse, relationship_problems
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.errors import RefusedError, relationship_invalid
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.queries import read_query
from gcbulk.simulator.reads import filtered
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import APPS, DETAILS, GROUPS, allowed
from gcbulk.simulator.world import World

APP_QUERY = allowed("app", filters=("bundleId", "name", "sku", "id"), paged=True)

GROUP_QUERY = allowed("group", filters=("gameCenterDetails",), paged=True)


def list_apps(world: World, request: Request) -> Answer:
    """Answer ``GET /v1/apps``."""
    query = read_query(request, APP_QUERY, page_size=world.switches.page_size)
    return Writer(world, request, query).page("app", filtered(world.store.all(APPS), query.filters or {}))


def create_detail(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterDetails``: turns Game Center on for an app."""
    document = read_document(request, DETAILS)
    fields = (Field("challengeEnabled", "boolean"),)
    problems = attribute_problems(document.attributes, fields, DETAILS, whole=True)
    refuse(problems + relationship_problems(document, ("app",), DETAILS))
    app = linked(document, "app", APPS, world)
    if world.store.children(app.id, DETAILS):
        raise RefusedError(relationship_invalid("app", "Game Center is already enabled for this app"))
    return Writer(world, request).one("detail", enable(world, app), status=201)


def list_groups(world: World, request: Request) -> Answer:
    """Answer ``GET /v1/gameCenterGroups``, perhaps only those of some details."""
    query = read_query(request, GROUP_QUERY, page_size=world.switches.page_size)
    wanted = (query.filters or {}).get("gameCenterDetails")
    groups = [
        group
        for group in world.store.all(GROUPS)
        if wanted is None or any(detail.id in wanted for detail in world.store.children(group.id, DETAILS))
    ]
    return Writer(world, request, query).page("group", groups)


def create_group(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterGroups``."""
    document = read_document(request, GROUPS)
    fields = (Field("referenceName", "string"),)
    problems = attribute_problems(document.attributes, fields, GROUPS, whole=True)
    refuse(problems + relationship_problems(document, (), GROUPS))
    name = document.attributes.get("referenceName") or ""
    group = world.make(GROUPS, {"referenceName": name}, {}, key=name)
    return Writer(world, request).one("group", group, status=201)


def enable(world: World, app: Resource, *, group: Resource | None = None) -> Resource:
    """Turn Game Center on for an app.

    Args:
        world: the service's inner side.
        app: the app.
        group: the group that its achievements live on, if it is in one.

    Returns:
        The detail.
    """
    parents = {APPS: app.id} | ({GROUPS: group.id} if group else {})
    return world.make(DETAILS, {"arcadeEnabled": False, "challengeEnabled": False}, parents, key=app.id)


def add_app(world: World, *, bundle_id: str, name: str) -> Resource:
    """Put an app into the account, as nobody can through the API.

    Args:
        world: the service's inner side.
        bundle_id: its bundle id.
        name: its name.

    Returns:
        The app.
    """
    attributes = {"name": name, "bundleId": bundle_id, "sku": bundle_id.upper(), "primaryLocale": "en-US"}
    return world.make(APPS, attributes, {}, key=bundle_id)


def add_group(world: World, reference_name: str) -> Resource:
    """Give the group of that name; it is made when it is not there."""
    for group in world.store.all(GROUPS):
        if group.attributes["referenceName"] == reference_name:
            return group
    return world.make(GROUPS, {"referenceName": reference_name}, {}, key=reference_name)
