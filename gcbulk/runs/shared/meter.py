"""How far a long run has got: a bar on a terminal or in a notebook, else a line a minute; and the reason for waits.

Only what has ended is counted. The time left is our own estimate from the rate limits: the bar's own estimate
extrapolates from the last few seconds and cannot know that a budget is used up.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, TypeVar

from tqdm import tqdm

from gcbulk.wording import counted, in_words

_EVERY_S = 60.0
_DRAWN_S = 1.0
WIDE = 100
"""From so many columns on a bar shows all that it can tell."""
_BAR = "{percentage:3.0f} %|{bar}| {n_fmt}/{total_fmt} [{elapsed}, {rate_fmt}{postfix}]"
_SHORT_BAR = "{n_fmt}/{total_fmt}{postfix}"
_T = TypeVar("_T")


class Going(Protocol):
    """How far a submission is; see `gcbulk.Progress`."""

    @property
    def total(self) -> int:
        """How many requests there are."""

    @property
    def done(self) -> int:
        """How many have ended."""

    @property
    def trouble(self) -> str:
        """What did not go through so far."""

    @property
    def remaining(self) -> int:
        """What is left of the hour's budget."""

    @property
    def eta(self) -> timedelta:
        """The time that the rest takes at most."""

    @property
    def waiting(self) -> str | None:
        """Why nothing is sent right now."""


class Waiting(Protocol):
    """A wait that is long enough for people to be told about it; see `gcbulk.service.clock.Wait`."""

    @property
    def why(self) -> str:
        """What is waited for."""

    @property
    def until(self) -> datetime:
        """When it is over."""

    @property
    def seconds(self) -> float:
        """How long that is."""


class Meter:
    """Shows progress; used as ``watch`` of a submission, or through `shown`, and closed by ``with``.

    Requests are counted only until something else is shown: while the live side is read, nobody knows how many there
    will be.

    Args:
        say: prints a line, where there is no terminal.
        is_terminal: whether a bar can be drawn.
        now: seconds that never run backwards.
        columns: the terminal's width; below 100 the bar is a short line.
        bar: what draws a bar.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        is_terminal: bool,
        now: Callable[[], float] = time.monotonic,
        columns: int | None = None,
        bar: type[tqdm] = tqdm,
    ) -> None:
        self._say = say
        self._now = now
        self._is_terminal = is_terminal
        self._columns = shutil.get_terminal_size().columns if columns is None else columns
        self._next = now() + (0 if is_terminal else _EVERY_S)
        self._make_bar = bar
        self._bar: tqdm | None = None
        self._counts = True

    def __call__(self, progress: Going) -> None:
        """Show how far a submission is."""
        if self._counts:
            self._begin()
        if progress.waiting is not None:
            self._say(progress.waiting)
        self._show(progress.done, progress.total, _budget(progress))

    def shown(self, items: Iterable[_T], total: int, left: Callable[[int], timedelta]) -> Iterator[_T]:
        """Pass items on as they end, and show how many have.

        Args:
            items: what ends one after the other.
            total: how many there are.
            left: the time that so many items take at most.
        """
        self._begin()
        self._show(0, total, f"{in_words(left(total))} to go")
        for done, item in enumerate(items, 1):
            yield item
            self._show(done, total, f"{in_words(left(total - done))} to go")

    def count(self, requests: int) -> None:
        """Show how many requests were sent while their total is not known."""
        if not self._counts:
            return
        if not self._is_terminal:
            if self._is_time(_EVERY_S):
                self._say(f"{counted(requests, 'request')} so far")
            return
        if self._bar is None:
            form = "{n_fmt} requests [{elapsed}]"
            self._bar = self._make_bar(unit="request", file=sys.stderr, bar_format=form, leave=False)
        self._bar.update(requests - self._bar.n)

    def restart(self) -> None:
        """Close the bar; the next progress starts another."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _begin(self) -> None:
        self._counts = False
        self.restart()

    def _show(self, done: int, total: int, text: str) -> None:
        if self._is_terminal:
            self._draw(done, total, text)
        elif self._is_time(_EVERY_S):
            self._say(f"{done:,} of {total:,} sent, {text}")

    def _draw(self, done: int, total: int, text: str) -> None:
        if self._bar is None:  # only now, so that a question that waits for its answer does not count as work
            form = _BAR if self._columns >= WIDE else _SHORT_BAR
            self._bar = self._make_bar(total=total, unit="row", file=sys.stderr, bar_format=form)
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(done - self._bar.n)
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
        self.restart()


def in_notebook() -> bool:
    """Whether IPython's kernel runs this program, as under Jupyter; nothing is imported to find out."""
    app = getattr(sys.modules.get("ipykernel.kernelapp"), "IPKernelApp", None)
    return app is not None and bool(app.initialized())


def wait_text(wait: Waiting) -> str:
    """A line that says what a wait is for and when it is over, in local time."""
    long = in_words(timedelta(seconds=wait.seconds))
    return f"Waiting for {wait.why} until {wait.until.astimezone():%H:%M:%S}, {long}. Ctrl-C is safe."


def _budget(progress: Going) -> str:
    left = f"{counted(progress.remaining, 'request')} left of the hour, {in_words(progress.eta)} to go"
    return f"{progress.trouble}, {left}" if progress.trouble else left
