"""The cell types of columns, each with its rules.

A type's rules run in order, and a cell that one of them has reported is not shown to the next: one issue per bad cell.

Lengths are counted in characters (Unicode code points). Whether the service counts those or UTF-16 units, in which an
emoji counts as two, is unknown: a text that is too long in characters is an error, one that is too long only in UTF-16
units is a warning.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.tables import locales
from gcbulk.tables.cell_type import Ask, CellType, Context, Judgement
from gcbulk.tables.cells import FLAG, MOMENT, NUMBER, Cells, arrow
from gcbulk.tables.coercion import as_flags, as_numbers, as_points, as_text, is_digits
from gcbulk.tables.contents import faults_of, texts_of
from gcbulk.tables.damage import FLOAT, SCIENTIFIC, is_placeholder, is_unclear_number
from gcbulk.tables.issues import shown
from gcbulk.tables.properties import as_properties, fault
from gcbulk.tables.rule import (
    CONTROL,
    INVISIBLE,
    SHOWN_OTHERWISE,
    UNREADABLE,
    Rule,
    cell_type_is,
    first_of,
    matches,
)
from gcbulk.tables.template import ANYTHING, Entry


@dataclass(frozen=True, slots=True)
class Plain(CellType):
    """A type whose values and rules say everything.

    Args:
        read: makes the values; a cell that cannot be understood gives "" or <NA>.
        rules: its own, in the order they are asked; those against cells that no column can take come before them.
        arrow: the type of its values.
        plain: a pattern for text that is good as it stands, or None.
        quote: how a message quotes a cell.
        entry: what a spreadsheet can be told of its cells.
    """

    read: Callable[[Cells], pd.Series]
    rules: tuple[Rule, ...]
    _: KW_ONLY
    arrow: pa.DataType = field(default_factory=pa.large_string)
    plain: str | None = None
    quote: Callable[[object], str] = shown
    entry: Entry = ANYTHING

    def show(self, cell: object) -> str:
        """How a message quotes a cell."""
        return self.quote(cell)

    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, and say what is wrong with them."""
        values = self.read(cells)
        faults = faults_of(title, cells, values, (*UNREADABLE, *self.rules), show=self.quote)
        once = {rule.code: rule.message for rule in self.rules if rule.once}
        asks = tuple(Ask(fault.code, fault.contents, once[fault.code]) for fault in faults if fault.code in once)
        is_text = isinstance(values.dtype, pd.StringDtype)
        made = texts_of(values) if is_text else pa.array(values, self.arrow, from_pandas=True)
        return Judgement(made, [fault for fault in faults if fault.code not in once], asks)


@dataclass(frozen=True, slots=True)
class FileRef(Plain):
    """The name of a file; whether it is there, and what it holds, is looked at elsewhere.

    Args:
        record: what a problem's ``kind`` calls such a file.
    """

    record: str


ID_LENGTH = 100
_NAME = (30, 50)  # from where the website counts, and what the service refuses
_DESCRIPTION = (120, 255)
_REFERENCE_NAME = 255


def _not_understood(judge: Callable[[Cells], np.ndarray]) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Cells that no value could be made of and that this speaks of; only these are looked at."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        """Judge only the filled cells without a value."""
        at_fault = values.isna().to_numpy() & cells.filled
        if at_fault.any():
            at_fault[at_fault] = judge(cells.take(at_fault))
        return np.asarray(at_fault)

    return fails


def longer(characters: int, units: int | None = None) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Texts of more than so many characters, or of more than so many UTF-16 units."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        """Measure each text; a character beyond U+FFFF is two UTF-16 units."""
        length = values.str.len().to_numpy()
        if units is None:
            return np.asarray(length > characters)
        doubled = pc.count_substring_regex(arrow(values), r"[\x{10000}-\x{10FFFF}]").to_numpy()
        return np.asarray((length > characters) | (length + doubled > units))

    return fails


def _first_bad(value: str) -> str:
    """The first character of an id that is not allowed, by its name for people."""
    character = next(letter for letter in value if not re.match(r"[A-Za-z0-9_.]", letter))
    names = {" ": "a blank", "-": "a hyphen"}
    return names.get(character, f'"{character}"')


_CONTROLS = Rule(
    "control-character",
    "{title} holds the invisible control character {detail}. Type the text again.",
    matches(CONTROL),
    first_of(CONTROL),
)
_NOT_TEXT = Rule(
    "not-text",
    "{title} holds {value}, a date, a TRUE or FALSE or an odd number where a text belongs: Excel may have changed what "
    "was typed. Format the cell as text and type it again.",
    lambda cells, values: np.isin(cells.cell_type, (MOMENT, FLAG)) | ((cells.cell_type == NUMBER) & ~is_digits(cells)),
)
_SHOWN_OTHERWISE = Rule(
    "text-from-number",
    "{title} shows {display} and holds the number {value}, whose digits were kept. Format the cell as text and type "
    "it again if {display} is meant.",
    lambda cells, values: cells.shows_other,
)
_FROM_NUMBER = Rule(
    "text-from-number",
    "{title} is stored as the number {value}; its digits were kept. Format the cell as text if zeros are missing.",
    cell_type_is(NUMBER),
)
_LINE_BREAK = Rule(
    "line-break",
    "{title} holds a line break or a tab; how Game Center shows it is not known.",
    matches(r"[\t\n\r]"),
)


_DAMAGED = Rule(
    "text-looks-damaged",
    "{title} is {value}, which is what a spreadsheet or pandas makes of a whole number. Check it.",
    matches(rf"{SCIENTIFIC}|^[0-9]+\.0$"),
)
_PLACEHOLDER = Rule(
    "text-placeholder",
    "{title} is {value}, which looks like a placeholder or a leftover of a program. Check it.",
    lambda cells, values: is_placeholder(values),
)


def plain_text(*lengths: Rule, entry: Entry = ANYTHING, read: Callable[[Cells], pd.Series] = as_text) -> Plain:
    """A text that people read, with rules for its length.

    Args:
        lengths: these rules.
        entry: what a spreadsheet can be told of its cells.
        read: makes the values; else the texts without white space around them.
    """
    remarks = (_SHOWN_OTHERWISE, _FROM_NUMBER, _LINE_BREAK, _DAMAGED, _PLACEHOLDER)
    return Plain(read, (_NOT_TEXT, _CONTROLS, *lengths, *remarks), entry=entry)


_REFERENCE_NAME_LONG = Rule(
    "reference-name-long",
    f"{{title}} is {{detail}} characters long; whether the service takes more than {_REFERENCE_NAME} is not known.",
    longer(_REFERENCE_NAME),
    len,
)


def _length_rules(name: str, figures: tuple[int, int]) -> tuple[Rule, Rule]:
    """The error and the warning for a text that is too long."""
    warn, refuse = figures
    return (
        Rule(
            f"{name}-too-long",
            f"{{title}} is {{detail}} characters long; the service takes at most {refuse}. Shorten it.",
            longer(refuse),
            len,
        ),
        Rule(
            f"{name}-long",
            f"{{title}} is {{detail}} characters long; App Store Connect counts from {warn} on, and emoji may count "
            f"double towards the limit of {refuse}. Shorten it if it is cut off.",
            longer(warn, refuse),
            len,
        ),
    )


def _limited_text(name: str, figures: tuple[int, int]) -> Plain:
    """A text whose length App Store Connect limits."""
    long, too_long = figures
    return plain_text(*_length_rules(name, figures), entry=Entry(long=long, too_long=too_long))


IDENTIFIER = Plain(
    as_text,
    (
        Rule(
            "id-is-a-date",
            "Excel turned the id into a date ({value}); what was typed is lost. Format the column as text and type the "
            "id again.",
            cell_type_is(MOMENT),
        ),
        Rule(
            "id-is-a-flag",
            "Excel turned the id into {value}. Format the column as text and type the id again.",
            cell_type_is(FLAG),
        ),
        Rule(
            "id-is-a-number",
            "The id is stored as the number {value}, with a fraction, a sign or more than 15 digits; Excel keeps 15, "
            "the rest is lost. Format the column as text and type the id again.",
            lambda cells, values: (cells.cell_type == NUMBER) & ~is_digits(cells),
        ),
        SHOWN_OTHERWISE,
        Rule(
            "id-looks-damaged",
            "The id {value} is what a spreadsheet makes of a long number. Get the id from its source and "
            "format the column as text.",
            matches(SCIENTIFIC),
        ),
        Rule(
            "id-looks-damaged",
            "The id {value} looks like a whole number that a program made into a fraction, as pandas does with a "
            "column that has gaps. Get the id from its source and keep the column as text.",
            matches(FLOAT),
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
            longer(ID_LENGTH),
            len,
        ),
        Rule(
            "id-from-number",
            "The id is stored as the number {value}; its digits were kept. Excel drops leading zeros: check it, and "
            "format the column as text.",
            cell_type_is(NUMBER),
        ),
    ),
)


UNCLEAR_NUMBER = Rule(
    "number-unclear",
    "{title} is {value}: does the point stand before a fraction, or set thousands apart? Write the number "
    "without it, or with one more digit behind it.",
    lambda cells, values: is_unclear_number(cells),
)
"""The rule for every column of numbers; a number stored as one is clear."""


def _points_rules() -> tuple[Rule, ...]:
    """What points may be."""
    ask = "Write a whole number from 0 to 100."
    return (
        UNCLEAR_NUMBER,
        Rule(
            "points-not-a-number",
            f"{{title}} is {{value}}, which is not a number. {ask}",
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


POINTS = Plain(as_points, _points_rules(), arrow=pa.int64(), entry=Entry(whole=(0, 100)))
_UNCLEAR = Rule(
    "flag-unclear",
    "{title} is {value}, which is not clearly yes or no. Write Yes or No.",
    lambda cells, values: values.isna().to_numpy(),
)
YES_OR_NO = Plain(as_flags, (_UNCLEAR,), arrow=pa.bool_(), entry=Entry(choices=("Yes", "No")))
LOCALE = Plain(
    as_text,
    (
        _NOT_TEXT,
        Rule(
            "locale-unknown",
            "{value} is not one of App Store Connect's locales. {detail}",
            lambda cells, values: ~values.isin(locales.ACCEPTED | locales.UNTESTED).to_numpy(),
            locales.advice,
        ),
        Rule(
            "locale-untested",
            "Whether Game Center takes {value} is not known; if it is refused, the report says so.",
            lambda cells, values: values.isin(locales.UNTESTED).to_numpy(),
        ),
    ),
    entry=Entry(choices=tuple(sorted(locales.ACCEPTED, key=str.lower)), is_open=True),
)
IMAGE = FileRef(
    as_text,
    (
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
    record="image",
)


def _faulty_map(*, repeated: bool) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Texts that are no map of keys and values, for this reason."""

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        """Parse each distinct text once."""
        faults = {text: fault(text) for text in values.unique()}
        at_fault = [text for text, reason in faults.items() if reason is not None and reason.repeated is repeated]
        return np.asarray(values.isin(at_fault))

    return fails


PROPERTIES = Plain(
    as_properties,
    (
        _NOT_TEXT,
        _CONTROLS,
        Rule(
            "properties-malformed",
            "{title}: {detail}. Write pairs as in season=winter; tier=gold, and what holds ; = or a quotation mark in "
            'quotation marks, as in rule="a;b".',
            _faulty_map(repeated=False),
            fault,
        ),
        Rule(
            "properties-repeated-key",
            "{title}: {detail}. Keep one of them.",
            _faulty_map(repeated=True),
            fault,
        ),
    ),
)
REFERENCE_NAME = plain_text(_REFERENCE_NAME_LONG)
NAME = _limited_text("name", _NAME)
DESCRIPTION = _limited_text("description", _DESCRIPTION)
