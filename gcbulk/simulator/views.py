"""How each resource looks from outside: its attributes, its relationships, and where they lead.

What comes in: resources of the store. What goes out: the `View` of every resource type in either version of the
API. Versions 1 and 2 show the same achievements: a localization belongs to a version, and in version 1 the newest
version's localizations are the achievement's. [inferred: nobody has published how the two mix]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gcbulk.simulator import neighbours
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.neighbours import NOTHING, Neighbours
from gcbulk.simulator.pictures import shown
from gcbulk.simulator.queries import Allowed
from gcbulk.simulator.store import Resource, Store
from gcbulk.simulator.world import World

APPS = "apps"
DETAILS = "gameCenterDetails"
GROUPS = "gameCenterGroups"
ACHIEVEMENTS = "gameCenterAchievements"
VERSIONS = "gameCenterAchievementVersions"
LOCALIZATIONS = "gameCenterAchievementLocalizations"
IMAGES = "gameCenterAchievementImages"
RELEASES = "gameCenterAchievementReleases"
REVIEWS = "reviewSubmissions"
REVIEW_ITEMS = "reviewSubmissionItems"
SUBMISSIONS = "gameCenterPlayerAchievementSubmissions"
SCORES = "gameCenterLeaderboardEntrySubmissions"

Finder: TypeAlias = Callable[[Store, Resource], list[Resource]]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship that a resource has.

    Args:
        view: the name of the view of what it leads to.
        find: gives what it leads to.
        many: whether that may be several.
        links: whether Apple's schema has links in it.
    """

    view: str
    find: Finder
    many: bool = False
    links: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """How a resource looks in one version of the API.

    Args:
        type: the JSON:API type.
        path: where it lives.
        attributes: the names that are shown.
        relations: by name.
        neighbours: what it has on Apple's side and not here.
        derive: gives the attributes where they are more than what the store holds.
    """

    type: str
    path: str
    attributes: tuple[str, ...]
    relations: Mapping[str, Relation] = field(default_factory=dict)
    neighbours: Neighbours = NOTHING
    derive: Callable[[World, str, Resource], Json] | None = None

    def members(self) -> tuple[str, ...]:
        """Give every name that ``fields[...]`` may hold for this type."""
        return (*self.attributes, *self.relations, *self.neighbours.includes(), *self.neighbours.unset)

    def linked(self) -> tuple[str, ...]:
        """Give the relationships whose links are written."""
        own = (name for name, relation in self.relations.items() if relation.links)
        return (*own, *self.neighbours.lists, *self.neighbours.singles)


def up(kind: str) -> Finder:
    """Make a finder of the one parent of a type."""

    def find(store: Store, resource: Resource) -> list[Resource]:
        parent = store.get(kind, resource.parents.get(kind, ""))
        return [] if parent is None else [parent]

    return find


def down(kind: str) -> Finder:
    """Make a finder of the children of a type."""

    def find(store: Store, resource: Resource) -> list[Resource]:
        return store.children(resource.id, kind)

    return find


def newest_version(store: Store, achievement: Resource) -> Resource:
    """Give the newest version of an achievement; there is always one."""
    return store.children(achievement.id, VERSIONS)[-1]


def localizations_of(store: Store, achievement: Resource) -> list[Resource]:
    """Give the localizations that version 1 shows under an achievement."""
    return store.children(newest_version(store, achievement).id, LOCALIZATIONS)


def achievement_of(store: Store, localization: Resource) -> list[Resource]:
    """Give the achievement that version 1 shows above a localization."""
    version = store.get(VERSIONS, localization.parents[VERSIONS])
    return [] if version is None else up(ACHIEVEMENTS)(store, version)


ACHIEVEMENT_ATTRIBUTES = (
    "referenceName",
    "vendorIdentifier",
    "points",
    "showBeforeEarned",
    "repeatable",
    "archived",
    "activityProperties",
)
LOCALIZATION_ATTRIBUTES = ("locale", "name", "beforeEarnedDescription", "afterEarnedDescription")
IMAGE_ATTRIBUTES = ("fileSize", "fileName", "imageAsset", "uploadOperations", "assetDeliveryState")
OWNERS = {
    "gameCenterDetail": Relation("detail", up(DETAILS), links=False),
    "gameCenterGroup": Relation("group", up(GROUPS), links=False),
}

VIEWS: dict[str, View] = {
    "app": View(
        APPS,
        "/v1/apps",
        ("name", "bundleId", "sku", "primaryLocale", "contentRightsDeclaration", "isOrEverWasMadeForKids"),
        {
            "gameCenterDetail": Relation("detail", down(DETAILS)),
            "reviewSubmissions": Relation("review", down(REVIEWS), many=True),
        },
        neighbours.OF_APPS,
    ),
    "detail": View(
        DETAILS,
        "/v1/gameCenterDetails",
        ("arcadeEnabled", "challengeEnabled"),
        {
            "app": Relation("app", up(APPS), links=False),
            "gameCenterGroup": Relation("group", up(GROUPS)),
            "gameCenterAchievements": Relation("achievement-v1", down(ACHIEVEMENTS), many=True),
            # Apple's schema includes achievements here in their version 1 form only.
            "gameCenterAchievementsV2": Relation("achievement-v1", down(ACHIEVEMENTS), many=True),
            "achievementReleases": Relation("release", down(RELEASES), many=True),
        },
        neighbours.OF_DETAILS,
    ),
    "group": View(
        GROUPS,
        "/v1/gameCenterGroups",
        ("referenceName",),
        {
            "gameCenterDetails": Relation("detail", down(DETAILS), many=True),
            "gameCenterAchievements": Relation("achievement-v1", down(ACHIEVEMENTS), many=True),
            "gameCenterAchievementsV2": Relation("achievement-v1", down(ACHIEVEMENTS), many=True),
        },
        neighbours.OF_GROUPS,
    ),
    "achievement-v1": View(
        ACHIEVEMENTS,
        "/v1/gameCenterAchievements",
        ACHIEVEMENT_ATTRIBUTES,
        OWNERS
        | {
            "localizations": Relation("localization-v1", localizations_of, many=True),
            "releases": Relation("release", down(RELEASES), many=True),
        },
        neighbours.OF_ACHIEVEMENTS_V1,
    ),
    "achievement-v2": View(
        ACHIEVEMENTS,
        "/v2/gameCenterAchievements",
        ACHIEVEMENT_ATTRIBUTES,
        OWNERS | {"versions": Relation("version", down(VERSIONS), many=True)},
        neighbours.OF_ACHIEVEMENTS_V2,
    ),
    "version": View(
        VERSIONS,
        "/v2/gameCenterAchievementVersions",
        ("version", "state"),
        {
            "achievement": Relation("achievement-v2", up(ACHIEVEMENTS), links=False),
            "localizations": Relation("localization-v2", down(LOCALIZATIONS), many=True),
        },
    ),
    "localization-v1": View(
        LOCALIZATIONS,
        "/v1/gameCenterAchievementLocalizations",
        LOCALIZATION_ATTRIBUTES,
        {
            "gameCenterAchievement": Relation("achievement-v1", achievement_of),
            "gameCenterAchievementImage": Relation("image-v1", down(IMAGES)),
        },
    ),
    "localization-v2": View(
        LOCALIZATIONS,
        "/v2/gameCenterAchievementLocalizations",
        LOCALIZATION_ATTRIBUTES,
        {
            "version": Relation("version", up(VERSIONS), links=False),
            "image": Relation("image-v2", down(IMAGES)),
        },
    ),
    "image-v1": View(
        IMAGES,
        "/v1/gameCenterAchievementImages",
        IMAGE_ATTRIBUTES,
        {"gameCenterAchievementLocalization": Relation("localization-v1", up(LOCALIZATIONS), links=False)},
        derive=shown,
    ),
    "image-v2": View(
        IMAGES,
        "/v2/gameCenterAchievementImages",
        IMAGE_ATTRIBUTES,
        {"localization": Relation("localization-v2", up(LOCALIZATIONS), links=False)},
        derive=shown,
    ),
    "release": View(
        RELEASES,
        "/v1/gameCenterAchievementReleases",
        ("live",),
        {
            "gameCenterDetail": Relation("detail", up(DETAILS), links=False),
            "gameCenterAchievement": Relation("achievement-v1", up(ACHIEVEMENTS), links=False),
        },
    ),
    "review": View(
        REVIEWS,
        "/v1/reviewSubmissions",
        ("platform", "submittedDate", "state"),
        {
            "app": Relation("app", up(APPS), links=False),
            "items": Relation("review-item", down(REVIEW_ITEMS), many=True),
        },
        neighbours.OF_REVIEWS,
    ),
    "review-item": View(
        REVIEW_ITEMS,
        "/v1/reviewSubmissionItems",
        ("state",),
        {"gameCenterAchievementVersion": Relation("version", up(VERSIONS), links=False)},
        neighbours.OF_REVIEW_ITEMS,
    ),
}


def allowed(
    name: str,
    *,
    filters: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    sorts: tuple[str, ...] = (),
    exists: tuple[str, ...] = (),
    paged: bool = False,
) -> Allowed:
    """Give the parameters that a call answering with a view takes.

    Args:
        name: the view's name.
        filters: names for ``filter[...]``.
        required: whole names of parameters that must be there.
        sorts: attributes that ``sort`` may name.
        exists: names for ``exists[...]``.
        paged: whether the call is a list.

    Returns:
        The parameters.
    """
    view = VIEWS[name]
    near = [view, *(VIEWS[relation.view] for relation in view.relations.values())]
    fields: dict[str, tuple[str, ...]] = {}
    for each in near:
        fields[each.type] = fields.get(each.type, ()) + each.members()
    return Allowed(
        includes=(*view.relations, *view.neighbours.includes()),
        many=(*(key for key, relation in view.relations.items() if relation.many), *view.neighbours.lists),
        fields=fields,
        filters=filters,
        required=required,
        sorts=sorts,
        exists=exists,
        paged=paged,
    )


def shown_attributes(view: View, world: World, base: str, resource: Resource) -> Json:
    """Give the attributes of a resource that its view shows and that have a value.

    Args:
        view: the view.
        world: the service's inner side.
        base: the origin that the client knows the service by.
        resource: the resource.

    Returns:
        The attributes.
    """
    held = resource.attributes if view.derive is None else view.derive(world, base, resource)
    return {name: held[name] for name in view.attributes if name in held}
