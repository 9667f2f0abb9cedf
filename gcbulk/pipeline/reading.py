"""From a file, or from frames of a notebook, to checked rows.

What comes in: a path or frames, and what the user settled by option. What goes out: `sheets.Checked`, or
`sheets.CheckedSubmissions` for players' progress and scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import pandas as pd

from gcbulk import files, sheets
from gcbulk.pipeline.pictures import with_pictures
from gcbulk.records import Book
from gcbulk.sheets import Checked, CheckedSubmissions, Choices

Source = str | PathLike[str] | Mapping[str, pd.DataFrame]

SUBMISSION_KINDS = ("submissions", "scores")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the user settled about a file by option.

    Args:
        sheet: which sheet holds which kind, where that is not clear: ``{"achievements": "Sheet 3"}``.
        column: which header means which column, where that is not clear: ``{"points": "Pts"}``.
        encoding: the encoding of a text file that is not UTF-8.
        delimiter: what separates the columns of a text file, where that is not clear.
        bundle_id: the app of submissions that name none.
        percent_as: what a bare 0.3 in a column of percentages means: "fraction" or "whole".
        timezone: the zone of dates that name none.
    """

    sheet: Mapping[str, str] = field(default_factory=dict)
    column: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    bundle_id: str | None = None
    percent_as: sheets.PercentAs = None
    timezone: str | None = None


def check(
    source: Source,
    *,
    sheet: Mapping[str, str] | None = None,
    column: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Checked:
    """Read and check achievements and localizations; nothing is sent.

    Args:
        source: the file's path, or frames by kind: ``{"achievements": frame, "localizations": frame}``. A frame's
            columns are the headers; its rows are numbered by its index if that is named ``row``, else from 2.
        sheet: which sheet holds which kind, where that is not clear: ``{"achievements": "Sheet 3"}``.
        column: which header means which column, where that is not clear: ``{"points": "Pts"}``.
        encoding: the encoding of a text file that is not UTF-8.
        delimiter: what separates the columns of a text file, where that is not clear.

    Returns:
        The rows by kind, and every problem with its place.

    Raises:
        WorkbookError: the file cannot be read as a table at all.
    """
    return check_achievements(source, Reading(sheet or {}, column or {}, encoding, delimiter))


def check_achievements(source: Source, reading: Reading) -> Checked:
    """Read and check achievements and localizations; as `check`, with the choices in one value."""
    return with_pictures(sheets.check(_book(source, reading), Choices(reading.sheet, reading.column)))


def read_submissions(
    source: Source | pd.DataFrame, *, kind: str = "submissions", reading: Reading
) -> CheckedSubmissions:
    """Read and check player submissions or scores; nothing is sent.

    Args:
        source: the file's path, a frame, or ``{kind: frame}``.
        kind: "submissions" or "scores".
        reading: what the user settled.

    Raises:
        WorkbookError: the file cannot be read as a table at all.
    """
    book = _book({kind: source} if isinstance(source, pd.DataFrame) else source, reading)
    return _submissions(book, kind, reading)


def check_any(path: Path, kind: str | None, reading: Reading) -> Checked | CheckedSubmissions:
    """Read and check a file of any kind.

    Args:
        path: the file.
        kind: "achievements", "submissions" or "scores"; None to tell by its headers, achievements first.
        reading: what the user settled.
    """
    book = _book(path, reading)
    if kind in SUBMISSION_KINDS:
        return _submissions(book, kind, reading)
    checked = sheets.check(book, Choices(reading.sheet, reading.column))
    if kind is None and not checked.tables:
        submissions = _submissions(book, "submissions", reading)
        return submissions if submissions.tables else checked
    return with_pictures(checked)


def _submissions(book: Book, kind: str, reading: Reading) -> CheckedSubmissions:
    return sheets.check_submissions(
        book,
        Choices(reading.sheet, reading.column),
        kind="scores" if kind == "scores" else "submissions",
        bundle_id=reading.bundle_id,
        percent_as=reading.percent_as,
        timezone=reading.timezone,
    )


def _book(source: Source, reading: Reading) -> Book:
    if isinstance(source, Mapping):
        return sheets.book_of(source)
    return files.read(Path(source), encoding=reading.encoding, delimiter=reading.delimiter)
