from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import Book, CellProblem, Json, RawSheet
from gcbulk.sheets import CheckedSubmissions, check_submissions

PLAYER = "A:_0123456789abcdef0123456789abcdef"
HEADERS = ("Player ID", "Achievement ID", "Percent")
Percents = Callable[..., CheckedSubmissions]


@pytest.fixture(scope="session")
def percents(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> Percents:
    """Checks a column of percentages, some of its cells shown as percent."""

    def run(values: Sequence[Json], shown: Sequence[int] = (), **options: Any) -> CheckedSubmissions:
        whole = sheet([HEADERS, *((PLAYER, f"a{place}", value) for place, value in enumerate(values))], "Export")
        mask = np.isin(np.arange(-1, len(values)), shown)
        return check_submissions(book(replace(whole, percent={3: mask})), bundle_id="com.example.game", **options)

    return run


@pytest.mark.parametrize("value", [30, 30.0, "30", "30.0", "30.", " 30 ", "+30", "30%", "30 %", "30\u00a0%", "30 ％"])
def test_thirty_is_written_in_many_ways(percents: Percents, value: Json) -> None:
    """A number, text and text with a percent sign mean the same."""
    result = percents([value])
    assert result.ok
    assert result.rows["percentage_achieved"].tolist() == [30]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (101, "percent-out-of-range"),
        ("101 %", "percent-out-of-range"),
        (-1, "percent-out-of-range"),
        (1e300, "percent-out-of-range"),
        (10**400, "percent-out-of-range"),
        (50.5, "percent-not-whole"),
        ("50.5 %", "percent-not-whole"),
        ("0.5 %", "percent-not-whole"),
        (None, "cell-empty"),
        ("  ", "cell-empty"),
        ("thirty", "percent-not-a-number"),
        ("30,5", "percent-not-a-number"),
        ("3e1", "percent-not-a-number"),
        ("٣٠", "percent-not-a-number"),
        ("%", "percent-not-a-number"),
        (True, "percent-not-a-number"),
        (date(2026, 1, 30), "percent-not-a-number"),
        (CellProblem.ERROR_VALUE, "cell-error"),
        (CellProblem.NO_CACHED_VALUE, "cell-not-calculated"),
        ([30], "cell-not-understood"),
        ("3\ud8000", "broken-text"),
    ],
    ids=repr,
)
def test_what_is_no_percentage_is_an_error_of_its_row(percents: Percents, value: Json, code: str) -> None:
    """Anything but a whole number from 0 to 100 is one error, and its record has no percentage."""
    result = percents([value, 30])
    assert list(result.issues["code"]) == [code]
    assert result.issues["row"].tolist() == [2]
    assert result.bad.tolist() == [True, False]
    assert result.rows["percentage_achieved"].isna().tolist() == [True, False]


@pytest.mark.parametrize("percent", range(101))
def test_a_cell_shown_as_percent_counts_a_hundredfold(percents: Percents, percent: int) -> None:
    """0.29 shown as 29 % is exactly 29, whatever binary fractions make of it."""
    assert percents([percent / 100], [0]).rows["percentage_achieved"].tolist() == [percent]
    assert percents([f"{percent / 100}"], percent_as="fraction").rows["percentage_achieved"].tolist() == [percent]


def test_both_forms_stand_in_one_column(percents: Percents) -> None:
    """Cells that are shown as percent and plain ones may be mixed; text is what it says, in whatever format."""
    result = percents([0.3, 30, 1, "1 %", 0, "40"], [0, 2, 5])
    assert result.ok
    assert result.rows["percentage_achieved"].tolist() == [30, 30, 100, 1, 0, 40]


@pytest.mark.parametrize("value", [30, 1.01, -0.01])
def test_a_cell_shown_as_too_much_is_an_error(percents: Percents, value: float) -> None:
    """30 in a cell that shows it as 3000 % is an error that says so."""
    result = percents([value], [0])
    assert list(result.issues["code"]) == ["percent-out-of-range"]
    assert f"{value * 100:.12g} %" in result.issues["message"][0]


@pytest.mark.parametrize(
    "values",
    [[0.3], [0.3, 0.5, 1], ["0.3"], [1], [0, 1], ["1"], [1, 1], [0.3, -1], [0.5, 1, 30], [0.3, "40 %"]],
    ids=repr,
)
def test_bare_fractions_are_asked_about(percents: Percents, values: Sequence[Json]) -> None:
    """Numbers that could be parts of 1 or percent are never guessed: one error of the file names the option."""
    result = percents(values)
    assert [error.code for error in result.file_errors] == ["percent-unclear"]
    assert "--percent-as" in result.file_errors[0].message
    assert result.file_errors[0].column == "Percent"


@pytest.mark.parametrize("values", [[0], [0, 0], [0, 30], [1, 30], [2], ["0 %", "1 %"], []], ids=repr)
def test_what_is_clear_is_not_asked_about(percents: Percents, values: Sequence[Json]) -> None:
    """A number above 1 shows that a column is in percent, and 0 is 0 in any case."""
    assert percents(values).ok


def test_a_fraction_beside_percent_is_an_error_of_its_row(percents: Percents) -> None:
    """A fraction in a column that is clearly in percent and has no 1 is that row's error."""
    result = percents([0.5, 30])
    assert list(result.issues["code"]) == ["percent-not-whole"]


@pytest.mark.parametrize(
    ("percent_as", "wanted"),
    [("fraction", [30, 100, 0, None, 40, 50]), ("whole", [None, 1, 0, 30, 40, 50])],
    ids=["fraction", "whole"],
)
def test_the_answer_settles_bare_numbers(percents: Percents, percent_as: str, wanted: Sequence[int | None]) -> None:
    """--percent-as is for bare numbers alone; what is shown or written as percent stays what it is."""
    result = percents([0.3, 1, 0, 30, "40 %", 0.5], [5], percent_as=percent_as)
    found = result.rows["percentage_achieved"]
    assert [None if gone else int(value) for value, gone in zip(found, found.isna(), strict=True)] == wanted
    assert result.bad.tolist() == [value is None for value in wanted]
    assert not result.file_errors


def test_a_totals_row_says_nothing_about_the_column(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> None:
    """A number that stands in no record does not decide what the others mean."""
    rows = [HEADERS, (PLAYER, "a", 0.5), ("Total", None, 17)]
    result = check_submissions(book(sheet(rows, "Export")), bundle_id="a.b")
    assert [error.code for error in result.file_errors] == ["percent-unclear"]


@settings(deadline=None, max_examples=examples(40))
@given(st.lists(st.integers(-5, 105) | st.floats(-1, 101, allow_nan=False) | st.text("0123456789.% ", max_size=6)))
def test_nothing_but_whole_percentages_comes_out(percents: Percents, values: list[Json]) -> None:
    """Whatever stands in the column, a record has a percentage from 0 to 100 or is marked, or it is asked about."""
    result = percents(values)
    found = result.rows["percentage_achieved"]
    assert found.dropna().between(0, 100).all()
    assert result.bad[found.isna().to_numpy()].all() or result.file_errors
    assert found[result.bad].isna().all()
