"""The files of the corpus, made anew for each run: workbooks, text, Parquet, and frames of a notebook."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import hostile
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.simulator.exchange import Json

Rows: TypeAlias = Sequence[Sequence[Json]]
Source: TypeAlias = "Path | Mapping[str, pd.DataFrame]"
Make: TypeAlias = Callable[[Path], Source]
"""Writes an input into a folder and returns where it is; frames are returned as they are."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Args:
        name: its name.
        rows: its cells.
        hidden: whether the sheet is hidden.
        hidden_rows: which rows are.
        hidden_columns: which columns are, by their letters.
        formats: number formats by cell.
        struck: the cells that are struck through.
        merged: ranges of cells that are one.
        top: the number of the first row.
        left: the number of the first column.
    """

    name: str
    rows: Rows
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    struck: Sequence[str] = ()
    merged: Sequence[str] = ()
    top: int = 1
    left: int = 1


def workbook(*sheets: Sheet, pictures: Mapping[str, bytes] | None = None, name: str = "game.xlsx") -> Make:
    """A workbook, and picture files beside it."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for sheet in sheets:
            _fill(book.create_sheet(sheet.name), sheet)
        book.save(folder / name)
        for path, data in (pictures or {}).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(data)
        return folder / name

    return make


def _fill(target: Worksheet, sheet: Sheet) -> None:
    """The cells of a sheet, and how they look."""
    for number, row in enumerate(sheet.rows, sheet.top):
        for column, value in enumerate(row, sheet.left):
            if value is not None:
                target[f"{get_column_letter(column)}{number}"] = value
    _look(target, sheet)


def _look(target: Worksheet, sheet: Sheet) -> None:
    for number in sheet.hidden_rows:
        target.row_dimensions[number].hidden = True
    for letter in sheet.hidden_columns:
        target.column_dimensions[letter].hidden = True
    for cell, number_format in sheet.formats.items():
        target[cell].number_format = number_format
    for cell in sheet.struck:
        target[cell].font = Font(strike=True)
    for cells in sheet.merged:
        target.merge_cells(cells)
    target.sheet_state = "hidden" if sheet.hidden else "visible"


def cells(rows: str) -> Make:
    """A workbook whose sheet Achievements has these rows, as its XML has them."""
    return data(lambda: hostile.sheet(rows), "game.xlsx")


def odd(title: str) -> Make:
    """One of the files that somebody made to harm whoever opens them."""
    name, make = hostile.FILES[title]
    return data(make, name)


def text(content: str, name: str = "game.csv", encoding: str = "utf-8") -> Make:
    """A text file as it stands."""
    return data(lambda: content.encode(encoding), name)


def delimited(rows: Rows, name: str = "game.csv", delimiter: str = ",") -> Make:
    """A text file of rows none of whose cells needs quotation marks."""
    lines = (delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows)
    return text("".join(f"{line}\n" for line in lines), name)


def data(make_data: Callable[[], bytes], name: str) -> Make:
    """A file of these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(make_data())
        return folder / name

    return make


def parquet(table: pa.Table, name: str = "game.parquet") -> Make:
    """A Parquet file of a table."""

    def make(folder: Path) -> Path:
        pyarrow.parquet.write_table(table, folder / name)
        return folder / name

    return make


def parquet_rows(rows: Rows, name: str = "game.parquet") -> Make:
    """A Parquet file of rows below their headers, every cell as text."""
    headers, *below = rows
    columns = [[None if row[place] is None else str(row[place]) for row in below] for place in range(len(headers))]
    arrays = [pa.array(column, pa.string()) for column in columns]
    return parquet(pa.Table.from_arrays(arrays, names=[str(header) for header in headers]), name)


def frames(**rows: Rows) -> Make:
    """Frames of a notebook by what they hold; the first row of each has the headers."""

    def make(_: Path) -> Mapping[str, pd.DataFrame]:
        return {name: pd.DataFrame(list(below), columns=list(head)) for name, (head, *below) in rows.items()}

    return make


def png(width: int = 512, height: int = 512, *, alpha: bool = False) -> bytes:
    """A picture of one colour, the same bytes on every machine: nothing in it is packed."""
    pixel = b"\x20\x60\xa0\xff" if alpha else b"\x20\x60\xa0"
    header = struct.pack(">IIBBBBB", width, height, 8, 6 if alpha else 2, 0, 0, 0)
    pixels = (b"\0" + pixel * width) * height
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(pixels)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _stored(content: bytes) -> bytes:
    """A zlib stream of stored blocks, which no version of zlib packs in another way."""
    size = 65_535
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    last = len(blocks) - 1
    packed = (
        bytes([number == last]) + struct.pack("<HH", len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks)
    )
    return b"\x78\x01" + b"".join(packed) + struct.pack(">I", zlib.adler32(content))
