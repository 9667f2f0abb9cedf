"""Show outcomes to a progress callback as they arrive, and keep them whatever the callback does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from gcbulk.errors import GcbulkError, ServiceError
from gcbulk.records import Outcome

Watch = Callable[[Iterable[Outcome], int], Iterable[Outcome]]
"""What shows the progress: takes the outcomes as they come and their number, and gives them on."""


def no_progress(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
    """Show no progress."""
    return outcomes


class Stoppable(Protocol):
    """Something that sends; once it is stopped, the remaining steps come out as not attempted."""

    stopped: GcbulkError | None


def watched(outcomes: Iterable[Outcome], total: int, watch: Watch, sends: Stoppable) -> list[Outcome]:
    """Every outcome, shown as it comes.

    Args:
        outcomes: the outcomes; each step is sent when its outcome is asked for.
        total: how many there are.
        watch: what shows the progress. If it stops asking, nothing more is sent.
        sends: what sends.

    Returns:
        All of them, in order, whatever the callback passed on.
    """
    left, kept, is_over = iter(outcomes), list[Outcome](), False

    def keep() -> Iterator[Outcome]:
        """Pass outcomes on, and keep each before the callback sees it."""
        nonlocal is_over
        for outcome in left:
            kept.append(outcome)
            yield outcome
        is_over = True

    for _ in watch(keep(), total):
        pass
    if not is_over:
        before = sends.stopped
        sends.stopped = before or ServiceError("The progress callback ended the run. Run it again to go on.")
        rest = list(left)
        kept += rest
        if not rest:  # it had seen them all, and only not asked whether there are more
            sends.stopped = before
    return kept
