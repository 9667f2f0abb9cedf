"""A plan as people read it: sentences for a terminal, lines and summary for a sheet, an object for ``--json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Protocol

import pandas as pd

from gcbulk.records import Action, Json, Report, ReportSheet, Step, Target
from gcbulk.reporting.lines import frame_of_lines
from gcbulk.reporting.text import describe_target, listed, safe, sheets_text
from gcbulk.sheets import Checked
from gcbulk.wording import in_words as spoken

_SHOWN = 20  # steps that a terminal shows; the plan sheet and --json have them all
_NAMED = 5  # achievements that a terminal names for each missing language
_ACTIONS: Mapping[Action, str] = {
    Action.CREATE: "To create",
    Action.UPDATE: "To change",
    Action.DELETE: "To delete",
    Action.UNCHANGED: "Already there as the sheet has it",
    Action.EXISTED: "Already there, made by somebody else",
    Action.ADOPT: "Made by an earlier run of ours",
    Action.SETTLE: "Sent before without an answer, to be looked up first",
    Action.CONFLICT: "In conflict with what is there, left alone",
    Action.BLOCKED: "Waiting for another row",
    Action.REJECT: "Not sent, the check found errors",
    Action.GONE: "Deleted by an earlier run of ours",
    Action.MISSING: "Live and not in the sheet, left alone",
}
_TOLD = (Action.DELETE, Action.UPDATE, Action.CONFLICT, Action.MISSING)


class PlanLike(Protocol):
    """What is told of a plan; `planning.Plan` is one."""

    @property
    def checked(self) -> Checked:
        """The rows that it was made of."""

    @property
    def todo(self) -> Sequence[Step]:
        """Every step."""

    @property
    def missing(self) -> Sequence[Step]:
        """What is live and not in the sheet."""

    @property
    def translations(self) -> pd.DataFrame:
        """Achievement by locale, "" where one is missing."""

    @property
    def target(self) -> Target | None:
        """Where achievements live, None for a plan made without the service."""

    @property
    def base_url(self) -> str | None:
        """Where the service is, None likewise."""

    @property
    def deletions(self) -> int:
        """How many things are deleted."""

    @property
    def losses(self) -> int:
        """How many changes delete for good what players have."""

    @property
    def requests(self) -> int:
        """How many requests change something."""

    @property
    def duration(self) -> timedelta:
        """The time that the rate limit makes it take."""

    @property
    def warnings(self) -> Sequence[str]:
        """What is worth knowing before it is carried out."""


def plan_text(plan: PlanLike) -> tuple[str, ...]:
    """Say what a plan would do: to which app, how many of what, what changes, how long.

    Args:
        plan: the plan.

    Returns:
        One sentence a line.
    """
    return safe(
        [
            describe_target(plan.target, plan.base_url),
            *sheets_text(plan.checked),
            *_counts(plan),
            *_details(plan),
            *_gaps(plan.translations),
            _needed(plan),
            *plan.warnings,
        ]
    )


def plan_report(plan: PlanLike) -> Report:
    """A plan as a sheet: every step a line, and what is live and not in the sheet.

    Args:
        plan: the plan.
    """
    summary = [
        ("Plan for", describe_target(plan.target, plan.base_url)),
        *(tuple(line.split(": ", 1)) for line in _counts(plan)),
    ]
    gaps = missing_translations(plan.translations)
    languages = [("Missing translations", line) for line in gaps]
    lines = [_line(step) for step in (*plan.todo, *plan.missing)]
    block = [*summary, *languages, ("Requests", _needed(plan)), *(("Note", line) for line in plan.warnings)]
    return Report(tuple((label, text) for label, text in block), frame_of_lines(lines), sheet=ReportSheet.PLAN)


def plan_json(plan: PlanLike) -> dict[str, Json]:
    """The steps of a plan, what each changes, and the missing translations, as ``--json`` prints them.

    Args:
        plan: the plan.
    """
    gaps = plan.translations
    return {
        "apps": apps_json([(plan.target.bundle_id, plan.requests)], [plan.target]) if plan.target else [],
        "base_url": plan.base_url,
        "deletions": plan.deletions,
        "losses": plan.losses,
        "steps": [_step_json(step) for step in (*plan.todo, *plan.missing)],
        "missing_translations": {
            locale: gaps.index[gaps[locale] == ""].to_list() for locale in gaps.columns if (gaps[locale] == "").any()
        },
    }


def apps_json(requests: Iterable[tuple[str | None, int]], targets: Iterable[Target]) -> list[dict[str, Json]]:
    """The apps that a plan sends to, as ``--json`` prints them.

    Args:
        requests: how many requests each app gets, by its bundle id.
        targets: what is known of the apps.
    """
    known = {target.bundle_id: target for target in targets}
    return [
        {
            "bundle_id": bundle_id,
            "name": known[bundle_id].app_name if bundle_id in known else None,
            "detail_id": known[bundle_id].detail_id if bundle_id in known else None,
            "requests": count,
        }
        for bundle_id, count in requests
    ]


def missing_translations(matrix: pd.DataFrame) -> list[str]:
    """Which languages some achievements lack, a sentence each: ``ja: 2 of 25 lack it (com.x.a, com.x.b)``.

    Args:
        matrix: achievement by locale, "" where one is missing.
    """
    sentences = []
    for locale in matrix.columns:
        lacking = matrix.index[matrix[locale] == ""].to_list()
        if lacking:
            more = ", …" if len(lacking) > _NAMED else ""
            sentences.append(
                f"{locale}: {len(lacking):,} of {len(matrix):,} lack it ({', '.join(lacking[:_NAMED])}{more})"
            )
    return sentences


def _counts(plan: PlanLike) -> list[str]:
    """How many of what, an action a line."""
    counts: dict[Action, Counter[str]] = {action: Counter() for action in Action}
    for step in (*plan.todo, *plan.missing):
        counts[step.action][step.word] += 1 + len(step.duplicates)
    return [
        f"{_ACTIONS[action]}: {listed(dict(sorted(counted.items())))}" for action, counted in counts.items() if counted
    ]


def _details(plan: PlanLike) -> Iterator[str]:
    """The steps that change, delete or leave something alone, each with what or why."""
    steps = [step for action in _TOLD for step in (*plan.todo, *plan.missing) if step.action is action and step.message]
    for step in steps[:_SHOWN]:
        where = f" ({step.sheet}, row {step.row})" if step.sheet else ""
        yield f"  {step.action}: {step.name}{where}: {step.message}"
    if len(steps) > _SHOWN:
        yield f"  … and {len(steps) - _SHOWN:,} more; --plan-sheet and --json have all of them."


def _gaps(matrix: pd.DataFrame) -> Iterator[str]:
    """The missing translations under a heading."""
    lines = missing_translations(matrix)
    if lines:
        yield "Missing translations:"
        yield from (f"  {line}" for line in lines)


def _needed(plan: PlanLike) -> str:
    wait = f", about {spoken(plan.duration)} at the rate limit." if plan.requests else "."
    return f"{listed({'request': plan.requests}) or 'No request'} needed{wait}"


def _line(step: Step) -> dict[str, Json]:
    """A step as a line of the sheet."""
    return {
        "sheet": step.sheet or None,
        "row": step.row or None,
        "key": step.name,
        "step": step.word,
        "outcome": str(step.action),
        "id": step.resource_id,
        "code": step.code,
        "column": step.column,
        "message": step.message,
        "attempts": 0,
    }


def _step_json(step: Step) -> dict[str, Json]:
    line = _line(step)
    line.pop("attempts")
    line["action"] = line.pop("outcome")
    return line | {"changes": [asdict(change) for change in step.changes]}
