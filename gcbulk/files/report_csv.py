"""The report as a CSV, for inputs that have no sheets and for more lines than a sheet holds.

What comes in: a report. What goes out: its lines in UTF-8 with a byte order mark, without which Excel takes UTF-8
for something else, and with no cell that a spreadsheet program would take for a formula. The summary is left out, so
that the file is one table.
"""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from gcbulk.files.cell_text import csv_text
from gcbulk.files.report_looks import COLUMNS
from gcbulk.files.sheet_part import plain_values
from gcbulk.records import Report

_LINES_AT_ONCE = 20_000


def write_report_csv(out: BinaryIO, report: Report) -> None:
    """Write the lines of a report as a CSV.

    Args:
        out: a binary stream.
        report: the report; every line is written.
    """
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([title for title, _ in COLUMNS.values()])
    for start in range(0, len(report.lines), _LINES_AT_ONCE):
        some = report.lines.iloc[start : start + _LINES_AT_ONCE]
        columns = [[_cell(value) for value in plain_values(some[name])] for name in COLUMNS]
        writer.writerows(zip(*columns, strict=True))
    text.flush()
    text.detach()


def _cell(value: object) -> object:
    """A value as the CSV has it; numbers stay numbers."""
    return csv_text(value) if isinstance(value, str) else value
