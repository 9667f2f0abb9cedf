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
        self._next = now() + _EVERY_S
        self._bar = tqdm(unit="row", file=sys.stderr, delay=0.5) if is_terminal else None

    def __call__(self, progress: gcbulk.pipeline.Progress) -> None:
        """Show how far it is."""
        if self._bar is not None:
            self._bar.total = progress.total
            self._bar.set_postfix_str(_budget(progress), refresh=False)
            self._bar.update(progress.done - self._bar.n)
        elif self._now() >= self._next:
            self._next = self._now() + _EVERY_S
            self._say(f"{progress.done:,} of {progress.total:,} sent, {_budget(progress)}")

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
