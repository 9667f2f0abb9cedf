"""Submissions sent by a small pool of threads, each with its own connection.

What comes in: chunks of submissions in order. What goes out: results in the journal, and counts as they grow. A
chunk's intents are durable before its first byte goes out, and a result before its place is taken again; there are
twice as many places as requests in flight, so that while some wait for the disk, the threads send from the others.
What stops the run lets everything in flight end; what was not sent is noted as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Full, Queue, SimpleQueue
from threading import Lock, Thread

from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import Verdict, problems, request_id, resource
from gcbulk.errors import GcbulkError, JournalError, ServiceError
from gcbulk.service.client import Answer, Client, Line, api_error, reason
from gcbulk.service.submission_journal import Intent, Settled, State, SubmissionJournal, Ticket
from gcbulk.service.transport import Connection

IN_FLIGHT = 6
"""Requests in flight: users run 5-8; more yields random 500s and time-outs."""
_PLACES_PER_REQUEST = 2
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
        line: token, pace and the wish to stop, shared by all workers.
        journal: the run's journal.
        path: the endpoint.
        in_flight: requests in flight at most.
        repeatable: whether the same bytes may be sent again after no answer came: achievements yes, scores no.
    """

    def __init__(
        self, line: Line, journal: SubmissionJournal, *, path: str, in_flight: int = IN_FLIGHT, repeatable: bool = True
    ) -> None:
        self._line = line
        self._journal = journal
        self._path = path
        self._workers = in_flight
        self._places = _free_places(_PLACES_PER_REQUEST * in_flight)
        self._repeatable = repeatable
        self._lock = Lock()
        self._queue: Queue[Submission | None] = Queue(maxsize=4 * in_flight)
        self._bug: BaseException | None = None
        self._is_stop_ours = False
        self.counts: Counter[State] = Counter()
        self.stopped: GcbulkError | None = None

    def run(self, chunks: Iterable[Sequence[Submission]], *, watch: Callable[[Counter[State]], None]) -> None:
        """Send everything, or stop early and say why in `stopped`.

        Args:
            chunks: the submissions; each chunk's intents are made durable together.
            watch: called now and then with the counts so far.

        Raises:
            Exception: a defect in a worker; what it was about stays an intent in the journal.
        """
        threads = [Thread(target=self._work, name=f"gcbulk-sender-{n}", daemon=True) for n in range(self._workers)]
        for thread in threads:
            thread.start()
        try:
            self._feed_all(chunks, watch)
        finally:
            self._finish(threads, watch)
        self._conclude()

    def _feed_all(self, chunks: Iterable[Sequence[Submission]], watch: Callable[[Counter[State]], None]) -> None:
        try:
            for chunk in chunks:
                if not self._feed(chunk, watch):
                    return
        except KeyboardInterrupt:  # in a notebook; the command line catches the signal itself
            self._stop(ServiceError("The run was interrupted. Run it again to go on."))
        except GcbulkError as error:
            self._stop(error)

    def _conclude(self) -> None:
        try:
            self._journal.check()  # the last results, too
        except JournalError as error:
            self._stop(error)
        if self._is_stop_ours:
            self._line.stop.clear()  # the same service may serve another run
        if self._bug is not None:
            raise self._bug

    def _feed(self, chunk: Sequence[Submission], watch: Callable[[Counter[State]], None]) -> bool:
        if self._is_stopping():
            return False
        if self._repeatable:  # else each worker makes its own intent, right before it sends
            self._journal.intend([one.intent for one in chunk], self._line.clock.now())
        waiting = iter(chunk)
        try:
            for submission in waiting:
                while not self._put(submission):
                    watch(self.counts)
        finally:  # of an interruption: nobody took the others
            if left := [self._counted(Settled(one.intent.seq, State.NOT_SENT)) for one in waiting]:
                self._journal.settle(left)
        watch(self.counts)
        return not self._is_stopping()

    def _put(self, submission: Submission | None) -> bool:
        try:
            self._queue.put(submission, timeout=_POLL_S)
        except Full:
            return False
        return True

    def _finish(self, threads: Sequence[Thread], watch: Callable[[Counter[State]], None]) -> None:
        for _ in threads:
            while not self._put(None):
                watch(self.counts)
        for thread in threads:
            while thread.is_alive():
                thread.join(timeout=_POLL_S)
                watch(self.counts)
        while not self._places.empty():
            self._places.get().wait()

    def _is_stopping(self) -> bool:
        return self.stopped is not None or self._bug is not None

    def _stop(self, error: GcbulkError) -> None:
        with self._lock:
            self.stopped = self.stopped or error
        self._end_waits()

    def _end_waits(self) -> None:
        """End the others' waits; what is in flight ends by itself."""
        with self._lock:
            self._is_stop_ours = self._is_stop_ours or not self._line.stop.is_set()
            self._line.stop.set()

    def _work(self) -> None:
        connection = Connection(self._line.base_url, self._line.signer)
        client = Client(self._line, connection)
        try:
            while (submission := self._queue.get()) is not None:
                self._places.get().wait()  # the one that was used longest ago: mostly its result is durable by now
                self._places.put(self._journal.settle([self._guarded(client, submission)]))
        finally:
            connection.close()

    def _guarded(self, client: Client, submission: Submission) -> Settled:
        try:
            return self._result(client, submission)
        except Exception as bug:  # noqa: BLE001 - a defect of ours ends the run in order, then it is raised
            self._bug = bug
            self._end_waits()
            return self._counted(Settled(submission.intent.seq, State.UNKNOWN))

    def _result(self, client: Client, submission: Submission) -> Settled:
        seq = submission.intent.seq
        if self._is_stopping():
            return self._counted(Settled(seq, State.NOT_SENT))
        call = Call("POST", self._path, body=submission.body, repeatable=self._repeatable)
        try:
            self._journal.check()
            if self._repeatable:
                answer = client.perform(call)
            else:
                answer = client.perform(call, before=lambda at: self._journal.intend([submission.intent], at))
            self._stop_if_forbidden(answer)
        except (ServiceError, JournalError) as error:
            self._stop(error)
            return self._counted(Settled(seq, State.NOT_SENT))
        return self._counted(self._settled(seq, answer))

    def _stop_if_forbidden(self, answer: Answer) -> None:
        """Stop when nothing may be submitted: what may be read with a key says nothing of what may be written."""
        refused = answer.verdict is Verdict.FORBIDDEN and not self.counts[State.DONE]
        if refused and isinstance(answer.result, Reply):
            raise api_error(answer.result, _MAY_NOT)

    def _settled(self, seq: int, answer: Answer) -> Settled:
        finished_at = self._line.clock.now().timestamp()
        if not isinstance(answer.result, Reply):
            return Settled(seq, State.UNKNOWN, code=NO_ANSWER, message=reason(answer.result), attempts=answer.attempts)
        identity = request_id(answer.result)
        if answer.verdict is Verdict.DONE:
            resource_id = str(resource(answer.result)["id"])
            return Settled(
                seq, State.DONE, resource_id, attempts=answer.attempts, request_id=identity, finished_at=finished_at
            )
        unknown = answer.verdict is Verdict.UNKNOWN
        first = problems(answer.result)[0]
        return Settled(
            seq,
            State.UNKNOWN if unknown else State.REJECTED,
            code=NO_ANSWER if unknown else first.code,
            pointer=first.attribute,
            message="\n".join(problem.text for problem in problems(answer.result)),
            attempts=answer.attempts,
            request_id=identity,
            finished_at=finished_at,
        )

    def _counted(self, result: Settled) -> Settled:
        with self._lock:
            self.counts[result.state] += 1
        return result


def _free_places(count: int) -> SimpleQueue[Ticket]:
    """Places that nothing was sent from yet."""
    places: SimpleQueue[Ticket] = SimpleQueue()
    for _ in range(count):
        ticket = Ticket()
        ticket.done()
        places.put(ticket)
    return places


_MAY_NOT = "The key may not submit for this app: its role does not allow it. Ask for a key with the role that does."
