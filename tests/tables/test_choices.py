"""What the user settles by option: found by any of its names, refused once where it names nothing."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.kinds import SUBMISSION_TABLES
from gcbulk.kinds.achievements import COLUMNS, KINDS
from gcbulk.records import Book, RawSheet
from gcbulk.sheets import Choices, check, check_submissions, tell_kind
from gcbulk.tables.choices import STOPS, column_names, follow_options

ACHIEVEMENTS = ("Key", "Title", "Points", "Hidden", "Achievable More Than Once", "Pre-earned", "Earned")
ACHIEVEMENT = ("one", "First Win", 10, "No", "No", "Win once.", "You won.")
PLAYER = "A:_0123456789abcdef0123456789abcdef"
PROGRESS = ("Player ID", "Achievement ID", "Percent", "ts")
STEP = (PLAYER, "one", 30, "2026-01-31T12:00:00Z")

MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]


def test_a_sheet_in_one_language(sheet: MakeSheet, book: MakeBook) -> None:
    """One header serves two columns, and the language of all texts is the one that the user said."""
    whole = book(sheet([ACHIEVEMENTS, ACHIEVEMENT]))
    columns = {"Achievement ID": "Key", "Reference Name": "Title"}
    result = check(whole, Choices(columns=columns, locale="en-US"))
    assert result.issues.empty
    assert result.achievements["reference_name"].tolist() == ["First Win"]
    told = result.localizations[["vendor_identifier", "locale", "name"]].iloc[0].tolist()
    assert told == ["one", "en-US", "First Win"]
    (asked,) = check(whole, Choices(columns=columns)).file_errors
    assert "--locale en-US" in asked.message


def test_a_language_for_the_cells_that_name_none(sheet: MakeSheet, book: MakeBook) -> None:
    """Beside a column of locales the option is for the blank cells; pictures of a language's sheet follow it."""
    texts = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description", "Image")
    rows = [["one", "ja", "A", "B", "C", "a.png"], ["one", None, "A", "B", "C", "b.png"]]
    whole = book(
        sheet([["Achievement ID", "Reference Name", *ACHIEVEMENTS[2:5]], ["one", "First", *ACHIEVEMENT[2:5]]]),
        sheet([texts, *rows], "Localizations"),
    )
    result = check(whole, Choices(locale="en-US"))
    assert result.ok
    assert result.localizations["locale"].tolist() == ["ja", "en-US"]
    assert result.images["locale"].tolist() == ["ja", "en-US"]
    assert [issue.code for issue in check(whole, Choices(locale="en")).file_errors] == ["locale-unknown"]
    assert 'Write "en-US"' in check(whole, Choices(locale="en")).file_errors[0].message


@pytest.mark.parametrize("name", ["submitted_date", "date", "Submitted Date", "timestamp", "DATE", "completed_at"])
def test_a_column_goes_by_its_name_and_its_headers(sheet: MakeSheet, book: MakeBook, name: str) -> None:
    """The left side of ``--column`` is the column's name or any header that means it."""
    result = check_submissions(book(sheet([PROGRESS, STEP])), Choices(columns={name: "ts"}), bundle_id="a.b")
    assert result.ok
    assert result.rows["submitted_date"].tolist() == ["2026-01-31T12:00:00Z"]


def test_every_name_of_a_column_is_one_columns() -> None:
    """No header means one column as an option and another in a sheet."""
    for kinds in (tuple(KINDS.values()), *((kind,) for kind in SUBMISSION_TABLES.values())):
        names = column_names(kinds)
        for column in (column for kind in kinds for column in kind.columns):
            assert all(names[alias] == column.name for alias in column.aliases)
    assert {column.name for column in COLUMNS.values()} == set(column_names(tuple(KINDS.values())).values())


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (Choices(sheets={"foo": "Export"}), "option-unknown"),
        (Choices(sheets={"achievements": "Elsewhere"}), "sheet-not-found"),
        (Choices(sheets={"achievements": "Notes"}), "header-missing"),
        (Choices(columns={"foo": "Key"}), "option-unknown"),
        (Choices(columns={"points": "Pts"}), "column-not-found"),
        (Choices(columns={"points": "Points", "Point Value": "Key"}), "option-twice"),
        (Choices(locale="English"), "locale-unknown"),
    ],
)
def test_a_wrong_option_stops_there(sheet: MakeSheet, book: MakeBook, choices: Choices, code: str) -> None:
    """An option that cannot be followed is the one thing that is said, whatever else is wrong with the file."""
    rows = [["bad-id", None, 101, "maybe", "perhaps", "", ""] for _ in range(50)]
    whole = book(sheet([ACHIEVEMENTS, *rows], "Export"), sheet([["Call Anna"]], "Notes"))
    result = check(whole, choices)
    assert [issue.code for issue in result.file_errors] == [code]
    assert len(result.issues) == 1
    assert result.achievements.empty


words = ["points", "date", "Key", "ts", "Export", "achievements", "scores", "", " "]
texts = st.one_of(st.sampled_from(words), st.text())


@settings(max_examples=examples(25), deadline=None)
@given(st.dictionaries(texts, texts, max_size=2), st.dictionaries(texts, texts, max_size=3), st.none() | texts)
def test_no_option_is_more_than_an_issue(sheets: dict[str, str], columns: dict[str, str], locale: str | None) -> None:
    """Whatever names a sheet, a column or a language, every reader says what it understood or what is wrong."""
    choices = Choices(sheets, columns, locale)
    for headers, row in ((ACHIEVEMENTS, ACHIEVEMENT), (PROGRESS, STEP)):
        whole = _book(headers, row)
        kind, problems = tell_kind(whole, choices)
        assert bool(problems) == (kind is None)
        for result in (check(whole, choices), check_submissions(whole, choices)):
            stops = result.issues["code"].isin(STOPS | {"locale-unknown"}).any()
            assert not (stops and result.tables)
    assert follow_options(whole, Choices(), tuple(KINDS.values())) == (Choices(), [])


def _book(headers: tuple[str, ...], row: tuple[object, ...]) -> Book:
    """A workbook of one row, without a fixture: hypothesis draws many."""
    cells = pd.DataFrame([headers, row], dtype=object, columns=range(1, len(row) + 1), index=[1, 2])
    return Book(None, "xlsx", (RawSheet("Export", cells),))
