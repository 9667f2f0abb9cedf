"""The rules for every family of content: what may be created, changed and deleted, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import refuse
from gcbulk.simulator.errors import DUPLICATE_CODE, Problem, RefusedError
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.families import DRAFT, Family, homes, is_archived
from gcbulk.simulator.model import DETAILS, GROUPS, Document, Rules, View, World
from gcbulk.simulator.pictures import judge, state_of
from gcbulk.simulator.store import Resource

ACCEPTED = """
    ar-SA ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR he hi hr hu id it ja ko ms nl-NL no
    pl pt-BR pt-PT ro ru sk sv th tr uk vi zh-Hans zh-Hant
"""
ACCEPTED_PERHAPS = "bn-BD gu-IN kn-IN ml-IN mr-IN or-IN pa-IN sl-SI ta-IN te-IN ur-PK"
LOCALES = frozenset(ACCEPTED.split())
NEWER_LOCALES = frozenset(ACCEPTED_PERHAPS.split())
LOCAL_ID = re.compile(r"\$\{[^{}]+\}")
EDITABLE_STATES = (DRAFT, "READY_FOR_REVIEW", "DEVELOPER_REJECTED", "REJECTED")


class ItemRules(Rules):
    """What holds for the objects of a family."""

    def __init__(self, family: Family, *, versioned: bool) -> None:
        self._family = family
        self._versioned = versioned

    def check_document(self, document: Document) -> None:
        """Compare the local id of the inline version's relationship with that of the included version."""
        if not self._versioned:
            if document.included:
                _refuse_included("This request takes no included resources", errors.ENTITY_TITLE)
            return
        member = document.relationships.get("versions")
        linkage = member.get("data") if isinstance(member, dict) else None
        if not isinstance(linkage, list) or not linkage:
            raise RefusedError(errors.relationship_required("versions"))
        named, inline = _named(linkage), _named(document.included)
        local_id = str(named[0][1])
        if not named == inline == [(self._family.versions, local_id)] or not LOCAL_ID.fullmatch(local_id):
            detail = f"'{local_id}' must be the local id, like '${{v1}}', of one included version"
            _refuse_included(detail, "The provided entity id is invalid")

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Check an object with all that is wrong with it, and make it."""
        ((name, owner),) = parents.items()
        if owner.type == DETAILS and GROUPS in owner.parents:
            detail = f"This app is in a Game Center group; its {self._family.nouns} live on the group"
            raise RefusedError(errors.relationship_invalid(name, detail))
        others = self._active(world, owner.id)
        problems = self._identifier_problems(world, owner, given["vendorIdentifier"])
        refuse(problems + self._family.rules(given, others) + self._number_problems(others))
        return self._family.make(world, owner, given)

    def named_on_create(self, world: World) -> tuple[str, ...]:
        """Name the new version, if the switches want it."""
        return ("versions",) if self._versioned and world.switches.create_names_version else ()

    def update(self, world: World, resource: Resource, given: dict[str, Json]) -> dict[str, Json]:
        """Check what a change must keep to among the others; coming back from the archive counts as new."""
        is_back = is_archived(resource) and given.get("archived") is False
        if is_back or any(name in given for name in self._family.ruled):
            (owner,) = resource.parents.values()
            others = [item for item in self._active(world, owner) if item is not resource]
            problems = self._family.rules(resource.attributes | given, others)
            refuse(problems + (self._number_problems(others) if is_back else []))
        maps = {attribute.name for attribute in self._family.attributes if attribute.type == "map"}
        after = {name: {} if value is None and name in maps else value for name, value in given.items()}
        for name in maps if world.switches.properties_merged else ():
            if after.get(name):
                after[name] = resource.attributes.get(name, {}) | after[name]
        return after

    def delete(self, world: World, resource: Resource) -> None:
        """Refuse to delete an object once any version of it is more than a draft."""
        versions = world.store.children(resource.id, self._family.versions)
        if any(version.attributes["state"] != DRAFT for version in versions):
            detail = f"The {self._family.noun} has a version that is not a draft; archive it instead"
            raise RefusedError(errors.state_error("STATE_ERROR.CANNOT_DELETE_HAS_NON_DRAFT_VERSION", detail))
        world.store.delete(resource)

    def _active(self, world: World, owner: str) -> list[Resource]:
        return [item for item in world.store.children(owner, self._family.type) if not is_archived(item)]

    def _identifier_problems(self, world: World, owner: Resource, identifier: str) -> list[Problem]:
        switches = world.switches
        if not switches.unique_identifiers or identifier not in self._taken_identifiers(world, owner):
            return []
        return errors.attribute_duplicate(
            "vendorIdentifier", identifier, switches.duplicate_code, switches.duplicate_form
        )

    def _taken_identifiers(self, world: World, owner: Resource) -> set[str]:
        """Give the vendor identifiers that a new object may not have, by the switches."""
        items = world.store.children(owner.id, self._family.type)
        if not world.switches.archived_identifiers_stay_taken:
            items = [item for item in items if not is_archived(item)]
        taken = {item.attributes["vendorIdentifier"] for item in items}
        if world.switches.deleted_identifiers_stay_taken:
            ledger, deleted = world.store.ledger, set(world.store.ledger.deleted)
            taken |= {made.key for made in ledger.created if made.id in deleted and made.type == self._family.type}
        return taken

    def _number_problems(self, others: Sequence[Resource]) -> list[Problem]:
        if len(others) < self._family.max_per_owner:
            return []
        nouns = self._family.nouns
        detail = f"An app can have at most {self._family.max_per_owner} {nouns}"
        return [errors.entity(f"ENTITY_ERROR.TOO_MANY_{nouns.upper().replace(' ', '_')}", detail, "/data")]


class VersionRules(Rules):
    """What holds for the versions of a family."""

    def __init__(self, family: Family) -> None:
        self._family = family

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Open the next version, with the localizations and images of the last."""
        family, (item,) = self._family, parents.values()
        versions = world.store.children(item.id, family.versions)
        if versions[-1].attributes["state"] == DRAFT:
            detail = f"The {family.noun} has a version in preparation already"
            raise RefusedError(errors.state_error("STATE_ERROR.VERSION_IN_PREPARATION", detail))
        version = family.open_version(world, item, number=len(versions) + 1)
        if world.switches.new_version_keeps_texts:
            family.carry_over(world, versions[-1], version)
        return version


class LocalizationRules(Rules):
    """What holds for the localizations of a family: in the versioned form only a version in one's hands can change."""

    def __init__(self, family: Family, *, versioned: bool) -> None:
        self._family = family
        self._versioned = versioned

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Check the locale, and that nobody has the version under review."""
        (version,) = parents.values()
        if self._versioned:
            check_version_editable(version)
        else:
            version = self._family.newest_version(world.store, version)
        refuse(self._locale_problems(world, version, given["locale"]))
        return self._family.localize(world, version, given)

    def _locale_problems(self, world: World, version: Resource, locale: str) -> list[Problem]:
        if locale not in (LOCALES | NEWER_LOCALES if world.switches.newer_locales else LOCALES):
            detail = f"The locale '{locale}' is not a valid locale"
            return [errors.entity("ENTITY_ERROR.LOCALE_INVALID", detail, errors.attribute("locale"))]
        texts = world.store.children(version.id, self._family.localizations)
        if all(text.attributes["locale"] != locale for text in texts):
            return []
        return errors.attribute_duplicate("locale", locale, DUPLICATE_CODE, world.switches.duplicate_form)

    def check_editable(self, world: World, resource: Resource) -> None:
        """Refuse to touch the text of a version that is out of the developer's hands."""
        if self._versioned:
            check_version_editable(world.parent(resource, self._family.versions))

    def delete(self, world: World, resource: Resource) -> None:
        """Delete a text as long as it could be changed."""
        self.check_editable(world, resource)
        world.store.delete(resource)


class ImageRules(Rules):
    """What holds for the images of localizations: a record blocks another one, whatever became of it."""

    def __init__(self, family: Family, *, versioned: bool) -> None:
        self._family = family
        self._versioned = versioned

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Reserve an image; the answer has the addresses that its parts go to."""
        if given["fileSize"] <= 0:
            raise RefusedError(errors.attribute_invalid("fileSize", "The file size must be greater than 0"))
        (text,) = parents.values()
        if self._versioned:
            check_version_editable(world.parent(text, self._family.versions))
        if world.store.children(text.id, view.type):
            detail = "The localization has an image already; delete it first"
            raise RefusedError(errors.state_error("STATE_ERROR.IMAGE_ALREADY_EXISTS", detail))
        return self._family.reserve_image(world, text, given)

    def update(self, world: World, resource: Resource, given: dict[str, Json]) -> dict[str, Json]:
        """Commit an image: it is judged a while from now; a second commit changes nothing or is refused."""
        if not given.get("uploaded"):
            return {}
        if state_of(world, resource) == "AWAITING_UPLOAD":
            judged_at = world.now() + world.switches.image_processing_s
            return {**judge(world, resource), "judgedAt": judged_at}
        if world.switches.second_commit_refused:
            raise RefusedError(errors.state_error("STATE_ERROR.ALREADY_UPLOADED", "The image was committed before"))
        return {}

    def delete(self, world: World, resource: Resource) -> None:
        """Delete a record, and what has arrived for it."""
        if self._versioned:
            text = world.parent(resource, self._family.localizations)
            check_version_editable(world.parent(text, self._family.versions))
        world.uploaded.pop(resource.id, None)
        world.store.delete(resource)


class ReleaseRules(Rules):
    """What holds for releases, by which the plain form goes live with the next version of the app."""

    def __init__(self, family: Family) -> None:
        self._family = family

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Release an object for an app, once."""
        stem, noun = self._family.stem, self._family.noun
        detail, item = parents["gameCenterDetail"], parents[stem]
        if homes(detail).isdisjoint(item.parents.values()):
            raise RefusedError(errors.relationship_invalid(stem, f"The {noun} belongs to another app"))
        others = world.store.children(item.id, view.type)
        if any(release.parents[DETAILS] == detail.id for release in others):
            raise RefusedError(errors.relationship_invalid(stem, f"The {noun} is released already"))
        linked = {DETAILS: detail.id, item.type: item.id}
        return world.make(view.type, {"live": False}, linked, key=item.attributes["vendorIdentifier"])


def check_version_editable(version: Resource) -> None:
    """Refuse to touch a version that is out of the developer's hands (code inferred)."""
    state = version.attributes["state"]
    if state not in EDITABLE_STATES:
        detail = f"A version in the state {state} can not be changed; create a new version first"
        raise RefusedError(errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail))


def _refuse_included(detail: str, title: str) -> None:
    raise RefusedError(errors.entity("ENTITY_ERROR.INCLUDED.INVALID_ID", detail, "/included/0/id", title))


def _named(items: list[Json]) -> list[tuple[Json, Json]]:
    """Give type and id of each item; nothing of an item that is not an object."""
    return [(item.get("type"), item.get("id")) if isinstance(item, dict) else (None, None) for item in items]
