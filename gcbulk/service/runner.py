"""Carry out the steps of a plan, one after the other.

Each outcome is made durable before the next request goes out. One row's failure never stops the others; when something
stops the run, the remaining steps are reported as not attempted. Creates go out in the order of the sheet, because
that is the order in which Game Center shows things.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import Verdict, problems, request_id
from gcbulk.appstore.things import create, create_text, created_ids, remove, set_order, update
from gcbulk.appstore.versions import open_version
from gcbulk.errors import GcbulkError, JournalError, ServiceError
from gcbulk.records import Action, Api, Identity, Outcome, OutcomeKind, Resource, Role, Step, Target, joined
from gcbulk.service.client import Answer, Client, reason
from gcbulk.service.clock import Clock
from gcbulk.service.journal import Journal
from gcbulk.service.live import version_id

NO_ANSWER = "no-answer"
"""Code of an UNKNOWN outcome: the request was sent, and no usable answer came."""
TAKEN = "identifier-taken"
"""Code of an UNKNOWN outcome: the service says that the identifier is taken; a look-up has to tell by whom."""
VERSION_UNKNOWN = "version-unknown"
"""Code of a BLOCKED outcome: the version that it needs was not opened, or not for certain."""
VERSION_FAILED = "version-failed"
"""Code of a BLOCKED outcome: the service refused to open the version that it needs."""
NO_VERSION = "no-version"
"""Code of a BLOCKED outcome: no version of the thing shows yet to put a localization under."""

_DECIDED = {
    Action.UNCHANGED: OutcomeKind.UNCHANGED,
    Action.EXISTED: OutcomeKind.EXISTED,
    Action.ADOPT: OutcomeKind.ADOPTED,
    Action.CONFLICT: OutcomeKind.CONFLICT,
    Action.REJECT: OutcomeKind.REJECTED,
    Action.BLOCKED: OutcomeKind.BLOCKED,
    Action.SETTLE: OutcomeKind.UNKNOWN,
    Action.GONE: OutcomeKind.DELETED,
}
_DONE = {
    Action.CREATE: OutcomeKind.CREATED,
    Action.UPDATE: OutcomeKind.UPDATED,
    Action.DELETE: OutcomeKind.DELETED,
}
"""What is sent, and how it ends when the service has done it."""
_Request: TypeAlias = tuple[Identity, str]
_PRESENT = {OutcomeKind.CREATED, OutcomeKind.UPDATED, OutcomeKind.UNCHANGED, OutcomeKind.ADOPTED, OutcomeKind.EXISTED}


class Runner:
    """Carries out steps; keeps what became of the things for the localizations that follow.

    Args:
        client: how to reach the service.
        journal: where intents and results go, with a run begun.
        clock: what dates the outcomes.
        api: which form of the API is spoken.
        target: where things are created.
    """

    def __init__(self, client: Client, journal: Journal, clock: Clock, *, api: Api, target: Target) -> None:
        self._client = client
        self._journal = journal
        self._clock = clock
        self._api = api
        self._target = target
        self._outcomes: dict[Identity, Outcome] = {}  # of things, and of versions that were opened
        self._versionless: set[Identity] = set()
        self._earlier: dict[_Request, Outcome] = {}
        self._unanswered: dict[_Request, datetime | None] = {}
        self.stopped: GcbulkError | None = None

    def run(self, steps: Iterable[Step]) -> Iterator[Outcome]:
        """Carry out steps in order, a thing always before its localizations; may be called again to go on.

        When the run has to stop, the steps left come out as not attempted and `stopped` says why.
        """
        for step in steps:
            outcome = self._outcome(step)
            if step.role in (Role.THING, Role.VERSION):
                self._outcomes[step.identity] = outcome
            yield outcome

    def _outcome(self, step: Step) -> Outcome:
        if step.action not in _DONE:
            return self._recorded(self._decided(step))
        obstacle = self._obstacle(step)
        if obstacle is not None:
            return self._recorded(obstacle)
        if self.stopped is not None:
            return self._continued(self._not_attempted(step, self.stopped))
        try:
            return self._recorded(self._sent(step))
        except (ServiceError, JournalError) as error:
            self.stopped = error
            return self._recorded(self._not_attempted(step, error))

    def _decided(self, step: Step) -> Outcome:
        code, message = step.code, step.message
        if step.action is Action.SETTLE:
            code, message = NO_ANSWER, "Sent before without an answer, and not visible yet."
        return Outcome(
            step,
            _DECIDED[step.action],
            resource_id=step.resource_id,
            parent_id=step.parent_id,
            code=code,
            message=message,
            sent_at=step.sent_at,
            finished_at=self._clock.now(),
        )

    def _obstacle(self, step: Step) -> Outcome | None:
        if step.role is Role.ORDER:
            return self._order_obstacle(step)
        parent = self._outcomes.get(step.above) if step.above else None
        if parent is not None and not _may_be_under(parent):
            return self._blocked_by_parent(step, parent)
        return self._version_obstacle(step) if step.version else None

    def _blocked_by_parent(self, step: Step, parent: Outcome) -> Outcome:
        unknown = parent.kind is OutcomeKind.UNKNOWN
        ended = "it is not known whether it was created" if unknown else f"it is {parent.kind}"
        where = f"sheet {parent.step.sheet!r}, row {parent.step.row}"
        return self._blocked(
            step,
            step.resource.unknown if unknown else step.resource.failed,
            f"Not sent, because of its {step.resource.noun.one} {parent.step.name} ({where}): {ended}. Fix that row "
            "first.",
        )

    def _version_obstacle(self, step: Step) -> Outcome | None:
        """The outcome of a localization whose version was not opened, or perhaps not."""
        opening = self._outcomes.get((step.resource.kind, Role.VERSION, step.version or ()))
        if opening is not None and opening.kind is OutcomeKind.NOT_ATTEMPTED:
            return None
        unknown = opening is None or opening.kind is OutcomeKind.UNKNOWN
        said = f" The service says: {opening.message}" if opening is not None and not unknown else ""
        message = f"Not sent, because the new version that it needs was not opened.{said}"
        return self._blocked(step, VERSION_UNKNOWN if unknown else VERSION_FAILED, message)

    def _order_obstacle(self, step: Step) -> Outcome | None:
        if all(outcome.kind is not OutcomeKind.UNKNOWN for outcome in self._things(step.resource)):
            return None
        noun = step.resource.noun.one
        message = f"Not sent, because it is not known of every {noun} whether it was created. Push again later."
        return self._blocked(step, step.resource.unknown, message)

    def _things(self, kind: Resource) -> list[Outcome]:
        """What became of the things of a kind."""
        outcomes = self._outcomes.values()
        return [outcome for outcome in outcomes if outcome.step.resource is kind and outcome.step.role is Role.THING]

    def _blocked(self, step: Step, code: str, message: str) -> Outcome:
        return Outcome(step, OutcomeKind.BLOCKED, code=code, message=message, finished_at=self._clock.now())

    def _sent(self, step: Step) -> Outcome:
        call = self._call(step)
        if call is None:
            return self._blocked(
                step,
                NO_VERSION,
                f"Not sent, because the service shows no version of the {step.resource.noun.one} "
                f"{joined(step.parent or ())} to put it under. Push again later; if that does not help, look at it in "
                "App Store Connect.",
            )
        answer = self._client.perform(call, before=lambda at: self._journal.intend(step, at))
        return self._judged(step, answer)

    def _call(self, step: Step) -> Call | None:
        kind = step.resource
        if step.role is Role.ORDER:
            return set_order(kind, self._api, self._target, self._ordered(step))
        if step.role is Role.VERSION:
            return open_version(kind, self._api, step.parent_id or "")
        if step.action is Action.UPDATE:
            changed = {change.field: change.after for change in step.changes}
            return update(kind, self._api, step.role, step.resource_id or "", changed)
        if step.action is Action.DELETE:
            return remove(kind, self._api, step.resource_id or "")
        if step.role is Role.THING:
            return create(kind, self._api, self._target, step.attributes)
        parent_id = step.parent_id or self._parent_id(step.above)
        return create_text(kind, self._api, parent_id, step.attributes) if parent_id else None

    def _ordered(self, step: Step) -> list[str]:
        """The ids of an order: what this run created is included, and what could not be deleted comes last."""
        became = self._things(step.resource)
        made = {outcome.step.name: outcome.resource_id for outcome in became}
        ordered = [resource_id or made.get(key) for key, resource_id in step.attributes["order"]]
        kept = [
            outcome.resource_id for outcome in became if outcome.step.action is Action.DELETE and not _is_gone(outcome)
        ]
        return [resource_id for resource_id in dict.fromkeys([*ordered, *kept]) if resource_id is not None]

    def _parent_id(self, above: Identity | None) -> str | None:
        parent = self._outcomes.get(above) if above else None
        if parent is None or parent.parent_id or parent.resource_id is None or above in self._versionless:
            return parent.parent_id if parent else None
        # The reply to the create did not name the version: ask once for all of its localizations.
        version = version_id(self._client, parent.step.resource, self._api, parent.resource_id)
        self._outcomes[parent.step.identity] = dataclasses.replace(parent, parent_id=version)
        if version is None:
            self._versionless.add(parent.step.identity)
        return version

    def _judged(self, step: Step, answer: Answer) -> Outcome:
        verdict = _verdict(step, answer)
        kind = _DONE[step.action] if verdict is Verdict.DONE else _OUTCOME_BY_VERDICT[verdict]
        code = message = pointer = None
        resource_id, parent_id = step.resource_id, step.parent_id if step.role is Role.THING else None
        if verdict is Verdict.UNKNOWN:
            code, message = NO_ANSWER, f"Sent, but no usable answer came ({reason(answer.result)})."
        elif verdict is Verdict.DONE:
            if step.action is Action.CREATE and isinstance(answer.result, Reply):
                resource_id, parent_id = created_ids(step.resource, self._api, step.role, answer.result)
        elif isinstance(answer.result, Reply):
            first = problems(answer.result)[0]
            code, pointer = (TAKEN if verdict is Verdict.DUPLICATE else first.code), first.attribute
            message = "\n".join(problem.text for problem in problems(answer.result))
        return Outcome(
            step,
            kind,
            resource_id=resource_id,
            parent_id=parent_id,
            code=code,
            pointer=pointer,
            message=message,
            attempts=answer.attempts,
            request_id=request_id(answer.result) if isinstance(answer.result, Reply) else None,
            sent_at=answer.sent_at,
            finished_at=self._clock.now(),
        )

    def _not_attempted(self, step: Step, error: GcbulkError) -> Outcome:
        return Outcome(
            step,
            OutcomeKind.NOT_ATTEMPTED,
            resource_id=step.resource_id,
            message=str(error),
            finished_at=self._clock.now(),
        )

    def _continued(self, outcome: Outcome) -> Outcome:
        earlier = self._earlier.get(_request(outcome.step))
        if earlier is None:
            return outcome
        if outcome.kind is OutcomeKind.NOT_ATTEMPTED and earlier.kind is OutcomeKind.UNKNOWN:
            return earlier  # a second request that never left does not tell what became of the first
        return dataclasses.replace(
            outcome,
            attempts=earlier.attempts + outcome.attempts,
            request_id=outcome.request_id or earlier.request_id,
        )

    def _recorded(self, outcome: Outcome) -> Outcome:
        request = _request(outcome.step)
        outcome = self._continued(outcome)
        self._earlier[request] = kept = outcome
        if outcome.code == NO_ANSWER:
            self._unanswered[request] = outcome.sent_at
        elif outcome.code == TAKEN:
            # This attempt was not applied, so it must not count as an intent of ours later; an earlier one may.
            kept = dataclasses.replace(outcome, sent_at=self._unanswered.get(request))
        try:
            self._journal.record([kept])
        except JournalError as error:
            self.stopped = self.stopped or error  # known here, and in the report; but nothing more may be sent
        return outcome


def _request(step: Step) -> _Request:
    return step.identity, step.fingerprint


def _is_gone(outcome: Outcome) -> bool:
    return outcome.kind is OutcomeKind.DELETED


def _may_be_under(parent: Outcome) -> bool:
    """Whether a localization may be sent: its thing is there, or has not been tried yet."""
    if parent.kind in _PRESENT or parent.kind is OutcomeKind.NOT_ATTEMPTED:
        return True
    return parent.step.action is Action.UPDATE  # it is there, whatever became of its change


def _verdict(step: Step, answer: Answer) -> Verdict:
    """What an answer means for a step: only a create can find its identifier taken, a delete finds nothing there."""
    status = answer.result.status if isinstance(answer.result, Reply) else None
    if step.action is Action.DELETE and status == 404:
        return Verdict.DONE
    if step.role is Role.VERSION and status == 409 and answer.verdict is Verdict.REJECTED:
        return Verdict.DUPLICATE  # there may be one in preparation already: the look-up that follows tells
    if answer.verdict is Verdict.DUPLICATE and step.action is not Action.CREATE:
        return Verdict.REJECTED
    return answer.verdict


_OUTCOME_BY_VERDICT = {
    Verdict.REJECTED: OutcomeKind.REJECTED,
    Verdict.FORBIDDEN: OutcomeKind.REJECTED,
    Verdict.DUPLICATE: OutcomeKind.UNKNOWN,
    Verdict.UNKNOWN: OutcomeKind.UNKNOWN,
}
