"""A request as a handler sees it, the answer it gives, and the record of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

Json: TypeAlias = Any
"""A value as the JSON parser gives it; the only ``Any`` of the simulator."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Args:
        method: in capitals.
        path: without the query.
        query: the query string as it came.
        headers: names in small letters; the last of several of one name.
        body: as it came.
        key: the id of the resource that the path names; empty where it names none.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    key: str = ""

    @property
    def base(self) -> str:
        """The origin that the client knows this service by: links follow the Host header."""
        return f"http://{self.headers.get('host', 'localhost')}"

    @property
    def target(self) -> str:
        """The path with the query, as it stood in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, whole and well formed.

    Args:
        status: the HTTP status.
        body: the bytes of the body.
        content_type: of the body; empty where there is none.
        headers: what else goes into the head.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer as they went over the wire, without the token.

    Args:
        method: of the request.
        path: of the request, without the query.
        query: of the request.
        request_headers: names in small letters, ``authorization`` left out.
        request: the request's JSON; None without a body or where it was none.
        status: of the answer.
        response: the answer's JSON; None without a body or where it is none.
        tampered: whether a fault changed the answer on its way, so that the client saw something else.
    """

    method: str
    path: str
    query: str
    request_headers: Mapping[str, str]
    request: Json
    status: int
    response: Json
    tampered: bool = False


def json_answer(status: int, document: Json) -> Answer:
    """Answer with a JSON document; the content type is exactly ``application/json``, as Apple's is."""
    return Answer(status, orjson.dumps(document), "application/json")


def exchange(request: Request, answer: Answer, *, tampered: bool = False) -> Exchange:
    """Make the record of a request and its answer, without the token."""
    return Exchange(
        method=request.method,
        path=request.path,
        query=request.query,
        request_headers={key: value for key, value in request.headers.items() if key != "authorization"},
        request=_parsed(request.body),
        status=answer.status,
        response=_parsed(answer.body) if answer.content_type == "application/json" else None,
        tampered=tampered,
    )


def _parsed(body: bytes) -> Json:
    """Parse JSON; None where it is none."""
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return None
