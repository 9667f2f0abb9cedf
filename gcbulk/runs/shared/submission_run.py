"""Plan submissions and send them, for as long as it takes.

A million rows stay in columns; only the chunk being sent is turned into request bodies. What was sent is recognised by
digests of its content, so a file may be sorted, cut or fixed between runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from gcbulk.errors import JournalError
from gcbulk.kinds import CONTENT, SUBMISSION_RESOURCES
from gcbulk.options import (
    IN_FLIGHT,
    MOST_IN_FLIGHT,
    OnDuplicate,
    OnDuplicateWord,
    flag,
    moment,
    whole,
    word,
)
from gcbulk.planning.submissions import (
    Reason,
    SubmissionHistory,
    SubmissionPlan,
    fingerprints,
    fold,
    natural_keys,
)
from gcbulk.records import Json, Resource, Target
from gcbulk.runs.shared.connection import Service, eta
from gcbulk.runs.shared.deferring import deferred_interrupts
from gcbulk.runs.shared.results import is_refused_key
from gcbulk.runs.shared.run_context import begun
from gcbulk.runs.shared.submission_queue import Queue, SubmissionWatch, scope_of, wait_needed
from gcbulk.runs.shared.submission_record import meant
from gcbulk.runs.shared.submission_report import history_of, run_lines
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.live import find_target, read_snapshot
from gcbulk.service.lock import RunLock
from gcbulk.service.own_files import is_there
from gcbulk.service.sender import Sender
from gcbulk.service.submission_journal import (
    Intent,
    State,
    SubmissionJournal,
    SubmissionResult,
    known_submissions,
    recorded_submissions,
)
from gcbulk.sheets import CheckedSubmissions


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """What is sent, and how.

    Args:
        on_duplicate: what becomes of several rows for the same player and achievement; its word will do as well.
        allow_lowering: whether a row lower than what was sent before is sent.
        send_zero: whether 0 % is sent, which reveals a hidden achievement.
        in_flight: requests in flight at most, from 1 to 100.
        max_requests: submissions to send in this run at most, 1 or more; None for all of them.
        stop_at: when to stop; it has to name a time zone.

    Raises:
        SettingsError: a value is not one of these.
    """

    on_duplicate: OnDuplicateWord = OnDuplicate.HIGHEST
    allow_lowering: bool = False
    send_zero: bool = False
    in_flight: int = IN_FLIGHT
    max_requests: int | None = None
    stop_at: datetime | None = None

    def __post_init__(self) -> None:
        """Take words as the members they stand for, and refuse what is out of range."""
        put = partial(object.__setattr__, self)
        put("on_duplicate", word(OnDuplicate, self.on_duplicate, "on_duplicate"))
        flag(self.allow_lowering, "allow_lowering")
        flag(self.send_zero, "send_zero")
        put("in_flight", whole(self.in_flight, "max_in_flight", most=MOST_IN_FLIGHT))
        if self.max_requests is not None:
            put("max_requests", whole(self.max_requests, "max_requests"))
        if self.stop_at is not None:
            put("stop_at", moment(self.stop_at, "stop_at"))

    @property
    def choices(self) -> dict[str, Json]:
        """The options that decide which records are sent, by name."""
        names = ("on_duplicate", "allow_lowering", "send_zero")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class SubmitRun:
    """A run that has ended.

    Args:
        run: its number in the journal.
        stopped: why it ended early, None when it came to its end.
        unsaved: results that the journal could not store any more.
        unstored: whether it was the journal that failed.
        lines: the report's lines, where the journal failed: its file may no longer be found by its name.
        refused: whether it was the key that was refused.
    """

    run: int
    stopped: str | None
    unsaved: Sequence[SubmissionResult] = ()
    unstored: bool = False
    lines: pd.DataFrame | None = None
    refused: bool = False


def make_submission_plan(
    checked: CheckedSubmissions, service: Service | None, options: SubmitOptions
) -> SubmissionPlan:
    """What a run would send; nothing is sent.

    Args:
        checked: the rows.
        service: the service whose achievements the rows have to name, and whose journal knows what was sent; None to
            plan without it.
        options: what is sent.

    Raises:
        ServiceError: the service cannot be reached.
        SettingsError: the key sees no app of a row's bundle id.
    """
    if service is None:
        return _timed(folded(checked, SubmissionHistory.empty(), options, None), None)
    history = SubmissionHistory.empty()
    if is_there(service.settings.journal):
        with closing(JournalFile(service.settings.journal)) as file:
            history = history_of(known_submissions(file, scope=scope_of(service), verb=checked.kind))
    targets = {} if checked.file_errors else _targets(service, checked)
    ids_of = SUBMISSION_RESOURCES[checked.kind].ids_of
    live_ids = None if ids_of is None or checked.file_errors else _live(service, targets, CONTENT[ids_of].resource)
    plan = folded(checked, history, options, live_ids)
    return _timed(replace(plan, targets=targets, base_url=service.settings.base_url), service)


def _timed(plan: SubmissionPlan, service: Service | None) -> SubmissionPlan:
    """The plan with the time that it takes at most."""
    remaining = service.remaining() if service is not None else None
    return replace(plan, duration=eta(plan.requests, service, remaining=remaining))


def folded(
    checked: CheckedSubmissions,
    history: SubmissionHistory,
    options: SubmitOptions,
    live_ids: Mapping[str, set[str]] | None,
) -> SubmissionPlan:
    """The plan by the options that it depends on; see `planning.submissions.fold` for the arguments."""
    return fold(
        checked,
        history,
        on_duplicate=options.on_duplicate,
        allow_lowering=options.allow_lowering,
        send_zero=options.send_zero,
        live_ids=live_ids,
    )


def apps_of(checked: CheckedSubmissions) -> list[str]:
    """The bundle ids of the rows without an error, in order."""
    return sorted(checked.rows["bundle_id"][~checked.bad].dropna().unique())


@contextmanager
def exclusive(service: Service, checked: CheckedSubmissions) -> Iterator[None]:
    """Be the only run on this machine that submits for the apps of the rows.

    Raises:
        LockedError: another run does.
    """
    with ExitStack() as stack:
        for bundle_id in apps_of(checked):
            scope = f"{scope_of(service)} {bundle_id} {checked.kind}"
            stack.enter_context(service.holding(RunLock(service.settings.journal, scope)))
        yield


def send(
    plan: SubmissionPlan, service: Service, options: SubmitOptions, *, source: Path | None, watch: SubmissionWatch
) -> SubmitRun:
    """Send what a plan says; what became of it is in the journal.

    Args:
        plan: the plan.
        service: where to.
        options: how.
        source: the file, None where the rows came from a frame.
        watch: what shows the progress.

    Raises:
        JournalError: the journal cannot be used, and nothing was sent.
    """
    path = service.settings.journal
    with deferred_interrupts(service.session.stop), closing(Journal(path, examined=False)) as journal:
        journal.guard(service.require_locks)
        return _sent(plan, service, options, journal, source=source, watch=watch)


def _sent(
    plan: SubmissionPlan,
    service: Service,
    options: SubmitOptions,
    journal: Journal,
    *,
    source: Path | None,
    watch: SubmissionWatch,
) -> SubmitRun:
    to_send, file = plan.to_send[: options.max_requests], journal.file
    intended = meant(plan, options.choices)
    with begun(service, journal, scope=scope_of(service), verb=plan.checked.kind, source=source, meant=intended) as run:
        queue = Queue(plan, to_send, service, watch, wait_needed(plan, to_send, file, run.id, service))
        with closing(SubmissionJournal(file, run.id)) as entries, _until(service, options.stop_at):
            _note_not_live(plan, entries, service.clock.now())
            sender = Sender(
                service.session,
                entries,
                path=plan.kind.path,
                in_flight=options.in_flight,
                repeatable=plan.kind.repeatable,
            )
            if len(to_send):
                sender.run(queue.chunks(sender.counts), watch=lambda counts: watch(queue.progress(counts)))
        # That the key was refused decides about the exit code, when the report is made again too.
        refusal = {"refused": True} if is_refused_key(sender.stopped) else None
        ended = run.end(sender.stopped, stopped=_left_over(plan, to_send), reported=refusal)
        ran = SubmitRun(run.id, ended.stopped, entries.unsaved, unstored=ended.unstored, refused=ended.refused)
        if ran.unstored:
            with suppress(JournalError):
                return replace(ran, lines=_lines(plan, file, ran, done=sender.counts[State.DONE]))
        return ran


def _lines(plan: SubmissionPlan, file: JournalFile, ran: SubmitRun, *, done: int) -> pd.DataFrame:
    """The report's lines from the file that is open, whatever is at its path by now."""
    known = int((recorded_submissions(file, ran.run).states == State.DONE).sum())
    if known + sum(result.state is State.DONE for result in ran.unsaved) < done:
        raise JournalError("The journal has lost results that were in it.")
    return run_lines(plan, file, ran.run, unsaved=ran.unsaved)


@contextmanager
def _until(service: Service, stop_at: datetime | None) -> Iterator[None]:
    """Stop at that time; reset afterwards, because the service may serve another run."""
    service.session.pacer.until = stop_at
    try:
        yield
    finally:
        service.session.pacer.until = None


def _targets(service: Service, checked: CheckedSubmissions) -> Mapping[str, Target]:
    """Where each app's content lives; of what needs no look-up only that of the app that was named."""
    apps = apps_of(checked)
    if SUBMISSION_RESOURCES[checked.kind].ids_of is None:
        named = service.settings.bundle_id
        return {named: service.target} if named in apps else {}
    return {bundle_id: _target(service, bundle_id, is_only=len(apps) == 1) for bundle_id in apps}


def _live(service: Service, targets: Mapping[str, Target], kind: Resource) -> Mapping[str, set[str]]:
    """The ids of what is live in each app."""

    def live(target: Target) -> set[str]:
        """The ids in one place."""
        return set(read_snapshot(service.client, service.clock, {kind: ()}, api=service.api, target=target).of(kind))

    return {bundle_id: live(target) for bundle_id, target in targets.items()}


def _target(service: Service, bundle_id: str, *, is_only: bool) -> Target:
    """Where an app's achievements live; the settings count for the app that they are about."""
    settings = service.settings
    if settings.bundle_id == bundle_id or (settings.bundle_id is None and is_only):
        return service.target
    return find_target(service.client, replace(settings, bundle_id=bundle_id, detail_id=None))


def _note_not_live(plan: SubmissionPlan, journal: SubmissionJournal, at: datetime) -> None:
    """Note which ids were not live, one row for each, so that the report can be made again without asking."""
    positions = np.flatnonzero(plan.reasons == Reason.NOT_LIVE)
    if not len(positions):
        return
    rows = plan.checked.rows.iloc[positions]
    positions = positions[~rows.duplicated(["bundle_id", "vendor_identifier"]).to_numpy()]
    rows = plan.checked.rows.iloc[positions]
    digests = zip(positions.tolist(), natural_keys(rows), fingerprints(rows), strict=True)
    journal.intend([Intent(position, key.tobytes(), body.tobytes(), 0) for position, key, body in digests], at)
    refused = [SubmissionResult(position, State.REJECTED, code=plan.kind.not_live) for position in positions.tolist()]
    journal.record(refused)


def _left_over(plan: SubmissionPlan, to_send: np.ndarray) -> str | None:
    """Why a run ends early that was asked to send only so much; None where nothing is left."""
    left = plan.requests - len(to_send)
    return (
        f"The number of requests asked for has been sent; {left:,} are left. Run it again to go on." if left else None
    )
