"""Frames and the files they come from: columns, cells, sheets, issues, and the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Json: TypeAlias = Any
"""A value as the JSON parser gives it; the only ``Any`` of the package."""

ACHIEVEMENT_COLUMNS = (
    "reference_name",  # str, never empty in a row without an error
    "vendor_identifier",  # str; the spreadsheet's text, only the white space around it taken off
    "points",  # Int64, 0-100; <NA> where the cell could not be understood
    "show_before_earned",  # boolean; <NA> where the cell could not be understood
    "repeatable",  # boolean; <NA> where the cell could not be understood
    "archived",  # boolean; <NA> where the sheet does not say, so that it is left as it is
    "activity_properties",  # str: pairs of key and value; "" where the sheet does not say
    "sheet",  # str: the sheet the row stands on
)
LOCALIZATION_COLUMNS = (
    "vendor_identifier",  # str: the achievement it belongs to
    "locale",  # str: one of App Store Connect's locales
    "name",  # str
    "before_earned_description",  # str
    "after_earned_description",  # str
    "sheet",  # str: the sheet the row stands on
)
IMAGE_COLUMNS = (
    "vendor_identifier",  # str: the achievement it belongs to
    "locale",  # str: the language it is for, "" for every language of the achievement
    "path",  # str: the file as the sheet has it, relative to the workbook
    "file_name",  # str or None: without its folder; None while the file was not looked at or is unfit
    "size_bytes",  # Int64; <NA> likewise
    "digest",  # str or None: SHA-256 of the bytes, likewise
    "sheet",  # str: the sheet the row stands on
)
SUBMISSION_COLUMNS = (
    "bundle_id",  # str, never empty in a row without an error
    "scoped_player_id",  # str: the player's gamePlayerID
    "vendor_identifier",  # str: the achievement
    "percentage_achieved",  # Int64, 0-100; <NA> where the cell could not be understood
    "submitted_date",  # str: UTC, as in 2026-01-31T12:00:00Z; missing where none is to be sent
    "challenge_ids",  # str: a JSON list of texts, written in one way only; missing where none is to be sent
    "pre_released",  # boolean; <NA> where it is not to be sent
    "sheet",  # category: the sheet the row stands on
)
SCORE_COLUMNS = (
    "bundle_id",  # str, never empty in a row without an error
    "scoped_player_id",  # str: the player's gamePlayerID
    "vendor_identifier",  # str: the leaderboard
    "score",  # str: a number in digits, written in one way only
    "context",  # str: a number like the score; missing where none is to be sent
    "submitted_date",  # str: UTC, as in 2026-01-31T12:00:00Z; missing where none is to be sent
    "challenge_ids",  # str: a JSON list of texts, written in one way only; missing where none is to be sent
    "pre_released",  # boolean; <NA> where it is not to be sent
    "sheet",  # category: the sheet the row stands on
)
ISSUE_COLUMNS = (
    "sheet",  # str or None: the sheet, None where the whole file is meant
    "row",  # Int64: the spreadsheet's row number; <NA> where the whole sheet or file is meant
    "column",  # str or None: the header as the sheet has it
    "code",  # str: kebab-case, listed in docs/codes.md
    "severity",  # str: "error" or "warning"
    "message",  # str: what, where, and what to do
    "value",  # str or None: the cell's content as text, shortened
    # What follows tells the records of one row apart and is not for people (not in --json):
    "kind",  # str or None: "achievement", "localization", "submission" or "score"; None where every record is meant
    "locale",  # str or None: the language, or in a matrix of submissions the achievement, where a row holds several
)
OUTCOME_COLUMNS = (
    "sheet",  # str: the sheet the row stands on
    "row",  # Int64: the spreadsheet's row number
    "key",  # str: vendor identifier, or "vendor identifier / locale"
    "step",  # str: "achievement", "localization", ...
    "outcome",  # str: one of OutcomeKind, or of CheckState in a report of a check
    "id",  # str or None: the service's id of the resource
    "code",  # str or None: our code of a problem, or the service's
    "column",  # str or None: the sheet's header that the problem is about
    "message",  # str or None: what happened and what to do
    "attempts",  # Int64: requests sent for this step, 0 where none was needed
    "request_id",  # str or None: the service's id of the last request, for its support
    "finished_at",  # datetime64[us, UTC] or NaT
)


class Severity(StrEnum):
    """How bad an issue is: an error keeps its row from being sent, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem with one cell, row, sheet or file: a line of the ``issues`` frame (`ISSUE_COLUMNS`)."""

    sheet: str | None
    row: int | None
    column: str | None
    code: str
    severity: Severity
    message: str
    value: str | None = None
    kind: str | None = None
    locale: str | None = None

    @property
    def where(self) -> str:
        """Sheet, row and column, as far as they are known; "" for the whole file."""
        parts = (self.sheet, f"row {self.row}" if self.row is not None else None, self.column)
        return ", ".join(part for part in parts if part)


class CellProblem(StrEnum):
    """What stands in a raw frame where a spreadsheet cell holds no value that could be taken as it is."""

    ERROR_VALUE = "error-value"  # #N/A, #REF!, ...
    NO_CACHED_VALUE = "no-cached-value"  # a formula that was never calculated
    UNREADABLE_DATE = "unreadable-date"  # a date-formatted number outside the calendar
    PICTURE = "picture"  # a picture inside of the cell


@dataclass(frozen=True, slots=True)
class CellNotes:
    """What a workbook says of its cells beside their values: by column number, for each row of the cells.

    Args:
        struck: whether the cell is struck through; only columns that have such a cell, as everywhere here.
        partly_struck: whether a part of its text is.
        sums: whether its value comes from a formula that sums up or counts other cells.
        shown: what it shows, where its number format makes something else of a number's digits (007 of 7), else None.
    """

    struck: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)
    partly_struck: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)
    sums: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)
    shown: Mapping[int, npt.NDArray[np.object_]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file wrote its cells, as far as the frame of cells does not show it.

    Args:
        delimiter: what separates the cells.
        quotes: whether there is a quotation mark anywhere; without one no cell holds a delimiter or a line break.
        widths: how many cells each record has, empty ones at its end included; None where all have as many as the
            frame has columns.
    """

    delimiter: str
    quotes: bool
    widths: npt.NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as it stands in the file, nothing interpreted.

    Args:
        name: the sheet's name; for a CSV the file's stem.
        cells: one frame row per spreadsheet row, header rows included unless `header` has them. Index: the
            spreadsheet's row numbers, from 1. Columns: the spreadsheet's column numbers, from 1 (A is 1). Values:
            str, int, float, bool, datetime, date, time, timedelta, None, or a `CellProblem`; text formats hold text
            only. A column of one type may have that type: str, Int64, UInt64, float64, datetime64; any other is object.
        hidden: whether the sheet is hidden.
        hidden_rows: the row numbers that are hidden or filtered out.
        typed: whether cells keep the file's types (workbook, parquet) or are all text (csv, tsv).
        percent: column number -> which of its cells, row by row, hold a number that is shown as percent (0.3 as
            30 %); only columns that have such a cell.
        header: the names of the columns, where the file keeps them apart from its rows; they stand for row 1, at
            position -1 of the cells, which begin with row 2.
        notes: what a workbook says of its cells beside their values.
        form: how a text file wrote the cells; None for every other.
    """

    name: str
    cells: pd.DataFrame
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    typed: bool = True
    percent: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)
    header: tuple[str, ...] | None = None
    form: TextForm | None = None
    notes: CellNotes = field(default_factory=CellNotes)

    def top(self, count: int = 200) -> Iterator[tuple[int, tuple[object, ...]]]:
        """The first rows, as headers are looked for in them.

        Args:
            count: how many rows of the cells at most.

        Yields:
            A row's position in the cells, from 0, or -1 for the header; and what stands in it, as far as its last cell
            that holds anything.
        """
        if self.header is not None:
            yield -1, self.header
        top = self.cells.iloc[:count]
        # One cell far to the right makes every row 16,384 cells wide, nearly all of them empty.
        filled = top.notna().to_numpy()
        widths = (filled * np.arange(1, filled.shape[1] + 1)).max(axis=1, initial=0)
        columns = np.flatnonzero(filled.any(axis=0))
        cells = top.iloc[:, columns].itertuples(name=None)  # with the index: pandas 2 gives no rows of no columns
        for index, ((_, *values), width) in enumerate(zip(cells, widths, strict=True)):
            row: list[object] = [None] * int(width)
            for position, value in zip(columns, values, strict=True):
                if position < width:
                    row[position] = _plain(value)
            yield index, tuple(row)

    def row_number(self, position: int) -> int:
        """The spreadsheet's number of the row at a position of the cells, or -1 for the header's."""
        return 1 if position < 0 else int(self.cells.index[position])

    def width(self, position: int) -> int:
        """How many columns the row at a position of the cells has; in a text file others may have more."""
        widths = self.form.widths if self.form else None
        return self.cells.shape[1] if widths is None or position < 0 else int(widths[position])

    def take(self, rows: Sequence[int]) -> Iterator[tuple[object, ...]]:
        """What stands in some rows.

        Args:
            rows: the spreadsheet's row numbers, of which the sheet has each once; 1 is the header where it keeps that
                apart.

        Yields:
            The values of each row; None where a cell is empty.
        """
        below = [row for row in rows if self.header is None or row != 1]
        taken = self.cells.loc[below].itertuples(name=None)
        for row in rows:
            apart = self.header if row == 1 else None
            yield apart or tuple(map(_plain, next(taken)[1:]))


def _plain(value: object) -> object:
    """A value without numpy's wrapping, and None for whatever pandas has for nothing."""
    if isinstance(value, np.generic):
        return value.item()
    return None if value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value) else value


@dataclass(frozen=True, slots=True)
class Book:
    """A file as it was read: its sheets, in order.

    Args:
        path: where it was read from, or None for frames of a notebook.
        format: "xlsx", "xlsm", "csv", "tsv", "parquet" or "frames".
        sheets: every sheet, hidden ones too.
        digest: the SHA-256 of a workbook's bytes, so that it is known again; None of any other file.
    """

    path: Path | None
    format: str
    sheets: tuple[RawSheet, ...]
    digest: str | None = None


class ReportSheet(StrEnum):
    """The sheets that gcbulk writes into workbooks: one for each verb, so that none replaces what another reported."""

    PUSH = "gcbulk report"
    SUBMIT = "gcbulk submit"
    SCORES = "gcbulk scores"
    CHECK = "gcbulk check"
    REVIEW = "gcbulk review"
    PLAN = "gcbulk plan"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run or a check has to say, ready to be written for people.

    Args:
        summary: label and value of each line of the block on top.
        lines: one line per row and step (`OUTCOME_COLUMNS`).
        sheet: the name of the sheet that it becomes in a workbook.
    """

    summary: tuple[tuple[str, str], ...]
    lines: pd.DataFrame
    sheet: str = ReportSheet.PUSH
