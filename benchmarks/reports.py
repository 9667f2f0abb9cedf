"""The report: 100,000 lines as one more sheet in a workbook of 100,000 rows.

What comes in: a folder. What goes out: lines. The usual way loads the workbook with openpyxl, appends and saves, and
loses what openpyxl does not know; ours writes one more part into the package.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from benchmarks.inputs import write_workbook
from benchmarks.measuring import Line, Spent, Turns, at_most, once
from gcbulk import files
from gcbulk.records import OUTCOME_COLUMNS, Report

_ROWS = 100_000
_ROUNDS = 5


def report_sheet(folder: Path) -> Iterator[Line]:
    """Write the report into the workbook."""
    source, lines = write_workbook(folder, _ROWS), _lines()
    report = Report((("Rows", f"{_ROWS:,}"),), lines)
    usual = once(lambda: _append(source, folder / "usual.xlsx", lines))
    ours = [_saved(source, folder / "ours.xlsx", report, folder) for _ in range(_ROUNDS)]
    turns = Turns(ours, [usual] * _ROUNDS)
    yield at_most("report sheet, 100,000 lines", turns, None, against="openpyxl load, append, save (once)")


def _saved(source: Path, copy: Path, report: Report, folder: Path) -> Spent:
    shutil.copy(source, copy)
    return once(lambda: files.save_report(copy, report, rescue_dir=folder))


def _append(source: Path, out: Path, lines: pd.DataFrame) -> None:
    book = openpyxl.load_workbook(source)
    sheet = book.create_sheet("gcbulk report")
    for values in lines.astype(object).itertuples(index=False):
        sheet.append([None if value is None or value is pd.NaT else str(value) for value in values])
    book.save(out)


def _lines() -> pd.DataFrame:
    rows = np.arange(2, _ROWS + 2)
    is_bad = rows % 100 == 0
    content = {
        "sheet": "Sheet1",
        "row": pd.array(rows, dtype="Int64"),
        "key": [f"com.example.item_{row:06}" for row in rows],
        "step": "achievement",
        "outcome": np.where(is_bad, "rejected", "created"),
        "id": [None if bad else f"0aa3f9f2-8b0c-4c7e-9a62-{row:012x}" for row, bad in zip(rows, is_bad, strict=True)],
        "code": ["points-not-a-number" if bad else None for bad in is_bad],
        "column": ["Points" if bad else None for bad in is_bad],
        "message": ["Points is no whole number. Write a number from 1 to 100." if bad else None for bad in is_bad],
        "attempts": pd.array(np.where(is_bad, 0, 1), dtype="Int64"),
        "request_id": [f"5f1c9a52-0d5e-4a7b-8f55-{row:012x}" for row in rows],
        "finished_at": pd.Timestamp("2026-01-01T12:00:00Z").as_unit("us"),
    }
    return pd.DataFrame(content)[list(OUTCOME_COLUMNS)]
