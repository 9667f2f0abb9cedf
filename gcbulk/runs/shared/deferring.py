"""Ctrl-C in a notebook or a script: end a run in good order instead of breaking it off wherever it happens to be.

Python can raise KeyboardInterrupt between any two steps of the main thread: between a request and the record of its
answer, or between taking a lock and noting that it is held. While a run is sending, Ctrl-C asks it to stop instead.
"""

from __future__ import annotations

import signal
from _thread import start_new_thread
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType

from gcbulk.errors import ServiceError

_SET_WITHIN_S = 1.0


@contextmanager
def deferred_interrupts(stop: Event) -> Iterator[None]:
    """Let the first Ctrl-C set the stop signal; another one breaks off whatever still can be.

    Where Ctrl-C does not raise KeyboardInterrupt anyway, as on gcbulk's own command line, nothing changes.

    Args:
        stop: the stop signal; it is cleared at the end, because the same service may serve another run.

    Raises:
        KeyboardInterrupt: the run ended before it could send anything, because of Ctrl-C.
    """
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    caught: list[int] = []
    was_set = stop.is_set()

    def handle(number: int, frame: FrameType | None) -> None:
        """Ask the run to stop on the first Ctrl-C; raise KeyboardInterrupt on the next."""
        if caught:
            signal.default_int_handler(number, frame)
        caught.append(number)
        # In a thread of its own: the main thread may be where it holds the lock of the event.
        start_new_thread(stop.set, ())

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    except ServiceError:
        if caught:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if caught and not was_set:
            stop.wait(_SET_WITHIN_S)
            stop.clear()
