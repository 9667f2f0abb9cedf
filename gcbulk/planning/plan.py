"""The plan itself: what would be sent, where, and what it costs. Notebooks display it, the service room executes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape

import pandas as pd

from gcbulk.planning.kinds import noun_of, resources_in
from gcbulk.planning.missing import missing_steps
from gcbulk.planning.pictures import requests_of
from gcbulk.planning.translations import translations
from gcbulk.planning.versions import Seen, seen_by_players
from gcbulk.records import TEXT_TYPE, Action, PlanOptions, Resource, Snapshot, Step, Target
from gcbulk.sheets import Checked
from gcbulk.tables.issues import printable
from gcbulk.wording import counted, in_words

STEP_COLUMNS = ("sheet", "row", "step", "key", "action", "code", "column", "message")
_SEEN: Mapping[Seen, str] = {
    Seen.AT_ONCE: "texts for {things} that are live: players see them at once, without review",
    Seen.PERHAPS_AT_ONCE: "texts that players see at once, without review, if their {things} are live",
    Seen.AFTER_REVIEW: "texts for {things} that are live or in review open new versions, which go through review",
    Seen.IN_THE_DRAFT: "texts for {things} that are live go into their next versions, which go through review",
}
CHANGE_COLUMNS = ("sheet", "row", "step", "key", "field", "before", "after")


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What is to be done for a checked file.

    Args:
        checked: the file.
        target: where the things live; None for a plan that was made without the service.
        todo: every step, in the order in which they are carried out.
        duration: the time that the rate limit makes it take, at most.
        warnings: what is worth knowing before it is carried out, in sentences.
        snapshot: what was live when it was made; empty for a plan that was made without the service.
        options: what it does beyond the sheet's own rows.
        mark: how far the app's journal had come when it was made: the last run and how much was noted; None for a plan
            that was made without the service.
        base_url: where the service is; None for a plan that was made without it.
    """

    checked: Checked
    target: Target | None
    todo: tuple[Step, ...]
    duration: timedelta = timedelta(0)
    warnings: tuple[str, ...] = ()
    snapshot: Snapshot = field(default_factory=Snapshot)
    options: PlanOptions = field(default_factory=PlanOptions)
    mark: tuple[int, int] | None = None
    base_url: str | None = None

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The kinds that it is about, in the order in which they are carried out."""
        return resources_in(self.checked)

    @property
    def noun(self) -> str:
        """What people call everything that it is about."""
        return noun_of(self.resources)

    @property
    def steps(self) -> pd.DataFrame:
        """The steps as a frame, and after them what is live and not in the sheet.

        Columns: sheet (str or None), row (Int64; <NA> where no row asks for the step), step ("achievement",
        "localization", "image", "version" or "order"), key (str), action (one of `records.Action`), code, column and
        message (str or None: what changes, or why nothing is done). Index: 0, 1, ...
        """
        steps = (*self.todo, *self.missing)
        rows = [
            (s.sheet or None, s.row or None, s.word, s.name, str(s.action), s.code, s.column, s.message) for s in steps
        ]
        frame = pd.DataFrame(rows, columns=list(STEP_COLUMNS))
        texts = dict.fromkeys(("step", "key", "action"), TEXT_TYPE)
        return frame.astype(dict.fromkeys(STEP_COLUMNS, object) | texts | {"row": "Int64"})

    @property
    def changes(self) -> pd.DataFrame:
        """What the updates change, field by field.

        Columns: sheet (str or None), row (Int64), step, key (str), field (str: snake_case), before and after (what is
        live, what the sheet says). Index: 0, 1, ...
        """
        rows = [
            (step.sheet or None, step.row or None, step.word, step.name, change.field, change.before, change.after)
            for step in self.todo
            for change in step.changes
        ]
        return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS), dtype=object).astype({"row": "Int64"})

    @property
    def missing(self) -> tuple[Step, ...]:
        """What is live and not in the sheet, and is left alone."""
        touched = {(step.resource, step.resource_id) for step in self.todo if not step.sheet}
        missing = (step for kind in self.resources for step in missing_steps(kind, self.todo, self.snapshot))
        return tuple(step for step in missing if (step.resource, step.resource_id) not in touched)

    @property
    def translations(self) -> pd.DataFrame:
        """Which thing has which language.

        Columns: a locale each; "live", "new" (in the sheet, not live yet), "error" (in the sheet, with an error) or
        "" where it is missing. Index: ``vendor_identifier``, things with an error left out.
        """
        return translations(self.todo, self.snapshot)

    @property
    def requests(self) -> int:
        """How many requests change something; the few that look things up are not counted."""
        return sum(map(requests_of, self.todo))

    @property
    def seen(self) -> dict[tuple[Resource, Seen], int]:
        """How many texts are sent for things that are live, by their kind and by when players see them."""
        counts: Counter[tuple[Resource, Seen]] = Counter()
        for step in self.todo:
            live = self.snapshot.live(step.resource, step.parent)
            when = seen_by_players(step, live[0]) if len(live) == 1 else None
            if when is not None:
                counts[step.resource, when] += 1 + len(step.duplicates)
        return dict(counts)

    @property
    def deletions(self) -> int:
        """How many things are deleted."""
        return sum(1 for step in self.todo if step.action is Action.DELETE)

    @property
    def losses(self) -> int:
        """How many changes delete for good what players have."""
        return sum(1 for step in self.todo if step.loss is not None)

    @property
    def rows(self) -> int:
        """How many rows have a step, those that share one counted each."""
        return sum(1 + len(step.duplicates) for step in self.todo)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each action has, by its name; rows that share a step count each."""
        counts: dict[str, int] = {str(action): 0 for action in Action}
        for step in (*self.todo, *self.missing):
            counts[str(step.action)] += 1 + len(step.duplicates)
        return counts

    def __repr__(self) -> str:
        return f"<Plan {self._sentence()}>"

    def _repr_html_(self) -> str:
        table = self.steps.to_html(max_rows=20, index=False, escape=True, na_rep="")
        table = "".join(one if one.isprintable() or one == "\n" else escape(printable(one)) for one in table)
        return f"<p><b>Plan</b>: {escape(self._sentence())}</p>{table}"

    def _sentence(self) -> str:
        actions = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if count)
        at = f", at {self.base_url}" if self.base_url else ""
        where = f"{self.target.described}{at}: " if self.target else ""
        cost = f"{counted(self.requests, 'request')}, about {in_words(self.duration)}"
        seen = "".join(
            f"; {count:,} {_SEEN[when].format(things=kind.noun.many)}" for (kind, when), count in self.seen.items()
        )
        return f"{where}{actions or 'nothing to do'}; {cost}{seen}"
