"""`Checked`, the result of a check, on which planning and reporting work and which shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TypeAlias

import pandas as pd

from gcbulk.kinds import CONTENT, content_tables
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Book, Issue, Severity
from gcbulk.tables.body import Layout
from gcbulk.tables.file_refs import no_lines
from gcbulk.tables.issues import issues_of
from gcbulk.wording import counted

RecordKey: TypeAlias = tuple[str, str, int, str | None]
"""Which record: `Table.record`, sheet, row, and of a text its locale (as its frame has it), else None."""

_LINES = 20  # issues that a notebook shows
_RowRef: TypeAlias = tuple[str | None, int | None]


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """A file as it was understood, with every problem that was found.

    Args:
        frames: every record of each table in `kinds.CONTENT`, those with problems too, by `Table.name`; without rows
            where the file has no such table. Columns: `Table.order`. Index: row.
        issues: every problem, by sheet, row and column. Columns: `records.ISSUE_COLUMNS`.
        book: the file as it came in.
        tables: where the records were found.
        images: every cell that names a picture. Columns: `records.IMAGE_COLUMNS`. Index: row.
        folded: `issues` with those lines too that follow from another one and are folded into it there; None where
            there are none.
    """

    frames: Mapping[str, pd.DataFrame]
    issues: pd.DataFrame
    book: Book
    tables: tuple[Layout, ...]
    images: pd.DataFrame = field(default_factory=no_lines)
    folded: pd.DataFrame | None = None

    @property
    def achievements(self) -> pd.DataFrame:
        """Every achievement. Columns: `records.ACHIEVEMENT_COLUMNS`. Index: row."""
        return self.frames["achievements"]

    @property
    def localizations(self) -> pd.DataFrame:
        """Every localization of an achievement. Columns: `records.LOCALIZATION_COLUMNS`. Index: row."""
        return self.frames["localizations"]

    @property
    def kinds(self) -> tuple[ContentKind, ...]:
        """What the file is about: every kind that it has a record of.

        Where it has none at all, every kind that it has a table of; the first of all where it has no table either.
        """
        filled = {name for name, frame in self.frames.items() if len(frame)}
        for tables in (filled, {table.kind for table in self.tables}):
            if held := [kind for kind in CONTENT.values() if any(table.name in tables for table in kind.family.tables)]:
                return tuple(held)
        return tuple([*CONTENT.values()][:1])

    def things(self, kind: ContentKind) -> pd.DataFrame:
        """Every thing of a kind. Columns: `Table.order`. Index: row."""
        return self.frames[kind.things.name]

    def texts(self, kind: ContentKind) -> pd.DataFrame:
        """Every text of a kind. Columns: `Table.order`. Index: row."""
        return self.frames[kind.texts.name]

    def images_of(self, kind: ContentKind) -> pd.DataFrame:
        """The lines of `images` for a kind."""
        return self.images[self.are_of(kind, self.images)]

    def are_of(self, kind: ContentKind, lines: pd.DataFrame) -> pd.Series:
        """Which lines of a frame stand on the sheets of a kind; a sheet is of one kind alone."""
        names = [table.name for table in kind.family.tables]
        return lines["sheet"].isin([table.sheet for table in self.tables if table.kind in names])

    @property
    def row_issues(self) -> pd.DataFrame:
        """Every problem of every row: `issues`, and what follows from one of them. Columns: `records.ISSUE_COLUMNS`."""
        return self.issues if self.folded is None else self.folded

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings may be there."""
        return not (self.issues["severity"] == Severity.ERROR.value).any()

    @property
    def is_empty(self) -> bool:
        """Whether there is no record at all, as in a file of headers."""
        return not any(len(frame) for frame in self.frames.values())

    @property
    def file_errors(self) -> tuple[Issue, ...]:
        """The errors that belong to no row: while there is one, nothing of the file may be sent."""
        errors = self._errors()
        return tuple(issues_of(errors[errors["row"].isna()]))

    def errors_of(self) -> Mapping[RecordKey, tuple[Issue, ...]]:
        """The errors of each record that has any.

        A row can hold several records: a thing and its texts. An error of one of them is not an error of the others,
        save one in the id, which they share. An error in the header of a language belongs
        to every localization under that header.

        Returns:
            (`Table.record`, sheet, row, locale or None) -> its errors. The locale is the text in the record's own
            ``locale``, also where that is wrong or empty; None for a thing.
        """
        by_key: dict[RecordKey, tuple[Issue, ...]] = {}
        errors = self._errors()
        issues = issues_of(errors[errors["row"].notna()])
        by_row = _by_row(issues)
        headers = {(table.sheet, table.header_row) for table in self.tables}
        wide = [issue for issue in issues if (issue.sheet, issue.row) in headers]
        for key in self._keys(by_row, wide):
            candidates = [*by_row.get(key[1:3], ()), *(issue for issue in wide if issue.sheet == key[1])]
            own = tuple(issue for issue in candidates if _belongs(issue, key))
            if own:
                by_key[key] = own
        return by_key

    def header(self, sheet: str, column: str, locale: str | None = None) -> str:
        """The header that a column has in a sheet, to point people at it.

        Args:
            sheet: the sheet of the record.
            column: the column's name, e.g. "points".
            locale: the record's language, for a localization.

        Returns:
            The header as the sheet has it; the column's usual title where the sheet has none.
        """
        layouts = [table for table in self.tables if table.sheet == sheet]
        own = (header for table in layouts if (header := table.header(column, locale)))
        return next(own, None) or self._title(column, {table.kind for table in layouts})

    def _title(self, column: str, tables: Collection[str]) -> str:
        """What a column is usually called: in the family of some tables, else in any."""
        families = [kind.family for kind in CONTENT.values()]
        families.sort(key=lambda family: not any(table.name in tables for table in family.tables))
        return next(
            (declared.title for family in families for declared in family.columns if declared.name == column), column
        )

    def _errors(self) -> pd.DataFrame:
        """The issues that are errors."""
        issues = self.row_issues
        return issues[issues["severity"] == Severity.ERROR.value]

    def _keys(self, by_row: Mapping[_RowRef, list[Issue]], wide: list[Issue]) -> list[RecordKey]:
        """The records that may stand where errors are; only these become Python objects."""
        rows = [row for _, row in by_row]
        languages = [issue.locale for issue in wide]
        keys: list[RecordKey] = []
        for name, frame in self.frames.items():
            table = content_tables()[name]
            near = frame.index.isin(rows)
            if table.language:
                near |= frame[table.language].isin(languages).to_numpy()
            records = frame[near]
            locales = records[table.language] if table.language else [None] * len(records)
            lines = zip(records["sheet"], records.index, locales, strict=True)
            keys.extend((table.record, sheet, int(row), locale) for sheet, row, locale in lines)
        return keys

    def __repr__(self) -> str:
        return f"<Checked {'; '.join(self._counts())}>"

    def _repr_html_(self) -> str:
        counts = escape(" · ".join(self._counts()))
        if self.issues.empty:
            return f"<p><b>Checked</b>: {counts}</p>"
        more = f"<p>… and {len(self.issues) - _LINES:,} more in <code>issues</code></p>" * (len(self.issues) > _LINES)
        return f"<p><b>Checked</b>: {counts}</p>{_table(self.issues.head(_LINES))}{more}"

    def _counts(self) -> list[str]:
        """How many of each there are, in words."""
        errors = int((self.issues["severity"] == Severity.ERROR.value).sum())
        tables = [table for kind in self.kinds for table in kind.family.tables]
        figures = {table.record: len(self.frames[table.name]) for table in tables}
        figures |= {"error": errors, "warning": len(self.issues) - errors}
        return [counted(count, noun) for noun, count in figures.items()]


def _table(issues: pd.DataFrame) -> str:
    """Some issues as an HTML table, whole messages and whatever pandas is set to show."""
    names = ("severity", "sheet", "row", "column", "code", "message")
    head = "".join(f"<th>{name}</th>" for name in names)
    lines = issues[list(names)].astype(object).where(issues[list(names)].notna(), "").to_numpy()
    cells = ("".join(f"<td>{escape(str(value))}</td>" for value in line) for line in lines)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in cells)}</table>"


def _by_row(issues: list[Issue]) -> dict[_RowRef, list[Issue]]:
    """The issues by sheet and row."""
    by_row: dict[_RowRef, list[Issue]] = {}
    for issue in issues:
        by_row.setdefault((issue.sheet, issue.row), []).append(issue)
    return by_row


def _belongs(issue: Issue, key: RecordKey) -> bool:
    """Whether an issue of a record's row, or of the header it stands under, is one of the record's own."""
    kind, _, _, locale = key
    return issue.kind in (None, kind) and issue.locale in (None, locale)
