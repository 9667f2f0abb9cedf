"""How a family of content looks in both versions of the API, and how it belongs to details, groups and reviews."""

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
    views = _views(family, family.versioned, versioned=True) | _version_view(family)
    on_details = lists = _lists(family)
    if family.plain:
        views |= _views(family, family.plain, versioned=False) | _release_view(family)
        releases = Relation(
            f"{family.plain}/{family.releases}", down(family.releases), many=True, filters=("live", family.stem)
        )
        on_details = {**lists, f"{family.role}Releases": releases}
    versions, in_review = f"{family.versioned}/{family.versions}", f"{family.stem}Version"
    return Part(
        views=views,
        relations={
            "/v1/gameCenterDetails": on_details,
            "/v1/gameCenterGroups": lists,
            "/v1/reviewSubmissionItems": {in_review: Relation(versions, up(family.versions), links=False)},
        },
        one_of={"/v1/reviewSubmissionItems": {in_review: family.versions}},
        images=(family.images,),
    )


def _lists(family: Family) -> dict[str, Relation]:
    """Give the lists of a family under a detail or a group; what is included has the plain form in Apple's schema."""
    versioned = f"{family.versioned}/{family.type}"
    view = f"{family.plain}/{family.type}" if family.plain else versioned

    def listed(listed_as: str) -> Relation:
        """The relation to a family, as one of its listings."""
        find = down(family.type)
        return Relation(view, find, many=True, listed_as=listed_as, filters=ITEM_FILTERS, ordered=True)

    lists = {family.type: listed(view)}
    return {**lists, f"{family.type}V2": listed(versioned)} if family.plain else lists


def _views(family: Family, base: str, *, versioned: bool) -> dict[str, View]:
    """Give the views that both forms have: the object, its localizations and their images, each by other names."""
    items, texts, images = (f"{base}/{kind}" for kind in (family.type, family.localizations, family.images))
    if versioned:
        of_text, of_image, image = "version", "localization", "image"
        parent, parent_type = Relation(f"{base}/{family.versions}", up(family.versions), links=False), family.versions
        below = {"versions": Relation(f"{base}/{family.versions}", down(family.versions), many=True)}
    else:
        of_text, of_image, image = family.stem, f"{family.stem}Localization", f"{family.stem}Image"
        parent, parent_type = Relation(items, family.item_of, links=family.text_links), family.type
        below = {
            "localizations": Relation(texts, family.texts_of, many=True),
            "releases": Relation(
                f"{base}/{family.releases}", down(family.releases), many=True, filters=("live", "gameCenterDetail")
            ),
        }
    return {
        items: View(
            family.type,
            family.attributes,
            OWNER_RELATIONS | below,
            family.versioned_neighbours if versioned else family.plain_neighbours,
            one_of=OWNERS,
            inline=("versions",) if versioned else (),
            rules=ItemRules(family, versioned=versioned),
        ),
        texts: View(
            family.localizations,
            (Attribute("locale", required=True, on=FIXED), *family.texts),
            {of_text: parent, image: Relation(images, down(family.images))},
            parents={of_text: parent_type},
            rules=LocalizationRules(family, versioned=versioned),
        ),
        images: View(
            family.images,
            IMAGE_ATTRIBUTES,
            {of_image: Relation(texts, up(family.localizations), links=False)},
            parents={of_image: family.localizations},
            rules=ImageRules(family, versioned=versioned),
            show=shown,
        ),
    }


def _version_view(family: Family) -> dict[str, View]:
    base, above = family.versioned, up(family.type)
    return {
        f"{base}/{family.versions}": View(
            family.versions,
            (Attribute("version", "integer", on=On.SHOW), Attribute("state", on=On.SHOW)),
            {
                family.role: Relation(f"{base}/{family.type}", above, links=False),
                "localizations": Relation(f"{base}/{family.localizations}", down(family.localizations), many=True),
            },
            verbs=(CREATE, READ),
            parents={family.role: family.type},
            rules=VersionRules(family),
        )
    }


def _release_view(family: Family) -> dict[str, View]:
    return {
        f"{family.plain}/{family.releases}": View(
            family.releases,
            (Attribute("live", "boolean", on=On.SHOW),),
            {
                "gameCenterDetail": Relation("/v1/gameCenterDetails", up(DETAILS), links=False),
                family.stem: Relation(f"{family.plain}/{family.type}", up(family.type), links=False),
            },
            verbs=(CREATE, READ, DELETE),
            parents={"gameCenterDetail": DETAILS, family.stem: family.type},
            rules=ReleaseRules(family),
        )
    }
