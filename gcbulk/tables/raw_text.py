"""Texts as they stand in their cells, with the blanks around them."""

from __future__ import annotations

import pandas as pd

from gcbulk.records import TEXT_TYPE
from gcbulk.tables.cells import TEXT, Cells
from gcbulk.tables.coercion import as_text


def as_written(cells: Cells) -> pd.Series:
    """The texts of a column with the blanks around them, and the digits of whole numbers in it.

    Args:
        cells: the column.

    Returns:
        Texts; "" for anything else, and for nothing but blanks.
    """
    read = as_text(cells)
    is_text = cells.cell_type == TEXT
    if not is_text.any():
        return read
    return read.mask(is_text, cells.raw.where(is_text, "").astype(TEXT_TYPE)).astype(TEXT_TYPE)
