"""Read a user's file, whatever its format, into a `Book` with nothing interpreted.

Nothing in a file is executed, and nothing is fetched because a file says so.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from gcbulk.files.compressed import packed_table, unpacked
from gcbulk.files.delimited import read_delimited
from gcbulk.files.formats import sniff
from gcbulk.files.json_lines import read_json_lines
from gcbulk.files.parquet import read_parquet
from gcbulk.files.preflight import load, open_package
from gcbulk.files.workbook import read_workbook
from gcbulk.records import Book


def read(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Book:
    """Read a workbook, a delimited text file, JSON Lines or a Parquet file; which it is, its content tells.

    A text file may be compressed as a whole (gzip, bzip2, xz, Zstandard, LZ4).

    Args:
        path: the file.
        encoding: what a text file is written in, where it is neither UTF-8 nor marked as UTF-16.
        delimiter: what separates the columns of a text file, where that is in doubt.

    Returns:
        Its sheets, hidden ones too; a text or Parquet file has one.

    Raises:
        WorkbookError: the file cannot be read as it is; the message says what it is and what to do, and its
            code is one of `file_codes.FILE_CODES`.
    """
    loaded = load(path)
    data = unpacked(loaded, path)
    kind = sniff(data, path)
    if data is not loaded and kind in ("zip", "parquet"):
        raise packed_table(path)
    if kind == "zip":
        file_format, sheets = read_workbook(open_package(data, path))
        return Book(path, file_format, sheets, hashlib.sha256(data).hexdigest())
    if kind == "parquet":
        return Book(path, "parquet", (read_parquet(data, path),))
    if kind == "jsonl":
        return Book(path, "jsonl", (read_json_lines(data, path, encoding=encoding),))
    file_format, sheet = read_delimited(data, path, encoding=encoding, delimiter=delimiter)
    return Book(path, file_format, (sheet,))
