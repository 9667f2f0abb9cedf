"""Reading: a million rows of CSV and Parquet, and a workbook of 100,000 rows.

What comes in: a folder for the files. What goes out: lines. The references do nothing but parse; we look first whether
the file is what it says, keep every cell's text or type, and number the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import fastexcel
import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from benchmarks.inputs import MILLION, submissions, write_csv, write_parquet, write_workbook
from benchmarks.measuring import Line, Turns, at_most, in_turns, once
from gcbulk import files


def text_files(folder: Path) -> Iterator[Line]:
    """Read CSV and Parquet."""
    frame = submissions(MILLION)
    table, columns = write_csv(folder, frame), frame.columns
    turns = in_turns(lambda: files.read(table), lambda: _arrow_csv(table, columns), rounds=9)
    yield at_most("read CSV, 1,000,000 x 4", turns, 1.5, against="pyarrow, every cell as text")
    for typed in (False, True):
        packed = write_parquet(folder, frame, typed=typed)
        turns = in_turns(partial(files.read, packed), partial(_arrow_parquet, packed), rounds=9)
        kind = "typed" if typed else "all text"
        yield at_most(f"read Parquet, 1,000,000 x 4, {kind}", turns, 3.0, against="pyarrow to pandas")


def workbooks(folder: Path) -> Iterator[Line]:
    """Read a workbook."""
    book = write_workbook(folder, 100_000)
    turns = in_turns(lambda: files.read(book), lambda: _fastexcel(book), rounds=7)
    yield at_most("read xlsx, 100,000 x 8", turns, 2.5, against="fastexcel, types guessed by column")
    usual = once(lambda: pd.read_excel(book, engine="openpyxl", header=None))
    fast = Turns([usual], turns.reference[:1])
    yield at_most("the same with pandas and openpyxl", fast, None, against="fastexcel (once)")


def _arrow_csv(path: Path, columns: pd.Index) -> pd.DataFrame:
    texts = csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True)
    return csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=texts)


def _arrow_parquet(path: Path) -> pd.DataFrame:
    return parquet.read_table(path).to_pandas()


def _fastexcel(path: Path) -> pd.DataFrame:
    return fastexcel.read_excel(path).load_sheet(0).to_pandas()
