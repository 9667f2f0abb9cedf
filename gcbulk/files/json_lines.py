"""Read JSON Lines as if they were a sheet: one object a line, its keys as headers, records from row 2 on.

Each object is parsed by itself, so that a text stays a text: readers of whole files guess types, and make moments of
texts that look like one. Row 2 is the first object, as in Parquet; empty lines count as none.

Source: https://jsonlines.org
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePath
from typing import NoReturn

import numpy as np
import orjson
import pandas as pd

from gcbulk.errors import WorkbookError
from gcbulk.files.preflight import MAX_CELLS, MAX_COLUMNS
from gcbulk.files.text_encoding import require_utf8, to_utf8
from gcbulk.records import TEXT_TYPE, Json, RawSheet

_SHOWN = 60


def read_json_lines(data: memoryview, path: PurePath, *, encoding: str | None = None) -> RawSheet:
    """Read JSON Lines.

    Args:
        data: the file's content.
        path: the file, for messages and the sheet's name.
        encoding: what it is written in, None for UTF-8.

    Returns:
        Its only sheet: texts as texts, numbers and booleans as such, a list as the JSON that it is; null, an empty
        text and an absent key are missing.

    Raises:
        WorkbookError: a line is no object, an object holds another one, or there is more than is read.
    """
    columns: dict[str, _Column] = {}
    count = 0
    for number, line in _lines(to_utf8(data, path, encoding)):
        record = _object(line, number, path)
        new = [key for key in record if key not in columns]
        width = len(columns) + len(new)
        if width > MAX_COLUMNS or (count + 1) * width > MAX_CELLS:
            raise WorkbookError(
                f"{path.name}: line {number:,} makes a table of more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,}"
                " cells, the most that is read. Split the file into several.",
                code="unpacks-too-large",
            )
        columns |= {key: _Column(count) for key in new}
        for key, column in columns.items():
            column.append(_cell(record.get(key), key, number, path))
        count += 1
    cells = pd.DataFrame({at: column.whole() for at, column in enumerate(columns.values(), 1)})
    cells.index = pd.RangeIndex(2, count + 2)
    cells.columns = pd.RangeIndex(1, len(columns) + 1)
    return RawSheet(name=path.stem, cells=cells, header=tuple(columns))


class _Column:
    """A column that grows; of a million values only the last ones are Python objects.

    Args:
        missing: how many records had passed before its key came.
    """

    def __init__(self, missing: int) -> None:
        self._pieces = [_nothing(missing, TEXT_TYPE)]
        self._last: list[Json] = []

    def append(self, value: Json) -> None:
        """Add a record's value, None where it has none."""
        self._last.append(value)
        if len(self._last) == _PIECE_ROWS:
            self._pieces.append(_column(self._last))
            self._last = []

    def whole(self) -> pd.Series:
        """The values, of one type where all of them have it."""
        pieces = [*self._pieces, _column(self._last)]
        types = {piece.dtype for piece in pieces if piece.notna().any()} or {TEXT_TYPE}
        kind = types.pop() if len(types) == 1 else np.dtype(object)
        return pd.concat(
            [piece.astype(kind) if piece.notna().any() else _nothing(len(piece), kind) for piece in pieces],
            ignore_index=True,
        )


_PIECE_ROWS = 50_000


def _nothing(count: int, kind: Json) -> pd.Series:
    return pd.Series([None] * count, dtype=kind)


def _lines(text: memoryview) -> Iterator[tuple[int, bytes]]:
    """Every line that holds something, with its number in the file."""
    return ((number, line) for number, line in enumerate(io.BytesIO(text), 1) if line.strip())


def _object(line: bytes, number: int, path: PurePath) -> dict[str, Json]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        require_utf8(memoryview(line), path)
        _refuse(line, number, path, f"is not JSON ({error})")
    if not isinstance(record, dict):
        _refuse(line, number, path, "is no object")
    return record


def _refuse(line: bytes, number: int, path: PurePath, why: str) -> NoReturn:
    shown = line.decode("utf-8", "replace").strip()[:_SHOWN]
    raise WorkbookError(
        f'{path.name}: line {number:,} {why}: {shown!r}. Each line holds one object, such as {{"player_id": "A:_…"}}.',
        code="json-line",
    )


def _cell(value: Json, key: str, number: int, path: PurePath) -> Json:
    if isinstance(value, dict):
        raise WorkbookError(
            f"{path.name}: in line {number:,} {key!r} holds an object, which no cell of a table can hold. Write its"
            " values as keys of their own, or leave it out.",
            code="unsupported-column-type",
        )
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return None if value == "" else value


def _column(values: list[Json]) -> pd.Series:
    """A column, of one type where all its values have it."""
    match {type(value) for value in values if value is not None}:
        case kinds if kinds <= {str}:
            return pd.Series(values, dtype=TEXT_TYPE)
        case kinds if kinds == {int} and all(value is None or abs(value) < _WITHIN for value in values):
            return pd.Series(values, dtype="Int64")
        case kinds if kinds == {float}:
            return pd.Series(values, dtype="float64")
        case _:
            return pd.Series(values, dtype=object)


_WITHIN = 2**63
