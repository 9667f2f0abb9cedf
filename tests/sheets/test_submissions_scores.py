from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import CheckedSubmissions, check_submissions

PLAYER = "A:_0123456789abcdef0123456789abcdef"
HEADERS = ("Player ID", "Leaderboard ID", "Score", "Context")
Scores = Callable[..., CheckedSubmissions]


@pytest.fixture(scope="session")
def scores(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> Scores:
    """Checks rows of scores and contexts."""

    def run(rows: Sequence[tuple[Json, Json]]) -> CheckedSubmissions:
        whole = sheet([HEADERS, *((PLAYER, "best", *row) for row in rows)], "Export")
        return check_submissions(book(whole), kind="scores", bundle_id="com.example.game")

    return run


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("1500", "1500"),
        ("-3", "-3"),
        ("0", "0"),
        ("007", "7"),
        ("-0", "0"),
        ("100.0", "100"),
        ("000", "0"),
        (1500.0, "1500"),
        (-3, "-3"),
        (10**18 + 1, "1000000000000000001"),
        (np.int64(5), "5"),
        (Decimal("9223372036854775807"), "9223372036854775807"),
        (Decimal("5.00"), "5"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
    ],
    ids=repr,
)
def test_a_score_is_sent_in_digits(scores: Scores, value: Json, sent: str) -> None:
    """A number is written in one way only, and all 64 bits of it arrive; a context likewise."""
    result = scores([(value, value), (5, None)])
    assert result.ok
    assert result.rows["score"].tolist() == [sent, "5"]
    assert result.rows["context"].iloc[0] == sent
    assert pd.isna(result.rows["context"].iloc[1])


@pytest.mark.parametrize(("value", "sent"), [(12.5, "12.5"), ("1.50", "1.5"), ("-0.25", "-0.25")])
def test_a_fraction_is_a_warning(scores: Scores, value: Json, sent: str) -> None:
    """Whether the service takes fractions is not known: they are sent, with a remark."""
    result = scores([(value, None)])
    assert result.ok
    assert list(result.issues["code"]) == ["score-with-fraction"]
    assert result.rows["score"].tolist() == [sent]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "cell-empty"),
        ("abc", "score-not-a-number"),
        ("1e5", "score-not-a-number"),
        ("1,500", "score-not-a-number"),
        (".5", "score-not-a-number"),
        (True, "score-not-a-number"),
        (1e17, "score-imprecise"),
        (1 / 3, "score-imprecise"),
        (float("inf"), "score-not-a-number"),
        ("9223372036854775808", "score-out-of-range"),
        (2**63, "score-out-of-range"),
        (Decimal("9223372036854775808"), "score-out-of-range"),
        (Decimal("1E+1000000000"), "score-not-a-number"),
    ],
    ids=repr,
)
def test_what_is_no_exact_number_is_an_error(scores: Scores, value: Json, code: str) -> None:
    """Nothing is rounded: a number that a cell cannot hold exactly is refused."""
    result = scores([(value, None), (5, None)])
    assert list(result.issues["code"]) == [code]
    assert result.bad.tolist() == [True, False]
    assert result.rows["score"].isna().tolist() == [True, False]


@settings(deadline=None, max_examples=examples(60))
@given(st.from_regex(r"-?[0-9]{1,4}(?:[.,' ][0-9]{1,4}){2,4}", fullmatch=True))
def test_a_number_with_several_separators_is_never_sent(scores: Scores, text: str) -> None:
    """1.500.000 is not a number for certain: no part of it is cut off to make it one."""
    result = scores([(text, text)])
    assert set(result.issues["code"]) == {"score-not-a-number"}
    assert result.rows["score"].isna().all()
    assert result.rows["context"].isna().all()


def test_a_wrong_context_is_an_error(scores: Scores) -> None:
    """A context is a number like the score."""
    result = scores([(5, "x")])
    assert list(result.issues["column"]) == ["Context"]
    assert result.bad.tolist() == [True]


@settings(deadline=None, max_examples=examples(40))
@given(st.integers(-(2**64), 2**64), st.booleans())
def test_whole_numbers_arrive_or_are_refused(scores: Scores, number: int, as_text: bool) -> None:
    """Every whole number comes out as itself, or as an error where it does not fit into 64 bits."""
    result = scores([(str(number) if as_text else number, None)])
    fits = -(2**63) <= number < 2**63
    assert result.ok == fits
    assert (result.rows["score"].iloc[0] == str(number)) == fits
