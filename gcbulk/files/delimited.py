"""Reads comma-, semicolon-, tab- and bar-separated text, every cell as the text it is.

What comes in: a file's bytes. What goes out: one `RawSheet` whose rows are the file's records, numbered as a
spreadsheet program would show them. Arrow reads the regular files; one with records of different lengths, or with
anything that Arrow will not read, goes through the standard library's reader, which keeps every cell of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePath

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from gcbulk.errors import WorkbookError
from gcbulk.files.delimiter import (
    SAMPLE_CHARACTERS,
    excel_hint,
    find_delimiter,
    first_records,
    named_delimiter,
)
from gcbulk.files.formats import nothing_in
from gcbulk.files.preflight import MAX_CELLS, MAX_COLUMNS
from gcbulk.files.text_encoding import require_utf8, to_utf8
from gcbulk.records import RawSheet

END = "\0"  # a cell that no file can hold, to see that nothing swallowed the end
BLOCK_BYTES = 2 * 1024 * 1024
PIECE_BYTES = 256 * 1024
_FIRST_LINE = re.compile(rb"[^\r\n]")
_CONTENT = re.compile(rb"\S")
_TEXT = pd.StringDtype("pyarrow", na_value=float("nan"))


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the bytes of a text hold: quotation marks, and how many tabs and line ends at most."""

    quote: bool
    ends: int


def read_delimited(
    data: memoryview, path: PurePath, *, encoding: str | None = None, delimiter: str | None = None
) -> tuple[str, RawSheet]:
    """Read a delimited text file.

    Args:
        data: its content.
        path: the file, for messages and the sheet's name.
        encoding: what it is written in, None for UTF-8 or what its mark says.
        delimiter: what separates its columns, None to tell it from the first records.

    Returns:
        "csv" or "tsv", and the sheet; an empty cell is missing.

    Raises:
        WorkbookError: it is in another encoding, its delimiter is in doubt, it is malformed or too large.
    """
    text = to_utf8(data, path, encoding)
    signs = _signs(text, path)
    first_line = _FIRST_LINE.search(text)
    start = first_line.start() if first_line else 0
    sample = str(text[start:][: 4 * SAMPLE_CHARACTERS], "utf-8", "replace")[:SAMPLE_CHARACTERS]
    hint = excel_hint(sample) if start == 0 else None
    if hint:
        text, sample = text[hint[1] :], sample[hint[1] :]
    if _CONTENT.search(text) is None:
        raise nothing_in(path)
    sign = _settle(sample, path, delimiter, hint[0] if hint else None)
    table = _regular(text, sign, first_records(sample, sign), signs)
    if table is None:
        table = _irregular(require_utf8(bytes(text), path), sign, path)
    cells = table.to_pandas(types_mapper={pa.large_string(): _TEXT}.get)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    cells.columns = pd.RangeIndex(1, cells.shape[1] + 1)
    return ("tsv" if sign == "\t" else "csv"), RawSheet(name=path.stem, cells=cells, typed=False)


def _settle(sample: str, path: PurePath, delimiter: str | None, hinted: str | None) -> str:
    if delimiter is not None:
        return named_delimiter(delimiter)
    return hinted or find_delimiter(sample, path)


def _regular(text: memoryview, delimiter: str, sample: list[list[str]], signs: _Signs) -> pa.Table | None:
    """Read records of one length; None where they are not, or where Arrow cannot be trusted with them."""
    width = len(sample[0]) if sample else 0
    if not 0 < width <= MAX_COLUMNS or signs.ends * (1 if delimiter == "\t" else width) > MAX_CELLS:
        return None
    end = _last_record(text, delimiter) if signs.quote else None
    if signs.quote and end is None:
        ending = "" if bytes(text[-1:]) in (b"\n", b"\r") else "\n"
        text = _followed_by(text, f"{ending}{END}{delimiter * (width - 1)}\n".encode())
    names = [str(number) for number in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    if not signs.quote:
        return table
    last = [column[-1].as_py() for column in table.columns]
    if end is not None:
        return table if last == end else None
    return table.slice(0, len(table) - 1) if last[0] == END else None


def _last_record(text: memoryview, delimiter: str) -> list[str | None] | None:
    """Read the last line by itself, to see that no open quotation mark swallowed it; None where it has marks too."""
    lines = bytes(text[-PIECE_BYTES:]).splitlines()
    if len(lines) < 2 or not lines[-1] or b'"' in lines[-1]:
        return None
    return [cell or None for cell in lines[-1].decode("utf-8", "replace").split(delimiter)]


def _signs(text: memoryview, path: PurePath) -> _Signs:
    """Look through the bytes once, in pieces that stay in the cache: a third of the time of one go for each sign."""
    whole = np.frombuffer(text, np.uint8)
    quote = False
    ends = 0
    for at in range(0, len(whole), PIECE_BYTES):
        piece = whole[at : at + PIECE_BYTES]
        if not piece.min():
            raise WorkbookError(
                f"{path.name} holds NUL bytes, which no text does. If it is UTF-16 without a mark, say --encoding"
                " utf-16-le; if not, the file is damaged: save it again as CSV UTF-8.",
                code="nul-bytes",
            )
        quote = quote or bool((piece == ord('"')).any())
        ends += int(np.count_nonzero(piece <= ord("\r")))
    return _Signs(quote, ends)


def _followed_by(text: memoryview, more: bytes) -> memoryview:
    whole = memoryview(pa.allocate_buffer(len(text) + len(more))).cast("B")
    whole[: len(text)], whole[len(text) :] = text, more
    return whole


def _irregular(text: str, delimiter: str, path: PurePath) -> pa.Table:
    """Read records of any length, padding the shorter ones at their end."""
    ending = "" if text.endswith(("\n", "\r")) else "\n"
    records = _records(csv.reader(io.StringIO(text + ending + END, newline=""), delimiter=delimiter), path)
    if records.pop() != [END]:
        raise WorkbookError(
            f'{path.name}: a quotation mark (") that opens in row {len(records) + 1:,} is never closed, so the rest'
            " of the file would become one cell. Close it, or write it twice if it is part of the text.",
            code="unclosed-quote",
        )
    columns = zip_longest(*records)
    return pa.table(
        {str(at): pa.array([cell or None for cell in column], pa.large_string()) for at, column in enumerate(columns)}
    )


def _records(reader: Iterable[list[str]], path: PurePath) -> list[list[str]]:
    records: list[list[str]] = []
    width = 0
    try:
        for record in reader:
            records.append(record)
            width = max(width, len(record))
            if width > MAX_COLUMNS or width * len(records) > MAX_CELLS:
                raise _too_wide(path, len(records), width)
    except csv.Error as error:
        raise WorkbookError(
            f"{path.name}: row {len(records) + 1:,} cannot be taken apart ({error}). Look there for a quotation mark"
            " that is never closed, or save the file as CSV UTF-8 again.",
            code="malformed-csv",
        ) from error
    return records


def _too_wide(path: PurePath, rows: int, columns: int) -> WorkbookError:
    return WorkbookError(
        f"{path.name}: row {rows:,} makes a table of {columns:,} columns; at most {MAX_COLUMNS:,} columns and"
        f" {MAX_CELLS:,} cells are read. Split the file, or look there for a row with too many separators.",
        code="used-range-too-large",
    )
