"""The issues frame, built from batches, each the problems that one rule found in one column.

A batch holds only the positions of faulty cells, so a million valid rows cost nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
import pandas as pd

from gcbulk.records import ISSUE_COLUMNS, Issue, Json, Severity
from gcbulk.tables.codes import CODES

_LISTED = 20  # names in a message
_SHOWN = 60  # characters of a cell that fit into a message


@dataclass(frozen=True, slots=True)
class Batch:
    """The problems of one kind in one column of one sheet.

    Args:
        code: one of `CODES`.
        messages: one for each problem.
        rows: the spreadsheet's row numbers, or None where the sheet or the file is meant.
        sheet: the sheet, or None where the file is meant.
        column: the header, or None.
        position: the column's index in the sheet, to sort by.
        values: what stands in the cells.
        kinds: for each problem which record of the row it belongs to; None for all of them.
        locale: the language, where one row holds several.
    """

    code: str
    messages: Sequence[str]
    rows: Sequence[int] | np.ndarray | None = None
    sheet: str | None = None
    column: str | None = None
    position: int = -1
    values: Sequence[str | None] | None = None
    kinds: Sequence[str | None] | str | None = None
    locale: str | None = None


def on_file(code: str, message: str, *, sheet: str | None = None, column: str | None = None) -> Batch:
    """One problem with a whole sheet or file.

    Args:
        code: one of `CODES`.
        message: what, where and what to do.
        sheet: the sheet, or None for the file.
        column: the header, or None.

    Returns:
        The batch of this one problem.
    """
    return Batch(code, [message], sheet=sheet, column=column)


def frame_of(batches: Iterable[Batch], sheets: Sequence[str]) -> pd.DataFrame:
    """All problems, sorted by sheet as the file has them, then row, then column.

    Args:
        batches: the problems.
        sheets: the names of the file's sheets, in order.

    Returns:
        The issues.

        Columns: `ISSUE_COLUMNS`. Index: 0, 1, ...
    """
    parts = [_part(batch, sheets) for batch in batches if len(batch.messages)]
    whole = pd.DataFrame(
        {
            name: pd.Series([*chain.from_iterable(part[name] for part in parts)], dtype=_dtype(name))
            for name in (*ISSUE_COLUMNS, "_sheet", "_position")
        }
    )
    # Whole file first, then whole sheet, then rows: a missing number sorts before every row.
    whole["_row"] = whole["row"].fillna(-1)
    whole = whole.sort_values(["_sheet", "_row", "_position"], kind="stable", ignore_index=True)
    return whole[list(ISSUE_COLUMNS)]


def merged(issues: pd.DataFrame, batches: Iterable[Batch], sheets: Sequence[str]) -> pd.DataFrame:
    """An issues frame with further problems, each after what is said already of its row.

    Args:
        issues: what is there, as `frame_of` gave it.
        batches: what comes to it.
        sheets: the names of the file's sheets, in order.

    Returns:
        Columns: `ISSUE_COLUMNS`. Index: 0, 1, ...
    """
    more = frame_of(batches, sheets)
    if more.empty:
        return issues
    whole = pd.concat([issues, more], ignore_index=True) if len(issues) else more
    order = {name: position for position, name in enumerate(sheets)}
    keys = pd.DataFrame({"sheet": whole["sheet"].map(order).fillna(-1), "row": whole["row"].fillna(-1)})
    return whole.iloc[keys.sort_values(["sheet", "row"], kind="stable").index].reset_index(drop=True)


def _part(batch: Batch, sheets: Sequence[str]) -> Mapping[str, Iterable[Json]]:
    """The columns of one batch, with two more to sort by."""
    kinds, count = batch.kinds, len(batch.messages)
    return {
        "sheet": repeat(batch.sheet, count),
        "row": repeat(None, count) if batch.rows is None else np.asarray(batch.rows).tolist(),
        "column": repeat(None if batch.column is None else printable(batch.column), count),
        "code": repeat(batch.code, count),
        "severity": repeat(CODES[batch.code].severity.value, count),
        "message": batch.messages,
        "value": repeat(None, count) if batch.values is None else batch.values,
        "kind": repeat(kinds, count) if kinds is None or isinstance(kinds, str) else kinds,
        "locale": repeat(batch.locale, count),
        "_sheet": repeat(-1 if batch.sheet is None else sheets.index(batch.sheet), count),
        "_position": repeat(batch.position, count),
    }


def _dtype(name: str) -> str:
    """The type of a column of the issues."""
    return {"row": "Int64", "_sheet": "int64", "_position": "int64"}.get(name, "object")


def issues_of(issues: pd.DataFrame) -> list[Issue]:
    """The lines of an issues frame as records.

    Args:
        issues: some lines of an issues frame.

    Returns:
        One record a line.
    """
    return [_issue(line) for line in issues[list(ISSUE_COLUMNS)].to_dict("records")]


def _issue(line: Mapping[str, Json]) -> Issue:
    """One line as a record, with None for every gap."""
    known: dict[str, Json] = {name: None if pd.isna(value) else value for name, value in line.items()}
    return Issue(**{**known, "severity": Severity(line["severity"])})


def shown(value: object) -> str:
    """A cell's content for a message: short, on one line, with nothing in it that cannot be printed.

    Args:
        value: the content of a cell.

    Returns:
        The content as text, at most 60 characters.
    """
    # Workbooks keep every number as a float; people typed 150, not 150.0.
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 10**15
    text = f"{value:.0f}" if whole else str(value)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    return printable(text)


def printable(text: str) -> str:
    """A text in which line breaks are blanks and what cannot be printed is written as its code point.

    Args:
        text: any text.

    Returns:
        The text, fit for a message, a terminal or a file.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _code_point(character) for character in text)


def _code_point(character: str) -> str:
    """What stands for a character that cannot be printed."""
    return " " if character in "\n\r\t\u00a0" else f"<U+{ord(character):04X}>"


def quoted(name: str) -> str:
    """A name in quotes.

    Args:
        name: of a sheet, a header, an id.
    """
    return f'"{printable(name)}"'


def listed(names: Sequence[str]) -> str:
    """Names in quotes, in a row; at most twenty, the rest counted.

    Args:
        names: the names.
    """
    left = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(map(quoted, names[:_LISTED])) + left


def named_rows(rows: Iterable[int]) -> str:
    """Row numbers with their noun: row 3, or rows 5-8, 12.

    Args:
        rows: row numbers in rising order, at least one.
    """
    numbers = list(rows)
    return f"row{'s' if len(set(numbers)) > 1 else ''} {row_ranges(numbers)}"


def counted_rows(rows: Iterable[int]) -> str:
    """How many there are and where, as a sentence.

    Args:
        rows: the row number of each, in rising order; there is at least one.
    """
    numbers = list(rows)
    if len(numbers) == 1:
        return f"There is 1, in row {numbers[0]}."
    one_row = len(set(numbers)) == 1
    return f"There are {len(numbers):,}, in the row{'' if one_row else 's'} {row_ranges(numbers)}."


def row_ranges(rows: Iterable[int]) -> str:
    """Row numbers as people write them: 3, 5-8, 12.

    Args:
        rows: row numbers in rising order.

    Returns:
        The numbers, runs drawn together; at most ten runs, the rest counted.
    """
    numbers = np.unique(np.asarray(list(rows), dtype=np.int64))
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
    named = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:10]]
    left = sum(len(run) for run in runs[10:])
    return ", ".join(named) + (f" and {left} more" if left else "")
