"""Read delimited text whose records differ in length, which Arrow cannot.

The file is read line by line and collected in pieces, so that neither a large file nor one endless line fills the
memory. Its quotation marks have already been checked (`quoting.require_clear_quotes`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gcbulk.errors import WorkbookError
from gcbulk.files.preflight import MAX_CELLS, MAX_COLUMNS

MAX_RECORD_CHARACTERS = 4 * 1024 * 1024  # all columns that Excel has, with 256 characters in each
PIECE_RECORDS = 65_536


def read_ragged(text: memoryview, delimiter: str, path: PurePath) -> tuple[pa.Table, npt.NDArray[np.int32]]:
    """Read records of any length, the shorter ones filled up with missing cells.

    Args:
        text: the text in UTF-8.
        delimiter: what separates the cells.
        path: the file, for messages.

    Returns:
        The cells as text, an empty one missing; and how many cells each record has.

    Raises:
        WorkbookError: a record is longer than any table's, or there are more cells than are read.
        UnicodeDecodeError: the text is not UTF-8.
    """
    records = iter(_Records(text, delimiter, path))
    pieces, widths = [], []
    while piece := list(islice(records, PIECE_RECORDS)):
        widths.append(np.fromiter(map(len, piece), np.int32, len(piece)))
        pieces.append([_column(column) for column in zip_longest(*piece)])
    lengths = list(map(len, widths))
    columns = {str(at): _whole_column(pieces, lengths, at) for at in range(max(map(len, pieces), default=0))}
    return pa.table(columns), np.concatenate(widths)


def _column(column: tuple[str | None, ...]) -> pa.Array:
    return pa.array([cell or None for cell in column], pa.large_string())


def _whole_column(pieces: list[list[pa.Array]], lengths: list[int], at: int) -> pa.ChunkedArray:
    return pa.chunked_array(
        [
            piece[at] if at < len(piece) else pa.nulls(length, pa.large_string())
            for piece, length in zip(pieces, lengths, strict=True)
        ]
    )


class _Records:
    """The records of a text, each as soon as it is asked for, and within limits.

    Args:
        text: the text in UTF-8.
        delimiter: what separates the cells.
        path: the file, for messages.
    """

    def __init__(self, text: memoryview, delimiter: str, path: PurePath) -> None:
        self._stream = io.TextIOWrapper(pa.BufferReader(text), encoding="utf-8", newline="")
        self._delimiter = delimiter
        self._path = path
        self._count = 0
        self._taken = 0  # characters of the record that is being read

    def __iter__(self) -> Iterator[list[str]]:
        width = 0
        try:
            for record in csv.reader(self._lines(), delimiter=self._delimiter, strict=True):
                self._count += 1
                self._taken = 0
                width = max(width, len(record))
                if width > MAX_COLUMNS or width * self._count > MAX_CELLS:
                    raise self._too_wide(width)
                yield record
        except csv.Error as error:
            raise WorkbookError(
                f"{self._path.name}: row {self._count + 1:,} cannot be taken apart ({error}). Look there for a"
                " quotation mark that is closed too late, or save the file as CSV UTF-8 again.",
                code="malformed-csv",
            ) from error

    def _lines(self) -> Iterator[str]:
        while line := self._stream.readline(MAX_RECORD_CHARACTERS + 1):
            self._taken += len(line)
            if self._taken > MAX_RECORD_CHARACTERS:
                raise WorkbookError(
                    f"{self._path.name}: row {self._count + 1:,} has more than {MAX_RECORD_CHARACTERS:,} characters,"
                    " which no table has. Look there for missing line ends, or for a quotation mark that is closed too"
                    " late.",
                    code="record-too-long",
                )
            yield line

    def _too_wide(self, width: int) -> WorkbookError:
        return WorkbookError(
            f"{self._path.name}: row {self._count:,} makes a table of {width:,} columns; at most {MAX_COLUMNS:,}"
            f" columns and {MAX_CELLS:,} cells are read. Split the file, or look there for a row with too many"
            " separators.",
            code="used-range-too-large",
        )
