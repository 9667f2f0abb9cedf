"""The check of one table, part by part; a file is a single part that supplies its own facts about the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd

from gcbulk.records import RawSheet
from gcbulk.tables.body import Body, Layout, body_of
from gcbulk.tables.cell_type import Given
from gcbulk.tables.cells import filled_positions
from gcbulk.tables.classify import Counts, Rows, classify_rows, count, of_rows, survey_rows
from gcbulk.tables.contents import Contents
from gcbulk.tables.frames import records_of
from gcbulk.tables.issues import Batch, on_file
from gcbulk.tables.judging import Notice, columns_of, survey, together, validate
from gcbulk.tables.spec import Facts, Table
from gcbulk.tables.text_rows import shifted_rows


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a table holds.

    Args:
        frame: its records. Columns: `Table.order`. Index: row.
        bad: which of them hold an error.
        records: which of its rows are records.
        of_rows: the problems of its rows.
        of_cells: the problems of its cells.
        notices: what is said once for all rows of a column.
    """

    frame: pd.DataFrame
    bad: np.ndarray
    records: np.ndarray
    of_rows: Sequence[Batch]
    of_cells: Sequence[Batch]
    notices: Sequence[Notice]


def part_of(
    table: Table,
    sheet: RawSheet,
    layout: Layout,
    rows: slice = slice(None),
    *,
    known: Mapping[int, Contents] | None = None,
) -> Body:
    """Some rows of a table, with the distinct contents of its columns.

    Args:
        table: the kind of table.
        sheet: the sheet.
        layout: where the table stands on it.
        rows: which rows below the headers, by their positions from 0.
        known: contents of columns that are known already, by their positions.
    """
    below = sheet.cells.iloc[layout.header_index + 1 :].iloc[rows]
    plain: dict[int, str | None] = dict.fromkeys(filled_positions(below)) if table.reads_unused else {}
    plain |= {position: column.type.plain for position, column, _ in columns_of(table, layout)}
    return body_of(sheet, layout, plain, rows, known)


def judge_part(table: Table, body: Body, rows: Rows, facts: Facts, given: Given) -> Part:
    """What a part of a table holds, given what is known of the whole.

    Args:
        table: the kind of table.
        body: the part.
        rows: its rows, classified.
        facts: what is known of the whole.
        given: what the user gave for all rows.
    """
    validated = validate(table, body, rows, facts, given)
    frame, bad = records_of(table, body, rows.records, validated, given)
    of_cells = list(validated.problems(table, body, rows.records))
    return Part(frame, bad, rows.records, list(of_rows(table, body, rows, facts)), of_cells, validated.notices)


def check_parts(table: Table, parts: Sequence[Body], given: Given) -> tuple[Part, list[Batch]]:
    """A whole table from its parts, of which each is judged by itself.

    Args:
        table: the kind of table.
        parts: its parts in order, at least one.
        given: what the user gave for all rows.

    Returns:
        The parts together, and what is said of the table as a whole.
    """
    row_facts = reduce(or_, map(survey_rows, parts))
    classified = [classify_rows(table, body, row_facts) for body in parts]
    facts = reduce(or_, (survey(table, body, rows) for body, rows in zip(parts, classified, strict=True)))
    counts = reduce(or_, (count(body, rows) for body, rows in zip(parts, classified, strict=True)))
    judged = [judge_part(table, body, rows, facts, given) for body, rows in zip(parts, classified, strict=True)]
    said = [*counts.said(parts[0].layout.sheet), *_options_missing(table, facts, counts, given)]
    return judged[0] if len(judged) == 1 else _joined(judged), said


def check_sheet(
    table: Table, sheet: RawSheet, layout: Layout, given: Given, known: Mapping[int, Contents] | None = None
) -> tuple[pd.DataFrame, np.ndarray, list[Batch]]:
    """The records of a table, which of them hold an error, and every problem with its rows.

    Args:
        table: the kind of table.
        sheet: the sheet.
        layout: where the table stands on it.
        given: what the user gave for all rows.
        known: contents of columns that are known already, by their positions.
    """
    whole, said = check_parts(table, [part_of(table, sheet, layout, known=known)], given)
    shifted = shifted_rows(sheet, layout, whole.records)
    bad = whole.bad
    for batch in shifted:
        bad |= np.isin(whole.frame.index, () if batch.rows is None else batch.rows)
    notices = [notice.said(layout.sheet) for notice in whole.notices]
    return whole.frame, bad, [*said, *whole.of_rows, *whole.of_cells, *shifted, *notices]


def _options_missing(table: Table, facts: Facts, counts: Counts, given: Given) -> Iterator[Batch]:
    """What nothing says, neither a column nor an option."""
    for column in table.columns:
        option = column.option
        if option and option.value(given) is None and column.name not in facts.filled and counts.records:
            yield on_file(option.code, option.message)


def _joined(parts: Sequence[Part]) -> Part:
    """The parts of a table in one."""
    return Part(
        pd.concat([part.frame for part in parts]),
        np.concatenate([part.bad for part in parts]),
        np.concatenate([part.records for part in parts]),
        [batch for part in parts for batch in part.of_rows],
        [batch for part in parts for batch in part.of_cells],
        together(notice for part in parts for notice in part.notices),
    )
