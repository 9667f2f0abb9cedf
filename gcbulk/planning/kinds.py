"""Which kinds of things a file holds, and the rows of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

import pandas as pd

from gcbulk.kinds import CONTENT
from gcbulk.records import Resource, Role
from gcbulk.sheets import Checked


def resources_in(checked: Checked) -> tuple[Resource, ...]:
    """The kinds that a file holds, each after those that have to be there before it.

    Args:
        checked: the file.
    """
    return in_order(kind.resource for kind in checked.kinds)


def all_resources() -> tuple[Resource, ...]:
    """Every kind, each after those that have to be there before it."""
    return in_order(kind.resource for kind in CONTENT.values())


def in_order(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Some kinds, each after those of them that have to be there before it, else as they stand.

    Args:
        resources: the kinds.

    Raises:
        graphlib.CycleError: each waits for the other.
    """
    by_kind = {resource.kind: resource for resource in resources}
    needs = {resource.kind: [kind for kind in resource.after if kind in by_kind] for resource in by_kind.values()}
    return tuple(by_kind[kind] for kind in TopologicalSorter(needs).static_order())


def rows_of(checked: Checked, resource: Resource, role: Role) -> pd.DataFrame:
    """The checked rows of the things or of the texts of a kind.

    Args:
        checked: the file.
        resource: the kind.
        role: things or texts.
    """
    kind = CONTENT[resource.kind]
    return checked.things(kind) if role is Role.THING else checked.texts(kind)


def keys_in(checked: Checked) -> Mapping[Resource, set[str]]:
    """The identifiers of each kind that a file holds, whether its rows are things or texts.

    Args:
        checked: the file.
    """
    return {
        resource: {key for role in (Role.THING, Role.TEXT) for key in rows_of(checked, resource, role)[resource.key]}
        for resource in resources_in(checked)
    }


def noun_of(resources: tuple[Resource, ...]) -> str:
    """What people call the things of some kinds together.

    Args:
        resources: the kinds.
    """
    return resources[0].noun.many if len(resources) == 1 else "things"
