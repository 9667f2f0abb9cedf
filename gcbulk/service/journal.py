"""The journal: what was about to be sent, and what became of it, on disk before anything else happens.

It gives the planner its `History`, and a run's report can be made from it again at any time. A row is written at most
twice: the intent, then its result. Rows are matched by natural key and fingerprint, never by row number. A row's time
is that of the intent until a result says when its last attempt ended; waits are counted from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gcbulk.errors import JournalError
from gcbulk.records import History, Json, Outcome, OutcomeKind, Sent, Step
from gcbulk.service.journal_file import JournalFile, Run, moment
from gcbulk.service.run_record import Stage, keep, kept
from gcbulk.service.visibility import Opening

INTENT = "sent"
"""The state of a request whose result is not known yet."""
HELD_BACK = (OutcomeKind.NOT_ATTEMPTED, OutcomeKind.BLOCKED)
"""States of what a run had no request for; an id with them was known before, and tells nothing of earlier requests."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the journal knows of a step in a run."""

    sheet: str
    row: int
    kind: OutcomeKind
    resource_id: str | None
    code: str | None
    pointer: str | None
    message: str | None
    attempts: int
    request_id: str | None
    finished_at: datetime | None
    is_under_way: bool = False
    """Whether a request is on its way, or was when the run was killed."""


class Journal:
    """A journal file, opened for one run at a time; not to be shared between threads.

    Args:
        path: the file; made with its folder, for its owner alone, when it is not there.
        examined: whether all of it is checked for damage; what `history` and `runs` read is checked in any case.

    Raises:
        JournalError: it is not a journal of gcbulk, is damaged, or was written by a newer version.
    """

    def __init__(self, path: Path, *, examined: bool = True) -> None:
        self._file = JournalFile(path, examined=examined)
        self._run = 0
        self._seqs: dict[tuple[str, str, str], int] = {}

    @property
    def file(self) -> JournalFile:
        """The file itself, into which submissions are written by a writer of their own."""
        return self._file

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def displaced(self) -> JournalError | None:
        """Why the next run would not find what this one has written; None where it would."""
        try:
            self._file.require_in_place()
        except JournalError as error:
            return error
        return None

    def guard(self, check: Callable[[], None]) -> None:
        """Have something else looked at before each intent: the locks of the run."""
        self._file.guard(check)

    def history(self, scope: str, opening: Opening | None = None) -> History:
        """What was sent in this scope before, by step and key, with the times from which a wait for it counts.

        Args:
            scope: which app at which service.
            opening: when this run opened the journal, by which what earlier runs sent is dated; None for the times as
                they were noted, by the clocks of those runs.
        """
        sent: dict[tuple[str, str], dict[str, Sent]] = {}
        query = (
            "SELECT step, key, fingerprint, state, resource_id, sent_at, run, ahead_s FROM entries "
            "JOIN runs USING (run) WHERE scope = ? ORDER BY run, seq"
        )
        self._file.verify("runs", "entries")
        with self._file.errors("read"):
            rows = self._file.db.execute(query, (scope,))
            for step, key, fingerprint, state, resource_id, sent_at, run, ahead_s in rows:
                of_key = sent.setdefault((step, key), {})
                earlier = of_key.get(fingerprint)
                if sent_at is not None:
                    at, is_intent = moment(sent_at), state == INTENT
                    if opening is not None and run != self._run:
                        at = opening.counted_from(at, ahead_s=ahead_s, is_intent=is_intent)
                    confirmed = not is_intent and OutcomeKind(state) is not OutcomeKind.UNKNOWN
                    of_key[fingerprint] = Sent(fingerprint, resource_id, at, confirmed)
                elif earlier is not None and resource_id is not None and state not in HELD_BACK:
                    of_key[fingerprint] = Sent(fingerprint, resource_id, earlier.sent_at, confirmed=True)
        return History({key: tuple(of_key.values()) for key, of_key in sent.items() if of_key})

    def mark(self, scope: str) -> tuple[int, int]:
        """The number of the last run of a scope, and how much was noted: both the same if nothing happened since."""
        query = (
            "SELECT max(run), (SELECT count(*) FROM entries JOIN runs USING (run) WHERE scope = ?) "
            "FROM runs WHERE scope = ?"
        )
        self._file.verify("runs", "entries")
        with self._file.errors("read"):
            run, entries = self._file.db.execute(query, (scope, scope)).fetchone()
        return run or 0, entries

    def begin(self, *, scope: str, verb: str, source: str | None, at: datetime, ahead_s: float | None = None) -> int:
        """Begin a run, and return its number; see `JournalFile.begin`."""
        self._run = self._file.begin(scope=scope, verb=verb, source=source, at=at, ahead_s=ahead_s)
        self._seqs.clear()
        return self._run

    def intend(self, step: Step, at: datetime) -> None:
        """Make it durable that a request is about to be sent; nothing is sent when this fails."""
        self._file.require_in_place()
        seq = self._seqs.setdefault(_identity(step), len(self._seqs) + 1)
        with self._file.errors("written"):
            self._file.db.execute(_UPSERT, _row(self._run, seq, step, state=INTENT, sent_at=at.isoformat()))

    def record(self, outcomes: Iterable[Outcome]) -> None:
        """Make the results of steps durable, in one commit."""
        rows = []
        for outcome in outcomes:
            seq = self._seqs.setdefault(_identity(outcome.step), len(self._seqs) + 1)
            rows.append(_outcome_row(self._run, seq, outcome))
        with self._file.transaction():
            self._file.db.executemany(_UPSERT, rows)

    def end(self, stopped: str | None) -> None:
        """Note how the run ended: None when it came to its end."""
        self._file.end(self._run, stopped)

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        return self._file.runs()

    def keep(self, stage: Stage, document: Mapping[str, Json]) -> None:
        """Make durable what the run means to do, or what it reported."""
        keep(self._file, self._run, stage, document)

    def kept(self, run: Run, stage: Stage) -> Json:
        """What a run meant to do, or reported; None where nothing was kept."""
        return kept(self._file, run.id, stage)

    def remembered(self, run: Run) -> Mapping[tuple[str, str, str], Remembered]:
        """The last state of everything in a run, by step, key, fingerprint, in the order in which it came up.

        The journal has to have been examined when it was opened.
        """
        query = (
            "SELECT step, key, fingerprint, sheet, row, state, resource_id, code, pointer, message, attempts, "
            "request_id, finished_at FROM entries WHERE run = ? ORDER BY seq"
        )
        with self._file.errors("read"):
            rows = self._file.db.execute(query, (run.id,))
            return {(step, key, fingerprint): _remembered(*rest) for step, key, fingerprint, *rest in rows}


_UPSERT = (
    "INSERT OR REPLACE INTO entries (run, seq, step, key, fingerprint, sheet, row, state, resource_id, code, pointer, "
    "message, attempts, request_id, sent_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _identity(step: Step) -> tuple[str, str, str]:
    return step.word, step.name, step.fingerprint


def _row(run: int, seq: int, step: Step, *, state: str, sent_at: str | None) -> tuple[object, ...]:
    where = (run, seq, *_identity(step), step.sheet, step.row, state)
    return (*where, None, None, None, None, 0, None, sent_at, None)


def _outcome_row(run: int, seq: int, outcome: Outcome) -> tuple[object, ...]:
    finished_at = outcome.finished_at.isoformat() if outcome.finished_at else None
    sent_at = outcome.sent_at.isoformat() if outcome.sent_at else None
    where = (run, seq, *_identity(outcome.step), outcome.step.sheet, outcome.step.row, str(outcome.kind))
    what = (outcome.resource_id, outcome.code, outcome.pointer, outcome.message, outcome.attempts)
    return (*where, *what, outcome.request_id, sent_at, finished_at)


def _remembered(
    sheet: str,
    row: int,
    state: str,
    resource_id: str | None,
    code: str | None,
    pointer: str | None,
    message: str | None,
    attempts: int,
    request_id: str | None,
    finished_at: str | None,
) -> Remembered:
    kind = OutcomeKind.UNKNOWN if state == INTENT else OutcomeKind(state)
    finished = moment(finished_at) if finished_at else None
    return Remembered(
        sheet, row, kind, resource_id, code, pointer, message, attempts, request_id, finished, state == INTENT
    )
