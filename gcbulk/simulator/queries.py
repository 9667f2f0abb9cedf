"""What a query string may ask for: includes, limits, filters, fields, order, and the next page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl, urlencode

from gcbulk.simulator.errors import Problem, RefusedError, bad_parameter
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


@dataclass(frozen=True, slots=True)
class Allowed:
    """The parameters that a call takes.

    Args:
        includes: names for ``include``.
        many: of these, the ones that lead to several resources and take a ``limit[...]``.
        fields: by type, the names for ``fields[...]``.
        filters: names for ``filter[...]``.
        required: whole names of parameters that must be there.
        sorts: attributes that ``sort`` may name.
        exists: names for ``exists[...]``.
        paged: whether it is a list.
    """

    includes: Collection[str] = ()
    many: Collection[str] = ()
    fields: Mapping[str, Collection[str]] | None = None
    filters: Collection[str] = ()
    required: Collection[str] = ()
    sorts: Collection[str] = ()
    exists: Collection[str] = ()
    paged: bool = False


PAGED = Allowed(paged=True)


def allowed(view: View, views: Mapping[str, View], listing: Listing | None = None) -> Allowed:
    """Give the parameters that a call answering with a view takes.

    Args:
        view: the view.
        views: all of them, by path.
        listing: the parameters of a list; None where one resource is answered.

    Returns:
        The parameters.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for near in (view, *(views[relation.view] for relation in view.relations.values())):
        fields[near.type] = fields.get(near.type, ()) + near.members()
    asked = listing or Listing()
    return Allowed(
        includes=(*view.relations, *view.neighbours.includes()),
        many=(*(key for key, relation in view.relations.items() if relation.many), *view.neighbours.lists),
        fields=fields,
        filters=asked.filters,
        required=asked.required,
        sorts=asked.sorts,
        exists=asked.exists,
        paged=listing is not None,
    )


def read_query(request: Request, allowed: Allowed, *, page_size: int) -> Query:
    """Understand a query string.

    Args:
        request: the request.
        allowed: the parameters that the call takes.
        page_size: items on a page where the request does not say.

    Returns:
        The query.

    Raises:
        RefusedError: 400 with a problem for each parameter that cannot be taken.
    """
    given = dict(parse_qsl(request.query, keep_blank_values=True))
    missing = [name for name in allowed.required if name not in given]
    problems = [bad_parameter(name, f"The parameter '{name}' is required") for name in missing]
    problems += [problem for name, value in given.items() for problem in _problems(name, value, allowed)]
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


def _problems(name: str, value: str, allowed: Allowed) -> list[Problem]:
    """Name what is wrong with one parameter."""
    word, _, rest = name.partition("[")
    inner = rest.removesuffix("]")
    fields = allowed.fields or {}
    if name == "include":
        return _strange(name, value, allowed.includes, "relationship")
    if name == "sort" and allowed.sorts:
        return _strange(name, value, [*allowed.sorts, *(f"-{each}" for each in allowed.sorts)], "sort")
    if word == "fields" and inner in fields:
        return _strange(name, value, fields[inner], "field")
    if word == "exists" and inner in allowed.exists:
        return _strange(name, value, ("true", "false"), "truth")
    if (word == "fields" and inner in TYPES) or (word == "filter" and inner in allowed.filters):
        return []
    return _number_problems(name, value, _largest(name, inner, allowed))


def _number_problems(name: str, value: str, largest: int | None) -> list[Problem]:
    """Name what is wrong with a number parameter; no largest value means that the call does not take it."""
    if largest is None:
        return [bad_parameter(name, f"The parameter '{name}' can not be used with this request")]
    if value.isdecimal() and int(value) in range(1, largest + 1):
        return []
    return [bad_parameter(name, f"'{value}' is not a valid value of '{name}'")]


def _strange(name: str, value: str, known: Collection[str], noun: str) -> list[Problem]:
    """Name the items of a list that are not known."""
    strange = [item for item in value.split(",") if item not in known]
    return [bad_parameter(name, f"'{item}' is not a valid {noun} name") for item in strange]


def _largest(name: str, inner: str, allowed: Allowed) -> int | None:
    """Give the largest value of a number parameter; None for one that the call does not take."""
    if name == f"limit[{inner}]" and inner in allowed.many:
        return LARGEST_INCLUDE
    return {"limit": LARGEST_PAGE, "cursor": LARGEST_CURSOR}.get(name) if allowed.paged else None


def selected(items: Sequence[Resource], query: Query, view: View, store: Store) -> list[Resource]:
    """Keep the resources that every filter accepts, in the order that was asked for.

    Args:
        items: resources of the view.
        query: the filters and the order.
        view: tells relationships from attributes.
        store: where relationships lead.

    Returns:
        The resources.
    """
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
