"""What the journal keeps about players, and how to remove it.

A player's id itself is never kept, only a digest of it together with the achievement's and the app's. But anyone who
has the id can tell from the digest that something was sent, so the digest is personal data just like the id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gcbulk.service.journal_file import JournalFile
from gcbulk.service.submission_journal import State


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal holds of players.

    Args:
        runs: the numbers of the runs that it belongs to.
        rows: submissions.
        unknown: those of them whose outcome nobody knows.
    """

    runs: tuple[int, ...]
    rows: int
    unknown: int


def kept_before(file: JournalFile, moment: datetime) -> Kept:
    """What runs that began before a moment left behind.

    Args:
        file: the journal's file, examined when it was opened.
        moment: the moment.

    Raises:
        JournalError: the journal is damaged or cannot be read.
    """
    runs = tuple(run.id for run in file.runs() if run.started_at < moment)
    with file.errors("read"):
        counts = {run: (rows, unknown) for run, rows, unknown in file.db.execute(_COUNT, (State.INTENT, State.UNKNOWN))}
    kept = [run for run in runs if run in counts]
    return Kept(tuple(kept), sum(counts[run][0] for run in kept), sum(counts[run][1] for run in kept))


def remove(file: JournalFile, kept: Kept) -> None:
    """Remove it, and make the file anew so that nothing of it is left in unused pages.

    The runs stay, without the name of their file: no report on it can be made any more.

    Raises:
        JournalError: the journal cannot be written.
    """
    with file.errors("written"):
        file.db.execute("PRAGMA secure_delete=ON")  # what if there is no room to make the file anew?
    with file.transaction():
        file.db.executemany("DELETE FROM submissions WHERE run = ?", [(run,) for run in kept.runs])
        file.db.executemany("DELETE FROM records WHERE run = ?", [(run,) for run in kept.runs])
        file.db.executemany("UPDATE runs SET source = NULL WHERE run = ?", [(run,) for run in kept.runs])
    with file.errors("written"):
        file.db.execute("VACUUM")
        file.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_COUNT = "SELECT run, count(*), sum(state IN (?, ?)) FROM submissions GROUP BY run"
