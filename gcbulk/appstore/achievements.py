"""Achievements and their localizations in both forms of the API: attributes to calls, replies to live records.

What comes in: `records.Target`, attributes by their snake_case names, replies. What goes out: `Call` records,
`records.LiveAchievement` and `records.LiveLocalization`. The two forms differ in where a localization hangs: in v1
on the achievement, in v2 on the achievement's version, which is created inline with it.

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v2-gamecenterachievements and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterachievements
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias, assert_never

from gcbulk.appstore.calls import Call, Expected, Reply, at, delete, get, patch, post
from gcbulk.appstore.live_images import included_image
from gcbulk.appstore.replies import (
    camel,
    document,
    has_id,
    identity,
    joined,
    members,
    references,
    resource,
    resources,
    snake,
)
from gcbulk.appstore.versions import VERSIONS, are_drafts, is_editable, live_versions
from gcbulk.records import Json, LiveAchievement, LiveLocalization, LiveVersion, Role, Target

ACHIEVEMENTS = "gameCenterAchievements"
LOCALIZATIONS = "gameCenterAchievementLocalizations"
_TYPES = {Role.THING: ACHIEVEMENTS, Role.TEXT: LOCALIZATIONS}
_SHAPES: Mapping[str, type] = {
    **dict.fromkeys(("vendor_identifier", "reference_name", "locale", "name"), str),
    **dict.fromkeys(("before_earned_description", "after_earned_description"), str),
    **dict.fromkeys(("show_before_earned", "repeatable", "archived"), bool),
    "points": int,
    "activity_properties": dict,
}
_ONLY_ON_UPDATE = "archived"  # a create does not take it: what is new is not archived
_VERSION_REF = "${v1}"  # the service's form of a local id for a resource that is created inline


Included: TypeAlias = Mapping[tuple[str, str], Mapping[str, Json]]
"""What came along with a listing, by type and id."""


class Api(StrEnum):
    """Which form of the achievements API is spoken; v1 is deprecated since API 4.3 and still works."""

    V1 = "v1"
    V2 = "v2"


_PARENTS = {Api.V1: ("gameCenterAchievement", ACHIEVEMENTS), Api.V2: ("version", VERSIONS)}
_LISTED_AS = {Api.V1: "gameCenterAchievements", Api.V2: "gameCenterAchievementsV2"}


def create_achievement(api: Api, target: Target, attributes: Mapping[str, Json]) -> Call:
    """The create of an achievement in the group when the app is in one, else in the Game Center detail."""
    relationships: dict[str, Json] = {_owner_name(target): _ref(*_owner(target))}
    wire = _wire({name: value for name, value in attributes.items() if name != _ONLY_ON_UPDATE})
    data = {"type": ACHIEVEMENTS, "attributes": wire, "relationships": relationships}
    match api:
        case Api.V1:
            return post("/v1/gameCenterAchievements", data)
        case Api.V2:
            relationships["versions"] = {"data": [{"type": VERSIONS, "id": _VERSION_REF}]}
            inline = [{"type": VERSIONS, "id": _VERSION_REF}]
            return post("/v2/gameCenterAchievements", data, included=inline)
        case _:
            assert_never(api)


def create_localization(api: Api, parent_id: str, attributes: Mapping[str, Json]) -> Call:
    """The create of a localization under an achievement (v1) or an achievement's version (v2)."""
    name, kind = _PARENTS[api]
    data = {
        "type": LOCALIZATIONS,
        "attributes": _wire(attributes),
        "relationships": {name: _ref(kind, parent_id)},
    }
    return post(f"/{api}/{LOCALIZATIONS}", data)


def update(api: Api, role: Role, resource_id: str, attributes: Mapping[str, Json]) -> Call:
    """The change of an achievement or a localization.

    Args:
        api: which form of the API is spoken.
        role: a thing or a text.
        resource_id: which one.
        attributes: what changes, and nothing else: the service takes a null as the wish to clear a field.
    """
    resource_type = _TYPES[role]
    return patch(
        at(f"/{api}/{resource_type}/{{}}", resource_id),
        {"type": resource_type, "id": resource_id, "attributes": _wire(attributes)},
    )


def delete_achievement(api: Api, achievement_id: str) -> Call:
    """The delete of an achievement with all that hangs on it; the service refuses it once a version is no draft."""
    return delete(at(f"/{api}/{ACHIEVEMENTS}/{{}}", achievement_id))


def display_order(api: Api, target: Target) -> Call:
    """The first page of the ids of the target's achievements, in their display order."""
    return get(_order_path(api, target), Expected(ACHIEVEMENTS), limit="200")


def set_display_order(api: Api, target: Target, ids: Sequence[str]) -> Call:
    """The replacement of the display order; the service wants the whole list."""
    return patch(_order_path(api, target), [{"type": ACHIEVEMENTS, "id": one} for one in ids])


def created_ids(api: Api, role: Role, reply: Reply) -> tuple[str, str | None]:
    """The new resource's id, and the id its children are created under where the reply says it."""
    data = resource(reply)
    if role is not Role.THING:
        return data["id"], None
    match api:
        case Api.V1:
            return data["id"], data["id"]
        case Api.V2:
            linked = _versions(data, {})
            return data["id"], linked[-1].id if linked else _only_included_version(reply)
        case _:
            assert_never(api)


def list_achievements(api: Api, target: Target) -> Call:
    """The first page of everything that lives in the target: in v1 with localizations, in v2 with versions."""
    kind, owner_id = _owner(target)
    path, expected = at(f"/v1/{kind}/{{}}/{_LISTED_AS[api]}", owner_id), Expected(ACHIEVEMENTS)
    match api:
        case Api.V1:
            limits = {"limit": "200", "limit__localizations": "50", "limit__releases": "50"}
            return get(path, expected, include="localizations,releases", **limits)
        case Api.V2:
            return get(path, expected, include="versions", limit="200", limit__versions="50")
        case _:
            assert_never(api)


def list_localizations(version_id: str) -> Call:
    """The first page of the localizations of one version (v2)."""
    expected = Expected(LOCALIZATIONS, parent=("version", version_id))
    return get(at(f"/v2/{VERSIONS}/{{}}/localizations", version_id), expected, include="image", limit="200")


def list_localizations_v1(achievement_id: str) -> Call:
    """The first page of an achievement's localizations with their images (v1); the listing of all has no images."""
    path = at(f"/v1/{ACHIEVEMENTS}/{{}}/localizations", achievement_id)
    expected = Expected(LOCALIZATIONS, parent=("gameCenterAchievement", achievement_id))
    return get(path, expected, include="gameCenterAchievementImage", limit="200")


def makes_sense(page: Reply, key: str) -> bool:
    """Whether each resource of a listing has its key, and what is known of it in the type that it has to have.

    One without would pass for another one, or for absent, and be created a second time.

    Args:
        page: a page of the listing.
        key: "vendor_identifier" for achievements, "locale" for localizations.
    """
    included = document(page).get("included") or []
    if not isinstance(included, list) or not all(has_id(item) for item in included):
        return False
    texts = [item for item in included if item.get("type") == LOCALIZATIONS]
    return all(_is_whole(item, key) for item in resources(page)) and all(_is_whole(item, "locale") for item in texts)


def _is_whole(item: Mapping[str, Json], key: str) -> bool:
    found = _attributes(item)
    typed = (value is None or type(value) is _SHAPES.get(name, type(value)) for name, value in found.items())
    return bool(found.get(key)) and all(typed)


def live_achievements(api: Api, pages: Sequence[Reply]) -> dict[str, tuple[LiveAchievement, ...]]:
    """What the pages of a listing hold, by vendor identifier; several where the live game has duplicates."""
    included = _included(pages)
    found: dict[str, tuple[LiveAchievement, ...]] = {}
    for item in joined(pages):
        live = _LIVE[api](item, included)
        key = str(live.attributes.get("vendor_identifier", ""))
        found[key] = (*found.get(key, ()), live)
    return found


def live_localizations(pages: Iterable[Reply]) -> dict[str, LiveLocalization]:
    """The localizations that the pages of a listing hold, by locale, with their images where those came along."""
    read = list(pages)
    return _by_locale(joined(read), _included(read))


def _live_v1(item: Mapping[str, Json], included: Included) -> LiveAchievement:
    linked = references(item, "localizations")
    there = [included[one] for one in linked if one in included]
    paging = members(members(members(members(item, "relationships"), "localizations"), "meta"), "paging")
    total = paging.get("total")
    is_whole = len(there) == len(linked) and (not isinstance(total, int) or len(there) >= total)
    return LiveAchievement(
        id=item["id"],
        attributes=_attributes(item),
        parent_id=item["id"],
        localizations=_by_locale(there, included) if is_whole else None,  # the rest has a list of its own
        at_once=_is_released(item, included),
    )


def _is_released(item: Mapping[str, Json], included: Included) -> bool | None:
    """Whether an achievement has a release that is live (v1); None where nothing tells whether it is live.

    One without a release may have gone live by a version, which this form of the API does not show.
    """
    linked = references(item, "releases")
    said = [members(included[one], "attributes").get("live") for one in linked if one in included]
    if True in said:
        return True
    return False if said and len(said) == len(linked) else None


def _live_v2(item: Mapping[str, Json], included: Included) -> LiveAchievement:
    versions = _versions(item, included)
    newest = versions[-1] if versions else None
    return LiveAchievement(
        id=item["id"],
        attributes=_attributes(item),
        parent_id=newest.id if newest else None,
        version_state=newest.state if newest else None,
        versions=versions,
        editable=is_editable(versions),
        deletable=are_drafts(versions),
    )


_LIVE = {Api.V1: _live_v1, Api.V2: _live_v2}


def _versions(item: Mapping[str, Json], included: Included) -> tuple[LiveVersion, ...]:
    """The versions that an achievement is linked to, oldest first; known by their ids alone where not included."""
    return live_versions(included.get(one, {"id": one[1]}) for one in references(item, "versions"))


def _only_included_version(reply: Reply) -> str | None:
    ids = [item["id"] for item in resources(reply, "included") if item.get("type") == VERSIONS]
    return ids[0] if len(ids) == 1 else None


def _included(pages: Sequence[Reply]) -> Included:
    return {identity(item): item for page in pages for item in resources(page, "included")}


def _by_locale(items: Iterable[Mapping[str, Json]], included: Included) -> dict[str, LiveLocalization]:
    found = (LiveLocalization(item["id"], _attributes(item), included_image(item, included)) for item in items)
    return {str(live.attributes.get("locale", "")): live for live in found}


def _attributes(item: Mapping[str, Json]) -> dict[str, Json]:
    return {snake(name): value for name, value in members(item, "attributes").items()}


def _wire(attributes: Mapping[str, Json]) -> dict[str, Json]:
    return {camel(name): value for name, value in attributes.items()}


def _ref(kind: str, resource_id: str) -> dict[str, Json]:
    return {"data": {"type": kind, "id": resource_id}}


def _order_path(api: Api, target: Target) -> str:
    kind, owner_id = _owner(target)
    return at(f"/v1/{kind}/{{}}/relationships/{_LISTED_AS[api]}", owner_id)


def _owner(target: Target) -> tuple[str, str]:
    if target.group_id is not None:
        return "gameCenterGroups", target.group_id
    return "gameCenterDetails", target.detail_id


def _owner_name(target: Target) -> str:
    return "gameCenterDetail" if target.group_id is None else "gameCenterGroup"
