"""Comparing a step with what is live: unchanged, an update of the fields that differ, or a conflict with its reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from gcbulk.records import ARCHIVED, Action, Attribute, Change, Json, Sent, Step
from gcbulk.tables.cells import WHITE_SPACE
from gcbulk.tables.properties import to_text

LiveMatch: TypeAlias = tuple[str, Mapping[str, Json], str | None]
"""A live resource: its id, its attributes, and the id that its children hang on."""

_SHOWN = 60  # characters of a value that a message shows


def matched(step: Step, live: Sequence[LiveMatch], sent: Sequence[Sent]) -> Step:
    """The step as unchanged, adopted, to be updated, or in conflict with what is live.

    Args:
        step: what the sheet asks for.
        live: what is there under the step's key, at least one.
        sent: what earlier runs sent under the step's key.
    """
    if len(live) > 1:
        ids = ", ".join(resource_id for resource_id, *_ in live)
        return conflict(
            step,
            code="live-duplicate",
            message=f"Game Center has {step.name} {len(live)} times (ids {ids}). Remove all but one in App Store "
            "Connect, then run this again.",
        )
    resource_id, attributes, parent_id = live[0]
    step = replace(step, resource_id=resource_id, parent_id=parent_id)
    if attributes.get(ARCHIVED) is True and ARCHIVED not in step.attributes:
        return conflict(
            step,
            code="live-archived",
            message=f"{step.name} is archived in Game Center (id {resource_id}), and the sheet does not say what is "
            "meant. Add a column Archived: Yes leaves it archived, No brings it back. Or give this row another id.",
        )
    declared = step.resource.attributes_of(step.role)
    if changes := differences(step.attributes, attributes, declared):
        column = ", ".join(change.field for change in changes)
        immutable = {attribute.name for attribute in declared if attribute.immutable}
        if fixed := [change.field for change in changes if change.field in immutable]:
            message = (
                f"Game Center has {step.name} with another value here (id {resource_id}), and it can never be changed. "
                "Give the row the value that is there, or another id."
            )
            return conflict(step, code="attribute-immutable", column=", ".join(fixed), message=message)
        return replace(step, action=Action.UPDATE, changes=changes, column=column)
    ours = any(request.fingerprint == step.fingerprint and not request.confirmed for request in sent)
    return replace(step, action=Action.ADOPT if ours else Action.UNCHANGED)


def differences(
    wanted: Mapping[str, Json], live: Mapping[str, Json], attributes: Iterable[Attribute]
) -> tuple[Change, ...]:
    """The fields in which what is live differs from what is wanted; fields that nobody asks about do not count.

    Args:
        wanted: the attributes that the sheet has.
        live: the attributes that are there.
        attributes: what is declared of them, such as what is there where the service says nothing.
    """
    declared = {attribute.name: attribute for attribute in attributes}
    absent = {name: attribute.absent for name, attribute in declared.items() if attribute.absent is not None}
    present = {**live, **{name: live.get(name) or value for name, value in absent.items()}}
    meanings = {name: attribute.meaning or _as_in_a_sheet for name, attribute in declared.items()}
    return tuple(
        Change(name, present.get(name), value)
        for name, value in wanted.items()
        if meanings[name](present.get(name)) != meanings[name](value)
    )


def _as_in_a_sheet(value: Json) -> Json:
    """A value as any sheet would have it: what is around a text and Windows' line ends do not come through each.

    Nor does the way in which a letter and its accents are kept (NFC or NFD).
    """
    if isinstance(value, dict):
        return composed(to_text(value))
    return composed(value.replace("\r\n", "\n").strip(WHITE_SPACE)) if isinstance(value, str) else value


def composed(text: str) -> str:
    """A text with every letter and its accents as one character (NFC), so that equal texts compare equal."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def conflict(step: Step, *, code: str, message: str, column: str | None = None) -> Step:
    """The step as one that cannot be done.

    Args:
        step: what the sheet asks for.
        code: why.
        message: why, and what to do.
        column: the column that it is about.
    """
    return replace(step, action=Action.CONFLICT, code=code, message=message, column=column)


def describe_changes(changes: Sequence[Change], titles: Mapping[str, str]) -> str:
    """Describe changes in words: ``Points: 5 → 10; Display Name: "First" → "The First"``.

    Args:
        changes: what differs.
        titles: what people call the fields.
    """
    return "; ".join(f"{titles[change.field]}: {shown(change.before)} → {shown(change.after)}" for change in changes)


def shown(value: Json) -> str:
    """A value for people: Yes and No, numbers as they are, texts in quotes and not too long."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None:
        return "nothing"
    text = to_text(value) if isinstance(value, dict) else str(value)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f'"{text}"' if isinstance(value, str) else text
