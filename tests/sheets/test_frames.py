from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from gcbulk.records import TEXT_TYPE, Json
from gcbulk.sheets import book_of, check


def _achievements(**columns: Json) -> pd.DataFrame:
    """A frame of two achievements, with some columns replaced."""
    content = {
        "reference_name": ["First Win", "Gem"],
        "vendor_identifier": ["first_win", "gem"],
        "points": [10, 20],
        "show_before_earned": [True, False],
        "repeatable": [False, False],
    }
    return pd.DataFrame({**content, **columns})


LOCALIZATIONS = pd.DataFrame(
    {
        "vendor_identifier": ["first_win", "gem"],
        "locale": ["en-US", "ja"],
        "name": ["a", "b"],
        "before_earned_description": ["c", "d"],
        "after_earned_description": ["e", "f"],
    }
)


def test_frames_are_checked_like_a_file() -> None:
    """The column names are the headers, and rows count from 2."""
    result = check(book_of({"achievements": _achievements(), "localizations": LOCALIZATIONS}))
    assert result.issues.empty
    assert result.book.format == "frames"
    assert result.achievements.index.tolist() == [2, 3]
    assert result.achievements["points"].tolist() == [10, 20]


def test_what_a_check_gave_back_can_be_checked_again() -> None:
    """Frames of a check keep their row numbers, and the result is the same but for the sheets' names."""
    first = check(book_of({"achievements": _achievements(), "localizations": LOCALIZATIONS}))
    part = {"achievements": first.achievements.iloc[1:], "localizations": first.localizations.iloc[[1, 1]]}
    again = check(book_of(part))
    assert again.ok
    assert again.issues["code"].tolist() == ["duplicate-row"]
    pd.testing.assert_frame_equal(again.achievements, first.achievements.iloc[1:])
    assert again.localizations.index.tolist() == [3, 3]


@pytest.mark.parametrize(
    "points",
    [
        pd.array([10, None], dtype="Int64"),
        [10.0, float("nan")],
        pd.array(["10", None], dtype=TEXT_TYPE),
        pd.array(["10", None], dtype="string"),
        pd.Series([10, pd.NA], dtype=object),
        pd.Categorical([10, None]),
    ],
    ids=["nullable", "float", "str", "string", "object", "category"],
)
def test_gaps_are_blank_in_every_type(points: Json) -> None:
    """A missing value of any kind is a blank cell."""
    result = check(book_of({"achievements": _achievements(points=points)}))
    assert result.achievements["points"].tolist() == [10, pd.NA]
    errors = result.issues[result.issues["severity"] == "error"]
    assert errors[["row", "column", "code"]].to_numpy().tolist() == [[3, "points", "cell-empty"]]


def test_dates_and_categories_keep_what_they_are() -> None:
    """A column of dates is a column of dates, a category is its text."""
    dates = pd.to_datetime([datetime(2024, 1, 1), None])  # noqa: DTZ001 - spreadsheets know no zones
    names = pd.Categorical(["First", "Second"])
    result = check(book_of({"achievements": _achievements(vendor_identifier=dates, reference_name=names)}))
    codes = result.issues["code"].tolist()
    assert codes == ["achievement-without-localization", "id-is-a-date", "cell-empty"]
    assert result.achievements["reference_name"].tolist() == ["First", "Second"]


def test_an_empty_frame() -> None:
    """A frame without rows is a table without rows."""
    result = check(book_of({"achievements": _achievements().iloc[:0]}))
    assert result.issues["code"].tolist() == ["no-rows"]
