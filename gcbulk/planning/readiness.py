"""The warning of a plan that a review would block things, with no picture in the file and none that is live already."""

from __future__ import annotations

from gcbulk.planning.plan import Plan
from gcbulk.records import Action, Resource, Role

_LEAVES_NONE = (Action.REJECT, Action.BLOCKED, Action.CONFLICT)
_NAMED = 3


def not_ready(plan: Plan) -> tuple[str, ...]:
    """One sentence about all things of a kind in the sheet that would have no picture; none of a kind that needs none.

    Args:
        plan: the plan, made with the service, and with its images.
    """
    sentences = (_of_kind(plan, kind) for kind in plan.resources if kind.needs_image)
    return tuple(sentence for sentence in sentences if sentence is not None)


def _of_kind(plan: Plan, kind: Resource) -> str | None:
    todo = [step for step in plan.todo if step.resource is kind]
    keys = [step.name for step in todo if step.role is Role.THING and step.sheet and step.action is not Action.REJECT]
    sent = {step.key[0] for step in todo if step.role is Role.IMAGE and step.action not in _LEAVES_NONE}
    lacking = [key for key in dict.fromkeys(keys) if key not in sent and not _is_pictured(plan, kind, key)]
    if not lacking:
        return None
    more = ", …" if len(lacking) > _NAMED else ""
    return (
        f"{len(lacking):,} of {len(set(keys)):,} {kind.noun.many} would have no localization with a picture "
        f"({', '.join(lacking[:_NAMED])}{more}): they can be sent, and review blocks them until they have one "
        "[not-ready-for-review]."
    )


def _is_pictured(plan: Plan, kind: Resource, key: str) -> bool:
    live = plan.snapshot.live(kind, (key,))
    return any(text.image is not None for thing in live for text in (thing.localizations or {}).values())
