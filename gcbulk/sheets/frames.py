"""A notebook's frames as a `Book` with one sheet each, so that they are checked exactly like a file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gcbulk.records import Book, RawSheet
from gcbulk.tables.properties import to_text


def book_of(frames: Mapping[str, pd.DataFrame]) -> Book:
    """A book of one sheet for each frame, the column names as its headers.

    A frame as `check` gave it back, its index called ``row``, keeps its row numbers, and its column ``sheet``, which
    is gcbulk's own, is left out. The rows of any other frame count from 2, as in a spreadsheet.

    Args:
        frames: "achievements" or "localizations" -> the frame.

    Returns:
        The book.
    """
    return Book(None, "frames", tuple(RawSheet(str(name), _cells(frame)) for name, frame in frames.items()))


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as a raw sheet has it: the headers first, columns and rows counted from 1."""
    own = frame.index.name == "row"
    rows = frame.index.to_numpy(dtype=np.int64) if own else np.arange(2, len(frame) + 2)
    kept = [position for position, name in enumerate(frame.columns) if not (own and name == "sheet")]
    columns = {
        number: _with_header(str(frame.columns[position]), frame.iloc[:, position])
        for number, position in enumerate(kept, 1)
    }
    return pd.DataFrame(columns).set_axis(np.concatenate([[1], rows]), axis=0)


def _with_header(name: str, column: pd.Series) -> pd.Series:
    """A column with its name on top; texts stay texts, anything else becomes plain Python values."""
    header = pd.Series([name])
    if isinstance(column.dtype, pd.StringDtype):
        return pd.concat([header.astype(column.dtype), column], ignore_index=True)
    values = column.astype(object).where(column.notna(), None)
    return pd.concat([header.astype(object), values.map(_plain)], ignore_index=True)


def _plain(value: object) -> object:
    """A value without numpy's wrapping, and a dict of activity properties as the text that a sheet has for it."""
    if isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair):
        return to_text(value)
    return value.item() if isinstance(value, np.generic) else value
