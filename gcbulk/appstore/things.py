"""Calls for a kind of thing and its localizations, in either form of the API, made from its `records.Resource`.

In v1 a localization belongs to the thing, in v2 to a version of it; the first version is created inline with the thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gcbulk.appstore.calls import Call, Expected, Reply, at, delete, get, patch, post
from gcbulk.appstore.replies import camel, resource, resources
from gcbulk.appstore.versions import linked_versions
from gcbulk.records import Api, Form, Json, Resource, Role, Target

_VERSION_REF = "${v1}"  # the service's form of a local id for a resource that is created inline


def create(kind: Resource, api: Api, target: Target, attributes: Mapping[str, Json]) -> Call:
    """The create of a thing in the group when the app is in one, else in the Game Center detail."""
    form = kind.forms[api]
    later = {attribute.name for attribute in kind.attributes if not attribute.on_create}
    relationships: dict[str, Json] = {_owner_name(target): _ref(*_owner(target))}
    wire = _wire({name: value for name, value in attributes.items() if name not in later})
    data = {"type": kind.type, "attributes": wire, "relationships": relationships}
    if form.version_parent is None:
        return _understood(kind, Role.THING, post(f"{form.root}/{kind.type}", data))
    relationships["versions"] = {"data": [{"type": kind.version_type, "id": _VERSION_REF}]}
    inline = [{"type": kind.version_type, "id": _VERSION_REF}]
    return _understood(kind, Role.THING, post(f"{form.root}/{kind.type}", data, included=inline))


def create_text(kind: Resource, api: Api, parent_id: str, attributes: Mapping[str, Json]) -> Call:
    """The create of a text under a thing, or under a version of it where the form has versions."""
    form = kind.forms[api]
    data = {
        "type": kind.text.type,
        "attributes": _wire(attributes),
        "relationships": {form.parent: _ref(_parent_type(kind, form), parent_id)},
    }
    return _understood(kind, Role.TEXT, post(f"{form.root}/{kind.text.type}", data))


def update(kind: Resource, api: Api, role: Role, resource_id: str, attributes: Mapping[str, Json]) -> Call:
    """The change of a thing or a text.

    Args:
        kind: the kind of thing.
        api: which form of the API is spoken.
        role: a thing or a text.
        resource_id: which one.
        attributes: what changes, and nothing else: the service takes a null as the wish to clear a field.
    """
    resource_type = kind.type_of(role)
    call = patch(
        at(f"{kind.forms[api].root}/{resource_type}/{{}}", resource_id),
        {"type": resource_type, "id": resource_id, "attributes": _wire(attributes)},
    )
    return _understood(kind, role, call)


def remove(kind: Resource, api: Api, resource_id: str) -> Call:
    """The delete of a thing with all that hangs on it; the service refuses it once a version is not a draft."""
    return delete(at(f"{kind.forms[api].root}/{kind.type}/{{}}", resource_id))


def display_order(kind: Resource, api: Api, target: Target) -> Call:
    """The first page of the ids of the target's things, in their display order."""
    return get(_order_path(kind, api, target), Expected(kind.type), limit="200")


def set_order(kind: Resource, api: Api, target: Target, ids: Sequence[str]) -> Call:
    """The replacement of the display order; the service wants the whole list."""
    return patch(_order_path(kind, api, target), [{"type": kind.type, "id": thing_id} for thing_id in ids])


def created_ids(kind: Resource, api: Api, role: Role, reply: Reply) -> tuple[str, str | None]:
    """The new resource's id, and the id its children are created under where the reply says it."""
    data = resource(reply)
    if role is not Role.THING:
        return data["id"], None
    if kind.forms[api].version_parent is None:
        return data["id"], data["id"]
    linked = linked_versions(data, {})
    return data["id"], linked[-1].id if linked else _only_included_version(kind, reply)


def list_things(kind: Resource, api: Api, target: Target) -> Call:
    """The first page of everything that lives in the target: with versions, or with texts where there are none."""
    owner_type, owner_id = _owner(target)
    form, expected = kind.forms[api], Expected(kind.type)
    path = at(f"/v1/{owner_type}/{{}}/{form.listed}", owner_id)
    if form.version_parent is None:
        along = ["localizations", *(["releases"] if kind.release is not None else [])]
        limits = {"limit": "200", **{f"limit__{name}": "50" for name in along}}
        return get(path, expected, include=",".join(along), **limits)
    return get(path, expected, include="versions", limit="200", limit__versions="50")


def list_texts(kind: Resource, api: Api, parent_id: str) -> Call:
    """The first page of the texts of a thing, or of a version where the form has versions, with their images."""
    form = kind.forms[api]
    path = at(f"{form.root}/{_parent_type(kind, form)}/{{}}/localizations", parent_id)
    along = {"include": form.image} if form.image is not None else {}
    return get(path, Expected(kind.text.type, parent=(form.parent, parent_id)), **along, limit="200")


def _parent_type(kind: Resource, form: Form) -> str:
    """The type of what a text hangs on."""
    return kind.type if form.version_parent is None else kind.version_type


def _only_included_version(kind: Resource, reply: Reply) -> str | None:
    ids = [item["id"] for item in resources(reply, "included") if item.get("type") == kind.version_type]
    return ids[0] if len(ids) == 1 else None


def _wire(attributes: Mapping[str, Json]) -> dict[str, Json]:
    return {camel(name): value for name, value in attributes.items()}


def _understood(kind: Resource, role: Role, call: Call) -> Call:
    """The call, with what its answer may write in another way."""
    meanings = {camel(one.name): one.meaning for one in kind.attributes_of(role) if one.meaning is not None}
    return replace(call, meanings=meanings) if meanings else call


def _ref(resource_type: str, resource_id: str) -> dict[str, Json]:
    return {"data": {"type": resource_type, "id": resource_id}}


def _order_path(kind: Resource, api: Api, target: Target) -> str:
    owner_type, owner_id = _owner(target)
    return at(f"/v1/{owner_type}/{{}}/relationships/{kind.forms[api].listed}", owner_id)


def _owner(target: Target) -> tuple[str, str]:
    if target.group_id is not None:
        return "gameCenterGroups", target.group_id
    return "gameCenterDetails", target.detail_id


def _owner_name(target: Target) -> str:
    return "gameCenterDetail" if target.group_id is None else "gameCenterGroup"
