"""Apps, their Game Center details, and groups.

What comes in: requests. What goes out: answers. Game Center is off until a detail is made for an app.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-details
"""

from __future__ import annotations

from gcbulk.simulator.bodies import Field, attribute_problems, linked, read_document, refuse, relationship_problems
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.errors import RefusedError, relationship_invalid
from gcbulk.simulator.exchange import Answer, Request, json_answer
from gcbulk.simulator.neighbours import FILTERS
from gcbulk.simulator.queries import Query, read_query
from gcbulk.simulator.reads import filtered, in_order, read_related
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import APPS, DETAILS, GROUPS, REVIEWS, allowed, down
from gcbulk.simulator.world import World

_OF_REVIEWS = "reviewSubmissions."
APP_QUERY = allowed(
    "app",
    filters=("bundleId", "name", "sku", "id", f"{_OF_REVIEWS}state", f"{_OF_REVIEWS}platform", *FILTERS[APPS]),
    sorts=("name", "bundleId", "sku"),
    exists=("gameCenterEnabledVersions",),
    paged=True,
)

DETAIL_QUERY = allowed("detail")
_READ_DETAIL = read_related("detail", APPS, down(DETAILS))

GROUP_QUERY = allowed("group", filters=("gameCenterDetails",), paged=True)


def list_apps(world: World, request: Request) -> Answer:
    """Answer ``GET /v1/apps``."""
    query = read_query(request, APP_QUERY, page_size=world.switches.page_size)
    apps = [app for app in filtered(world.store.all(APPS), _filters(query, "")) if _has_review(world, app, query)]
    if (query.exists or {}).get("gameCenterEnabledVersions"):
        apps = []  # no app here has any
    return Writer(world, request, query).page("app", in_order(apps, query.sort))


def _has_review(world: World, app: Resource, query: Query) -> bool:
    """Whether an app has a review submission that the filters on those accept; true where there is no such filter."""
    filters = _filters(query, _OF_REVIEWS)
    return not filters or bool(filtered(world.store.children(app.id, REVIEWS), filters))


def _filters(query: Query, prefix: str) -> dict[str, frozenset[str]]:
    """Give the filters on review submissions, or those on the apps themselves, by the names of attributes."""
    given = (query.filters or {}).items()
    return {name.removeprefix(prefix): values for name, values in given if name.startswith(_OF_REVIEWS) is bool(prefix)}


def read_detail(world: World, request: Request) -> Answer:
    """Answer ``GET /v1/apps/{id}/gameCenterDetail``; nobody knows for sure what comes where Game Center is off."""
    app = world.find(APPS, request.key)
    if world.store.children(app.id, DETAILS) or world.switches.game_center_off == "not-found":
        return _READ_DETAIL(world, request)
    read_query(request, DETAIL_QUERY, page_size=world.switches.page_size)
    data = {"type": DETAILS, "id": ""} if world.switches.game_center_off == "empty-id" else None
    return json_answer(200, {"data": data, "links": {"self": f"{request.base}{request.target}"}})


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
    attributes = {
        "name": name,
        "bundleId": bundle_id,
        "sku": bundle_id.upper(),
        "primaryLocale": "en-US",
        "contentRightsDeclaration": "DOES_NOT_USE_THIRD_PARTY_CONTENT",
        "isOrEverWasMadeForKids": False,
    }
    return world.make(APPS, attributes, {}, key=bundle_id)


def add_group(world: World, reference_name: str) -> Resource:
    """Give the group of that name; it is made when it is not there."""
    for group in world.store.all(GROUPS):
        if group.attributes["referenceName"] == reference_name:
            return group
    return world.make(GROUPS, {"referenceName": reference_name}, {}, key=reference_name)
