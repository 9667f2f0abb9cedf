"""What a query string may ask for: includes, limits, filters, fields, order, and the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

from gcbulk.simulator.errors import RefusedError, bad_parameter
from gcbulk.simulator.exchange import Request
from gcbulk.simulator.model import Listing, View
from gcbulk.simulator.neighbours import TYPES
from gcbulk.simulator.store import Resource, Store

LARGEST_PAGE = 200
LARGEST_INCLUDE = 50
LARGEST_CURSOR = 10**9


@dataclass(frozen=True, slots=True)
class Query:
    """A query string, understood.

    Args:
        include: the relationships whose resources come along.
        fields: by type, the only members that are wanted.
        filters: by the name between the brackets, the accepted values.
        limits: by relationship, how many included resources at most.
        exists: by the name between the brackets, whether it must be there.
        sort: attributes to sort by, the first counts most; a hyphen before a name turns the order.
        limit: items on a page.
        offset: items before this page.
    """

    include: tuple[str, ...] = ()
    fields: Mapping[str, frozenset[str]] | None = None
    filters: Mapping[str, frozenset[str]] | None = None
    limits: Mapping[str, int] | None = None
    exists: Mapping[str, bool] | None = None
    sort: tuple[str, ...] = ()
    limit: int = LARGEST_PAGE
    offset: int = 0


Check: TypeAlias = Callable[[str], list[str]]
"""Names what is wrong with the value of a parameter."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters that a call takes.

    Args:
        checks: by name, what tells good values from others.
        required: the names of those that must be there.
    """

    checks: Mapping[str, Check]
    required: tuple[str, ...] = ()


def _anything(_: str) -> list[str]:
    return []


def _names(known: Iterable[str], noun: str) -> Check:
    """Make the check of a list of names."""
    names = frozenset(known)
    return lambda value: [f"'{item}' is not a valid {noun} name" for item in value.split(",") if item not in names]


def _number(name: str, largest: int) -> Check:
    """Make the check of a number from 1 on."""

    def check(value: str) -> list[str]:
        """Complain unless the value is a whole number from 1 to the largest."""
        is_good = value.isdecimal() and int(value) in range(1, largest + 1)
        return [] if is_good else [f"'{value}' is not a valid value of '{name}'"]

    return check


EVERYWHERE: Mapping[str, Check] = {
    "include": _names((), "relationship"),
    **{f"fields[{kind}]": _anything for kind in TYPES},
}
PAGING: Mapping[str, Check] = {"limit": _number("limit", LARGEST_PAGE), "cursor": _number("cursor", LARGEST_CURSOR)}
NONE = Parameters(EVERYWHERE)
PAGED = Parameters({**EVERYWHERE, **PAGING})


def parameters(view: View, views: Mapping[str, View], listing: Listing | None = None) -> Parameters:
    """Give the parameters that a call takes.

    Args:
        view: how the call answers.
        views: all of them, by path.
        listing: the parameters of a list; None where one resource is answered.

    Returns:
        The parameters.
    """
    members: dict[str, tuple[str, ...]] = {}
    for near in (view, *(views[relation.view] for relation in view.relations.values())):
        members[near.type] = members.get(near.type, ()) + near.members()
    several = [key for key, relation in view.relations.items() if relation.many]
    several += [*view.neighbours.lists, *view.neighbours.unlinked_lists]
    checks = dict(EVERYWHERE)
    checks |= {f"fields[{kind}]": _names(known, "field") for kind, known in members.items()}
    checks |= {f"limit[{name}]": _number(f"limit[{name}]", LARGEST_INCLUDE) for name in several}
    checks["include"] = _names((*view.relations, *view.neighbours.includes()), "relationship")
    if listing is None:
        return Parameters(checks)
    checks |= PAGING
    checks |= {f"filter[{name}]": _anything for name in listing.filters}
    checks |= {f"exists[{name}]": _names(("true", "false"), "truth") for name in listing.exists}
    if listing.sorts:
        checks["sort"] = _names((*listing.sorts, *(f"-{name}" for name in listing.sorts)), "sort")
    return Parameters(checks, listing.required)


def read_query(request: Request, parameters: Parameters, *, page_size: int) -> Query:
    """Understand a query string.

    Args:
        request: the request.
        parameters: what the call takes.
        page_size: items on a page where the request does not say.

    Returns:
        The query.

    Raises:
        RefusedError: 400 with a problem for each parameter that cannot be taken.
    """
    given = dict(parse_qsl(request.query, keep_blank_values=True))
    problems = [
        bad_parameter(name, f"The parameter '{name}' is required") for name in parameters.required if name not in given
    ]
    for name, value in given.items():
        check = parameters.checks.get(name)
        unknown = f"The parameter '{name}' can not be used with this request"
        problems += [bad_parameter(name, detail) for detail in (check(value) if check else [unknown])]
    if problems:
        raise RefusedError(*problems)
    return Query(
        include=tuple(given["include"].split(",")) if "include" in given else (),
        fields=_bracketed(given, "fields"),
        filters=_bracketed(given, "filter"),
        limits={name[6:-1]: int(value) for name, value in given.items() if name.startswith("limit[")},
        exists={name: "true" in values for name, values in _bracketed(given, "exists").items()},
        sort=tuple(given["sort"].split(",")) if "sort" in given else (),
        limit=int(given.get("limit", page_size)),
        offset=int(given.get("cursor", 0)),
    )


def next_page(request: Request, offset: int) -> str:
    """Give the address of the page that begins at an offset, other parameters kept."""
    pairs = [pair for pair in parse_qsl(request.query, keep_blank_values=True) if pair[0] != "cursor"]
    return f"{request.base}{request.path}?{urlencode([*pairs, ('cursor', str(offset))])}"


def _bracketed(given: Mapping[str, str], word: str) -> dict[str, frozenset[str]]:
    start = len(word) + 1
    return {name[start:-1]: frozenset(value.split(",")) for name, value in given.items() if name.startswith(f"{word}[")}


def selected(items: Sequence[Resource], query: Query, view: View, store: Store) -> list[Resource]:
    """Keep the resources of a view that every filter accepts, in the order that was asked for."""
    about: dict[str, dict[str, frozenset[str]]] = {}
    for name, values in (query.filters or {}).items():
        head, _, tail = name.partition(".")
        about.setdefault(head, {})[tail or "id"] = values
    kept = [item for item in items if all(_accepts(*each, item, view, store) for each in about.items())]
    for name, wanted in (query.exists or {}).items():
        kept = [item for item in kept if bool(_led_to(name, item, view, store)) is wanted]
    for name in reversed(query.sort):
        attribute = name.removeprefix("-")
        kept.sort(key=partial(_text, name=attribute), reverse=name != attribute)
    return kept


def _accepts(head: str, wanted: Mapping[str, frozenset[str]], item: Resource, view: View, store: Store) -> bool:
    """Whether an attribute is one of the wanted, or a relationship leads to something that is all that is wanted."""
    if head not in view.relations and head not in view.neighbours.includes():
        return _text(item, head) in wanted["id"]
    led_to = _led_to(head, item, view, store)
    return any(all(_text(other, name) in values for name, values in wanted.items()) for other in led_to)


def _led_to(name: str, item: Resource, view: View, store: Store) -> list[Resource]:
    """Give what a relationship leads to; nothing here has any of Apple's other resources."""
    return view.relations[name].find(store, item) if name in view.relations else []


def _text(resource: Resource, name: str) -> str:
    """Give an attribute as a query writes it."""
    value = resource.id if name == "id" else resource.attributes.get(name)
    return str(value).lower() if isinstance(value, bool) else str(value)
