from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import Book, CellProblem, Json, RawSheet
from gcbulk.sheets import Checked, check

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LONG = (*HEADERS, "Locale", "Title", "Pre-earned", "Earned")
ROW = ("First Win", "first_win", 10, "No", "No")
SECOND = ("Gem", "gem", 20, "Yes", "No")
Check = Callable[..., Checked]
Said = Callable[..., list[tuple[Json, ...]]]
MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]


@pytest.mark.parametrize(
    "footer",
    [
        ["Total", None, 30, None, None],
        [None, "TOTAL:", 30, None, None],
        ["Sum", None, "30", None, None],
        ["Gesamt", None, None, None, None],
        [None, "Total", 9999, None, None],
        [None, None, 30, None, None],
        [2, "Total points", 30, None, None],
        ["Total", None, CellProblem.NO_CACHED_VALUE, None, None],
    ],
    ids=["word-left", "word-in-id", "text-number", "word-alone", "any-figure", "sum-alone", "count-too", "formula"],
)
def test_a_row_of_totals_is_left_out_and_said(checked: Check, said: Said, footer: list[Json]) -> None:
    """A row that says total beside numbers, or holds the sum of the points alone, is not an achievement."""
    result = checked([ROW, SECOND, [], footer])
    assert result.achievements["vendor_identifier"].tolist() == ["first_win", "gem"]
    assert said(result) == [(5, None, "totals-row")]


def test_totals_without_a_column_of_points(checked: Check, said: Said) -> None:
    """Where the points are missing, a row of totals is still known by its word, and a note still asked about."""
    headers = ("Reference Name", "Achievement ID", "Hidden", "Repeatable")
    result = checked([("A", "a", "No", "No"), ("Total", None, None, None), ("note",)], headers=headers)
    assert said(result) == [(None, None, "column-missing"), (3, None, "totals-row"), (4, None, "stray-row")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["Total domination", None, 10, "No", "No"], "cell-empty"),
        (["Total", None, 30, "No", None], "cell-empty"),
        (["Total", None, 30, None, "25 achievements"], "cell-empty"),
        ([None, None, 870, None, None], "stray-row"),
        (["* to be confirmed", None, None, None, None], "stray-row"),
        ([None, None, None, None, "No"], "rows-without-data"),
    ],
)
def test_what_may_be_an_achievement_is_asked_about(checked: Check, said: Said, row: list[Json], code: str) -> None:
    """A row that only resembles a total, a note or a prepared line is never dropped without a word."""
    result = checked([ROW, row, SECOND])
    codes = {code for number, _, code in said(result) if number in (3, None)}
    assert codes >= {code}
    assert {"first_win", "gem"} <= set(result.achievements["vendor_identifier"])


def test_prepared_lines_are_said_in_one_remark(checked: Check) -> None:
    """Rows with ticks alone are left out with one remark that names them as ranges."""
    result = checked([ROW, *[[None, None, None, False, False]] * 3, SECOND, [None, None, None, "No", None]])
    (message,) = result.issues.loc[result.issues["code"] == "rows-without-data", "message"]
    assert "3-5, 7" in message
    assert result.ok


def test_headers_that_stand_there_again_are_left_out(checked: Check, said: Said) -> None:
    """A repeated header row is not an achievement."""
    result = checked([ROW, HEADERS, SECOND])
    assert said(result) == [(3, None, "repeated-header")]
    assert len(result.achievements) == 2


def test_example_rows_are_left_out_with_their_localizations(checked: Check, said: Said) -> None:
    """Rows whose id starts with example. are left out and said, on every sheet."""
    language = ("en-US", "a", "b", "c")
    result = checked([["Example", "example.first_win", 5, "No", "No"], ROW], [("Example.first_win", *language)])
    assert said(result, ignore=["no-rows"]) == [(2, None, "example-row"), (2, None, "example-row")]
    assert result.ok
    assert result.achievements.index.tolist() == [3]
    assert result.localizations.empty


def test_stray_rows_show_what_they_hold(checked: Check) -> None:
    """The message of a stray row quotes its only cell."""
    (message,) = checked([ROW, ["-- World 2 --"]]).issues.query("code == 'stray-row'")["message"]
    assert '"-- World 2 --"' in message


CELL = st.sampled_from(
    [
        None,
        None,
        "",
        " ",
        "a",
        "b",
        "example.x",
        "Total",
        "x",
        "Yes",
        5,
        30,
        5.5,
        True,
        "en-US",
        "ja",
        "Points",
        "Locale",
    ]
)


ODD = st.sampled_from(["a\ud800", "{value}", "\x00", CellProblem.ERROR_VALUE, float("inf"), 10**400, ["q"], b"q"])
ANY_HEADER: list[Json] = [
    *LONG,
    *LONG[:6],
    "Point Value",
    "Show Before Earned",
    "Title (ja)",
    "Earned (ja)",
    "Title (xx)",
    "Name (ja)",
]
ANY_HEADER += ["Pre-earned (ja)", "Owner", "", "{0}", "\ud800", None, 5]


@settings(max_examples=examples(40), deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=10, max_size=10), max_size=8), headers=st.sampled_from([HEADERS, LONG]))
def test_no_row_is_dropped_in_silence(
    sheet: MakeSheet, book: MakeBook, rows: list[list[Json]], headers: tuple[str, ...]
) -> None:
    """Every row that holds anything is a record or is named by an issue."""
    body = [row[: len(headers)] + [None] * (10 - len(headers)) for row in rows]
    result = check(book(sheet([headers, *body])))
    named = set(result.achievements.index) | set(result.localizations.index)
    named |= set(result.issues["row"].dropna().astype(int))
    for message in result.issues.loc[result.issues["code"] == "rows-without-data", "message"]:
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", message):
            named |= set(range(int(first), int(last or first) + 1))
    filled = {place + 2 for place, row in enumerate(body) if any(str(cell).strip() for cell in row if cell is not None)}
    assert filled <= named


@settings(max_examples=examples(40), deadline=None)
@given(
    rows=st.lists(st.lists(st.one_of(CELL, ODD), min_size=9, max_size=9), max_size=8),
    headers=st.one_of(st.just(LONG), st.permutations(ANY_HEADER).map(lambda drawn: drawn[:9])),
)
def test_whatever_a_sheet_holds_it_is_checked(
    sheet: MakeSheet, book: MakeBook, rows: list[list[Json]], headers: tuple[str, ...]
) -> None:
    """A check never fails, its frames have their columns and types, and each error belongs to a record it can find."""
    result = check(book(sheet([headers, *rows])))
    assert result._repr_html_().encode()
    odd = {"points": "Int64"} | dict.fromkeys(("show_before_earned", "repeatable", "archived"), "boolean")
    types = result.achievements.dtypes.astype(str).to_dict()
    assert types == dict.fromkeys(types, "str") | odd
    assert set(result.localizations.dtypes.astype(str)) == {"str"}
    records = {("achievement", row, None) for row in result.achievements.index}
    records |= {
        ("localization", row, locale)
        for row, locale in zip(result.localizations.index, result.localizations["locale"], strict=True)
    }
    errors = result.errors_of()
    assert {(kind, row, locale) for kind, _, row, locale in errors} <= records
    assert result.ok == (not (result.issues["severity"] == "error").any())


def test_row_numbers_are_the_sheets_own(sheet: MakeSheet, book: MakeBook) -> None:
    """Rows that the reader left out leave gaps in the numbers, and the numbers stay."""
    whole = sheet([HEADERS, ROW, SECOND])
    gaps = RawSheet("Achievements", whole.cells.set_axis(pd.Index([4, 7, 19]), axis=0))
    assert check(book(gaps)).achievements.index.tolist() == [7, 19]
