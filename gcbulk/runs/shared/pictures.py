"""Send pictures, after the localizations they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from gcbulk.appstore.image_parts import LOCAL_HOSTS
from gcbulk.appstore.images import NO_ANSWER, PARTS_FAILED
from gcbulk.errors import GcbulkError
from gcbulk.files.images import read_picture
from gcbulk.planning import Plan
from gcbulk.records import Identity, Outcome, OutcomeKind, Role, Step
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.looking import folder_of
from gcbulk.runs.shared.watching import Watch, watched
from gcbulk.service.journal import Journal
from gcbulk.service.transport import PlainConnection
from gcbulk.service.uploads import Uploader
from gcbulk.service.visibility import wait_until_visible

ROUNDS = 3
_AGAIN = (NO_ANSWER, PARTS_FAILED)


def send_pictures(
    plan: Plan,
    service: Service,
    journal: Journal,
    texts: Iterable[Outcome],
    *,
    stopped: GcbulkError | None,
    watch: Watch,
) -> tuple[list[Outcome], GcbulkError | None]:
    """Send the pictures of a plan; what got no answer is looked at again after the settle wait.

    Args:
        plan: the plan.
        service: where to.
        journal: with a run begun.
        texts: what became of everything else.
        stopped: why the run has to stop already, None while it goes on.
        watch: what shows the progress.

    Returns:
        One outcome a step, and why the run stopped, None when it came to its end.
    """
    steps = [step for step in plan.todo if step.role is Role.IMAGE]
    if not steps:
        return [], stopped
    folder = folder_of(plan.checked)
    with closing(PlainConnection()) as parts:
        uploader = Uploader(
            service.client,
            parts,
            journal,
            service.clock,
            service.session.stop,
            api=service.api,
            local=urlsplit(service.settings.base_url).hostname in LOCAL_HOSTS,
            read=lambda step: read_picture(folder, step.attributes["path"], step.attributes["digest"]),
        )
        uploader.stopped = stopped
        outcomes = _in_rounds(uploader, service, steps, texts, watch)
    return outcomes, uploader.stopped


def _in_rounds(
    uploader: Uploader, service: Service, steps: list[Step], texts: Iterable[Outcome], watch: Watch
) -> list[Outcome]:
    by_identity = {outcome.step.identity: outcome for outcome in texts if outcome.step.role is Role.TEXT}
    shown = watched(_first(uploader, service, steps, by_identity), len(steps), watch, uploader)
    outcomes = {outcome.step.row_identity: outcome for outcome in shown}
    for _ in range(ROUNDS):
        open_ = [outcome for outcome in outcomes.values() if _is_open(outcome)]
        if not open_ or uploader.stopped:
            break
        _wait_until_visible(service, (outcome.sent_at or outcome.finished_at for outcome in open_))
        again = uploader.run([outcome.step for outcome in open_], by_identity, again=True)
        outcomes.update({outcome.step.row_identity: _added(outcome, outcomes) for outcome in again})
    return [outcomes[step.row_identity] for step in steps]


def _is_open(outcome: Outcome) -> bool:
    """Whether another try may decide it; a picture that the service is still looking at is left for the next push."""
    return outcome.kind is OutcomeKind.UNKNOWN and outcome.code in _AGAIN


def _first(
    uploader: Uploader, service: Service, steps: list[Step], texts: Mapping[Identity, Outcome]
) -> Iterator[Outcome]:
    """The first try; pictures for which an earlier run may still have a request under way come last."""
    maybe_invisible = [step for step in steps if step.sent_at is not None]
    yield from uploader.run([step for step in steps if step.sent_at is None], texts)
    if maybe_invisible and uploader.stopped is None:
        _wait_until_visible(service, (step.sent_at for step in maybe_invisible))
    yield from uploader.run(maybe_invisible, texts)


def _wait_until_visible(service: Service, moments: Iterable[datetime | None]) -> None:
    """Wait until everything sent so far must be visible, if it was ever applied."""
    known = [moment or service.clock.now() for moment in moments]
    wait_until_visible(service.clock, service.session.stop, known, service.settings.settle_wait_s)


def _added(outcome: Outcome, outcomes: Mapping[object, Outcome]) -> Outcome:
    """An outcome of a later round, with the attempts of earlier ones added."""
    before = outcomes[outcome.step.row_identity]
    if outcome.kind is OutcomeKind.NOT_ATTEMPTED:
        return before  # a try that never left does not tell what became of the one before
    return replace(
        outcome,
        attempts=before.attempts + outcome.attempts,
        request_id=outcome.request_id or before.request_id,
        sent_at=outcome.sent_at or before.sent_at,
    )
