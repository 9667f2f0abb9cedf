"""The fast scan of a sheet part: many cells at once, with arrays in place of an XML parser.

It works block by block, so that memory stays small however large the sheet is. A block that holds anything beyond the
plain form that spreadsheet programs write is left to sheet_exact.py: both find the same cells, this one in a tenth of
the time.

Why not a library: python-calamine 0.9 gives "" for error values and CDATA, midnight for a date before 1900,
refuses the whole workbook for one #SPILL!, and ends the process for cells at A1 and XFD1048576; fastexcel guesses a
column's type from its first rows. Both hide whether a formula was ever calculated.

Source: ECMA-376 part 1, 18.3.1.80 (sheetData), 18.3.1.73 (row), 18.3.1.4 (cell).
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from gcbulk.files.cells import CELL_TYPES, Cells, refuse_more_cells
from gcbulk.files.formulas import SharedMarks, marks_of
from gcbulk.files.sheet_exact import TRUE, cell_kind, exact_cells
from gcbulk.files.xml_parts import unescape
from gcbulk.files.xml_tokens import (
    DeclarationError,
    Flags,
    NotSureError,
    Positions,
    Tags,
    blocks,
    change_where,
    numbers,
    tags,
)

ROW, ROW_END, CELL, CELL_END, VALUE, VALUE_END, FORMULA, FORMULA_END, INLINE, INLINE_END, TEXT, TEXT_END = range(1, 13)
CLOSED = 16  # added to the kind of a tag that closes itself

# The first two bytes of a tag's name (or its first and what follows), and the kind of tag they mean.
_NAMES = {
    "ro": ROW, "/r": ROW_END, "c ": CELL, "c>": CELL, "c/": CELL, "/c": CELL_END,
    "v>": VALUE, "v ": VALUE, "v/": VALUE, "/v": VALUE_END,
    "f>": FORMULA, "f ": FORMULA, "f/": FORMULA, "/f": FORMULA_END,
    "is": INLINE, "/i": INLINE_END, "t>": TEXT, "t ": TEXT, "t/": TEXT, "/t": TEXT_END,
}  # fmt: skip
# How long such a tag must be, from "<" to ">", so that no longer name is taken for it.
_LENGTHS = {ROW_END: 5, CELL_END: 3, VALUE_END: 3, FORMULA_END: 3, INLINE: 3, INLINE_END: 4, TEXT_END: 3}
_ROW_BEGINS = (ROW, ROW + CLOSED)
_CELL_OR_END = (CELL, CELL + CLOSED, ROW_END)
_VALUE_OR_END = (VALUE, VALUE + CLOSED, CELL_END)
_FOLLOWS = {
    ROW: _CELL_OR_END,
    ROW + CLOSED: _ROW_BEGINS,
    ROW_END: _ROW_BEGINS,
    CELL: (CELL_END, FORMULA, FORMULA + CLOSED, VALUE, VALUE + CLOSED, INLINE),
    CELL + CLOSED: _CELL_OR_END,
    CELL_END: _CELL_OR_END,
    FORMULA: (FORMULA_END,),
    FORMULA + CLOSED: _VALUE_OR_END,
    FORMULA_END: _VALUE_OR_END,
    VALUE: (VALUE_END,),
    VALUE + CLOSED: (CELL_END,),
    VALUE_END: (CELL_END,),
    INLINE: (TEXT, TEXT + CLOSED),
    TEXT: (TEXT_END,),
    TEXT + CLOSED: (INLINE_END,),
    TEXT_END: (INLINE_END,),
    INLINE_END: (CELL_END,),
}
# Possessive throughout: however long a run of spaces a hostile part holds, it is looked at once. The group around
# it is not: Python 3.11.2 takes a possessive repeat of a group for a match where there is none.
_ONE_ATTRIBUTE = r"""\s++([\w.:-]++)\s*+=\s*+(?:"([^"&]*+)"|'([^'&]*+)')"""
_ATTRIBUTE = re.compile(_ONE_ATTRIBUTE)
_ATTRIBUTES = re.compile(rf"(?:{_ONE_ATTRIBUTE})*\s*+")


def _name_table() -> np.ndarray:
    table = np.zeros(1 << 16, np.uint8)
    for name, kind in _NAMES.items():
        table[ord(name[0]) | ord(name[1]) << 8] = kind
    return table


def _follow_table() -> np.ndarray:
    table = np.zeros((2 * CLOSED, 2 * CLOSED), np.bool_)
    for kind, followers in _FOLLOWS.items():
        table[kind, list(followers)] = True
    return table


def _length_table() -> np.ndarray:
    table = np.zeros(CLOSED, np.int64)
    for kind, length in _LENGTHS.items():
        table[kind] = length
    return table


_KINDS, _MAY_FOLLOW, _LENGTH = _name_table(), _follow_table(), _length_table()
_IS_BARE = ~np.isin(np.arange(2 * CLOSED), [VALUE, FORMULA, TEXT])  # tags that have no text behind them


class _Addresses(NamedTuple):
    """The addresses of rows or cells, and what their tags say beside."""

    number: Positions | None  # None where no tag of the block says it
    letters: Positions
    rest: pa.Array


def scan(part: bytes) -> Cells:
    """Read the cells of a sheet part.

    Args:
        part: the part after `xml_parts.normalise`.

    Returns:
        Its cells.

    Raises:
        XmlError: the part is not well-formed, or a cell has no address or an unknown type.
        RangeError: it holds more cells than are read.
    """
    rows = _row_stretch(part)
    if rows is None:
        return exact_cells(part)
    parts: list[Cells] = []
    shared: SharedMarks = {}
    last_row = 0
    for block in blocks(part, *rows, b"<row"):
        try:
            cells = _scan_block(block, last_row, shared)
        except DeclarationError:
            return exact_cells(part)
        except NotSureError:
            cells = exact_cells(b"<sheetData>" + block + b"</sheetData>", last_row, shared)
        last_row = cells.last_row
        parts.append(cells)
        refuse_more_cells(sum(len(cells.row) for cells in parts))
    return _joined(parts)


def _row_stretch(part: bytes) -> tuple[int, int] | None:
    """Find where the rows begin and end; None when only an XML parser can tell."""
    opening = re.search(rb"<sheetData\s*(/?)>", part)
    if opening is None:
        return None
    begin = opening.end()
    end = begin if opening[1] else part.rfind(b"</sheetData>", begin)
    outside = part[: opening.start()], part[max(end, 0) + len(b"</sheetData>") :]
    unusual = any(sign in stretch for stretch in outside for sign in (b"<!", b"sheetData>", b"<sheetData"))
    return None if end < 0 or unusual else (begin, end)


def _scan_block(block: bytes, last_row: int, shared: SharedMarks) -> Cells:
    block_tags = tags(block)
    kind = _checked_kinds(block_tags)
    row_at, cell_at = np.flatnonzero(kind == ROW), np.flatnonzero(kind == CELL)
    rows, hidden = _row_numbers(block_tags, row_at, last_row)
    addresses = _addresses(block_tags, cell_at, len("<c"))
    row_index = np.cumsum(kind == ROW)[cell_at] - 1
    columns = addresses.letters
    row = addresses.number
    if row is None:
        row, columns = rows[row_index], np.arange(len(cell_at)) - np.searchsorted(row_index, row_index) + 1
    kinds, styles, rich = _types(addresses.rest)
    cell_index = np.cumsum(kind == CELL) - 1
    text_at = np.flatnonzero((kind == VALUE) | (kind == TEXT))
    texts = change_where(block_tags.pick(block_tags.end[text_at] + 1, block_tags.after[text_at]), "&", unescape)
    formula = np.zeros(len(cell_at), np.bool_)
    formula_at = np.flatnonzero(kind == FORMULA)
    formula[cell_index[formula_at]] = True
    marks = np.zeros(len(cell_at), np.int8)
    marks[cell_index[formula_at]] = _formula_marks(block_tags, formula_at, shared)
    kept, aligned = _aligned(texts, cell_index[text_at], formula)
    return Cells(
        row=row[kept],
        column=columns[kept],
        kind=kinds[kept],
        style=styles[kept],
        formula=formula[kept],
        marks=marks[kept],
        rich=rich[kept],
        text=aligned,
        hidden_rows=hidden,
        last_row=int(rows[-1]),
    )


def _formula_marks(block_tags: Tags, at: Positions, shared: SharedMarks) -> np.ndarray:
    formulas = change_where(block_tags.pick(block_tags.end[at] + 1, block_tags.after[at]), "&", unescape)
    attributes = block_tags.pick(block_tags.start[at] + len("<f"), block_tags.end[at] - block_tags.closed[at])
    return marks_of(formulas, attributes, shared)


def _checked_kinds(block_tags: Tags) -> np.ndarray:
    """Return each tag's kind, all of them known and in an order that is allowed."""
    array, start, end = block_tags.array, block_tags.start, block_tags.end
    kind: np.ndarray = _KINDS[array[start + 1] | array[start + 2].astype(np.uint16) << 8]
    length = _LENGTH[kind]
    row_at = start[kind == ROW]
    row_named = (array[row_at + 3] == ord("w")) & np.isin(array[row_at + 4], list(b" >/"))
    full = kind + block_tags.closed * np.uint8(CLOSED)
    sure = (
        bool(kind.all())
        and not bool(((length > 0) & (end - start != length)).any())
        and bool(row_named.all())
        and full[0] in _ROW_BEGINS
        and full[-1] in (ROW_END, ROW + CLOSED)
        and bool(_MAY_FOLLOW[full[:-1], full[1:]].all())
        and not bool(((block_tags.after != end + 1) & _IS_BARE[full]).any())
    )
    if not sure:
        raise NotSureError("tags that are not known here, or not in this order")
    return kind


def _row_numbers(block_tags: Tags, row_at: Positions, last_row: int) -> tuple[Positions, frozenset[int]]:
    addresses = _addresses(block_tags, row_at, len("<row"), letters=False)
    rows = np.arange(last_row + 1, last_row + 1 + len(row_at)) if addresses.number is None else addresses.number
    encoded = addresses.rest.dictionary_encode()
    hidden = np.array([_attributes(text).get("hidden") in TRUE for text in encoded.dictionary.to_pylist()])
    return rows, frozenset(rows[hidden[np.asarray(encoded.indices)]].tolist())


def _addresses(block_tags: Tags, at: Positions, offset: int, *, letters: bool = True) -> _Addresses:
    """Read the attribute r of rows or cells, which is the first one or is nowhere in the block."""
    array, stop = block_tags.array, block_tags.end[at] - block_tags.closed[at]
    position = block_tags.start[at] + offset
    given = np.ones(len(at), np.bool_)
    for index, sign in enumerate(b' r="'):
        given &= array[position + index] == sign
    if not given.any():
        return _Addresses(None, position, block_tags.pick(position, stop))
    column, position = _letters(array, position + 4) if letters else (position, position + 4)
    number, position = numbers(array, position)
    if not given.all() or bool((array[position] != ord('"')).any()) or bool((position >= stop).any()):
        raise NotSureError("addresses in some other form")
    return _Addresses(number, column, block_tags.pick(position + 1, stop))


def _letters(array: np.ndarray, position: Positions) -> tuple[Positions, Positions]:
    first, second, third = (array[position + index].astype(np.int64) - ord("@") for index in range(3))
    has_second = (second >= 1) & (second <= 26)
    has_third = has_second & (third >= 1) & (third <= 26)
    if bool(((first < 1) | (first > 26)).any()):
        raise NotSureError("a column that is no capital letters")
    column = np.where(has_second, first * 26 + second, first)
    return np.where(has_third, column * 26 + third, column), position + 1 + has_second + has_third


def _types(rest: pa.Array) -> tuple[np.ndarray, Positions, Positions]:
    """Return type, format and rich value of each cell, reading each distinct run of attributes once."""
    encoded = rest.dictionary_encode()
    kinds, styles, rich = [], [], []
    for text in encoded.dictionary.to_pylist():
        attributes = _attributes(text)
        kinds.append(cell_kind(attributes.get("t", CELL_TYPES[0])))
        styles.append(_number(attributes.get("s", "0")))
        rich.append(_number(attributes.get("vm", "0")))
    index = np.asarray(encoded.indices)
    return np.array(kinds, np.int8)[index], np.array(styles, np.int64)[index], np.array(rich, np.int64)[index]


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", text):
        raise NotSureError("an attribute that is not a number")
    return int(text)


def _attributes(text: str) -> dict[str, str]:
    whole = _ATTRIBUTES.fullmatch(text) is not None
    pairs = _ATTRIBUTE.findall(text) if whole else []
    attributes = {name: double or single for name, double, single in pairs}
    if not whole or len(attributes) != len(pairs) or "r" in attributes:
        raise NotSureError("attributes in some other form")
    return attributes


def _aligned(texts: pa.Array, owner: Positions, formula: Flags) -> tuple[Positions, pa.Array]:
    """Return which cells hold something, and their texts, null where a formula has none."""
    of_cell = np.full(len(formula), -1, np.int64)
    of_cell[owner] = np.arange(len(owner))
    kept = np.flatnonzero(formula | (of_cell >= 0))
    of_kept = of_cell[kept]
    if len(kept) == len(texts):
        return kept, texts
    return kept, texts.take(pa.array(of_kept, mask=of_kept < 0))


def _joined(blocks: list[Cells]) -> Cells:
    if not blocks:
        return exact_cells(b"<sheetData/>")
    return Cells(
        row=np.concatenate([cells.row for cells in blocks]),
        column=np.concatenate([cells.column for cells in blocks]),
        kind=np.concatenate([cells.kind for cells in blocks]),
        style=np.concatenate([cells.style for cells in blocks]),
        formula=np.concatenate([cells.formula for cells in blocks]),
        marks=np.concatenate([cells.marks for cells in blocks]),
        rich=np.concatenate([cells.rich for cells in blocks]),
        text=pa.concat_arrays([cells.text for cells in blocks]),
        hidden_rows=frozenset().union(*(cells.hidden_rows for cells in blocks)),
        last_row=blocks[-1].last_row,
    )
