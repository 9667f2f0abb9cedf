"""Reading a table that may hold things and their localizations, with several rows for one thing.

Localizations stand on a sheet of their own or beside the things: one language per row (the long form), one language per
header as in ``Title (es-ES)`` (the wide form), or both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gcbulk.records import TEXT_TYPE, RawSheet
from gcbulk.tables import locales
from gcbulk.tables.body import Body, Layout
from gcbulk.tables.cell_type import Given
from gcbulk.tables.check import part_of
from gcbulk.tables.classify import classify_rows, count, of_rows, survey_rows
from gcbulk.tables.file_refs import file_lines
from gcbulk.tables.frames import blank, series_of
from gcbulk.tables.issues import Batch
from gcbulk.tables.judging import Validated, survey, validate
from gcbulk.tables.keys import continued_rows, holds_text, keys_of
from gcbulk.tables.records import Records
from gcbulk.tables.spec import Either, Table
from gcbulk.tables.text_rows import shifted_rows


@dataclass(frozen=True, slots=True)
class Read:
    """What a table holds.

    Args:
        things: its records that are not texts, each at the row that it begins on.
        texts: its texts: those with the language in their row, and those of each language of the headers.
        files: every cell that names a file, as `file_lines` has them.
        problems: what is wrong with its rows and cells.
    """

    things: list[Records]
    texts: list[Records]
    files: pd.DataFrame
    problems: list[Batch]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A table whose rows are classified and whose columns are judged; what is said of them is gathered here.

    Args:
        table: the kind of table.
        body: its rows.
        where: which of them are records.
        continued: which of these only add a text to an earlier one.
        keys: what each row is about.
        bad_keys: which rows hold an error in their own key.
        validated: its columns.
        problems: what is wrong with its rows and cells.
    """

    table: Table
    body: Body
    where: np.ndarray
    continued: np.ndarray
    keys: pd.Series
    bad_keys: np.ndarray
    validated: Validated
    problems: list[Batch]

    def take(
        self,
        name: str,
        where: np.ndarray,
        required: np.ndarray | bool,
        kinds: str | np.ndarray | None,
        locale: str | None = None,
    ) -> tuple[pd.Series, np.ndarray]:
        """The values of a column in some rows, and which of them hold an error; its problems are gathered.

        Args:
            name: the column.
            where: which rows.
            required: in which of all rows a blank cell is an error.
            kinds: which record of a row a problem belongs to.
            locale: the language of the header, or None.

        Returns:
            Both without an error, and the values blank, where the table has no such column.
        """
        column, count = self.validated.columns.get((name, locale)), int(where.sum())
        if column is None:
            return series_of(blank(self.table.declared[name].type, count)), np.zeros(count, dtype=bool)
        self.problems.extend(column.problems(self.body, where, kinds, required))
        return series_of(column.values.filter(where)), column.bad(required)[where]

    def records(
        self,
        table: Table,
        where: np.ndarray,
        columns: dict[str, pd.Series],
        bad: dict[str, np.ndarray],
        locale: str | None = None,
    ) -> Records:
        """Some rows as records of a table, their keys added to the columns."""
        body, key = self.body, table.key
        values = pd.DataFrame(columns, index=range(int(where.sum())))
        values[key] = self.keys[where].reset_index(drop=True)
        bad[key] = self.bad_keys[where]
        return Records(
            table.record,
            key,
            body.layout,
            np.flatnonzero(where),
            body.rows[where],
            values,
            bad,
            self.continued[where],
            locale,
        )


def read_table(table: Table, sheet: RawSheet, layout: Layout) -> Read:
    """What a table holds, and every problem with its rows and cells.

    Args:
        table: the kind of table.
        sheet: the sheet.
        layout: where the table stands on it.
    """
    body = part_of(table, sheet, layout)
    rows = classify_rows(table, body, survey_rows(body))
    facts = survey(table, body, rows)
    validated = validate(table, body, rows, facts, Given())
    continued = continued_rows(table, body, rows.records, rows.key_rows)
    keys = keys_of(table, body, rows.key_rows)
    files, of_files = file_lines(table, body, rows.records, continued, keys, validated)
    problems = [
        *count(body, rows).said(layout.sheet),
        *of_rows(table, body, rows, facts),
        *shifted_rows(sheet, layout, rows.records),
        *of_files,
    ]
    bad_keys = np.zeros(len(body.rows), dtype=bool)
    if column := validated.columns.get((table.key, None)):
        # A key is one of every record of its row, so it is spoken of once.
        problems.extend(column.problems(body, rows.records, None, ~continued))
        bad_keys = column.bad(~continued)
    judged = _Judged(table, body, rows.records, continued, keys, bad_keys, validated, problems)
    things = [] if table.language else [_things(judged)]
    texts = list(_texts(judged))
    between = [problem for rule in table.across for part in things for problem in rule(table, part)]
    own = [part.on_their_own() for part in things]
    return Read(own, texts, files, [*problems, *between])


def _things(judged: _Judged) -> Records:
    """The records of a table that are not texts: every row, those that continue an earlier one included."""
    table, where = judged.table, judged.where
    own = where & ~judged.continued
    # A problem on a row that continues a record is one of the row's other record, its text.
    kinds = np.full(len(own), None, dtype=object)
    kinds[own] = table.record
    values, bad = {}, {}
    others = {either.other for either in table.either}
    for column in table.columns:
        if column.name == table.key or column.name not in table.order or column.name in others:
            continue
        either = next((either for either in table.either if either.target == column.name), None)
        if either:
            values[column.name], bad[column.name] = _of_either(judged, either, own, kinds)
        else:
            values[column.name], bad[column.name] = judged.take(column.name, where, own & column.required, kinds)
    return _shared(table, judged.records(table, where, values, bad))


def _of_either(judged: _Judged, either: Either, own: np.ndarray, kinds: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """A column, also from the one that may stand in its place, and which rows hold an error in one of them."""
    where, layout = judged.where, judged.body.layout
    target, bad = judged.take(either.target, where, own & ~judged.body.filled(either.other), kinds)
    is_alone = (either.target, None) not in layout.positions
    other, bad_others = judged.take(either.other, where, own & is_alone, kinds)
    same = (target == other).to_numpy(dtype=bool, na_value=False)
    if same.any():
        judged.problems.append(_contradiction(judged.body, either, np.flatnonzero(where)[same], kinds))
    return target.where(target.notna(), either.convert(other)).mask(same), bad | bad_others | same


def _contradiction(body: Body, either: Either, rows: np.ndarray, kinds: np.ndarray) -> Batch:
    """The problem that rows fill both of two columns, and these disagree."""
    layout, position = body.layout, body.layout.positions[either.other, None]
    target, other = (layout.columns[name] for name in (either.target, either.other))
    return Batch(
        either.code,
        [either.message.format(target=target, other=other)] * len(rows),
        rows=body.rows[rows],
        sheet=layout.sheet,
        column=other,
        position=position,
        values=[str(value) for value in body.contents[position].take(rows).raw],
        kinds=list(kinds[rows]),
    )


def _shared(table: Table, records: Records) -> Records:
    """Records in which one row speaks for all of its key that leave a cell blank.

    Rows that leave it out do not make a second thing of it.
    """
    shared = [column.name for column in table.columns if column.shared]
    values = records.values.assign(**{name: _said_once(records.values[name], records.keys) for name in shared})
    return replace(records, values=values)


def _said_once(values: pd.Series, keys: pd.Series) -> pd.Series:
    """A column as any row of a key says it."""
    is_text = isinstance(values.dtype, pd.StringDtype)
    said = values.mask(values == "") if is_text else values
    if said.notna().all() or said.isna().all():
        return values
    filled = said.fillna(said.groupby(keys, sort=False).transform("first"))
    return filled.fillna("") if is_text else filled


def _texts(judged: _Judged) -> Iterator[Records]:
    """The texts of a table: those with the language in their row, then those of each language of the headers."""
    table, layout, records = judged.table, judged.body.layout, judged.where
    of_texts = table.of_texts
    if of_texts is None:
        return
    if table.language and any((name, None) in layout.positions for name in table.text_columns):
        yield _in_language(judged, of_texts, records, None)
    elif layout.long:
        yield _in_language(judged, of_texts, records & holds_text(table, judged.body), None)
    for locale in layout.languages:
        columns = (judged.body.column(name, locale) for name in (*table.texts, *table.optional_texts))
        # A language with no filled cell in a row is just absent.
        filled = judged.body.any_of(contents for contents in columns if contents)
        yield _in_language(judged, of_texts, records & filled, locale)


def _in_language(judged: _Judged, table: Table, where: np.ndarray, locale: str | None) -> Records:
    """The texts in some rows, of one language of the headers or with their language in a column."""
    layout, values, bad = judged.body.layout, {}, {}
    for name in (*(table.texts if locale else table.text_columns), *table.optional_texts):
        required = table.column(name).required and (name != table.language or layout.locale is None)
        values[name], bad[name] = judged.take(name, where, required, table.record, locale)
    if locale and table.language:
        # What is wrong with a header was said at the header.
        bad[table.language] = np.full(int(where.sum()), locale not in locales.ACCEPTED | locales.UNTESTED)
        values[table.language] = pd.Series(locale, index=range(int(where.sum())), dtype=TEXT_TYPE)
    elif layout.locale and table.language:
        said = values[table.language]
        values[table.language] = said.mask(~bad[table.language] & (said == ""), layout.locale)
    return judged.records(table, where, values, bad, locale)
