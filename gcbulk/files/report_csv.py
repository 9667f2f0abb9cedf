"""The report as CSV, for inputs that have no sheets and for reports longer than a sheet can be.

The file is UTF-8 with a byte order mark, without which Excel assumes another encoding, and no cell in it can be taken
for a formula. The summary is left out so that the file is a single table. Whole columns are written at once; only
cells that need care are looked at one by one.
"""

from __future__ import annotations

from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.files.cell_text import csv_text
from gcbulk.files.report_looks import COLUMNS
from gcbulk.records import Report

_LINES_AT_ONCE = 50_000
_TEXT = pa.large_string()
_BETWEEN, _LINE_END = (pa.scalar(text, _TEXT) for text in (",", "\r\n"))
_BLANKS = r" \t-\r\x{a0}\x{1680}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}"
_NEEDS_CARE = r"^[=+\-@＝＋－＠" + _BLANKS + r']|[",;|\x00-\x1f\x7f-\x{9f}\x{fffe}\x{ffff}]'


def write_report_csv(out: BinaryIO, report: Report) -> None:
    """Write the lines of a report as a CSV.

    Args:
        out: a binary stream.
        report: the report; every line is written.
    """
    out.write(b"\xef\xbb\xbf" + ",".join(title for title, _ in COLUMNS.values()).encode() + b"\r\n")
    for start in range(0, len(report.lines), _LINES_AT_ONCE):
        portion = report.lines.iloc[start : start + _LINES_AT_ONCE]
        lines = pc.binary_join_element_wise(*(_cells(portion[name]) for name in COLUMNS), _BETWEEN)
        whole = pa.LargeListArray.from_arrays([0, len(lines)], lines)
        out.write(pc.binary_join(whole, _LINE_END)[0].as_buffer())
        out.write(b"\r\n")


def _cells(values: pd.Series) -> pa.Array:
    """A column as the CSV has it; nothing is missing."""
    texts = pc.fill_null(_texts(values), "")
    care = pc.match_substring_regex(texts, _NEEDS_CARE)
    if not pc.any(care).as_py():
        return texts
    escaped = [_quoted(csv_text(text)) for text in texts.filter(care).to_pylist()]
    return pc.replace_with_mask(texts, care, pa.array(escaped, _TEXT))


def _texts(values: pd.Series) -> pa.Array:
    """A column as text, null where it is missing; times in UTC, to the second."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        seconds = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[s]")
        return pa.array(seconds, pa.timestamp("s")).cast(_TEXT)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _texts(values.cat.categories.to_series()).take(pa.array(values.cat.codes, mask=values.cat.codes < 0))
    try:
        return _whole(pa.array(values, from_pandas=True)).cast(_TEXT)
    except (UnicodeEncodeError, pa.ArrowException):  # half of a two-part character, or several types
        plain = values.astype(object).where(values.notna(), None)
        return pa.array([None if value is None else csv_text(str(value)) for value in plain], _TEXT)


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _quoted(text: str) -> str:
    """A cell in quotation marks where it needs them."""
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in '",\r\n') else text
