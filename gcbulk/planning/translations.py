"""Which languages each thing has and lacks, as a matrix of things by locales."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gcbulk.records import Action, Role, Snapshot, Step, joined

LIVE = "live"
NEW = "new"
ERROR = "error"
MISSING = ""
_THERE = (Action.UPDATE, Action.UNCHANGED, Action.ADOPT, Action.EXISTED)


def translations(steps: Iterable[Step], snapshot: Snapshot) -> pd.DataFrame:
    """The languages of every thing that the sheet has without an error, in the sheet and live.

    Args:
        steps: the steps of the plan.
        snapshot: what is live.

    Returns:
        Columns: a locale each that any of them has, sorted: `LIVE`, `NEW`, `ERROR` or `MISSING`. Index:
        ``vendor_identifier``.
    """
    planned = list(steps)
    things = (step for step in planned if step.role is Role.THING and step.sheet and step.action is not Action.REJECT)
    states = {step.identity: dict.fromkeys(_live(step, snapshot), LIVE) for step in things}
    for step in planned:
        if step.role is Role.TEXT and step.sheet and step.above in states:
            states[step.above].setdefault(step.key[1], _state(step))
    lines = dict(enumerate(states.values()))
    # Put in order: pandas 2 moves those without any language to the end.
    matrix = pd.DataFrame.from_dict(lines, orient="index", dtype=object).reindex(lines).fillna(MISSING)
    spoken = [locale for locale in sorted(matrix.columns) if not matrix[locale].isin((ERROR, MISSING)).all()]
    names = pd.Index([joined(key) for _, _, key in states], name="vendor_identifier", dtype=object)
    return matrix[spoken].set_axis(names)


def _live(step: Step, snapshot: Snapshot) -> Iterable[str]:
    return (locale for thing in snapshot.live(step.resource, step.key) for locale in thing.localizations or {})


def _state(step: Step) -> str:
    if step.action is Action.REJECT:
        return ERROR
    return LIVE if step.action in _THERE else NEW
