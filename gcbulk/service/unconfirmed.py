"""Requests whose outcome is unknown: sent by an earlier run, with no answer to say what became of them.

What later runs found out counts. A request is explained if its object has been seen since, or if progress of the same
player has been sent since. So is one that the same command no longer needed when it was run again and completed: a
deletion or a new version that was no longer necessary, or a row that had been removed from the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

from gcbulk.records import OutcomeKind
from gcbulk.service.journal import HELD_BACK, INTENT
from gcbulk.service.journal_file import ENDED, JournalFile, Run
from gcbulk.service.submission_journal import State


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """What a run left behind.

    Args:
        run: the last run that sent them.
        requests: how many.
    """

    run: Run
    requests: int


def unconfirmed(file: JournalFile) -> list[Unconfirmed]:
    """What each run left behind that no later one has explained, oldest first.

    Args:
        file: the journal's file, examined when it was opened.

    Raises:
        JournalError: the journal is damaged or cannot be read.
    """
    runs = {run.id: run for run in file.runs()}
    states = (State.INTENT, State.UNKNOWN)
    with file.errors("read"):
        left = [
            *file.db.execute(_ENTRIES, (*HELD_BACK, INTENT, OutcomeKind.UNKNOWN, ENDED)),
            *file.db.execute(_SUBMISSIONS, (*states, *states, State.DONE, *states)),
        ]
    return [Unconfirmed(runs[run], requests) for run, requests in sorted(left)]


# SQLite takes the other columns from the row that max() found: the last one that tells anything of its key. A run that
# came to its end has an entry for everything that it found to do, or done: where it has none, nothing needs doing.
_ENTRIES = """
SELECT run, count(*) FROM (
  SELECT max(run * 4294967296 + seq), run, scope, verb, source, step, key, state FROM entries JOIN runs USING (run)
  WHERE sent_at IS NOT NULL OR (resource_id IS NOT NULL AND state NOT IN (?, ?)) GROUP BY scope, step, key
) AS last WHERE state IN (?, ?) AND NOT EXISTS (
  SELECT 1 FROM runs AS later WHERE later.run > last.run AND later.stopped = ?
  AND later.scope = last.scope AND later.verb = last.verb AND later.source IS last.source
  AND NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.run = later.run AND e.step = last.step AND e.key = last.key)
) GROUP BY run
"""
# A score has no key of its own: each body is a request for itself.
_SUBMISSIONS = """
WITH open AS (SELECT DISTINCT key FROM submissions WHERE state IN (?, ?))
SELECT run, count(*) FROM (
  SELECT max(run * 4294967296 + seq), run, state FROM submissions JOIN runs USING (run)
  WHERE key IN open AND state IN (?, ?, ?)
  GROUP BY scope, verb, key, CASE verb WHEN 'scores' THEN fingerprint END
) WHERE state IN (?, ?) GROUP BY run
"""
