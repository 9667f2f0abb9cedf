"""A request and its result: `Call`, `Reply` and `NoReply`, the records that appstore and service share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson

from gcbulk.records import Json

_DOTS = (".", "..")  # segments that a server or a proxy may take as a way up


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer to a read has to be about.

    Args:
        type: the type of the resource, or of each of a list.
        id: the id of the resource; None where any will do.
        parent: a relationship and the id that it leads to, where the answer shows it.
    """

    type: str
    id: str | None = None
    parent: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the service.

    Args:
        method: the HTTP method.
        path: the path below the base URL, with a leading slash, or an absolute URL from ``links.next``.
        params: query parameters, in order.
        body: the JSON body as bytes, None for none.
        repeatable: whether sending the very same bytes twice leaves the service as sending them once. A create is
            not repeatable: the service has no idempotency key.
        expected: what the answer to a read has to be about; of other calls the body says it.
        meanings: by their names in the body, what tells the same value in another writing, where the service may
            answer in one of its own.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    repeatable: bool = True
    expected: Expected | None = None
    meanings: Mapping[str, Callable[[Json], Json]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service.

    Args:
        status: the HTTP status.
        headers: by lower-case name; a header that came twice is joined by ", ".
        body: the decoded body; cut off bodies never become a Reply.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no usable answer.

    Args:
        sent: whether a byte of the request may have left this machine.
        reason: what happened, in words; never holds a header or a body.
        final: whether trying again is pointless (a certificate that does not verify).
    """

    sent: bool
    reason: str
    final: bool = False


def at(template: str, *ids: str) -> str:
    """A path with ids in it, each quoted to be one segment whatever it holds.

    Args:
        template: the path, with ``{}`` for each id.
        ids: as many ids.

    Raises:
        ValueError: an id is blank, so that the path would lead somewhere else.

    Example:
        >>> at("/v1/apps/{}/gameCenterDetail", "a/b")
        '/v1/apps/a%2Fb/gameCenterDetail'
    """
    if not all(resource_id.strip() for resource_id in ids):
        raise ValueError(f"No id for {template}")
    return template.format(*map(_segment, ids))


def get(path: str, expected: Expected | None = None, **params: str) -> Call:
    """A read; dots and brackets of a parameter's name are written as double underscores (``filter__bundleId``)."""
    pairs = tuple((_parameter(name), value) for name, value in params.items())
    return Call("GET", path, pairs, expected=expected)


def post(path: str, data: Mapping[str, Json], *, repeatable: bool = False, included: Json = None) -> Call:
    """A create of the JSON:API resource ``data``."""
    document = {"data": data} if included is None else {"data": data, "included": included}
    return Call("POST", path, body=orjson.dumps(document), repeatable=repeatable)


def patch(path: str, data: Json) -> Call:
    """A change of the JSON:API resource, or of the whole list of a relationship, ``data``; twice is as once."""
    return Call("PATCH", path, body=orjson.dumps({"data": data}))


def delete(path: str) -> Call:
    """A delete; sent a second time it finds nothing any more, which is as good."""
    return Call("DELETE", path)


def _parameter(name: str) -> str:
    head, bracket, inner = name.partition("__")
    return f"{head}[{inner}]" if bracket else head


def _segment(one: str) -> str:
    return one.replace(".", "%2E") if one in _DOTS else quote(one, safe="")
