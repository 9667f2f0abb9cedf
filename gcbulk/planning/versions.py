"""Versions that have to be opened before the texts that players see can be changed (v2).

Name, points and the like belong to the thing itself and need no version.

Assumed, because Apple does not say: the localizations of a version that is neither a draft nor rejected cannot be
changed, and opening a new version makes them changeable. If the service disagrees, the row reports its reason.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-versions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from gcbulk.planning.identity import fingerprint
from gcbulk.records import Action, Key, LiveThing, Role, Sent, Step, joined

LIVE = "LIVE"
_SENT = (Action.CREATE, Action.UPDATE)
MaybeInvisible = Callable[[Role, Key], Sequence[Sent]]
"""Gives what was sent too short a while ago to be visible for sure, by role and key."""


def with_version(
    parent: Step, children: Sequence[Step], live: LiveThing, maybe_invisible: MaybeInvisible
) -> Iterator[Step]:
    """The localizations' steps of a thing, after the opening of the version that they need.

    Args:
        parent: the thing's step, at whose row the version is reported.
        children: the steps for its localizations.
        live: the thing as it is live.
        maybe_invisible: gives what was sent and may not be visible yet.
    """
    waiting = [step for step in children if step.action in _SENT]
    if live.editable or not waiting:
        yield from (_with_effect(step, seen_by_players(step, live)) for step in children)
        return
    first = opening(parent, parent.key, live, maybe_invisible)
    yield first
    for step in children:
        yield _with_effect(replace(step, version=first.key), Seen.AFTER_REVIEW) if step in waiting else step


class Seen(StrEnum):
    """When players see a text that is sent for a thing that is live."""

    AT_ONCE = "Players see it at once, without review (as one user reports of version 1 of the API)."
    PERHAPS_AT_ONCE = "If it is live, players see it at once, without review (as one user reports)."
    AFTER_REVIEW = "It opens a new version, and players see it after review."
    IN_THE_DRAFT = "It goes into the version that is not live yet, and players see it after review."


def seen_by_players(step: Step, live: LiveThing) -> Seen | None:
    """When players see the text of a step; None where nothing is sent, or the thing is not live.

    Args:
        step: a localization's step.
        live: the thing as it is live.
    """
    if step.role is not Role.TEXT or step.action not in _SENT:
        return None
    if step.version is not None:
        return Seen.AFTER_REVIEW
    if any(version.state == LIVE for version in live.versions):
        return Seen.IN_THE_DRAFT
    return {True: Seen.AT_ONCE, None: Seen.PERHAPS_AT_ONCE}.get(live.at_once)


def _with_effect(step: Step, seen: Seen | None) -> Step:
    if seen is None or seen is Seen.PERHAPS_AT_ONCE:  # what is only possible is said of the plan, not on each row
        return step
    return replace(step, message=f"{step.message}. {seen}" if step.message else str(seen))


def opening(cause: Step, parent: Key, live: LiveThing, maybe_invisible: MaybeInvisible) -> Step:
    """The step that opens the next version; not sent again while an earlier one may only not be visible.

    Args:
        cause: the step at whose row the version is reported.
        parent: the thing's key.
        live: the thing as it is live.
        maybe_invisible: gives what was sent and may not be visible yet.
    """
    number = max((version.number for version in live.versions), default=0) + 1
    key = (*parent, f"version {number}")
    attributes = {"version": number}
    step = Step(
        sheet=cause.sheet,
        row=cause.row,
        resource=cause.resource,
        role=Role.VERSION,
        key=key,
        action=Action.CREATE,
        attributes=attributes,
        fingerprint=fingerprint(cause.resource, Role.VERSION, attributes),
        parent=parent,
        parent_id=live.id,
        message=f"The newest version of {joined(parent)} is {live.version_state}: a new one is opened for what "
        "changes, and has to go through review before players see them.",
    )
    earlier = max(maybe_invisible(Role.VERSION, key), key=_when, default=None)
    if earlier is None or (earlier.confirmed and earlier.resource_id is None):
        return step
    if earlier.confirmed:
        return replace(step, action=Action.UNCHANGED, resource_id=earlier.resource_id)
    return replace(step, action=Action.SETTLE, sent_at=earlier.sent_at)


def _when(sent: Sent) -> datetime:
    return sent.sent_at


def carried_over(parent: Step, live: LiveThing, in_sheet: set[str]) -> Iterator[Step]:
    """The creates for languages that a version just opened lacks, though the one before had them.

    Whether Apple's service gives a new version the texts of the last one is not known; players must not lose a
    language because a sheet does not have it.

    Args:
        parent: the thing's step.
        live: the thing with its new version, and the localizations of the one before.
        in_sheet: the locales that the sheet has, which are looked after by their own steps.
    """
    present = live.localizations or {}
    for locale, before in live.earlier.items():
        if locale in present or locale in in_sheet:
            continue
        attributes = dict(before.attributes)
        yield Step(
            sheet="",
            row=0,
            resource=parent.resource,
            role=Role.TEXT,
            key=(*parent.key, locale),
            action=Action.CREATE,
            attributes=attributes,
            fingerprint=fingerprint(parent.resource, Role.TEXT, attributes),
            parent=parent.key,
            parent_id=live.parent_id,
            message="Not in the sheet; carried over from the version before.",
        )
