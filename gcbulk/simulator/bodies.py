"""Parse request bodies, and report everything that is wrong with one at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import orjson

from gcbulk.simulator import errors
from gcbulk.simulator.errors import Problem, RefusedError
from gcbulk.simulator.exchange import Json, Request
from gcbulk.simulator.model import Attribute, Document, On, View, World
from gcbulk.simulator.store import Resource

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def read_json(request: Request) -> Json:
    """Parse a request's body.

    Raises:
        RefusedError: 415 when it does not call itself JSON, 400 when it is none.
    """
    media = request.headers.get("content-type", "")
    if media.partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(errors.media_type(media))
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(errors.bad_json(str(error))) from None


def read_document(request: Request, kind: str) -> Document:
    """Take a request's document apart, which must be of a type; of a PATCH its id must be the path's.

    Raises:
        RefusedError: when the body is not such a document.
    """
    body = read_json(request)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise RefusedError(errors.bad_document("Unexpected or invalid value at 'data'."))
    parts = (data.get("attributes", {}), data.get("relationships", {}), body.get("included", []))
    if not isinstance(parts[0], dict) or not isinstance(parts[1], dict) or not isinstance(parts[2], list):
        raise RefusedError(errors.bad_document("Unexpected or invalid value inside 'data' or 'included'."))
    refuse(_misnamed(data, kind, request.key))
    return Document(*parts)


def _misnamed(data: dict[str, Json], kind: str, key: str) -> list[Problem]:
    """Compare the type and the id of the document with those of the path (both codes inferred)."""
    problems = []
    if data.get("type") != kind:
        problems.append(_wrong_type(data, kind, "/data/type"))
    if key and data.get("id") != key:
        detail = f"'{data.get('id')}' is not the id '{key}' of the request's path"
        problems.append(errors.entity("ENTITY_ERROR.ID.INVALID", detail, "/data/id"))
    if not key and "id" in data:
        problems.append(errors.entity("ENTITY_ERROR.ID.INVALID", "A new resource has no id", "/data/id"))
    return problems


def _wrong_type(data: dict[str, Json], kind: str, pointer: str) -> Problem:
    detail = f"'{data.get('type')}' is not the resource type '{kind}' of this request"
    return errors.entity("ENTITY_ERROR.TYPE.INVALID", detail, pointer)


def refuse(problems: Sequence[Problem]) -> None:
    """Refuse the request if there is anything wrong with it.

    Raises:
        RefusedError: with all of the problems.
    """
    if problems:
        raise RefusedError(*problems)


def attribute_problems(given: dict[str, Json], view: View, verb: On) -> list[Problem]:
    """Name everything that is wrong with the attributes of a document; a create must have all that are required."""
    taken = {attribute.name: attribute for attribute in view.taken[verb]}
    problems = [errors.attribute_unknown(name, view.type) for name in given if name not in taken]
    for name, attribute in taken.items():
        if name in given:
            problems += _value_problems(attribute, given[name])
        elif attribute.required and verb is On.CREATE:
            problems.append(errors.attribute_required(name))
    return problems


def _value_problems(attribute: Attribute, value: Json) -> list[Problem]:
    name = attribute.name
    if value is None or value == "":
        return [errors.attribute_required(name)] if attribute.required else []
    if not CHECKS[attribute.type](value):
        return [errors.attribute_type(name, attribute.type)]
    if attribute.choices and value not in attribute.choices:
        return [errors.attribute_choice(name, value, attribute.choices)]
    if attribute.max_length is not None and len(value) > attribute.max_length:
        return [errors.attribute_too_long(name, attribute.max_length)]
    if attribute.pattern and not re.fullmatch(attribute.pattern, value):
        return [errors.attribute_invalid(name, attribute.rule)]
    return []


def _is_integer(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_strings(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_map(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_date(value: Json) -> bool:
    """Say whether it is a date-time with a zone, as the contract's format asks."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_number(value: Json) -> bool:
    return isinstance(value, str) and NUMBER.fullmatch(value) is not None


CHECKS: dict[str, Callable[[Json], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "strings": _is_strings,
    "map": _is_map,
    "date": _is_date,
    "number": _is_number,
}


def relationship_problems(document: Document, names: Iterable[str], kind: str) -> list[Problem]:
    """Name the relationships that the resource does not have."""
    known = set(names)
    return [errors.relationship_unknown(name, kind) for name in document.relationships if name not in known]


def linked(document: Document, name: str, kind: str, world: World) -> Resource:
    """Give the resource of a type that a relationship of the document leads to.

    Raises:
        RefusedError: 409 when the relationship is missing, malformed or leads nowhere.
    """
    member = document.relationships.get(name)
    data = member.get("data") if isinstance(member, dict) else None
    if not isinstance(data, dict):
        raise RefusedError(errors.relationship_required(name))
    if data.get("type") != kind or not isinstance(data.get("id"), str):
        raise RefusedError(errors.relationship_invalid(name, f"'{name}' must lead to a resource of type '{kind}'"))
    resource = world.store.get(kind, data["id"])
    if resource is None:
        detail = f"There is no resource of type '{kind}' with id '{data['id']}'"
        raise RefusedError(errors.relationship_invalid(name, detail))
    return resource


def linked_list(request: Request, kind: str) -> list[str]:
    """Give the ids in a body that is a list of identifiers of one type.

    Raises:
        RefusedError: when the body is not such a list.
    """
    body = read_json(request)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise RefusedError(errors.bad_document("Unexpected or invalid value at 'data'."))
    refuse([_wrong_type(item, kind, f"/data/{at}/type") for at, item in enumerate(data) if item.get("type") != kind])
    return [str(item.get("id")) for item in data]
