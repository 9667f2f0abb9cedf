"""Ctrl-C at any line of gcbulk that the main thread comes to."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import enumerate as threads
from types import FrameType

from gcbulk.simulator.exchange import Json

WORKERS = ("gcbulk-sender", "gcbulk-journal")


@contextmanager
def interrupted_at(moment: int, act: Callable[[], object] | None = None) -> Iterator[list[int]]:
    """Press Ctrl-C when the main thread comes to a line of gcbulk for the so many-th time; 0 only counts them.

    Args:
        moment: which one.
        act: what is done there in place of Ctrl-C.

    Yields:
        How many lines it came to, as the only item of a list.
    """
    passed, before = [0], sys.gettrace()

    def trace(frame: FrameType, event: str, _: Json) -> Json:
        if "/gcbulk/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            passed[0] += 1
            if passed[0] == moment:
                (act or press)()
        return trace

    sys.settrace(trace)
    try:
        yield passed
    finally:
        sys.settrace(before)


def press() -> None:
    """Press Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def workers() -> list[str]:
    """The threads of a run that live."""
    return [thread.name for thread in threads() if thread.name.startswith(WORKERS)]
