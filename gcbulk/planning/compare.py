"""Whether what is live is what the sheet says.

What comes in: a step, what is live under its key, and what was sent for it. What goes out: the step, decided. A
difference is a conflict with every field named, from what to what; nothing that is live is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from gcbulk.records import Action, Json, Sent, Step

Found: TypeAlias = tuple[str, Mapping[str, Json], str | None]
"""A live resource: its id, its attributes, and the id that its children hang on."""

_SHOWN = 60  # characters of a value that a message shows


def matched(step: Step, live: Sequence[Found], sent: Sequence[Sent]) -> Step:
    """The step as unchanged, adopted or in conflict with what is live.

    Args:
        step: what the sheet asks for.
        live: what is there under the step's key, at least one.
        sent: what earlier runs sent under the step's key.
    """
    if len(live) > 1:
        ids = ", ".join(resource_id for resource_id, *_ in live)
        return _conflict(
            step,
            code="live-duplicate",
            message=f"Game Center has {step.key} {len(live)} times (ids {ids}). Remove all but one in App Store "
            "Connect, then run this again.",
        )
    resource_id, attributes, parent_id = live[0]
    step = replace(step, resource_id=resource_id, parent_id=parent_id)
    if attributes.get("archived") is True:
        return _conflict(
            step,
            code="live-archived",
            message=f"{step.key} is archived in Game Center (id {resource_id}). Unarchive it in App Store Connect, or "
            "give this row another id.",
        )
    different = {name: value for name, value in step.attributes.items() if attributes.get(name) != value}
    if different:
        return _different(step, attributes, different)
    ours = any(one.fingerprint == step.fingerprint and not one.settled for one in sent)
    return replace(step, action=Action.ADOPT if ours else Action.UNCHANGED)


def _different(step: Step, live: Mapping[str, Json], wanted: Mapping[str, Json]) -> Step:
    changes = "; ".join(f"{name}: live {_show(live.get(name))}, sheet {_show(value)}" for name, value in wanted.items())
    return _conflict(
        step,
        code="live-differs",
        column=", ".join(wanted),
        message=f"{step.key} is in Game Center already (id {step.resource_id}) and differs: {changes}. Nothing was "
        "changed; make the row the same as what is live, or change it in App Store Connect.",
    )


def _conflict(step: Step, *, code: str, message: str, column: str | None = None) -> Step:
    return replace(step, action=Action.CONFLICT, code=code, message=message, column=column)


def _show(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
