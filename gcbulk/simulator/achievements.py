"""Achievements in both versions of the API, and the rules that hold for them.

What comes in: requests. What goes out: answers. The rules are written down here once more and on their own: the
client's are not used, or one mistake would prove itself right.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center/game-center-achievements
"""

from __future__ import annotations

import re

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import (
    Document,
    Field,
    attribute_problems,
    linked,
    read_document,
    refuse,
    relationship_problems,
)
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.errors import Problem, RefusedError
from gcbulk.simulator.exchange import Answer, Json, Request, json_answer
from gcbulk.simulator.images import carry_image
from gcbulk.simulator.localizations import make_localization
from gcbulk.simulator.reads import Handler
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import ACHIEVEMENTS, DETAILS, GROUPS, LOCALIZATIONS, VERSIONS
from gcbulk.simulator.world import World

MOST_ACHIEVEMENTS = 100
MOST_POINTS = 100
MOST_POINTS_IN_ALL = 1000
IDENTIFIER = re.compile(r"[A-Za-z0-9_.]+")
LOCAL_ID = re.compile(r"\$\{[^{}]+\}")
DRAFT_STATES = ("PREPARE_FOR_SUBMISSION",)

CREATE_FIELDS = (
    Field("referenceName", "string", required=True),
    Field("vendorIdentifier", "string", required=True, longest=100),
    Field("points", "integer", required=True),
    Field("showBeforeEarned", "boolean", required=True),
    Field("repeatable", "boolean", required=True),
    Field("activityProperties", "map"),
)
UPDATE_FIELDS = (
    Field("referenceName", "string", required=True),
    Field("points", "integer", required=True),
    Field("showBeforeEarned", "boolean", required=True),
    Field("repeatable", "boolean", required=True),
    Field("archived", "boolean", required=True),
    Field("activityProperties", "map"),
)
OWNERS = {"gameCenterDetail": DETAILS, "gameCenterGroup": GROUPS}


def create_v1(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterAchievements``."""
    document = read_document(request, ACHIEVEMENTS)
    refuse(_included_problems(document))
    achievement, _ = _create(world, document, OWNERS)
    return Writer(world, request).one("achievement-v1", achievement, status=201)


def create_v2(world: World, request: Request) -> Answer:
    """Answer ``POST /v2/gameCenterAchievements``: the first version comes inline, under a local id."""
    document = read_document(request, ACHIEVEMENTS)
    refuse(_version_problems(document))
    achievement, _ = _create(world, document, (*OWNERS, "versions"))
    naming = ("versions",) if world.switches.create_names_version else ()
    writer = Writer(world, request)
    body = {
        "data": writer.resource("achievement-v2", achievement, naming=naming),
        "links": {"self": f"{request.base}{request.target}"},
    }
    return json_answer(201, body)


def _create(world: World, document: Document, relations: tuple[str, ...] | dict[str, str]) -> tuple[Resource, Resource]:
    """Check an achievement with all that is wrong with it, and make it with its first version."""
    problems = attribute_problems(document.attributes, CREATE_FIELDS, ACHIEVEMENTS, whole=True)
    refuse(problems + relationship_problems(document, relations, ACHIEVEMENTS))
    owner = _owner(world, document)
    refuse(_rule_problems(world, owner, document.attributes))
    return make_achievement(world, owner, document.attributes)


def make_achievement(world: World, owner: Resource, given: dict[str, Json]) -> tuple[Resource, Resource]:
    """Bring an achievement into being, with its first version.

    Args:
        world: the service's inner side.
        owner: the detail or the group that it lives on.
        given: its attributes.

    Returns:
        The achievement and the version.
    """
    attributes = {"archived": False} | {key: value for key, value in given.items() if value is not None}
    key = attributes["vendorIdentifier"]
    achievement = world.make(ACHIEVEMENTS, attributes, {owner.type: owner.id}, key=key)
    return achievement, open_version(world, achievement, number=1)


def open_version(world: World, achievement: Resource, *, number: int) -> Resource:
    """Open a version of an achievement, as a draft."""
    state = {"version": number, "state": "PREPARE_FOR_SUBMISSION"}
    key = f"{achievement.attributes['vendorIdentifier']} / {number}"
    return world.make(VERSIONS, state, {ACHIEVEMENTS: achievement.id}, key=key)


def _owner(world: World, document: Document) -> Resource:
    """Give the detail or group that the achievement is to live on; of an app in a group it is the group."""
    named = [name for name in OWNERS if name in document.relationships]
    if not named:
        raise RefusedError(errors.relationship_required("gameCenterDetail"))
    owner = linked(document, named[0], OWNERS[named[0]], world)
    if owner.type == DETAILS and GROUPS in owner.parents:
        detail = "This app is in a Game Center group; its achievements live on the group"
        raise RefusedError(errors.relationship_invalid("gameCenterDetail", detail))
    return owner


def _included_problems(document: Document) -> list[Problem]:
    if not document.included:
        return []
    detail = "This request takes no included resources"
    return [errors.entity("ENTITY_ERROR.INCLUDED.INVALID_ID", detail, "/included/0/id")]


def _version_problems(document: Document) -> list[Problem]:
    """Compare the local id of the relationship with that of the included version."""
    member = document.relationships.get("versions")
    linkage = member.get("data") if isinstance(member, dict) else None
    if not isinstance(linkage, list) or not linkage:
        return [errors.relationship_required("versions")]
    named, inline = _named(linkage), _named(document.included)
    local_id = str(named[0][1])
    if named == inline == [(VERSIONS, local_id)] and LOCAL_ID.fullmatch(local_id):
        return []
    detail = f"'{local_id}' must be the local id, like '${{v1}}', of one included version"
    title = "The provided entity id is invalid"
    return [errors.entity("ENTITY_ERROR.INCLUDED.INVALID_ID", detail, "/included/0/id", title)]


def _named(items: list[Json]) -> list[tuple[Json, Json]]:
    """Give type and id of each item; nothing of one that is no object."""
    return [(item.get("type"), item.get("id")) if isinstance(item, dict) else (None, None) for item in items]


def _rule_problems(world: World, owner: Resource, given: dict[str, Json]) -> list[Problem]:
    """Check what a new achievement must keep to among the others."""
    there = _active(world, owner.id)
    problems = _identifier_problems(world, owner, given["vendorIdentifier"])
    problems += _points_problems(given["points"], sum(item.attributes["points"] for item in there))
    return problems + _number_problems(there)


def _identifier_problems(world: World, owner: Resource, identifier: str) -> list[Problem]:
    if not IDENTIFIER.fullmatch(identifier):
        detail = "A vendorIdentifier may hold letters, digits, underscores and periods"
        return [errors.attribute_invalid("vendorIdentifier", detail)]
    if world.switches.unique_identifiers and identifier in taken_identifiers(world, owner):
        switches = world.switches
        name, form = "vendorIdentifier", switches.duplicate_form
        return errors.attribute_duplicate(name, identifier, switches.duplicate_code, form)
    return []


def taken_identifiers(world: World, owner: Resource) -> set[str]:
    """Give the vendor identifiers that a new achievement may not have, by the switches."""
    held = world.store.children(owner.id, ACHIEVEMENTS)
    if not world.switches.archived_identifiers_stay_taken:
        held = [item for item in held if not item.attributes["archived"]]
    taken = {item.attributes["vendorIdentifier"] for item in held}
    if world.switches.deleted_identifiers_stay_taken:
        deleted = set(world.store.ledger.deleted)
        taken |= {made.key for made in world.store.ledger.created if made.id in deleted and made.type == ACHIEVEMENTS}
    return taken


def _points_problems(points: int, others: int) -> list[Problem]:
    """Check the points and the app's total; both may be wrong at once."""
    problems = []
    if not 0 <= points <= MOST_POINTS:
        detail = f"You must provide points between 0 and {MOST_POINTS} for an achievement."
        problems.append(errors.entity("ENTITY_ERROR.INVALID_POINTS_RANGE", detail, errors.attribute("points")))
    if others + points > MOST_POINTS_IN_ALL:
        detail = f"Total achievement points may not exceed {MOST_POINTS_IN_ALL}."
        problems.append(errors.entity("ENTITY_ERROR.INVALID_TOTAL_APP_POINTS", detail, errors.attribute("points")))
    return problems


def update(name: str) -> Handler:
    """Make the handler of ``PATCH`` on an achievement, for a view."""

    def handle(world: World, request: Request) -> Answer:
        document = read_document(request, ACHIEVEMENTS)
        achievement = world.find(ACHIEVEMENTS, request.key)
        given = document.attributes
        problems = attribute_problems(given, UPDATE_FIELDS, ACHIEVEMENTS, whole=False)
        refuse(problems + relationship_problems(document, (), ACHIEVEMENTS))
        refuse(_change_problems(world, achievement, given))
        world.store.update(achievement, _changed(world, achievement, given))
        return Writer(world, request).one(name, achievement)

    return handle


def _changed(world: World, achievement: Resource, given: dict[str, Json]) -> dict[str, Json]:
    """Give the attributes as they are from now on; null clears the properties."""
    after = {key: {} if value is None else value for key, value in given.items()}
    if world.switches.properties_merged and after.get("activityProperties"):
        after["activityProperties"] = achievement.attributes.get("activityProperties", {}) | given["activityProperties"]
    return after


def _change_problems(world: World, achievement: Resource, given: dict[str, Json]) -> list[Problem]:
    """Check what a change must keep to among the others; coming back from the archive counts as new."""
    before = achievement.attributes
    returns = before["archived"] and given.get("archived") is False
    if "points" not in given and not returns:
        return []
    others = [item for item in _active(world, next(iter(achievement.parents.values()))) if item is not achievement]
    points = (before | given)["points"]
    problems = _points_problems(points, sum(item.attributes["points"] for item in others))
    return problems + (_number_problems(others) if returns else [])


def _active(world: World, owner: str) -> list[Resource]:
    held = world.store.children(owner, ACHIEVEMENTS)
    return [item for item in held if not item.attributes["archived"]]


def _number_problems(others: list[Resource]) -> list[Problem]:
    if len(others) < MOST_ACHIEVEMENTS:
        return []
    detail = f"An app can have at most {MOST_ACHIEVEMENTS} achievements"
    return [errors.entity("ENTITY_ERROR.TOO_MANY_ACHIEVEMENTS", detail, "/data")]


def delete(world: World, request: Request) -> Answer:
    """Answer ``DELETE`` on an achievement: refused once any version of it is more than a draft."""
    achievement = world.find(ACHIEVEMENTS, request.key)
    versions = world.store.children(achievement.id, VERSIONS)
    if any(version.attributes["state"] not in DRAFT_STATES for version in versions):
        detail = "The achievement has a version that is not a draft; archive it instead"
        raise RefusedError(errors.state_error("STATE_ERROR.CANNOT_DELETE_HAS_NON_DRAFT_VERSION", detail))
    world.store.delete(achievement)
    return Answer(204)


def create_version(world: World, request: Request) -> Answer:
    """Answer ``POST /v2/gameCenterAchievementVersions``: opens the next version, with the texts of the last."""
    document = read_document(request, VERSIONS)
    problems = attribute_problems(document.attributes, (), VERSIONS, whole=True)
    refuse(problems + relationship_problems(document, ("achievement",), VERSIONS))
    achievement = linked(document, "achievement", ACHIEVEMENTS, world)
    versions = world.store.children(achievement.id, VERSIONS)
    if versions[-1].attributes["state"] in DRAFT_STATES:
        detail = "The achievement has a version in preparation already"
        raise RefusedError(errors.state_error("STATE_ERROR.VERSION_IN_PREPARATION", detail))
    version = open_version(world, achievement, number=len(versions) + 1)
    if world.switches.new_version_keeps_texts:
        for text in world.store.children(versions[-1].id, LOCALIZATIONS):
            carry_image(world, text, make_localization(world, achievement, version, text.attributes))
    return Writer(world, request).one("version", version, status=201)
