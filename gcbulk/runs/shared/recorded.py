"""Make the report of a run again from what the journal kept of it, never from a new plan.

A run that completed kept the lines of its report. For one that was killed, the journal knows what it meant to do, what
it had begun, and what had ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import GcbulkError, JournalError
from gcbulk.kinds import called
from gcbulk.planning.saved import written_step
from gcbulk.records import Action, Json, Outcome, OutcomeKind, Resource, Role, Step
from gcbulk.runs.shared.results import is_refused_key
from gcbulk.runs.shared.run_context import RunContext
from gcbulk.service.journal import Journal, Remembered
from gcbulk.service.journal_file import Run
from gcbulk.service.run_record import Stage
from gcbulk.service.runner import NO_ANSWER

CUT_OFF = "The run did not come to its end: it was cut off, or is still on. Run it again, and it goes on."
_UNDER_WAY = "The run ended while this was being sent; whether it arrived is not known. Run it again: it looks first."
_NOT_REACHED = "The run ended before this. Run it again to go on."
_Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The report of a run.

    Args:
        lines: its lines.
        facts: what else it says above them.
        stopped: why it ended early, None when it came to its end.
        refused: whether it was the key that was refused.
        final: whether the service refused what it was about, so that the same run would end the same way again.
        unstored: whether the journal failed, so that some of it may be recorded only here.
    """

    lines: pd.DataFrame
    facts: _Facts
    stopped: str | None
    refused: bool = False
    final: bool = False
    unstored: bool = False


def meant(steps: Iterable[Step], facts: _Facts = ()) -> dict[str, Json]:
    """What to keep of a run's intentions before anything is sent.

    Args:
        steps: the steps of its plan.
        facts: what its report says above its lines.
    """
    return {"steps": [_of_step(step) for step in steps], "facts": list(facts)}


def end_recorded(
    run: RunContext, lines: pd.DataFrame, facts: _Facts, why: GcbulkError | None, *, final: bool = False
) -> Recorded:
    """End a run, and give its report as the journal has it from now on.

    Args:
        run: the run.
        lines: what became of each step.
        facts: what else its report says.
        why: the error that ended it early, None for none.
        final: whether the service refused what it was about.
    """
    cells = lines.astype(object).where(lines.notna(), None).to_dict("records")
    document = {
        "lines": [_of_line(line) for line in cells],
        "facts": list(facts),
        "stopped": str(why) if why else None,
        "refused": is_refused_key(why),
        "final": final,
    }
    ended = run.end(why, reported=document)
    return replace(
        _from_document(document),
        stopped=ended.stopped,
        refused=ended.refused,
        final=final and ended.is_noted,
        unstored=ended.unstored,
    )


def recorded(
    journal: Journal, run: Run, steps: Iterable[Step] = (), header: Callable[..., str | None] = lambda *_: None
) -> Recorded:
    """The report of a run as it was, or what is known of one that was cut off.

    Args:
        journal: the journal, examined when it was opened.
        run: the run.
        steps: the steps of the file as it is now: what the run meant to do, where an older version kept nothing of it.
        header: the header of a sheet's column (`gcbulk.sheets.Checked.header`), of the file as it is now.
    """
    reported = journal.kept(run, Stage.REPORTED)
    if reported is not None:
        report = _from_document(reported)
        return report if run.is_over else Recorded(report.lines, report.facts, CUT_OFF)
    intended = journal.kept(run, Stage.MEANT)
    planned = [_from_step(step) for step in intended["steps"]] if intended is not None else list(steps)
    outcomes = _outcomes(planned, dict(journal.remembered(run)))
    stopped = run.stopped if run.is_over else CUT_OFF
    lines = reporting.outcome_lines(outcomes, header)
    return Recorded(lines, _facts(intended) if intended is not None else (), stopped)


def _outcomes(steps: Sequence[Step], known: dict[tuple[str, str, str], Remembered]) -> list[Outcome]:
    """How each step ended, and what the run did beyond them."""
    latest = {(kind, key): (kind, key, fingerprint) for kind, key, fingerprint in known}
    planned = {(step.word, step.name) for step in steps}
    outcomes, used = [], set()
    for step in steps:
        identity = (step.word, step.name, step.fingerprint)
        if identity not in known:  # planned anew on the way, with other values
            identity = latest.get((step.word, step.name), identity)
        if step.action is Action.REJECT:
            outcomes.append(Outcome(step, OutcomeKind.REJECTED, code=step.code, message=step.message))
        elif identity in known:
            used.add(identity)
            outcomes.append(_outcome(step, known[identity]))
        else:
            outcomes.append(
                Outcome(step, OutcomeKind.NOT_ATTEMPTED, resource_id=step.resource_id, message=_NOT_REACHED)
            )
    for identity, remembered in known.items():
        kind, key, fingerprint = identity
        rejected = remembered.kind is OutcomeKind.REJECTED and not remembered.attempts and (kind, key) in latest
        if identity not in used and not (rejected and (kind, key) in planned):
            step = Step(remembered.sheet, remembered.row, *_called(kind), (key,), Action.CREATE, {}, fingerprint)
            outcomes.append(_outcome(step, remembered))
    return outcomes


def _outcome(step: Step, one: Remembered) -> Outcome:
    return Outcome(
        step,
        one.kind,
        resource_id=one.resource_id,
        code=NO_ANSWER if one.is_under_way else one.code,
        pointer=one.pointer,
        message=_UNDER_WAY if one.is_under_way else one.message,
        attempts=one.attempts,
        request_id=one.request_id,
        finished_at=one.finished_at,
    )


def _of_step(step: Step) -> dict[str, Json]:
    locale = step.attributes.get(step.resource.text.key)
    return written_step(step, locale=locale, fingerprint=step.fingerprint, id=step.resource_id)


def _from_step(kept: Mapping[str, Json]) -> Step:
    resource, role = _called(kept["kind"])
    return Step(
        kept["sheet"],
        kept["row"],
        resource,
        role,
        (kept["key"],),  # joined as it was, which is all that a report needs
        Action(kept["action"]),
        {resource.text.key: kept["locale"]} if kept["locale"] else {},
        kept["fingerprint"],
        resource_id=kept["id"],
        duplicates=tuple((sheet, row) for sheet, row in kept["twins"]),
        code=kept["code"],
        column=kept["column"],
        message=kept["message"],
    )


def _called(word: str) -> tuple[Resource, Role]:
    """The kind and role of what the journal holds."""
    try:
        return called(word)
    except KeyError as error:
        raise JournalError(f"The journal holds {word!r}, which only a newer version of gcbulk knows.") from error


def _of_line(line: Mapping[str, Json]) -> dict[str, Json]:
    ended = line["finished_at"]
    return {**line, "finished_at": ended.isoformat() if ended is not None else None}


def _from_line(line: Mapping[str, Json]) -> dict[str, Json]:
    ended = line["finished_at"]
    return {**line, "finished_at": datetime.fromisoformat(ended) if ended is not None else None}


def _from_document(document: Mapping[str, Json]) -> Recorded:
    lines = reporting.frame_of_lines([_from_line(line) for line in document["lines"]])
    final = document.get("final", False)  # not said by older versions
    return Recorded(lines, _facts(document), document["stopped"], document["refused"], final)


def _facts(document: Mapping[str, Json]) -> _Facts:
    return [(label, text) for label, text in document["facts"]]
