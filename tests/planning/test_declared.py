"""The declaration of a kind makes sense: what it names is in the frames, and what it limits can be counted."""

from __future__ import annotations

import pytest

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import ACHIEVEMENT_COLUMNS, LOCALIZATION_COLUMNS, Role


def test_every_column_is_an_attribute_in_the_same_order() -> None:
    """Bodies are made of the declaration and frames of the columns; fingerprints do not mind the order, readers do."""
    names = {role: tuple(one.name for one in RESOURCE.attributes_of(role)) for role in (Role.THING, Role.TEXT)}
    columns = tuple(name for name in ACHIEVEMENT_COLUMNS if name != "sheet")
    assert names[Role.THING] == columns, "RESOURCE.attributes and ACHIEVEMENT_COLUMNS have the same names in one order"
    assert (RESOURCE.key, *names[Role.TEXT]) == tuple(name for name in LOCALIZATION_COLUMNS if name != "sheet")


@pytest.mark.parametrize("role", [Role.THING, Role.TEXT])
def test_its_key_is_an_attribute(role: Role) -> None:
    """What tells things or texts apart is sent, and is never left out."""
    (key,) = (one for one in RESOURCE.attributes_of(role) if one.name == RESOURCE.key_of(role))
    assert not key.optional


def test_what_is_limited_is_a_number() -> None:
    """Only numbers add up."""
    types = {one.name: one.type for one in RESOURCE.attributes}
    assert {types[limit.of] for limit in RESOURCE.limits if limit.of is not None} == {int}
