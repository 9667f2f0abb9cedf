from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from gcbulk.records import ISSUE_COLUMNS, SCORE_COLUMNS, SUBMISSION_COLUMNS, Book, Json, RawSheet
from gcbulk.sheets import CheckedSubmissions, Choices, check_submissions

PLAYER = "A:_0123456789abcdef0123456789abcdef"
OTHER = "A:_fedcba9876543210fedcba9876543210"
HEADERS = ("Player ID", "Achievement ID", "Percent")
ROW = (PLAYER, "first_win", 30)

Check = Callable[..., CheckedSubmissions]


@pytest.fixture
def checked(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> Check:
    """Checks rows below headers, in a sheet whose name says nothing."""

    def run(rows: Sequence[Sequence[Json]], headers: Sequence[Json] = HEADERS, **options: Any) -> CheckedSubmissions:
        options.setdefault("bundle_id", "com.example.game")
        return check_submissions(book(sheet([headers, *rows], "Export")), **options)

    return run


def codes(result: CheckedSubmissions) -> list[str]:
    """The codes of all problems."""
    return list(result.issues["code"])


def as_text(rows: Sequence[Sequence[str | None]], name: str = "Export") -> Book:
    """Rows as a text file is read: every cell Arrow's text, in pieces."""
    dtype = pd.StringDtype("pyarrow", na_value=float("nan"))
    cells = pd.DataFrame(rows, index=range(1, len(rows) + 1)).astype(dtype)
    return Book(None, "csv", (RawSheet(name, cells.set_axis(range(1, cells.shape[1] + 1), axis=1), typed=False),))


def test_a_submission_is_a_record(checked: Check) -> None:
    """Each row becomes one record under the spreadsheet's row number, with its columns and types."""
    result = checked([ROW, (OTHER, "first_win", 100)])
    assert result.ok
    assert tuple(result.rows.columns) == SUBMISSION_COLUMNS
    assert result.rows.index.tolist() == [2, 3]
    assert result.rows.index.name == "row"
    assert result.rows.iloc[0].tolist()[:4] == ["com.example.game", PLAYER, "first_win", 30]
    assert result.rows.iloc[0][["submitted_date", "challenge_ids", "pre_released"]].isna().all()
    assert [str(dtype) for dtype in result.rows.dtypes] == [*["str"] * 3, "Int64", "str", "str", "boolean", "category"]
    assert result.rows["sheet"].tolist() == ["Export", "Export"]


def test_a_score_is_a_record(checked: Check) -> None:
    """Scores have their own columns; the leaderboard's id stands where the achievement's does."""
    headers = ("gamePlayerID", "Leaderboard ID", "Score", "Context")
    result = checked([(PLAYER, "best-times", "9007199254740993", None)], headers, kind="scores")
    assert result.ok
    assert result.kind == "scores"
    assert tuple(result.rows.columns) == SCORE_COLUMNS
    assert result.rows.iloc[0].tolist()[1:4] == [PLAYER, "best-times", "9007199254740993"]


@pytest.mark.parametrize(
    "headers",
    [
        ("scoped_player_id", "vendor_identifier", "percentage_achieved"),
        ("scopedPlayerId", "vendorIdentifier", "percentageAchieved"),
        ("Player ID", "Achievement ID", "Percent (%)"),
        ("gamePlayerID", "Achievement", "Progress"),
        ("PLAYER-ID *", " achievement id ", "percentage"),
    ],
    ids=lambda headers: headers[0],
)
def test_headers_are_written_in_many_ways(checked: Check, headers: Sequence[str]) -> None:
    """Case, blanks, underscores and remarks in brackets do not matter in a header."""
    result = checked([ROW], headers)
    assert result.ok
    assert result.rows["percentage_achieved"].tolist() == [30]


def test_text_and_typed_cells_mean_the_same(checked: Check) -> None:
    """A text file gives the same records as a workbook."""
    book = as_text([HEADERS, (PLAYER, "first_win", "30"), (None, None, None), (OTHER, " first_win ", "100")])
    result = check_submissions(book, bundle_id="com.example.game")
    assert result.ok
    assert result.rows.index.tolist() == [2, 4]
    pd.testing.assert_frame_equal(
        result.rows.reset_index(drop=True),
        checked([ROW, (OTHER, "first_win", 100)]).rows.reset_index(drop=True),
    )


def test_a_missing_column_is_named(checked: Check) -> None:
    """Without a column that is needed nothing is read, and the message lists what is there."""
    result = checked([(PLAYER, "first_win")], ("Player ID", "Achievement ID"))
    assert codes(result) == ["column-missing"]
    assert result.rows.empty
    assert not result.ok
    assert 'it has "Player ID", "Achievement ID"' in result.file_errors[0].message


def test_a_column_can_be_chosen(checked: Check) -> None:
    """--column says which header counts, also against one that is recognised."""
    headers = ("Who", "Achievement ID", "Percent", "Progress")
    choices = Choices(columns={"scoped_player_id": "Who", "percentage_achieved": "Progress"})
    result = checked([(PLAYER, "a", 1000, 40)], headers, choices=choices)
    assert result.ok
    assert result.rows["percentage_achieved"].tolist() == [40]
    assert result.header("Export", "scoped_player_id") == "Who"
    assert result.header("Export", "submitted_date") == "Submitted Date"
    assert result.header("Elsewhere", "nothing") == "nothing"


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (Choices(columns={"points": "Pts"}), "option-unknown"),
        (Choices(columns={"percentage_achieved": "Pts"}), "column-not-found"),
        (Choices(sheets={"achievements": "Export"}), "option-unknown"),
        (Choices(sheets={"submissions": "Elsewhere"}), "sheet-not-found"),
    ],
    ids=["column", "header", "kind", "sheet"],
)
def test_a_choice_that_cannot_be_followed_is_an_error(checked: Check, choices: Choices, code: str) -> None:
    """An option that names something unknown stops the file, and says what there is."""
    result = checked([ROW], choices=choices)
    assert code in codes(result)
    assert result.file_errors


def test_two_columns_of_one_meaning_have_to_be_settled(checked: Check) -> None:
    """Two headers that mean the same are an error that names both."""
    result = checked([(*ROW, 40)], (*HEADERS, "Progress"))
    assert codes(result) == ["column-ambiguous"]
    assert '"Percent", "Progress"' in result.issues["message"][0]


def test_unused_columns_are_named(checked: Check) -> None:
    """Columns that nothing is made of are named in one remark; empty ones are not."""
    extra = [f"Note {number}" for number in range(22)]
    result = checked([(*ROW, "x", *extra, None)], (*HEADERS, None, *extra, "Empty"))
    assert codes(result) == ["column-unknown"]
    assert 'column D (no header), "Note 0"' in result.issues["message"][0]
    assert result.issues["message"][0].endswith("and 3 more.")


class TestSheets:
    def test_the_sheet_is_found_by_its_name(self, sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> None:
        """A sheet called Player Submissions is read, and another that looks like it is named."""
        result = check_submissions(
            book(sheet([HEADERS, ROW], "Old"), sheet([HEADERS, ROW], "Player Submissions")), bundle_id="a.b"
        )
        assert result.tables[0].sheet == "Player Submissions"
        assert codes(result) == ["sheet-not-read"]

    def test_two_sheets_have_to_be_settled(self, sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> None:
        """Two sheets with the headers are an error; --sheet settles it."""
        whole = book(sheet([HEADERS, ROW], "One"), sheet([HEADERS, ROW], "Two"))
        assert codes(check_submissions(whole, bundle_id="a.b")) == ["sheet-ambiguous"]
        settled = check_submissions(whole, Choices(sheets={"submissions": "Two"}), bundle_id="a.b")
        assert settled.ok
        assert settled.rows["sheet"].tolist() == ["Two"]

    @pytest.mark.parametrize("rows", [[], [["Notes"]], [[None, "Total"]]], ids=["empty", "note", "word"])
    def test_a_file_without_submissions_is_an_error(
        self, sheet: Callable[..., RawSheet], book: Callable[..., Book], rows: Sequence[Sequence[Json]]
    ) -> None:
        """Where no sheet has the headers, the message says what is needed and what there is."""
        result = check_submissions(book(sheet(rows, "Notes")))
        assert codes(result) == ["no-table"]
        assert "Player ID, Achievement ID, Percent" in result.issues["message"][0]
        assert result.tables == ()
        assert tuple(result.rows.columns) == SUBMISSION_COLUMNS

    def test_a_named_sheet_without_headers_is_an_error(
        self, sheet: Callable[..., RawSheet], book: Callable[..., Book]
    ) -> None:
        """A sheet that the user named is not given up for another one in silence."""
        whole = book(sheet([HEADERS, ROW], "One"), sheet([["x"]], "Two"))
        result = check_submissions(whole, Choices(sheets={"submissions": "Two"}))
        assert codes(result) == ["header-missing"]

    def test_hidden_sheets_and_achievements_are_not_read(
        self, sheet: Callable[..., RawSheet], book: Callable[..., Book]
    ) -> None:
        """A hidden sheet, a report and a sheet of achievements never pass for submissions."""
        whole = book(
            sheet([HEADERS, ROW], "Submissions", hidden=True),
            sheet([HEADERS, ROW], "gcbulk report"),
            sheet([["Achievement ID", "Points"], ["a", 5]], "Achievements"),
            sheet([["Achievement ID", "Locale"], ["a", "ja"]], "Localizations"),
        )
        assert codes(check_submissions(whole)) == ["no-table"]

    def test_headers_may_stand_below_a_title(self, sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> None:
        """The row with the most headers counts, a lone word above it does not."""
        rows = [["Progress", None, None], [None] * 3, HEADERS, ROW]
        result = check_submissions(book(sheet(rows, "Export", top=3)), bundle_id="a.b")
        assert result.ok
        assert result.rows.index.tolist() == [6]
        assert result.tables[0].header_row == 5

    def test_an_empty_book_has_no_submissions(self, book: Callable[..., Book]) -> None:
        """A file without a sheet is said to have none."""
        assert "no sheet" in check_submissions(book()).issues["message"][0]


class TestRows:
    def test_rows_that_are_no_submissions_are_left_out_and_named(self, checked: Check) -> None:
        """Headers again, totals, examples and prepared lines are not records, and each is said."""
        headers = (*HEADERS, "Pre-released")
        rows = [
            (*ROW, None),
            (None, None, None, None),
            (*headers[:3], None),
            ("Total:", None, 130, None),
            (PLAYER, "example.first", 5, None),
            (None, None, None, "no"),
        ]
        result = checked(rows, headers)
        assert result.ok
        assert result.rows.index.tolist() == [2]
        assert set(codes(result)) == {"repeated-header", "totals-row", "example-row", "rows-without-data"}
        assert result.issues["row"].dropna().tolist() == [4, 5, 6]

    def test_an_example_is_told_by_the_key_of_its_table(self, checked: Check) -> None:
        """What says that a row was skipped calls its id what the table calls it."""
        headers = ("Player ID", "Leaderboard ID", "Score")
        result = checked([(PLAYER, "example.best", 5), (PLAYER, "best", 5)], headers, kind="scores")
        assert result.issues["message"].tolist() == [
            "The example row of the template was skipped, because its Leaderboard ID starts with example."
        ]

    def test_a_table_without_rows_is_said(self, checked: Check) -> None:
        """Headers alone are a remark, and nothing is asked of them."""
        assert codes(checked([], bundle_id=None)) == ["no-rows"]

    def test_hidden_rows_are_read_and_said(self, sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> None:
        """Rows that are filtered out are records like all others."""
        whole = book(sheet([HEADERS, ROW, (OTHER, "b", 5)], "Export", hidden_rows=[3, 99]))
        result = check_submissions(whole, bundle_id="a.b")
        assert codes(result) == ["hidden-rows"]
        assert len(result.rows) == 2

    def test_empty_cells_are_errors_of_their_row(self, checked: Check) -> None:
        """A row that lacks player, achievement or percentage is kept, marked, and each gap is one error."""
        result = checked([(None, "a", 5), (PLAYER, None, 5), (PLAYER, "a", None), (None, "a", None), ROW])
        assert codes(result) == ["cell-empty"] * 5
        assert result.bad.tolist() == [True, True, True, True, False]
        assert result.issues["row"].tolist() == [2, 3, 4, 5, 5]
        assert result.issues["value"].isna().all()
        assert set(result.issues["kind"]) == {"submission"}


class TestApps:
    def test_the_app_may_stand_in_a_column(self, checked: Check) -> None:
        """Each row may name its own app; a blank cell means the one that was given."""
        headers = (*HEADERS, "Bundle ID")
        result = checked([(*ROW, "com.example.a"), (*ROW, "com.example.b")], headers, bundle_id=None)
        assert result.ok
        assert result.rows["bundle_id"].tolist() == ["com.example.a", "com.example.b"]
        given = checked([(*ROW, "com.example.game"), (*ROW, None)], headers)
        assert given.ok
        assert given.rows["bundle_id"].tolist() == ["com.example.game"] * 2

    def test_another_app_than_the_given_one_is_an_error(self, checked: Check) -> None:
        """A row for another app is not sent to the one on the command line."""
        result = checked([(*ROW, "com.example.other")], (*HEADERS, "Bundle ID"))
        assert codes(result) == ["bundle-id-differs"]
        assert result.bad.tolist() == [True]

    def test_a_gap_is_an_error_where_no_app_is_given(self, checked: Check) -> None:
        """Where the column says it for some rows alone, the others are errors."""
        result = checked([(*ROW, "com.example.a"), (*ROW, None)], (*HEADERS, "Bundle ID"), bundle_id=None)
        assert codes(result) == ["cell-empty"]
        assert result.bad.tolist() == [False, True]

    @pytest.mark.parametrize("headers", [HEADERS, (*HEADERS, "Bundle ID")], ids=["no column", "empty column"])
    def test_without_an_app_nothing_can_be_sent(self, checked: Check, headers: Sequence[str]) -> None:
        """Where nothing says for which app, the file as a whole is an error."""
        result = checked([(*ROW, *[None] * (len(headers) - 3))], headers, bundle_id=None)
        assert [error.code for error in result.file_errors] == ["bundle-id-missing"]

    def test_a_damaged_app_is_an_error(self, checked: Check) -> None:
        """An id that no app can have is refused in the column and on the command line."""
        result = checked([(*ROW, "com example")], (*HEADERS, "Bundle ID"), bundle_id=None)
        assert codes(result) == ["bundle-id-character"]
        assert checked([ROW], bundle_id="com/example").file_errors[0].code == "bundle-id-character"


class TestMatrix:
    HEADERS = ("Player ID", "first_win", "all_levels", "Country", "Name of player", "Bundle ID")

    def test_a_matrix_is_unpivoted(self, checked: Check) -> None:
        """A row for each player and a column for each achievement give a record for each filled cell, in row order."""
        rows = [(PLAYER, 10, "50 %", "DE", "x", None), (OTHER, None, 100, "FR", "y", None), (PLAYER, *[None] * 5)]
        result = checked(rows, self.HEADERS)
        assert result.ok
        assert result.rows.index.tolist() == [2, 2, 3]
        assert result.rows["scoped_player_id"].tolist() == [PLAYER, PLAYER, OTHER]
        assert result.rows["vendor_identifier"].tolist() == ["first_win", "all_levels", "all_levels"]
        assert result.rows["percentage_achieved"].tolist() == [10, 50, 100]
        assert set(codes(result)) == {"column-unknown", "matrix-form", "rows-without-data"}
        assert '"first_win", "all_levels"' in result.issues.set_index("code")["message"]["matrix-form"]
        assert '"Country", "Name of player"' in result.issues.set_index("code")["message"]["column-unknown"]

    def test_an_error_in_a_cell_is_of_its_record_alone(self, checked: Check) -> None:
        """A wrong percentage spoils one record, a wrong player all of the row."""
        rows = [(PLAYER, 101, 20, None, None, None), ("T:_0", 10, 200, None, None, None)]
        result = checked(rows, self.HEADERS)
        assert result.bad.tolist() == [True, False, True, True]
        errors = result.errors_at(result.bad.nonzero()[0])
        assert errors["code"].tolist() == ["percent-out-of-range", "player-id-wrong-kind", "player-id-wrong-kind"]
        assert errors["column"].tolist() == ["first_win", "Player ID", "Player ID"]

    def test_numbers_may_be_ids(self, checked: Check) -> None:
        """A header that is a whole number is an achievement like any other."""
        result = checked([(PLAYER, 10, 20, 5)], ("Player ID", 1001, 1002.0, 0.5))
        assert result.rows["vendor_identifier"].tolist() == ["1001", "1002"]
        assert codes(result) == ["column-unknown", "matrix-form"]

    def test_each_column_is_asked_about(self, checked: Check) -> None:
        """A column of 0 and 1 is asked about even where another is clearly in percent."""
        result = checked([(PLAYER, 1, 50), (OTHER, 0, 70)], ("Player ID", "a", "b"))
        assert [(error.code, error.column) for error in result.file_errors] == [("percent-unclear", "a")]

    def test_an_achievement_stands_once(self, checked: Check) -> None:
        """Two columns with the same achievement are an error."""
        result = checked([(PLAYER, 10, 20)], ("Player ID", "a", "a"))
        assert codes(result) == ["column-ambiguous"]

    def test_a_player_alone_is_no_matrix(self, checked: Check) -> None:
        """Without a column that holds percentages the missing columns are named."""
        result = checked([(PLAYER, "DE")], ("Player ID", "Country"))
        assert codes(result) == ["column-missing", "column-missing"]

    def test_cells_shown_as_percent_count_there_too(
        self, sheet: Callable[..., RawSheet], book: Callable[..., Book]
    ) -> None:
        """A matrix may mix cells that are shown as percent with plain ones."""
        whole = sheet([("Player ID", "a"), (PLAYER, 0.3), (OTHER, 30)], "Export")
        mask = pd.Series([False, True, False]).to_numpy()
        result = check_submissions(book(replace(whole, percent={2: mask})), bundle_id="a.b")
        assert result.ok
        assert result.rows["percentage_achieved"].tolist() == [30, 30]


class TestChecked:
    def test_it_shows_itself_in_short(self, checked: Check) -> None:
        """Its repr and HTML count, and show problems but no player."""
        result = checked([ROW, ("T:_0123456789abcdef", "a", 5)])
        assert repr(result) == "<CheckedSubmissions 2 submissions; 1 error; 0 warnings>"
        assert "player-id-wrong-kind" in result._repr_html_()
        assert "0123456789" not in result._repr_html_()
        fine = checked([ROW])
        assert fine._repr_html_() == "<p><b>CheckedSubmissions</b>: 1 submission · 0 errors · 0 warnings</p>"

    def test_issues_have_their_columns(self, checked: Check) -> None:
        """The issues frame is the one of every check, sorted by row."""
        result = checked([(PLAYER, "a", 101), (PLAYER, None, 5)])
        assert tuple(result.issues.columns) == ISSUE_COLUMNS
        assert result.issues["row"].tolist() == [2, 3]
        assert result.issues["column"].tolist() == ["Percent", "Achievement ID"]

    def test_errors_of_records_are_found(self, checked: Check) -> None:
        """The first error of each record is given, None for one without."""
        result = checked([ROW, (None, "a", 101)])
        errors = result.errors_at(pd.Series([0, 1]).to_numpy())
        assert errors["code"].tolist() == [None, "cell-empty"]
        assert errors["message"].tolist() == [None, "Player ID is empty. Fill it in."]
