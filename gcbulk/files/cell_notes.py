"""What a sheet shows of its cells besides their values: percentages, strikethrough, totals, reformatted numbers.

Each of these is free for a workbook in which no format, font or formula calls for it.

Source: ECMA-376 part 1, 18.8.30 (number formats), 18.8.22 (fonts), 18.4.10 (strike)
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.files.cells import NUMBER, PERCENT, SHARED, Cells, ValueRules, by_format
from gcbulk.files.formulas import STRUCK, SUMS
from gcbulk.records import CellNotes, Json

_MOST_DIGITS = 10**15  # up to here a spreadsheet's number is exact
_CONDITION = re.compile(r"\[[<>=]")
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)')
# What a format is made of: quoted and single literals; colours, widths and fillings, which add nothing to read; places
# for digits. Anything else (a date, a fraction, thousands) makes it one that is not worked out here.
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<aside>\[[^\]]*\]|_.|\*.)|(?P<general>General)|(?P<digit>[0#?])'
    r"|(?P<literal>[^0#?.,%@/A-Za-z])"
)


def notes_of(cells: Cells, rules: ValueRules, height: int) -> CellNotes:
    """What the sheet says of its cells beside their values.

    Args:
        cells: the cells as they were found.
        rules: the workbook's formats and fonts.
        height: the number of rows of the frame.
    """
    written = _written(cells)
    struck = by_format(rules.struck, cells.style) & written
    return CellNotes(
        struck=_masks(cells, struck, height),
        partly_struck=_masks(cells, _partly_struck(cells, rules) & ~struck & written, height),
        sums=_masks(cells, (cells.marks & SUMS) > 0, height),
        shown=_shown(cells, rules, written, height),
    )


def percent_cells(cells: Cells, rules: ValueRules, height: int) -> dict[int, npt.NDArray[np.bool_]]:
    """Find the numbers that the sheet shows as percent.

    Args:
        cells: the cells as they were found.
        rules: the number formats.
        height: the number of rows of the frame.

    Returns:
        By column number, for each row of the frame whether its cell is one; only columns that have such a cell.
    """
    if not (rules.formats == PERCENT).any():
        return {}
    shown = (by_format(rules.formats, cells.style) == PERCENT) & (cells.kind == NUMBER) & _written(cells)
    return _masks(cells, shown, height)


def show(number: int, code: str) -> str | None:
    """What a number format makes of a whole number, where that is other digits or letters than the number's own.

    Args:
        number: not negative.
        code: the format as Excel writes it, such as ``000`` or ``"ach_"0``.

    Returns:
        The text that the cell shows; None where it shows the plain digits, or where that cannot be told.
    """
    if _CONDITION.search(code):
        return None
    sections = _SECTION.findall(code)[:-1] or [code]
    section = sections[2] if number == 0 and len(sections) > 2 else sections[0]
    pieces = _pieces(section)
    if None in pieces or not any(kind == "digit" for kind, _ in filter(None, pieces)):
        return None
    text = _filled_in(str(number), [piece for piece in pieces if piece])
    return None if text.strip() == str(number) else text.strip()


def _pieces(section: str) -> list[tuple[str, str] | None]:
    """A section of a format as digits and literals; a None stands for what is neither."""
    pieces: list[tuple[str, str] | None] = []
    position = 0
    while position < len(section):
        match = _PIECE.match(section, position)
        if match is None:
            return [None]
        literal = next((text for text in match.group("quoted", "escaped", "literal") if text is not None), None)
        if literal is not None:
            pieces.append(("literal", literal))
        elif match["aside"] is None:
            pieces.append(("digit", match["digit"] or "#"))
        position = match.end()
    return pieces


def _filled_in(digits: str, pieces: list[tuple[str, str]]) -> str:
    """The digits of a number put into a format, from the right; those that are left over stand before its first."""
    left, shown = list(digits if digits != "0" else ""), []
    first = next(position for position, (kind, _) in enumerate(pieces) if kind == "digit")
    for position in range(len(pieces) - 1, -1, -1):
        kind, text = pieces[position]
        if kind == "literal":
            shown.append(text)
        elif position == first:
            shown.append("".join(left) or {"0": "0", "?": " "}.get(text, ""))
        else:
            shown.append(left.pop() if left else {"0": "0", "?": " "}.get(text, ""))
    return "".join(reversed(shown))


def _written(cells: Cells) -> npt.NDArray[np.bool_]:
    """Which cells hold a value, and not only a look."""
    return np.asarray(pc.fill_null(pc.greater(pc.binary_length(cells.text), 0), False))


def _partly_struck(cells: Cells, rules: ValueRules) -> npt.NDArray[np.bool_]:
    """Which cells hold a rich text of which a part is struck through."""
    struck = (cells.marks & STRUCK) > 0
    if len(rules.struck_strings):
        at = np.flatnonzero((cells.kind == SHARED) & _written(cells))
        index = np.asarray(pc.cast(cells.text.take(pa.array(at)), pa.int64()))
        struck[at] |= np.isin(index, rules.struck_strings)
    return struck


def _shown(
    cells: Cells, rules: ValueRules, written: npt.NDArray[np.bool_], height: int
) -> dict[int, npt.NDArray[np.object_]]:
    """What cells show of their numbers, where a format changes the digits."""
    telling = np.array([_changes(code) for code in rules.codes])
    at = np.flatnonzero(by_format(telling, cells.style) & (cells.kind == NUMBER) & written)
    columns: dict[int, npt.NDArray[np.object_]] = {}
    made: dict[tuple[str, int], str | None] = {}
    styles = np.where(cells.style < len(rules.codes), cells.style, 0)
    for position, text in zip(at.tolist(), cells.text.take(pa.array(at)).to_pylist(), strict=True):
        key = (text, int(styles[position]))
        if key not in made:
            made[key] = _of_text(text, rules.codes[key[1]])
        if made[key] is not None:
            column = columns.setdefault(int(cells.column[position]), np.full(height, None, dtype=object))
            column[cells.row[position] - 1] = made[key]
    return columns


def _changes(code: str) -> bool:
    """Whether a format makes other digits of some number."""
    return any(show(number, code) is not None for number in (0, 1, 12_345_678))


def _of_text(text: str, code: str) -> str | None:
    """What a format makes of a number as the file has it."""
    try:
        number = float(text)
    except ValueError:
        return None
    return show(int(number), code) if number.is_integer() and 0 <= number < _MOST_DIGITS else None


def _masks(cells: Cells, chosen: npt.NDArray[np.bool_], height: int) -> dict[int, npt.NDArray[np.bool_]]:
    """Some cells, by column number, as masks of the frame's rows; only columns that have such a cell."""
    at = np.flatnonzero(chosen & (cells.row <= height))
    row, column = cells.row[at], cells.column[at]
    masks: dict[int, Json] = {int(number): np.zeros(height, np.bool_) for number in np.unique(column)}
    for number, mask in masks.items():
        mask[row[column == number] - 1] = True
    return masks
