"""One run at a time for an app on this machine, released by the operating system however a run ends.

A run holds two locks: one beside its journal, and one in a place that every run of this user on this machine finds,
whatever its journal and its state folder. The second cannot see runs of other users, of other machines, or of
containers with a home of their own.
"""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from gcbulk.errors import JournalError, LockedError
from gcbulk.service.own_files import HAS_OWNERS, Identity, identity, make_folder, require_own

with suppress(ImportError):  # no POSIX: rights are not kept like that there
    import pwd

_FOR_ALL = Path("/tmp")  # not that of $TMPDIR, which may be another for every run


class RunLock:
    """The lock of one app; may be taken again by its holder.

    Args:
        journal: the journal's file; one lock stands beside it.
        scope: which app at which service.
    """

    def __init__(self, journal: Path, scope: str) -> None:
        name = hashlib.sha256(scope.encode()).hexdigest()[:16]
        self._scope = scope
        self._journal = journal
        self._lock = FileLock(journal.with_name(f"{journal.name}.{name}.lock"), mode=0o600)
        self._name = f"{name}.lock"
        self._machine: FileLock | None = None
        self._identities: dict[Path, Identity | None] = {}

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            LockedError: another run holds it.
            JournalError: the folder cannot be used, or others can write there.
        """
        with ExitStack() as stack:
            try:
                require_own(self._journal)
                make_folder(self._journal.parent)
                stack.enter_context(self._taken(self._lock))
                self._machine = self._machine or self._of_machine()
                if self._machine is not None:
                    stack.enter_context(self._taken(self._machine, is_passing=True))
            except Timeout:
                raise LockedError(
                    f"Another run of gcbulk works on {self._scope} right now. Nothing was sent; wait until it has "
                    "ended."
                ) from None
            except OSError as error:
                raise JournalError(f"The folder {self._journal.parent} cannot be used: {error}.") from error
            yield

    def require_in_place(self) -> None:
        """Make sure that the lock that is held is still the one that another run would find.

        Raises:
            JournalError: it was removed or replaced, so that another run may be on.
        """
        for path, expected in self._identities.items():
            if identity(path) != expected:
                raise JournalError(
                    f"The lock {path} was removed or replaced while the run was on, so another run may have begun. "
                    "Nothing more was sent. Run it again."
                )

    @contextmanager
    def _taken(self, lock: FileLock, *, is_passing: bool = False) -> Iterator[None]:
        path = Path(lock.lock_file)
        with lock.acquire(timeout=0):
            if HAS_OWNERS:
                path.chmod(0o600)  # one of an older version
            self._identities[path] = identity(path)
            try:
                yield
            finally:
                if lock.lock_counter == 1:
                    was_held = self._identities.pop(path)
                    if is_passing and identity(path) == was_held:
                        with suppress(OSError):  # where an open file cannot be removed
                            path.unlink()

    def _of_machine(self) -> FileLock | None:
        folder = machine_folder()
        return FileLock(folder / self._name, mode=0o600) if folder is not None else None


def machine_folder() -> Path | None:
    """Where the locks of all runs of this user stand; None where no such place can be made.

    It depends on nothing that a run is told: neither on the state folder nor on $HOME or $TMPDIR.
    """
    if not HAS_OWNERS:
        return _usable(Path.home() / ".gcbulk" / "locks")
    user = os.geteuid()
    with suppress(KeyError):
        if (folder := _usable(Path(pwd.getpwuid(user).pw_dir) / ".gcbulk" / "locks")) is not None:
            return folder
    return _usable(_FOR_ALL / f"gcbulk-{user}")


def _usable(folder: Path) -> Path | None:
    try:
        if folder.parent.parent.is_dir():  # a home that is not there is not made
            make_folder(folder)
        is_ours = _is_ours(folder) and (folder.parent == _FOR_ALL or _is_ours(folder.parent))
    except OSError:
        return None
    return folder if is_ours and os.access(folder, os.W_OK | os.X_OK) else None


def _is_ours(folder: Path) -> bool:
    status = folder.lstat()
    if not HAS_OWNERS:
        return True
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


@contextmanager
def all_held(journal: Path) -> Iterator[None]:
    """Be the only one on this machine that works with a journal, judging by the locks of all runs.

    Raises:
        LockedError: a run is on, of whichever app.
        JournalError: the folder cannot be used.
    """
    with ExitStack() as stack:
        for path in sorted(journal.parent.glob(f"{glob.escape(journal.name)}.*.lock")):
            lock = FileLock(path, mode=0o600)
            try:
                stack.enter_context(lock.acquire(timeout=0))
            except Timeout:
                raise LockedError(
                    f"A run of gcbulk works with the journal {journal} right now. Nothing was changed; wait until it "
                    "has ended."
                ) from None
            except OSError as error:
                raise JournalError(f"The folder {path.parent} cannot be used: {error}.") from error
        yield
