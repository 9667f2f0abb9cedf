"""How rows become records: the cells of each column are judged by its rules and made into values.

What comes in: a table's body and which of its rows to take. What goes out: `Records`, the values with the cells that
are at fault marked, and the problems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gcbulk.kinds.achievements import COLUMNS
from gcbulk.records import Severity
from gcbulk.sheets.body import Body
from gcbulk.tables.cells import TEXT, Cells, nothing
from gcbulk.tables.codes import CODES
from gcbulk.tables.issues import Batch, printable, shown
from gcbulk.tables.rule import EMPTY, UNREADABLE, Rule
from gcbulk.tables.types import Plain


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one kind that were read from one table, and in one language where the table has several.

    Args:
        kind: "achievement" or "localization".
        body: where they were read.
        places: their places in the body, from 0.
        values: their values, a column each. Index: 0, 1, ...
        bad: by column, which cells hold an error. A cell with a warning is a good one: it is sent, so the rules between
            rows look at it.
        locale: the language of the headers, or None.
    """

    kind: str
    body: Body
    places: np.ndarray
    values: pd.DataFrame
    bad: Mapping[str, np.ndarray]
    locale: str | None = None

    @property
    def rows(self) -> np.ndarray:
        """The spreadsheet's row numbers."""
        return np.asarray(self.body.rows[self.places])

    def good(self, column: str) -> np.ndarray:
        """Which records have a text in a column that is no error."""
        return np.asarray(~self.bad[column] & (self.values[column] != "").to_numpy(dtype=bool))

    def complain(self, code: str, column: str, where: np.ndarray, messages: Sequence[str]) -> Batch:
        """A problem with some records, shown at one of their columns.

        Args:
            code: one of `CODES`.
            column: the column to show it at.
            where: which records, as a mask.
            messages: one for each of them.

        Returns:
            The batch.
        """
        locale = self.locale if (column, self.locale) in self.body.table.positions else None
        return Batch(
            code,
            messages,
            rows=self.rows[where],
            sheet=self.body.table.sheet,
            column=self.body.table.header(column, self.locale),
            position=self.body.table.positions.get((column, locale), -1),
            values=[shown(value) for value in self.values.loc[where, column]],
            kinds=self.kind,
            locale=self.locale,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One column after its rules were asked.

    Args:
        values: what the cells mean.
        bad: which cells hold an error.
        problems: what was said.
    """

    values: pd.Series
    bad: np.ndarray
    problems: list[Batch]


def judge(
    body: Body,
    name: str,
    places: np.ndarray,
    *,
    required: np.ndarray,
    kinds: np.ndarray,
    locale: str | None = None,
) -> Judged:
    """The values of a column at some rows, with every cell that breaks a rule.

    Args:
        body: where the column stands.
        name: the column.
        places: the rows to take, by their places in the body.
        required: for each of these, whether its cell has to be filled.
        kinds: for each of these, which record a problem belongs to; None for all of the row.
        locale: the language of the header, or None.

    Returns:
        The judged column; blank and without problems where the table has no such column, which is said elsewhere.
    """
    whole = body.column(name, locale)
    holding = COLUMNS[name].type
    assert isinstance(holding, Plain)
    bad = np.zeros(len(places), dtype=bool)
    if whole is None:
        return Judged(holding.read(nothing(len(places))), bad, [])
    spoken_of = bad.copy()  # a cell is spoken of once, but only an error keeps it from the rules between rows
    cells = whole.take(places)
    values = holding.read(cells)
    title = body.table.header(name, locale) or name
    problems = []
    for rule in (*UNREADABLE, EMPTY, *holding.rules):
        asked = ~spoken_of & (required if rule.blank else cells.filled)
        at_fault = np.flatnonzero(asked & rule.fails(cells, values))
        if len(at_fault):
            spoken_of[at_fault] = True
            bad[at_fault] = CODES[rule.code].severity is Severity.ERROR
            problem = Batch(
                rule.code,
                _messages(rule, printable(title), cells, values, at_fault),
                rows=body.rows[places[at_fault]],
                sheet=body.table.sheet,
                column=title,
                position=body.table.positions[name, locale],
                values=[None if rule.blank else shown(value) for value in cells.raw.iloc[at_fault]],
                kinds=list(kinds[at_fault]),
                locale=locale,
            )
            problems.append(problem)
    return Judged(values, bad, problems)


def _messages(rule: Rule, title: str, cells: Cells, values: pd.Series, at_fault: np.ndarray) -> list[str]:
    """What to say of each cell at fault."""
    raw = [
        f'"{shown(value)}"' if sort == TEXT else shown(value)
        for value, sort in zip(cells.raw.iloc[at_fault], cells.sort[at_fault], strict=True)
    ]
    displays = [""] * len(raw) if cells.shown is None else list(cells.shown[at_fault])
    details = [rule.detail(value) for value in values.iloc[at_fault]] if rule.detail else [""] * len(raw)
    return [
        rule.message.format(title=title, value=value, detail=detail, display=display)
        for value, detail, display in zip(raw, details, displays, strict=True)
    ]


def all_of(places: np.ndarray, value: object) -> np.ndarray:
    """The same for every place.

    Args:
        places: the places.
        value: True, False, None or a kind of record.

    Returns:
        As many of it as there are places.
    """
    return np.full(len(places), value, dtype=bool if isinstance(value, bool) else object)
