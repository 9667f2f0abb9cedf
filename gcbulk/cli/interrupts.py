"""End a run in good order when it is told to stop: by Ctrl-C, SIGTERM, or a closed terminal (SIGHUP).

A signal that was ignored when the command started stays ignored, as ``nohup`` and background jobs of a script expect.
Only SIGTERM always counts: whoever sends it means this run.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SAID = b"\ngcbulk: ending what is in flight, then writing the report; again to leave at once\n"
_STREAMS = (1, 2)


class Sending:
    """A run that may be interrupted: at once until something is sent, and in good order from then on."""

    def __init__(self) -> None:
        self.stop = Event()
        self._caught: list[int] = []
        self._signals = ExitStack()

    def __enter__(self) -> Sending:
        return self

    def __exit__(self, *_: object) -> None:
        self._signals.close()

    def begin(self) -> None:
        """Catch signals from now on."""
        self._signals.enter_context(_stopped_by_signals(self.stop, self._caught))

    def after(self, ask: Callable[[Sequence[str]], bool]) -> Callable[[Sequence[str]], bool]:
        """Ask, then begin: one Ctrl-C ends the question too."""

        def confirm(lines: Sequence[str]) -> bool:
            """Ask, and catch signals from the answer on."""
            agreed = ask(lines)
            self.begin()
            return agreed

        return confirm

    @property
    def exit_code(self) -> int | None:
        """The code of the signal that ended the run; None where none did."""
        return 128 + self._caught[0] if self._caught else None


def heeded() -> list[signal.Signals]:
    """The signals that end this run: those that the platform has and that nobody asked to ignore."""
    signals = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return [one for one in signals if one == signal.SIGTERM or signal.getsignal(one) is not signal.SIG_IGN]


@contextmanager
def _stopped_by_signals(stop: Event, caught: list[int]) -> Iterator[None]:
    """The first signal ends the run in good order; a second one leaves at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        """Remember the first signal; leave at once on the second."""
        if caught:
            os._exit(128 + number)
        caught.append(number)

    with _watched(stop, heeded()):
        before = {number: signal.signal(number, handle) for number in heeded()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def _watched(stop: Event, numbers: Collection[int]) -> Iterator[None]:
    """Have a thread set the wish to stop at the first signal, and then say so; at the second it leaves.

    The main thread runs a handler only between two steps of its own. It may be waiting for an answer right then, or be
    where it holds the lock of the event.
    """
    terminals = [stream for stream in _STREAMS if _is_terminal(stream)]
    reading, writing = socket.socketpair()
    writing.setblocking(False)

    def watch() -> None:
        """Wait for signals: the first asks the run to stop, the second ends the process."""
        taken = 0
        while byte := reading.recv(1):
            if byte[0] not in numbers:
                continue
            taken += 1
            if taken > 1:
                os._exit(128 + byte[0])
            stop.set()
            _leave_closed(terminals)
            with suppress(OSError):
                os.write(2, _SAID)

    thread = Thread(target=watch, name="gcbulk-signals", daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()
        thread.join()
        reading.close()


def _leave_closed(terminals: Sequence[int]) -> None:
    """What is still said to a terminal that has been closed goes nowhere, so that saying it breaks nothing."""
    closed = [stream for stream in terminals if not _is_terminal(stream)]
    if closed:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in closed:
            os.dup2(nowhere, stream)


def _is_terminal(stream: int) -> bool:
    try:
        return os.isatty(stream)
    except OSError:  # it was closed before gcbulk started
        return False
