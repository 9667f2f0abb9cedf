"""Percentages: 30, "30", "30 %", and 0.3 in a cell with a percent format.

Bare numbers from 0 to 1 are ambiguous (1 may be one percent or all of it), so the user is asked and nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.options import PercentAs
from gcbulk.tables.cell_type import Ask, CellType, Context, Judgement
from gcbulk.tables.cells import MOMENT, NUMBER, SPACE, TEXT, Cells, having
from gcbulk.tables.coercion import as_numbers
from gcbulk.tables.contents import faults_of, in_error, series, texts_of
from gcbulk.tables.rule import UNREADABLE, Rule
from gcbulk.tables.template import Entry
from gcbulk.tables.types import UNCLEAR_NUMBER

_SIGN = SPACE + "*[%％]$"
_WITH_SIGN = r"^[+-]?[0-9]{1,15}(?:\.[0-9]*)?" + _SIGN
_NOISE = 1e-9  # 0.29 * 100 is 28.999999999999996; Excel shows 15 digits, and none of them differs
_FAR = 1e15  # no percentage, and more times 100 would be no number
_ASK = "Write a whole number from 0 to 100."
_QUESTION = (
    "The column {title} holds numbers from 0 to 1 that are not shown as percent, such as {example} ({rows}). Say "
    "what they are: --percent-as fraction (0.3 is 30 %, 1 is 100 %) or --percent-as whole (1 is 1 %)."
)


class Sign(StrEnum):
    """What the bare numbers of a column's records are, as far as it tells what they mean."""

    PART = "part"  # above 0 and below 1
    ONE = "one"
    ABOVE = "above"  # above 1


@dataclass(frozen=True, slots=True)
class Percent(CellType):
    """A whole percentage, from 0 to 100."""

    @property
    def arrow(self) -> pa.DataType:
        """The type of its values."""
        return pa.int64()

    @property
    def entry(self) -> Entry:
        """What a spreadsheet can be told of its cells."""
        return Entry(whole=(0, 100))

    def survey(self, cells: Cells, in_percent: np.ndarray, present: np.ndarray) -> frozenset[str]:
        """Which of `Sign` the bare numbers of the records are."""
        numbers, bare = _bare(cells, in_percent)
        counted = bare & present
        signs = ((Sign.PART, (numbers > 0) & (numbers < 1)), (Sign.ONE, numbers == 1), (Sign.ABOVE, numbers > 1))
        return frozenset(sign for sign, marked in signs if (counted & marked).any())

    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, say what is wrong with them, and ask what bare numbers from 0 to 1 mean."""
        numbers, bare = _bare(cells, context.in_percent)
        in_percent = context.in_percent & (cells.cell_type == NUMBER)
        nothing = np.zeros(len(bare), dtype=bool)
        match context.given.percent_as:
            case None:
                asked, parts = _in_doubt(numbers, bare, context.signs), in_percent
            case PercentAs.WHOLE:
                asked, parts = nothing, in_percent
            case PercentAs.FRACTION:
                asked, parts = nothing, in_percent | bare
            case _:
                assert_never(context.given.percent_as)
        percent = _without_noise(np.multiply(numbers, 100, out=numbers.copy(), where=parts & (np.abs(numbers) < _FAR)))
        faults = faults_of(title, cells, pd.Series(percent), (*UNREADABLE, *_rules(asked)))
        good = ~np.isnan(percent) & ~asked & ~in_error(faults, len(percent))
        values = pa.array(np.where(good, percent, 0).astype(np.int64), mask=~good)
        return Judgement(values, faults, (Ask("percent-unclear", asked, _QUESTION),))


def _bare(cells: Cells, in_percent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of contents, and which of these stand there without any sign of percent."""
    signed, numbers = _numbers(cells)
    return numbers, ~np.isnan(numbers) & ~signed & ~(in_percent & (cells.cell_type == NUMBER))


def _numbers(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Which contents carry a percent sign, and the numbers of all."""
    numbers = as_numbers(cells)
    signed = np.asarray(cells.cell_type == TEXT)
    if signed.any():
        signed &= having(cells.text, _WITH_SIGN)
    if signed.any():
        plain = series(pc.replace_substring_regex(texts_of(cells.text[signed]), _SIGN, ""))
        numbers[signed] = pd.to_numeric(plain).to_numpy(float)
    return signed, numbers


def _in_doubt(numbers: np.ndarray, bare: np.ndarray, signs: frozenset[str]) -> np.ndarray:
    """Which bare numbers could be parts of 1 as well as percent.

    A number above 1 shows that the column is in percent, but not where parts of 1 stand beside it: then somebody
    mixed both, and a 1 could be either.
    """
    if Sign.ABOVE in signs and not signs >= {Sign.PART, Sign.ONE}:
        return np.zeros(len(bare), dtype=bool)
    return np.asarray(bare & (numbers > 0) & (numbers <= 1))


def _without_noise(percent: np.ndarray) -> np.ndarray:
    """The percentages, whole where only the noise of binary fractions says otherwise."""
    whole = np.rint(percent)
    with np.errstate(invalid="ignore"):  # infinity has no distance to itself
        return np.where(np.abs(percent - whole) <= _NOISE, whole, percent)


def _rules(asked: np.ndarray) -> tuple[Rule, ...]:
    """What a percentage may be; what has to be asked about is not a fault."""
    return (
        UNCLEAR_NUMBER,
        Rule(
            "percent-not-a-number",
            f"{{title}} is {{value}}, which is not a number. {_ASK}",
            lambda cells, percent: percent.isna().to_numpy() | (cells.cell_type == MOMENT),
        ),
        Rule(
            "percent-out-of-range",
            f"{{title}} is {{value}}: {{detail}} % is not within 0 and 100. {_ASK}",
            lambda cells, percent: ~asked & ((percent < 0) | (percent > 100)).to_numpy(),
            _short,
        ),
        Rule(
            "percent-not-whole",
            f"{{title}} is {{value}}: {{detail}} % has a fraction, which Game Center does not take. {_ASK}",
            lambda cells, percent: ~asked & (np.floor(percent) != percent).to_numpy(),
            _short,
        ),
    )


def _short(percent: object) -> str:
    """A percentage for a message."""
    return f"{percent:.12g}"
