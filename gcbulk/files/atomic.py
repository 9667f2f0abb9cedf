"""Write a file whole or not at all.

When anything fails, whatever stood at the path before is still there, untouched.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

OWNER = 0o600
"""The mode of what is its owner's alone."""
_LONGEST = 200
"""Bytes of a name of which a system takes 255."""


def write_whole(
    path: Path,
    write: Callable[[BinaryIO], None],
    *,
    mode: int | None = None,
    ready: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write a file so that a reader sees the old one or the new one, whatever happens in between.

    The new file has the mode of the old one before anything is in it. A link is followed, and what it leads to is
    replaced.

    Args:
        path: where the file goes.
        write: writes the content into the stream that it is given.
        mode: of a file that was not there before; None for the user's usual one.
        ready: called with the finished file right before it takes the old one's place; raises to leave that alone.

    Raises:
        OSError: it could not be written; the old file stands as it was.
    """
    target = _resolved(path)
    temp_path = target.with_name(f".{beginning(target.name)}.{secrets.token_hex(4)}.tmp")
    try:
        with temp_path.open("x+b") as out:
            _set_mode(temp_path, target, mode)
            write(out)
            out.flush()
            os.fsync(out.fileno())
        ready(temp_path)
        replace(temp_path, target)
    except BaseException:
        temp_path.unlink(missing_ok=True)
        raise
    _make_durable(target.parent)


def beginning(name: str) -> str:
    """As much of a name as leaves room for more behind it.

    Args:
        name: a file's name, or its stem.

    Returns:
        The name itself, unless it is nearly as long as a system takes.
    """
    return os.fsencode(name)[:_LONGEST].decode("utf-8", "ignore")


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:  # what Python raises for a link that leads in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error


def _set_mode(temp_path: Path, target: Path, mode: int | None) -> None:
    """Give a file that is still empty the mode of the one it will replace, or else the one that is wanted."""
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    if mode is not None:
        temp_path.chmod(mode)


def replace(temp_path: Path, target: Path) -> None:
    """Put the finished file in its place; on its own so that a test can let it fail."""
    if os.path.lexists(target):
        temp_path.replace(target)
    else:  # where somebody's program keeps a file from being replaced, a new name is still to be had
        temp_path.rename(target)


def _make_durable(folder: Path) -> None:
    """See that the folder remembers the new file after a power cut, where the system can be asked for that."""
    with contextlib.suppress(OSError):  # not on Windows, and not on every network drive
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
