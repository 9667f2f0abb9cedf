"""Player submissions in bulk: from checked rows to a report, for as long as it takes.

What comes in: `sheets.CheckedSubmissions`, a `Service`, options. What goes out: a plan, then a `Result`. A million
rows stay columns; only the chunk that is being sent becomes bodies. What was sent is known by digests of content, so
a file may be sorted, cut or mended between runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from gcbulk import reporting
from gcbulk.appstore import submissions as endpoint
from gcbulk.appstore.limits import duration_s
from gcbulk.errors import GcbulkError, JournalError, SettingsError
from gcbulk.pipeline.connection import Service
from gcbulk.pipeline.reports import Place, write_report
from gcbulk.pipeline.results import Result, planned
from gcbulk.pipeline.submission_report import STEPS, history_of, submission_result
from gcbulk.pipeline.verbs import last_run
from gcbulk.planning.submissions import OnDuplicate, SubmissionHistory, SubmissionPlan, fold
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.lock import RunLock
from gcbulk.service.sender import IN_FLIGHT, Sender, Submission
from gcbulk.service.submission_journal import Intent, State, SubmissionJournal, known_submissions
from gcbulk.sheets import CheckedSubmissions

CHUNK = 500
"""Submissions whose intents are made durable together."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Args:
        counts: how many requests ended how.
        total: how many there are to send.
        remaining: what is left of the hour's budget.
        eta: the time that the rest takes at most.
    """

    counts: Counter[State]
    total: int
    remaining: int
    eta: timedelta

    @property
    def done(self) -> int:
        """How many requests have ended."""
        return sum(self.counts.values())

    @property
    def trouble(self) -> str:
        """What did not go through so far, in words; empty when all did."""
        some = {"rejected": self.counts[State.REJECTED], "unknown": self.counts[State.UNKNOWN]}
        return ", ".join(f"{count:,} {name}" for name, count in some.items() if count)


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """What is sent, and how.

    Args:
        on_duplicate: what becomes of several rows for the same player and achievement: "highest", "last", "error".
        allow_lowering: whether a row lower than what was sent before is sent.
        send_zero: whether 0 % is sent, which reveals a hidden achievement.
        in_flight: requests in flight at most.
        max_requests: submissions to send in this run at most.
        stop_at: when to stop (UTC).
    """

    on_duplicate: OnDuplicate = "highest"
    allow_lowering: bool = False
    send_zero: bool = False
    in_flight: int = IN_FLIGHT
    max_requests: int | None = None
    stop_at: datetime | None = None


_DEFAULTS = SubmitOptions()


def plan_submissions(
    checked: CheckedSubmissions, service: Service | None, options: SubmitOptions = _DEFAULTS
) -> SubmissionPlan:
    """What a run would send; nothing is sent.

    Args:
        checked: the rows.
        service: the service whose achievements the rows have to name, and whose journal knows what was sent; None to
            plan without it.
        options: what is sent.
    """
    if service is None:
        return _folded(checked, SubmissionHistory.empty(), options, None)
    with closing(JournalFile(service.settings.journal)) as file:
        history = history_of(known_submissions(file, scope=_scope(service), verb=checked.kind))
    return _folded(checked, history, options, _vendor_identifiers(service, checked))


def plan_submissions_file(
    checked: CheckedSubmissions, service: Service | None, options: SubmitOptions = _DEFAULTS
) -> Result:
    """Say what a run would send, and how long that takes at most; nothing is sent."""
    plan = plan_submissions(checked, service, options)
    eta = _eta(plan.requests, service)
    return Result(
        rows=len(checked.rows),
        outcomes={},
        issues=checked.issues,
        requests=service.requests if service else 0,
        exit=2 if checked.file_errors else 0,
        notes=(*reporting.submissions_text(checked), *reporting.submission_plan_text(plan.counts, eta)),
        plan=planned(plan.counts, plan.requests, eta),
    )


def check_submissions_file(path: Path, checked: CheckedSubmissions, place: Place) -> Result:
    """Say what is wrong with a file of submissions, in its report too; exit code 2 when there is an error."""
    written = write_report(path, reporting.submission_check_lines(checked, step=STEPS[checked.kind]), place)
    return Result(
        rows=len(checked.rows),
        outcomes={},
        issues=checked.issues,
        report=written.report,
        exit=written.exit(0 if checked.ok else 2),
        notes=(*reporting.submissions_text(checked), *written.notes),
    )


def submit_file(
    path: Path,
    checked: CheckedSubmissions,
    service: Service,
    place: Place,
    *,
    options: SubmitOptions = _DEFAULTS,
    confirm: Callable[[Sequence[str]], bool],
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Result:
    """Send what has to be sent, and write the report.

    Args:
        path: the file.
        checked: its rows.
        service: where to.
        place: where the report goes.
        options: what is sent, and how.
        confirm: asked once, with the plan in words, before anything is sent.
        watch: called now and then with how far it is.

    Returns:
        How it ended; exit code 2 where the file has an error that belongs to no row: then nothing was sent.

    Raises:
        SettingsError: it was not confirmed.
        LockedError: another run submits for the same app; no request was sent.
        JournalError: the journal cannot be used.
    """
    place.require(path)
    if checked.file_errors:
        found = check_submissions_file(path, checked, place)
        return replace(found, notes=(*found.notes, "Nothing was sent: the file as a whole has to be mended first."))
    with _locked(service, checked):
        plan = plan_submissions(checked, service, options)
        told = reporting.submission_plan_text(plan.counts, _eta(plan.requests, service), target=service.target)
        if plan.requests and not confirm(told):
            raise SettingsError("Nothing was sent: it was not confirmed.")
        run, stopped = _send(path, plan, service, options, watch)
        with closing(JournalFile(service.settings.journal, examined=False)) as file:
            return submission_result(
                path,
                plan,
                file,
                place,
                scope=_scope(service),
                run=run,
                stopped=stopped,
                requests=service.requests,
            )


def report_submissions_file(
    path: Path, checked: CheckedSubmissions, journal: Path, place: Place, options: SubmitOptions = _DEFAULTS
) -> Result:
    """Make the report of the file's last run again, from the journal alone.

    Raises:
        SettingsError: the journal knows of no such run of this file.
    """
    if not journal.exists():
        raise SettingsError(f"There is no journal at {journal}; name the one that was used with --journal.")
    with closing(JournalFile(journal)) as file:
        run = last_run(file.runs(), path, journal, verb=checked.kind)
        before = known_submissions(file, scope=run.scope, verb=checked.kind, last=run.id - 1)
        plan = _folded(checked, history_of(before), options, None)
        return submission_result(path, plan, file, place, scope=run.scope, run=run.id, stopped=run.stopped, requests=0)


def _send(
    path: Path,
    plan: SubmissionPlan,
    service: Service,
    options: SubmitOptions,
    watch: Callable[[Progress], None],
) -> tuple[int, str | None]:
    kind, to_send = plan.checked.kind, plan.to_send[: options.max_requests]
    service.line.pacer.until = options.stop_at
    with closing(JournalFile(service.settings.journal, examined=False)) as file:
        source = str(path.resolve())
        run = file.begin(scope=_scope(service), verb=kind, source=source, at=service.clock.now())
        service.share_budget(run)
        journal = SubmissionJournal(file, run)
        sender = Sender(
            service.line,
            journal,
            path=endpoint.PATHS[kind],
            in_flight=options.in_flight,
            repeatable=kind == "submissions",
        )
        try:
            sender.run(_chunks(plan, to_send), watch=lambda counts: watch(_progress(counts, to_send, service)))
        finally:
            journal.close()
        stopped = _why_stopped(sender.stopped, plan, to_send)
        with suppress(JournalError):  # what stopped the run may be the journal itself
            file.end(run, stopped)
    return run, stopped


def _why_stopped(error: GcbulkError | None, plan: SubmissionPlan, to_send: np.ndarray) -> str | None:
    if error is not None:
        return str(error)
    left = plan.requests - len(to_send)
    return (
        f"The number of requests asked for has been sent; {left:,} are left. Run it again to go on." if left else None
    )


def _chunks(plan: SubmissionPlan, to_send: np.ndarray) -> Iterator[list[Submission]]:
    keys, prints = plan.keys, plan.fingerprints
    for begin in range(0, len(to_send), CHUNK):
        positions = to_send[begin : begin + CHUNK]
        bodies = endpoint.bodies(plan.checked.rows, positions)
        values = plan.values[positions].tolist()
        yield [
            Submission(Intent(int(position), keys[position].tobytes(), prints[position].tobytes(), value), body)
            for position, value, body in zip(positions, values, bodies, strict=True)
        ]


def _progress(counts: Counter[State], to_send: np.ndarray, service: Service) -> Progress:
    left = len(to_send) - sum(counts.values())
    return Progress(counts, len(to_send), service.line.pacer.remaining, _eta(left, service))


def _eta(requests: int, service: Service | None) -> timedelta:
    if service is None:
        return timedelta(seconds=duration_s(requests))
    pacer = service.line.pacer
    seconds = duration_s(requests, per_hour=pacer.per_hour, per_minute=pacer.per_minute, remaining=pacer.remaining)
    return timedelta(seconds=seconds)


def _folded(
    checked: CheckedSubmissions, history: SubmissionHistory, options: SubmitOptions, known: set[str] | None
) -> SubmissionPlan:
    return fold(
        checked,
        history,
        on_duplicate=options.on_duplicate,
        allow_lowering=options.allow_lowering,
        send_zero=options.send_zero,
        known=known,
    )


def _vendor_identifiers(service: Service, checked: CheckedSubmissions) -> set[str] | None:
    """The live achievements' ids; None where they cannot be known, as for leaderboards."""
    return set(service.snapshot(()).achievements) if checked.kind == "submissions" else None


def _scope(service: Service) -> str:
    """Submissions of all apps at a service are one scope: the app is part of their natural key."""
    return service.settings.base_url


@contextmanager
def _locked(service: Service, checked: CheckedSubmissions) -> Iterator[None]:
    """A lock for each app in the file."""
    with ExitStack() as stack:
        for bundle_id in sorted(checked.rows["bundle_id"].dropna().unique()):
            scope = f"{service.settings.base_url} {bundle_id} {checked.kind}"
            stack.enter_context(RunLock(service.settings.journal, scope).held())
        yield
