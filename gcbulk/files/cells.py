"""The cells of one sheet as both scans find them, and the frame they become.

`Cells` holds positions, types and texts, with nothing interpreted; only here does a text become a number, a date or a
`CellProblem`. The used range is checked here as well, before memory is allocated for it.

Source: ECMA-376 part 1, 18.3.1.4 (cell), 18.18.11 (cell types), 18.17.4 (dates and the two date systems).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.files.formulas import PICTURE
from gcbulk.files.preflight import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from gcbulk.files.xml_parts import XmlError, decode_escapes
from gcbulk.files.xml_tokens import change_where
from gcbulk.records import CellProblem, Json

CELL_TYPES = ("n", "s", "str", "inlineStr", "b", "e", "d")
NUMBER, SHARED, TEXT, INLINE, BOOLEAN, ERROR, ISO_DATE = range(len(CELL_TYPES))
PLAIN, DATE, DURATION, PERCENT = range(4)  # what a number format makes of a number

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DAY_MS = 86_400_000
_LAST_DAY = 2_958_466  # the day after 9999-12-31 in the 1900 system
_DAYS_1904 = 1_462  # what the 1904 system counts less
_NO_DAY = 60  # 29 February 1900, which Excel has and the calendar has not
_EPOCH = np.datetime64("1899-12-30T00:00:00.000000")


class RangeError(ValueError):
    """A used range that is larger than what can be read into memory."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What stands in a sheet's cells, by cell; empty cells are left out.

    Args:
        row: the spreadsheet's row numbers, from 1.
        column: its column numbers, from 1.
        kind: the index in `CELL_TYPES`.
        style: the index of the cell format.
        formula: whether the value comes from a formula.
        marks: what is remarkable of it: `formulas.SUMS`, `PICTURE` and `STRUCK`, added up.
        rich: the number of its rich value (a picture, a share price), from 1; 0 for none.
        text: the value as written, entities resolved; null where none is written.
        hidden_rows: the numbers of the hidden rows.
        last_row: the number of the last row, whether or not it holds a cell.
    """

    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]
    style: npt.NDArray[np.int64]
    formula: npt.NDArray[np.bool_]
    marks: npt.NDArray[np.int8]
    rich: npt.NDArray[np.int64]
    text: pa.Array
    hidden_rows: frozenset[int]
    last_row: int


@dataclass(frozen=True, slots=True)
class ValueRules:
    """What the rest of the workbook says about the values of its cells.

    Args:
        shared: the shared strings, as Python strings in an object array.
        formats: by cell format: `PLAIN`, `DATE`, `DURATION` or `PERCENT`.
        since_1904: whether days are counted from 1904.
        codes: by cell format: the number format as it is written, "" for one that is built in.
        struck: by cell format: whether its font is struck through.
        struck_strings: the shared strings of which a part is struck through.
        pictures: the rich values that are pictures.
    """

    shared: npt.NDArray[np.object_]
    formats: npt.NDArray[np.int8]
    since_1904: bool = False
    codes: tuple[str, ...] = ("",)
    struck: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, np.bool_))
    struck_strings: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    pictures: frozenset[int] = frozenset()


def frame(cells: Cells, rules: ValueRules) -> pd.DataFrame:
    """Lay the cells out as the sheet shows them.

    Args:
        cells: the cells as they were found.
        rules: shared strings, number formats and date system.

    Returns:
        The frame of `records.RawSheet`: from row 1 and column 1 to the last cell that holds something.

        Columns:
            1 .. n: object; str, float, bool, datetime, date, time, timedelta, CellProblem or None.

        Index: 1 .. m.

    Raises:
        RangeError: the used range is too large.
        XmlError: a cell refers to a shared string that is not there.
    """
    values = _values(cells, rules)
    filled = ~np.asarray(pd.isna(values))  # no cell holds NaN: that is not a number
    row, column, values = cells.row[filled], cells.column[filled], values[filled]
    height, width = (int(row.max()), int(column.max())) if len(row) else (0, 0)
    _check_range(height, width)
    grid = np.full((width, height), None, dtype=object)  # a column's cells lie together
    grid[column - 1, row - 1] = values
    return pd.DataFrame(
        grid.T, index=pd.RangeIndex(1, height + 1), columns=pd.RangeIndex(1, width + 1), dtype=object, copy=False
    )


def refuse_more_cells(count: int) -> None:
    """Refuse more cells than are read, while they are being found.

    Args:
        count: how many have been found.

    Raises:
        RangeError: more than `MAX_CELLS`.
    """
    if count > MAX_CELLS:
        raise RangeError(f"it holds more than {MAX_CELLS:,} cells, the most that is read")


def by_format(values: npt.NDArray[Json], style: npt.NDArray[np.int64]) -> npt.NDArray[Json]:
    """What holds for cells by their formats; a format that the workbook does not have is the first one.

    Args:
        values: by cell format.
        style: the cells' formats.
    """
    return values[np.where(style < len(values), style, 0)]


def _check_range(height: int, width: int) -> None:
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise RangeError(
            f"its last row is {height:,} and its last column is number {width:,}, which makes {height * width:,}"
            f" cells; at most {MAX_CELLS:,} cells, {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns are read"
        )


def _values(cells: Cells, rules: ValueRules) -> npt.NDArray[np.object_]:
    values = np.full(len(cells.row), None, dtype=object)
    texts = cells.text
    written = np.asarray(pc.fill_null(pc.greater(pc.binary_length(texts), 0), False))
    for kind in np.unique(cells.kind):
        chosen = np.flatnonzero((cells.kind == kind) & written)
        picked = texts if len(chosen) == len(texts) else texts.take(pa.array(chosen))
        values[chosen] = _READERS[kind](picked, cells.style[chosen], rules)
    # An empty text is what a formula may well come to; nothing at all means that it was never calculated.
    empty_text = np.asarray(pc.is_valid(texts)) & (cells.kind == TEXT)
    values[cells.formula & ~written & ~empty_text] = CellProblem.NO_CACHED_VALUE
    # An error is all that a program without rich values is to see of a picture.
    pictures = (cells.kind == ERROR) & np.isin(cells.rich, list(rules.pictures))
    values[pictures | ((cells.marks & PICTURE) > 0)] = CellProblem.PICTURE
    return values


def _numbers(texts: pa.Array, style: npt.NDArray[np.int64], rules: ValueRules) -> npt.NDArray[np.object_]:
    try:
        numbers = np.asarray(pc.cast(texts, pa.float64()))
    except pa.ArrowInvalid:
        numbers = np.array([_number_or_nan(text) for text in texts.to_pylist()])
    values = numbers.astype(object)
    strange = ~np.isfinite(numbers)  # no number after all: kept as the text it is
    values[strange] = texts.filter(pa.array(strange)).to_pylist()
    formats = by_format(rules.formats, style)
    for meaning, reader in ((DATE, _dates), (DURATION, _durations)):
        chosen = (formats == meaning) & ~strange
        if chosen.any():
            values[chosen] = reader(numbers[chosen], rules.since_1904)
    return values


def _number_or_nan(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else float("nan")


def _dates(days: npt.NDArray[np.float64], since_1904: bool) -> npt.NDArray[np.object_]:
    """Turn day numbers into a time (below 1), a date (whole) or a date and time; rounded to milliseconds."""
    values = _objects([CellProblem.UNREADABLE_DATE] * len(days))
    counted = days + _DAYS_1904 * since_1904
    real = (days >= 0) & (counted < _LAST_DAY - 1e-8) & (since_1904 | (np.floor(days) != _NO_DAY))
    whole = counted[real] + (~np.bool_(since_1904) & (counted[real] < _NO_DAY))
    moments_ms = np.rint(whole * _DAY_MS).astype(np.int64)
    moments = (_EPOCH + moments_ms * np.timedelta64(1000, "us")).astype(object)
    is_time = days[real] < 1
    values[real] = [_shorten(*pair) for pair in zip(moments, is_time, strict=True)]
    return values


def _shorten(moment: datetime, is_time: bool) -> datetime | date | time:
    if is_time:
        return moment.time()
    return moment.date() if moment.time() == time.min else moment


def _durations(days: npt.NDArray[np.float64], _: bool) -> npt.NDArray[np.object_]:
    values = _objects([CellProblem.UNREADABLE_DATE] * len(days))
    real = np.abs(days) < _LAST_DAY
    values[real] = [timedelta(milliseconds=round(count * _DAY_MS)) for count in days[real].tolist()]
    return values


def _shared(texts: pa.Array, _: npt.NDArray[np.int64], rules: ValueRules) -> npt.NDArray[np.object_]:
    try:
        index = np.asarray(pc.cast(texts, pa.int64()))
    except pa.ArrowInvalid as error:
        raise XmlError("a cell refers to a shared string by something that is not a number") from error
    if len(index) and (index.min() < 0 or index.max() >= len(rules.shared)):
        raise XmlError("a cell refers to a shared string that is not there")
    strings: npt.NDArray[np.object_] = rules.shared[index]
    return strings


def _texts(texts: pa.Array, _: npt.NDArray[np.int64], __: ValueRules) -> npt.NDArray[np.object_]:
    return text_objects(texts)


def text_objects(texts: pa.Array) -> npt.NDArray[np.object_]:
    """Return texts as Python strings, Excel's escapes decoded, None for what is empty.

    Args:
        texts: Arrow strings.
    """
    plain = change_where(texts, "_x", decode_escapes)
    objects: npt.NDArray[np.object_] = plain.to_numpy(zero_copy_only=False)
    objects = objects.astype(object)
    objects[np.asarray(pc.equal(pc.binary_length(plain), 0))] = None
    return objects


def _booleans(texts: pa.Array, _: npt.NDArray[np.int64], __: ValueRules) -> npt.NDArray[np.object_]:
    known: dict[str, Json] = {"1": True, "true": True, "0": False, "false": False}
    return _objects([known.get(text.strip().lower(), text) for text in texts.to_pylist()])


def _errors(texts: pa.Array, _: npt.NDArray[np.int64], __: ValueRules) -> npt.NDArray[np.object_]:
    return _objects([CellProblem.ERROR_VALUE] * len(texts))


def _iso_dates(texts: pa.Array, _: npt.NDArray[np.int64], __: ValueRules) -> npt.NDArray[np.object_]:
    return _objects([_iso_date(text) for text in texts.to_pylist()])


def _iso_date(text: str) -> datetime | date | time | CellProblem:
    for parse in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return parse(text)
        except ValueError:
            continue
    return CellProblem.UNREADABLE_DATE


def _objects(values: list[Json]) -> npt.NDArray[np.object_]:
    """Return values as an object array; numpy alone would turn a `CellProblem` into a plain text."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


_READERS: dict[int, Callable[[pa.Array, npt.NDArray[np.int64], ValueRules], npt.NDArray[np.object_]]] = {
    NUMBER: _numbers,
    SHARED: _shared,
    TEXT: _texts,
    INLINE: _texts,
    BOOLEAN: _booleans,
    ERROR: _errors,
    ISO_DATE: _iso_dates,
}
