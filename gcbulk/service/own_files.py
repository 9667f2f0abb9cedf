"""Files that nobody else may touch: the journal, its folder and the locks.

A run believes what they say about earlier runs. Anyone who can write there can make it send everything again, or
nothing; anyone who can put a link there can have another file overwritten.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from gcbulk.errors import JournalError, SettingsError

with suppress(ImportError):  # no POSIX: rights are not kept like that there
    import grp
    import pwd

HAS_OWNERS = hasattr(os, "geteuid")
"""Whether this system keeps for each file whose it is, as POSIX does."""

Identity: TypeAlias = tuple[int, int]
"""Which file it is, whatever its name: device and inode."""


def identity(path: Path) -> Identity | None:
    """Which file stands at a path, links not followed; None where there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_there(journal: Path) -> bool:
    """Whether there is a journal.

    Raises:
        JournalError: it cannot be checked, so what earlier runs sent is not known.
    """
    try:
        journal.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise JournalError(
            f"The journal {journal} cannot be looked at: {error.strerror}. Nothing was sent. Give yourself the right "
            "to enter its folder, or name another with --journal."
        ) from error
    return True


def require_journal(journal: Path) -> None:
    """Make sure that there is a journal, for a verb that is about what earlier runs left in it.

    Raises:
        SettingsError: there is none.
        JournalError: it cannot be checked.
    """
    if not is_there(journal):
        raise SettingsError(f"There is no journal at {journal}; name the one that was used with --journal.")


def require_own(journal: Path) -> None:
    """Make sure that nobody else can write to a journal, before it is read or created.

    Args:
        journal: the journal's file, which may not be there yet.

    Raises:
        JournalError: the file is a link or not a regular file, or others can write to it or to its folder.
    """
    if not HAS_OWNERS:
        return
    _require_plain(journal)
    for end in ("-wal", "-shm"):
        _require_plain(journal.with_name(journal.name + end))
    folder = journal.parent
    if is_there(folder) and _is_open(folder.stat()):
        raise JournalError(
            f"The folder {folder} of the journal can be written by other people on this machine, so what the journal "
            f"says cannot be believed. Nothing was sent. Make it yours alone: chmod go-w '{folder}' - or name a "
            f"journal in a folder of your own: --journal '{folder / 'gcbulk' / journal.name}'"
        )


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, for its owner alone, however loose the user's mask is.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir()  # tells what is in the way


def _require_plain(path: Path) -> None:
    try:
        status = path.lstat()
    except OSError:  # it is not there, or cannot be: whoever opens it says so
        return
    if stat.S_ISLNK(status.st_mode):
        raise JournalError(
            f"The journal {path} is a link to another file. Nothing was sent. Name the file itself with --journal, or "
            "move it here."
        )
    if not stat.S_ISREG(status.st_mode):
        raise JournalError(f"The journal {path} cannot be opened: it is not a file. Name another with --journal.")
    if _is_open(status):
        raise JournalError(
            f"The journal {path} can be written by other people on this machine, so what it says cannot be believed. "
            f"Nothing was sent. If you know that nobody has changed it, make it yours alone: chmod 600 '{path}'"
        )


def _is_open(status: os.stat_result) -> bool:
    """Whether somebody else can write there: by the mode, or because it is theirs."""
    user = os.geteuid()
    if user != 0 and status.st_uid not in (0, user):
        return True
    if status.st_mode & stat.S_IWGRP and not _is_own_group(status.st_gid, user):
        return True
    return bool(status.st_mode & stat.S_IWOTH)


def _is_own_group(group: int, user: int) -> bool:
    """Whether a group is the one that some systems give each user, with nobody else in it."""
    try:
        owner, members = pwd.getpwuid(user), grp.getgrgid(group)
    except KeyError:
        return False
    return owner.pw_gid == group and members.gr_name == owner.pw_name and set(members.gr_mem) <= {owner.pw_name}
