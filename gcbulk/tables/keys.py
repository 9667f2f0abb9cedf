"""The key of each row: its own, or the one of the row above that it continues in another language."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gcbulk.records import TEXT_TYPE
from gcbulk.tables.body import Body
from gcbulk.tables.coercion import as_text
from gcbulk.tables.spec import Table


def key_rows(table: Table, body: Body, left: np.ndarray) -> np.ndarray | None:
    """For each row the one that says its key: itself, or the row above that it continues.

    Where texts stand beside other columns, a row with a text and without the columns that it may leave out belongs to
    the key above. A key that cannot be read still ends the one before it: what follows belongs to it.

    Args:
        table: the kind of table.
        body: its rows.
        left: which of them may be records.

    Returns:
        Positions of rows; None where every row says its own.
    """
    if not (table.continues_without and body.layout.long and body.column(table.key)):
        return None
    own = np.arange(len(body.rows))
    gap = left & ~body.filled(*table.continues_without) & holds_text(table, body)
    above = np.maximum.accumulate(np.where(left & ~gap, own, -1))
    return np.asarray(np.where(gap & (above >= 0), above, own))


def keys_of(table: Table, body: Body, rows: np.ndarray | None) -> pd.Series:
    """The key of each row; "" where it has none that can be read.

    Args:
        table: the kind of table.
        body: its rows.
        rows: for each row the one that says its key, as `key_rows` has it.
    """
    contents = body.column(table.key)
    if contents is None:
        return pd.Series("", index=range(len(body.rows)), dtype=TEXT_TYPE)
    codes = contents.codes if rows is None else contents.codes[rows]
    return as_text(contents.cells).iloc[codes].reset_index(drop=True)


def continued_rows(table: Table, body: Body, records: np.ndarray, rows: np.ndarray | None) -> np.ndarray:
    """Which records add a text to an earlier one of the same key, whether they name that key again or leave it out.

    Args:
        table: the kind of table.
        body: its rows.
        records: which of them are records.
        rows: for each row the one that says its key, as `key_rows` has it.
    """
    continued = np.zeros(len(body.rows), dtype=bool)
    if rows is None:
        return continued
    keys = keys_of(table, body, rows)
    again = keys.where(records & (keys != "").to_numpy()).dropna()
    continued[again.index[again.duplicated()]] = True
    return np.asarray(records & (continued & holds_text(table, body) | (rows != np.arange(len(rows)))))


def holds_text(table: Table, body: Body) -> np.ndarray:
    """Which rows hold a text or its language, in columns that stand once a row.

    Args:
        table: the kind of table.
        body: its rows.
    """
    columns = (body.column(name) for name in (*table.text_columns, *table.optional_texts))
    return body.any_of(contents for contents in columns if contents)
