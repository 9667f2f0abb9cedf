"""The declaration of a kind makes sense: what it names is in the frames, and what it limits can be counted."""

from __future__ import annotations

import pytest

from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Role

KINDS = pytest.mark.parametrize("kind", list(CONTENT.values()), ids=lambda kind: kind.name)
PARTS = pytest.mark.parametrize(
    ("kind", "role"),
    [(kind, role) for kind in CONTENT.values() for role in (Role.THING, Role.TEXT)],
    ids=lambda one: getattr(one, "name", one),
)


@PARTS
def test_every_column_is_an_attribute_in_the_same_order(kind: ContentKind, role: Role) -> None:
    """Bodies are made of the declaration and frames of the columns; fingerprints do not mind the order, readers do."""
    attributes = [one.name for one in kind.resource.attributes_of(role)]
    of_thing = {kind.resource.key} if role is Role.TEXT else set()
    columns = [name for name in kind.table_of(role).order if name not in {"sheet", *of_thing}]
    assert attributes == columns, "each column of `order` is an Attribute of the Resource, in the same place"


@PARTS
def test_its_key_is_an_attribute(kind: ContentKind, role: Role) -> None:
    """What tells things or texts apart is sent, and is never left out."""
    (key,) = (one for one in kind.resource.attributes_of(role) if one.name == kind.resource.key_of(role))
    assert not key.optional


@KINDS
def test_what_is_limited_is_a_number(kind: ContentKind) -> None:
    """Only numbers add up."""
    types = {one.name: one.type for one in kind.resource.attributes}
    assert {types[limit.of] for limit in kind.resource.limits if limit.of is not None} <= {int}
