"""The plans of a checked file against three live sides, in both forms of the API, and the requests that they lead to.

This module, with `standin`, `answers` and `submitting`, is what knows gcbulk from inside: when its names change, they
change here, and the recorded answers stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

from gcbulk import reporting
from gcbulk.errors import GcbulkError
from gcbulk.planning import Plan, plan_steps
from gcbulk.planning.saved import freeze, to_text
from gcbulk.records import Action, Api, History, Outcome, PlanOptions, Role, Sent, Snapshot, Step, Target, joined
from gcbulk.runs.shared.execution import make_plan
from gcbulk.service.runner import Runner
from gcbulk.sheets import Checked
from gcbulk.simulator.exchange import Json
from golden.layout import abridged, digest
from golden.live import Thing, changed, own_state, released
from golden.plain import plain, records
from golden.standin import NOON, StandIn

ALONE = Target("com.example.game", "Game", "detail-1")
GROUPED = Target("com.example.game", "Game", "detail-1", "group-1", "Games")
MOST = 12
FRESH, LONG_AGO = NOON - timedelta(seconds=20), NOON - timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class State:
    """What a plan is made against.

    Args:
        things: what is live.
        target: where.
        options: what else is wanted.
        sent: what earlier runs sent.
        refuses: whether some writes are refused.
    """

    things: Sequence[Thing] = ()
    target: Target = ALONE
    options: PlanOptions = field(default_factory=PlanOptions)
    sent: History = field(default_factory=History)
    refuses: bool = False


def plans(checked: Checked) -> Json:
    """What would be done for a file, by live side; why nothing would be where that is so."""
    try:
        first = make_plan(checked, None)
    except GcbulkError as error:
        return {"error": str(error)}
    own = own_state(checked.achievements, checked.localizations)
    options = PlanOptions(reorder=True, delete_missing=checked.ok and len(own) % 2 == 1)
    states = {
        "empty": State(),
        "changed": State(changed(own), options=options, sent=sent_before(first.todo), refuses=True),
        "released": State(released(own), GROUPED, PlanOptions(reorder=True)),
    }
    return {name: plan(checked, state) for name, state in states.items()}


def plan(checked: Checked, state: State) -> Json:
    """A plan with its requests, in both forms of the API; of the older form what differs."""
    newer, older = (planned(checked, state, api) for api in (Api.V2, Api.V1))
    older["steps"], older["saved"] = digest(older["steps"]), older["saved"][0]
    del older["text"], older["lines"], older["missing"]
    del newer["warnings"]  # its text ends with them
    if not state.things:
        del newer["lines"]  # all of them created, but for those that the check has said
    return {"v1": older, "v2": newer}


def sent_before(todo: Iterable[Step]) -> History:
    """What earlier runs sent of a plan: some without an answer, some just now, some with other content."""
    forms = (
        ("same", None, LONG_AGO, False),
        ("same", None, FRESH, False),
        ("other", None, FRESH, False),
        ("same", "made", FRESH, True),
        ("same", None, FRESH, True),
    )
    found = {}
    for number, step in enumerate(todo):
        content, resource_id, at, confirmed = forms[number % len(forms)]
        print_ = step.fingerprint if content == "same" else "0" * 32
        if number % 2:
            found[step.word, step.name] = (Sent(print_, resource_id, at, confirmed),)
    return History(found)


def step(one: Step, *, whole: bool = True) -> Json:
    """A step, without what is empty; what a row asks for is left out, if wanted, for its fingerprint proves it."""
    fields = {
        "sheet": one.sheet,
        "row": one.row,
        "kind": one.word,
        "key": one.name,
        "action": str(one.action),
        "attributes": plain(one.attributes) if whole or not one.sheet else None,
        "fingerprint": one.fingerprint,
        "parent": joined(one.parent) if one.parent else None,
        "id": one.resource_id,
        "parent_id": one.parent_id,
        "twins": plain(one.duplicates),
        "code": one.code,
        "column": one.column,
        "message": one.message,
        "sent_at": plain(one.sent_at),
        "changes": [[change.field, plain(change.before), plain(change.after)] for change in one.changes],
        "version": joined(one.version) if one.version else None,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", 0, [], {})}


def planned(checked: Checked, state: State, api: Api, *, most: int = MOST) -> Json:
    """A plan in one form of the API, with its requests; of longer lists than that the beginning and a digest."""
    service = StandIn(api, state.target, state.things, state.sent, state.refuses)
    made = make_plan(checked, service, options=state.options)  # type: ignore[arg-type]
    outcomes = _carried_out(made, service)
    saved = json.loads(to_text(freeze(made, scope=service.scope, api=str(api))))
    return {
        "steps": abridged([step(one, whole=not state.things) for one in made.todo], most),
        "missing": abridged([step(one) for one in made.missing], most),
        "warnings": list(made.warnings),
        "text": abridged(list(reporting.plan_text(made))[1:], 40),
        "counts": {name: count for name, count in made.counts.items() if count},
        "cost": [made.requests, made.duration.total_seconds()],
        "saved": [saved[name] for name in ("digest", "sheet", "live")],
        "requests": abridged([[f"{call.method} {call.path}", body] for call, body in service.requests], most),
        "bytes": digest([[call.method, call.path, (call.body or b"").decode()] for call, _ in service.requests]),
        "lines": records(reporting.outcome_lines(outcomes, checked.header), most=most, without=("finished_at",)),
    }


def _carried_out(made: Plan, service: StandIn) -> list[Outcome]:
    """How the steps end but for pictures: versions first, then the rest as it is with them."""
    journal = SimpleNamespace(intend=lambda step, at: None, record=lambda outcomes: None)
    runner = Runner(service, journal, service.clock, api=service.api, target=service.target)  # type: ignore[arg-type]
    todo = [one for one in made.todo if one.role is not Role.IMAGE]
    outcomes = list(runner.run(one for one in todo if one.role is Role.VERSION))
    opened = {
        one.step.key[0]: one.resource_id for one in outcomes if one.resource_id and one.step.action is Action.CREATE
    }
    if opened:
        snapshot = service.with_opened(made.snapshot, opened)
        todo = _again(made, snapshot, service)
    return [*outcomes, *runner.run(one for one in todo if one.role is not Role.VERSION)]


def _again(made: Plan, snapshot: Snapshot, service: StandIn) -> list[Step]:
    steps = plan_steps(
        made.checked, snapshot, service.sent, visible_before=NOON - timedelta(seconds=60), options=made.options
    )
    return list(steps)
