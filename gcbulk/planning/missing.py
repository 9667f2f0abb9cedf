"""What is live but not in the sheet: reported, and deleted only when that is asked for and it is a draft.

An archived thing was put away on purpose and does not count as missing.

Source: https://developer.apple.com/documentation/appstoreconnectapi/delete-v2-gamecenterachievements-_id_
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcbulk.errors import PlanError
from gcbulk.planning.compare import conflict
from gcbulk.planning.identity import fingerprint
from gcbulk.records import ARCHIVED, Action, Json, Key, LiveThing, Resource, Role, Snapshot, Step

_LABEL = "reference_name"  # what the owner of a game knows a thing by, whatever its id
_LEFT_ALONE = "In Game Center and not in the sheet; left alone."


def missing_steps(resource: Resource, steps: Iterable[Step], snapshot: Snapshot) -> tuple[Step, ...]:
    """What is live and not in the sheet: things, and languages of those things that the sheet has.

    Args:
        resource: the kind of thing.
        steps: the steps of the sheet.
        snapshot: what is live.
    """
    planned = [step for step in steps if step.resource is resource]
    in_sheet = {step.key for step in planned if step.role is Role.THING}
    texts: dict[Key, set[Key]] = {}
    for step in planned:
        if step.role is Role.TEXT and step.parent is not None:
            texts.setdefault(step.parent, set()).add(step.key)
    new = {
        step.attributes[_LABEL]: step
        for step in planned
        if step.action is Action.CREATE and step.role is Role.THING and _LABEL in step.attributes
    }
    return (*_things(resource, in_sheet, snapshot, new), *_texts(resource, texts, snapshot))


def deletions(resource: Resource, steps: Iterable[Step], snapshot: Snapshot) -> tuple[Step, ...]:
    """The steps that delete what the sheet does not have; what is not a draft any more is a conflict instead.

    Args:
        resource: the kind of thing.
        steps: the steps of the sheet.
        snapshot: what is live.

    Raises:
        PlanError: the sheet has no thing of the kind, or one with an error: what it leaves out cannot be told then.
    """
    rows = [step for step in steps if step.role is Role.THING]
    if not _is_certain(rows):
        raise PlanError(
            f"Nothing can be deleted while the sheet has no {resource.noun.many} or some with errors, because what is "
            "missing from it is not certain. Fix the rows first, or leave out --delete-missing."
        )
    return _deletions(resource, rows, snapshot)


def could_delete(resources: Iterable[Resource], steps: Iterable[Step], snapshot: Snapshot) -> int:
    """How many drafts `deletions` would delete; none while what is missing of one kind is not certain.

    Args:
        resources: the kinds that the sheet holds.
        steps: the steps of the sheet.
        snapshot: what is live.
    """
    things = [step for step in steps if step.role is Role.THING]
    rows = {kind: [step for step in things if step.resource is kind] for kind in resources}
    if not all(map(_is_certain, rows.values())):
        return 0  # asked to delete, no plan is made then, whatever is certain of the other kinds
    steps_to_delete = (step for kind, own in rows.items() for step in _deletions(kind, own, snapshot))
    return sum(1 for step in steps_to_delete if step.action is Action.DELETE)


def _is_certain(rows: list[Step]) -> bool:
    """Whether what the sheet leaves out can be told."""
    return bool(rows) and not any(step.action is Action.REJECT for step in rows)


def _deletions(resource: Resource, rows: list[Step], snapshot: Snapshot) -> tuple[Step, ...]:
    # A row whose id differs in capitals only most likely means that one: nothing is deleted on a slip of the shift key.
    meant = {step.name.lower() for step in rows}
    return tuple(
        _deletion(step, snapshot) for step in missing_steps(resource, rows, snapshot) if step.name.lower() not in meant
    )


def _things(resource: Resource, in_sheet: set[Key], snapshot: Snapshot, new: Mapping[Json, Step]) -> Iterator[Step]:
    for identifier, live in snapshot.of(resource).items():
        for thing in live:
            if (key := (identifier,)) not in in_sheet and thing.attributes.get(ARCHIVED) is not True:
                yield _missing(resource, Role.THING, key, thing.id, _advice(resource, thing, new), thing.attributes)


def _texts(resource: Resource, texts: Mapping[Key, set[Key]], snapshot: Snapshot) -> Iterator[Step]:
    for parent, keys in texts.items():
        for live in snapshot.live(resource, parent):
            for locale, text in (live.localizations or {}).items():
                if (key := (*parent, locale)) not in keys:
                    yield _missing(resource, Role.TEXT, key, text.id, _LANGUAGE, text.attributes)


def _missing(
    resource: Resource, role: Role, key: Key, resource_id: str, message: str, attributes: Mapping[str, Json]
) -> Step:
    return Step(
        sheet="",
        row=0,
        resource=resource,
        role=role,
        key=key,
        action=Action.MISSING,
        attributes=dict(attributes),
        fingerprint=fingerprint(resource, role, dict(attributes)),
        resource_id=resource_id,
        message=message,
    )


_LANGUAGE = (
    "In Game Center and not in the sheet; left alone. A locale cannot be changed: another locale in the sheet is "
    "another localization."
)


def _advice(resource: Resource, live: LiveThing, new: Mapping[Json, Step]) -> str:
    namesake = new.get(live.attributes.get(_LABEL))
    if namesake is not None:
        return (
            f"In Game Center and not in the sheet, but row {namesake.row} of {namesake.sheet} has its Reference Name "
            f"under the new id {namesake.name}. {namesake.resource.noun.a_key} cannot be changed: if that row means "
            "this one, give it this id."
        )
    if live.deletable:
        return f"{_LEFT_ALONE} --delete-missing deletes drafts like this one."
    return f"{_LEFT_ALONE} To put it away add its row with Archived: Yes." if resource.is_archivable else _LEFT_ALONE


def _deletion(step: Step, snapshot: Snapshot) -> Step:
    """The delete of what is missing; the content to delete is part of its fingerprint, so no other one is meant."""
    live = next(thing for thing in snapshot.live(step.resource, step.key) if thing.id == step.resource_id)
    if not live.deletable:
        return conflict(
            step,
            code="not-a-draft",
            message=f"Not deleted: {step.name} has a version that is not a draft, and Game Center deletes drafts only."
            + (" Add its row to the sheet with Archived: Yes to archive it." if step.resource.is_archivable else ""),
        )
    wanted: dict[str, Json] = {"deleted": live.id}
    return Step(
        sheet="",
        row=0,
        resource=step.resource,
        role=step.role,
        key=step.key,
        action=Action.DELETE,
        attributes=wanted,
        fingerprint=fingerprint(step.resource, step.role, wanted),
        resource_id=live.id,
        message="Not in the sheet: deleted, as --delete-missing asks.",
    )
