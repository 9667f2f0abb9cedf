"""Rules across the columns of a leaderboard: the two ends of its range, and what makes it recurring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd

from gcbulk.kinds.recurrence import seconds_between, seconds_of
from gcbulk.tables.issues import Batch
from gcbulk.tables.records import Records
from gcbulk.tables.spec import Table

RANGE = ("score_range_start", "score_range_end")
RECURRENCE = ("recurrence_start_date", "recurrence_duration", "recurrence_rule")
RowRule = Callable[[Table, Records], Iterable[Batch]]


def all_or_none(names: tuple[str, ...], code: str, reason: str) -> RowRule:
    """The rule for columns of which a row fills all or none; a column with an error says nothing of the others.

    Args:
        names: the columns.
        code: the code of the problem that a row fills some of them.
        reason: why they belong together, as a sentence.
    """

    def rule(table: Table, records: Records) -> Iterator[Batch]:
        """Report the rows that fill some and leave others blank, at the first blank one."""
        filled = {name: _filled(records.values[name]) for name in names}
        unread = np.any([records.bad[name] for name in names], axis=0)
        some = np.any(list(filled.values()), axis=0) & ~np.all(list(filled.values()), axis=0)
        at_fault = some & ~unread & ~records.continued
        for blank in _patterns(filled, at_fault):
            where = at_fault & np.all([filled[name] != (name in blank) for name in names], axis=0)
            titles = [table.column(name).title for name in names if name in blank]
            message = f"{' and '.join(titles)} {'is' if len(titles) == 1 else 'are'} empty. {reason}"
            there = (records.layout.header(name) for name in blank)
            column = next((name for name, header in zip(blank, there, strict=True) if header), None)
            shown = column or next(name for name in names if name not in blank)
            yield records.complain(code, shown, where, [message] * int(where.sum()))

    return rule


def _filled(values: pd.Series) -> np.ndarray:
    return np.asarray(values.fillna("") != "", dtype=bool)


def _patterns(filled: dict[str, np.ndarray], at_fault: np.ndarray) -> list[tuple[str, ...]]:
    """Which columns are blank together in the rows at fault."""
    rows = zip(*(mask[at_fault] for mask in filled.values()), strict=True)
    blank = (tuple(name for name, is_there in zip(filled, row, strict=True) if not is_there) for row in rows)
    return list(dict.fromkeys(blank))


def _complete(records: Records, names: Iterable[str]) -> np.ndarray:
    """Which rows of their own fill all of some columns, without an error."""
    good = [_filled(records.values[name]) & ~records.bad[name] for name in names]
    return np.asarray(np.all(good, axis=0) & ~records.continued)


def ends_in_order(table: Table, records: Records) -> Iterator[Batch]:
    """The error on a range whose end is not above its start."""
    first, last = RANGE
    where = _complete(records, RANGE)
    ends = records.values.loc[where, list(RANGE)].itertuples(index=False, name=None)
    where[where] = [int(start) >= int(end) for start, end in ends]
    title = table.column(first).title
    messages = [f"It is not above {title}, {start}. Correct one of them." for start in records.values.loc[where, first]]
    yield records.complain("score-range-reversed", last, where, messages)


def occurrences_apart(table: Table, records: Records) -> Iterator[Batch]:
    """The error on a leaderboard that starts again before an occurrence has ended."""
    _, lasts, restarts = RECURRENCE
    where = _complete(records, RECURRENCE)
    pairs = records.values.loc[where, [lasts, restarts]].itertuples(index=False, name=None)
    where[where] = [(seconds_between(rule) or 1 << 62) < (seconds_of(length) or 0) for length, rule in pairs]
    title = table.column(lasts).title
    message = f"It starts again before an occurrence ends, which lasts as long as {title} says. Correct one of them."
    yield records.complain("recurrence-overlaps", restarts, where, [message] * int(where.sum()))


BOTH_ENDS = all_or_none(RANGE, "score-range-incomplete", "A score range has two ends: fill in both, or neither.")
WHOLE_RECURRENCE = all_or_none(
    RECURRENCE,
    "recurrence-incomplete",
    "A recurring leaderboard has a start, a duration and how often it restarts: fill in all three, or none.",
)
ACROSS: tuple[RowRule, ...] = (BOTH_ENDS, ends_in_order, WHOLE_RECURRENCE, occurrences_apart)
