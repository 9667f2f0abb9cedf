"""What each cell of a column holds: text, number, date, error value or nothing.

White space around a text is stripped here and nowhere else, so that every rule sees the same text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.records import TEXT_TYPE, CellProblem

WHITE_SPACE = (
    " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000\u180e\u200b\u200c\u200d\u2060\ufeff"
)
"""What is taken off at both ends of a text: Unicode's white space, and the characters of no width."""

SPACE = "[\t-\r\x1c-\x20\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""White space in a pattern for Arrow, which takes little of it for ``\\s``."""

BLANK, TEXT, NUMBER, FLAG, MOMENT, PROBLEM, BROKEN, OTHER = range(8)
"""What a cell can hold: nothing, a text, a number, TRUE or FALSE, a date or time, no value that could be read, a text
that is not valid Unicode, anything else."""

# In this order: a CellProblem is a str, a bool is an int.
_CELL_TYPES: tuple[tuple[type | tuple[type, ...], int], ...] = (
    (CellProblem, PROBLEM),
    (str, TEXT),
    ((bool, np.bool_), FLAG),
    ((int, float, np.number, Decimal), NUMBER),
    ((date, time, timedelta, np.datetime64), MOMENT),
    (type(None), BLANK),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One column, with the type of each cell.

    Args:
        raw: the cells as they came. Index: 0, 1, ...
        cell_type: for each cell one of BLANK, TEXT, NUMBER, FLAG, MOMENT, PROBLEM, BROKEN, OTHER.
        text: the texts without white space around them; "" where the cell holds no text.
        shown: what the cells show, where that is other digits than those of the number they hold, else None; None as
            a whole where the file says nothing of the kind.
    """

    raw: pd.Series
    cell_type: np.ndarray
    text: pd.Series
    shown: np.ndarray | None = None

    @property
    def shows_other(self) -> np.ndarray:
        """Which cells show other digits than those of the number that they hold."""
        if self.shown is None:
            return np.zeros(len(self.cell_type), dtype=bool)
        return np.asarray((self.cell_type == NUMBER) & (self.shown != None))  # noqa: E711 - element by element

    @property
    def filled(self) -> np.ndarray:
        """Which cells hold something."""
        return np.asarray(self.cell_type != BLANK)

    def take(self, where: np.ndarray) -> Cells:
        """The cells at some positions.

        Args:
            where: positions, or a mask.

        Returns:
            These cells, counted from 0 again.
        """
        raw, text = (series[where].reset_index(drop=True) for series in (self.raw, self.text))
        return Cells(raw, self.cell_type[where], text, None if self.shown is None else self.shown[where])


def classify_cells(column: pd.Series, shown: np.ndarray | None = None) -> Cells:
    """Classify the cells of a column by what they hold.

    Args:
        column: cells of any type.
        shown: what they show, where that is other digits than those of their number, else None.

    Returns:
        The classified column, counted from 0.
    """
    raw = column.reset_index(drop=True)
    cell_type = _cell_types(raw)
    text = _texts(raw, cell_type)
    cell_type[(cell_type == TEXT) & (text == "").to_numpy()] = BLANK
    return Cells(raw, cell_type, text, shown)


def filled_positions(cells: pd.DataFrame) -> list[int]:
    """The columns that hold anything: a value that is neither missing nor an empty text.

    Args:
        cells: cells of a raw sheet, of which thousands of columns may be blank.

    Returns:
        Their positions, from 0.
    """
    candidates = np.flatnonzero(cells.notna().to_numpy().any(axis=0))
    return [int(position) for position in candidates if holds_anything(cells.iloc[:, position])]


def holds_anything(column: pd.Series) -> bool:
    """Whether a column holds a value that is neither missing nor an empty text."""
    return bool((column.notna() & (column != "")).any())


def nothing(count: int) -> Cells:
    """A column of blank cells, for a column that a sheet does not have.

    Args:
        count: how many.

    Returns:
        The blank cells.
    """
    return classify_cells(pd.Series([None] * count, dtype=TEXT_TYPE))


def arrow(texts: pd.Series) -> pa.Array:
    """Texts as Arrow has them, without a copy.

    Args:
        texts: a column of texts.

    Returns:
        The same texts.
    """
    return pa.array(texts, from_pandas=True)


def having(texts: pd.Series, pattern: str) -> np.ndarray:
    """Which texts hold what a pattern describes.

    Asked of Arrow and not of ``.str``, which takes a pattern for Python's or for Arrow's, as the version of pandas, the
    column's type and its texts have it. They differ in what is white space, a digit, a letter and the end of a text.

    Args:
        texts: a column of texts.
        pattern: in RE2's form.

    Returns:
        A mask; False where a text is missing.
    """
    matches = pc.match_substring_regex(arrow(texts), pattern).fill_null(False)
    return np.asarray(matches.to_numpy(zero_copy_only=False), dtype=bool)


def composed(texts: pd.Series) -> pd.Series:
    """Texts with every letter and its accents as one character (NFC), so that equal texts compare equal.

    macOS writes é as two characters where Windows writes one; people see no difference, and there is none.

    Args:
        texts: a column of texts.

    Returns:
        The same texts, gaps left as they are.
    """
    made = pc.utf8_normalize(arrow(texts).cast(pa.large_string()), form="NFC")
    return pd.Series(made.to_pandas().to_numpy(dtype=object), index=texts.index, dtype=TEXT_TYPE)


def among(texts: pd.Series, known: pd.Series) -> np.ndarray:
    """Which texts are among others; ten times as fast as ``isin``, which makes Python strings of them.

    Args:
        texts: a column of texts.
        known: the others.

    Returns:
        A mask.
    """
    is_among = pc.is_in(arrow(texts), value_set=arrow(known))
    return np.asarray(is_among.to_numpy(zero_copy_only=False), dtype=bool)


def _cell_types(raw: pd.Series) -> np.ndarray:
    """What each cell holds, by its type; one look-up a cell, one decision a type."""
    if raw.dtype != object:  # a CellProblem or a lone surrogate stands in columns of objects only
        return np.where(raw.isna(), BLANK, _cell_type_of(raw.dtype.type)).astype(np.int8)
    types = list(map(type, raw.to_numpy(dtype=object)))  # ten times as fast as going through raw itself
    known = {cell_class: _cell_type_of(cell_class) for cell_class in set(types)}
    cell_type = np.fromiter(map(known.__getitem__, types), dtype=np.int8, count=len(types))
    cell_type[raw.isna().to_numpy()] = BLANK
    return cell_type


def _cell_type_of(one: type) -> int:
    """What cells of a type hold."""
    return next((cell_type for types, cell_type in _CELL_TYPES if issubclass(one, types)), OTHER)


def _texts(raw: pd.Series, cell_type: np.ndarray) -> pd.Series:
    """The texts, stripped; marks cells as BROKEN whose text is not valid Unicode."""
    is_text = cell_type == TEXT
    if not is_text.any():
        return pd.Series("", index=raw.index, dtype=TEXT_TYPE)
    texts = raw.where(is_text, "")
    try:
        return texts.astype(TEXT_TYPE).str.strip(WHITE_SPACE)
    except UnicodeEncodeError:
        cell_type[[not _valid(text) for text in texts]] = BROKEN
        return texts.where(cell_type == TEXT, "").astype(TEXT_TYPE).str.strip(WHITE_SPACE)


def _valid(text: str) -> bool:
    """Whether a text holds no lone surrogate."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
