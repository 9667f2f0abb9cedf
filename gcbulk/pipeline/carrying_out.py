"""From checked rows to outcomes: plan, run, and settle what got no answer.

What comes in: `sheets.Checked` and a `Service`. What goes out: a `Plan`, then one `Outcome` a step. A request without
an answer is not a failure: after the settle wait one listing tells whether it was applied, and only then is it sent
again. That is done at most `ROUNDS` times; what is still open then is reported as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from gcbulk.appstore.limits import duration_s
from gcbulk.errors import CheckError, JournalError, PlanError, ServiceError
from gcbulk.pipeline.connection import Service
from gcbulk.planning import Plan, plan_steps
from gcbulk.records import Action, History, Outcome, OutcomeKind, Snapshot, Step
from gcbulk.service.journal import Journal
from gcbulk.service.runner import NO_VERSION, PARENT_UNKNOWN, TAKEN, Runner
from gcbulk.sheets import Checked

ROUNDS = 3

Watch = Callable[[Iterable[Outcome], int], Iterable[Outcome]]
"""What shows the progress: takes the outcomes as they come and their number, and gives them on."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that has ended.

    Args:
        outcomes: how each step ended, in the order of the plan.
        stopped: why it ended early, None when it came to its end.
    """

    outcomes: tuple[Outcome, ...]
    stopped: str | None


def unwatched(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
    """Show no progress."""
    return outcomes


def make_plan(checked: Checked, service: Service | None) -> Plan:
    """What would be sent for a file.

    Args:
        checked: the file.
        service: the service to compare with; None for a plan as if nothing were live.

    Raises:
        CheckError: the file has an error that belongs to no row, so nothing of it may be sent.
        ServiceError: the service cannot be reached.
    """
    if checked.file_errors:
        text = "\n".join(issue.message for issue in checked.file_errors)
        raise CheckError(f"Nothing can be sent while the file has this problem:\n{text}")
    if service is None:
        todo = plan_steps(checked)
        return Plan(checked, None, todo, _duration(todo, None))
    snapshot = service.snapshot(_localized(checked))
    todo = _steps(checked, service, snapshot, service.history())
    return Plan(checked, service.target, todo, _duration(todo, service), tuple(_warnings(todo, snapshot)))


def carry_out(plan: Plan, service: Service, *, verb: str = "push", watch: Watch = unwatched) -> Finished:
    """Send what the plan says, with a lock and a journal.

    Args:
        plan: a plan made with this service.
        service: where to.
        verb: what the journal calls the run.
        watch: what shows the progress.

    Raises:
        LockedError: another run works on the same app.
        JournalError: the journal cannot be used; what was sent until then is in it.
        PlanError: the plan was made without a service.
    """
    if plan.target != service.target:
        raise PlanError("The plan was not made with this service. Make it again with gcbulk.plan(checked, service).")
    with service.held():
        journal = Journal(service.settings.journal)
        try:
            source = plan.checked.book.path
            run = journal.begin(
                scope=service.scope,
                verb=verb,
                source=str(source.resolve()) if source else None,
                at=service.clock.now(),
            )
            service.share_budget(run)
            runner = Runner(service.client, journal, service.clock, api=service.api, target=service.target)
            outcomes = _rounds(plan, service, journal, runner, watch)
            stopped = str(runner.stopped) if runner.stopped else None
            with suppress(JournalError):  # what stopped the run may be the journal itself
                journal.end(stopped)
        finally:
            journal.close()
    return Finished(tuple(outcomes), stopped)


def _rounds(plan: Plan, service: Service, journal: Journal, runner: Runner, watch: Watch) -> list[Outcome]:
    found = {_place(outcome.step): outcome for outcome in watch(runner.run(plan.todo), len(plan.todo))}
    for _ in range(ROUNDS):
        open_ = {place: outcome for place, outcome in found.items() if _is_open(outcome)}
        if not open_ or runner.stopped:
            break
        try:
            todo = list(_again(plan, service, journal, open_))
        except ServiceError as error:
            runner.stopped = error
            break
        found.update({_place(outcome.step): outcome for outcome in runner.run(todo)})
    return list(found.values())


def _again(plan: Plan, service: Service, journal: Journal, open_: dict[object, Outcome]) -> Iterator[Step]:
    """The open steps, planned anew from a listing that is late enough to be believed."""
    last = max(outcome.sent_at or outcome.finished_at or service.clock.now() for outcome in open_.values())
    settled_at = last + timedelta(seconds=service.settings.settle_wait_s)
    service.clock.wait(max((settled_at - service.clock.now()).total_seconds(), 0.0), service.line.stop)
    snapshot = service.snapshot(_localized(plan.checked))
    history = journal.history(service.scope)
    for step in _steps(plan.checked, service, snapshot, history):
        if (before := open_.get(_place(step))) is not None:
            yield _told(step, before) if before.code == TAKEN else step


def _told(step: Step, before: Outcome) -> Step:
    """What a look-up says of an identifier that the service called taken."""
    if step.action is Action.UNCHANGED:
        return replace(step, action=Action.EXISTED)
    if step.action is Action.CREATE:
        message = (
            f"{before.message} It is not among the app's achievements, so a deleted one may hold it. "
            "Give the row another id."
        )
        return replace(step, action=Action.REJECT, code=TAKEN, message=message)
    return step


def _is_open(outcome: Outcome) -> bool:
    return outcome.kind is OutcomeKind.UNKNOWN or outcome.code in (PARENT_UNKNOWN, NO_VERSION)


def _place(step: Step) -> object:
    return step.kind, step.sheet, step.row, step.key


def _steps(checked: Checked, service: Service, snapshot: Snapshot, history: History) -> tuple[Step, ...]:
    wait = timedelta(seconds=service.settings.settle_wait_s)
    shown_by = snapshot.taken_at - wait if snapshot.taken_at else None
    return plan_steps(checked, snapshot, history, shown_by=shown_by)


def _localized(checked: Checked) -> set[str]:
    return set(checked.localizations["vendor_identifier"])


def _duration(todo: Iterable[Step], service: Service | None) -> timedelta:
    creates = sum(1 for step in todo if step.action is Action.CREATE)
    if service is None:
        return timedelta(seconds=duration_s(creates))
    pacer = service.line.pacer
    return timedelta(seconds=duration_s(creates, per_hour=pacer.per_hour, per_minute=pacer.per_minute))


def _warnings(todo: Iterable[Step], snapshot: Snapshot) -> Iterator[str]:
    new = [step for step in todo if step.kind == "achievement" and step.action is Action.CREATE]
    live = [one for same in snapshot.achievements.values() for one in same if not one.attributes.get("archived")]
    points = sum(_points(one.attributes) for one in live) + sum(_points(step.attributes) for step in new)
    if new and points > 1000:
        yield f"With what is live already the points add up to {points:,}; the service allows 1,000 in total."
    if new and len(live) + len(new) > 100:
        yield f"With what is live already there would be {len(live) + len(new)} achievements; the service allows 100."


def _points(attributes: object) -> int:
    points = attributes.get("points") if isinstance(attributes, dict) else None
    return points if isinstance(points, int) else 0
