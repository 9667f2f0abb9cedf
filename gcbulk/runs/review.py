"""The verb review: show what is ready, add it to a submission, and submit that only if asked to.

The lines of the result name every version and its state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from gcbulk import reporting
from gcbulk.errors import CheckError, ServiceError, SettingsError
from gcbulk.options import Platform, PlatformWord, flag, word
from gcbulk.planning.kinds import all_resources, resources_in, rows_of
from gcbulk.planning.reviews import review_steps
from gcbulk.records import Action, Api, Outcome, OutcomeKind, ReportSheet, Resource, Role, Step
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.deferring import deferred_interrupts
from gcbulk.runs.shared.recorded import Recorded, end_recorded, meant
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.run_context import begun
from gcbulk.runs.shared.step_reports import steps_result
from gcbulk.runs.shared.watching import Watch, no_progress, watched
from gcbulk.service.reviewing import Reviewer, find_app
from gcbulk.service.visibility import wait_until_visible
from gcbulk.sheets import Checked
from gcbulk.wording import counted

Confirm = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What is wanted of a hand-off.

    Args:
        platform: whose review submission is used; its word will do as well.
        submit: whether the submission is sent to review; else it is left open.

    Raises:
        SettingsError: there is no such platform.
    """

    platform: PlatformWord = Platform.IOS
    submit: bool = False

    def __post_init__(self) -> None:
        """Take the platform's word as the member it stands for."""
        object.__setattr__(self, "platform", word(Platform, self.platform, "platform"))
        flag(self.submit, "submit")


def review_file(
    path: Path | None,
    checked: Checked | None,
    service: Service,
    target: ReportTarget,
    *,
    options: ReviewOptions,
    confirm: Confirm,
    watch: Watch = no_progress,
) -> Result:
    """Hand what is ready to review.

    Args:
        path: the file; None for everything that is live.
        checked: its rows; None likewise.
        service: where to.
        target: where the report goes.
        options: what is wanted.
        confirm: asked once, with what would be done in sentences, before anything is changed.
        watch: what shows the progress.

    Raises:
        CheckError: the file has an error that belongs to no row.
        SettingsError: it was not confirmed, or none of it is handed to review.
        LockedError: another run works on the same app.
        WorkbookError: no report can be written where it was asked for.
        JournalError: the journal cannot be used, so nothing was changed; with a damaged one no request was sent.
    """
    if checked is not None and checked.file_errors:
        raise CheckError("\n".join(issue.message for issue in checked.file_errors))
    resources = all_resources() if checked is None else resources_in(checked)
    kinds = tuple(kind for kind in resources if kind.is_reviewed(service.api))
    if not kinds:
        raise SettingsError(f"Nothing of this is handed to review by --api {service.api}.")
    row_refs = {kind: _row_refs(checked, kind) for kind in kinds} if checked is not None else None
    target.require(path)
    service.examine()
    with service.exclusive():
        _wait_for_earlier(service, kinds)
        reviewer = _reviewer(service, kinds, options)
        handed_off = reviewer.look()
        snapshot = service.snapshot(row_refs if row_refs is not None else dict.fromkeys(kinds), with_images=True)
        steps = review_steps(kinds, snapshot, handed_off, row_refs)
        ready = [step for step in steps if step.action is Action.CREATE]
        wants_sending = options.submit and service.api is Api.V2 and bool(ready or reviewer.item_count)
        about = reporting.describe_target(service.target, service.settings.base_url)
        said = [about, *_lines(steps), *_intent(ready, reviewer, options, service.api)]
        if (ready or wants_sending) and not confirm(said):
            raise SettingsError("Nothing was sent: it was not confirmed.")
        with deferred_interrupts(service.session.stop):
            record, sent = _carried_out(service, reviewer, steps, path, checked, sending=wants_sending, watch=watch)
    ended = steps_result(path, checked, record, target, sheet=ReportSheet.REVIEW, requests=service.requests)
    return replace(ended, notes=(about, *_lines(steps), *sent, *ended.notes))


def _reviewer(service: Service, kinds: Sequence[Resource], options: ReviewOptions) -> Reviewer:
    app_id = find_app(service.client, service.target) if service.api is Api.V2 else ""
    return Reviewer(
        service.client,
        service.clock,
        service.session.stop,
        kinds=kinds,
        api=service.api,
        target=service.target,
        app_id=app_id,
        platform=options.platform,
    )


def _wait_for_earlier(service: Service, kinds: Sequence[Resource]) -> None:
    """Wait until everything that an earlier run sent without an answer is visible, if it was ever applied."""
    history = service.history()
    sent = [request for kind in kinds for request in history.of_role(kind, Role.REVIEW)]
    moments = [request.sent_at for request in sent if not request.confirmed]
    if moments:
        wait_until_visible(service.clock, service.session.stop, moments, service.settings.settle_wait_s)


def _carried_out(
    service: Service,
    reviewer: Reviewer,
    steps: Sequence[Step],
    path: Path | None,
    checked: Checked | None,
    *,
    sending: bool,
    watch: Watch,
) -> tuple[Recorded, tuple[str, ...]]:
    facts = reporting.app_facts([(service.target.bundle_id or "", service.target)], service.settings.base_url)
    with (
        closing(service.open_journal()) as journal,
        begun(
            service,
            journal,
            scope=service.scope,
            verb="review",
            source=path,
            meant={**meant(steps, facts), "app": service.target.bundle_id},
            ahead_s=service.ahead_s,
        ) as run,
    ):
        handed_off = reviewer.run(steps, journal, service.settings.settle_wait_s)
        outcomes = tuple(watched(handed_off, len(steps), watch, reviewer))
        sent = _sent(reviewer) if sending and reviewer.stopped is None else ()
        lines = reporting.outcome_lines(outcomes, checked.header if checked is not None else lambda *_: None)
        why = reviewer.stopped or journal.displaced()
        record = end_recorded(run, lines, facts, why, final=reviewer.is_refused)
    return record, (*sent, *_open(outcomes))


def _sent(reviewer: Reviewer) -> tuple[str, ...]:
    try:
        why = reviewer.submit()
    except ServiceError as error:
        why = str(error)
    if why is None:
        return (f"The review submission {reviewer.submission_id} was sent to review.",)
    reviewer.stopped = ServiceError(
        f"{why} What was put in stays in; look at it in App Store Connect, or run it again."
    )
    return ()


def _row_refs(checked: Checked, kind: Resource) -> dict[str, tuple[str, int]]:
    rows = rows_of(checked, kind, Role.THING)
    row_refs: dict[str, tuple[str, int]] = {}
    for key, row, sheet in zip(rows[kind.key], rows.index, rows["sheet"], strict=True):
        if key:
            row_refs.setdefault(str(key), (str(sheet), int(row)))
    return row_refs


def _lines(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        version = f" (version {step.resource_id})" if step.resource_id else ""
        yield f"{step.name}{version}: {step.message}"


def _intent(ready: Sequence[Step], reviewer: Reviewer, options: ReviewOptions, api: Api) -> Iterator[str]:
    """What would be done, in sentences."""
    if api is Api.V1:
        if ready:
            yield f"{len(ready):,} get a release and go live with the app's next version."
        return
    where = f"the open review submission {reviewer.submission_id}" if reviewer.submission_id else "a new submission"
    if ready:
        yield f"{len(ready):,} are put into {where} for {options.platform}."
    if options.submit:
        items = counted(reviewer.item_count, "item")
        yield f"Then the submission is sent to review, with what it holds already ({items})."
    elif ready:
        yield "The submission is not sent; add --submit for that."


def _open(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """What did not go through, besides what the lines above say."""
    for outcome in outcomes:
        if outcome.kind in (OutcomeKind.REJECTED, OutcomeKind.UNKNOWN, OutcomeKind.NOT_ATTEMPTED):
            yield f"{outcome.step.name}: {str(outcome.kind).replace('_', ' ')}. {outcome.message}"
