"""The exact way to read a sheet part: every element as an XML parser sees it, slow and never in doubt.

The fast scan (sheet_scan.py) hands over whatever it is not sure of, as a whole part or as some whole rows. Both must
find the same cells.

Source: ECMA-376 part 1, 18.3.1.73 (row), 18.3.1.4 (cell), 18.4.8 (rich text and phonetic runs).
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from gcbulk.files.cells import CELL_TYPES, Cells, refuse_more_cells
from gcbulk.files.formulas import STRUCK, SharedMarks, marks_of
from gcbulk.files.xml_parts import XmlError, walk

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_COUNT = re.compile(r"\s*[0-9]{1,7}\s*")
_TEXT_ELEMENTS = frozenset({("v", "c"), ("t", "is"), ("t", "r")})  # not ("t", "rPh"): a reading aid is not a text
TRUE = frozenset({"1", "true", "on"})


def is_struck(name: str, parent: str, attributes: dict[str, str]) -> bool:
    """Whether an element strikes a run of a rich text, or a font, through.

    Args:
        name: the element's name.
        parent: its parent's name.
        attributes: its attributes.
    """
    return name == "strike" and parent in ("rPr", "font") and attributes.get("val", "1") in TRUE


def exact_cells(part: bytes, last_row: int = 0, shared: SharedMarks | None = None) -> Cells:
    """Read the cells of a sheet part.

    Args:
        part: an element that holds rows, at any depth.
        last_row: the number of the row before the first one here, for rows that are not numbered.
        shared: the marks of shared formulas so far; those that are found here are added.

    Returns:
        Its cells.

    Raises:
        XmlError: it is not well-formed, or a cell has no address or an unknown type.
        RangeError: it holds more cells than are read.
    """
    reader = _Reader(last_row)
    walk(part, reader)
    formulas, attributes = (pa.array(texts, pa.string()) for texts in (reader.formula_texts, reader.formula_attributes))
    marks = np.array(reader.struck, np.int8) * np.int8(STRUCK)
    formula = np.array(reader.formulas, np.bool_)
    is_formula = pa.array(formula, pa.bool_())
    known = {} if shared is None else shared
    marks[formula] |= marks_of(formulas.filter(is_formula), attributes.filter(is_formula), known)
    return Cells(
        np.array(reader.rows, np.int64),
        np.array(reader.columns, np.int64),
        np.array(reader.kinds, np.int8),
        np.array(reader.styles, np.int64),
        formula,
        marks,
        np.array(reader.rich, np.int64),
        pa.array(reader.texts, pa.string()),
        frozenset(reader.hidden_rows),
        reader.row,
    )


def column_number(letters: str) -> int:
    """Return the number of a column by its letters: A is 1, XFD is 16384.

    Args:
        letters: one to three letters.
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_kind(name: str) -> int:
    """Return the index of a cell type in `CELL_TYPES`.

    Args:
        name: the cell's attribute t.

    Raises:
        XmlError: there is no such type.
    """
    try:
        return CELL_TYPES.index(name)
    except ValueError as error:
        raise XmlError(f"a cell of the unknown type {name!r}") from error


def _count(text: str) -> int:
    if _COUNT.fullmatch(text) is None:
        raise XmlError(f"{text[:20]!r} where a small number belongs")
    return int(text)


class _Reader:
    """Collects cells from the events of a sheet part."""

    def __init__(self, last_row: int) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.kinds: list[int] = []
        self.styles: list[int] = []
        self.formulas: list[bool] = []
        self.formula_texts: list[str] = []
        self.formula_attributes: list[str] = []
        self.struck: list[bool] = []
        self.rich: list[int] = []
        self.texts: list[str | None] = []
        self.hidden_rows: set[int] = set()
        self.row, self._column = last_row, 0
        self._cells = 0
        self._path: list[str] = []
        self._cell: tuple[int, int, int, int] | None = None
        self._rich, self._struck, self._formula = 0, False, False
        self._formula_text, self._formula_attributes = "", ""
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell or what it holds."""
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "row" and parent == "sheetData":
            self._start_row(attributes)
        elif name == "c" and parent == "row":
            self._start_cell(attributes)
        elif self._cell is not None:
            self._start_content(name, parent, attributes)

    def text(self, text: str) -> None:
        """Keep a cell's text."""
        if self._text is not None and self._path[-1] in ("v", "t") and "rPh" not in self._path[-3:]:
            self._text.append(text)
        elif self._path[-2:] == ["c", "f"]:
            self._formula_text += text

    def end(self, name: str) -> None:
        """Keep a cell that is complete."""
        self._path.pop()
        if name == "c" and self._cell is not None and self._path[-1:] == ["row"]:
            self._end_cell()

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row, self._column = _count(attributes["r"]) if "r" in attributes else self.row + 1, 0
        if attributes.get("hidden") in TRUE:
            self.hidden_rows.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1  # empty ones too: they take time
        refuse_more_cells(self._cells)
        row, column = self.row, self._column + 1
        if "r" in attributes:
            address = _REFERENCE.fullmatch(attributes["r"])
            if address is None:
                raise XmlError(f"a cell with the address {attributes['r']!r}")
            row, column = int(address[2]), column_number(address[1])
        self._column = column
        self._cell = (row, column, cell_kind(attributes.get("t", "n")), _count(attributes.get("s", "0")))
        self._rich = _count(attributes.get("vm", "0"))
        self._formula, self._struck, self._text = False, False, None
        self._formula_text, self._formula_attributes = "", ""

    def _start_content(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        if (name, parent) == ("f", "c"):
            self._formula = True
            self._formula_attributes = f'si="{attributes["si"]}"' if "si" in attributes else ""
        self._struck |= is_struck(name, parent, attributes)
        if (name, parent) in _TEXT_ELEMENTS and self._text is None:
            self._text = []

    def _end_cell(self) -> None:
        if self._cell is not None and (self._text is not None or self._formula):
            row, column, kind, style = self._cell
            self.rows.append(row)
            self.columns.append(column)
            self.kinds.append(kind)
            self.styles.append(style)
            self.formulas.append(self._formula)
            self.formula_texts.append(self._formula_text)
            self.formula_attributes.append(self._formula_attributes)
            self.struck.append(self._struck)
            self.rich.append(self._rich)
            self.texts.append(None if self._text is None else "".join(self._text))
        self._cell = None
