"""Two ways of doing the same, measured in turns, and the line of the table that comes of it.

What comes in: functions. What goes out: `Line`. Ours and the reference take turns, because a machine that gets busy
then slows both; each turn gives one ratio, and the line shows the median of these with the lowest and the highest.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spent:
    """What one turn took.

    Args:
        wall_s: seconds by the clock.
        cpu_s: seconds of this process's threads on the processors, the system's work for them included.
    """

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Turns:
    """What all turns took, in order: the same place in both is one round."""

    ours: Sequence[Spent]
    reference: Sequence[Spent]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Args:
        stage: what was measured.
        figure: what came out, with its unit.
        spread: the lowest and the highest of all rounds.
        limit: what it may be; empty where it is for information.
        is_within: whether it is; None where there is no limit.
        detail: what it was held against, with times.
    """

    stage: str
    figure: str
    spread: str
    limit: str
    is_within: bool | None
    detail: str

    @property
    def verdict(self) -> str:
        """The verdict in a word."""
        return {True: "pass", False: "MISS", None: ""}[self.is_within]


def once(work: Callable[[], object]) -> Spent:
    """Do something once, with nothing left to collect from before.

    Args:
        work: what to do; what it returns is dropped after the clock has stopped.

    Returns:
        What it took.
    """
    gc.collect()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    made = work()
    spent = Spent(time.perf_counter() - wall_s, time.process_time() - cpu_s)
    del made
    return spent


def in_turns(ours: Callable[[], object], reference: Callable[[], object], *, rounds: int, warm: bool = True) -> Turns:
    """Measure ours and the reference alternately.

    Args:
        ours: our way.
        reference: the other.
        rounds: how often each is measured.
        warm: whether both are done once before anything counts.

    Returns:
        What every turn took.
    """
    if warm:
        once(reference)
        once(ours)
    pairs = [(once(reference), once(ours)) for _ in range(rounds)]
    return Turns([own for _, own in pairs], [other for other, _ in pairs])


def at_most(stage: str, turns: Turns, limit: float | None, *, against: str, scale: float = 1.0) -> Line:
    """The line of a stage that may take so many times what the reference takes.

    Args:
        stage: its name.
        turns: what was measured.
        limit: the most times; None for information.
        against: what the reference is.
        scale: how many times the reference's work was too small.

    Returns:
        The line.
    """
    ratios = [own.wall_s / (other.wall_s * scale) for own, other in zip(turns.ours, turns.reference, strict=True)]
    cpu = median(own.cpu_s / (other.cpu_s * scale) for own, other in zip(turns.ours, turns.reference, strict=True))
    middle = median(ratios)
    return Line(
        stage,
        f"{middle:.2f} x",
        spread(ratios, "{:.2f}"),
        "" if limit is None else f"at most {limit:g} x",
        None if limit is None else middle <= limit,
        f"{seconds(turns.ours)} against {seconds(turns.reference, scale)} of {against}; CPU time {cpu:.2f} x",
    )


def spread(values: Sequence[float], form: str) -> str:
    """The lowest and the highest of some values, in a form such as ``{:.2f}``."""
    return f"{form.format(min(values))}–{form.format(max(values))}"


def seconds(turns: Sequence[Spent], scale: float = 1.0) -> str:
    """The median wall time, in seconds."""
    return f"{median(turn.wall_s for turn in turns) * scale:.2f} s"
