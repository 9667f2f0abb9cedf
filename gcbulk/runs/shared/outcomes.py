"""The frame that a notebook gets of a run."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from gcbulk.records import Book


def for_notebook(lines: pd.DataFrame, book: Book, journal: Path, *, stopped: str | None) -> pd.DataFrame:
    """The lines of a run, with what is needed to write a report of them.

    Args:
        lines: the lines. Columns: `records.OUTCOME_COLUMNS`.
        book: the file that the rows were read from.
        journal: the journal's file; the list of files that are ours is kept beside it.
        stopped: why the run ended early, None when it came to its end.

    Returns:
        The same frame. ``attrs["stopped"]`` and ``attrs["journal"]`` are as given; ``attrs["read"]`` is the path of the
        file and its digest, so that a report goes into no other file; None where there is no such file.
    """
    path = os.path.realpath(book.path) if book.path is not None else None
    lines.attrs["stopped"] = stopped
    lines.attrs["read"] = (path, book.digest) if path is not None and book.digest is not None else None
    lines.attrs["journal"] = str(journal)
    return lines
