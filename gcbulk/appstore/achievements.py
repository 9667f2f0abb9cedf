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

from gcbulk.appstore.calls import Call, Reply, get, post
from gcbulk.appstore.replies import camel, members, resource, resources, snake
from gcbulk.records import Json, LiveAchievement, LiveLocalization, Target

ACHIEVEMENT = "achievement"
LOCALIZATION = "localization"
_VERSION_REF = "${v1}"  # the service's form of a local id for a resource that is created inline


class Api(StrEnum):
    """Which form of the achievements API is spoken; v1 is deprecated since API 4.3 and still works."""

    V1 = "v1"
    V2 = "v2"


def create_achievement(api: Api, target: Target, attributes: Mapping[str, Json]) -> Call:
    """The create of an achievement in the group when the app is in one, else in the Game Center detail."""
    relationships: dict[str, Json] = {_owner_name(target): _ref(*_owner(target))}
    data = {"type": "gameCenterAchievements", "attributes": _wire(attributes), "relationships": relationships}
    if api is Api.V1:
        return post("/v1/gameCenterAchievements", data)
    relationships["versions"] = {"data": [{"type": "gameCenterAchievementVersions", "id": _VERSION_REF}]}
    inline = [{"type": "gameCenterAchievementVersions", "id": _VERSION_REF}]
    return post("/v2/gameCenterAchievements", data, included=inline)


def create_localization(api: Api, parent_id: str, attributes: Mapping[str, Json]) -> Call:
    """The create of a localization under an achievement (v1) or an achievement's version (v2)."""
    parent = (
        {"gameCenterAchievement": _ref("gameCenterAchievements", parent_id)}
        if api is Api.V1
        else {"version": _ref("gameCenterAchievementVersions", parent_id)}
    )
    data = {
        "type": "gameCenterAchievementLocalizations",
        "attributes": _wire(attributes),
        "relationships": parent,
    }
    return post(f"/{api}/gameCenterAchievementLocalizations", data)


def created_ids(api: Api, kind: str, reply: Reply) -> tuple[str, str | None]:
    """The new resource's id, and the id its children are created under where the reply says it."""
    data = resource(reply)
    if kind != ACHIEVEMENT:
        return data["id"], None
    if api is Api.V1:
        return data["id"], data["id"]
    return data["id"], _newest_version(data, {})[0] or _only_included_version(reply)


def versions_of(achievement_id: str) -> Call:
    """The read of an achievement's versions, for when the reply to its create did not name one."""
    return get(f"/v2/gameCenterAchievements/{achievement_id}/versions", limit="200")


def newest_version(reply: Reply) -> str | None:
    """The id of the newest of the versions that a reply lists."""
    versions = resources(reply)
    return max(versions, key=_version_number)["id"] if versions else None


def list_achievements(api: Api, target: Target) -> Call:
    """The first page of everything that lives in the target: in v1 with localizations, in v2 with versions."""
    kind, owner_id = _owner(target)
    if api is Api.V1:
        return get(
            f"/v1/{kind}/{owner_id}/gameCenterAchievements",
            include="localizations",
            limit="200",
            limit__localizations="50",
        )
    return get(
        f"/v1/{kind}/{owner_id}/gameCenterAchievementsV2",
        include="versions",
        limit="200",
        limit__versions="50",
    )


def list_localizations(version_id: str) -> Call:
    """The first page of the localizations of one version (v2)."""
    return get(f"/v2/gameCenterAchievementVersions/{version_id}/localizations", limit="200")


def live_achievements(api: Api, pages: Sequence[Reply]) -> dict[str, tuple[LiveAchievement, ...]]:
    """What the pages of a listing hold, by vendor identifier; several where the live game has duplicates."""
    included = {_identity(item): item for page in pages for item in resources(page, "included")}
    found: dict[str, tuple[LiveAchievement, ...]] = {}
    for item in (item for page in pages for item in resources(page)):
        live = _live_v1(item, included) if api is Api.V1 else _live_v2(item, included)
        key = str(live.attributes.get("vendor_identifier", ""))
        found[key] = (*found.get(key, ()), live)
    return found


def live_localizations(pages: Iterable[Reply]) -> dict[str, LiveLocalization]:
    """The localizations that the pages of a listing hold, by locale."""
    return _by_locale(item for page in pages for item in resources(page))


def _live_v1(item: Mapping[str, Json], included: Mapping[tuple[Json, Json], Mapping[str, Json]]) -> LiveAchievement:
    localizations = _by_locale(
        included[reference] for reference in _references(item, "localizations") if reference in included
    )
    return LiveAchievement(
        id=item["id"], attributes=_attributes(item), parent_id=item["id"], localizations=localizations
    )


def _live_v2(item: Mapping[str, Json], included: Mapping[tuple[Json, Json], Mapping[str, Json]]) -> LiveAchievement:
    version_id, state = _newest_version(item, included)
    return LiveAchievement(id=item["id"], attributes=_attributes(item), parent_id=version_id, version_state=state)


def _newest_version(
    item: Mapping[str, Json], included: Mapping[tuple[Json, Json], Mapping[str, Json]]
) -> tuple[str | None, str | None]:
    references = _references(item, "versions")
    if not references:
        return None, None
    versions = [included.get(reference, {"id": reference[1]}) for reference in references]
    newest = max(versions, key=_version_number)
    state = members(newest, "attributes").get("state")
    return newest["id"], state if isinstance(state, str) else None


def _version_number(version: Mapping[str, Json]) -> int:
    number = members(version, "attributes").get("version")
    return number if isinstance(number, int) else 0


def _only_included_version(reply: Reply) -> str | None:
    ids = [
        item["id"]
        for item in resources(reply, "included")
        if item.get("type") == "gameCenterAchievementVersions" and isinstance(item.get("id"), str)
    ]
    return ids[0] if len(ids) == 1 else None


def _by_locale(items: Iterable[Mapping[str, Json]]) -> dict[str, LiveLocalization]:
    found = (LiveLocalization(id=item["id"], attributes=_attributes(item)) for item in items)
    return {str(live.attributes.get("locale", "")): live for live in found}


def _references(item: Mapping[str, Json], name: str) -> list[tuple[str, str]]:
    linked = members(members(item, "relationships"), name).get("data")
    items = linked if isinstance(linked, list) else []
    return [_identity(one) for one in items if isinstance(one, dict) and isinstance(one.get("id"), str)]


def _identity(item: Mapping[str, Json]) -> tuple[str, str]:
    return str(item.get("type")), str(item.get("id"))


def _attributes(item: Mapping[str, Json]) -> dict[str, Json]:
    return {snake(name): value for name, value in members(item, "attributes").items()}


def _wire(attributes: Mapping[str, Json]) -> dict[str, Json]:
    return {camel(name): value for name, value in attributes.items()}


def _ref(kind: str, resource_id: str) -> dict[str, Json]:
    return {"data": {"type": kind, "id": resource_id}}


def _owner(target: Target) -> tuple[str, str]:
    if target.group_id is not None:
        return "gameCenterGroups", target.group_id
    return "gameCenterDetails", target.detail_id


def _owner_name(target: Target) -> str:
    return "gameCenterDetail" if target.group_id is None else "gameCenterGroup"
