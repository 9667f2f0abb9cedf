"""Digests of submissions' natural keys and bodies, by which they are recognised between runs.

The journal keeps them, so the same content has the same digest in every run and every version. No player id can be read
from a digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.kinds import SUBMISSION_RESOURCES
from gcbulk.records import SUBMISSION_KEY, TEXT_TYPE, SubmissionResource

Groups = npt.NDArray[np.int64]
"""For each row the number of its group, counted from 0 in the order in which groups begin."""

_AT_ONCE = 50_000  # contents that are Python objects at the same time
_BETWEEN = pa.scalar("\x1f", pa.large_string())  # no checked text holds a control character
_MISSING = ""  # and none is empty


def natural_keys(rows: pd.DataFrame, positions: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.uint64]:
    """The digest of each row's natural key: the app, the player and what it is about.

    What may not be repeated has no natural key, for a player may have many of one leaderboard: its whole content stands
    for it, so that the same is known again and never sent twice.

    Args:
        rows: `records.SUBMISSION_COLUMNS` or `records.SCORE_COLUMNS`.
        positions: which of them, by position; all where it is left out.

    Returns:
        16 bytes a row as two numbers, shape (n, 2), little-endian.
    """
    name, kind = _declared(rows)
    return _digests(rows, positions, (f"key {name}", *kind.key), size_bytes=16).reshape(-1, 2)


def subjects(rows: pd.DataFrame, positions: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.uint64]:
    """The digest of whose value each row is: of two rows with the same one, the last that is applied counts.

    It is the app, the player and what the row is about; where that is the natural key, the same digest.

    Args:
        rows: as for `natural_keys`.
        positions: which of them, by position; all where it is left out.

    Returns:
        16 bytes a row as two numbers, shape (n, 2), little-endian.
    """
    name, kind = _declared(rows)
    if kind.repeatable:
        return natural_keys(rows, positions)
    return _digests(rows, positions, (f"subject {name}", *SUBMISSION_KEY), size_bytes=16).reshape(-1, 2)


def fingerprints(rows: pd.DataFrame, positions: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.uint64]:
    """The digest of everything that is sent for each row.

    Args:
        rows: `records.SUBMISSION_COLUMNS` or `records.SCORE_COLUMNS`.
        positions: which of them, by position; all where it is left out.

    Returns:
        8 bytes a row as one number, little-endian.
    """
    name, kind = _declared(rows)
    return _digests(rows, positions, (f"body {name}", *kind.body), size_bytes=8)


def key_groups(rows: pd.DataFrame) -> Groups:
    """Which rows have the same natural key.

    Args:
        rows: as for `natural_keys`.

    Returns:
        The groups.
    """
    return _groups(rows, _declared(rows)[1].key)


def body_groups(rows: pd.DataFrame, keys: Groups) -> Groups:
    """Which rows say the same in everything that is sent.

    Args:
        rows: as for `fingerprints`.
        keys: their groups by key.

    Returns:
        The groups.
    """
    kind = _declared(rows)[1]
    return _groups(rows, [name for name in kind.body if name not in kind.key], keys)


def numbered(numbers: npt.NDArray[np.int64]) -> Groups:
    """Numbers as groups.

    Args:
        numbers: any numbers; equal ones become one group.

    Returns:
        The groups.
    """
    codes: Groups = pd.factorize(numbers)[0].astype(np.int64)
    return codes


def combined(groups: Groups, beside: Groups) -> Groups:
    """The groups of rows that are together in both of two groupings.

    Args:
        groups: one grouping.
        beside: the other.

    Returns:
        The groups.
    """
    return numbered(groups * (int(beside.max(initial=0)) + 1) + beside)


def _groups(rows: pd.DataFrame, names: Sequence[str], within: Groups | None = None) -> Groups:
    """The groups of rows with the same content in some columns."""
    groups = np.zeros(len(rows), np.int64) if within is None else within
    for name in names:
        groups = combined(groups, _codes(rows[name]))
    return groups


def _codes(column: pd.Series) -> Groups:
    """Each different content of a column as a number."""
    if not isinstance(column.dtype, pd.StringDtype):
        return numbered(column.to_numpy(dtype=np.int64, na_value=-1))
    encoded = _texts(column).dictionary_encode(null_encoding="encode")
    codes: Groups = encoded.indices.to_numpy().astype(np.int64)
    return codes


def _digests(
    rows: pd.DataFrame, positions: npt.NDArray[np.int64] | None, parts: Sequence[str], *, size_bytes: int
) -> npt.NDArray[np.uint64]:
    """The digests of rows: of what they are for, and the content of some columns."""
    what, *names = parts
    positions = np.arange(len(rows)) if positions is None else positions
    digests = bytearray()
    for begin in range(0, len(positions), _AT_ONCE):
        contents = _joined(rows[names].iloc[positions[begin : begin + _AT_ONCE]])
        digests += b"".join(
            [blake2b(content, digest_size=size_bytes, person=what.encode()).digest() for content in contents]
        )
    return np.frombuffer(bytes(digests), dtype="<u8")


def _joined(rows: pd.DataFrame) -> list[bytes]:
    """The whole content of each row."""
    joined = pc.binary_join_element_wise(
        *(_texts(rows[name]) for name in rows.columns), _BETWEEN, null_handling="replace", null_replacement=_MISSING
    )
    contents: list[bytes] = joined.cast(pa.large_binary()).to_pylist()
    return contents


def _texts(column: pd.Series) -> pa.Array:
    """A column as text, null where it is missing."""
    if pd.api.types.is_bool_dtype(column.dtype):
        texts = column.map({True: "true", False: "false"}).astype(TEXT_TYPE)
    else:
        texts = column if isinstance(column.dtype, pd.StringDtype) else column.astype(TEXT_TYPE)
    array = pa.array(texts, from_pandas=True)
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return whole.cast(pa.large_string())


def _declared(rows: pd.DataFrame) -> tuple[str, SubmissionResource]:
    """The kind of the rows, by its name and as it is declared."""
    return next((name, kind) for name, kind in SUBMISSION_RESOURCES.items() if kind.value in rows.columns)
