"""The texts of achievements, one per language, in both versions of the API.

What comes in: requests. What goes out: answers. In version 2 a text belongs to a version and can be changed only
while that version is in the developer's hands.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-localizations-v2
"""

from __future__ import annotations

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
from gcbulk.simulator.errors import Problem
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.reads import Handler
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import ACHIEVEMENTS, LOCALIZATIONS, VERSIONS, newest_version
from gcbulk.simulator.world import World

ACCEPTED = """
    ar-SA ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR he hi hr hu id it ja ko ms nl-NL no
    pl pt-BR pt-PT ro ru sk sv th tr uk vi zh-Hans zh-Hant
"""
ACCEPTED_PERHAPS = "bn-BD gu-IN kn-IN ml-IN mr-IN or-IN pa-IN sl-SI ta-IN te-IN ur-PK"
LOCALES = frozenset(ACCEPTED.split())
NEWER_LOCALES = frozenset(ACCEPTED_PERHAPS.split())
LONGEST_NAME = 50
LONGEST_DESCRIPTION = 255
EDITABLE_STATES = ("PREPARE_FOR_SUBMISSION", "READY_FOR_REVIEW", "DEVELOPER_REJECTED", "REJECTED")

TEXT_FIELDS = (
    Field("name", "string", required=True, longest=LONGEST_NAME),
    Field("beforeEarnedDescription", "string", required=True, longest=LONGEST_DESCRIPTION),
    Field("afterEarnedDescription", "string", required=True, longest=LONGEST_DESCRIPTION),
)
CREATE_FIELDS = (Field("locale", "string", required=True), *TEXT_FIELDS)


def create_v1(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterAchievementLocalizations``."""
    document = _checked(request, "gameCenterAchievement")
    achievement = linked(document, "gameCenterAchievement", ACHIEVEMENTS, world)
    made = _create(world, document, newest_version(world.store, achievement))
    return Writer(world, request).one("localization-v1", made, status=201)


def create_v2(world: World, request: Request) -> Answer:
    """Answer ``POST /v2/gameCenterAchievementLocalizations``."""
    document = _checked(request, "version")
    version = linked(document, "version", VERSIONS, world)
    refuse(state_problems(version))
    return Writer(world, request).one("localization-v2", _create(world, document, version), status=201)


def _checked(request: Request, parent: str) -> Document:
    document = read_document(request, LOCALIZATIONS)
    problems = attribute_problems(document.attributes, CREATE_FIELDS, LOCALIZATIONS, whole=True)
    refuse(problems + relationship_problems(document, (parent,), LOCALIZATIONS))
    return document


def _create(world: World, document: Document, version: Resource) -> Resource:
    refuse(_locale_problems(world, version, document.attributes["locale"]))
    achievement = world.find(ACHIEVEMENTS, version.parents[ACHIEVEMENTS])
    return make_localization(world, achievement, version, document.attributes)


def make_localization(world: World, achievement: Resource, version: Resource, attributes: dict[str, str]) -> Resource:
    """Bring a localization of a version into being."""
    key = text_key(achievement, version, attributes["locale"])
    return world.make(LOCALIZATIONS, dict(attributes), {VERSIONS: version.id}, key=key)


def text_key(achievement: Resource, version: Resource, locale: str) -> str:
    """Give the natural key of a localization; those of later versions have the version's number in it."""
    key, number = f"{achievement.attributes['vendorIdentifier']} / {locale}", version.attributes["version"]
    return key if number == 1 else f"{key} / {number}"


def _locale_problems(world: World, version: Resource, locale: str) -> list[Problem]:
    accepted = LOCALES | NEWER_LOCALES if world.switches.newer_locales else LOCALES
    if locale not in accepted:
        detail = f"The locale '{locale}' is not a valid locale"
        return [errors.entity("ENTITY_ERROR.LOCALE_INVALID", detail, errors.attribute("locale"))]
    there = {text.attributes["locale"] for text in world.store.children(version.id, LOCALIZATIONS)}
    if locale in there:
        code = "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"
        return errors.attribute_duplicate("locale", locale, code, world.switches.duplicate_form)
    return []


def state_problems(version: Resource) -> list[Problem]:
    """Refuse to touch a version that is out of the developer's hands (code inferred)."""
    state = version.attributes["state"]
    if state in EDITABLE_STATES:
        return []
    detail = f"A version in the state {state} can not be changed; create a new version first"
    return [errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail)]


def update(name: str) -> Handler:
    """Make the handler of ``PATCH`` on a localization, for a view; the locale can never be changed."""

    def handle(world: World, request: Request) -> Answer:
        document = read_document(request, LOCALIZATIONS)
        text = _editable(world, request, name)
        problems = attribute_problems(document.attributes, TEXT_FIELDS, LOCALIZATIONS, whole=False)
        refuse(problems + relationship_problems(document, (), LOCALIZATIONS))
        world.store.update(text, document.attributes)
        return Writer(world, request).one(name, text)

    return handle


def delete(name: str) -> Handler:
    """Make the handler of ``DELETE`` on a localization, for a view."""

    def handle(world: World, request: Request) -> Answer:
        world.store.delete(_editable(world, request, name))
        return Answer(204)

    return handle


def _editable(world: World, request: Request, name: str) -> Resource:
    """Give the localization of the path; in version 2 only while its version may be changed."""
    text = world.find(LOCALIZATIONS, request.key)
    if name == "localization-v2":
        refuse(state_problems(world.find(VERSIONS, text.parents[VERSIONS])))
    return text
