"""Judging a part of a table, given facts about the whole: each distinct content once, by its column's type.

What is reported once for the whole table is collected as `Notice`s and put into words after the last part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from gcbulk.tables.body import Body, Layout
from gcbulk.tables.cell_type import CellType, Context, Given, Judgement
from gcbulk.tables.classify import Rows
from gcbulk.tables.contents import Contents, Fault, faults_of, in_error
from gcbulk.tables.issues import Batch, counted_rows, named_rows, on_file, quoted, shown
from gcbulk.tables.rule import EMPTY
from gcbulk.tables.spec import Column, Facts, Table


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said once for all rows of a column.

    Args:
        order: where it stands among what is said of a table: the number of its column, and its own among the column's.
        code: one of `CODES`.
        title: the column's header.
        message: what to say, with {title}, {example}, {rows} and {count}.
        rows: the spreadsheet's numbers of the rows.
        example: what stands in the first of them.
    """

    order: tuple[int, int]
    code: str
    title: str
    message: str
    rows: np.ndarray
    example: str

    def said(self, sheet: str) -> Batch:
        """The problem, in words."""
        text = self.message.format(
            title=quoted(self.title),
            example=self.example,
            rows=named_rows(self.rows),
            counted=counted_rows(self.rows),
        )
        return on_file(self.code, text, sheet=sheet, column=self.title)


def together(notices: Iterable[Notice]) -> list[Notice]:
    """The notices of all parts of a table: what is said of the same column is said once.

    Args:
        notices: those of each part, in the order of the parts.
    """
    notices_by_key: dict[tuple[int, int], Notice] = {}
    for notice in notices:
        before = notices_by_key.get(notice.order)
        rows = np.concatenate([before.rows, notice.rows]) if before else notice.rows
        notices_by_key[notice.order] = replace(before or notice, rows=rows)
    return [notices_by_key[order] for order in sorted(notices_by_key)]


@dataclass(frozen=True, slots=True)
class ValidatedColumn:
    """A column after its rules were asked.

    Args:
        title: its header.
        position: its index in the sheet, from 0.
        contents: its contents.
        values: a value for each row.
        faults: what is wrong with some contents.
        type: what its cells hold.
        locale: the language in its header; in a matrix, the key that its header is.
    """

    title: str
    position: int
    contents: Contents
    values: pa.Array
    faults: Sequence[Fault]
    type: CellType
    locale: str | None = None

    def bad(self, required: np.ndarray | bool = True) -> np.ndarray:
        """Which rows hold an error in this column.

        Args:
            required: in which rows a blank cell is one, where it can be one at all.
        """
        of_contents = in_error((fault for fault in self.faults if not fault.blank), len(self.contents.cells.cell_type))
        bad = self.contents.rows_of(of_contents)
        for fault in self.faults:
            if fault.blank:
                bad |= self.contents.rows_of(fault.contents) & required
        return bad

    def problems(
        self, body: Body, records: np.ndarray, kinds: str | np.ndarray | None, required: np.ndarray | bool = True
    ) -> Iterator[Batch]:
        """The problems of the rows that are records.

        Args:
            body: where the column stands.
            records: which rows are records.
            kinds: what a problem's ``kind`` calls the record of a row that it belongs to, for all rows or for each;
                None where it belongs to all of them.
            required: in which rows a blank cell is a problem, where it can be one at all.

        Returns:
            A batch for each rule that is broken.
        """
        for fault in self.faults:
            at_fault = records & self.contents.rows_of(fault.contents)
            at_fault = np.flatnonzero(at_fault & required if fault.blank else at_fault)
            if not len(at_fault):
                continue
            codes = self.contents.codes[at_fault]
            values = np.full(len(fault.contents), None, dtype=object)
            quoted_ones = fault.contents & self.contents.cells.filled
            values[quoted_ones] = [self.type.show(value) for value in self.contents.cells.raw[quoted_ones]]
            yield Batch(
                fault.code,
                fault.messages[codes],
                rows=body.rows[at_fault],
                sheet=body.layout.sheet,
                column=self.title,
                position=self.position,
                values=values[codes],
                kinds=list(kinds[at_fault]) if isinstance(kinds, np.ndarray) else kinds,
                locale=self.locale,
            )


@dataclass(frozen=True, slots=True)
class Validated:
    """The columns of a part of a table after their rules were asked.

    Args:
        columns: those that are no part of a matrix, by column and language of the header.
        matrix: those of a matrix, from left to right.
        notices: what is said once for all rows.
    """

    columns: Mapping[tuple[str, str | None], ValidatedColumn]
    matrix: Sequence[ValidatedColumn]
    notices: Sequence[Notice]

    def problems(self, table: Table, body: Body, records: np.ndarray) -> Iterator[Batch]:
        """What is wrong with cells; a problem with a cell of a matrix names the key in its header."""
        for validated in (*self.columns.values(), *self.matrix):
            yield from validated.problems(body, records, table.record)


def survey(table: Table, body: Body, rows: Rows) -> Facts:
    """What has to be known of the records of the whole table, as far as a part of it shows it.

    Args:
        table: the kind of table.
        body: the part.
        rows: its rows, classified.

    Returns:
        The facts of this part; those of the whole are those of all parts together (``|``).
    """
    filled = {
        column.name
        for column in table.columns
        if column.option and (contents := body.column(column.name)) and (contents.filled & rows.records).any()
    }
    signs = {
        position: column.type.survey(contents.cells, body.in_percent(position), contents.present(rows.records))
        for position, column, _ in columns_of(table, body.layout)
        if type(column.type).survey is not CellType.survey and (contents := body.contents[position])
    }
    return Facts(frozenset(filled), signs, rows.comment_line)


def columns_of(table: Table, layout: Layout) -> Iterator[tuple[int, Column, str | None]]:
    """Each column of a table: its position, what it is, and the language of its header; those of a matrix last.

    Args:
        table: the kind of table.
        layout: where it stands.

    Yields:
        Its position in the frame of cells, its declaration, and the language, or in a matrix the key.
    """
    declared = table.declared
    for (name, language), position in layout.positions.items():
        yield position, declared[name], language
    for position, key in layout.matrix.items():
        if table.matrix:
            yield position, declared[table.matrix.value], key


def validate(table: Table, body: Body, rows: Rows, facts: Facts, given: Given) -> Validated:
    """The columns of a part of a table, judged.

    Args:
        table: the kind of table.
        body: the part.
        rows: its rows, classified.
        facts: what is known of the whole.
        given: what the user gave for all rows.
    """
    columns: dict[tuple[str, str | None], ValidatedColumn] = {}
    matrix: list[ValidatedColumn] = []
    notices: list[Notice] = []
    alternatives = {either.other for either in table.either}
    for number, (position, column, language) in enumerate(columns_of(table, body.layout)):
        if column.option and column.name not in facts.filled:
            continue
        contents, is_key = body.contents[position], position in body.layout.matrix
        context = Context(given, body.in_percent(position), facts.signs.get(position, frozenset()))
        title = language if is_key and language else body.layout.header(column.name, language) or column.title
        judged = column.type.judge(title, contents.cells, context)
        may_be_missed = (column.required or column.name in alternatives) and not is_key
        faults = [*judged.faults, *(_empty(title, contents) if may_be_missed else ())]
        values = contents.spread(judged.values)
        validated = ValidatedColumn(title, position, contents, values, faults, column.type, language)
        if is_key:
            matrix.append(validated)
        else:
            columns[column.name, language] = validated
        notices.extend(_notices(number, validated, judged, body.rows, rows.records, given))
    return Validated(columns, matrix, notices)


def _empty(title: str, contents: Contents) -> list[Fault]:
    """The fault of blank cells in a column that has to be filled."""
    return faults_of(title, contents.cells, pd.Series([]), (EMPTY,))


def _notices(
    number: int, column: ValidatedColumn, judged: Judgement, numbers: np.ndarray, records: np.ndarray, given: Given
) -> Iterator[Notice]:
    """What is said once for all records of a column."""
    contents = column.contents
    for own, ask in enumerate(judged.asks):
        at = np.flatnonzero(records & contents.rows_of(ask.contents))
        if len(at):
            example = shown(contents.cells.raw.iloc[contents.codes[at[0]]])
            yield Notice((number, own), ask.code, column.title, ask.message, numbers[at], example)
    for own, (code, unlikely, message) in enumerate(column.type.unlikely(column.values, given), len(judged.asks)):
        at = np.flatnonzero(records & unlikely)
        if len(at):
            example = column.values[int(at[0])].as_py()
            yield Notice((number, own), code, column.title, message, numbers[at], example)
