"""Standard output and standard error that cannot break a run, even when closed, full, or a pipe that nobody reads.

Whatever is written there is decoration: the run goes on as if somebody were listening, and its exit code is the same.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

_STANDARD = (0, 1, 2)


class _Lossy(io.TextIOBase):
    """A stream that drops what cannot be written.

    Args:
        stream: the real one; None where it was closed before Python started.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """How text is written."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text, or drop it."""
        if self._stream is not None:
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                return self.write(text.encode(self.encoding, "backslashreplace").decode(self.encoding))
            except (OSError, ValueError):
                self._give_up()
        return len(text)

    def flush(self) -> None:
        """Bring out what was written, or drop it."""
        if self._stream is not None:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._give_up()

    def isatty(self) -> bool:
        """Whether somebody can see it."""
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False

    def fileno(self) -> int:
        """The descriptor, where there is one."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def _give_up(self) -> None:
        # Python brings out what is left in the buffer when it ends, and fails with 120 where it cannot.
        with suppress(OSError, ValueError):
            descriptor = self.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        self._stream = None


@contextmanager
def lossy_streams() -> Iterator[None]:
    """Let nothing that is printed in the block fail."""
    _open_standard()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Lossy(before[0]), _Lossy(before[1])
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        sys.stdout, sys.stderr = before


def is_somebody_there() -> bool:
    """Whether a question would be answered: standard input is open, and a terminal."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except (OSError, ValueError):
        return False


def _open_standard() -> None:
    """Take the standard descriptors that were closed, or the next file that is opened would be written over as one."""
    for descriptor in _STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # the lowest one that is free, which is this
