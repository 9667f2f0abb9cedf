"""The display order of things, changed to the sheet's when that is asked for.

One step replaces the whole list; there is none when the order is already right.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-details
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from gcbulk.planning.identity import fingerprint
from gcbulk.records import Action, Change, Json, Resource, Role, Snapshot, Step

KEY = ("display order",)
Entry: TypeAlias = tuple[str, str | None]
"""A vendor identifier, and the id where it is known already."""


def order_step(resource: Resource, steps: Iterable[Step], snapshot: Snapshot) -> Step | None:
    """The step that gives the things of a kind the order of the sheet; those it does not have keep theirs, at the end.

    Args:
        resource: the kind of thing.
        steps: every step of the kind.
        snapshot: what is live, with its order.
    """
    rows = [step for step in steps if step.role is Role.THING]
    deleted = {step.resource_id for step in rows if step.action is Action.DELETE}
    before = [entry for entry in _live(resource, snapshot) if entry[1] not in deleted]
    created: list[Entry] = [(step.name, None) for step in rows if step.action is Action.CREATE]
    positions = {key: position for position, key in enumerate(dict.fromkeys(_in_sheet(rows)))}
    complete = [*before, *dict.fromkeys(created)]
    wanted = sorted(complete, key=lambda entry: positions.get(entry[0], len(positions)))
    if wanted == complete:
        return None
    attributes: dict[str, Json] = {"order": [list(entry) for entry in wanted]}
    return Step(
        sheet="",
        row=0,
        resource=resource,
        role=Role.ORDER,
        key=KEY,
        action=Action.UPDATE,
        attributes=attributes,
        fingerprint=fingerprint(resource, Role.ORDER, {"order": [key for key, _ in wanted]}),
        changes=(Change("order", [key for key, _ in complete], [key for key, _ in wanted]),),
        message=f"The display order becomes that of the sheet: {_listed(wanted)}.",
    )


def _in_sheet(rows: Iterable[Step]) -> list[str]:
    """The vendor identifiers in the order of the sheet's rows, whatever is done first."""
    own = [step for step in rows if step.sheet]
    return [step.name for step in sorted(own, key=lambda step: step.row)]


def _live(resource: Resource, snapshot: Snapshot) -> list[Entry]:
    """What is live in its display order; what the order does not name comes last, as the listing has it."""
    keys = {thing.id: key for key, live in snapshot.of(resource).items() for thing in live}
    return [
        (keys[thing_id], thing_id)
        for thing_id in dict.fromkeys([*snapshot.order_of(resource), *keys])
        if thing_id in keys
    ]


def _listed(entries: Sequence[Entry]) -> str:
    shown = ", ".join(key for key, _ in entries[:10])
    return f"{shown}, …" if len(entries) > 10 else shown
