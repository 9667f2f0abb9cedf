"""The summary of a report: how many lines ended how, and what to do next.

The counts add up to the number of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from gcbulk.records import CheckState, OutcomeKind

NEXT: Mapping[str, str] = {
    OutcomeKind.CONFLICT: "What is there keeps them from being done: do what the report says, then run it again.",
    OutcomeKind.REJECTED: "Fix the cells that the report names, then run it again.",
    OutcomeKind.BLOCKED: "They wait for something else: the report says for what; then run it again.",
    OutcomeKind.UNKNOWN: "No usable answer came, so the result is not known yet: run it again to find out.",
    OutcomeKind.NOT_ATTEMPTED: "The run ended before them: run it again to go on.",
    CheckState.ERROR: "Fix the cells that the report names; these rows are not sent as they are.",
    CheckState.WARNING: "Look at them; they are sent all the same.",
}
"""What to do about the outcomes that leave something to do."""

_WORDS: Mapping[str, str] = {CheckState.ERROR: "with an error", CheckState.WARNING: "with a warning"}


def summarise(lines: pd.DataFrame) -> dict[str, int]:
    """Count the lines by outcome.

    Args:
        lines: the lines of a report (`records.OUTCOME_COLUMNS`).

    Returns:
        Every outcome of a push by its name, and every other that occurs. The counts add up to the number of lines.
    """
    counts = {str(kind): 0 for kind in OutcomeKind}
    return counts | {str(name): int(count) for name, count in lines["outcome"].value_counts().items()}


def done(lines: pd.DataFrame) -> int:
    """How many lines leave nothing to do.

    Args:
        lines: the lines of a report.
    """
    return int((~lines["outcome"].isin([str(name) for name in NEXT])).sum())


def summary_lines(lines: pd.DataFrame, *, facts: Iterable[tuple[str, str]] = ()) -> tuple[tuple[str, str], ...]:
    """The block above the lines.

    Args:
        lines: the lines of a report.
        facts: what else is worth knowing, label and value: the app, the file.

    Returns:
        Label and value of each line: the facts, how much is done, the counts, and what to do next.
    """
    counts = {name: count for name, count in summarise(lines).items() if count}
    finished, total = done(lines), len(lines)
    state = "in order" if lines["outcome"].isin([str(kind) for kind in CheckState]).any() else "done"
    result = f"{finished:,} of {total:,} lines are {state}" if total else "nothing to do"
    block = [*facts, ("Result", result)]
    if counts:
        block.append(("Counts", " · ".join(f"{count:,} {in_words(name)}" for name, count in counts.items())))
    todo = [(name, count) for name, count in counts.items() if name in NEXT]
    labels = ("Next", *[""] * len(todo))
    return (*block, *((label, next_step(*item)) for label, item in zip(labels, todo, strict=False)))


def next_step(name: str, count: int) -> str:
    """What to do about the lines of one outcome, in a sentence with their number.

    Args:
        name: the outcome, one of `NEXT`.
        count: how many lines have it.
    """
    return f"{count:,} {in_words(name)}: {NEXT[name]}"


def in_words(name: str) -> str:
    """An outcome's name as people write it.

    Args:
        name: an outcome.
    """
    return _WORDS.get(name) or name.replace("_", " ")
