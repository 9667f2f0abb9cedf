"""The lines of a report, one per row of the sheet and step, from the outcomes of a push or the issues of a check.

They are in the order of the sheets and their rows, a thing before its texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import pandas as pd

from gcbulk.kinds.content import ContentKind
from gcbulk.records import (
    ISSUE_COLUMNS,
    OUTCOME_COLUMNS,
    CheckState,
    Issue,
    Json,
    Key,
    Outcome,
    Role,
    Severity,
    joined,
)
from gcbulk.sheets import Checked
from gcbulk.tables.issues import issues_of

_TYPES = {"row": "Int64", "attempts": "Int64", "finished_at": "datetime64[us, UTC]"}
_Line: TypeAlias = tuple[Role | None, dict[str, Json]]
"""A line and what it is about; None for what is not a record."""


class Headers(Protocol):
    """Gives the header that a column has in a sheet, as `sheets.Checked.header` does."""

    def __call__(self, sheet: str, column: str, locale: str | None = None, /) -> str | None:
        """The header, or None where there is none."""


def outcome_lines(outcomes: Iterable[Outcome], headers: Headers, *, sheets: Sequence[str] = ()) -> pd.DataFrame:
    """Say of every row and step how it ended.

    Args:
        outcomes: how the steps ended, in any order.
        headers: gives the sheet's header for an attribute that the service pointed at.
        sheets: the order of the sheets; those that are not named come after, as they appear.

    Returns:
        One line per step, and one more for each row that shares it.

        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ...
    """
    lines = [line for outcome in outcomes for line in _of_outcome(outcome, headers)]
    return frame_of_lines(_sorted(lines, sheets))


def check_lines(checked: Checked) -> pd.DataFrame:
    """Say of every record whether it is right, and what is wrong with it.

    Args:
        checked: the file as it was understood.

    Returns:
        One line per record: ok, warning or error, with all its issues in one line; and one line for each issue that
        belongs to no record. What is said of the whole file comes first.

        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ...
    """
    issues = list(enumerate(issues_of(checked.row_issues)))
    headers = {(table.sheet, table.header_row) for table in checked.tables}
    near: dict[tuple[str | None, int | None], list[tuple[int, Issue]]] = {}
    for number, issue in issues:
        near.setdefault((issue.sheet, issue.row), []).append((number, issue))
    languages = [(number, issue) for number, issue in issues if (issue.sheet, issue.row) in headers and issue.locale]
    used: set[int] = set()
    lines: list[_Line] = []
    for kind, sheet, row, key, role, locale in _records(checked):
        step = kind.resource.words[role]
        own = [entry for entry in near.get((sheet, row), ()) if _belongs(entry[1], step, locale)]
        own += [entry for entry in languages if entry[1].sheet == sheet and _belongs(entry[1], step, locale)]
        used.update(number for number, _ in own)
        lines.append((role, _of_record(sheet, row, joined(key), step, [issue for _, issue in own])))
    lines += [(None, _of_issue(issue)) for number, issue in issues if number not in used]
    return frame_of_lines(_sorted(lines, [sheet.name for sheet in checked.book.sheets]))


def no_issues() -> pd.DataFrame:
    """An issues frame without a line.

    Returns:
        Columns: `records.ISSUE_COLUMNS`. Index: empty.
    """
    return pd.DataFrame({name: pd.Series(dtype=_TYPES.get(name, "object")) for name in ISSUE_COLUMNS})


def _of_outcome(outcome: Outcome, headers: Headers) -> Iterator[_Line]:
    """The line of a step, and of each row that shares it."""
    step = outcome.step
    line: dict[str, Json] = {
        "sheet": step.sheet or None,
        "row": step.row or None,
        "key": step.name,
        "step": step.word,
        "outcome": str(outcome.kind),
        "id": outcome.resource_id,
        "code": outcome.code or step.code,
        "column": _column(outcome, headers),
        "message": outcome.message or step.message,
        "attempts": outcome.attempts,
        "request_id": outcome.request_id,
        "finished_at": outcome.finished_at,
    }
    yield step.role, line
    shared = f"The same as row {step.row} of {step.sheet}: one {step.word} for both."
    said = f"{line['message']}\n{shared}" if line["message"] else shared
    for sheet, row in step.duplicates:
        yield step.role, {**line, "sheet": sheet, "row": row, "message": said, "attempts": 0}


def _column(outcome: Outcome, headers: Headers) -> str | None:
    """The header of what the service pointed at, else what the plan had found."""
    step = outcome.step
    if outcome.pointer is None:
        return step.column
    return headers(step.sheet, outcome.pointer, step.attributes.get(step.resource.text.key)) or outcome.pointer


def _records(checked: Checked) -> Iterator[tuple[ContentKind, str, int, Key, Role, str | None]]:
    """Kind, sheet, row, key, role and locale of every record."""
    for kind in checked.kinds:
        rows = checked.things(kind)
        for sheet, row, key in zip(rows["sheet"], rows.index.to_list(), rows[kind.things.key], strict=True):
            yield kind, sheet, row, (_text(key),), Role.THING, None
        rows = checked.texts(kind)
        columns = (rows[name] for name in ("sheet", kind.texts.key, kind.texts.language or ""))
        for row, sheet, key, locale in zip(rows.index.to_list(), *columns, strict=True):
            yield kind, sheet, row, (_text(key), _text(locale)), Role.TEXT, locale


def _belongs(issue: Issue, step: str, locale: str | None) -> bool:
    """Whether an issue of a row is about this one of its records."""
    return issue.kind in (None, step) and issue.locale in (None, locale)


def _of_record(sheet: str, row: int, key: str, step: str, issues: Sequence[Issue]) -> dict[str, Json]:
    """The line of a record with its issues."""
    return {"sheet": sheet, "row": row, "key": key, "step": step, **_said(issues)}


def _of_issue(issue: Issue) -> dict[str, Json]:
    """The line of an issue that no record has: it is about a row that is none, a sheet or the file."""
    about = "row" if issue.row is not None else "sheet" if issue.sheet is not None else "file"
    return {"sheet": issue.sheet, "row": issue.row, "key": None, "step": about, **_said([issue])}


def _said(issues: Sequence[Issue]) -> dict[str, Json]:
    """State, codes, columns and messages of some issues, each of them said once."""
    worst = {issue.severity for issue in issues}
    state = CheckState.ERROR if Severity.ERROR in worst else CheckState.WARNING if worst else CheckState.OK
    return {
        "outcome": str(state),
        "code": _joined([issue.code for issue in issues], ", "),
        "column": _joined([issue.column for issue in issues], ", "),
        "message": _joined([issue.message for issue in issues], "\n"),
        "attempts": 0,
    }


def _joined(texts: Sequence[str | None], separator: str) -> str | None:
    return separator.join(dict.fromkeys(text for text in texts if text)) or None


def _text(value: str | None) -> str:
    """A text of a frame, "" where there is none."""
    return value if isinstance(value, str) else ""


def _sorted(lines: Sequence[_Line], sheets: Sequence[str]) -> list[dict[str, Json]]:
    """The lines by sheet and row, a thing before its texts; what has no sheet or no row comes first."""
    order: dict[str | None, int] = {name: position for position, name in enumerate([None, *sheets])}
    for _, line in lines:
        order.setdefault(line["sheet"], len(order))
    ordered = sorted(lines, key=lambda one: (order[one[1]["sheet"]], one[1]["row"] or 0, one[0] is not Role.THING))
    return [line for _, line in ordered]


def frame_of_lines(lines: Sequence[Mapping[str, Json]]) -> pd.DataFrame:
    """The lines as a frame, each column of its type.

    Args:
        lines: what each line has; what it lacks is empty.

    Returns:
        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ...
    """
    columns = {name: [line.get(name) for line in lines] for name in OUTCOME_COLUMNS}
    return pd.DataFrame({name: pd.Series(values, dtype=_TYPES.get(name, "object")) for name, values in columns.items()})
