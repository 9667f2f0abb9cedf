"""From a file, or from frames of a notebook, to checked rows.

The result is `sheets.Checked`, or `sheets.CheckedSubmissions` for players' progress and scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from gcbulk import files, sheets
from gcbulk.errors import SettingsError
from gcbulk.kinds import CONTENT, SUBMISSION_TABLES, SUBMISSIONS, families
from gcbulk.kinds.content import ContentKind
from gcbulk.options import PercentAs, PercentAsWord, SubmissionKind, one_of, text, texts, word
from gcbulk.options import path as path_of
from gcbulk.records import Book
from gcbulk.runs.shared.looking import with_pictures
from gcbulk.sheets import Checked, CheckedSubmissions, Choices

Source = str | PathLike[str] | Mapping[str, pd.DataFrame]
SubmissionSource: TypeAlias = str | PathLike[str] | pd.DataFrame
"""A file's path, or a frame whose columns are the headers."""
AnyChecked = Checked | CheckedSubmissions
STEPS: Mapping[str, str] = {name: table.record for name, table in SUBMISSION_TABLES.items()}
"""What one record is called, by kind."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user chose about a file by option.

    Args:
        sheet: which sheet holds which kind, where that is not clear: ``{"achievements": "Sheet 3"}``.
        column: which header means which column, where that is not clear: ``{"points": "Pts"}``.
        encoding: the encoding of a text file that is not UTF-8.
        delimiter: what separates the columns of a text file, where that is not clear.
        bundle_id: the app of submissions that name none.
        percent_as: what a bare 0.3 in a column of percentages means; its word will do as well.
        timezone: the zone of dates that name none.
        locale: the language of texts of which neither row nor header names one.

    Raises:
        SettingsError: a value is empty, or none of the allowed ones.
    """

    sheet: Mapping[str, str] = field(default_factory=dict)
    column: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    bundle_id: str | None = None
    percent_as: PercentAsWord | None = None
    timezone: str | None = None
    locale: str | None = None

    def __post_init__(self) -> None:
        """Take words as the members they stand for, and refuse what says nothing."""
        object.__setattr__(self, "sheet", texts(self.sheet, "sheet"))
        object.__setattr__(self, "column", texts(self.column, "column"))
        if self.percent_as is not None:
            object.__setattr__(self, "percent_as", word(PercentAs, self.percent_as, "percent_as"))
        for name in ("encoding", "bundle_id", "timezone", "locale"):
            if getattr(self, name) is not None:
                text(getattr(self, name), name)
        if self.delimiter is not None and self.delimiter != "\t":
            text(self.delimiter, "delimiter")


def check_content(source: Source, reading: ReadOptions) -> Checked:
    """Read and check what gcbulk creates in Game Center; as `check`, with the choices in one value."""
    return _content(_book(source, reading), reading)


def read_submissions(
    source: Source | pd.DataFrame, *, kind: str | None = None, reading: ReadOptions, sheet: str | None = None
) -> CheckedSubmissions:
    """Read and check player submissions or scores; nothing is sent.

    Args:
        source: the file's path, a frame, or ``{kind: frame}``.
        kind: one of `SubmissionKind`; None to tell by the headers, submissions where both are there.
        reading: what the user chose.
        sheet: the sheet to read, whatever the kind.

    Raises:
        SettingsError: there is no such kind.
        WorkbookError: the file cannot be read as a table at all.
    """
    chosen = None if kind is None else word(SubmissionKind, kind, "kind")
    name = None if sheet is None else text(sheet, "sheet")
    book = _book({str(chosen or "submissions"): source} if isinstance(source, pd.DataFrame) else source, reading)
    if chosen is None:
        told, problems = sheets.tell_kind(_only(book, name), _choices(reading), tuple(SubmissionKind))
        if told is None:
            return sheets.unread_submissions(book, problems)
        chosen = SubmissionKind(told)
        if isinstance(source, pd.DataFrame):
            book = replace(book, sheets=tuple(replace(each, name=str(chosen)) for each in book.sheets))
    return _submissions(book, chosen, reading if name is None else replace(reading, sheet={str(chosen): name}))


def _only(book: Book, sheet: str | None) -> Book:
    """A book of the one sheet that the user named, where one was."""
    if sheet is None:
        return book
    return replace(book, sheets=tuple(replace(each, hidden=False) for each in book.sheets if each.name == sheet))


def check_any(path: Path, kind: str | None, reading: ReadOptions) -> Checked | CheckedSubmissions:
    """Read and check a file of any kind.

    Args:
        path: the file.
        kind: one of `families`; None to tell by its headers, where sheets are of several kinds achievements first.
        reading: what the user chose.

    Raises:
        SettingsError: there is no such kind.
    """
    chosen = None if kind is None else one_of(families(), kind, "kind")
    book = _book(path, reading)
    if chosen is None:
        likeliest, problems = sheets.tell_kind(book, _choices(reading))
        if likeliest is None:
            return sheets.unread(book, problems)
        return _submissions(book, likeliest, reading) if likeliest in SUBMISSIONS else _content(book, reading)
    if chosen in SUBMISSIONS:
        return _submissions(book, chosen, reading)
    return _content(book, reading, [declared for declared in CONTENT.values() if declared.family.name == chosen])


def _choices(reading: ReadOptions) -> Choices:
    return Choices(reading.sheet, reading.column, reading.locale)


def _content(book: Book, reading: ReadOptions, kinds: Sequence[ContentKind] | None = None) -> Checked:
    return with_pictures(sheets.check(book, _choices(reading), kinds))


def _submissions(book: Book, kind: str, reading: ReadOptions) -> CheckedSubmissions:
    return sheets.check_submissions(
        book,
        _choices(reading),
        kind=kind,
        bundle_id=reading.bundle_id,
        percent_as=reading.percent_as,
        timezone=reading.timezone,
        now=datetime.now(UTC),
    )


def _book(source: Source, reading: ReadOptions) -> Book:
    if isinstance(source, Mapping):
        return sheets.book_of(_frames(source))
    if not isinstance(source, str | PathLike):
        raise SettingsError(f"The source has to be a path, or frames by kind; it is {type(source).__name__}.")
    return files.read(path_of(source, "source"), encoding=reading.encoding, delimiter=reading.delimiter)


def _frames(source: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """The frames of a notebook, each under the name of what it holds."""
    for name, frame in source.items():
        if not isinstance(name, str) or not isinstance(frame, pd.DataFrame):
            raise SettingsError(f"The source holds {name!r}: {type(frame).__name__}; frames by kind are needed.")
    return source
