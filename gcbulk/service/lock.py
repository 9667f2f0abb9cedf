"""One run at a time for an app on this machine.

What comes in: where the journal is and which app at which service. What goes out: a lock that the operating system
lets go of when the process ends, however it ends.
"""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from gcbulk.errors import JournalError, LockedError


class RunLock:
    """The lock of one app; may be taken again by its holder.

    Args:
        journal: the journal's file; the lock stands beside it.
        scope: which app at which service.
    """

    def __init__(self, journal: Path, scope: str) -> None:
        name = hashlib.sha256(scope.encode()).hexdigest()[:16]
        self._scope = scope
        self._path = journal.with_name(f"{journal.name}.{name}.lock")
        self._lock = FileLock(self._path, mode=0o600)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            LockedError: another run holds it.
            JournalError: the folder cannot be written.
        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise LockedError(
                f"Another run of gcbulk works on {self._scope} right now. Nothing was sent; wait until it has ended."
            ) from None
        except OSError as error:
            raise JournalError(f"The folder {self._path.parent} cannot be used: {error}.") from error
        try:
            yield
        finally:
            self._lock.release()


@contextmanager
def all_held(journal: Path) -> Iterator[None]:
    """Be the only one on this machine that works with a journal, as far as runs that are on can tell.

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
