"""Whether an answer belongs to its request.

A gateway that gives up may still deliver the true answer a moment later, to the next request. So a success status
proves nothing by itself: an answer counts only when its type, its id and whatever it echoes match the request. What an
answer omits or gives as null is no evidence against it: Apple documents nulls for submissions, and no attribute of an
answer is required.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

import orjson

from gcbulk.appstore.calls import Call, Expected
from gcbulk.records import Json

Meanings: TypeAlias = Mapping[str, Callable[[Json], Json]]
"""By an attribute's name, what tells the same value in another writing."""

_NUMBERS = frozenset({"score", "context"})
"""Attributes that are numbers in a string."""
_DATES = frozenset({"submittedDate"})


def is_about(call: Call, data: Json) -> bool:
    """Whether the ``data`` of an answer is about what a call asked for.

    Args:
        call: the call; of one with a body, its ``data`` says what is asked for, of a read `Call.expected`.
        data: the resource or resources of the answer.
    """
    if call.expected is not None:
        return all(_is_expected(call.expected, item) for item in (data if isinstance(data, list) else [data]))
    asked = _asked(call)
    return not asked or (isinstance(data, dict) and _echoes(asked, data, call.meanings))


def _asked(call: Call) -> Mapping[str, Json]:
    """The resource that a call sends; empty where it sends none."""
    if call.method == "GET" or call.body is None:
        return {}
    try:
        body = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        return {}
    asked = body.get("data") if isinstance(body, dict) else None
    return asked if isinstance(asked, dict) else {}


def _is_expected(expected: Expected, item: Json) -> bool:
    if not isinstance(item, dict):
        return item is None  # nothing is there, which is an answer too
    if item.get("type") != expected.type or (expected.id is not None and item.get("id") != expected.id):
        return False
    name, parent_id = expected.parent or ("", "")
    return bool(_shown_link(item, name).get("id", parent_id) == parent_id)


def _echoes(asked: Mapping[str, Json], shown: Mapping[str, Json], meanings: Meanings) -> bool:
    same_id = "id" not in asked or asked["id"] == shown.get("id")
    same_type = "type" not in asked or asked["type"] == shown.get("type")
    return same_id and same_type and _same_attributes(asked, shown, meanings) and _same_links(asked, shown)


def _same_attributes(asked: Mapping[str, Json], shown: Mapping[str, Json], meanings: Meanings) -> bool:
    shown_attributes = _members(shown, "attributes")
    return all(
        shown_attributes.get(name) is None
        or _is_same(name, value, shown_attributes[name])
        or (name in meanings and meanings[name](value) == meanings[name](shown_attributes[name]))
        for name, value in _members(asked, "attributes").items()
    )


def _same_links(asked: Mapping[str, Json], shown: Mapping[str, Json]) -> bool:
    links = ((_shown_link(asked, name), _shown_link(shown, name)) for name in _members(asked, "relationships"))
    return all(
        (wanted.get("type"), wanted.get("id")) == (shown_link.get("type"), shown_link.get("id"))
        for wanted, shown_link in links
        if wanted and shown_link
    )


def _shown_link(item: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """What a relationship to one resource leads to; empty where that is not said."""
    return _members(_members(_members(item, "relationships"), name), "data")


def _members(item: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def _is_same(name: str, asked: Json, shown: Json) -> bool:
    """Whether a value came back as it was sent, in whatever form the service writes it."""
    if name in _DATES:
        return _is_same_moment(asked, shown)
    if isinstance(asked, bool) or isinstance(shown, bool):
        return asked is shown
    if name in _NUMBERS or isinstance(asked, int | float):
        return _number(asked) == _number(shown)
    if isinstance(asked, str) and isinstance(shown, str):
        return _text(asked) == _text(shown)
    if isinstance(asked, dict) and isinstance(shown, dict):
        return _shows(asked, shown)
    if isinstance(asked, list) and isinstance(shown, list):
        return sorted(map(str, asked)) == sorted(map(str, shown))
    return bool(asked == shown) or (asked is None and not shown)


def _shows(asked: Mapping[str, Json], shown: Mapping[str, Json]) -> bool:
    """Whether a map shows every pair that was sent; whether the service keeps others beside them is not known."""
    shown_texts = {_text(key): value for key, value in shown.items()}
    return all(_is_same(key, value, shown_texts.get(_text(key))) for key, value in asked.items())


def _number(value: Json) -> Decimal | str:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def _text(value: str) -> str:
    """A text, whatever a service does to its ends, its line ends and its accents."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()


def _is_same_moment(asked: Json, shown: Json) -> bool:
    """Whether two dates are one moment, to the second; one in a form that is not known may be any."""
    one, other = _moment(asked), _moment(shown)
    return one is None or other is None or abs(one - other) < timedelta(seconds=1)


def _moment(value: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
