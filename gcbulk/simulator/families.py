"""The common shape of Game Center's content: an object with versions, their localizations, and the images of those.

A module of `kinds` declares a `Family`; what holds for all of them is in `family_rules`. Both versions of the API show
the same objects: a localization belongs to a version, and in the plain form, which has no versions, the localizations
of the newest version are the object's own. [inferred: nobody has published how the two mix]

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gcbulk.simulator.errors import Problem
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.model import FIXED, GROUPS, Attribute, On, World
from gcbulk.simulator.neighbours import NOTHING, Neighbours
from gcbulk.simulator.pictures import state_of
from gcbulk.simulator.store import Resource, Store

DRAFT = "PREPARE_FOR_SUBMISSION"
REFERENCE_NAME = Attribute("referenceName", required=True)
VENDOR_IDENTIFIER = Attribute(
    "vendorIdentifier",
    required=True,
    max_length=100,
    pattern=r"[A-Za-z0-9_.]+",
    rule="A vendorIdentifier may hold letters, digits, underscores and periods",
    on=FIXED,
)
ARCHIVED = Attribute("archived", "boolean", required=True, on=On.UPDATE | On.SHOW)


def _no_more_rules(given: dict[str, Json], others: Sequence[Resource]) -> list[Problem]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A kind of content, with everything that belongs to it.

    Args:
        stem: what the types of its parts begin with, e.g. ``gameCenterAchievement``.
        type: the JSON:API type of the object itself.
        noun: what it is called in details of errors, in the singular.
        nouns: and in the plural.
        attributes: the object's; a ``vendorIdentifier`` must be among them.
        texts: a localization's, beside its locale.
        max_per_owner: how many that are not archived a detail or a group may have.
        plain: where the form lives that shows no versions; empty where there is none.
        versioned: where the form lives that shows versions.
        text_links: whether Apple's schema has links in what leads from a localization of the plain form to its object.
        plain_neighbours: what the plain form has on Apple's side and not here.
        versioned_neighbours: what the versioned form has there and not here.
        ruled: the attributes that `rules` is about.
        rules: names what is wrong with the attributes of an object beside the others of its owner.
        usual: the attributes of an object that is put there by hand, where nothing else is said.
        usual_text: those of a localization, likewise.
    """

    stem: str
    type: str
    noun: str
    nouns: str
    attributes: tuple[Attribute, ...]
    texts: tuple[Attribute, ...]
    max_per_owner: int
    plain: str = ""
    versioned: str = "/v2"
    text_links: bool = True
    plain_neighbours: Neighbours = NOTHING
    versioned_neighbours: Neighbours = NOTHING
    ruled: tuple[str, ...] = ()
    rules: Callable[[dict[str, Json], Sequence[Resource]], list[Problem]] = _no_more_rules
    usual: Mapping[str, Json] = field(default_factory=dict)
    usual_text: Mapping[str, Json] = field(default_factory=dict)

    @property
    def role(self) -> str:
        """What its versions call the object, e.g. ``achievement``."""
        name = self.stem.removeprefix("gameCenter")
        return name[0].lower() + name[1:]

    @property
    def versions(self) -> str:
        """The type of its versions."""
        return f"{self.stem}Versions"

    @property
    def localizations(self) -> str:
        """The type of its localizations."""
        return f"{self.stem}Localizations"

    @property
    def images(self) -> str:
        """The type of its images."""
        return f"{self.stem}Images"

    @property
    def releases(self) -> str:
        """The type of its releases, by which the plain form goes live."""
        return f"{self.stem}Releases"

    def newest_version(self, store: Store, item: Resource) -> Resource:
        """Give the newest version of an object; there is always one."""
        return store.children(item.id, self.versions)[-1]

    def texts_of(self, store: Store, item: Resource) -> list[Resource]:
        """Give the localizations that the plain form shows under an object."""
        return store.children(self.newest_version(store, item).id, self.localizations)

    def item_of(self, store: Store, text: Resource) -> list[Resource]:
        """Give the object that the plain form shows above a localization."""
        version = store.get(self.versions, text.parents[self.versions])
        item = None if version is None else store.get(self.type, version.parents[self.type])
        return [] if item is None else [item]

    def make(self, world: World, owner: Resource, given: dict[str, Json]) -> Resource:
        """Bring an object into being on a detail or a group, with its first version."""
        attributes = {name: value for name, value in given.items() if value is not None}
        if ARCHIVED in self.attributes:
            attributes = {"archived": False} | attributes
        item = world.make(self.type, attributes, {owner.type: owner.id}, key=attributes["vendorIdentifier"])
        self.open_version(world, item, number=1)
        return item

    def open_version(self, world: World, item: Resource, *, number: int) -> Resource:
        """Open a version of an object, as a draft."""
        state = {"version": number, "state": DRAFT}
        key = f"{item.attributes['vendorIdentifier']} / {number}"
        return world.make(self.versions, state, {self.type: item.id}, key=key)

    def localize(self, world: World, version: Resource, given: dict[str, Json]) -> Resource:
        """Bring a localization of a version into being."""
        key = self.localization_key(world, version, given["locale"])
        return world.make(self.localizations, dict(given), {self.versions: version.id}, key=key)

    def localization_key(self, world: World, version: Resource, locale: str) -> str:
        """Give the natural key of a localization; those of later versions have the version's number in it."""
        item = world.parent(version, self.type)
        key, number = f"{item.attributes['vendorIdentifier']} / {locale}", version.attributes["version"]
        return key if number == 1 else f"{key} / {number}"

    def reserve_image(self, world: World, text: Resource, given: dict[str, Json]) -> Resource:
        """Bring the record of a localization's image into being; nothing of the image has arrived yet."""
        key = self.localization_key(world, world.parent(text, self.versions), text.attributes["locale"])
        hashed = hashlib.blake2b(f"{text.id} {given['fileName']} {world.now()}".encode(), digest_size=8)
        attributes = {name: given[name] for name in ("fileName", "fileSize")} | {"signature": hashed.hexdigest()}
        return world.make(self.images, attributes, {self.localizations: text.id}, key=key)

    def carry_over(self, world: World, old: Resource, new: Resource) -> None:
        """Give a new version the localizations of the last one, with the images that had come through."""
        for text in world.store.children(old.id, self.localizations):
            copy = self.localize(world, new, text.attributes)
            for image in world.store.children(text.id, self.images):
                if state_of(world, image) == "COMPLETE":
                    carried = self.reserve_image(world, copy, image.attributes)
                    world.store.update(carried, dict(image.attributes))


def is_archived(resource: Resource) -> bool:
    """Whether a resource was put away, as far as its kind can be."""
    return bool(resource.attributes.get("archived"))


def homes(detail: Resource) -> set[str]:
    """Give the ids of the detail and of the group that an app's content may live on."""
    return {detail.id, detail.parents.get(GROUPS, detail.id)}
