"""Rows that are not records, in several kinds of table, and how to recognise them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from gcbulk.tables.body import Body
from gcbulk.tables.cells import TEXT, WHITE_SPACE, Cells
from gcbulk.tables.coercion import as_text
from gcbulk.tables.keys import key_rows
from gcbulk.tables.spec import RowFacts, RowFilter, Table
from gcbulk.tables.vocabulary import words

Find: TypeAlias = Callable[[Table, Body, RowFacts, np.ndarray], np.ndarray]
EXAMPLE = "example."
"""How the ids of the template's example rows begin."""

TOTALS = words(
    "total|totals|sum|sums|subtotal|grand total|total points|points total|sum of points|total achievements|"
    "summe|gesamt|gesamtsumme|gesamtpunkte|somme|suma|totale|somma|итого|合計|合计|합계|σ|∑|"
    "count|average|avg|mean|durchschnitt|anzahl|moyenne|nombre|promedio|media|平均",
    "|",
)
"""What a row of totals says, in lower case."""


def holds_total_word(cells: Cells) -> np.ndarray:
    """Which cells say total, and nothing else."""
    bare = cells.text.str.lower().str.strip(" :=.*")
    return np.asarray((cells.cell_type == TEXT) & bare.isin(TOTALS).to_numpy(dtype=bool))


def repeats(name: str) -> Find:
    """What finds the rows that have the header of a column in that column.

    Args:
        name: the column.
    """

    def find(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
        """The rows whose cell is the column's header."""
        contents = body.contents[body.layout.positions[name, None]]
        header = (contents.cells.text == body.layout.columns[name]).to_numpy(dtype=bool)
        return contents.rows_of((contents.cells.cell_type == TEXT) & header)

    return find


def repeats_all(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
    """The rows that repeat every header."""
    same = np.ones(len(body.rows), dtype=bool)
    for position in body.layout.positions.values():
        header = str(body.header_cells[position]).strip(WHITE_SPACE).encode("utf-8", "replace").decode("utf-8")
        contents = body.contents[position]
        same &= contents.rows_of((contents.cells.text == header).to_numpy(dtype=bool))
        if not same.any():
            break
    return same


def without_content(*besides: str) -> Find:
    """What finds the rows that hold no more than a prepared line does: ticks, or columns that mean nothing.

    Args:
        besides: columns that count although they hold no words.
    """

    def find(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
        """The rows in which no column with content, and none of `besides`, is filled."""
        return ~body.filled(*besides, *(name for name, column in table.declared.items() if column.content))

    return find


def lonely(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
    """The rows with one cell that is not their key."""
    return np.asarray((body.meant() == 1) & ~body.filled(table.key))


def _examples(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
    """The example rows of the template, and those that continue one."""
    keys = body.column(table.key)
    if keys is None:
        return np.zeros(len(body.rows), dtype=bool)
    own = keys.rows_of(as_text(keys.cells).str.lower().str.startswith(EXAMPLE).to_numpy(dtype=bool))
    rows = key_rows(table, body, left)
    return own if rows is None else np.asarray(own[rows])


EXAMPLES = RowFilter(
    "example-row",
    _examples,
    "The example row of the template was skipped, because its {key} starts with example.",
)
