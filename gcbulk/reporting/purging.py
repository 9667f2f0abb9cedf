"""What a purge removes, in words for before and for after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gcbulk.wording import counted


def purge_question(*, rows: int, runs: int, unknown: int, before: datetime) -> list[str]:
    """What would be removed and what that means, for whoever has to say yes."""
    lines = [
        f"This removes {counted(rows, 'submission')} of {counted(runs, 'run')} that began before "
        f"{before:%Y-%m-%d %H:%M} UTC from the journal.",
        "After that gcbulk does not know that they were sent: the same file is sent again in full, a lower percentage "
        "is not held back, and those runs can be reported on no more. Keep their reports if you need them.",
    ]
    if unknown:
        lines.append(
            f"Of {unknown:,} of them it is not known whether they were applied. Submit their file once more first, "
            "and gcbulk finds out."
        )
    return lines


def purge_notes(*, rows: int, runs: int, rescued: int, folder: str, copies: Sequence[str] = ()) -> list[str]:
    """What was removed, and what a purge does not reach.

    Args:
        rows: submissions that were removed.
        runs: runs that they were of.
        rescued: reports that had to be saved in another place, and are still there.
        folder: where they are.
        copies: the copies of the journal that were kept when it was brought forward.
    """
    lines = [
        f"Removed: {counted(rows, 'submission')} of {counted(runs, 'run')}. "
        "The journal holds nothing of their players any more."
        if rows
        else "Nothing to remove: the journal holds no submissions that old."
    ]
    if rescued:
        lines.append(
            f"What your own files held, players' ids too, is also in {folder} ({counted(rescued, 'file')}). "
            "Remove by hand what you do not need."
        )
    if copies:
        lines.append(
            f"What the journal held before an update, digests of players' ids too, is still in {', '.join(copies)}. "
            "Remove it by hand when you do not go back to the older version."
        )
    return lines
