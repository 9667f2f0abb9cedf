"""Carry out the hand-off to review: find or create an open submission, add versions to it, and submit it.

Each outcome is made durable. Nothing is added twice: if a request gets no answer, the contents of the submission
show whether it was applied.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from threading import Event
from typing import assert_never

from gcbulk.appstore import apps, reviews
from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import Verdict, joined, problems, request_id, resource
from gcbulk.errors import GcbulkError, JournalError, PlanError, ServiceError, UnreachableError
from gcbulk.records import Action, Api, Outcome, OutcomeKind, Resource, Step, Target
from gcbulk.service.client import Answer, Client
from gcbulk.service.clock import Clock
from gcbulk.service.journal import Journal
from gcbulk.service.review_refusals import Refusals, said
from gcbulk.service.visibility import wait_until_visible

NO_ANSWER = "no-answer"
FULL = "submission-full"
_HELD_BACK = {Action.UNCHANGED: OutcomeKind.UNCHANGED, Action.BLOCKED: OutcomeKind.BLOCKED}
_OUTCOME_BY_VERDICT = {
    Verdict.DONE: OutcomeKind.CREATED,
    Verdict.REJECTED: OutcomeKind.REJECTED,
    Verdict.DUPLICATE: OutcomeKind.REJECTED,
    Verdict.FORBIDDEN: OutcomeKind.REJECTED,
    Verdict.UNKNOWN: OutcomeKind.UNKNOWN,
}
TRIES = 3
_ROOM = {Api.V1: math.inf, Api.V2: reviews.MOST_ITEMS}
"""How many items a submission holds; in v1 there is none."""


def find_app(client: Client, target: Target) -> str:
    """The id of the app that a target belongs to.

    Raises:
        PlanError: the service does not say.
    """
    if target.bundle_id is not None:
        for reply in client.pages(apps.find_app(target.bundle_id)):
            if (app := apps.app_of(reply, target.bundle_id)) is not None:
                return app[0]
    raise PlanError("The service does not say which app this is. Name it with --bundle-id.")


class Reviewer:
    """Hands versions (v2) or things (v1) off.

    Args:
        client: how to reach the service.
        clock: what waits and dates the outcomes.
        stop: ends waits.
        kinds: the kinds of things that are handed off; each has versions that are reviewed, or releases.
        api: which form of the API is spoken.
        target: where the things live.
        app_id: the app; not needed in v1.
        platform: the platform whose submission is used.

    Attributes:
        submission_id: the open submission; None where there is none yet.
        stopped: why nothing more is handed off.
        is_refused: whether that is because the service refused the submission itself.
    """

    def __init__(
        self,
        client: Client,
        clock: Clock,
        stop: Event,
        *,
        kinds: Sequence[Resource],
        api: Api,
        target: Target,
        app_id: str,
        platform: str,
    ) -> None:
        self._client = client
        self._clock = clock
        self._stop = stop
        self._kinds = kinds
        self._api = api
        self._target = target
        self._app_id = app_id
        self._platform = platform
        self._refusals = Refusals(client, target, app_id, platform)
        self._settle_wait_s = 0.0
        self._items: list[tuple[str, str] | None] = []
        self.submission_id: str | None = None
        self.stopped: GcbulkError | None = None
        self.is_refused = False

    def look(self) -> frozenset[tuple[str, str]]:
        """The kind and id of everything that is handed off already; also finds the open submission."""
        match self._api:
            case Api.V1:
                return frozenset((kind.kind, thing_id) for kind in self._kinds for thing_id in self._released(kind))
            case Api.V2:
                return self._handed_in()
            case _:
                assert_never(self._api)

    def _released(self, kind: Resource) -> set[str]:
        listed = self._client.pages(reviews.releases_of(kind, self._target.detail_id))
        return reviews.released(kind, listed)

    def _handed_in(self) -> frozenset[tuple[str, str]]:
        pages = self._client.pages(reviews.open_submissions(self._app_id, self._platform))
        submissions = [item["id"] for item in joined(pages)]
        if submissions:  # one just made may not be listed yet
            self.submission_id = submissions[0]
        call = reviews.items_of(self._kinds, self.submission_id) if self.submission_id is not None else None
        self._items = reviews.items(self._kinds, self._client.pages(call)) if call is not None else []
        return frozenset(item for item in self._items if item is not None)

    @property
    def item_count(self) -> int:
        """How many items the open submission holds, of any kind."""
        return len(self._items)

    def run(self, steps: Iterable[Step], journal: Journal, settle_wait_s: float) -> Iterator[Outcome]:
        """Hand off what is ready, one after the other.

        Args:
            steps: the steps.
            journal: where intents and results go, with a run begun.
            settle_wait_s: how long after a request without an answer a look-up is believed.
        """
        self._settle_wait_s = settle_wait_s
        for step in steps:
            outcome = self._outcome(step, journal)
            try:
                journal.record([outcome])
            except JournalError as error:
                self.stopped = self.stopped or error
            yield outcome

    def submit(self) -> str | None:
        """Send the submission to review, and return why that failed, None if it did not.

        Raises:
            ServiceError: the run has to stop.
        """
        if self.submission_id is None:
            return "There is no open submission to send."
        answer = self._client.perform(reviews.submit(self.submission_id))
        if answer.verdict is Verdict.DONE:
            return None
        state = reviews.state_of(self._client.read(reviews.submission(self.submission_id)))
        if state in reviews.SUBMITTED:
            return None  # an earlier attempt had come through, and only its answer was lost
        self.is_refused = answer.verdict is not Verdict.UNKNOWN
        return f"The submission was not sent: {said(answer)}"

    def _outcome(self, step: Step, journal: Journal) -> Outcome:
        if step.action in _HELD_BACK:
            return self._ended(step, _HELD_BACK[step.action], code=step.code, message=step.message)
        if self.stopped is not None:
            return self._ended(step, OutcomeKind.NOT_ATTEMPTED, message=str(self.stopped))
        try:
            if len(self._items) >= _ROOM[self._api]:
                message = f"The submission holds {reviews.MOST_ITEMS} items. Send it with --submit, then go on with it."
                return self._ended(step, OutcomeKind.NOT_ATTEMPTED, code=FULL, message=message)
            return self._handed_off(step, journal)
        except (ServiceError, JournalError) as error:
            self.stopped = error
            return self._ended(step, OutcomeKind.NOT_ATTEMPTED, message=str(error))

    def _handed_off(self, step: Step, journal: Journal) -> Outcome:
        """Add one item; after a request without an answer, what the service shows decides whether to send it again."""

        def before(at: datetime) -> None:
            """Record the intent before an attempt."""
            journal.intend(step, at)

        attempts, identity = 0, step.resource_id or ""
        doubtful: Answer | None = None
        try:
            for _ in range(TRIES):
                answer = self._client.perform(self._call(step.resource, identity, before), before=before)
                attempts += answer.attempts
                if answer.verdict is not Verdict.UNKNOWN:
                    break
                doubtful = answer
                self._wait_until_visible(answer.sent_at)
                if (step.resource.kind, identity) in self.look():
                    kind = OutcomeKind.ADOPTED
                    return self._ended(step, kind, answer=answer, attempts=attempts, message=step.message)
        except (ServiceError, JournalError) as error:
            if doubtful is None:
                raise
            self.stopped, answer = error, doubtful  # it was sent, whatever ended the looks for it
        kind = _OUTCOME_BY_VERDICT[answer.verdict]
        if kind is OutcomeKind.CREATED:
            self._items.append((step.resource.kind, identity))
            return self._ended(step, kind, answer=answer, attempts=attempts, message=step.message)
        first = problems(answer.result)[0].code if isinstance(answer.result, Reply) else NO_ANSWER
        code = NO_ANSWER if kind is OutcomeKind.UNKNOWN else first
        return self._ended(step, kind, answer=answer, attempts=attempts, code=code, message=self._why(step, answer))

    def _why(self, step: Step, answer: Answer) -> str:
        match self._api:
            case Api.V1:
                return said(answer)
            case Api.V2:
                return self._refusals.of_item(step, answer)
            case _:
                assert_never(self._api)

    def _call(self, kind: Resource, identity: str, before: Callable[[datetime], None]) -> Call:
        match self._api:
            case Api.V1:
                return reviews.release(kind, self._target.detail_id, identity)
            case Api.V2:
                return reviews.add_item(kind, self._opened(before), identity)
            case _:
                assert_never(self._api)

    def _opened(self, before: Callable[[datetime], None]) -> str:
        """The open submission, created if there is none; the intent of its first item covers this request, too."""
        for _ in range(TRIES):
            if self.submission_id is not None:
                return self.submission_id
            answer = self._client.perform(reviews.create_submission(self._app_id, self._platform), before=before)
            if answer.verdict is Verdict.DONE and isinstance(answer.result, Reply):
                self.submission_id = str(resource(answer.result)["id"])
            elif answer.verdict is Verdict.UNKNOWN:
                self._wait_until_visible(answer.sent_at)
                self.look()
            else:
                self.is_refused = True
                raise ServiceError(f"No review submission could be opened: {self._refusals.of_submission(answer)}")
        raise UnreachableError("No review submission could be opened: the service gave no usable answer.")

    def _wait_until_visible(self, sent_at: datetime) -> None:
        wait_until_visible(self._clock, self._stop, [sent_at], self._settle_wait_s)

    def _ended(
        self,
        step: Step,
        kind: OutcomeKind,
        *,
        answer: Answer | None = None,
        attempts: int = 0,
        code: str | None = None,
        message: str | None = None,
    ) -> Outcome:
        reply = answer.result if answer is not None and isinstance(answer.result, Reply) else None
        return Outcome(
            step,
            kind,
            resource_id=step.resource_id,
            code=code,
            message=message,
            attempts=attempts,
            request_id=request_id(reply) if reply is not None else None,
            sent_at=answer.sent_at if answer is not None else None,
            finished_at=self._clock.now(),
        )
