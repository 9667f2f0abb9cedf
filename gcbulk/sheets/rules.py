"""The rules for single cells: what a column's cells may hold, each rule with its name.

What comes in: a column's sorted-out cells. What goes out: its values, which cells are at fault, and the problems. The
rules of a column are asked in order, and a cell that one of them has complained about is not shown to the next: one
bad cell, one complaint.

Lengths are counted in characters (Unicode code points). Whether the service counts those or UTF-16 units, in which an
emoji counts twice, is not known: a text that is too long in characters is an error, one that is too long in UTF-16
units only is a warning.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from gcbulk.records import CellProblem
from gcbulk.sheets import locales
from gcbulk.sheets.cells import BROKEN, FLAG, MOMENT, NUMBER, OTHER, PROBLEM, Cells, arrow
from gcbulk.sheets.coercion import as_flags, as_numbers, as_points, as_text, is_digits

ID_LENGTH = 100
_NAME = (30, 50)  # from where the website counts, and what the service refuses
_DESCRIPTION = (120, 255)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for the cells of a column.

    Args:
        code: its code in `gcbulk.sheets.codes`.
        message: what to say; ``{value}`` is the cell's content, ``{title}`` the header, ``{detail}`` as below.
        fails: which cells break it, from the cells and the values made of them.
        detail: what to add for one value.
        blank: whether it speaks of blank cells; no other rule is asked about those.
    """

    code: str
    message: str
    fails: Callable[[Cells, pd.Series], np.ndarray]
    detail: Callable[[str], object] | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """What the cells of a column hold: how values are made of them, and by which rules.

    Args:
        values: makes the values; a cell that cannot be understood gives "" or <NA>.
        rules: in the order they are asked.
    """

    values: Callable[[Cells], pd.Series]
    rules: tuple[Rule, ...]


def sort_is(*sorts: int) -> Callable[[Cells, pd.Series], np.ndarray]:
    """The check for cells of one of these sorts.

    Args:
        sorts: BLANK, TEXT, NUMBER, ... of `gcbulk.sheets.cells`.

    Returns:
        Which cells break a rule against them.
    """
    return lambda cells, values: np.isin(cells.sort, sorts)


def _problem_is(problem: CellProblem) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Cells that could not be read for this reason."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        at_fault = np.asarray(cells.sort == PROBLEM)
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
        found = pc.match_substring_regex(arrow(values), pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    return fails


def _not_understood(judge: Callable[[Cells], np.ndarray]) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Cells that no value could be made of and that this speaks of; only these are looked at."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        at_fault = values.isna().to_numpy() & cells.filled
        if at_fault.any():
            at_fault[at_fault] = judge(cells.take(at_fault))
        return np.asarray(at_fault)

    return fails


def _longer(characters: int, units: int | None = None) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Texts of more than so many characters, or of more than so many UTF-16 units."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        length = values.str.len().to_numpy()
        if units is None:
            return np.asarray(length > characters)
        doubled = pc.count_substring_regex(arrow(values), r"[\x{10000}-\x{10FFFF}]").to_numpy()
        return np.asarray((length > characters) | (length + doubled > units))

    return fails


def _first_bad(value: str) -> str:
    """The first character of an id that is not allowed, by its name for people."""
    character = next(one for one in value if not re.match(r"[A-Za-z0-9_.]", one))
    names = {" ": "a blank", "-": "a hyphen"}
    return names.get(character, f'"{character}"')


def _unseen(*ranges: tuple[int, int]) -> str:
    """A pattern for characters in these ranges, which Arrow and Python read alike."""
    return "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]"


# Control characters that no text may hold; tab, line feed and carriage return are remarked on their own.
_CONTROL = _unseen((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xFFFE, 0xFFFF))
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
        "{title} holds a spreadsheet error such as #N/A. Mend the formula, or type the value.",
        _problem_is(CellProblem.ERROR_VALUE),
    ),
    Rule(
        "cell-not-calculated",
        "{title} holds a formula without a stored result. Open the file in Excel or LibreOffice, save it, try again.",
        _problem_is(CellProblem.NO_CACHED_VALUE),
    ),
    Rule(
        "cell-unreadable-date",
        "{title} is formatted as a date, but its number is none. Format the cell as text and type the value again.",
        _problem_is(CellProblem.UNREADABLE_DATE),
    ),
    Rule(
        "cell-not-understood",
        "{title} holds neither text nor number nor yes/no. Put in a plain value.",
        sort_is(OTHER),
    ),
    Rule("broken-text", "{title} holds half of a two-part character. Type the text again.", sort_is(BROKEN)),
)
EMPTY = Rule("cell-empty", "{title} is empty. Fill it in.", lambda cells, values: ~cells.filled, blank=True)

_CONTROLS = Rule(
    "control-character",
    "{title} holds the invisible control character {detail}. Type the text again.",
    matches(_CONTROL),
    first_of(_CONTROL),
)
_NOT_TEXT = Rule(
    "not-text",
    "{title} holds {value}, a date, a TRUE or FALSE or an odd number where a text belongs: Excel may have changed what "
    "was typed. Format the cell as text and type it again.",
    lambda cells, values: np.isin(cells.sort, (MOMENT, FLAG)) | ((cells.sort == NUMBER) & ~is_digits(cells)),
)
_FROM_NUMBER = Rule(
    "text-from-number",
    "{title} is stored as the number {value}; its digits were taken. Format the cell as text if zeros are missing.",
    sort_is(NUMBER),
)
_LINE_BREAK = Rule(
    "line-break",
    "{title} holds a line break or a tab; how Game Center shows it is not known.",
    matches(r"[\t\n\r]"),
)


def _plain_text(*lengths: Rule) -> Holding:
    """A text that people read, with rules for its length."""
    return Holding(as_text, (*UNREADABLE, EMPTY, _NOT_TEXT, _CONTROLS, *lengths, _FROM_NUMBER, _LINE_BREAK))


def _length_rules(name: str, figures: tuple[int, int]) -> tuple[Rule, Rule]:
    """The error and the warning for a text that is too long."""
    warn, refuse = figures
    return (
        Rule(
            f"{name}-too-long",
            f"{{title}} is {{detail}} characters long; the service takes at most {refuse}. Shorten it.",
            _longer(refuse),
            len,
        ),
        Rule(
            f"{name}-long",
            f"{{title}} is {{detail}} characters long; App Store Connect counts from {warn} on, and emoji may count "
            f"double towards the limit of {refuse}. Shorten it if it is cut off.",
            _longer(warn, refuse),
            len,
        ),
    )


_ID = Holding(
    as_text,
    (
        *UNREADABLE,
        EMPTY,
        Rule(
            "id-is-a-date",
            "Excel turned the id into a date ({value}); what was typed is lost. Format the column as text and type the "
            "id again.",
            sort_is(MOMENT),
        ),
        Rule(
            "id-is-a-flag",
            "Excel turned the id into {value}. Format the column as text and type the id again.",
            sort_is(FLAG),
        ),
        Rule(
            "id-is-a-number",
            "The id is stored as the number {value}, with a fraction, a sign or more than 15 digits; Excel keeps 15, "
            "the rest is lost. Format the column as text and type the id again.",
            lambda cells, values: (cells.sort == NUMBER) & ~is_digits(cells),
        ),
        Rule(
            "id-looks-damaged",
            "The id {value} is what a spreadsheet makes of a long number. Get the id from where it came from and "
            "format the column as text.",
            matches(r"^\d([.,]\d+)?[eE]\+\d+$"),
        ),
        Rule(
            "id-invisible-character",
            "The id has an invisible character or an unusual space inside: {detail}. Type the id again.",
            matches(INVISIBLE),
            first_of(INVISIBLE),
        ),
        Rule(
            "id-character",
            "The id holds {detail}; allowed are the letters A to Z, digits, underscore and period. Rename it.",
            matches(r"[^A-Za-z0-9_.]"),
            _first_bad,
        ),
        Rule(
            "id-too-long",
            f"The id is {{detail}} characters long; at most {ID_LENGTH} are allowed. Shorten it.",
            _longer(ID_LENGTH),
            len,
        ),
        Rule(
            "id-from-number",
            "The id is stored as the number {value}; its digits were taken. Excel drops zeros in front: check it, and "
            "format the column as text.",
            sort_is(NUMBER),
        ),
    ),
)


def _points_rules() -> tuple[Rule, ...]:
    """What points may be."""
    ask = "Write a whole number from 0 to 100."
    return (
        Rule(
            "points-not-a-number",
            f"{{title}} is {{value}}, which is no number. {ask}",
            _not_understood(lambda cells: np.isnan(as_numbers(cells))),
        ),
        Rule(
            "points-not-whole",
            f"{{title}} is {{value}}, which has a fraction. {ask}",
            _not_understood(lambda cells: np.floor(as_numbers(cells)) != as_numbers(cells)),
        ),
        Rule(
            "points-out-of-range",
            f"{{title}} is {{value}}. {ask}",
            lambda cells, values: ~values.between(0, 100).to_numpy(dtype=bool, na_value=False),
        ),
    )


_POINTS = Holding(as_points, (*UNREADABLE, EMPTY, *_points_rules()))
_UNCLEAR = Rule(
    "flag-unclear",
    "{title} is {value}, which is neither yes nor no for certain. Write Yes or No.",
    lambda cells, values: values.isna().to_numpy(),
)
_FLAGS = Holding(as_flags, (*UNREADABLE, EMPTY, _UNCLEAR))
_LOCALE = Holding(
    as_text,
    (
        *UNREADABLE,
        EMPTY,
        _NOT_TEXT,
        Rule(
            "locale-unknown",
            "{value} is none of App Store Connect's locales. {detail}",
            lambda cells, values: ~values.isin(locales.ACCEPTED | locales.UNTESTED).to_numpy(),
            locales.advice,
        ),
        Rule(
            "locale-untested",
            "Whether Game Center takes {value} is not known; if it is refused, the report says so.",
            lambda cells, values: values.isin(locales.UNTESTED).to_numpy(),
        ),
    ),
)
_IMAGE = Holding(
    as_text,
    (
        *UNREADABLE,
        _NOT_TEXT,
        _CONTROLS,
        Rule(
            "image-is-a-link",
            "{title} is a web address. Nothing is fetched because a cell says so: save the picture beside the workbook "
            "and write its file name.",
            matches(r"^[A-Za-z][A-Za-z0-9+.-]+:|^//"),
        ),
        Rule(
            "image-outside-folder",
            "{title} leads out of the workbook's folder. Put the picture into it, and write the path from there.",
            matches(r"^[A-Za-z]:|^[/\\~]|(^|[/\\])\.\.([/\\]|$)"),
        ),
    ),
)
HOLDINGS: Mapping[str, Holding] = {
    "vendor_identifier": _ID,
    "reference_name": _plain_text(),
    "points": _POINTS,
    "show_before_earned": _FLAGS,
    "hidden": _FLAGS,
    "repeatable": _FLAGS,
    "archived": _FLAGS,
    "locale": _LOCALE,
    "name": _plain_text(*_length_rules("name", _NAME)),
    "before_earned_description": _plain_text(*_length_rules("description", _DESCRIPTION)),
    "after_earned_description": _plain_text(*_length_rules("description", _DESCRIPTION)),
    "image": _IMAGE,
}
"""What the cells of each column hold, by the column's name."""
