"""How the columns of a sheet of submissions are judged, each by its own rules.

What comes in: a layout, its columns' contents, which rows are records, and what the user gave for all rows. What goes
out: a value for each row and column, what is wrong with some, and what has to be asked before anything can be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.options import PercentAs
from gcbulk.sheets.columns import SUBMISSION_KINDS
from gcbulk.sheets.issues import Batch, on_file, printable, quoted, row_ranges, shown
from gcbulk.sheets.rule import EMPTY, Rule
from gcbulk.sheets.submissions_cells import Distinct, Fault, Judged, faults_of, texts_of
from gcbulk.sheets.submissions_dates import PLAIN as PLAIN_DATE
from gcbulk.sheets.submissions_dates import Zone, moments, unlikely
from gcbulk.sheets.submissions_percent import percentages
from gcbulk.sheets.submissions_rules import HOLDINGS, PLAIN_PLAYER, UNUSUAL, masked
from gcbulk.sheets.submissions_scores import PLAIN as PLAIN_NUMBER
from gcbulk.sheets.submissions_scores import numbers
from gcbulk.sheets.submissions_tables import Layout

PLAIN: Mapping[str, str] = {
    "scoped_player_id": PLAIN_PLAYER,
    "submitted_date": PLAIN_DATE,
    "score": PLAIN_NUMBER,
    "context": PLAIN_NUMBER,
}
"""Patterns for text that is good as it stands, by column."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the user gave for all rows.

    Args:
        bundle_id: the app, or None.
        percent_as: what bare numbers from 0 to 1 are, or None.
        zone: the zone of dates that name none, or None.
        now: the time now (UTC), so that dates in the future are known; None where it is not.
    """

    bundle_id: str | None
    percent_as: PercentAs | None
    zone: Zone | None
    now: datetime | None = None


class Judge:
    """Judges the columns of one table.

    Args:
        layout: the table.
        records: which rows are records.
        given: what the user gave for all rows.
    """

    def __init__(self, layout: Layout, records: np.ndarray, given: Given) -> None:
        self._layout = layout
        self._records = records
        self._given = given
        self._required = {one.name: one.required for one in SUBMISSION_KINDS[layout.table.kind].columns}
        self.questions: list[Batch] = []

    def column(self, name: str, contents: Distinct) -> Judged:
        """One of the columns that the table has by name.

        Args:
            name: the column.
            contents: its contents.

        Returns:
            The judged column; what has to be asked about it is added to `questions`.
        """
        title, position = self._layout.table.columns[name], self._layout.table.positions[name, None]
        empty = EMPTY if self._required[name] else None
        if name == "percentage_achieved":
            return self.percentages(title, position, contents, empty=empty)
        if name == "submitted_date":
            return self._moments(title, position, contents)
        if name in ("score", "context"):
            values, faults = numbers(title, contents.cells, empty=empty)
            return self._judged(title, position, contents, values, faults)
        if name == "bundle_id":
            return self._bundle_ids(title, position, contents)
        return self._plainly(name, title, position, contents)

    def percentages(self, title: str, position: int, contents: Distinct, *, empty: Rule | None = None) -> Judged:
        """A column of percentages, one of a matrix too.

        Args:
            title: its header.
            position: its place in the sheet, from 0.
            contents: its contents.
            empty: the rule for blank cells, or None where they may be.

        Returns:
            The judged column.
        """
        cells, present = contents.cells, contents.present(self._records)
        found = percentages(
            title, cells, self._in_percent(position, contents), present, self._given.percent_as, empty=empty
        )
        self._ask("percent-unclear", title, contents, found.asked, _PERCENT_QUESTION)
        return self._judged(title, position, contents, found.values, found.faults)

    def _in_percent(self, position: int, contents: Distinct) -> np.ndarray:
        """Which contents are numbers that the sheet shows as percent; a column of text has none."""
        sheet = self._layout.sheet
        mask = sheet.percent.get(int(sheet.cells.columns[position]))
        if mask is None or contents.texts is not None:
            return np.zeros(len(contents.cells.sort), dtype=bool)
        return np.asarray(mask[self._layout.table.place + 1 :])

    def _moments(self, title: str, position: int, contents: Distinct) -> Judged:
        found = moments(title, contents.cells, self._given.zone)
        self._ask("date-without-zone", title, contents, found.zoneless, _ZONE_QUESTION)
        judged = self._judged(title, position, contents, found.values, found.faults)
        self._remark_unlikely(title, judged.values)
        return judged

    def _remark_unlikely(self, title: str, moments: pa.Array) -> None:
        """Say once for all rows that dates lie before Game Center was there, or in the future."""
        for code, found, message in unlikely(moments, self._given.now):
            at = np.flatnonzero(self._records & found)
            if len(at):
                rows, example = row_ranges(self._layout.rows[at]), moments[int(at[0])].as_py()
                text = message.format(title=quoted(title), example=example, count=f"{len(at):,}", rows=rows)
                self.questions.append(on_file(code, text, sheet=self._layout.table.sheet, column=title))

    def _bundle_ids(self, title: str, position: int, contents: Distinct) -> Judged:
        """The apps of the rows; a blank cell means the one that the user gave."""
        given, cells = self._given.bundle_id, contents.cells
        holding = HOLDINGS[self._layout.table.kind]["bundle_id"]
        values = holding.values(cells)
        rules = holding.rules if given is None else (*(rule for rule in holding.rules if not rule.blank), _other(given))
        faults = faults_of(title, cells, values, rules)
        texts = texts_of(values)
        if given is not None:
            texts = pc.if_else(pa.array(~cells.filled), pa.scalar(given, pa.large_string()), texts)
        return self._judged(title, position, contents, texts, faults)

    def _plainly(self, name: str, title: str, position: int, contents: Distinct) -> Judged:
        """A column whose values and rules say everything."""
        holding = HOLDINGS[self._layout.table.kind][name]
        show = masked if name == "scoped_player_id" else shown
        values = holding.values(contents.cells)
        faults = faults_of(title, contents.cells, values, holding.rules, show=show)
        unusual = [fault for fault in faults if fault.code == UNUSUAL]
        for fault in unusual:
            self._remark_unusual(title, contents, fault)
        kept = [fault for fault in faults if fault.code != UNUSUAL]
        is_text = isinstance(values.dtype, pd.StringDtype)
        made = texts_of(values) if is_text else pa.array(values, pa.bool_(), from_pandas=True)
        return self._judged(title, position, contents, made, kept, masks=show is masked)

    def _remark_unusual(self, title: str, contents: Distinct, fault: Fault) -> None:
        """Say once for all rows that players' ids look unlike Apple's example."""
        at = self._records & contents.rows_of(fault.contents)
        if at.any():
            rows = row_ranges(self._layout.rows[at])
            message = (
                f"Player ids in the column {quoted(title)} look unlike Apple's example, A:_ and 32 digits and "
                f"lower-case letters a to f. There are {int(at.sum()):,}, in the rows {rows}. Check "
                "that they are gamePlayerIDs as the game reports them."
            )
            self.questions.append(on_file(UNUSUAL, message, sheet=self._layout.table.sheet, column=title))

    def _ask(self, code: str, title: str, contents: Distinct, asked: np.ndarray, question: str) -> None:
        """Note what has to be settled by option before anything can be sent."""
        at = np.flatnonzero(self._records & contents.rows_of(asked))
        if len(at):
            example = shown(contents.cells.raw.iloc[contents.codes[at[0]]])
            rows = row_ranges(self._layout.rows[at])
            message = question.format(title=quoted(title), example=example, rows=rows)
            self.questions.append(on_file(code, message, sheet=self._layout.table.sheet, column=title))

    def _judged(
        self,
        title: str,
        position: int,
        contents: Distinct,
        values: pa.Array,
        faults: list[Fault],
        *,
        masks: bool = False,
    ) -> Judged:
        sheet = self._layout.table.sheet
        return Judged(sheet, title, position, contents, contents.spread(values), faults, masked if masks else shown)


_PERCENT_QUESTION = (
    "The column {title} holds numbers from 0 to 1 that are not shown as percent, such as {example} (rows {rows}). Say "
    "what they are: --percent-as fraction (0.3 is 30 %, 1 is 100 %) or --percent-as whole (1 is 1 %)."
)
_ZONE_QUESTION = (
    "The column {title} holds dates that name no time zone, such as {example} (rows {rows}). Say in which zone they "
    "are, for example --timezone Europe/Berlin or --timezone +02:00, or write it behind them: 2026-01-31T12:00:00Z."
)


def _other(given: str) -> Rule:
    """The rule against rows of another app than the one that the user gave."""
    message = f"{{title}} is {{value}}, but --bundle-id says {printable(given)}. Correct one of them."
    return Rule("bundle-id-differs", message, lambda cells, values: (values != given).to_numpy(dtype=bool))
