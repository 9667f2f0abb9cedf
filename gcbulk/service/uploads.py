"""Upload pictures: the exchanges of `appstore.images`, carried out.

Each outcome is made durable. While the service processes one picture the next ones are sent: an exchange that has to
wait is put aside until its time comes. Parts go over a separate connection that knows no token.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.image_parts import Part
from gcbulk.appstore.images import NO_ANSWER, PROCESSING, Delivered, Exchange, Picture, Wait, upload, verdict
from gcbulk.errors import GcbulkError, JournalError, ServiceError, WorkbookError
from gcbulk.records import Action, Api, Identity, Outcome, OutcomeKind, Step
from gcbulk.service.client import Client
from gcbulk.service.clock import Clock
from gcbulk.service.journal import Journal
from gcbulk.service.transport import PlainConnection

TEXT_UNKNOWN = "localization-unknown"
"""Code of a BLOCKED outcome: nobody knows yet whether its localization is there."""
TEXT_FAILED = "localization-failed"
"""Code of a BLOCKED outcome: its localization is not there as the sheet has it."""

PART_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""How long to wait before a part is sent again."""
_HELD_BACK = {
    Action.UNCHANGED: OutcomeKind.UNCHANGED,
    Action.ADOPT: OutcomeKind.ADOPTED,
    Action.CONFLICT: OutcomeKind.CONFLICT,
    Action.REJECT: OutcomeKind.REJECTED,
    Action.BLOCKED: OutcomeKind.BLOCKED,
}
_PRESENT = {
    OutcomeKind.CREATED,
    OutcomeKind.UPDATED,
    OutcomeKind.UNCHANGED,
    OutcomeKind.ADOPTED,
    OutcomeKind.EXISTED,
}


@dataclass(slots=True)
class _Task:
    """One picture on its way."""

    step: Step
    exchange: Exchange[Delivered]
    data: bytes
    attempts: int = 0
    sent_at: datetime | None = None
    result: Reply | NoReply | None = None


@dataclass(order=True, slots=True)
class _Parked:
    """A task that waits until its time has come."""

    due: float
    turn: int
    task: _Task = field(compare=False)


class Uploader:
    """Brings pictures to their localizations.

    Args:
        client: how to reach the service.
        parts: how to reach the addresses that it gives.
        journal: where intents and results go, with a run begun.
        clock: what waits and dates the outcomes.
        stop: set to stop: nothing new is begun.
        api: which form of the API is spoken.
        local: whether the service is on this machine.
        read: gives the bytes of a step's picture, as they were checked.
    """

    def __init__(
        self,
        client: Client,
        parts: PlainConnection,
        journal: Journal,
        clock: Clock,
        stop: Event,
        *,
        api: Api,
        local: bool,
        read: Callable[[Step], bytes],
    ) -> None:
        self._client = client
        self._parts = parts
        self._journal = journal
        self._clock = clock
        self._stop = stop
        self._api = api
        self._local = local
        self._read = read
        self._parked: list[_Parked] = []
        self._turns = 0
        self.stopped: GcbulkError | None = None

    def run(
        self, steps: Iterable[Step], texts: Mapping[Identity, Outcome], *, again: bool = False
    ) -> Iterator[Outcome]:
        """Carry out steps; their outcomes come in the order in which the service has judged the pictures.

        Args:
            steps: the pictures.
            texts: what became of the localizations.
            again: whether these were tried before in this run, so that the result is looked up first.
        """
        for step in steps:
            yield from self._begun(step, texts.get(step.above) if step.above else None, again=again)
            yield from self._due()
        while self._parked:
            if self.stopped is None:
                left_s = self._parked[0].due - self._clock.monotonic()
                self._clock.wait(max(left_s, 0.0), self._stop, "Apple's look at the pictures")
            yield from self._due(everything=self.stopped is not None or self._stop.is_set())

    def _begun(self, step: Step, text: Outcome | None, *, again: bool) -> Iterator[Outcome]:
        ready = self._made(step, text, again=again)
        if isinstance(ready, Outcome):
            yield self._recorded(ready)
        else:
            yield from self._moved(ready, None)

    def _made(self, step: Step, text: Outcome | None, *, again: bool) -> _Task | Outcome:
        """The task of a step, or its outcome where nothing is to be sent."""
        text_id = text.resource_id if text is not None else step.parent_id  # another one in a version opened just now
        moved = step.parent_id is not None and (text_id != step.parent_id or _has_to_move(text))
        if step.action in _HELD_BACK and not (step.action is Action.UNCHANGED and moved):
            return self._ended(step, _HELD_BACK[step.action], code=step.code, message=step.message)
        if text is not None and text.kind is OutcomeKind.NOT_ATTEMPTED:
            return self._ended(step, OutcomeKind.NOT_ATTEMPTED, message=text.message)
        if text_id is None or (text is not None and text.kind not in _PRESENT):
            return self._blocked(step, text)
        if self.stopped is not None:
            return self._ended(step, OutcomeKind.NOT_ATTEMPTED, message=str(self.stopped))
        try:
            data = self._read(step)
        except WorkbookError as error:
            return self._ended(step, OutcomeKind.REJECTED, code=error.code, message=str(error))
        return _Task(step, self._exchange(step, text_id, look=again or moved), data)

    def _exchange(self, step: Step, text_id: str, *, look: bool) -> Exchange[Delivered]:
        if step.action is Action.SETTLE and step.resource_id and not look:
            return verdict(step.resource, self._api, step.resource_id)
        look = look or step.action is Action.SETTLE
        return upload(
            step.resource,
            self._api,
            text_id,
            Picture(step.attributes["file_name"], step.attributes["file_size"]),
            local=self._local,
            stale_id=None if look else step.resource_id,
            look=look,
            trust=step.action is not Action.UPDATE,
        )

    def _due(self, *, everything: bool = False) -> Iterator[Outcome]:
        """Go on with the exchanges whose time has come."""
        now = self._clock.monotonic()
        while self._parked and (everything or self._parked[0].due <= now):
            yield from self._moved(heapq.heappop(self._parked).task, None)

    def _moved(self, task: _Task, given: Reply | NoReply | None) -> Iterator[Outcome]:
        """Go on with an exchange until it waits or ends."""
        if self.stopped is not None:
            yield self._recorded(self._cut_short(task, self.stopped))
            return
        try:
            asked = task.exchange.send(given)
            while not isinstance(asked, Wait):
                task.result = self._part(task, asked) if isinstance(asked, Part) else self._call(task, asked)
                asked = task.exchange.send(task.result)
        except StopIteration as end:
            yield self._recorded(self._delivered(task, end.value))
        except (ServiceError, JournalError) as error:
            self.stopped = error
            yield self._recorded(self._cut_short(task, error))
        else:
            task.data = b""  # every part is there, or was there before
            self._turns += 1
            heapq.heappush(self._parked, _Parked(self._clock.monotonic() + asked.seconds, self._turns, task))

    def _call(self, task: _Task, call: Call) -> Reply | NoReply:
        def before(at: datetime) -> None:
            """Record the intent before an attempt that cannot simply be repeated."""
            if not call.repeatable:
                self._journal.intend(task.step, at)

        answer = self._client.perform(call, before=before)  # where it raises, this call was not applied
        task.attempts += answer.attempts
        if call.method != "GET":
            task.sent_at = answer.sent_at
        return answer.result

    def _part(self, task: _Task, part: Part) -> Reply | NoReply:
        """Send a part, again where that may help; sending one twice does no harm."""
        content = task.data[part.offset : part.offset + part.length]
        for pause_s in (*PART_PAUSES_S, 0.0):
            task.attempts += 1
            result = self._parts.send(part.method, part.url, part.headers, content)
            if not _may_pass(result) or self._stop.is_set():
                break
            self._clock.wait(pause_s, self._stop, "another try to upload a picture")
        return result

    def _delivered(self, task: _Task, end: Delivered) -> Outcome:
        kind = end.kind
        if kind is OutcomeKind.CREATED and task.step.action is Action.UPDATE:
            kind = OutcomeKind.UPDATED
        elif kind is OutcomeKind.ADOPTED and task.step.action is Action.UNCHANGED:
            kind = OutcomeKind.UNCHANGED
        outcome = self._ended(task.step, kind, code=end.code, message=end.message)
        return replace(
            outcome,
            resource_id=end.image_id,
            attempts=task.attempts,
            request_id=end.request_id,
            sent_at=task.sent_at,
        )

    def _cut_short(self, task: _Task, error: GcbulkError) -> Outcome:
        """The outcome of an exchange that was under way when the run ended; the next run finds what it left."""
        if task.sent_at is None:
            return self._ended(task.step, OutcomeKind.NOT_ATTEMPTED, message=str(error))
        code = PROCESSING if not task.data else NO_ANSWER
        message = f"The run ended before the picture was uploaded: {error} Push again: it goes on from there."
        outcome = self._ended(task.step, OutcomeKind.UNKNOWN, code=code, message=message)
        return replace(outcome, attempts=task.attempts, sent_at=task.sent_at)

    def _blocked(self, step: Step, text: Outcome | None) -> Outcome:
        unknown = text is not None and text.kind is OutcomeKind.UNKNOWN
        ended = "is not there" if text is None else f"is {str(text.kind).replace('_', ' ')}"
        return self._ended(
            step,
            OutcomeKind.BLOCKED,
            code=TEXT_UNKNOWN if unknown else TEXT_FAILED,
            message=f"The picture was not sent, because its localization {step.name} {ended}. Fix that row first.",
        )

    def _ended(self, step: Step, kind: OutcomeKind, *, code: str | None = None, message: str | None = None) -> Outcome:
        return Outcome(
            step, kind, resource_id=step.resource_id, code=code, message=message, finished_at=self._clock.now()
        )

    def _recorded(self, outcome: Outcome) -> Outcome:
        try:
            self._journal.record([outcome])
        except JournalError as error:
            self.stopped = self.stopped or error  # known here, and in the report; but nothing more may be sent
        return outcome


def _has_to_move(text: Outcome | None) -> bool:
    """Whether a localization still waits for a new version, to which its picture has to move as well."""
    return text is not None and text.kind is OutcomeKind.NOT_ATTEMPTED and text.step.version is not None


def _may_pass(result: Reply | NoReply) -> bool:
    """Whether trying again may help."""
    if isinstance(result, NoReply):
        return not result.final
    return result.status in (408, 429) or result.status >= 500
