"""The journal of submissions: a million rows, still quick to write and to read.

Many threads write intents and results and wait on tickets until these are durable. One thread owns the file during a
run and commits whatever has accumulated, so that one sync serves all workers that wait for it. Keys and fingerprints
are digests: no player's id is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TypeAlias

import numpy as np

from gcbulk.errors import JournalError
from gcbulk.records import Json
from gcbulk.service.journal_file import JournalFile

_ROWS_AT_ONCE = 10_000
_NO_LAST_RUN = 2**62


class State(IntEnum):
    """What the journal knows of a submission."""

    INTENT = 0  # about to be sent, or sent without an answer yet
    DONE = 1
    REJECTED = 2
    UNKNOWN = 3  # sent, and no usable answer came
    NOT_SENT = 4  # meant to be sent, and certainly not applied


@dataclass(frozen=True, slots=True)
class Intent:
    """A submission that is about to be sent.

    Args:
        seq: its number in the run.
        key: the digest of its natural key, 16 bytes.
        fingerprint: the digest of its body, 8 bytes.
        value: what is compared for lowering: the percentage, -1 for scores.
        subject: the digest of whose value it is, 16 bytes; None where that is the key.
    """

    seq: int
    key: bytes
    fingerprint: bytes
    value: int
    subject: bytes | None = None


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """What became of a submission; times in seconds since 1970."""

    seq: int
    state: State
    resource_id: str | None = None
    code: str | None = None
    pointer: str | None = None
    message: str | None = None
    attempts: int = 0
    request_id: str | None = None
    finished_at: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier runs meant to send and may have sent, one element for each, oldest first.

    Args:
        keys: digests of the natural keys, shape (n, 2), uint64.
        fingerprints: digests of the bodies, uint64.
        values: percentages, int64.
        states: `State`, uint8; nothing that was refused or never left.
        ids: the service's ids, None where there is none.
    """

    keys: np.ndarray
    fingerprints: np.ndarray
    values: np.ndarray
    states: np.ndarray
    ids: np.ndarray


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What earlier runs sent and may be applied late, one element for each content.

    Args:
        subjects: digests of whose values they are, shape (n, 2), uint64.
        fingerprints: digests of the bodies, uint64.
    """

    subjects: np.ndarray
    fingerprints: np.ndarray


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the journal tells of one run, one element for each submission that it began with, by `seqs`.

    Args:
        seqs: its number in the run, int64.
        keys: digests of the natural keys, shape (n, 2), uint64.
        fingerprints: digests of the bodies, uint64.
        states: `State`, uint8.
        ids: the service's ids, None where there is none.
        attempts: how often it was sent, int64.
        request_ids: the service's id of the last request, None where it gave none.
        finished_at: when it ended (seconds since 1970), NaN where it did not.
    """

    seqs: np.ndarray
    keys: np.ndarray
    fingerprints: np.ndarray
    states: np.ndarray
    ids: np.ndarray
    attempts: np.ndarray
    request_ids: np.ndarray
    finished_at: np.ndarray


class Ticket:
    """A write that is on its way to the disk."""

    __slots__ = ("_error", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        self._lock.acquire()
        self._error: JournalError | None = None

    def done(self, error: JournalError | None = None) -> None:
        """Release whoever waits, with the result of the write: None when it is durable."""
        self._error = error
        self._lock.release()

    def wait(self) -> JournalError | None:
        """Wait for the write, and return None when it is durable, else why it never will be."""
        with self._lock:
            return self._error


_Write: TypeAlias = tuple[Sequence[SubmissionResult] | None, Sequence[tuple[object, ...]], Ticket]
"""Results, or None for intents; the rows that are written of them; and who waits."""


class SubmissionJournal:
    """The submissions of one run, written by a thread of its own.

    When the file fails, results that could not be stored are in ``unsaved``, for the report.

    Args:
        file: the journal's file, with the run begun; nobody else may use it until `close`.
        run: the run's number.
    """

    def __init__(self, file: JournalFile, run: int) -> None:
        self._file = file
        self._run = run
        self._writes: SimpleQueue[_Write | None] = SimpleQueue()
        self._error: JournalError | None = None
        self.unsaved: list[SubmissionResult] = []
        self._thread = Thread(target=self._write, name="gcbulk-journal", daemon=True)
        self._thread.start()

    def intend(self, intents: Sequence[Intent], at: datetime) -> None:
        """Make intents durable; return when they are.

        Raises:
            JournalError: they are not, so none of these submissions may be sent.
        """
        self._file.require_in_place()
        sent_at = at.timestamp()
        state = int(State.INTENT)
        rows = [(self._run, i.seq, i.key, i.fingerprint, i.value, state, sent_at, i.subject) for i in intents]
        if (error := self._put(None, rows).wait()) is not None:
            raise error

    def record(self, results: Sequence[SubmissionResult]) -> Ticket:
        """Hand over results; wait on the ticket before the next request goes out."""
        return self._put(results, [_result(self._run, result) for result in results])

    def check(self) -> None:
        """Raise what went wrong with the file, if anything did.

        Raises:
            JournalError: a write failed; nothing may be sent any more.
        """
        if self._error is not None:
            raise self._error

    def require_in_place(self) -> None:
        """Make sure that the next run will find what is written; to be called before every request.

        Raises:
            JournalError: a write failed, or the journal or the lock is not in its place any more.
        """
        self.check()
        self._file.require_in_place()

    def flush(self) -> None:
        """Wait until everything that was handed over is durable.

        Raises:
            JournalError: it is not.
        """
        if (error := self._put([], []).wait()) is not None:
            raise error

    def close(self) -> None:
        """Write what is left, and try once more what failed; only then may others use the file."""
        self._writes.put(None)
        interrupted: BaseException | None = None
        while self._thread.is_alive():
            try:
                self._thread.join()
            except BaseException as error:  # noqa: BLE001 - raised again when the thread has ended
                interrupted = error
        if interrupted is not None:
            raise interrupted

    def _put(self, results: Sequence[SubmissionResult] | None, rows: Sequence[tuple[object, ...]]) -> Ticket:
        ticket = Ticket()
        self._writes.put((results, rows, ticket))
        return ticket

    def _write(self) -> None:
        while (first := self._writes.get()) is not None:
            batch, is_last = [first], False
            while not self._writes.empty() and not is_last:
                following = self._writes.get()
                is_last = following is None
                if following is not None:
                    batch.append(following)
            self._commit(batch)
            if is_last:
                break
        self._write_again()

    def _write_again(self) -> None:
        # The disk may have room again. No signal is raised in this thread: whatever fails, it stays as it was told.
        if self.unsaved:
            with suppress(BaseException), self._file.transaction():
                self._file.db.executemany(_STORE_RESULT, [_result(self._run, result) for result in self.unsaved])

    def _commit(self, batch: list[_Write]) -> None:
        try:
            self.check()
            with self._file.transaction():
                for results, rows, _ in batch:
                    self._file.db.executemany(_INTEND if results is None else _STORE_RESULT, rows)
        except BaseException as error:  # noqa: BLE001 - whatever it is, what was to be written is not durable
            self._error = self._error or self._file.failure(error)
            self.unsaved.extend(result for results, _, _ in batch for result in results or ())
        for _, _, ticket in batch:
            ticket.done(self._error)


def known_submissions(file: JournalFile, *, scope: str, verb: str, last: int | None = None) -> Known:
    """What was sent in a scope, or may have been.

    Args:
        file: the journal's file.
        scope: which service.
        verb: what the journal calls such runs.
        last: the last run to look at, None for all.
    """
    where = "JOIN runs USING (run) WHERE scope = ? AND verb = ? AND run <= ? AND state IN (?, ?, ?) ORDER BY run, seq"
    states = (State.INTENT, State.DONE, State.UNKNOWN)
    values = (scope, verb, _NO_LAST_RUN if last is None else last, *map(int, states))
    return Known(*_read(file, ("key", "fingerprint", "value", "state", "resource_id"), where, values))


def doubtful_submissions(file: JournalFile, *, scope: str, verb: str, before: int, now: float) -> Doubtful:
    """What was sent, perhaps without an answer, and may be applied late.

    These are submissions without a recorded answer, and those sent more than once because an earlier attempt got no
    answer. A later run that succeeded with other content is no longer a danger: it has waited.

    Args:
        file: the journal's file.
        scope: which service.
        verb: what the journal calls such runs.
        before: the run that is on.
        now: the time, in seconds since 1970.
    """
    file.verify("runs", "submissions")
    with file.errors("read"):
        rows = file.db.execute(_DOUBTFUL, (scope, verb, before, State.INTENT, State.UNKNOWN)).fetchall()
        done: dict[bytes, list[tuple[int, bytes]]] = {}
        for subject, run, fingerprint in file.db.execute(
            _DONE_SINCE, (scope, verb, before, State.INTENT, State.UNKNOWN, State.DONE)
        ):
            done.setdefault(subject, []).append((run, fingerprint))
    kept = {
        (subject, fingerprint)
        for subject, run, fingerprint, state, last in rows
        if (state == State.INTENT or last > now - _LANDS_WITHIN_S)
        and not any(later > run and other != fingerprint for later, other in done.get(subject, ()))
    }
    subjects, fingerprints = zip(*kept, strict=True) if kept else ((), ())
    return Doubtful(_ARRAYS["key"](subjects), _ARRAYS["fingerprint"](fingerprints))


_LANDS_WITHIN_S = 2 * 24 * 60 * 60.0
"""How old the end of a request is that cannot be applied late any more, even if a clock was wrong by a day."""
_EARLIER = (
    "FROM submissions JOIN runs USING (run) WHERE scope = ? AND verb = ? AND run < ? "
    "AND (state IN (?, ?) OR attempts > 1)"
)
_DOUBTFUL = f"SELECT ifnull(subject, key), run, fingerprint, state, ifnull(finished_at, sent_at) {_EARLIER}"
_DONE_SINCE = (
    f"WITH open AS (SELECT ifnull(subject, key) AS whose, scope, verb {_EARLIER}) "
    "SELECT ifnull(subject, key), run, fingerprint FROM submissions JOIN runs AS r USING (run) "
    "WHERE state = ? AND (ifnull(subject, key), r.scope, r.verb) IN (SELECT whose, scope, verb FROM open)"
)


def recorded_submissions(file: JournalFile, run: int) -> RunRecord:
    """What the journal tells of one run."""
    names = ("seq", "key", "fingerprint", "state", "resource_id", "attempts", "request_id", "finished_at")
    return RunRecord(*_read(file, names, "WHERE run = ? ORDER BY seq", (run,)))


def troubles(file: JournalFile, run: int) -> Iterator[tuple[int, str, str | None, str | None]]:
    """What there is to report about the submissions of a run that did not simply succeed.

    Yields:
        The number in the run, the code, the attribute it points at in snake_case, the message.
    """
    query = "SELECT seq, code, pointer, message FROM submissions WHERE run = ? AND code IS NOT NULL ORDER BY seq"
    file.verify("submissions")
    with file.errors("read"):
        yield from file.db.execute(query, (run,))


_INTEND = (
    "INSERT OR REPLACE INTO submissions (run, seq, key, fingerprint, value, state, attempts, sent_at, subject) "
    "VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)"
)
_STORE_RESULT = (
    "UPDATE submissions SET state = ?, resource_id = ?, code = ?, pointer = ?, message = ?, attempts = ?, "
    "request_id = ?, finished_at = ? WHERE run = ? AND seq = ?"
)


def _result(run: int, result: SubmissionResult) -> tuple[object, ...]:
    what = (int(result.state), result.resource_id, result.code, result.pointer, result.message, result.attempts)
    return (*what, result.request_id, result.finished_at, run, result.seq)


def _read(file: JournalFile, names: Sequence[str], where: str, values: Sequence[object]) -> list[np.ndarray]:
    """Columns of the submissions, read in portions so that a million rows are never Python objects at once."""
    file.verify("runs", "submissions")
    with file.errors("read"):
        cursor = file.db.execute(f"SELECT {', '.join(names)} FROM submissions {where}", tuple(values))
        columns = [_arrays(names, [()] * len(names))]  # so that there is one where there are no rows
        while portion := cursor.fetchmany(_ROWS_AT_ONCE):
            columns.append(_arrays(names, list(zip(*portion, strict=True))))
    return [np.concatenate(parts) for parts in zip(*columns, strict=True)]


def _arrays(names: Sequence[str], columns: Sequence[Sequence[Json]]) -> list[np.ndarray]:
    return [_ARRAYS[name](column) for name, column in zip(names, columns, strict=True)]


_ARRAYS: Mapping[str, Callable[[Sequence[Json]], np.ndarray]] = {
    "key": lambda column: np.frombuffer(b"".join(column), dtype="<u8").reshape(-1, 2),
    "fingerprint": lambda column: np.frombuffer(b"".join(column), dtype="<u8"),
    "value": lambda column: np.array(column, dtype=np.int64),
    "state": lambda column: np.array(column, dtype=np.uint8),
    "resource_id": lambda column: np.array(column, dtype=object),
    "seq": lambda column: np.array(column, dtype=np.int64),
    "attempts": lambda column: np.array(column, dtype=np.int64),
    "request_id": lambda column: np.array(column, dtype=object),
    "finished_at": lambda column: np.array(column, dtype=np.float64),
}
"""How each column becomes an array."""
