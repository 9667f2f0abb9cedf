"""Records as the rules between rows see them: the values of some rows, and which of their cells have an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gcbulk.tables.body import Layout
from gcbulk.tables.issues import Batch, shown


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one kind that stand on one sheet, and in one language where its headers name several.

    Args:
        record: what a problem's ``kind`` calls one of them.
        key: the column that names what a record is about.
        layout: where they stand.
        positions: their rows, by their positions below the headers.
        rows: the spreadsheet's row numbers.
        values: their values, a column each. Index: 0, 1, ...
        bad: by column, which cells hold an error. A cell with a warning is a good one: it is sent, so the rules between
            rows look at it.
        continued: which of them only add a text to an earlier one of the same key.
        locale: the language of the headers, or None.
    """

    record: str
    key: str
    layout: Layout
    positions: np.ndarray
    rows: np.ndarray
    values: pd.DataFrame
    bad: Mapping[str, np.ndarray]
    continued: np.ndarray
    locale: str | None = None

    @property
    def keys(self) -> pd.Series:
        """What each of them is about."""
        return self.values[self.key]

    @property
    def has_keys(self) -> bool:
        """Whether their sheet has the one column that names what they are about."""
        return (self.key, None) in self.layout.positions

    def good(self, column: str) -> np.ndarray:
        """Which records have a text in a column that is no error."""
        return np.asarray(~self.bad[column] & (self.values[column] != "").to_numpy(dtype=bool))

    def on_their_own(self) -> Records:
        """The records without those that only add a text to an earlier one."""
        own = ~self.continued
        if own.all():
            return self
        return replace(
            self,
            positions=self.positions[own],
            rows=self.rows[own],
            values=self.values[own].reset_index(drop=True),
            bad={name: mask[own] for name, mask in self.bad.items()},
            continued=self.continued[own],
        )

    def complain(
        self, code: str, column: str, where: np.ndarray, messages: Sequence[str], *, of_whole_row: bool = False
    ) -> Batch:
        """A problem with some records, shown at one of their columns.

        Args:
            code: one of `CODES`.
            column: the column to show it at.
            where: which records, as a mask.
            messages: one for each of them.
            of_whole_row: whether it is true for every record of their rows.
        """
        locale = self.locale if (column, self.locale) in self.layout.positions else None
        return Batch(
            code,
            messages,
            rows=self.rows[where],
            sheet=self.layout.sheet,
            column=self.layout.header(column, self.locale),
            position=self.layout.positions.get((column, locale), -1),
            values=[shown(value) for value in self.values.loc[where, column]],
            kinds=None if of_whole_row else self.record,
            locale=self.locale,
        )
