"""Remove players' data from the journal.

Any question to the user goes through ``confirm``, and nothing is removed while a run is on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from gcbulk import reporting
from gcbulk.errors import SettingsError
from gcbulk.options import MOST_DAYS, OLDER_THAN_DAYS, number
from gcbulk.service.clock import Clock, SystemClock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.journal_migration import copies
from gcbulk.service.lock import all_held
from gcbulk.service.own_files import require_journal
from gcbulk.service.purging import kept_before, remove


def purge(
    journal: Path,
    *,
    rescue_dir: Path,
    confirm: Callable[[Sequence[str]], bool],
    older_than_days: float = OLDER_THAN_DAYS,
    clock: Clock | None = None,
) -> list[str]:
    """Remove what the journal keeps of the players of old runs.

    Args:
        journal: the journal's file.
        rescue_dir: where reports go that could not be saved in their place; looked into, not changed.
        confirm: asked once, with what would be removed and what that means.
        older_than_days: how long ago a run has to have begun.
        clock: whose time counts.

    Returns:
        What was removed, a line each.

    Raises:
        SettingsError: the age is not a number of days, there is no journal, or it was not confirmed.
        LockedError: a run is on; nothing was removed.
        JournalError: the journal is damaged or cannot be written.
    """
    older_than_days = number(older_than_days, "older_than_days", most=MOST_DAYS)
    require_journal(journal)
    before = (clock or SystemClock()).now() - timedelta(days=older_than_days)
    with all_held(journal), closing(JournalFile(journal)) as file:
        kept = kept_before(file, before)
        rows, runs = kept.rows, len(kept.runs)
        if rows:
            if not confirm(reporting.purge_question(rows=rows, runs=runs, unknown=kept.unknown, before=before)):
                raise SettingsError("Nothing was removed: it was not confirmed.")
            remove(file, kept)
    rescued = len(list(rescue_dir.iterdir())) if rescue_dir.is_dir() else 0
    kept_copies = [str(copy) for copy in copies(journal)]
    return reporting.purge_notes(rows=rows, runs=runs, rescued=rescued, folder=str(rescue_dir), copies=kept_copies)
