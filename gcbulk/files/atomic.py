"""A file written whole or not at all.

What comes in: a path and something that writes into a stream. What goes out: the file at its path, durable; or, when
anything fails, whatever stood there before, untouched.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file so that a reader sees the old one or the new one, whatever happens in between.

    The new file has the mode of the old one. A link is followed, and what it leads to is replaced.

    Args:
        path: where the file goes.
        write: writes the content into the stream that it is given.

    Raises:
        OSError: it could not be written; the old file stands as it was.
    """
    place = path.resolve()
    passing = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
    try:
        with passing.open("x+b") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileNotFoundError):
            passing.chmod(stat.S_IMODE(place.stat().st_mode))
        replace(passing, place)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    _make_durable(place.parent)


def replace(passing: Path, place: Path) -> None:
    """Put the finished file in its place; on its own so that a test can let it fail."""
    passing.replace(place)


def _make_durable(folder: Path) -> None:
    """See that the folder remembers the new file after a power cut, where the system can be asked for that."""
    with contextlib.suppress(OSError):  # not on Windows, and not on every network drive
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
