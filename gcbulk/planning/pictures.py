"""The steps for images: one for each localization whose sheet names one, after the step for that localization.

An image that is already there is not sent again: the service shows its name and size, and the journal remembers the
digest of what we sent.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-images
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from gcbulk.kinds import CONTENT
from gcbulk.planning.compare import composed, conflict
from gcbulk.planning.identity import fingerprint
from gcbulk.planning.kinds import resources_in
from gcbulk.planning.versions import opening
from gcbulk.planning.world import World
from gcbulk.records import (
    Action,
    History,
    Identity,
    Issue,
    Json,
    LiveImage,
    Resource,
    Role,
    Sent,
    Snapshot,
    Step,
)
from gcbulk.sheets import Checked
from gcbulk.sheets.pictures import image_errors
from gcbulk.tables.file_refs import EVERY_LANGUAGE

REQUESTS = 3
"""Requests for a picture: reserve, commit, verdict; its parts go elsewhere."""
TEXT_FAILED = "localization-failed"
"""Code of a step whose localization will not be there as the sheet has it."""
_SENT = (Action.CREATE, Action.UPDATE)
_WITHOUT_TEXT = (Action.REJECT, Action.CONFLICT, Action.BLOCKED)


def picture_steps(
    checked: Checked,
    steps: Sequence[Step],
    snapshot: Snapshot | None = None,
    history: History | None = None,
    *,
    visible_before: datetime | None = None,
) -> tuple[Step, ...]:
    """The steps that bring the pictures to where the sheet wants them, and open the versions that they need.

    Args:
        checked: the rows, whose pictures were looked at.
        steps: the steps for things and localizations.
        snapshot: what is live, with images; nothing for a plan made without the service.
        history: what earlier runs sent.
        visible_before: requests sent before this moment are visible in the snapshot, if they were ever applied.
    """
    if checked.images.empty:
        return ()
    kinds = resources_in(checked)
    worlds = {kind: World(kind, snapshot or Snapshot(), history or History(), visible_before) for kind in kinds}
    lines = {kind: _lines(checked.images_of(CONTENT[kind.kind])) for kind in kinds}
    errors = image_errors(checked)
    pictures = []
    for text in steps:
        if text.role is Role.TEXT and text.sheet and text.resource.image is not None:
            identifier, locale = text.key
            own = lines[text.resource]
            line = own.get((identifier, locale)) or own.get((identifier, EVERY_LANGUAGE))
            if line is not None:
                step = _step(checked, text, line, errors.get((line.sheet, line.row, line.locale), ()))
                pictures.append(
                    step if step.action is Action.REJECT else _decided(step, text, locale, worlds[text.resource])
                )
    pictures = list(_one_a_key(pictures))
    return (*_openings(pictures, steps, worlds), *pictures)


def _one_a_key(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, none of which sends a picture where an earlier one does, whatever the check found."""
    first: dict[Identity, Step] = {}
    for step in steps:
        leader = first.setdefault(step.identity, step) if step.action in _SENT else step
        message = (
            f"Row {leader.row} of {leader.sheet} sends the picture of {step.name} already. Delete one of the rows."
        )
        yield step if leader is step else conflict(step, code="contradicting-rows", message=message)


def requests_of(step: Step) -> int:
    """How many requests that change or look up something a step takes, when all goes well."""
    if step.action not in (*_SENT, Action.DELETE):
        return 0
    return REQUESTS + (step.resource_id is not None) if step.role is Role.IMAGE else 1


@dataclass(frozen=True, slots=True)
class _Line:
    """A cell that names a picture."""

    sheet: str
    row: int
    locale: str
    path: str
    file_name: str | None
    size_bytes: int
    digest: str | None


def _lines(images: pd.DataFrame) -> Mapping[tuple[str, str], _Line]:
    """The cells by thing and language; the first where several name the same picture."""
    lines: dict[tuple[str, str], _Line] = {}
    for row, line in zip(images.index, images.to_dict("records"), strict=True):
        size = 0 if line["digest"] is None else int(line["size_bytes"])
        entry = _Line(line["sheet"], int(row), line["locale"], line["path"], line["file_name"], size, line["digest"])
        lines.setdefault((line["vendor_identifier"], line["locale"]), entry)
    return lines


def _step(checked: Checked, text: Step, line: _Line, errors: Sequence[Issue]) -> Step:
    """The step of a localization's picture, at the localization's row, not compared yet."""
    content: dict[str, Json] = {"file_name": line.file_name, "file_size": line.size_bytes, "digest": line.digest}
    step = Step(
        sheet=text.sheet,
        row=text.row,
        resource=text.resource,
        role=Role.IMAGE,
        key=text.key,
        action=Action.CREATE,
        attributes=content | {"path": line.path},
        fingerprint=fingerprint(text.resource, Role.IMAGE, content),
        parent=text.key,
        duplicates=text.duplicates,
        column=checked.header(line.sheet, "image", line.locale or None),
    )
    if not errors and line.digest is not None:
        return replace(step, column=None)
    where = f" ({line.sheet}, row {line.row})" if (line.sheet, line.row) != (text.sheet, text.row) else ""
    message = "\n".join(f"{issue.message}{where}" for issue in errors)
    code = ", ".join(dict.fromkeys(issue.code for issue in errors))
    return replace(
        step, action=Action.REJECT, attributes={}, code=code or "image-not-looked-at", message=message or None
    )


def _decided(step: Step, text: Step, locale: str, world: World) -> Step:
    """The step against what is live and what was sent before."""
    live = world.only_live(text.parent)
    localization = (live.localizations or {}).get(locale) if live is not None else None
    if localization is not None:
        step = replace(step, parent_id=localization.id)
    if text.action in _WITHOUT_TEXT:
        message = f"The picture is not sent, because its localization {text.name} is not. Fix that row first."
        return replace(step, action=Action.BLOCKED, code=TEXT_FAILED, message=message)
    sent = world.sent(Role.IMAGE, step.key)
    fresh = [
        request
        for request in world.maybe_invisible(Role.IMAGE, step.key)
        if request.resource_id or not request.confirmed
    ]
    if localization is None or localization.image is None:
        return replace(step, action=Action.SETTLE, sent_at=max(request.sent_at for request in fresh)) if fresh else step
    step = _compared(replace(step, resource_id=localization.image.id), localization.image, sent)
    under_way = [request.sent_at for request in fresh if not request.confirmed]
    # A reservation without an answer may still come true, and would be in the way of the next one.
    return replace(step, sent_at=max(under_way)) if under_way and step.action in _SENT else step


def _compared(step: Step, image: LiveImage, sent: Iterable[Sent]) -> Step:
    """The step of a picture where an image, or what is left of one, is there already."""
    names = composed(image.file_name or ""), composed(step.attributes["file_name"] or "")
    alike = names[0] == names[1] and image.file_size == step.attributes["file_size"]
    same = alike and not _was_another(step, image, sent)
    if image.state == "COMPLETE":
        if not same:
            return replace(step, action=Action.UPDATE, message=f"Replaces {image.file_name}.")
        ours = any(request.fingerprint == step.fingerprint and not request.confirmed for request in sent)
        return replace(step, action=Action.ADOPT if ours else Action.UNCHANGED)
    if image.state == "UPLOAD_COMPLETE" and same:
        return replace(step, action=Action.SETTLE)
    return step  # a record that failed or was never filled: it is taken away first


def _was_another(step: Step, image: LiveImage, sent: Iterable[Sent]) -> bool:
    """Whether the journal knows that what is there has other bytes, or cannot rule it out."""
    known = [request for request in sent if request.resource_id == image.id or not request.confirmed]
    return bool(known) and all(request.fingerprint != step.fingerprint for request in known)


def _openings(pictures: Iterable[Step], steps: Iterable[Step], worlds: Mapping[Resource, World]) -> Iterator[Step]:
    """The versions that have to be opened for pictures alone: a closed one takes no new picture (v2)."""
    opened = {(step.resource, step.parent) for step in steps if step.role is Role.VERSION}
    for step in pictures:
        parent, world = step.key[:1], worlds[step.resource]
        live = world.only_live(parent)
        if live is None or live.editable or (step.resource, parent) in opened:
            continue
        if step.action in _SENT:
            opened.add((step.resource, parent))
            yield opening(step, parent, live, world.maybe_invisible)
