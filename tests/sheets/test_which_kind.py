"""The headers tell what a file holds, and where two kinds fit it is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from gcbulk.records import Book, RawSheet
from gcbulk.sheets import Choices, check, check_submissions, sheets_left, tell_kind

PLAYER = "A:_0123456789abcdef0123456789abcdef"
ACHIEVEMENTS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LOCALIZATIONS = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
PROGRESS = ("Player ID", "Achievement ID", "Percent")
SCORES = ("Player ID", "Leaderboard ID", "Score")

MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (ACHIEVEMENTS, "achievements"),
        (LOCALIZATIONS, "achievements"),
        (PROGRESS, "submissions"),
        (SCORES, "scores"),
        (("Player ID", "vendorIdentifier", "Score"), "scores"),
        (("scoped_player_id", "vendor_identifier", "percentage_achieved"), "submissions"),
        (("Player ID", "Achievement ID", "Percent", "Score"), "submissions"),
        (("gamePlayerID", "identifier", "percentComplete", "lastReportedDate"), "submissions"),
        (("user_id", "achievement", "percentage", "unlocked_at"), "submissions"),
        (("user_id", "achievement", "percentage", "completed_at"), "submissions"),
        (("player", "leaderboardIdentifier", "value", "formattedValue", "context", "date"), "scores"),
        (("player", "leaderboardID", "score", "formattedScore", "context", "date"), "scores"),
        (("Player ID", "com.a.one", "com.a.two"), "submissions"),
        (("Player ID", "Score"), "scores"),
        (("Player ID", "Achievement", "Done"), "submissions"),
        (("Leaderboard ID", "Score"), "achievements"),
        (("Foo", "Bar"), "achievements"),
        (("Player ID", "vendorIdentifier", "Percentage", "Score"), None),
        (("Player ID", "Achievement ID", "Percent", "Leaderboard ID", "Score"), None),
        (("Player ID", "Achievement ID", "Score"), None),
        (("Player ID", "Achievement ID", "Points"), None),
        (("Player ID", "com.a.one", "Score"), None),
        (("Player ID",), None),
        ((*ACHIEVEMENTS, "Player ID", "Percent"), None),
    ],
    ids=lambda value: ", ".join(value)[:50] if isinstance(value, tuple) else str(value),
)
@pytest.mark.parametrize("name", ["Export", "achievements", "submissions", "scores"])
def test_the_headers_tell_the_kind(sheet: MakeSheet, headers: Sequence[str], kind: str | None, name: str) -> None:
    """Each kind is told by its headers, whatever the file is called; where two fit, the question names both options."""
    book = Book(None, "csv", (sheet([headers, ["x"] * len(headers)], name),))
    told, problems = tell_kind(book, Choices())
    assert told == kind
    assert [problem.code for problem in problems] == ([] if kind else ["kind-unclear"])
    if not kind:
        assert len(re.findall(r"--kind \w+", problems[0].messages[0])) > 1


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        (Choices(columns={"score": "Percentage"}), "scores"),
        (Choices(columns={"Percent": "Score"}), "submissions"),
        (Choices(sheets={"scores": "Export"}), "scores"),
        (Choices(sheets={"submissions": "Export"}), "submissions"),
        (Choices(columns={"vendor_identifier": "vendorIdentifier"}), None),
    ],
)
def test_an_option_that_one_kind_has_tells_it(
    sheet: MakeSheet, book: MakeBook, choices: Choices, kind: str | None
) -> None:
    """An option that only one kind has settles which it is, where the headers fit two."""
    headers = ("Player ID", "vendorIdentifier", "Percentage", "Score")
    assert tell_kind(book(sheet([headers], "Export")), choices)[0] == kind


def test_a_sheet_of_another_kind_is_no_candidate(sheet: MakeSheet, book: MakeBook) -> None:
    """Of progress and scores side by side each is read as what it is; a list of players is not called submissions."""
    whole = book(sheet([PROGRESS, [PLAYER, "a", 5]], "A"), sheet([SCORES, [PLAYER, "lb", 5]], "B"))
    progress, scores = (check_submissions(whole, kind=kind, bundle_id="a.b") for kind in ("submissions", "scores"))
    assert [table.sheet for table in (*progress.tables, *scores.tables)] == ["A", "B"]
    assert progress.issues.empty
    assert scores.issues.empty
    stats = book(sheet([ACHIEVEMENTS], "A"), sheet([["Player", "Kills"], ["Bob", 3]], "Stats"))
    assert sheets_left(stats, check(stats).tables) == []


def test_a_sheet_called_achievements_is_read_as_that(sheet: MakeSheet, book: MakeBook) -> None:
    """A sheet whose name says it is not given up for one of players because its headers are incomplete."""
    whole = book(sheet([["ID", "Points"], ["a", 1]], "Achievements"), sheet([PROGRESS], "Player Submissions"))
    assert tell_kind(whole, Choices()) == ("achievements", [])


@pytest.mark.parametrize("hidden", ["Localizations", "Old"])
def test_a_hidden_sheet_that_fits_is_named(sheet: MakeSheet, book: MakeBook, hidden: str) -> None:
    """A hidden sheet that would fit is not read, and said with the option that reads it."""
    other = LOCALIZATIONS if hidden == "Localizations" else ACHIEVEMENTS
    result = check(book(sheet([ACHIEVEMENTS]), sheet([other], hidden, hidden=True)))
    (message,) = result.issues.loc[result.issues["code"] == "sheet-not-read", "message"]
    assert f'The hidden sheet "{hidden}"' in message
    assert "--sheet" in message


def test_of_several_sheets_achievements_come_first(sheet: MakeSheet, book: MakeBook) -> None:
    """A workbook with sheets of several kinds is read as achievements, and by submit as progress; the rest is named."""
    whole = book(sheet([SCORES], "S"), sheet([PROGRESS], "Player Submissions"), sheet([ACHIEVEMENTS], "A"))
    assert tell_kind(whole, Choices()) == ("achievements", [])
    assert tell_kind(whole, Choices(), ("submissions", "scores")) == ("submissions", [])
    assert sheets_left(whole, check(whole).tables) == [("S", "scores"), ("Player Submissions", "submissions")]


def test_what_is_read_is_of_the_kind_that_was_told(sheet: MakeSheet, book: MakeBook) -> None:
    """A sheet of another kind is never read as the one that was asked for; the message says what it looks like."""
    players = book(sheet([SCORES, [PLAYER, "lb", 5]], "achievements"))
    for result in (check(players), check_submissions(players, bundle_id="a.b")):
        assert not result.tables
        (issue,) = result.file_errors
        assert "scores" in issue.message
        assert "--kind scores" in issue.message
    whole = book(sheet([ACHIEVEMENTS, ["First", "one", 5, "No", "No"]], "Export"))
    (issue,) = check_submissions(whole, bundle_id="a.b").file_errors
    assert "achievements" in issue.message


def test_a_word_for_something_else_is_no_achievement(sheet: MakeSheet, book: MakeBook) -> None:
    """In a matrix neither a score nor an index is an achievement; it is named as a column that is not used."""
    rows = [("index", "Player ID", "com.a.one", "Score", "Level"), (0, PLAYER, 40, 50, 3)]
    result = check_submissions(book(sheet(rows, "Export")), bundle_id="a.b")
    assert result.ok
    assert result.rows["vendor_identifier"].tolist() == ["com.a.one"]
    assert '"index", "Score", "Level"' in result.issues["message"][0]


@pytest.mark.parametrize("extra", [("unlocked_at", "completed_at"), ("Date", "completed_at")])
def test_a_header_that_may_mean_something_yields(sheet: MakeSheet, book: MakeBook, extra: Sequence[str]) -> None:
    """A header with other uses means a column only where no other does; several are named with the option, not read."""
    result = check_submissions(book(sheet([(*PROGRESS, *extra), (PLAYER, "a", 5, *_DATES)], "Export")), bundle_id="a.b")
    assert result.ok
    assert result.issues["code"].tolist() == ["column-unknown"]
    assert ("--column submitted_date" in result.issues["message"][0]) == (extra[0] != "Date")


_DATES = ("2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z")
CATALOG = (
    "APP_APPLE_ID", "REFERENCE_NAME", "APP_NAME", "ACHIEVEMENT_ID", "Display_Order", "POINTS_VALUE", "IS_HIDDEN",
    "IS_RECYCLABLE", "GROUP", "ACHIEVEMENT_STATUS", "LOCALIZATIONS",
)  # fmt: skip


def test_a_catalog_report_reads_without_options(sheet: MakeSheet, book: MakeBook) -> None:
    """Apple's own export is read as it is, without a word on its columns; the apps of an account are never mixed."""
    row = ("123", "First", "Game", "one", "1", "10", "No", "Yes", "", "LIVE", "en-US, de-DE")
    result = check(book(sheet([CATALOG, row], "catalog")))
    assert result.issues["code"].tolist() == ["achievement-without-localization"]
    assert result.achievements[["points", "show_before_earned", "repeatable"]].iloc[0].tolist() == [10, True, True]
    several = check(book(sheet([CATALOG, row, ("456", *row[1:3], "two", *row[4:])], "catalog")))
    assert [issue.code for issue in several.file_errors] == ["several-apps"]
    assert '"123", "456"' in several.file_errors[0].message


LONG = (*ACHIEVEMENTS, "Locale", "Title", "Pre-earned", "Earned")
CELLS = {
    "Reference Name": "First", "Achievement ID": "one", "Points": 5, "Hidden": "No", "Achievable More Than Once": "No",
    "Locale": "en-US",
}  # fmt: skip


@pytest.mark.parametrize("tables", [(LONG,), (ACHIEVEMENTS, LOCALIZATIONS)], ids=["long", "apart"])
def test_a_missing_or_doubled_column_is_said_once(
    sheet: MakeSheet, book: MakeBook, tables: Sequence[Sequence[str]]
) -> None:
    """With a column left out, the id with it, or one there twice, no row is told what only follows from that."""
    for place, headers in enumerate(tables):
        losses = [{name, other} for name in headers for other in (name, "Achievement ID")]
        changed = [[name for name in headers if name not in lost] for lost in losses]
        for these in [*changed, [*headers, "Achievement ID"], [*headers, headers[-1]]]:
            books = [these if number == place else other for number, other in enumerate(tables)]
            sheets = []
            for number, names in enumerate(books):
                row = [CELLS.get(name, "Text") for name in names]
                second = ["two" if cell == "one" else cell for cell in row]
                sheets.append(sheet([names, row, second], f"S{number}"))
            result = check(book(*sheets))
            errors = result.issues[result.issues["severity"] == "error"]
            assert len(errors), these
            assert errors["row"].isna().all(), these


def test_two_sheets_of_achievements_are_said_once(sheet: MakeSheet, book: MakeBook) -> None:
    """Where nobody knows which sheet holds the achievements, no localization is told to have none."""
    rows = [ACHIEVEMENTS, ["First", "one", 5, "No", "No"]]
    texts = [LOCALIZATIONS, *(["one", locale, "A", "B", "C"] for locale in ("en-US", "ja"))]
    result = check(book(sheet(rows, "One"), sheet(rows, "Two"), sheet(texts, "Texts")))
    assert [issue.code for issue in result.file_errors] == ["sheet-ambiguous"]
    assert result.issues["row"].isna().all()
