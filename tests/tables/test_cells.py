from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import TEXT_TYPE, CellProblem, Json
from gcbulk.tables.cells import (
    BLANK,
    BROKEN,
    FLAG,
    MOMENT,
    NUMBER,
    OTHER,
    PROBLEM,
    SPACE,
    TEXT,
    WHITE_SPACE,
    among,
    classify_cells,
    having,
)
from gcbulk.tables.coercion import as_flags, as_numbers, as_points, as_text
from gcbulk.tables.flags import NO, YES


@pytest.mark.parametrize(
    ("value", "cell_type"),
    [
        (None, BLANK),
        (pd.NA, BLANK),
        (pd.NaT, BLANK),
        (float("nan"), BLANK),
        ("", BLANK),
        (" \u00a0\u200b\n", BLANK),
        ("NA", TEXT),
        ("null", TEXT),
        (1, NUMBER),
        (1.5, NUMBER),
        (np.int64(3), NUMBER),
        (Decimal("1.5"), NUMBER),
        (10**400, NUMBER),
        (True, FLAG),
        (np.bool_(False), FLAG),
        (datetime(2024, 1, 2), MOMENT),  # noqa: DTZ001 - spreadsheets know no zones
        (pd.Timestamp("2024-01-02"), MOMENT),
        (date(2024, 1, 2), MOMENT),
        (time(1, 2), MOMENT),
        (timedelta(1), MOMENT),
        (CellProblem.ERROR_VALUE, PROBLEM),
        ("a\ud800", BROKEN),
        (["a"], OTHER),
        (b"a", OTHER),
    ],
    ids=repr,
)
def test_cells_are_told_apart(value: Json, cell_type: int) -> None:
    """Each cell is sorted by what it holds, alone and among cells of every other kind."""
    mixed = pd.Series([value, "text", 7, True, None], dtype=object)
    assert classify_cells(mixed).cell_type.tolist() == [cell_type, TEXT, NUMBER, FLAG, BLANK]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))))
def test_texts_lose_nothing_but_the_white_space_around_them(values: list[str | None]) -> None:
    """A text is itself without white space at its ends, whether the file keeps types or not."""
    expected = ["" if value is None else value.strip(WHITE_SPACE) for value in values]
    for dtype in (TEXT_TYPE, object):
        assert classify_cells(pd.Series(values, dtype=dtype)).text.tolist() == expected


@pytest.mark.parametrize("word", sorted(YES))
def test_words_for_yes(word: str) -> None:
    """Every listed word means yes, in any case and with white space around it."""
    assert (
        as_flags(classify_cells(pd.Series([word, word.upper(), f" {word}\u00a0"], dtype=object))).tolist() == [True] * 3
    )


@pytest.mark.parametrize("word", sorted(NO))
def test_words_for_no(word: str) -> None:
    """Every listed word means no, in any case and with white space around it."""
    assert (
        as_flags(classify_cells(pd.Series([word, word.upper(), f" {word}\u00a0"], dtype=object))).tolist()
        == [False] * 3
    )


@settings(deadline=None)
@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(), st.floats(), st.booleans()))
def test_a_flag_is_never_guessed(value: Json) -> None:
    """Whatever is neither listed, nor TRUE or FALSE, nor the number 1 or 0 is neither yes nor no."""
    word = value.strip(WHITE_SPACE).lower() if isinstance(value, str) else value
    known: dict[Json, bool] = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False), 1: True, 0: False}
    (result,) = as_flags(classify_cells(pd.Series([value], dtype=object)))
    assert (None if result is pd.NA else result) == known.get(word)


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (10, 10),
        (10.0, 10),
        ("10", 10),
        ("10.0", 10),
        ("10.", 10),
        (" 10\u00a0", 10),
        ("-5", -5),
        ("+5", 5),
        ("007", 7),
        ("10.5", None),
        (10.5, None),
        ("１０", None),
        ("1e1", None),
        ("0x10", None),
        ("1,000", None),
        ("10 pts", None),
        ("", None),
        (True, None),
        (10**400, None),
        (float("inf"), None),
    ],
    ids=repr,
)
def test_points_are_whole_numbers_and_never_guessed(value: Json, points: int | None) -> None:
    """Numbers, and texts of plain digits, are points; everything else is left to the rules."""
    (result,) = as_points(classify_cells(pd.Series([value], dtype=object)))
    assert (None if result is pd.NA else result) == points


@settings(deadline=None)
@given(st.integers(-(10**18), 10**18))
def test_digits_of_a_number_are_exact_or_not_taken(number: int) -> None:
    """A number becomes a text only when it has at most 15 digits, and then digit by digit."""
    for value in (number, float(number)):
        (text,) = as_text(classify_cells(pd.Series([value], dtype=object)))
        assert text == (str(number) if 0 <= number < 10**15 else "")


def test_numbers_beside_texts_keep_their_places() -> None:
    """Digits are put in where the numbers stand, and dates and flags count as no number."""
    cells = classify_cells(pd.Series(["a", 7, None, 1.5, True, "8"], dtype=object))
    assert as_text(cells).tolist() == ["a", "7", "", "", "", "8"]
    assert np.nan_to_num(as_numbers(cells), nan=-1).tolist() == [-1, 7, -1, 1.5, -1, 8]


def test_white_space_is_the_same_to_arrow_and_to_python() -> None:
    """Of all characters a pattern for Arrow takes those for white space that Python's `str.isspace` does."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    found = having(pd.Series(characters, dtype=TEXT_TYPE), f"^{SPACE}$")
    assert [one for one, space in zip(characters, found, strict=True) if space] == [
        one for one in characters if one.isspace()
    ]


@pytest.mark.parametrize("dtype", [TEXT_TYPE, object])
def test_a_pattern_means_the_same_whatever_the_column(dtype: Json) -> None:
    """Digits and letters are ASCII's, the end is the end, and a missing text holds nothing, in every type of column."""
    texts = pd.Series(["1", "\u0663", "1\n", "", None], dtype=dtype)
    assert having(texts, r"^\d$").tolist() == [True, False, False, False, False]


def test_among() -> None:
    """Texts are found among others by their exact content."""
    texts, known = pd.Series(["a", "B", ""], dtype=TEXT_TYPE), pd.Series(["b", "a"], dtype=TEXT_TYPE)
    assert among(texts, known).tolist() == [True, False, False]
