"""Send submissions from a small pool of threads, each with its own connection.

A chunk's intents are durable before its first byte goes out, and each result is durable before its slot is used again.
There are twice as many slots as requests in flight, so that threads can send from some while others wait for the disk.
When something stops the run, requests in flight are allowed to finish, and what was not sent is noted as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from queue import Full, Queue, SimpleQueue
from threading import Lock, Thread

from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import Verdict, problems, request_id, resource
from gcbulk.errors import GcbulkError, JournalError, ServiceError
from gcbulk.options import IN_FLIGHT
from gcbulk.service.client import Answer, Client, Session, api_error, reason
from gcbulk.service.submission_journal import Intent, State, SubmissionJournal, SubmissionResult, Ticket
from gcbulk.service.transport import Connection

_SLOTS_PER_REQUEST = 2
NO_ANSWER = "no-answer"
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Submission:
    """One request of a run.

    Args:
        intent: what the journal keeps of it.
        body: the JSON body.
    """

    intent: Intent
    body: bytes


class Sender:
    """Sends the submissions of one run.

    Args:
        session: token, pace and the stop signal, shared by all workers.
        journal: the run's journal.
        path: the endpoint.
        in_flight: requests in flight at most.
        repeatable: whether the same bytes may be sent again after no answer came: achievements yes, scores no.
    """

    def __init__(
        self,
        session: Session,
        journal: SubmissionJournal,
        *,
        path: str,
        in_flight: int = IN_FLIGHT,
        repeatable: bool = True,
    ) -> None:
        self._session = session
        self._journal = journal
        self._path = path
        self._workers = in_flight
        self._slots = _free_slots(_SLOTS_PER_REQUEST * in_flight)
        self._repeatable = repeatable
        self._lock = Lock()
        self._queue: Queue[Submission | None] = Queue(maxsize=4 * in_flight)
        self._waiting: set[int] = set()
        self._failure: BaseException | None = None
        self._is_stop_ours = False
        self.counts: Counter[State] = Counter()
        self.stopped: GcbulkError | None = None

    def run(self, chunks: Iterable[Sequence[Submission]], *, watch: Callable[[Counter[State]], None]) -> None:
        """Send everything, or stop early and say why in `stopped`; no worker lives on after it, however it ends.

        Args:
            chunks: the submissions; each chunk's intents are made durable together.
            watch: called now and then with the counts so far; when it raises, the run ends in order first.

        Raises:
            BaseException: what ``watch`` or ``chunks`` raised, or a defect in a worker; what that was about stays an
                intent in the journal. An interruption is not raised: it stops the run.
        """
        workers = [Thread(target=self._work, name=f"gcbulk-sender-{n}", daemon=True) for n in range(self._workers)]
        try:
            for worker in workers:
                worker.start()
            for chunk in chunks:
                self._feed(chunk, workers, watch)
                if self._is_stopping():
                    break
        except BaseException as error:  # noqa: BLE001 - told when everything that was begun has ended
            self._give_up(error)
        self._outlive(workers, watch)
        self._conclude()

    def _give_up(self, error: BaseException) -> None:
        """End the run once everything in flight has ended."""
        if isinstance(error, KeyboardInterrupt):  # in a notebook; the command line catches the signal itself
            self._stop(ServiceError("The run was interrupted. Run it again to go on."))
        elif isinstance(error, GcbulkError):
            self._stop(error)
        else:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._end_waits()

    def _conclude(self) -> None:
        """Record what nobody took as not sent, and make sure that all results are durable."""
        left = [self._counted(SubmissionResult(seq, State.NOT_SENT)) for seq in sorted(self._waiting)]
        self._waiting.clear()
        self._journal.record(left)
        try:
            self._journal.flush()
            self._journal.require_in_place()  # or the next run would know of nothing that this one has sent
        except JournalError as error:
            self._stop(error)
        if self._is_stop_ours:
            self._session.stop.clear()  # the same service may serve another run
        if self._failure is not None:
            raise self._failure

    def _feed(
        self, chunk: Sequence[Submission], workers: Sequence[Thread], watch: Callable[[Counter[State]], None]
    ) -> None:
        # Before the intents are written: whatever interrupts this, nobody has taken what is left in there.
        self._waiting.update(submission.intent.seq for submission in chunk)
        if self._repeatable:  # else each worker makes its own intent, right before it sends
            self._journal.intend([submission.intent for submission in chunk], self._session.clock.now())
        for submission in chunk:
            while not self._put(submission):
                if not any(worker.is_alive() for worker in workers):
                    return
                self._show(watch)
        self._show(watch)

    def _put(self, submission: Submission | None) -> bool:
        try:
            self._queue.put(submission, timeout=_POLL_S)
        except Full:
            return False
        return True

    def _show(self, watch: Callable[[Counter[State]], None]) -> None:
        if self._failure is None:
            watch(self.counts)

    def _outlive(self, workers: Sequence[Thread], watch: Callable[[Counter[State]], None]) -> None:
        """Wait until no worker lives any more, whatever interrupts that."""
        is_told = has_shown_last = False
        while not has_shown_last:
            try:
                is_last = not any(worker.is_alive() for worker in workers)
                is_told = is_told or is_last or self._put(None)  # one is enough: each hands it on
                for worker in workers:
                    if worker.is_alive():
                        worker.join(timeout=_POLL_S if is_told else 0)
                has_shown_last = is_last
                self._show(watch)
            except BaseException as error:  # noqa: BLE001 - told when everything that was begun has ended
                self._give_up(error)

    def _is_stopping(self) -> bool:
        return self.stopped is not None or self._failure is not None

    def _stop(self, error: GcbulkError) -> None:
        with self._lock:
            self.stopped = self.stopped or error
        self._end_waits()

    def _end_waits(self) -> None:
        """End the others' waits; what is in flight ends by itself."""
        with self._lock:
            self._is_stop_ours = self._is_stop_ours or not self._session.stop.is_set()
            self._session.stop.set()

    def _work(self) -> None:
        try:
            with closing(Connection(self._session.base_url, self._session.signer)) as connection:
                client = Client(self._session, connection)
                while (submission := self._queue.get()) is not None:
                    self._waiting.discard(submission.intent.seq)
                    self._await_slot()
                    self._slots.put(self._journal.record([self._guarded(client, submission)]))
                self._queue.put(None)  # for the next one
        except BaseException as bug:  # noqa: BLE001 - the others end in order, then it is raised
            self._fail(bug)

    def _await_slot(self) -> None:
        # The one that was used longest ago: mostly its result is durable by now.
        if (error := self._slots.get().wait()) is not None:
            self._stop(error)

    def _guarded(self, client: Client, submission: Submission) -> SubmissionResult:
        try:
            return self._result(client, submission)
        except Exception as bug:  # noqa: BLE001 - a defect of ours ends the run in order, then it is raised
            self._fail(bug)
            return self._counted(SubmissionResult(submission.intent.seq, State.UNKNOWN))

    def _result(self, client: Client, submission: Submission) -> SubmissionResult:
        seq = submission.intent.seq
        if self._is_stopping():
            return self._counted(SubmissionResult(seq, State.NOT_SENT))
        call = Call("POST", self._path, body=submission.body, repeatable=self._repeatable)
        try:
            answer = client.perform(call, before=lambda at: self._before(submission, at))
            self._stop_if_forbidden(answer)
        except (ServiceError, JournalError) as error:
            self._stop(error)
            return self._counted(SubmissionResult(seq, State.NOT_SENT))
        return self._counted(self._judged(seq, answer))

    def _before(self, submission: Submission, at: datetime) -> None:
        """Right before each attempt: make sure that the next run will find it."""
        if self._repeatable:
            self._journal.require_in_place()  # the intent was made durable with those of its chunk
        else:
            self._journal.intend([submission.intent], at)

    def _stop_if_forbidden(self, answer: Answer) -> None:
        """Stop when the key may not submit: that it may read does not mean that it may write."""
        refused = answer.verdict is Verdict.FORBIDDEN and not self.counts[State.DONE]
        if refused and isinstance(answer.result, Reply):
            raise api_error(answer.result, f"{_MAY_NOT} It was {self._session.key}.")

    def _judged(self, seq: int, answer: Answer) -> SubmissionResult:
        finished_at = self._session.clock.now().timestamp()
        if not isinstance(answer.result, Reply):
            return SubmissionResult(
                seq,
                State.UNKNOWN,
                code=NO_ANSWER,
                message=reason(answer.result),
                attempts=answer.attempts,
                finished_at=finished_at,
            )
        identity = request_id(answer.result)
        if answer.verdict is Verdict.DONE:
            resource_id = str(resource(answer.result)["id"])
            return SubmissionResult(
                seq, State.DONE, resource_id, attempts=answer.attempts, request_id=identity, finished_at=finished_at
            )
        unknown = answer.verdict is Verdict.UNKNOWN
        first = problems(answer.result)[0]
        return SubmissionResult(
            seq,
            State.UNKNOWN if unknown else State.REJECTED,
            code=NO_ANSWER if unknown else first.code,
            pointer=first.attribute,
            message="\n".join(problem.text for problem in problems(answer.result)),
            attempts=answer.attempts,
            request_id=identity,
            finished_at=finished_at,
        )

    def _counted(self, result: SubmissionResult) -> SubmissionResult:
        with self._lock:
            self.counts[result.state] += 1
        return result


def _free_slots(count: int) -> SimpleQueue[Ticket]:
    """Slots that nothing was sent from yet."""
    slots: SimpleQueue[Ticket] = SimpleQueue()
    for _ in range(count):
        ticket = Ticket()
        ticket.done()
        slots.put(ticket)
    return slots


_MAY_NOT = "The key may not submit for this app: its role does not allow it. Ask for a key with the role that does."
