"""How far a long run is: a bar on a terminal, one plain line a minute elsewhere.

What comes in: `pipeline.Progress`, as often as there is news. What goes out: the bar on standard error, or lines.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from tqdm import tqdm

import gcbulk
from gcbulk.durations import in_words

_EVERY_S = 60.0
_DRAWN_S = 1.0


class Meter:
    """Shows progress; used as ``watch`` of a submission, and closed by ``with``.

    Args:
        say: prints a line, where there is no terminal.
        is_terminal: whether a bar can be drawn.
        now: seconds that never run backwards.
    """

    def __init__(
        self, say: Callable[[str], None], *, is_terminal: bool, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._now = now
        self._is_terminal = is_terminal
        self._next = now() + (0 if is_terminal else _EVERY_S)
        self._bar: tqdm | None = None

    def __call__(self, progress: gcbulk.pipeline.Progress) -> None:
        """Show how far it is."""
        if progress.waiting is not None:
            self._say(progress.waiting)
        if self._is_terminal:
            self._draw(progress)
        elif self._is_time(_EVERY_S):
            self._say(f"{progress.done:,} of {progress.total:,} sent, {_budget(progress)}")

    def _draw(self, progress: gcbulk.pipeline.Progress) -> None:
        if self._bar is None:  # only now, so that a question that waits for its answer does not count as work
            self._bar = tqdm(total=progress.total, unit="row", file=sys.stderr)
        self._bar.set_postfix_str(_budget(progress), refresh=False)
        self._bar.update(progress.done - self._bar.n)
        if self._is_time(_DRAWN_S):
            self._bar.refresh()  # also while nothing may be sent for an hour

    def _is_time(self, every_s: float) -> bool:
        if self._now() < self._next:
            return False
        self._next = self._now() + every_s
        return True

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def _budget(progress: gcbulk.pipeline.Progress) -> str:
    left = f"{progress.remaining:,} requests left of the hour, {in_words(progress.eta)} to go"
    return f"{progress.trouble}, {left}" if progress.trouble else left
