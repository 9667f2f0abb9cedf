"""What a rule for the cells of a column is, and the rules against cells that no column accepts.

An unreadable cell is recognised in every kind of file: what is an error value in a workbook is text in a CSV saved from
it (`gcbulk.tables.damage`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gcbulk.records import CellProblem
from gcbulk.tables.cells import BROKEN, OTHER, PROBLEM, Cells, having
from gcbulk.tables.damage import is_cut_off, is_error_text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for the cells of a column.

    Args:
        code: its code in `gcbulk.tables.codes`.
        message: what to say; ``{value}`` is the cell's content, ``{title}`` the header, ``{display}`` what the cell
            shows where its number format makes other digits of a number, ``{detail}`` as below.
        fails: which cells break it, from the cells and the values made of them.
        detail: what to add for one value.
        blank: whether it speaks of blank cells; no other rule is asked about those.
        once: whether it is said once for all rows of a column, and never makes one of them bad; the message then has
            {title}, {example}, {rows} and {count}.
    """

    code: str
    message: str
    fails: Callable[[Cells, pd.Series], np.ndarray]
    detail: Callable[[str], object] | None = None
    blank: bool = False
    once: bool = False


def cell_type_is(*cell_types: int) -> Callable[[Cells, pd.Series], np.ndarray]:
    """The check for cells of one of these types.

    Args:
        cell_types: BLANK, TEXT, NUMBER, ... of `gcbulk.tables.cells`.

    Returns:
        Which cells break a rule against them.
    """
    return lambda cells, values: np.isin(cells.cell_type, cell_types)


def _problem_is(problem: CellProblem) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Cells that could not be read for this reason."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        """Compare only the unreadable cells with the reason."""
        at_fault = np.asarray(cells.cell_type == PROBLEM)
        if at_fault.any():
            at_fault[at_fault] = [value == problem for value in cells.raw[at_fault]]
        return at_fault

    return fails


def matches(pattern: str) -> Callable[[Cells, pd.Series], np.ndarray]:
    """The check for texts in which a pattern occurs.

    Args:
        pattern: in RE2's form.

    Returns:
        Which cells break a rule against it.
    """

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        """Which texts the pattern occurs in."""
        return having(values, pattern)

    return fails


def _unseen(*ranges: tuple[int, int]) -> str:
    """A pattern for characters in these ranges, which Arrow and Python read alike."""
    return "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]"


# Control characters that no text may hold; tab, line feed and carriage return are remarked on their own.
CONTROL = _unseen((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xFFFE, 0xFFFF))
INVISIBLE = _unseen(
    (0x00, 0x1F),
    (0x7F, 0xA0),
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x1680, 0x1680),
    (0x180E, 0x180E),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
"""What nobody sees in an id: control characters, spaces but for the common one, characters of no width."""


def first_of(pattern: str) -> Callable[[str], str]:
    """What names the first character of a text that a pattern matches, by its code point.

    Args:
        pattern: a pattern for one character.

    Returns:
        The function to use as a rule's detail.
    """
    return lambda value: f"U+{ord(re.findall(pattern, value)[0]):04X}"


UNREADABLE = (
    Rule(
        "cell-error",
        "{title} holds a spreadsheet error such as #N/A. Fix the formula, or type the value.",
        _problem_is(CellProblem.ERROR_VALUE),
    ),
    Rule(
        "cell-error",
        "{title} holds the spreadsheet error {value}, saved as text. Fix it at the file's source, or type the value.",
        lambda cells, values: is_error_text(cells),
    ),
    Rule(
        "cell-cut-off",
        "{title} holds nothing but #, which a spreadsheet shows where a column is too narrow: the value is lost. Get "
        "it from where the file comes from.",
        lambda cells, values: is_cut_off(cells),
    ),
    Rule(
        "cell-is-a-picture",
        "{title} holds a picture inside the cell, which cannot be extracted. Save the picture as a file "
        "beside the workbook, and write the file's name into the column Image.",
        _problem_is(CellProblem.PICTURE),
    ),
    Rule(
        "cell-not-calculated",
        "{title} holds a formula without a stored result. Open the file in Excel or LibreOffice, save it, try again.",
        _problem_is(CellProblem.NO_CACHED_VALUE),
    ),
    Rule(
        "cell-unreadable-date",
        "{title} is formatted as a date, but its number is not one. Format the cell as text and type the value again.",
        _problem_is(CellProblem.UNREADABLE_DATE),
    ),
    Rule(
        "cell-not-understood",
        "{title} holds neither text nor number nor yes/no. Enter a plain value.",
        cell_type_is(OTHER),
    ),
    Rule("broken-text", "{title} holds half of a two-part character. Type the text again.", cell_type_is(BROKEN)),
)
EMPTY = Rule("cell-empty", "{title} is empty. Fill it in.", lambda cells, values: ~cells.filled, blank=True)
SHOWN_OTHERWISE = Rule(
    "id-shown-otherwise",
    "The cell shows {display} and holds the number {value}: which of them is meant? Format the column as text and type "
    "the id again.",
    lambda cells, values: cells.shows_other,
)
"""The rule for every column of ids."""
