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
    text = to_utf8(data, path, encoding)
    columns: dict[str, list[Json]] = {}
    count = 0
    for number, line in _lines(text):
        found = _object(line, number, path)
        for key in found:
            if key not in columns:
                columns[key] = [None] * count
        for key, column in columns.items():
            column.append(_cell(found.get(key), key, number, path))
        count += 1
        if len(columns) > MAX_COLUMNS or count * len(columns) > MAX_CELLS:
            raise WorkbookError(
                f"{path.name}: line {number:,} makes a table of more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,}"
                " cells, the most that is read. Split the file into several.",
                code="unpacks-too-large",
            )
    cells = pd.DataFrame({at: _column(column) for at, column in enumerate(columns.values(), 1)})
    cells.index = pd.RangeIndex(2, count + 2)
    cells.columns = pd.RangeIndex(1, len(columns) + 1)
    return RawSheet(name=path.stem, cells=cells, header=tuple(columns))


def _lines(text: memoryview) -> Iterator[tuple[int, bytes]]:
    """Every line that holds something, with its number in the file."""
    return ((number, line) for number, line in enumerate(io.BytesIO(text), 1) if line.strip())


def _object(line: bytes, number: int, path: PurePath) -> dict[str, Json]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        require_utf8(memoryview(line), path)
        _refuse(line, number, path, f"is not JSON ({error})")
    if not isinstance(found, dict):
        _refuse(line, number, path, "is no object")
    return found


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
