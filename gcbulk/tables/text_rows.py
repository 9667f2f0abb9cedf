"""Rows of a text file that an extra separator or quotation mark has shifted or joined.

An unquoted comma in a text moves every cell behind it under the next header; two stray quotation marks merge the rows
between them into one cell. Both are read without an error, but not as intended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from gcbulk.records import RawSheet, TextForm
from gcbulk.tables.body import Layout
from gcbulk.tables.cells import arrow, classify_cells, filled_positions
from gcbulk.tables.issues import Batch, on_file, printable, shown

TOO_WIDE, HOLDS_ROWS = "row-too-wide", "cell-holds-rows"
_NAMES: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_LINE_END = re.compile(r"\r\n|\r|\n")
_TORN = re.compile(r"\S\s*\0\s+\S|\S\s[0-9]{1,3}\0[0-9]{3}(?![0-9])")
"""A text in two cells, \\0 between them: "this" and " that", "Find 1" and "000 coins", not the numbers 50 and 100."""


def shifted_rows(sheet: RawSheet, table: Layout, records: npt.NDArray[np.bool_]) -> list[Batch]:
    """The rows whose cells are not what the file means.

    Args:
        sheet: the sheet; only one of a text file has such rows.
        table: the table on it.
        records: which rows below the headers are records.

    Returns:
        The problems, each an error of all that its row holds.
    """
    if sheet.form is None:
        return []
    return [*_too_wide(sheet, sheet.form, table, records), *_holding_rows(sheet, sheet.form, table)]


def rows_changed(issues: pd.DataFrame) -> pd.Series:
    """The numbers of the rows whose cells are not what the file means.

    Args:
        issues: the problems of a file. Columns: `ISSUE_COLUMNS`.
    """
    return issues.loc[issues["code"].isin([TOO_WIDE, HOLDS_ROWS]), "row"].dropna()


def without_follow_ons(issues: pd.DataFrame) -> pd.DataFrame:
    """The issues without what else is said of rows whose cells are not what the file means.

    Args:
        issues: the problems of a file. Columns: `ISSUE_COLUMNS`.

    Returns:
        The same columns.
    """
    rows = rows_changed(issues)
    if not len(rows):
        return issues
    is_cause = issues["code"].isin([TOO_WIDE, HOLDS_ROWS])
    return issues[is_cause | ~issues["row"].isin(rows)].reset_index(drop=True)


def _too_wide(sheet: RawSheet, form: TextForm, table: Layout, records: npt.NDArray[np.bool_]) -> Iterator[Batch]:
    """Rows with something filled in behind the last header, or with a text that a separator has torn apart."""
    if form.widths is None:
        return
    headers = sheet.width(table.header_index)
    widths = form.widths[table.header_index + 1 :]
    below = sheet.cells.iloc[table.header_index + 1 :]
    at = np.flatnonzero(records & (widths > headers))
    counts = _filled_width(below.iloc[at, headers:], headers)
    counts[counts == 0] = _torn_width(below, widths, at[counts == 0], headers)
    at, counts = at[counts > 0], counts[counts > 0]
    rows = [_texts(below, int(index)) for index in at]
    yield Batch(
        TOO_WIDE,
        [_wide_message(row[:count], headers, form.delimiter) for row, count in zip(rows, counts, strict=True)],
        rows=below.index.to_numpy()[at],
        sheet=sheet.name,
        values=[shown(row[headers]) or None for row in rows],
    )


def _filled_width(behind: pd.DataFrame, headers: int) -> npt.NDArray[np.int64]:
    """Up to which column rows are filled in behind the headers; 0 where they are not."""
    last = np.zeros(len(behind), dtype=np.int64)
    for position in filled_positions(behind):
        last[classify_cells(behind.iloc[:, position]).filled] = headers + position + 1
    return last


def _torn_width(
    below: pd.DataFrame, widths: npt.NDArray[np.int32], at: npt.NDArray[np.int64], headers: int
) -> npt.NDArray[np.int64]:
    """How many cells rows have that end in empty ones and yet hold a torn text; 0 for all others.

    Separators at the end of every row, or of a few, are harmless: programs write them. Where most rows have none, and
    a text seems to go on in the next cell, what was the last column is empty because it moved.
    """
    usual = int(np.bincount(widths).argmax()) if len(widths) else 0
    torn = [
        int(widths[index]) if widths[index] != usual and _torn(_texts(below, index)[:headers]) else 0 for index in at
    ]
    return np.array(torn, dtype=np.int64)


def _texts(below: pd.DataFrame, index: int) -> list[str]:
    return [value if isinstance(value, str) else "" for value in below.iloc[index]]


def _torn(row: Sequence[str]) -> tuple[str, str] | None:
    """The first two cells of a row that read like one text with a separator in it: "Find 1" and "000 coins"."""
    pairs = pairwise(row)
    return next((pair for pair in pairs if _TORN.search("\0".join(pair))), None)


def _wide_message(row: Sequence[str], headers: int, delimiter: str) -> str:
    name, torn = _NAMES[delimiter], _torn(row)
    example = f', perhaps "{shown(delimiter.join(torn))}"' if torn else ""
    return (
        f"The row has {len(row)} cells under {headers} header{'s' if headers > 1 else ''}, so some of them stand in the"
        f" wrong column. Where a {name} is part of a text, put quotation marks around that cell{example}; remove any"
        f" {name} that is one too many."
    )


def _holding_rows(sheet: RawSheet, form: TextForm, table: Layout) -> Iterator[Batch]:
    """Cells that seem to hold rows: one of their lines has as many separators as the headers."""
    separators = sheet.width(table.header_index) - 1
    if not form.quotes or not separators:
        return
    cells = sheet.cells.iloc[table.header_index :]
    for position in filled_positions(cells):
        texts = arrow(cells.iloc[:, position])
        candidates = pc.and_(pc.match_substring_regex(texts, r"[\r\n]"), pc.match_substring(texts, form.delimiter))
        for index in np.flatnonzero(np.asarray(candidates.fill_null(False))):
            text = texts[int(index)].as_py()
            behind = sheet.width(table.header_index + int(index)) - 1 - position
            if _holds_rows(text, separators, form.delimiter, position, behind):
                yield _holding(sheet, table, int(index), position, text, _NAMES[form.delimiter])


def _holds_rows(text: str, separators: int, delimiter: str, before: int, behind: int) -> bool:
    """Whether a line of a cell, or each with what stands before and behind the cell, has the separators of a row."""
    counts = [line.count(delimiter) for line in _LINE_END.split(text)]
    if separators in counts:
        return True
    return counts[0] + before == counts[-1] + behind == separators and set(counts[1:-1]) <= {separators}


def _holding(sheet: RawSheet, table: Layout, index: int, position: int, text: str, name: str) -> Batch:
    row = sheet.row_number(table.header_index + index)
    message = (
        f"The cell holds {len(_LINE_END.split(text))} lines with {name}s like those of rows: have two quotation marks"
        " made one cell of several rows? Take these marks out, or write each twice if it is part of a text. If the cell"
        " is right, take its line breaks out, or save the file as a workbook (.xlsx)."
    )
    if index == 0:
        return on_file(HOLDS_ROWS, f"Row {row}, the headers: {message}", sheet=sheet.name)
    header = next(iter(sheet.take([table.header_row])))[position]
    column = printable(str(header)) if header is not None else None
    return Batch(
        HOLDS_ROWS, [message], rows=[row], sheet=sheet.name, column=column, position=position, values=[shown(text)]
    )
