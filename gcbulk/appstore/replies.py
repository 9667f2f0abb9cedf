"""What a reply means: a `Verdict`, and the `Problem`s that the service names.

A problem names its attribute in snake_case. A body is never trusted to be JSON, to be an object, or to hold what the
contract promises.

Source: https://developer.apple.com/documentation/appstoreconnectapi/interpreting-and-handling-errors
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import orjson

from gcbulk.appstore.calls import Call, NoReply, Reply, at
from gcbulk.appstore.echoes import is_about
from gcbulk.records import Json

_SAYS_TAKEN = re.compile("DUPLICATE|ALREADY|already (exists|been used|in use)")


class Verdict(Enum):
    """What is known about a request after its attempt.

    Only DONE and the four refusals decide a request. UNKNOWN is never read as a failure: the service may have
    applied it, or may yet.
    """

    DONE = auto()
    REJECTED = auto()  # answered and not applied: the row is at fault
    DUPLICATE = auto()  # answered and not applied: an identifier is taken, look it up
    FORBIDDEN = auto()
    UNAUTHORIZED = auto()
    RATE_LIMITED = auto()
    NOT_SENT = auto()  # no byte left this machine
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of an error body.

    Args:
        code: the service's code, e.g. ``ENTITY_ERROR.ATTRIBUTE.REQUIRED``; ``HTTP <status>`` where it gave none.
        text: title and detail in one sentence or two.
        attribute: the attribute it points at in snake_case, None where it points elsewhere.
    """

    code: str
    text: str
    attribute: str | None = None


def judge(call: Call, result: Reply | NoReply) -> Verdict:
    """Classify an attempt by the evidence, doubtful cases always as UNKNOWN."""
    if isinstance(result, NoReply):
        return Verdict.UNKNOWN if result.sent else Verdict.NOT_SENT
    if 200 <= result.status < 300:
        return Verdict.DONE if _is_complete(call, result) else Verdict.UNKNOWN
    simple = {
        401: Verdict.UNAUTHORIZED,
        403: Verdict.FORBIDDEN,
        408: Verdict.UNKNOWN,
        429: Verdict.RATE_LIMITED,
    }
    if result.status in simple:
        return simple[result.status]
    if 400 <= result.status < 500:
        return Verdict.DUPLICATE if result.status == 409 and _is_duplicate(result) else Verdict.REJECTED
    return Verdict.UNKNOWN


def document(reply: Reply) -> dict[str, Json]:
    """The body as a JSON object; an empty one where the body is no JSON object."""
    try:
        parsed = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def resource(reply: Reply) -> dict[str, Json]:
    """The primary resource of a reply to a create or an update; an empty object where there is none."""
    return members(document(reply), "data")


def resources(reply: Reply, member: str = "data") -> list[dict[str, Json]]:
    """The resources of a list reply's ``data`` or ``included``; what has no id is left out."""
    listed = document(reply).get(member)
    items = listed if isinstance(listed, list) else []
    return [item for item in items if has_id(item)]


def joined(pages: Iterable[Reply]) -> list[dict[str, Json]]:
    """The resources of a list's pages, each once: a list that changes while it is read may show one on two pages."""
    return list({identity(item): item for page in pages for item in resources(page)}.values())


def missing_from(pages: Sequence[Reply]) -> int:
    """How many resources a list lacks, by what it says of itself; where it says nothing, how many it shows twice.

    One that is shown twice has moved from page to page while the list was read, and another one may have moved the
    other way.
    """
    shown, distinct = sum(len(resources(page)) for page in pages), len(joined(pages))
    totals = [members(members(document(page), "meta"), "paging").get("total") for page in pages]
    known = [total for total in totals if isinstance(total, int)]
    return max(max(known) - distinct, 0) if known else shown - distinct


def is_list(reply: Reply) -> bool:
    """Whether a reply to a listing holds a list of resources.

    What holds none must not be taken for an empty one, nor an item without an id for one that is not there.
    """
    data = document(reply).get("data")
    return isinstance(data, list) and all(has_id(item) for item in data)


def has_id(item: Json) -> bool:
    """Whether something is a resource with an id that says anything; the one notion of it that there is."""
    return id_of(item) is not None


def id_of(item: Json) -> str | None:
    """The id of a resource; None where it has none, or an empty one, as a detail has where Game Center is off."""
    own_id = item.get("id") if isinstance(item, dict) else None
    return own_id if isinstance(own_id, str) and own_id.strip() else None


def members(item: Mapping[str, Json], name: str) -> dict[str, Json]:
    """The object that a member of an item holds; an empty one where it holds none."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def references(item: Mapping[str, Json], name: str) -> list[tuple[str, str]]:
    """Type and id of every resource that a relationship of an item names, one or several; none where it names none."""
    linked = members(members(item, "relationships"), name).get("data")
    items = linked if isinstance(linked, list) else [linked]
    return [identity(item) for item in items if isinstance(item, dict) and has_id(item)]


def identity(item: Mapping[str, Json]) -> tuple[str, str]:
    """Type and id of a resource."""
    return str(item.get("type")), str(item.get("id"))


def problems(reply: Reply) -> tuple[Problem, ...]:
    """Every error that the body names, the associated ones too; never empty for a reply that failed."""
    named = tuple(_problems(document(reply).get("errors"), reply.status))
    return named or (Problem(f"HTTP {reply.status}", f"The service answered with status {reply.status}."),)


def request_id(reply: Reply) -> str | None:
    """The id by which the service's support finds the request: from the headers, else from the first error."""
    for header in ("x-request-id", "x-apple-request-uuid", "x-apple-jingle-correlation-key"):
        if reply.headers.get(header):
            return reply.headers[header]
    errors = document(reply).get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return id_of(first)


def snake(name: str) -> str:
    """The snake_case form of one of the service's attribute names (``beforeEarnedDescription``)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """The service's form of one of our attribute names."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _is_complete(call: Call, reply: Reply) -> bool:
    """Whether a success is one of this call: an answer may be cut short, or belong to another request."""
    content = document(reply)
    if call.method == "GET":
        return reply.status != 201 and "data" in content and is_about(call, content["data"])
    if call.method == "DELETE":
        key = id_of(resource(reply))
        is_this = key is not None and call.path.endswith(at("/{}", key))
        return reply.status != 201 and (not resource(reply) or is_this)
    if call.method != "POST" and reply.status == 204:
        return True
    return has_id(resource(reply)) and is_about(call, content["data"])  # a create without an id may be anything


def _is_duplicate(reply: Reply) -> bool:
    # The duplicate's own code is not known, and users saw it behind another error, or in the detail alone: match
    # loosely, the look-up that follows decides.
    return any(
        problem.attribute == "vendor_identifier"
        or (problem.attribute in (None, "locale") and _SAYS_TAKEN.search(f"{problem.code} {problem.text}"))
        for problem in problems(reply)
    )


def _problems(errors: Json, status: int) -> Iterator[Problem]:
    for error in errors if isinstance(errors, list) else []:
        if not isinstance(error, dict):
            continue
        code = _text(error.get("code")) or f"HTTP {status}"
        texts = dict.fromkeys(filter(None, (_text(error.get("title")), _text(error.get("detail")))))
        yield Problem(code, " ".join(texts) or code, _attribute(members(error, "source")))
        for nested in members(members(error, "meta"), "associatedErrors").values():
            yield from _problems(nested, status)


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _attribute(source: Mapping[str, Json]) -> str | None:
    pointed = re.search(r"/attributes/(\w+)", str(source.get("pointer")))
    return snake(pointed[1]) if pointed else None
