"""From rows to steps: what each row asks for, against what is live and what was sent before.

What comes in: `sheets.Checked`, `Snapshot`, `History`, and the moment before which a request without an answer
must have shown by now. What goes out: `Step` records, an achievement always before its localizations, in the order
of the sheet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from gcbulk.planning.compare import Found, matched
from gcbulk.records import (
    ACHIEVEMENT_COLUMNS,
    LOCALIZATION_COLUMNS,
    Action,
    History,
    Issue,
    Json,
    LiveAchievement,
    Sent,
    Snapshot,
    Step,
)
from gcbulk.sheets import Checked

ACHIEVEMENT = "achievement"
LOCALIZATION = "localization"
_ACHIEVEMENT_FIELDS = tuple(name for name in ACHIEVEMENT_COLUMNS if name != "sheet")
_LOCALIZATION_FIELDS = tuple(name for name in LOCALIZATION_COLUMNS if name not in ("sheet", "vendor_identifier"))


def plan_steps(
    checked: Checked,
    snapshot: Snapshot | None = None,
    history: History | None = None,
    *,
    shown_by: datetime | None = None,
) -> tuple[Step, ...]:
    """The steps that bring the service to what the sheet says, creating only what is not there.

    Args:
        checked: the rows.
        snapshot: what is live; nothing for a plan made without the service.
        history: what earlier runs sent.
        shown_by: requests sent before this moment are visible in the snapshot, if they were ever applied.

    Returns:
        One step for each record, identical rows folded into the first of them.
    """
    world = _World(snapshot or Snapshot(), history or History(), shown_by, checked, checked.errors_of())
    achievements = tuple(_folded(_achievement_steps(checked.achievements, world)))
    localizations = tuple(_folded(_localization_steps(checked.localizations, world)))
    return tuple(_in_order(achievements, localizations))


def fingerprint(kind: str, attributes: Mapping[str, Json]) -> str:
    """The hash of what is sent: the same content has the same fingerprint, in v1 and in v2 and in every run."""
    canonical = json.dumps([kind, attributes], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _World:
    """Everything that rows are joined with."""

    snapshot: Snapshot
    history: History
    shown_by: datetime | None
    checked: Checked
    errors: Mapping[tuple[str, str, int, str | None], tuple[Issue, ...]]

    def live(self, key: str) -> tuple[LiveAchievement, ...]:
        return self.snapshot.achievements.get(key, ())

    def sent(self, kind: str, key: str) -> tuple[Sent, ...]:
        return self.history.sent.get((kind, key), ())


def _achievement_steps(rows: pd.DataFrame, world: _World) -> Iterator[Step]:
    for number, record in _records(rows):
        key = str(record["vendor_identifier"])
        errors = world.errors.get((ACHIEVEMENT, record["sheet"], number, None), ())
        step = _step(ACHIEVEMENT, key, number, record, _ACHIEVEMENT_FIELDS, errors)
        live = world.live(key)
        yield step if errors else _decided(step, world, [(one.id, one.attributes, one.parent_id) for one in live])


def _localization_steps(rows: pd.DataFrame, world: _World) -> Iterator[Step]:
    for number, record in _records(rows):
        parent, locale = str(record["vendor_identifier"]), str(record["locale"])
        errors = world.errors.get((LOCALIZATION, record["sheet"], number, locale), ())
        step = _step(LOCALIZATION, f"{parent} / {locale}", number, record, _LOCALIZATION_FIELDS, errors)
        live = world.live(parent)
        step = replace(step, parent=parent, parent_id=live[0].parent_id if len(live) == 1 else None)
        localizations = ((one.localizations or {}).get(locale) for one in live)
        there: list[Found] = [(one.id, one.attributes, step.parent_id) for one in localizations if one is not None]
        yield step if errors else _decided(step, world, there)


def _step(
    kind: str, key: str, number: int, record: Mapping[str, Json], names: Iterable[str], errors: tuple[Issue, ...]
) -> Step:
    attributes = {} if errors else {name: _plain(record[name]) for name in names}
    return Step(
        sheet=str(record["sheet"]),
        row=number,
        kind=kind,
        key=key,
        action=Action.REJECT if errors else Action.CREATE,
        attributes=attributes,
        fingerprint=fingerprint(kind, attributes),
        code=_joined((issue.code for issue in errors), ", "),
        column=_joined((issue.column for issue in errors), ", "),
        message=_joined((issue.message for issue in errors), "\n"),
    )


def _decided(step: Step, world: _World, live: list[Found]) -> Step:
    sent = world.sent(step.kind, step.key)
    if live:
        return _pointed(matched(step, live, sent), world.checked)
    fresh = [one for one in sent if world.shown_by is not None and one.sent_at > world.shown_by]
    if not fresh:
        return step
    latest = max(fresh, key=lambda one: one.sent_at)
    if latest.settled and latest.resource_id and latest.fingerprint == step.fingerprint:
        # Created moments ago by another run; the listing is only late.
        return replace(step, action=Action.UNCHANGED, resource_id=latest.resource_id)
    if latest.settled and not latest.resource_id:
        return step  # answered with a refusal: nothing is on its way
    return replace(step, action=Action.SETTLE, sent_at=latest.sent_at)


def _pointed(step: Step, checked: Checked) -> Step:
    """The step with its column as the sheet's headers have it."""
    if step.column is None:
        return step
    locale = step.attributes.get("locale")
    headers = (checked.header(step.sheet, name, locale) for name in step.column.split(", "))
    return replace(step, column=", ".join(headers))


def _folded(steps: Iterable[Step]) -> Iterator[Step]:
    """Identical rows become one step; the first of them leads, the others are its twins."""
    leaders: dict[tuple[str, str], Step] = {}
    rejected: list[Step] = []
    for step in steps:
        place = (step.key, step.fingerprint)
        if step.action is Action.REJECT:
            rejected.append(step)
        elif place in leaders:
            leader = leaders[place]
            leaders[place] = replace(leader, twins=(*leader.twins, (step.sheet, step.row)))
        else:
            leaders[place] = step
    yield from sorted([*leaders.values(), *rejected], key=lambda step: step.row)


def _in_order(achievements: tuple[Step, ...], localizations: tuple[Step, ...]) -> Iterator[Step]:
    children: dict[str | None, list[Step]] = {}
    for step in localizations:
        children.setdefault(step.parent, []).append(step)
    for step in achievements:
        yield step
        if step.action is not Action.REJECT:
            yield from children.pop(step.key, ())
    for orphans in children.values():
        yield from orphans


def _records(rows: pd.DataFrame) -> Iterator[tuple[int, dict[str, Json]]]:
    for number, record in zip(rows.index, rows.to_dict("records"), strict=True):
        yield int(number), record


def _plain(value: Json) -> Json:
    """A Python value that JSON knows, for one that pandas may hold as its own."""
    return value.item() if hasattr(value, "item") else value


def _joined(texts: Iterable[str | None], separator: str) -> str | None:
    return separator.join(dict.fromkeys(text for text in texts if text)) or None
