"""Columns that keep a type of their own, as Parquet has them, are judged like cells of a workbook."""

from __future__ import annotations

from datetime import UTC

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import TEXT_TYPE, Book, Json, RawSheet
from gcbulk.sheets import check, check_submissions

PLAYER = "A:_0123456789abcdef0123456789abcdef"
MOMENTS = st.datetimes().filter(lambda moment: moment.year > 1)
TYPES = {"Percent": ("Int64", "float64"), "Submitted Date": ("datetime64[us]", "datetime64[us, UTC]")}


def typed(columns: dict[str, pd.Series]) -> Book:
    """A file with its header apart and columns of their own types."""
    cells = pd.DataFrame({number: column.to_numpy() for number, column in enumerate(columns.values(), 1)})
    for number, column in enumerate(columns.values(), 1):
        cells[number] = column.array
    count = len(cells)
    return Book(None, "parquet", (RawSheet("Export", cells.set_axis(range(2, count + 2)), header=tuple(columns)),))


def plain(columns: dict[str, pd.Series]) -> Book:
    """The same as a workbook has it: the header in row 1, every cell as an object."""
    rows = [list(columns), *zip(*map(objects, columns.values()), strict=True)]
    cells = pd.DataFrame(rows, index=range(1, len(rows) + 1), dtype=object)
    return Book(None, "xlsx", (RawSheet("Export", cells.set_axis(range(1, cells.shape[1] + 1), axis=1)),))


def objects(column: pd.Series) -> list[Json]:
    """The values of a column, None for nothing."""
    values = [value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in column.astype(object)]
    return [None if pd.isna(value) else value for value in values]


@settings(max_examples=examples(30))
@given(data=st.data(), rows=st.integers(1, 8))
def test_submissions_are_the_same(data: st.DataObject, rows: int) -> None:
    """Whatever stands in whole numbers, fractions and moments: same records, same problems."""

    def column(values: st.SearchStrategy[Json], dtype: Json) -> pd.Series:
        return pd.Series(data.draw(st.lists(st.none() | values, min_size=rows, max_size=rows)), dtype=dtype)

    whole, moment = data.draw(st.booleans()), data.draw(st.sampled_from(TYPES["Submitted Date"]))
    numbers = st.integers(-2, 102) | st.just(2**60) if whole else st.floats(allow_nan=False) | st.integers(-2, 102)
    columns = {
        "Player ID": pd.Series([PLAYER] * rows, dtype=TEXT_TYPE),
        "Achievement ID": column(st.sampled_from(["a_1", "a 2"]) | st.none(), TEXT_TYPE),
        "Percent": column(numbers, TYPES["Percent"][not whole]),
        "Submitted Date": column(MOMENTS.map(pd.Timestamp), "datetime64[us]").astype(moment)
        if moment == "datetime64[us]"
        else column(MOMENTS.map(lambda one: one.replace(tzinfo=UTC)), moment),
        "Pre-released": column(st.booleans(), "object"),
    }
    for timezone in ("Europe/Berlin", None):
        one, other = (
            check_submissions(book, bundle_id="com.example.game", percent_as="whole", timezone=timezone)
            for book in (typed(columns), plain(columns))
        )
        pd.testing.assert_frame_equal(one.rows, other.rows)
        pd.testing.assert_frame_equal(one.issues, other.issues)


@pytest.mark.parametrize("dtype", ["Int64", "float64"])
def test_achievements_are_the_same(dtype: str) -> None:
    """Points and ids in columns of numbers: same records, same problems."""
    columns = {
        "Reference Name": pd.Series(["One", "Two", "Three"], dtype=TEXT_TYPE),
        "Achievement ID": pd.Series([1001, 1002, None], dtype=dtype),
        "Points": pd.Series([5, None, 1000], dtype=dtype),
        "Hidden": pd.Series([True, False, None], dtype=object),
        "Achievable More Than Once": pd.Series(["Yes", "No", "Yes"], dtype=TEXT_TYPE),
    }
    one, other = check(typed(columns)), check(plain(columns))
    pd.testing.assert_frame_equal(one.achievements, other.achievements)
    pd.testing.assert_frame_equal(one.issues, other.issues)
    assert list(one.achievements["vendor_identifier"]) == ["1001", "1002", ""]
