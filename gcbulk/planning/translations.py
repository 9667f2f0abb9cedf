"""Which languages each achievement has and lacks, as a matrix of achievements by locales."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Role, Snapshot, Step

LIVE = "live"
NEW = "new"
ERROR = "error"
MISSING = ""
_THERE = (Action.UPDATE, Action.UNCHANGED, Action.ADOPT, Action.EXISTED)


def translations(steps: Iterable[Step], snapshot: Snapshot) -> pd.DataFrame:
    """The languages of every achievement that the sheet has without an error, in the sheet and live.

    Args:
        steps: the steps of the plan.
        snapshot: what is live.

    Returns:
        Columns: a locale each that any of them has, sorted: `LIVE`, `NEW`, `ERROR` or `MISSING`. Index:
        ``vendor_identifier``.
    """
    known = list(steps)
    rows = (step for step in known if step.role is Role.THING and step.sheet and step.action is not Action.REJECT)
    names = dict.fromkeys(step.name for step in rows)
    found = {name: dict.fromkeys(_live(name, snapshot), LIVE) for name in names}
    for step in known:
        if step.role is Role.TEXT and step.sheet and step.key[0] in found:
            identifier, locale = step.key
            found[identifier].setdefault(locale, _state(step))
    # Put in order: pandas 2 moves those without any language to the end.
    matrix = pd.DataFrame.from_dict(found, orient="index", dtype=object).reindex(found).fillna(MISSING)
    spoken = [locale for locale in sorted(matrix.columns) if not matrix[locale].isin((ERROR, MISSING)).all()]
    return matrix[spoken].rename_axis("vendor_identifier")


def _live(name: str, snapshot: Snapshot) -> Iterable[str]:
    return (locale for one in snapshot.live(RESOURCE, (name,)) for locale in one.localizations or {})


def _state(step: Step) -> str:
    if step.action is Action.REJECT:
        return ERROR
    return LIVE if step.action in _THERE else NEW
