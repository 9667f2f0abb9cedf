"""Conversion of cells to texts, whole numbers and flags.

A cell that cannot be converted becomes "" or <NA>. Nothing is guessed and nothing is reported here; the rules report.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gcbulk.records import TEXT_TYPE
from gcbulk.tables.cells import FLAG, NUMBER, TEXT, Cells, having
from gcbulk.tables.flags import NO, YES

_DIGITS = 10**15  # up to here a spreadsheet's number is exact
_DECIMAL = r"^[+-]?[0-9]{1,15}(?:\.[0-9]*)?$"


def as_numbers(cells: Cells) -> np.ndarray:
    """The numbers of a column: numbers, and texts of plain ASCII digits such as 10 or 10.0.

    Args:
        cells: the column.

    Returns:
        Floats; NaN where a cell holds no number. Dates, TRUE and FALSE are not numbers.
    """
    numbers = np.full(len(cells.cell_type), np.nan)
    is_number = cells.cell_type == NUMBER
    numbers[is_number] = _floats(cells.raw[is_number])
    is_text = cells.cell_type == TEXT
    if is_text.any():
        codes, texts = pd.factorize(cells.text[is_text])  # points repeat: a hundred texts instead of a million
        decimal = having(texts, _DECIMAL)
        numbers[is_text] = pd.to_numeric(pd.Series(texts).where(decimal), errors="coerce").to_numpy(float)[codes]
    return numbers


def _floats(numbers: pd.Series) -> np.ndarray:
    """Numbers of any type as floats; a whole number too big for a float is as good as infinite."""
    try:
        return np.asarray(numbers, dtype=float)
    except OverflowError:
        return np.array([max(-1e300, min(number, 1e300)) for number in numbers], dtype=float)


def is_digits(cells: Cells) -> np.ndarray:
    """Which cells are whole numbers that a spreadsheet keeps exactly: not negative, at most 15 digits.

    Args:
        cells: the column.

    Returns:
        A mask; False for everything that is stored as text.
    """
    exact = np.zeros(len(cells.cell_type), dtype=bool)
    is_number = cells.cell_type == NUMBER
    numbers = _floats(cells.raw[is_number])
    exact[is_number] = (numbers == np.floor(numbers)) & (numbers >= 0) & (numbers < _DIGITS)
    return exact


def as_text(cells: Cells) -> pd.Series:
    """The texts of a column, and the digits of whole numbers in it.

    Args:
        cells: the column.

    Returns:
        Texts without white space around them, else as they stand; "" for anything else.
    """
    exact = is_digits(cells)
    if not exact.any():
        return cells.text
    whole = _floats(cells.raw[exact]).astype(np.int64).astype(str)
    digits = pd.Series(whole, index=cells.text.index[exact], dtype=TEXT_TYPE)
    return cells.text.where(~exact, digits.reindex(cells.text.index)).astype(TEXT_TYPE)


def as_points(cells: Cells) -> pd.Series:
    """The whole numbers of a column.

    Args:
        cells: the column.

    Returns:
        Int64; <NA> where a cell holds no whole number of at most 9 digits.
    """
    numbers = as_numbers(cells)
    whole = (np.floor(numbers) == numbers) & (np.abs(numbers) < 10**9)
    return pd.Series(pd.array(np.where(whole, numbers, 0).astype(np.int64), dtype="Int64")).where(whole)


def as_flags(cells: Cells) -> pd.Series:
    """The yes and no of a column.

    Args:
        cells: the column.

    Returns:
        boolean; <NA> where a cell says neither in one of the words of `gcbulk.tables.flags`.
    """
    numbers = np.where(cells.cell_type == NUMBER, as_numbers(cells), np.nan)
    words = cells.text.str.lower()
    is_flag = cells.cell_type == FLAG
    true = np.zeros(len(is_flag), dtype=bool)
    true[is_flag] = cells.raw[is_flag].astype(bool)
    yes = words.isin(YES).to_numpy() | (numbers == 1) | true
    no = words.isin(NO).to_numpy() | (numbers == 0) | (is_flag & ~true)
    return pd.Series(pd.array(yes, dtype="boolean")).where(yes | no)
