"""Changes that delete for good what players have, such as scores; each is told, and counted to be confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gcbulk.records import Action, LiveThing, Step


def with_loss(step: Step, live: Sequence[LiveThing]) -> Step:
    """The step with what its changes delete, as the attributes of its kind declare it.

    Args:
        step: a thing's step.
        live: what is there under its key. Of one that is known to be a draft no player has anything.
    """
    if step.action is not Action.UPDATE or all(_is_known_draft(one) for one in live):
        return step
    guards = {one.name: one.guard for one in step.resource.attributes if one.guard is not None}
    found = [
        guards[change.field].loss
        for change in step.changes
        if change.field in guards and guards[change.field].applies(change.before, change.after)
    ]
    if not found:
        return step
    loss = " and ".join(dict.fromkeys(found))
    return replace(step, loss=loss, message=f"{step.message}. This deletes {loss} for good.")


def _is_known_draft(live: LiveThing) -> bool:
    """Whether each version is a draft; where no version is shown, as in v1, it may be live."""
    return bool(live.versions) and live.deletable
