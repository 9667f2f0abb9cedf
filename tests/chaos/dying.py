"""A process that dies at a step, as one does that `SIGKILL` comes upon just there.

What comes in: a client of ours, and the step and row to die at. What goes out: nothing, or the client's exit code.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from chaos import counting
from chaos.counting import Arguments
from chaos.steps import EXCHANGE, STREAM, SUBMISSIONS, Step
from gcbulk.appstore import images
from gcbulk.runs.shared import submission_queue
from gcbulk.service.transport import certificates
from gcbulk.simulator.exchange import Json

CHUNK = 8
"""Intents that a client of ours makes durable together here: fewer than rows, so that there is a middle."""
SHORT_WAITS_S = (0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""How long it waits between looks at a picture that is being judged."""
certificates()  # read here, before the processes that die are forked from this one
Wrapped: TypeAlias = Callable[..., Json]


class _Doom:
    """Counts rows, and ends the process at one of them."""

    def __init__(self, step: Step, row: int) -> None:
        self._step = step
        self._left = row
        self._lock = threading.Lock()

    def is_due(self, arguments: Arguments) -> bool:
        """Whether this call is the one."""
        count = self._step.counts(arguments)
        with self._lock:
            before, self._left = self._left, self._left - count
        return before > 0 >= self._left

    def around(self, original: Wrapped) -> Wrapped:
        """What takes the original's place."""

        @functools.wraps(original)
        def call(*arguments: Json, **named: Json) -> Json:
            is_due = self.is_due(arguments)
            if is_due and self._step.when == "before":
                _die()
            result = original(*arguments, **named)
            if is_due:
                _die()
            return result

        @functools.wraps(original)
        @contextmanager
        def entered(*arguments: Json, **named: Json) -> Iterator[Json]:
            is_due = self.is_due(arguments)
            with original(*arguments, **named) as inside:
                if is_due and self._step.when == "inside":
                    _die()
                yield inside
                if is_due:
                    _die()

        return call if self._step.when in ("before", "after") else entered


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _wrap(place: str, around: Callable[[Wrapped], Wrapped]) -> None:
    """Put something around a function or method of the product; an `AttributeError` where there is none."""
    module, _, name = place.partition(":")
    holder: Json = importlib.import_module(module)
    *owners, last = name.split(".")
    for owner in owners:
        holder = getattr(holder, owner)
    setattr(holder, last, around(getattr(holder, last)))


def _noting(begin: Callable[[Arguments], None], end: Callable[[], None]) -> Callable[[Wrapped], Wrapped]:
    def around(original: Wrapped) -> Wrapped:
        @functools.wraps(original)
        def call(*arguments: Json, **named: Json) -> Json:
            begin(arguments)
            try:
                return original(*arguments, **named)
            finally:
                end()

        return call

    return around


def _nothing(*_: Json) -> None:
    """Do nothing."""


def run_dying(run: Callable[[Json], None], given: Json, step: Step | None = None, row: int = 0) -> None:
    """Run a client of ours in this process, which is its own, until it dies; to its end where no step is named.

    Args:
        run: the client.
        given: what it is told.
        step: where it dies.
        row: at which row, counted from 1.
    """
    submission_queue.CHUNK = CHUNK
    images.WAITS_S = SHORT_WAITS_S
    if step is not None:
        _wrap(EXCHANGE, _noting(counting.begin_exchange, _nothing))
        _wrap(f"{STREAM}.write", _noting(_nothing, counting.count_write))
        _wrap(f"{STREAM}.read", _noting(_nothing, counting.count_read))
        _wrap(f"{SUBMISSIONS}._commit", _noting(counting.begin_commit, _nothing))
        _wrap(step.place, _Doom(step, row).around)
    run(given)
