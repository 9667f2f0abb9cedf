"""What a terminal shows of a check, a plan and a push, one sentence a line.

People's rows and the service's answers must not move anybody's cursor, so control sequences are removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import pandas as pd

from gcbulk.kinds import SUBMISSION_TABLES, content_tables
from gcbulk.records import Issue, Severity, Target
from gcbulk.reporting.summary import NEXT, in_words, next_step, summarise
from gcbulk.sheets import Checked, CheckedSubmissions, Layout, sheets_left
from gcbulk.tables.issues import issues_of, printable, quoted
from gcbulk.tables.vocabulary import letters
from gcbulk.wording import counted
from gcbulk.wording import in_words as spoken

_SHOWN = 20  # issues that a terminal shows; the report has them all
_APPS = 10  # apps that the block above a report names
_DECISIONS: Mapping[str, str] = {
    "twin": "The same as another row, sharing its request",
    "folded": "Folded into another row for the same player and achievement",
    "unchanged": "Sent before, nothing to do",
    "lower": "Lower than what was sent before, left alone",
    "zero": "Zeros, left alone",
    "unknown": "Scores sent before without an answer, left alone",
    "reject": "Not sent, with errors",
}


def check_text(checked: Checked) -> tuple[str, ...]:
    """Say what a check found.

    Args:
        checked: the file as it was understood.

    Returns:
        One sentence a line: how much was read, then the issues, errors first.
    """
    tables = [table for kind in checked.kinds for table in kind.family.tables]
    records = {table.record: len(checked.frames[table.name]) for table in tables}
    return _problem_lines(records, checked.issues, sheets_text(checked))


def sheets_text(checked: Checked | CheckedSubmissions) -> tuple[str, ...]:
    """Say which sheets were read, and which hold something of another kind, where a file has several.

    Args:
        checked: the file as it was understood.

    Returns:
        One sentence, or none.
    """
    sheets = [sheet.name for sheet in checked.book.sheets if not letters(sheet.name).startswith("gcbulk")]
    if len(sheets) < 2 or not checked.tables:
        return ()
    read = [
        f"{_noun_of(table)} from the sheet {quoted(table.sheet)}, headers in row {table.header_row}"
        for table in checked.tables
    ]
    left = [f"{quoted(name)} with {kind} (--kind {kind})" for name, kind in sheets_left(checked.book, checked.tables)]
    more = f" Not read: {', '.join(left)}." if left else ""
    return safe([f"Read: {'; '.join(read)}.{more}"])


def _noun_of(table: Layout) -> str:
    """What people call the records of a table."""
    declared = content_tables().get(table.kind) or SUBMISSION_TABLES[table.kind]
    return declared.plural


def _problem_lines(records: Mapping[str, int], frame: pd.DataFrame, where: Sequence[str]) -> tuple[str, ...]:
    """How much was read and where, and the first issues, errors before warnings."""
    is_error = frame["severity"] == Severity.ERROR.value
    first = pd.concat([frame[is_error].head(_SHOWN), frame[~is_error].head(_SHOWN)]).head(_SHOWN)
    issues, errors, count = issues_of(first), int(is_error.sum()), len(frame)
    read = listed(records)
    counts = listed({"error": errors, "warning": count - errors}) or "no problem"
    more = [f"… and {count - _SHOWN:,} more, all of them in the report."] if count > _SHOWN else []
    return safe([f"{read or 'No rows'} read: {counts}.", *where, *map(_issue, issues), *more])


def submissions_text(checked: CheckedSubmissions) -> tuple[str, ...]:
    """Say what a check of submissions or scores found.

    Args:
        checked: the file as it was understood.

    Returns:
        One sentence a line: how much was read, then the issues, errors first.
    """
    return _problem_lines({checked.kind.removesuffix("s"): len(checked.rows)}, checked.issues, sheets_text(checked))


class SubmissionPlanLike(Protocol):
    """What is told of a plan for submissions; `planning.submissions.SubmissionPlan` is one."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records each decision has, by its name (`planning.submissions.Decision`)."""

    @property
    def apps(self) -> Mapping[str, int]:
        """How many requests go to each app, by its bundle id."""

    @property
    def targets(self) -> Mapping[str, Target]:
        """What is known of the apps, by bundle id."""

    @property
    def base_url(self) -> str | None:
        """Where the service is; None for a plan made without it."""

    @property
    def duration(self) -> timedelta | None:
        """The time that the rate limit makes it take at most."""


def submission_plan_text(plan: SubmissionPlanLike) -> tuple[str, ...]:
    """Say what a run of submissions would send.

    Args:
        plan: the plan.

    Returns:
        One sentence a line: every app with its number, then "10,000 to send, 2 h 46 min", then what is not sent.
    """
    counts, to_send = plan.counts, plan.counts.get("send", 0)
    known = {bundle_id: target.described for bundle_id, target in plan.targets.items()}
    at = f", at {plan.base_url}" if plan.base_url else ""
    homes = [f"App: {known.get(bundle_id, bundle_id)}{at}: {count:,} to send" for bundle_id, count in plan.apps.items()]
    wait = f", {spoken(plan.duration)} at most at the rate limit" if plan.duration is not None else ""
    first = f"{to_send:,} to send{wait}." if to_send else "Nothing to send."
    others = [f"{_DECISIONS[name]}: {count:,}" for name, count in counts.items() if count and name in _DECISIONS]
    return safe([*homes, first, *others])


def push_text(lines: pd.DataFrame, stopped: str | None = None) -> tuple[str, ...]:
    """Say how a push ended.

    Args:
        lines: the lines of its report.
        stopped: why it ended early, None when it came to its end.

    Returns:
        One sentence a line: the counts, what to do about each that leaves something to do, and why it stopped.
    """
    counts = {name: count for name, count in summarise(lines).items() if count}
    result = ", ".join(f"{count:,} {in_words(name)}" for name, count in counts.items())
    steps = [next_step(name, count) for name, count in counts.items() if name in NEXT]
    early = [f"Stopped early: {stopped}"] if stopped else []
    return safe([f"{listed({'line': len(lines)}) or 'No lines'}: {result or 'nothing to do'}.", *early, *steps])


def _issue(issue: Issue) -> str:
    """An issue with its address."""
    where = f"{issue.where}: " if issue.where else ""
    return f"{issue.severity}: {where}{issue.message} [{issue.code}]"


def describe_target(target: Target | None, base_url: str | None = None) -> str:
    """Where a plan's achievements go, in a sentence."""
    if target is None:
        return "Planned without the service: as if nothing were there yet."
    at = f", at {base_url}" if base_url else ""
    return f"{'App: ' if target.app else ''}{target.described}{at}"


def app_facts(targets: Iterable[tuple[str, Target | None]], base_url: str | None) -> list[tuple[str, str]]:
    """The apps that a run is for and the service's address, as a report says them above its lines.

    Args:
        targets: bundle id, or "" where none is known, and what else is known of each app.
        base_url: where the service is.

    Returns:
        Label and value of each line, one for an app.
    """
    at = f", at {base_url}" if base_url else ""
    homes = [f"{target.described if target else bundle_id}{at}" for bundle_id, target in targets]
    left = [f"and {len(homes) - _APPS:,} more, named in the file"] if len(homes) > _APPS else []
    return [("App", home) for home in safe([*homes[:_APPS], *left])]


def listed(counts: Mapping[str, int]) -> str:
    """Counts with their nouns; those that are zero are left out."""
    return ", ".join(counted(count, noun) for noun, count in counts.items() if count)


def safe(sentences: Iterable[str]) -> tuple[str, ...]:
    """The sentences, each on one line and without anything that a terminal would obey."""
    return tuple(printable(sentence) for sentence in sentences)
