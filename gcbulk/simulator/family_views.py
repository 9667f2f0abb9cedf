"""How a family of content looks in both forms of the API, and where it hangs on details, groups and reviews."""

from __future__ import annotations

from gcbulk.simulator.families import Family
from gcbulk.simulator.family_rules import ImageRules, ItemRules, LocalizationRules, ReleaseRules, VersionRules
from gcbulk.simulator.model import (
    CREATE,
    DELETE,
    DETAILS,
    FIXED,
    GROUPS,
    READ,
    Attribute,
    On,
    Part,
    Relation,
    View,
    down,
    up,
)
from gcbulk.simulator.pictures import shown
from gcbulk.simulator.store import Resource, Store

OWNERS = {"gameCenterDetail": DETAILS, "gameCenterGroup": GROUPS}
OWNER_RELATIONS = {
    "gameCenterDetail": Relation("/v1/gameCenterDetails", up(DETAILS), links=False),
    "gameCenterGroup": Relation("/v1/gameCenterGroups", up(GROUPS), links=False),
}
ITEM_FILTERS = ("id", "referenceName", "archived")
IMAGE_ATTRIBUTES = (
    Attribute("fileName", required=True, on=FIXED),
    Attribute("fileSize", "integer", required=True, on=FIXED),
    Attribute("imageAsset", on=On.SHOW),
    Attribute("uploadOperations", on=On.SHOW),
    Attribute("assetDeliveryState", on=On.SHOW),
    Attribute("uploaded", "boolean", on=On.UPDATE),
)


def family_part(family: Family) -> Part:
    """Make what a family puts into the catalog out of its declaration."""
    versions = f"{family.versioned}/{family.versions}"
    views = _versioned_views(family) | (_plain_views(family) if family.plain else {})
    listed = _lists(family)
    on_details = dict(listed)
    if family.plain:
        on_details[f"{family.role}Releases"] = Relation(
            f"{family.plain}/{family.releases}", down(family.releases), many=True, filters=("live", family.stem)
        )
    version = f"{family.stem}Version"
    return Part(
        views=views,
        relations={
            "/v1/gameCenterDetails": on_details,
            "/v1/gameCenterGroups": listed,
            "/v1/reviewSubmissionItems": {version: Relation(versions, up(family.versions), links=False)},
        },
        one_of={"/v1/reviewSubmissionItems": {version: family.versions}},
        images=(family.images,),
    )


def _lists(family: Family) -> dict[str, Relation]:
    """Give the lists of a family under a detail or a group; Apple's schema includes the plain form in either."""
    plain, versioned = f"{family.plain}/{family.type}", f"{family.versioned}/{family.type}"

    def listed(view: str, listed_as: str) -> Relation:
        return Relation(view, down(family.type), many=True, listed_as=listed_as, filters=ITEM_FILTERS, ordered=True)

    if not family.plain:
        return {family.type: listed(versioned, versioned)}
    return {family.type: listed(plain, plain), f"{family.type}V2": listed(plain, versioned)}


def _versioned_views(family: Family) -> dict[str, View]:
    base = family.versioned
    items, versions = f"{base}/{family.type}", f"{base}/{family.versions}"
    localizations, images = f"{base}/{family.localizations}", f"{base}/{family.images}"
    return {
        items: View(
            family.type,
            family.attributes,
            OWNER_RELATIONS | {"versions": Relation(versions, down(family.versions), many=True)},
            family.versioned_neighbours,
            one_of=OWNERS,
            inline=("versions",),
            rules=ItemRules(family, versioned=True),
        ),
        versions: View(
            family.versions,
            (Attribute("version", "integer", on=On.SHOW), Attribute("state", on=On.SHOW)),
            {
                family.role: Relation(items, up(family.type), links=False),
                "localizations": Relation(localizations, down(family.localizations), many=True),
            },
            verbs=(CREATE, READ),
            parents={family.role: family.type},
            rules=VersionRules(family),
        ),
        localizations: View(
            family.localizations,
            (Attribute("locale", required=True, on=FIXED), *family.texts),
            {
                "version": Relation(versions, up(family.versions), links=False),
                "image": Relation(images, down(family.images)),
            },
            parents={"version": family.versions},
            rules=LocalizationRules(family, versioned=True),
        ),
        images: View(
            family.images,
            IMAGE_ATTRIBUTES,
            {"localization": Relation(localizations, up(family.localizations), links=False)},
            parents={"localization": family.localizations},
            rules=ImageRules(family, versioned=True),
            show=shown,
        ),
    }


def _plain_views(family: Family) -> dict[str, View]:
    base, stem = family.plain, family.stem
    items, releases = f"{base}/{family.type}", f"{base}/{family.releases}"
    localizations, images = f"{base}/{family.localizations}", f"{base}/{family.images}"

    def texts_of(store: Store, item: Resource) -> list[Resource]:
        return store.children(family.newest_version(store, item).id, family.localizations)

    def item_of(store: Store, text: Resource) -> list[Resource]:
        return [item for version in up(family.versions)(store, text) for item in up(family.type)(store, version)]

    return {
        items: View(
            family.type,
            family.attributes,
            OWNER_RELATIONS
            | {
                "localizations": Relation(localizations, texts_of, many=True),
                "releases": Relation(releases, down(family.releases), many=True, filters=("live", "gameCenterDetail")),
            },
            family.plain_neighbours,
            one_of=OWNERS,
            rules=ItemRules(family, versioned=False),
        ),
        localizations: View(
            family.localizations,
            (Attribute("locale", required=True, on=FIXED), *family.texts),
            {stem: Relation(items, item_of), f"{stem}Image": Relation(images, down(family.images))},
            parents={stem: family.type},
            rules=LocalizationRules(family, versioned=False),
        ),
        images: View(
            family.images,
            IMAGE_ATTRIBUTES,
            {f"{stem}Localization": Relation(localizations, up(family.localizations), links=False)},
            parents={f"{stem}Localization": family.localizations},
            rules=ImageRules(family, versioned=False),
            show=shown,
        ),
        releases: View(
            family.releases,
            (Attribute("live", "boolean", on=On.SHOW),),
            {
                "gameCenterDetail": Relation("/v1/gameCenterDetails", up(DETAILS), links=False),
                stem: Relation(items, up(family.type), links=False),
            },
            verbs=(CREATE, READ, DELETE),
            parents={"gameCenterDetail": DETAILS, stem: family.type},
            rules=ReleaseRules(family),
        ),
    }
