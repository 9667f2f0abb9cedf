"""Which achievements a review would block after a plan is executed: those without an image."""

from __future__ import annotations

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning.plan import Plan
from gcbulk.records import Action, Role

_LEAVES_NONE = (Action.REJECT, Action.BLOCKED, Action.CONFLICT)
_NAMED = 3


def not_ready(plan: Plan) -> tuple[str, ...]:
    """One sentence about all achievements of the sheet that would have no picture, or none.

    Args:
        plan: the plan, made with the service, and with its images.
    """
    keys = [one.name for one in plan.todo if one.role is Role.THING and one.sheet and one.action is not Action.REJECT]
    pictures = [one for one in plan.todo if one.role is Role.IMAGE and one.action not in _LEAVES_NONE]
    sent = {one.key[0] for one in pictures}
    lacking = [key for key in dict.fromkeys(keys) if key not in sent and not _is_pictured(plan, key)]
    if not lacking:
        return ()
    more = ", …" if len(lacking) > _NAMED else ""
    return (
        f"{len(lacking):,} of {len(set(keys)):,} achievements would have no localization with a picture "
        f"({', '.join(lacking[:_NAMED])}{more}): they can be sent, and review blocks them until they have one "
        "[not-ready-for-review].",
    )


def _is_pictured(plan: Plan, key: str) -> bool:
    live = plan.snapshot.live(RESOURCE, (key,))
    return any(text.image is not None for one in live for text in (one.localizations or {}).values())
