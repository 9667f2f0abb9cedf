"""Percentages: 30, "30", "30 %", and 0.3 in a cell that is shown as percent.

What comes in: a column's contents and which of them are shown as percent. What goes out: whole percentages, what is
wrong with the others, and whether it has to be asked what bare numbers from 0 to 1 mean. That is never guessed: 1 may
be one percent or all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.options import PercentAs
from gcbulk.sheets.cells import MOMENT, NUMBER, SPACE, TEXT, Cells, having
from gcbulk.sheets.coercion import as_numbers
from gcbulk.sheets.rule import UNREADABLE, Rule
from gcbulk.sheets.rules import UNCLEAR_NUMBER
from gcbulk.sheets.submissions_cells import Fault, faults_of, in_error, series, texts_of

_SIGN = SPACE + "*[%％]$"
_WITH_SIGN = r"^[+-]?[0-9]{1,15}(?:\.[0-9]*)?" + _SIGN
_NOISE = 1e-9  # 0.29 * 100 is 28.999999999999996; Excel shows 15 digits, and none of them differs
_FAR = 1e15  # no percentage, and more times 100 would be no number
_ASK = "Write a whole number from 0 to 100."


@dataclass(frozen=True, slots=True)
class Percentages:
    """The percentages of a column's contents.

    Args:
        values: int64, null where a content is no whole percentage or cannot be understood yet.
        faults: what is wrong with contents.
        asked: which contents could mean two things, and which nobody said.
    """

    values: pa.Array
    faults: list[Fault]
    asked: np.ndarray


def percentages(
    title: str,
    cells: Cells,
    in_percent: np.ndarray,
    present: np.ndarray,
    percent_as: PercentAs | None,
    *,
    empty: Rule | None,
) -> Percentages:
    """The whole percentages of a column.

    Args:
        title: the column's header.
        cells: its contents.
        in_percent: which of them are shown as percent.
        present: which of them stand in a record.
        percent_as: what bare numbers from 0 to 1 are, as the user said.
        empty: the rule for blank cells, or None where they may be.

    Returns:
        The percentages.
    """
    signed, numbers = _numbers(cells)
    in_percent = in_percent & (cells.sort == NUMBER)
    bare = ~np.isnan(numbers) & ~signed & ~in_percent
    nothing = np.zeros(len(bare), dtype=bool)
    match percent_as:
        case None:
            asked, parts = _in_doubt(numbers, bare, present), in_percent
        case PercentAs.WHOLE:
            asked, parts = nothing, in_percent
        case PercentAs.FRACTION:
            asked, parts = nothing, in_percent | bare
        case _:
            assert_never(percent_as)
    percent = _without_noise(np.multiply(numbers, 100, out=numbers.copy(), where=parts & (np.abs(numbers) < _FAR)))
    rules = [*UNREADABLE, *([empty] if empty else []), *_rules(asked)]
    faults = faults_of(title, cells, pd.Series(percent), rules)
    good = ~np.isnan(percent) & ~asked & ~in_error(faults, len(percent))
    return Percentages(pa.array(np.where(good, percent, 0).astype(np.int64), mask=~good), faults, asked)


def _numbers(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Which contents carry a percent sign, and the numbers of all."""
    numbers = as_numbers(cells)
    signed = (cells.sort == TEXT) & having(cells.text, _WITH_SIGN)
    if signed.any():
        plain = series(pc.replace_substring_regex(texts_of(cells.text[signed]), _SIGN, ""))
        numbers[signed] = pd.to_numeric(plain).to_numpy(float)
    return signed, numbers


def _in_doubt(numbers: np.ndarray, bare: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Which bare numbers could be parts of 1 as well as percent.

    A number above 1 shows that the column is in percent, but not where parts of 1 stand beside it: then somebody
    mixed both, and a 1 could be either.
    """
    counted = bare & present
    part = counted & (numbers > 0) & (numbers < 1)
    one = counted & (numbers == 1)
    in_percent = bool((counted & (numbers > 1)).any())
    if in_percent and not (part.any() and one.any()):
        return np.zeros(len(bare), dtype=bool)
    return np.asarray(part | one)


def _without_noise(percent: np.ndarray) -> np.ndarray:
    """The percentages, whole where only the noise of binary fractions says otherwise."""
    whole = np.rint(percent)
    with np.errstate(invalid="ignore"):  # infinity has no distance to itself
        return np.where(np.abs(percent - whole) <= _NOISE, whole, percent)


def _rules(asked: np.ndarray) -> tuple[Rule, ...]:
    """What a percentage may be; what has to be asked about is no fault."""
    return (
        UNCLEAR_NUMBER,
        Rule(
            "percent-not-a-number",
            f"{{title}} is {{value}}, which is no number. {_ASK}",
            lambda cells, percent: percent.isna().to_numpy() | (cells.sort == MOMENT),
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
