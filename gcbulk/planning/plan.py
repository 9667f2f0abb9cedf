"""The plan itself: what would be sent, where to, and what it costs.

What comes in: steps. What goes out: `Plan`, which a notebook can look at and the service room carries out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape

import pandas as pd

from gcbulk.durations import in_words
from gcbulk.records import Action, Step, Target
from gcbulk.sheets import Checked

STEP_COLUMNS = ("sheet", "row", "step", "key", "action", "code", "column", "message")


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What is to be done for a checked file.

    Args:
        checked: the file.
        target: where achievements live; None for a plan that was made without the service.
        todo: every step, in the order in which they are carried out.
        duration: the time that the rate limit makes it take, at most.
        warnings: what is worth knowing before it is carried out, in sentences.
    """

    checked: Checked
    target: Target | None
    todo: tuple[Step, ...]
    duration: timedelta = timedelta(0)
    warnings: tuple[str, ...] = ()

    @property
    def steps(self) -> pd.DataFrame:
        """The steps as a frame.

        Columns: sheet (str), row (Int64), step ("achievement" or "localization"), key (str), action (one of
        `records.Action`), code, column and message (str or None: why, for a step that will not be carried out).
        Index: 0, 1, ...
        """
        rows = [(s.sheet, s.row, s.kind, s.key, str(s.action), s.code, s.column, s.message) for s in self.todo]
        frame = pd.DataFrame(rows, columns=list(STEP_COLUMNS))
        return frame.astype({"row": "Int64", "code": object, "column": object, "message": object})

    @property
    def requests(self) -> int:
        """How many requests change something; the few that look things up are not counted."""
        return sum(1 for step in self.todo if step.action is Action.CREATE)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each action has, by its name; rows that share a step count each."""
        found: dict[str, int] = {str(action): 0 for action in Action}
        for step in self.todo:
            found[str(step.action)] += 1 + len(step.twins)
        return found

    def __repr__(self) -> str:
        return f"<Plan {self._sentence()}>"

    def _repr_html_(self) -> str:
        table = self.steps.to_html(max_rows=20, index=False, escape=True, na_rep="")
        return f"<p><b>Plan</b>: {escape(self._sentence())}</p>{table}"

    def _sentence(self) -> str:
        some = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if count)
        plural = "" if self.requests == 1 else "s"
        return f"{some or 'nothing to do'}; {self.requests:,} request{plural}, about {in_words(self.duration)}"
