"""Check paths that will be written to, before the work that fills them.

A push that only finds out afterwards that its report cannot be saved has already changed Game Center, and nobody gets
to see what it did. The checks use only what the system reports: nothing is written in order to find out.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from gcbulk.errors import SettingsError

_NO_PATH = (errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL)


def require_file(path: Path, name: str, suffixes: Sequence[str] = ()) -> None:
    """Make sure that a file can be written.

    Args:
        path: where to; a link is followed.
        name: what the user calls it, such as ``--out``.
        suffixes: the endings that it may have, in lower case; any if there are none.

    Raises:
        SettingsError: it cannot, and what to do.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise SettingsError(f"{name} {path} is not the name of such a file. Choose one that ends in {suffixes[0]}.")
    require_no_other(path, name)
    folder = path.resolve().parent
    if _stat(folder, name) is None:
        raise SettingsError(
            f"{name} {path} cannot be written: its folder {folder} is not there. Make it first, or choose another path."
        )
    _require_writable(folder, path, name)


def require_no_other(path: Path, name: str) -> None:
    """Make sure that a path is one of a file, which need not be there.

    Args:
        path: the path.
        name: what the user calls it.

    Raises:
        SettingsError: no file can have it, or something else than a file has it.
    """
    status = _stat(path, name)
    if status is not None and not stat.S_ISREG(status.st_mode):
        raise SettingsError(f"{name} {path} is a folder or a device, not a file. Choose another name.")


def require_folder(path: Path, name: str) -> None:
    """Make sure that files can be written into a folder, which is made when it is not there.

    Args:
        path: the folder.
        name: what the user calls it, such as ``--images``.

    Raises:
        SettingsError: they cannot, and what to do.
    """
    if _stat(path, name) is None and _is_link(path):
        raise SettingsError(f"{name} {path} is a link that leads nowhere. Remove it, or choose another folder.")
    existing = next((folder for folder in (path, *path.absolute().parents) if _stat(folder, name) is not None), path)
    _require_writable(existing, path, name)


def _require_writable(folder: Path, path: Path, name: str) -> None:
    if not folder.is_dir():
        raise SettingsError(f"{name} {path} cannot be written into: {folder} is not a folder. Choose another path.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(
            f"{name} {path} cannot be written: you may not write in the folder {folder}. Choose another path, or give "
            "yourself the right to."
        )


def _stat(path: Path, name: str) -> os.stat_result | None:
    """What stands at a path; None where there is nothing."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):  # the second: the parent is not a folder, which is told later
        return None
    except PermissionError:
        raise SettingsError(
            f"{name} {path} cannot be looked at: you may not enter its folder. Choose another path, or give yourself "
            "the right to."
        ) from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_PATH:
            raise SettingsError(f"{name} {path} cannot be used: {error.strerror or error}.") from error
        why = "it is a link that leads in a circle" if _is_link(path) else "no file can have this name"
        raise SettingsError(f"{name} {path}: {why}. Choose another name.") from error


def _is_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 - Path's raises for a name that is too long
