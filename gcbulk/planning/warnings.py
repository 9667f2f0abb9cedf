"""Sentences about what is worth knowing before a plan is executed.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center-achievements
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gcbulk.planning.kinds import noun_of
from gcbulk.planning.missing import could_delete
from gcbulk.planning.plan import Plan
from gcbulk.planning.versions import Seen
from gcbulk.records import ARCHIVED, Action, Json, LiveThing, Resource, Role, Step
from gcbulk.tables.issues import listed
from gcbulk.wording import counted

_AT_ONCE = (
    "with --api v1 players see such texts at once, without review (one user reports it). With --api v2 they open new "
    "versions, which go through review."
)


def warnings(plan: Plan) -> Iterator[str]:
    """What is worth knowing: limits that would be passed, a group, versions, what could be deleted.

    Args:
        plan: the plan, made with the service.
    """
    for kind in plan.resources:
        yield from _limits(plan, kind)
    if plan.target is not None and plan.target.group_id is not None:
        yield "The app is in a Game Center group: every change is one for all apps of the group."
    opened = {step.resource for step in plan.todo if step.role is Role.VERSION and step.action is not Action.EXISTED}
    if opened:
        yield (
            f"Texts of {noun_of(tuple(opened))} that are live or in review change in a new version of each, which goes "
            "through review before players see it, and cannot be deleted. Whether Apple copies the other languages and "
            "the images into it is not known: languages are sent again where they are missing, which takes more "
            "requests; look at the images afterwards."
        )
    yield from _seen(plan)
    yield from _losses(plan)
    drafts = could_delete(plan.resources, plan.todo, plan.snapshot)
    if drafts and not plan.options.delete_missing:
        yield f"--delete-missing={drafts} would delete those drafts that are not in the sheet."


def _seen(plan: Plan) -> Iterator[str]:
    """The texts that players may see before anybody has reviewed them."""
    seen = plan.seen
    for kind in plan.resources:
        things = kind.noun.many
        if at_once := seen.get((kind, Seen.AT_ONCE), 0):
            yield f"{_texts(at_once)} for {things} that are live: {_AT_ONCE}"
        if perhaps := seen.get((kind, Seen.PERHAPS_AT_ONCE), 0):
            yield f"{_texts(perhaps)} for {things} that may be live, which --api v1 cannot see: {_AT_ONCE}"
        if draft := seen.get((kind, Seen.IN_THE_DRAFT), 0):
            yield f"{_texts(draft)} for {things} that are live: they go into the next version, which needs review."


def _losses(plan: Plan) -> Iterator[str]:
    """The changes that delete what players have, by what they delete."""
    for loss in dict.fromkeys(step.loss for step in plan.todo if step.loss is not None):
        names = [step.name for step in plan.todo if step.loss == loss]
        yield (
            f"{counted(len(names), 'change')} {'deletes' if len(names) == 1 else 'delete'} {loss} for good "
            f"({listed(names)}). A push asks for the number of such changes; --confirm-losses={plan.losses} gives it."
        )


def _texts(count: int) -> str:
    return "1 text is" if count == 1 else f"{count:,} texts are"


def _limits(plan: Plan, kind: Resource) -> Iterator[str]:
    """The limits of an app that the plan would pass with the things of a kind."""
    todo = [step for step in plan.todo if step.role is Role.THING and step.resource is kind]
    after = _after(todo, plan.snapshot.of(kind))
    grows = any(step.action in (Action.CREATE, Action.UPDATE) for step in todo)
    for limit in kind.limits if grows else ():
        if limit.of is None:
            total = len(after)
            what = f"there would be {total} {kind.noun.many}; the service allows {limit.most}{limit.unless}."
        else:
            total = sum(_number(attributes.get(limit.of)) for attributes in after.values())
            what = f"the {limit.of} add up to {total:,}; the service allows {limit.most:,} in total."
        if total > limit.most:
            yield f"With what is live already {what}"


def _after(todo: Iterable[Step], things: Mapping[str, Sequence[LiveThing]]) -> dict[str, Mapping[str, Json]]:
    """The things as they would be afterwards, by id or by identifier; archived ones do not count."""
    live = {thing.id: thing.attributes for same in things.values() for thing in same}
    after: dict[str, Mapping[str, Json]] = dict(live)
    for step in todo:
        if step.action is Action.DELETE:
            after.pop(step.resource_id or "", None)
        elif step.action in (Action.CREATE, Action.UPDATE):
            key = step.resource_id or step.name
            after[key] = {**live.get(key, {}), **step.attributes}
    return {key: attributes for key, attributes in after.items() if not attributes.get(ARCHIVED)}


def _number(value: Json) -> int:
    return value if isinstance(value, int) else 0
