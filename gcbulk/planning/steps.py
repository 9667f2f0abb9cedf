"""From rows to steps: what each row asks for, against what is live and what was sent before.

One kind comes after those that it depends on, a thing always before its localizations, in the order of the sheet.
Deletions, and updates that leave room under the limits of an app, come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from gcbulk.kinds import CONTENT
from gcbulk.planning.compare import LiveMatch, composed, conflict, describe_changes, matched
from gcbulk.planning.guards import with_loss
from gcbulk.planning.identity import fingerprint
from gcbulk.planning.kinds import resources_in, rows_of
from gcbulk.planning.missing import deletions
from gcbulk.planning.order import order_step
from gcbulk.planning.versions import carried_over, with_version
from gcbulk.planning.world import World
from gcbulk.records import (
    ARCHIVED,
    Action,
    Attribute,
    History,
    Issue,
    Json,
    Key,
    PlanOptions,
    Resource,
    Role,
    Sent,
    Snapshot,
    Step,
)
from gcbulk.sheets import Checked
from gcbulk.tables.properties import from_text, to_text

_PRESENT = {Action.CREATE, Action.UPDATE, Action.UNCHANGED, Action.EXISTED, Action.ADOPT}
_NO_OPTIONS = PlanOptions()
CONTRADICTING = "contradicting-rows"
"""Code of a step whose key an earlier row has taken, with other content."""


def plan_steps(
    checked: Checked,
    snapshot: Snapshot | None = None,
    history: History | None = None,
    *,
    visible_before: datetime | None = None,
    options: PlanOptions = _NO_OPTIONS,
) -> tuple[Step, ...]:
    """The steps that bring the service to what the sheet says: what is not there is created, what differs updated.

    Args:
        checked: the rows.
        snapshot: what is live; nothing for a plan made without the service.
        history: what earlier runs sent.
        visible_before: requests sent before this moment are visible in the snapshot, if they were ever applied.
        options: what else is to be done.

    Returns:
        One step for each record, identical rows folded into the first of them, and those that versions, deletions
        and the order need.

    Raises:
        PlanError: deleting was asked for, and what the sheet leaves out is not certain.
    """
    errors = checked.errors_of()
    steps: list[Step] = []
    for resource in resources_in(checked):
        world = World(resource, snapshot or Snapshot(), history or History(), visible_before)
        steps.extend(_steps_of(_Sheet(checked, errors, world), options))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of one kind, and what they are joined with."""

    checked: Checked
    errors: Mapping[tuple[str, str, int, str | None], tuple[Issue, ...]]
    world: World

    @property
    def resource(self) -> Resource:
        """The kind."""
        return self.world.resource

    def records(self, role: Role) -> Iterator[tuple[int, dict[str, Json]]]:
        """The row number and the cells of each thing, or of each text."""
        rows = rows_of(self.checked, self.resource, role)
        for number, record in zip(rows.index, rows.to_dict("records"), strict=True):
            yield int(number), record

    def errors_at(self, role: Role, sheet: str, row: int, locale: str | None) -> tuple[Issue, ...]:
        """The errors in a row's cells for this role and locale."""
        return self.errors.get((CONTENT[self.resource.kind].table_of(role).record, sheet, row, locale), ())

    def namesake(self, key: str) -> str | None:
        """A live identifier that the sheet does not have, and that differs from this one in case only."""
        alike = [live for live in self.world.snapshot.of(self.resource) if live.lower() == key.lower()]
        in_sheet = set(rows_of(self.checked, self.resource, Role.THING)[self.resource.key]) if alike else set()
        return next((live for live in alike if live not in in_sheet), None)


def _steps_of(sheet: _Sheet, options: PlanOptions) -> tuple[Step, ...]:
    """The steps of one kind."""
    resource, snapshot = sheet.resource, sheet.world.snapshot
    things = tuple(_folded(_thing_steps(sheet)))
    texts = tuple(_folded(_text_steps(sheet)))
    deleted = deletions(resource, things, snapshot) if options.delete_missing else ()
    steps = (*deleted, *_in_order(things, texts, sheet.world))
    ordered = order_step(resource, steps, snapshot) if options.reorder else None
    if ordered is None:
        return steps
    return (*steps, _put_off(ordered, sheet.world.maybe_invisible(Role.ORDER, ordered.key)))


def _thing_steps(sheet: _Sheet) -> Iterator[Step]:
    for number, record in sheet.records(Role.THING):
        key = (str(record[sheet.resource.key]),)
        errors = sheet.errors_at(Role.THING, str(record["sheet"]), number, None)
        step = _step(sheet.resource, Role.THING, key, number, record, errors)
        there = sheet.world.live(key)
        live = [(thing.id, thing.attributes, thing.parent_id) for thing in there]
        yield step if errors else _possible(with_loss(_decided(step, sheet, live), there), sheet)


def _text_steps(sheet: _Sheet) -> Iterator[Step]:
    resource = sheet.resource
    for number, record in sheet.records(Role.TEXT):
        parent, locale = (str(record[resource.key]),), str(record[resource.text.key])
        errors = sheet.errors_at(Role.TEXT, str(record["sheet"]), number, locale)
        step = _step(resource, Role.TEXT, (*parent, locale), number, record, errors)
        live = sheet.world.live(parent)
        step = replace(step, parent=parent, parent_id=live[0].parent_id if len(live) == 1 else None)
        localizations = ((thing.localizations or {}).get(locale) for thing in live)
        matches: list[LiveMatch] = [
            (text.id, text.attributes, step.parent_id) for text in localizations if text is not None
        ]
        if errors or (not matches and any(locale in thing.earlier for thing in live)):
            yield step  # a version that was opened just now lacks it, whatever was sent for the one before
        else:
            yield _decided(step, sheet, matches)


def _step(
    resource: Resource,
    role: Role,
    key: Key,
    number: int,
    record: Mapping[str, Json],
    errors: tuple[Issue, ...],
) -> Step:
    attributes = {} if errors else dict(_wanted(resource.attributes_of(role), record))
    return Step(
        sheet=str(record["sheet"]),
        row=number,
        resource=resource,
        role=role,
        key=key,
        action=Action.REJECT if errors else Action.CREATE,
        attributes=attributes,
        fingerprint=fingerprint(resource, role, attributes),
        code=_joined((issue.code for issue in errors), ", "),
        column=_joined((issue.column for issue in errors), ", "),
        message=_joined((issue.message for issue in errors), "\n"),
    )


def _wanted(attributes: Iterable[Attribute], record: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """What a record asks for, without what it may be silent about and is."""
    for attribute in attributes:
        value: Json = record.get(attribute.name) if attribute.optional else record[attribute.name]
        if not attribute.optional or not (pd.isna(value) or value == ""):
            yield attribute.name, from_text(value) if attribute.type is dict else _plain(value)


def _decided(step: Step, sheet: _Sheet, live: list[LiveMatch]) -> Step:
    world = sheet.world
    fresh = world.maybe_invisible(step.role, step.key)
    if live:
        return _put_off(_pointed(matched(step, live, world.sent(step.role, step.key)), sheet.checked), fresh)
    if not fresh:
        return step
    latest = max(fresh, key=lambda request: request.sent_at)
    if latest.confirmed and latest.resource_id and latest.fingerprint == step.fingerprint:
        # Created moments ago by another run; the listing is only late.
        return replace(step, action=Action.UNCHANGED, resource_id=latest.resource_id)
    if latest.confirmed and not latest.resource_id:
        return step  # answered with a refusal: nothing is on its way
    return replace(step, action=Action.SETTLE, sent_at=latest.sent_at)


def _put_off(step: Step, fresh: Sequence[Sent]) -> Step:
    """The step, put off while an unanswered request of other content may still change what is live."""
    others = [request.sent_at for request in fresh if not request.confirmed and request.fingerprint != step.fingerprint]
    if others and step.action in (Action.UPDATE, Action.UNCHANGED):
        return replace(step, action=Action.SETTLE, sent_at=max(others), changes=(), message=None, column=None)
    return step


def _possible(step: Step, sheet: _Sheet) -> Step:
    """The step, unless it is a create that cannot be meant."""
    if step.action is not Action.CREATE:
        return step
    if step.attributes.get(ARCHIVED) is True:
        return conflict(
            step,
            code="archived-not-live",
            column=sheet.checked.header(step.sheet, ARCHIVED),
            message=f"{step.name} is not in Game Center, so there is nothing to archive. Delete the row, or set "
            "Archived to No to create it.",
        )
    if (namesake := sheet.namesake(step.name)) is not None:
        return conflict(
            step,
            code="identifier-immutable",
            column=sheet.checked.header(step.sheet, step.resource.key),
            message=f"Game Center has {namesake}, which differs in upper and lower case only. "
            f"{step.resource.noun.a_key} cannot be changed: give the row that id, or a different one.",
        )
    return step


def _pointed(step: Step, checked: Checked) -> Step:
    """The step with its columns as the sheet's headers have them, and its changes in words."""
    if step.column is None:
        return step
    locale = step.attributes.get(step.resource.text.key)
    headers = {name: checked.header(step.sheet, name, locale) for name in step.column.split(", ")}
    titles = headers | {
        attribute.name: attribute.title for attribute in step.resource.attributes_of(step.role) if attribute.title
    }
    message = describe_changes(step.changes, titles) if step.changes else step.message
    return replace(step, column=", ".join(headers.values()), message=message)


def _folded(steps: Iterable[Step]) -> Iterator[Step]:
    """Identical rows become one step; the first of them leads, the others are its duplicates."""
    leaders: dict[tuple[Key, str], Step] = {}
    rejected: list[Step] = []
    for step in steps:
        identity = (step.key, _content(step))
        if step.action is Action.REJECT:
            rejected.append(step)
        elif identity in leaders:
            leader = leaders[identity]
            leaders[identity] = replace(leader, duplicates=(*leader.duplicates, (step.sheet, step.row)))
        else:
            leaders[identity] = step
    yield from sorted([*_one_a_key(leaders.values()), *rejected], key=lambda step: step.row)


def _content(step: Step) -> str:
    """What a step asks for, the same for texts that look the same (NFC and NFD)."""
    texts = {name: _alike(value) for name, value in step.attributes.items()}
    return step.fingerprint if texts == step.attributes else fingerprint(step.resource, step.role, texts)


def _alike(value: Json) -> Json:
    """A value, the same for texts that look the same."""
    if isinstance(value, dict):
        return composed(to_text(value))
    return composed(value) if isinstance(value, str) else value


def _one_a_key(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, each key's first alone: of two that ask for different things, either would undo the other.

    The check finds such rows; this holds whatever it found, so that nothing is created twice.
    """
    first: dict[Key, Step] = {}
    for step in steps:
        leader = first.setdefault(step.key, step)
        yield step if leader is step else conflict(step, code=CONTRADICTING, message=_contradiction(step, leader))


def _contradiction(step: Step, leader: Step) -> str:
    """What to say of a row that asks for something else than an earlier one of the same key."""
    return (
        f"Row {leader.row} of {leader.sheet} asks for {step.name} as well, with other content; that row is taken. Make "
        "both say the same, or delete one of them."
    )


def _in_order(things: tuple[Step, ...], texts: tuple[Step, ...], world: World) -> Iterator[Step]:
    children: dict[Key | None, list[Step]] = {}
    for step in texts:
        children.setdefault(step.parent, []).append(step)
    for step in sorted(things, key=_gives_back, reverse=True):
        yield step
        if step.action is not Action.REJECT:
            yield from _with_version(step, children.pop(step.key, []), world)
    rejected = {step.key: step for step in things if step.action is Action.REJECT}
    for parent, orphans in children.items():
        yield from (_behind(step, rejected.get(parent or ())) for step in orphans)


def _behind(step: Step, parent: Step | None) -> Step:
    """A localization whose thing the check has rejected: it waits for that row."""
    if parent is None or step.action is Action.REJECT:
        return step
    message = (
        f"Not sent, because of its {step.resource.noun.one} {parent.name} (sheet {parent.sheet!r}, row {parent.row}): "
        "it is rejected. Fix that row first."
    )
    return replace(step, action=Action.BLOCKED, code=step.resource.failed, message=message)


def _gives_back(step: Step) -> bool:
    """Whether an update leaves room for others under the limits of an app: it goes first."""
    before = {change.field: change.before for change in step.changes}
    after = {change.field: change.after for change in step.changes}
    return step.resource.gives_back(before, after)


def _with_version(step: Step, children: list[Step], world: World) -> Iterator[Step]:
    """The localizations of a thing, with the version that they need and the languages that it lacks."""
    live = world.live(step.key)
    if len(live) != 1 or step.action not in _PRESENT:
        yield from children
        return
    yield from with_version(step, children, live[0], world.maybe_invisible)
    language = step.resource.text.key
    # A rejected row has no attributes: it sends nothing, so its language is carried over.
    in_sheet = {str(child.attributes.get(language)) for child in children}
    yield from carried_over(step, live[0], in_sheet)


def _plain(value: Json) -> Json:
    """A Python value that JSON knows, for one that pandas may hold as its own."""
    return value.item() if hasattr(value, "item") else value


def _joined(texts: Iterable[str | None], separator: str) -> str | None:
    return separator.join(dict.fromkeys(text for text in texts if text)) or None
