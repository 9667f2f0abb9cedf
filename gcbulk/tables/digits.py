"""Numbers that are sent as text, each in its one canonical form.

A spreadsheet keeps a 64-bit number intact only as text, so nothing here goes through a float or is rounded.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterleaderboardentrysubmissioncreaterequest
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.tables.cell_type import CellType, Context, Judgement
from gcbulk.tables.cells import NUMBER, Cells, having
from gcbulk.tables.contents import faults_of, in_error, series, texts_of
from gcbulk.tables.rule import UNREADABLE, Rule, matches
from gcbulk.tables.types import UNCLEAR_NUMBER

PLAIN = r"^(?:0|-?[1-9][0-9]{0,17})$"
"""Text that is a number as it is sent: whole, and within 64 bits."""

_NUMBER = r"^-?[0-9]{1,40}(?:\.[0-9]{1,40})?$"
_ASK = "Write it in plain digits, such as 1500."
_RANGE = range(-(2**63), 2**63)
_EXACT = 10**15  # up to here a spreadsheet's number is exact
_LONG = 40  # digits, far more than 64 bits have: a longer decimal is not written out
# Only what has this form is rewritten: with its last zeros cut off, "1.500.000" would be the number 1.500.
_WRITTEN = r"^-?[0-9]+(?:\.[0-9]*)?$"
# In this order: no zeros in front, none at the end of a fraction, no empty fraction, no minus before nothing.
_CANONICAL = ((r"^(-?)0+([0-9])", r"\1\2"), (r"(\.[0-9]*?)0+$", r"\1"), (r"\.$", ""), (r"^-0$", "0"))


@dataclass(frozen=True, slots=True)
class Digits(CellType):
    """A number in digits, as text; a spreadsheet's number only as far as it is exact.

    Args:
        whole: whether a fraction is an error; else it is doubtful.
    """

    whole: bool = False

    @property
    def plain(self) -> str:
        """Text that is a number as it is sent."""
        return PLAIN

    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, and say what is wrong with them."""
        digits = _canonical(_digits(cells))
        rules = (*UNREADABLE, *_RULES, _NOT_WHOLE if self.whole else _WITH_FRACTION)
        faults = faults_of(title, cells, series(digits), rules)
        good = np.asarray(cells.filled) & ~in_error(faults, len(cells.cell_type))
        return Judgement(pc.if_else(pa.array(good), digits, pa.scalar(None, pa.large_string())), faults)


def _digits(cells: Cells) -> pa.Array:
    """Contents as they are written: texts, and numbers that are exact; "" for anything else."""
    texts = texts_of(cells.text)
    is_number = cells.cell_type == NUMBER
    if not is_number.any():
        return texts
    written = pa.array([_written(number) for number in cells.raw[is_number]], pa.large_string())
    return pc.replace_with_mask(texts, pa.array(is_number), written)


def _canonical(texts: pa.Array) -> pa.Array:
    """Each number written in one way only; a text that is not a number stays as it is."""
    digits = texts
    for pattern, instead in _CANONICAL:
        digits = pc.replace_substring_regex(digits, pattern, instead)
    return pc.if_else(pc.match_substring_regex(texts, _WRITTEN), digits, texts)


def _written(number: object) -> str:
    """A number in digits, or "" where it may have lost some."""
    if isinstance(number, int | np.integer):
        return str(int(number))
    if isinstance(number, Decimal) and number.is_finite() and abs(number.adjusted()) < _LONG:
        return f"{number:f}"
    value = float(str(number))
    if value == int(value) if np.isfinite(value) else False:
        return str(int(value)) if abs(value) < _EXACT else ""
    return repr(value) if len(repr(value)) <= 16 else ""


def _too_large(cells: Cells, values: pd.Series) -> np.ndarray:
    """Which numbers do not fit into 64 bits; only those of 19 digits and more are looked at."""
    far = having(values, "[0-9]{19}")
    if far.any():
        far[far] = [int(text.partition(".")[0]) not in _RANGE for text in values[far]]
    return far


_RULES = (
    UNCLEAR_NUMBER,
    Rule(
        "score-imprecise",
        "{title} is {value}, stored as a number with more digits than a spreadsheet keeps; the rest is lost. Format "
        "the column as text and type it again.",
        lambda cells, values: (cells.cell_type == NUMBER) & (values == "").to_numpy(),
    ),
    Rule(
        "score-not-a-number",
        f"{{title}} is {{value}}, which is not a number. {_ASK}",
        lambda cells, values: ~having(values, _NUMBER),
    ),
    Rule(
        "score-out-of-range",
        "{title} is {value}, which does not fit into 64 bits. Correct it.",
        _too_large,
    ),
)
_WITH_FRACTION = Rule(
    "score-with-fraction",
    "{title} is {value}; whether Game Center takes a fraction is not known. If it is refused, the report says so.",
    matches(r"\."),
)
_NOT_WHOLE = Rule("number-not-whole", "{title} is {value}, which has a fraction. Write a whole number.", matches(r"\."))
