"""From checked rows to outcomes: plan, execute, and look up requests that got no answer.

A request without an answer is not a failure: after the settle wait one listing shows whether it was applied, and only
if it was not is it sent again. This is done at most `ROUNDS` times; whatever is still open then is reported as unknown.
Nothing live is changed unless the plan that was shown says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from gcbulk import reporting
from gcbulk.errors import CheckError, JournalError, PlanError, ServiceError, SettingsError
from gcbulk.options import flag, made_by
from gcbulk.planning import Plan, keys_in, picture_steps, plan_steps
from gcbulk.planning.kinds import resources_in
from gcbulk.planning.pictures import requests_of
from gcbulk.planning.readiness import not_ready
from gcbulk.planning.warnings import warnings
from gcbulk.records import Action, Api, History, Identity, Outcome, OutcomeKind, PlanOptions, Role, Snapshot, Step
from gcbulk.runs.shared.backups import keep_backup
from gcbulk.runs.shared.connection import Service, eta
from gcbulk.runs.shared.deferring import deferred_interrupts
from gcbulk.runs.shared.pictures import send_pictures
from gcbulk.runs.shared.recorded import Recorded, end_recorded, meant
from gcbulk.runs.shared.run_context import begun
from gcbulk.runs.shared.watching import Watch, no_progress, watched
from gcbulk.service.journal import Journal
from gcbulk.service.runner import NO_VERSION, TAKEN, VERSION_UNKNOWN, Runner
from gcbulk.service.visibility import shown_before, wait_until_visible
from gcbulk.sheets import Checked
from gcbulk.wording import counted

ROUNDS = 3

_NO_OPTIONS = PlanOptions()


@dataclass(frozen=True, slots=True)
class PushRun:
    """A push that has ended.

    Args:
        outcomes: how each step ended, in the order of the plan.
        record: its report, as the journal has it.
        backup: the workbook with what was live before, None where nothing was live or nothing was to be changed.
    """

    outcomes: tuple[Outcome, ...]
    record: Recorded
    backup: Path | None = None


def make_plan(checked: Checked, service: Service | None, *, options: PlanOptions = _NO_OPTIONS) -> Plan:
    """What would be sent for a file.

    Args:
        checked: the file.
        service: the service to compare with; None for a plan as if nothing were live.
        options: what else is to be done.

    Raises:
        SettingsError: the options are none, or the file holds what the chosen form of the API does not have.
        CheckError: the file has an error that belongs to no row, so nothing of it may be sent.
        JournalError: the journal cannot be used; no request was sent.
        PlanError: deleting was asked for, and what the sheet leaves out is not certain.
        ServiceError: the service cannot be reached.
    """
    require_plan_options(options)
    if checked.file_errors:
        text = "\n".join(issue.message for issue in checked.file_errors)
        raise CheckError(f"Nothing can be sent while the file has this problem:\n{text}")
    if service is None:
        todo = plan_steps(checked)
        todo = (*todo, *picture_steps(checked, todo))
        return Plan(checked, None, todo, _duration(todo, None))
    if lacking := [kind.noun.many for kind in resources_in(checked) if service.api not in kind.forms]:
        raise SettingsError(f"--api {service.api} has no {' and no '.join(lacking)}. Leave --api out.")
    service.examine()
    mark = service.mark()  # before the list: what another run does from now on makes the plan a wrong one
    snapshot = _snapshot(checked, service, options)
    history = service.history()
    todo = _steps(checked, service, snapshot, history, options)
    pictures = picture_steps(checked, todo, snapshot, history, visible_before=_visible_before(service, snapshot))
    todo = (*todo, *pictures)
    spent, address = _duration(todo, service), service.settings.base_url
    plan = Plan(checked, service.target, todo, spent, (), snapshot, options, mark, address)
    has_images = service.api is Api.V2 or not checked.images.empty  # else v1 was not asked for them
    return replace(plan, warnings=(*warnings(plan), *(not_ready(plan) if has_images else ())))


def require_plan_options(options: PlanOptions) -> None:
    """Make sure that options are yes or no each: "no" would count as yes, and delete.

    Raises:
        SettingsError: they are not.
    """
    made_by("records.PlanOptions", PlanOptions, options, "options")
    flag(options.reorder, "reorder")
    flag(options.delete_missing, "delete_missing")


def execute_plan(
    plan: Plan,
    service: Service,
    *,
    verb: str = "push",
    watch: Watch = no_progress,
    deletions: int = 0,
    losses: int = 0,
) -> PushRun:
    """Send what the plan says, with a lock and a journal.

    Args:
        plan: a plan made with this service.
        service: where to.
        verb: what the journal calls the run.
        watch: what shows the progress.
        deletions: how many deletions were confirmed; they have to be as many as the plan's.
        losses: how many changes were confirmed that delete what players have, likewise.

    Raises:
        LockedError: another run works on the same app.
        JournalError: the journal cannot be used; what was sent until then is in it.
        PlanError: the plan was made without a service or before another run, or its deletions or losses are not
            confirmed.
        SettingsError: what is live could not be kept first, so nothing was sent.
        ServiceError: likewise.
    """
    if (plan.target, plan.base_url) != (service.target, service.settings.base_url):
        raise PlanError("The plan was not made with this service. Make it again with gcbulk.plan(checked, service).")
    _require_confirmed(plan, deletions, losses)
    with deferred_interrupts(service.session.stop), service.exclusive(), closing(service.open_journal()) as journal:
        _refuse_if_late(plan, service, journal)
        backup = keep_backup(service, plan.snapshot) if plan.requests else None
        facts = plan_facts(plan)
        with begun(
            service,
            journal,
            scope=service.scope,
            verb=verb,
            source=plan.checked.book.path,
            meant=meant(plan.todo, facts),
            ahead_s=service.ahead_s,
        ) as run:
            runner = Runner(service.client, journal, service.clock, api=service.api, target=service.target)
            outcomes = _Rounds(plan, service, journal, runner).run(watch)
            pictures, why = send_pictures(plan, service, journal, outcomes, stopped=runner.stopped, watch=watch)
            outcomes += pictures
            lines = reporting.outcome_lines(outcomes, plan.checked.header)
            record = end_recorded(run, lines, facts, why or journal.displaced())
    return PushRun(tuple(outcomes), record, backup)


def _require_confirmed(plan: Plan, deletions: int, losses: int) -> None:
    """Make sure that what cannot be taken back was confirmed by its exact number."""
    confirm = "confirmed. Look at the plan, then confirm exactly that number."
    if plan.deletions != deletions:
        raise PlanError(
            f"Nothing was sent: the plan deletes {plan.deletions} {plan.noun}, and {deletions} deletions are {confirm}"
        )
    if plan.losses != losses:
        raise PlanError(
            f"Nothing was sent: {counted(plan.losses, 'change')} of the plan would delete for good what players have, "
            f"and {losses} are {confirm}"
        )


def plan_facts(plan: Plan) -> list[tuple[str, str]]:
    """What the report of a push says above its lines."""
    app = reporting.app_facts([(plan.target.bundle_id or "", plan.target)] if plan.target else [], plan.base_url)
    return [*app, *(("Missing translations", line) for line in reporting.missing_translations(plan.translations))]


def _refuse_if_late(plan: Plan, service: Service, journal: Journal) -> None:
    """Refuse a plan that is older than another run: what that run created would be created again."""
    if plan.mark is not None and plan.mark != journal.mark(service.scope):
        raise PlanError(
            "Nothing was sent: since this plan was made another run has worked on the app, perhaps with this plan. "
            "Make it again with gcbulk.plan(checked, service)."
        )


class _Rounds:
    """Executes the plan, then plans and executes again what stays open."""

    def __init__(self, plan: Plan, service: Service, journal: Journal, runner: Runner) -> None:
        self._plan = plan
        self._service = service
        self._journal = journal
        self._runner = runner
        self._opening = service.opening()
        self._shown = {step.row_identity: step.action for step in plan.todo}
        self._losses = {step.row_identity: step.changes for step in plan.todo if step.loss is not None}

    def run(self, watch: Watch) -> list[Outcome]:
        """Execute everything, in as many rounds as it takes."""
        todo = tuple(step for step in self._plan.todo if step.role is not Role.IMAGE)
        snapshot = self._plan.snapshot
        shown = watched(self._execute(todo, snapshot), len(todo), watch, self._runner)
        outcomes = {outcome.step.row_identity: outcome for outcome in shown}
        for _ in range(ROUNDS):
            open_ = {key: outcome for key, outcome in outcomes.items() if _is_open(outcome)}
            if not open_ or self._runner.stopped:
                break
            try:
                todo, snapshot = self._replan_open(open_)
            except (ServiceError, JournalError) as error:  # what was sent until then has to be told
                self._runner.stopped = error
                break
            outcomes.update({outcome.step.row_identity: outcome for outcome in self._execute(todo, snapshot)})
        return list(outcomes.values())

    def _execute(self, todo: tuple[Step, ...], snapshot: Snapshot) -> Iterator[Outcome]:
        """Execute the steps: versions first, then the rest, planned anew where versions were opened."""
        opened: dict[Identity, Outcome] = {}
        for outcome in self._runner.run(step for step in todo if step.role is Role.VERSION):
            if outcome.resource_id is not None and outcome.step.above is not None:
                opened[outcome.step.above] = outcome
            yield outcome
        rest = tuple(step for step in todo if step.role is not Role.VERSION)
        if opened and not self._runner.stopped:
            try:
                rest = self._replan_opened(opened, rest, snapshot)
            except (ServiceError, JournalError) as error:  # what was sent until then has to be told
                self._runner.stopped = error
        yield from self._runner.run(rest)

    def _replan_opened(
        self, opened: Mapping[Identity, Outcome], rest: tuple[Step, ...], snapshot: Snapshot
    ) -> tuple[Step, ...]:
        """The remaining steps, planned anew with the versions that were opened and what these lack."""
        for outcome in opened.values():
            kind, key = outcome.step.resource, outcome.step.key
            live = self._service.opened(kind, snapshot.live(kind, key)[0], str(outcome.resource_id))
            snapshot = snapshot.changed(kind, {key[0]: (live,)})
        planned = self._steps(snapshot, self._history())
        new = {step.row_identity: step for step in planned if step.above in opened}
        merged = [self._as_shown(new.pop(step.row_identity, step)) for step in rest]
        return (*merged, *(step for step in new.values() if not step.sheet))

    def _replan_open(self, open_: dict[object, Outcome]) -> tuple[tuple[Step, ...], Snapshot]:
        """The open steps, planned anew from a listing that is late enough to be believed."""
        service = self._service
        moments = [outcome.sent_at or outcome.finished_at or service.clock.now() for outcome in open_.values()]
        wait_until_visible(service.clock, service.session.stop, moments, service.settings.settle_wait_s)
        snapshot = _snapshot(self._plan.checked, service, self._plan.options)
        history = self._history()
        planned = {step.row_identity: step for step in self._steps(snapshot, history)}
        if any(_is_taken_by_nobody(before, planned.get(key)) for key, before in open_.items()):
            # That the id is given up for lost is not to be said because of one list that lacked it.
            snapshot = _snapshot(self._plan.checked, service, self._plan.options)
            planned = {step.row_identity: step for step in self._steps(snapshot, history)}
        needed = {(step.resource, step.version) for key, step in planned.items() if key in open_ and step.version}
        openings = [
            step for step in planned.values() if step.role is Role.VERSION and (step.resource, step.key) in needed
        ]
        steps = {step.row_identity: step for step in openings}
        for key, before in open_.items():
            step = planned.get(key) or _reconcile(before)
            if before.code == TAKEN:
                step = _resolve_taken(step, before, history)
            steps[key] = self._as_shown(step)
        order = {key: number for number, key in enumerate(planned)}
        return tuple(sorted(steps.values(), key=lambda step: order.get(step.row_identity, -1))), snapshot

    def _history(self) -> History:
        return self._journal.history(self._service.scope, self._opening)

    def _as_shown(self, step: Step) -> Step:
        """The step, unless it would change something live that nobody was shown."""
        if step.action is Action.UPDATE and self._shown.get(step.row_identity) is Action.CREATE:
            message = (
                f"{step.name} turned out to be in Game Center already (id {step.resource_id}), with other values: "
                f"{step.message}. Nothing was changed; push again to make it what the sheet says."
            )
            return replace(step, action=Action.CONFLICT, code="live-differs", message=message, changes=())
        if step.loss is not None and self._losses.get(step.row_identity) != step.changes:
            message = f"{step.message} No plan has shown that, so nothing was changed. Make the plan again."
            return replace(step, action=Action.CONFLICT, code="loss-not-confirmed", message=message, changes=())
        return step

    def _steps(self, snapshot: Snapshot, history: History) -> tuple[Step, ...]:
        return _steps(self._plan.checked, self._service, snapshot, history, self._plan.options)


def _is_taken_by_nobody(before: Outcome, step: Step | None) -> bool:
    """Whether the service says that an identifier is taken that no list shows."""
    return before.code == TAKEN and step is not None and step.action is Action.CREATE and step.role is not Role.VERSION


def _resolve_taken(step: Step, before: Outcome, history: History) -> Step:
    """What a look-up shows about an identifier that is taken according to the service."""
    if step.action is Action.UNCHANGED:
        return replace(step, action=Action.EXISTED)
    sent = history.of(step.resource, step.role, step.key)
    if step.action is Action.CREATE and any(
        request.fingerprint == step.fingerprint and not request.confirmed for request in sent
    ):
        return replace(step, action=Action.SETTLE, sent_at=before.sent_at)  # most likely by ours, which no list shows
    if step.action is Action.CREATE and step.role is Role.VERSION:
        return replace(step, action=Action.REJECT, code="version-refused", message=before.message)
    if step.action is Action.CREATE:
        message = (
            f"{before.message} It is not among the app's {step.resource.noun.many}, so a deleted one may hold it. "
            "Give the row another id."
        )
        return replace(step, action=Action.REJECT, code=TAKEN, message=message)
    return step


def _reconcile(before: Outcome) -> Step:
    """The outcome of a step that a later plan no longer needs: it was applied, by us or by somebody else."""
    if before.step.action is Action.DELETE:
        return replace(before.step, action=Action.GONE)
    return replace(before.step, action=Action.EXISTED if before.code == TAKEN else Action.ADOPT)


def _is_open(outcome: Outcome) -> bool:
    waiting = (outcome.step.resource.unknown, VERSION_UNKNOWN, NO_VERSION)
    return outcome.kind is OutcomeKind.UNKNOWN or outcome.code in waiting


def _snapshot(checked: Checked, service: Service, options: PlanOptions) -> Snapshot:
    return service.snapshot(keys_in(checked), with_images=not checked.images.empty, with_order=options.reorder)


def _steps(
    checked: Checked, service: Service, snapshot: Snapshot, history: History, options: PlanOptions
) -> tuple[Step, ...]:
    return plan_steps(checked, snapshot, history, visible_before=_visible_before(service, snapshot), options=options)


def _visible_before(service: Service, snapshot: Snapshot) -> datetime | None:
    return shown_before(snapshot.taken_at, service.settings.settle_wait_s)


def _duration(todo: Iterable[Step], service: Service | None) -> timedelta:
    remaining = service.remaining() if service is not None else None
    return eta(sum(map(requests_of, todo)), service, remaining=remaining)
