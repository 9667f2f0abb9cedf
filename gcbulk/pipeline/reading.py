"""From a file, or from frames of a notebook, to checked rows.

What comes in: a path or frames, and what the user settled by option. What goes out: `sheets.Checked`.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from gcbulk import files, sheets
from gcbulk.sheets import Checked, Choices


def check(
    source: str | PathLike[str] | Mapping[str, pd.DataFrame],
    *,
    sheet: Mapping[str, str] | None = None,
    column: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Checked:
    """Read and check a workbook, a text file, or frames; nothing is sent.

    Args:
        source: the file's path, or frames by kind: ``{"achievements": frame, "localizations": frame}``. A frame's
            columns are the headers; its rows are numbered by its index if that is named ``row``, else from 2.
        sheet: which sheet holds which kind, where that is not clear: ``{"achievements": "Sheet 3"}``.
        column: which header means which column, where that is not clear: ``{"points": "Pts"}``.
        encoding: the encoding of a text file that is not UTF-8.
        delimiter: what separates the columns of a text file, where that is not clear.

    Returns:
        The rows by kind, and every problem with its place.

    Raises:
        WorkbookError: the file cannot be read as a table at all.
    """
    book = (
        sheets.book_of(source)
        if isinstance(source, Mapping)
        else files.read(Path(source), encoding=encoding, delimiter=delimiter)
    )
    return sheets.check(book, Choices(sheets=sheet or {}, columns=column or {}))
