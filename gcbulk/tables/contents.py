"""Work on a column of a million cells that is done once for each distinct content.

Text that a single pattern proves valid is not examined again, so a rule costs only what the few different or odd cells
cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.records import TEXT_TYPE, Severity
from gcbulk.tables.cells import BLANK, TEXT, Cells, arrow, classify_cells
from gcbulk.tables.codes import CODES
from gcbulk.tables.issues import printable, shown
from gcbulk.tables.rule import Rule


@dataclass(frozen=True, slots=True)
class Contents:
    """A column and its distinct contents.

    Args:
        cells: the contents that have to be looked at; each once where the column holds text alone.
        codes: for each row the position of its content in `cells`; one past the end where its text is good as it is.
        texts: the whole column as text; None where it holds other things than text.
    """

    cells: Cells
    codes: np.ndarray
    texts: pa.Array | None = None

    @property
    def filled(self) -> np.ndarray:
        """Which rows hold something."""
        return self.rows_of(self.cells.filled, plain=True)

    def at(self, row: int) -> object:
        """What stands in one row; None where it is blank."""
        code = int(self.codes[row])
        if self.texts is not None and code == len(self.cells.cell_type):
            return self.texts[row].as_py()
        return None if self.cells.cell_type[code] == BLANK else self.cells.raw.iloc[code]

    def take(self, rows: np.ndarray) -> Cells:
        """The cells of some rows, one each.

        Args:
            rows: the rows, by their positions; none of them is one whose text is good as it is.
        """
        return self.cells.take(self.codes[rows])

    def rows_of(self, contents: np.ndarray, *, plain: bool = False) -> np.ndarray:
        """Which rows hold one of some contents.

        Args:
            contents: which contents, as a mask.
            plain: whether rows whose text is good as it is count as well.

        Returns:
            A mask of the rows.
        """
        return np.asarray(np.append(contents, plain)[self.codes])

    def present(self, rows: np.ndarray) -> np.ndarray:
        """Which contents stand in any of some rows, as a mask."""
        count = np.bincount(self.codes[rows], minlength=len(self.cells.cell_type) + 1)
        return np.asarray(count[:-1] > 0)

    def spread(self, values: pa.Array) -> pa.Array:
        """The values of all rows, from those of the contents; a text that is good as it is is its own value.

        Args:
            values: a value for each of the contents.

        Returns:
            A value for each row.
        """
        odd = self.codes != len(values)
        if self.texts is None or odd.all():
            return values.take(pa.array(self.codes))
        return pc.replace_with_mask(self.texts, pa.array(odd), values.take(pa.array(self.codes[odd])))


def distinct(column: pd.Series, plain: str | None = None, shown: np.ndarray | None = None) -> Contents:
    """A column and its distinct contents.

    Args:
        column: cells of any type.
        plain: a pattern for text that is good as it stands (RE2), or None.
        shown: what the cells show, where that is other digits than those of their number, else None.

    Returns:
        The column.
    """
    texts = _texts(column)
    if texts is None:
        return Contents(classify_cells(column, shown), np.arange(len(column)))
    good = _plain(texts, plain)
    rest = texts if not good.any() else texts.filter(pa.array(~good))
    encoded = rest.dictionary_encode(null_encoding="encode")
    cells = classify_cells(series(encoded.dictionary))
    codes = np.full(len(texts), len(cells.cell_type))
    codes[~good] = encoded.indices.to_numpy()
    return Contents(cells, codes, texts)


def series(texts: pa.Array) -> pd.Series:
    """Arrow's text as a column of a frame, without a copy.

    Args:
        texts: texts.

    Returns:
        The same texts. Index: 0, 1, ...
    """
    return pd.Series(pd.array(texts.cast(pa.large_string()), dtype=TEXT_TYPE))


def texts_of(column: pd.Series) -> pa.Array:
    """A frame's column of text as Arrow has it, in one piece.

    Args:
        column: texts.

    Returns:
        The same texts.
    """
    texts = arrow(column)
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return whole.cast(pa.large_string())


def _texts(column: pd.Series) -> pa.Array | None:
    """The column as Arrow's text, or None where it holds anything but text."""
    if not isinstance(column.dtype, pd.StringDtype):
        if column.dtype != object:
            return None
        # Exactly text: a CellProblem is a str, and Arrow would take bytes for one as well.
        values = column.to_numpy(dtype=object)
        if not set(map(type, values)) <= {str, type(None)}:
            return None
        try:
            return pa.array(values, pa.large_string())
        except UnicodeEncodeError:  # half of a two-part character
            return None
    return texts_of(column)


def _plain(texts: pa.Array, pattern: str | None) -> np.ndarray:
    """Which texts are good as they stand."""
    if pattern is None:
        return np.zeros(len(texts), dtype=bool)
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False))


@dataclass(frozen=True, slots=True)
class Fault:
    """The contents of a column that break one rule.

    Args:
        code: the rule's code.
        contents: which contents, as a mask.
        messages: what to say of each content; empty for those that do not break it.
        blank: whether it speaks of blank cells, which some rows may have.
    """

    code: str
    contents: np.ndarray
    messages: np.ndarray
    blank: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it keeps its rows from being sent."""
        return CODES[self.code].severity is Severity.ERROR


def in_error(faults: Iterable[Fault], count: int) -> np.ndarray:
    """Which contents of a column hold an error.

    Args:
        faults: what is wrong with some of them, warnings too.
        count: how many contents there are.

    Returns:
        A mask of the contents.
    """
    bad = np.zeros(count, dtype=bool)
    for fault in faults:
        if fault.is_error:
            bad |= fault.contents
    return bad


def faults_of(
    title: str, cells: Cells, values: pd.Series, rules: Iterable[Rule], *, show: Callable[[object], str] = shown
) -> list[Fault]:
    """What is wrong with the contents of a column; the rules are asked in order, and one content has one fault.

    Args:
        title: the column's header.
        cells: the contents.
        values: what was made of them.
        rules: the rules.
        show: how a content is shown in a message.

    Returns:
        One fault for each rule that is broken.
    """
    left = np.ones(len(cells.cell_type), dtype=bool)
    faults = []
    for rule in rules:
        asked = left & (~cells.filled if rule.blank else cells.filled)
        at_fault = asked & rule.fails(cells, values)
        if at_fault.any():
            left &= ~at_fault
            faults.append(Fault(rule.code, at_fault, _messages(rule, title, cells, values, at_fault, show), rule.blank))
    return faults


def _messages(
    rule: Rule, title: str, cells: Cells, values: pd.Series, at_fault: np.ndarray, show: Callable[[object], str]
) -> np.ndarray:
    """What to say of each content at fault."""
    messages = np.full(len(at_fault), "", dtype=object)
    if rule.once:
        return messages
    raw = [
        f'"{show(value)}"' if cell_type == TEXT else show(value)
        for value, cell_type in zip(cells.raw[at_fault], cells.cell_type[at_fault], strict=True)
    ]
    displays = [""] * len(raw) if cells.shown is None else list(cells.shown[at_fault])
    details = [rule.detail(value) for value in values[at_fault]] if rule.detail else [""] * len(raw)
    messages[at_fault] = [
        rule.message.format(title=printable(title), value=value, detail=detail, display=display)
        for value, detail, display in zip(raw, details, displays, strict=True)
    ]
    return messages
