"""Which things can be handed off to review, and why the others cannot.

A thing is ready when its newest version is a draft and has a language, whose image was accepted where the
kind has images. A language without an image is reported and left to the reviewers.

Source: https://developer.apple.com/help/app-store-connect/configure-game-center/manage-achievements
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from gcbulk.planning.identity import fingerprint
from gcbulk.records import Action, LiveThing, Resource, Role, Snapshot, Step

DRAFTS = frozenset({"PREPARE_FOR_SUBMISSION", "DEVELOPER_REJECTED", "REJECTED"})
"""The states of a version that can be put into a submission."""
NOT_LIVE = "not-live"
NOT_COMPLETE = "not-complete"

RowRefs: TypeAlias = Mapping[Resource, Mapping[str, tuple[str, int]]]
"""Sheet and row of each thing, by kind and identifier."""


def review_steps(
    kinds: Iterable[Resource],
    snapshot: Snapshot,
    handed_off: Collection[tuple[str, str]],
    row_refs: RowRefs | None = None,
) -> tuple[Step, ...]:
    """One step for each thing: put in, there already, or not ready.

    Args:
        kinds: the kinds that are handed off.
        snapshot: what is live, with images.
        handed_off: the kind and id of the versions (v2) or things (v1) that are in a submission or have a release.
        row_refs: the things to hand off, with sheet and row; None for all that are live and not archived.
    """
    return tuple(step for kind in kinds for step in _steps(kind, snapshot, handed_off, row_refs))


def _steps(
    kind: Resource, snapshot: Snapshot, handed_off: Collection[tuple[str, str]], row_refs: RowRefs | None
) -> Iterator[Step]:
    named = row_refs[kind] if row_refs is not None else dict.fromkeys(snapshot.of(kind), ("", 0))
    for identifier, (sheet, row) in named.items():
        key = (identifier,)
        live = snapshot.live(kind, key)
        step = Step(sheet, row, kind, Role.REVIEW, key, Action.BLOCKED, {}, "", parent=key)
        if len(live) == 1:
            if row_refs is not None or not live[0].attributes.get("archived"):
                yield _decided(step, live[0], handed_off)
            continue
        said = "is not in Game Center; push it first." if not live else "is in Game Center more than once."
        yield replace(
            step, code=NOT_LIVE, message=f"{step.name} {said}", fingerprint=fingerprint(kind, Role.REVIEW, {})
        )


def _decided(step: Step, live: LiveThing, handed_off: Collection[tuple[str, str]]) -> Step:
    identity = live.parent_id or live.id
    step = replace(
        step,
        resource_id=identity,
        parent_id=live.id,
        attributes={"id": identity},
        fingerprint=fingerprint(step.resource, Role.REVIEW, {"id": identity}),
    )
    state = live.version_state
    if (step.resource.kind, identity) in handed_off:
        return replace(step, action=Action.UNCHANGED, message=_stated(state, "Handed off already."))
    if live.attributes.get("archived"):
        return replace(step, action=Action.UNCHANGED, message=_stated(state, "Archived, so not handed off."))
    if state is not None and state not in DRAFTS:
        return replace(step, action=Action.UNCHANGED, message=_stated(state, "Nothing to hand off."))
    without = sorted(_unpictured(live)) if step.resource.needs_image else []
    if len(without) == len(live.localizations or {}):
        lacking = f"no picture that came through ({', '.join(without)})" if without else "no localization"
        return replace(step, code=NOT_COMPLETE, message=_stated(state, f"Not ready: it has {lacking}."))
    remark = f"Ready; without a picture: {', '.join(without)}." if without else "Ready."
    return replace(step, action=Action.CREATE, message=_stated(state, remark))


def _unpictured(live: LiveThing) -> Iterator[str]:
    """The languages without a picture that came through."""
    for locale, text in (live.localizations or {}).items():
        if text.image is None or text.image.state != "COMPLETE":
            yield locale


def _stated(state: str | None, remark: str) -> str:
    return f"{state}. {remark}" if state else remark
