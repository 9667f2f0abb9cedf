"""The rate limit, shared between the runs on one machine.

Each run's pacer learns what other runs with the same key, earlier ones included, have sent in the last hour and
minute. Where the service sends ``X-Rate-Limit`` it tells the same itself; where it does not, this is the only source.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock

from gcbulk.errors import JournalError
from gcbulk.service.clock import Clock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.pacing import HOUR_S, MINUTE_S, Pacer

_EVERY_S = 2.0


class SharedBudget:
    """One run's part of a key's budget.

    Args:
        file: the journal's file, opened for this alone.
        key_id: whose budget it is.
        runs: the numbers of this run, and of the ones before it over the same pacer, which has counted them itself.
        pacer: the run's pacer.
        clock: whose time counts.
    """

    def __init__(self, file: JournalFile, *, key_id: str, runs: Sequence[int], pacer: Pacer, clock: Clock) -> None:
        self._file = file
        self._key_id = key_id
        self._runs = tuple(runs)
        self._pacer = pacer
        self._clock = clock
        self._lock = Lock()
        self._next = clock.monotonic()

    def sync(self) -> None:
        """Tell the others what went out, and the pacer what the others sent; now and then, by one worker at a time.

        Raises:
            JournalError: the journal cannot be used.
        """
        if self._clock.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            self._next = self._clock.monotonic() + _EVERY_S
            self._exchange(self._clock.now().timestamp())
        finally:
            self._lock.release()

    def close(self) -> None:
        """Tell the others the rest, if the file can still be written, and close it."""
        with self._lock, suppress(JournalError):  # what a run has to say at its end matters more
            self._exchange(self._clock.now().timestamp())
        self._file.close()

    def _exchange(self, now: float) -> None:
        second, spent = int(now), self._pacer.take_spent()
        database = self._file.db
        self._file.verify("budget")
        with self._file.errors("written"):
            if spent:
                database.execute(_SPEND, (self._key_id, self._runs[-1], second, spent))
            database.execute("DELETE FROM budget WHERE second < ?", (second - 2 * int(HOUR_S),))
        hour, minute = spent_by_others(self._file, key_id=self._key_id, runs=self._runs, now=now)
        self._pacer.share(hour=hour, minute=minute)


def spent_by_others(file: JournalFile, *, key_id: str, runs: Sequence[int], now: float) -> tuple[int, int]:
    """How many requests other runs on this machine have sent with a key in the last hour and minute.

    Args:
        file: the journal's file.
        key_id: the key.
        runs: the numbers of the runs that do not count as others.
        now: the time, in seconds since 1970.

    Raises:
        JournalError: the journal cannot be read.
    """
    others = _SPENT.format(own=", ".join("?" * len(runs)))
    with file.errors("read"):
        spent = file.db.execute(others, (now - MINUTE_S, key_id, now - HOUR_S, *runs)).fetchone()
    hour, minute = (number or 0 for number in spent)
    return hour, minute


_SPEND = (
    "INSERT INTO budget (key_id, run, second, requests) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET requests = requests + excluded.requests"
)
_SPENT = (
    "SELECT SUM(requests), SUM(CASE WHEN second >= ? THEN requests END) FROM budget "
    "WHERE key_id = ? AND second >= ? AND run NOT IN ({own})"
)
