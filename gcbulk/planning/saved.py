"""A saved plan: what was decided, so that exactly that is sent later, or nothing.

A saved plan is never executed from its file. The plan is made again from the sheet and the live side and has to match
in every step; the file only proves what was reviewed. So an edited file cannot make anything happen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from gcbulk.errors import PlanError
from gcbulk.kinds import CONTENT
from gcbulk.planning.identity import digest
from gcbulk.planning.plan import Plan
from gcbulk.records import Json, LiveLocalization, LiveThing, PlanOptions, Step, joined

FORMS = (1, 2)
"""The forms of the file; another one is refused. The first is for the kind that versions without any other knew, which
read it; they refuse the second, which is for every other kind and for several."""
_NAMED = 5  # keys that a message names


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a plan decided, without the rows and the live side themselves.

    Args:
        scope: the service, and where in it the things live.
        api: which form of the API is spoken.
        wishes: what it does beyond the sheet's own rows.
        sheet: the digest of the rows.
        live: the digest of what was live.
        steps: what is to be done, one after the other.
        form: the form of the file.
    """

    scope: str
    api: str
    wishes: PlanOptions
    sheet: str
    live: str
    steps: tuple[Mapping[str, Json], ...]
    form: int = FORMS[0]


def freeze(plan: Plan, *, scope: str, api: str) -> SavedPlan:
    """What there is to save of a plan.

    Args:
        plan: the plan, made with the service.
        scope: the service, and where in it the things live.
        api: which form of the API is spoken.
    """
    rows = [
        [step.sheet, step.row, step.name, step.fingerprint, list(step.duplicates)] for step in plan.todo if step.sheet
    ]
    steps = tuple(_plain(_step(step)) for step in plan.todo)
    first = next(iter(CONTENT.values())).resource
    form = FORMS[0] if plan.resources == (first,) else FORMS[1]
    return SavedPlan(scope, str(api), plan.options, digest(rows), digest(_live(plan, form)), steps, form)


def to_text(saved: SavedPlan) -> str:
    """The text of a saved plan: JSON that people can read, with a digest over all of it."""
    content = _plain(asdict(saved))
    form = content["form"]
    if form == FORMS[0]:
        del content["form"]  # as it was written when there was no other
    return json.dumps({"gcbulk_plan": form, "digest": digest(content), **content}, ensure_ascii=True, indent=1) + "\n"


def from_text(text: str) -> SavedPlan:
    """The saved plan that a text holds.

    Raises:
        PlanError: it is none, of another version, or was changed.
    """
    try:
        content = json.loads(text)
        form, expected = content.pop("gcbulk_plan"), content.pop("digest")
        saved = SavedPlan(**{**content, "wishes": PlanOptions(**content["wishes"]), "steps": tuple(content["steps"])})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PlanError("This is not a plan that gcbulk plan --out saved. Make the plan again.") from error
    if form != saved.form or form not in FORMS:
        raise PlanError("The plan was saved by another version of gcbulk. Make the plan again.")
    if expected != digest(content):
        raise PlanError("The plan's file was changed since it was saved. Make the plan again.")
    return saved


def ensure_current(saved: SavedPlan, now: SavedPlan) -> None:
    """Make sure that a saved plan is what would be done now.

    Args:
        saved: what was saved.
        now: the same plan made anew.

    Raises:
        PlanError: it is not, and what has changed.
    """
    if (saved.scope, saved.api) != (now.scope, now.api):
        raise PlanError(
            f"The plan was made for {saved.scope} with --api {saved.api}, not for {now.scope} with --api {now.api}. "
            "Nothing was sent."
        )
    reasons = [
        *(["the sheet has changed"] if saved.sheet != now.sheet else []),
        *(["Game Center has changed"] if saved.live != now.live else []),
        *(_differing(saved, now) if saved.steps != now.steps else []),
    ]
    if reasons:
        raise PlanError(
            f"Nothing was sent, because the plan is out of date: since it was saved {'; '.join(reasons)}. "
            "Make the plan again, and look at it."
        )


def _differing(saved: SavedPlan, now: SavedPlan) -> Iterator[str]:
    """Which steps are others."""
    before, after = ({(step["kind"], step["key"]): step for step in plan.steps} for plan in (saved, now))
    keys = sorted({key for kind, key in {**before, **after} if before.get((kind, key)) != after.get((kind, key))})
    named = f"{', '.join(keys[:_NAMED])}{', …' if len(keys) > _NAMED else ''}" or "their order"
    yield f"what is to be done is another ({named})"


def written_step(step: Step, **more: Json) -> dict[str, Json]:
    """What is written of a step wherever one is kept: which it is, what it does, and why.

    Args:
        step: the step.
        **more: what this place keeps of it beside that.
    """
    return {
        "sheet": step.sheet,
        "row": step.row,
        "kind": step.word,
        "key": step.name,
        "action": str(step.action),
        **more,
        "twins": step.duplicates,
        "code": step.code,
        "column": step.column,
        "message": step.message,
    }


def _step(step: Step) -> dict[str, Json]:
    """A step without the moment that it waits from, which is another one in each plan."""
    written = written_step(
        step,
        attributes=dict(step.attributes),
        fingerprint=step.fingerprint,
        parent=joined(step.parent) if step.parent else None,
        resource_id=step.resource_id,
        parent_id=step.parent_id,
    )
    changes = [asdict(change) for change in step.changes]
    return {**written, "changes": changes, "version": joined(step.version) if step.version else None}


def _live(plan: Plan, form: int) -> Json:
    """Everything of what is live that a plan may go by, of each kind by its name but in the first form."""
    things = {
        kind.kind: [
            {key: [_thing(thing) for thing in live] for key, live in plan.snapshot.of(kind).items()},
            list(plan.snapshot.order_of(kind)),
        ]
        for kind in plan.resources
    }
    return next(iter(things.values())) if form == FORMS[0] else things


def _thing(live: LiveThing) -> Json:
    texts = {locale: _localization(text) for locale, text in (live.localizations or {}).items()}
    versions = [asdict(version) for version in live.versions]
    return [live.id, dict(live.attributes), live.parent_id, live.version_state, versions, texts]


def _localization(live: LiveLocalization) -> Json:
    # An image's state moves on by itself while the service looks at it.
    image = [live.image.id, live.image.file_name, live.image.file_size] if live.image else None
    return [live.id, dict(live.attributes), image]


def _plain(content: Json) -> Json:
    """The content as JSON gives it back, so that what was read and what is made anew can be compared."""
    return json.loads(json.dumps(content))
