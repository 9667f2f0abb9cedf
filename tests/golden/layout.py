"""How an answer is written down: JSON with sorted keys, a record a line where it fits, so that it can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from gcbulk.simulator.exchange import Json

WIDTH = 118


def text_of(answer: Json) -> str:
    """An answer as text; the same answer always gives the same text."""
    return "\n".join(_lines(answer, "", "", "")) + "\n"


def digest(answer: Json) -> str:
    """The short digest of an answer."""
    return blake2b(_compact(answer).encode(), digest_size=10).hexdigest()


def abridged(found: Sequence[Json], most: int = 24) -> Json:
    """A list, or of a long one its size, its digest and its first entries."""
    if len(found) <= most:
        return list(found)
    return {"count": len(found), "digest": digest(list(found)), "first": list(found[:4])}


def _lines(value: Json, indent: str, label: str, end: str) -> Iterator[str]:
    """The lines of a value: one if it fits, else one or more for each of its members."""
    whole = f"{indent}{label}{_compact(value)}{end}"
    if not isinstance(value, dict | list) or not value or len(whole) <= WIDTH:
        yield whole
        return
    is_list = isinstance(value, list)
    members = (
        [("", one) for one in value] if is_list else [(f"{_compact(name)}: ", value[name]) for name in sorted(value)]
    )
    yield f"{indent}{label}{'[' if is_list else '{'}"
    for number, (name, one) in enumerate(members, 1):
        yield from _lines(one, f"{indent} ", name, "," if number < len(members) else "")
    yield f"{indent}{']' if is_list else '}'}{end}"


def _compact(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)
