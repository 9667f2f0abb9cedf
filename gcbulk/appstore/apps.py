"""Finding an app's Game Center side by its bundle id: app, detail, group.

Source: https://developer.apple.com/documentation/appstoreconnectapi/list-apps and
https://developer.apple.com/documentation/appstoreconnectapi/read-the-game-center-detail-of-an-app
"""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.appstore.calls import Call, Expected, Reply, at, get
from gcbulk.appstore.replies import document, id_of, members, resource, resources
from gcbulk.records import Json


def find_app(bundle_id: str) -> Call:
    """The look-up of an app by its bundle id; the filter may also match longer ids."""
    return get("/v1/apps", Expected("apps"), filter__bundleId=bundle_id, limit="200")


def app_of(reply: Reply, bundle_id: str) -> tuple[str, str] | None:
    """Id and name of the app whose bundle id is exactly this one, None where there is none."""
    for item in resources(reply):
        attributes = members(item, "attributes")
        if attributes.get("bundleId") == bundle_id:
            name = attributes.get("name")
            return str(item["id"]), name if isinstance(name, str) and name else bundle_id
    return None


def detail_of_app(app_id: str) -> Call:
    """The read of an app's Game Center detail with its group; 404 where Game Center is off."""
    return get(at("/v1/apps/{}/gameCenterDetail", app_id), Expected("gameCenterDetails"), include="gameCenterGroup")


def detail(detail_id: str) -> Call:
    """The read of a Game Center detail with its group and app."""
    expected = Expected("gameCenterDetails", detail_id)
    return get(at("/v1/gameCenterDetails/{}", detail_id), expected, include="gameCenterGroup,app")


def detail_ids(reply: Reply) -> tuple[str | None, str | None]:
    """The detail's id and its group's, each None where the reply names none."""
    data = resource(reply)
    group = members(members(members(data, "relationships"), "gameCenterGroup"), "data")
    return id_of(data), id_of(group)


def group_name(reply: Reply) -> str | None:
    """The reference name of the group that came along with a detail; None where none did."""
    groups = [item for item in resources(reply, "included") if item.get("type") == "gameCenterGroups"]
    name = members(groups[0], "attributes").get("referenceName") if groups else None
    return name if isinstance(name, str) and name else None


def included_app(reply: Reply) -> Mapping[str, Json]:
    """The attributes of the app that came along with a detail; empty where none did."""
    apps = [item for item in resources(reply, "included") if item.get("type") == "apps"]
    return members(apps[0], "attributes") if apps else {}


def next_page(reply: Reply) -> str | None:
    """The URL of the next page, None on the last one."""
    following = members(document(reply), "links").get("next")
    return following if isinstance(following, str) and following else None
