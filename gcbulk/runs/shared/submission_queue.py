"""What a run of submissions sends, in which order, and how far it has got.

A million rows stay in columns; only the chunk being sent is turned into request bodies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from gcbulk.appstore.submissions import bodies
from gcbulk.planning.submissions import SubmissionPlan, subjects
from gcbulk.planning.submissions_turns import turns
from gcbulk.planning.submissions_waiting import has_to_wait
from gcbulk.runs.shared.connection import Service, eta
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.sender import Submission
from gcbulk.service.submission_journal import Intent, State, doubtful_submissions
from gcbulk.settings import normal_scope

CHUNK = 500
"""Submissions whose intents are made durable together."""
BODIES = 10 * CHUNK
"""Bodies that are made together: for a single chunk, reaching into the columns would cost as much as the bodies."""
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Args:
        counts: how many requests ended how.
        total: how many there are to send.
        remaining: what is left of the hour's budget.
        eta: the time that the rest takes at most.
        waiting: why nothing is sent right now, and until when; None where something is.
    """

    counts: Counter[State]
    total: int
    remaining: int
    eta: timedelta
    waiting: str | None = None

    @property
    def done(self) -> int:
        """How many requests have ended."""
        return sum(self.counts.values())

    @property
    def trouble(self) -> str:
        """What did not go through so far, in words; empty when all did."""
        counts = {"rejected": self.counts[State.REJECTED], "unknown": self.counts[State.UNKNOWN]}
        return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


SubmissionWatch = Callable[[Progress], None]
"""What shows the progress: called now and then with how far it is."""


def no_progress(progress: Progress) -> None:
    """Show no progress."""


def scope_of(service: Service) -> str:
    """What the journal keeps apart: submissions of all apps at a service, for the app is part of their key."""
    return normal_scope(service.settings.base_url)


def wait_needed(
    plan: SubmissionPlan, to_send: np.ndarray, file: JournalFile, run: int, service: Service
) -> npt.NDArray[np.bool_]:
    """Which submissions have to wait, because an earlier run's request might still be applied after them."""
    late = doubtful_submissions(
        file, scope=scope_of(service), verb=plan.checked.kind, before=run, now=service.clock.now().timestamp()
    )
    if not len(late.fingerprints):
        return np.zeros(len(to_send), dtype=bool)
    mine = subjects(plan.checked.rows, to_send)
    return has_to_wait(mine, plan.fingerprints[to_send], late.subjects, late.fingerprints)


class Queue:
    """What is to be sent, in order; what has to wait comes last, and a player's newer scores come after the older ones.

    Every process that sent before is dead, for this run holds the lock: what it sent and got no answer to is applied
    within the settle wait from now on, or never. This is measured by a clock that cannot be set.
    """

    def __init__(
        self,
        plan: SubmissionPlan,
        to_send: np.ndarray,
        service: Service,
        watch: SubmissionWatch,
        waits: npt.NDArray[np.bool_],
    ) -> None:
        self._plan = plan
        self._service = service
        self._watch = watch
        self._total = len(to_send)
        self._at_once, self._later = to_send[~waits], to_send[waits]
        self._from = service.clock.monotonic() + service.settings.settle_wait_s
        self._given = 0
        self._doubtful = 0

    def chunks(self, counts: Counter[State]) -> Iterator[list[Submission]]:
        """The submissions, made as they are needed."""
        yield from self._in_turns(self._at_once, counts)
        if len(self._later):
            self._wait(counts, len(self._later))
            yield from self._in_turns(self._later, counts)

    def progress(self, counts: Counter[State], waiting: str | None = None) -> Progress:
        """How far it is."""
        left = self._total - sum(counts.values())
        remaining = self._service.session.pacer.remaining
        return Progress(counts, self._total, remaining, eta(left, self._service), waiting)

    def _in_turns(self, positions: npt.NDArray[np.int64], counts: Counter[State]) -> Iterator[list[Submission]]:
        kind, left = self._plan.kind, len(positions)
        for number, part in enumerate((positions,) if kind.repeatable else turns(self._plan.checked.rows, positions)):
            if number:
                self._outlast(counts, left)
            for chunk in _chunks(self._plan, part):
                self._given += len(chunk)
                yield chunk
            left -= len(part)

    def _outlast(self, counts: Counter[State], left: int) -> None:
        """Wait until everything handed out has ended, and while unanswered requests may still be applied late."""
        stop = self._service.session.stop
        while counts.total() < self._given and not stop.wait(_POLL_S):
            self._watch(self.progress(counts))
        if counts[State.UNKNOWN] > self._doubtful:
            self._doubtful = counts[State.UNKNOWN]
            self._from = self._service.clock.monotonic() + self._service.settings.settle_wait_s
            self._wait(counts, left)

    def _wait(self, counts: Counter[State], count: int) -> None:
        clock = self._service.clock
        left_s = self._from - clock.monotonic()
        if left_s > 0:
            until = clock.now() + timedelta(seconds=left_s)
            self._watch(self.progress(counts, _WAITING.format(count=count, until=until, left_s=left_s)))
            clock.wait(left_s, self._service.session.stop, why="")  # the line above has said it


_WAITING = (
    "Waiting until {until:%H:%M:%S} UTC ({left_s:.0f} s) before {count:,} are sent: an earlier request with another "
    "value got no answer, and must not be applied after these. Ctrl-C is safe."
)


def _chunks(plan: SubmissionPlan, to_send: np.ndarray) -> Iterator[list[Submission]]:
    for begin in range(0, len(to_send), BODIES):
        made = _submissions(plan, to_send[begin : begin + BODIES])
        yield from (made[at : at + CHUNK] for at in range(0, len(made), CHUNK))


def _submissions(plan: SubmissionPlan, positions: np.ndarray) -> list[Submission]:
    made = bodies(plan.kind, plan.checked.rows, positions)
    keys, prints, values = plan.keys, plan.fingerprints, plan.values[positions].tolist()
    whose = _subjects(plan, positions)
    return [
        Submission(Intent(int(position), keys[position].tobytes(), prints[position].tobytes(), value, subject), body)
        for position, value, subject, body in zip(positions, values, whose, made, strict=True)
    ]


def _subjects(plan: SubmissionPlan, positions: np.ndarray) -> list[bytes] | list[None]:
    """The digests of whose values they are, where the key does not say so."""
    if plan.kind.repeatable:
        return [None] * len(positions)
    return [subject.tobytes() for subject in subjects(plan.checked.rows, positions)]
