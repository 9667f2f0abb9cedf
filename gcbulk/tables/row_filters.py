"""Rows that no kind of table takes for records, and how they are told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gcbulk.tables.body import Body
from gcbulk.tables.cells import TEXT, Cells
from gcbulk.tables.spec import RowFacts, Table
from gcbulk.tables.vocabulary import words

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
    return np.asarray((cells.sort == TEXT) & bare.isin(TOTALS).to_numpy(dtype=bool))


def repeats(name: str) -> Callable[[Table, Body, RowFacts], np.ndarray]:
    """What finds the rows that have the header of a column in that column.

    Args:
        name: the column.
    """

    def find(table: Table, body: Body, facts: RowFacts) -> np.ndarray:
        contents = body.contents[body.layout.positions[name, None]]
        header = (contents.cells.text == body.layout.columns[name]).to_numpy(dtype=bool)
        return contents.rows_of((contents.cells.sort == TEXT) & header)

    return find
