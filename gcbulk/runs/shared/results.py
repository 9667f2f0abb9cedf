"""How a verb ended: counts, issues, where the report is, the exit code, and the object that ``--json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import ApiError, ServiceError
from gcbulk.records import Json, OutcomeKind

DONE = {
    OutcomeKind.CREATED,
    OutcomeKind.UPDATED,
    OutcomeKind.DELETED,
    OutcomeKind.UNCHANGED,
    OutcomeKind.ADOPTED,
    OutcomeKind.EXISTED,
}
"""The outcomes of a row that is in Game Center as the sheet has it."""
_SENT = {str(kind) for kind in (OutcomeKind.CREATED, OutcomeKind.UPDATED, OutcomeKind.DELETED, OutcomeKind.UNKNOWN)}


@dataclass(frozen=True, slots=True)
class Result:
    """How a verb ended.

    Args:
        rows: records read; each has exactly one outcome.
        outcomes: how many rows ended how, every outcome named; empty for a verb that sends nothing.
        issues: every problem of the file. Columns: `records.ISSUE_COLUMNS`.
        requests: requests sent, look-ups among them.
        report: the file with the report, None where none was written.
        exit: the exit code.
        notes: what people should read, a line each.
        failed: the workbook of the rows that did not go through.
        plan: for verbs that make one: how many rows each action has, requests, and the duration in seconds.
    """

    rows: int
    outcomes: Mapping[str, int]
    issues: pd.DataFrame
    requests: int = 0
    report: Path | None = None
    exit: int = 0
    notes: tuple[str, ...] = ()
    failed: Path | None = None
    plan: Mapping[str, Json] | None = None


def is_refused_key(error: Exception | None) -> bool:
    """Whether it was the key or its role that ended a run."""
    return isinstance(error, ApiError) and error.exit_code != ServiceError.exit_code


def run_exit(lines: pd.DataFrame, stopped: str | None, *, refused: bool = False, final: bool = False) -> int:
    """The exit code of a run, from its report's lines and what stopped it.

    A key that is refused before anything went through is a matter of settings: 2. When it is refused on the way, rows
    were sent, and 2 would deny that: 7 then, and 2 for the next run. What the service refused for good, so that a
    person has to act before it is run again, is never 7, at which scripts try again.
    """
    outcomes = set(lines["outcome"])
    if stopped is not None and not final:
        return 2 if refused and not outcomes & _SENT else 7
    if OutcomeKind.UNKNOWN in outcomes:
        return 4
    return 3 if final or outcomes - {str(kind) for kind in DONE} else 0


def nothing_to_send(issues: pd.DataFrame, notes: Sequence[str], checked: Result | None = None) -> Result:
    """The result of a push or a submit of a file without rows, which a script must not take for a job that is done.

    Args:
        issues: what the check said. Columns: `records.ISSUE_COLUMNS`.
        notes: what it said in words.
        checked: the check's own result, where it wrote a report of errors; nothing is written for none.
    """
    checked = checked or Result(rows=0, outcomes={}, issues=issues, exit=2, notes=tuple(notes))
    return replace(
        checked,
        outcomes=dict.fromkeys(map(str, OutcomeKind), 0),
        notes=(*checked.notes, "Nothing was sent: the file has no rows to send."),
    )


def failure(error: Exception, exit_code: int) -> Result:
    """The result of a verb that an exception ended."""
    return Result(rows=0, outcomes={}, issues=reporting.no_issues(), exit=exit_code, notes=(str(error),))


def planned(counts: Mapping[str, int], requests: int, duration: timedelta) -> dict[str, Json]:
    """What a result says of a plan."""
    return {"actions": dict(counts), "requests": requests, "duration_s": round(duration.total_seconds())}


def as_json(result: Result) -> dict[str, Json]:
    """The object that ``--json`` prints."""
    issues = result.issues[["sheet", "row", "column", "code", "severity", "message", "value"]]
    document: dict[str, Json] = {
        "rows": result.rows,
        "outcomes": dict(result.outcomes),
        "issues": [{name: _null(value) for name, value in issue.items()} for issue in issues.to_dict("records")],
        "requests": result.requests,
        "report": str(result.report) if result.report else None,
        "exit": result.exit,
        "failed": str(result.failed) if result.failed else None,
        "notes": list(result.notes),
    }
    if result.plan is not None:
        document["plan"] = dict(result.plan)
    return document


def _null(value: Json) -> Json:
    return None if value is None or pd.isna(value) else value.item() if hasattr(value, "item") else value
