"""What the sheets of leaderboards may hold, and what is said of what they may not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from books import ACHIEVEMENT_HEADERS, make_book, make_sheet
from hypothesis import given
from hypothesis import strategies as st
from leaderboard_jobs import BEST, BEST_EN, DAILY, HEADERS, TEXT_HEADERS

from gcbulk.files.reading import read
from gcbulk.files.template import write_template
from gcbulk.kinds import families
from gcbulk.kinds.recurrence import same_duration, same_moment, same_rule, seconds_between, seconds_of
from gcbulk.options import Kind
from gcbulk.records import Json
from gcbulk.reporting.readiness import readiness
from gcbulk.sheets import Checked, Choices, check, check_submissions, tell_kind

COLUMN = {name: number for number, name in enumerate(HEADERS)}
Said = list[tuple[Json, ...]]


def row(**cells: object) -> tuple[object, ...]:
    """A row with other cells, by their headers with underscores for blanks."""
    given = {name.replace("_", " "): value for name, value in cells.items()}
    return tuple(given.get(name, BEST[number] if number < 5 else None) for name, number in COLUMN.items())


def checked(*rows: Sequence[object], texts: Sequence[Sequence[object]] = ()) -> Checked:
    """A check of rows of leaderboards."""
    sheets = [make_sheet([HEADERS, *rows], "Leaderboards")]
    if texts:
        sheets.append(make_sheet([TEXT_HEADERS, *texts], "Leaderboard Localizations"))
    return check(make_book(*sheets))


def said(result: Checked) -> Said:
    """Row, column and code of every issue but that texts are missing."""
    lines = result.issues[result.issues["code"] != "leaderboard-without-localization"]
    lines = lines[["row", "column", "code"]].astype(object)
    return list(lines.where(lines.notna(), None).itertuples(index=False, name=None))


def value(result: Checked, column: str) -> Json:
    """What the first row holds in a column of its frame; None where nothing."""
    found = result.frames["leaderboards"][column].iloc[0]
    return None if pd.isna(found) or found == "" else found


@pytest.mark.parametrize(
    ("header", "column", "cell", "wanted"),
    [
        ("Score Format", "default_formatter", "Fixed Point – To 2 Decimals", "DECIMAL_POINT_2_PLACE"),
        ("Score Format", "default_formatter", "money_euro_decimal", "MONEY_EURO_DECIMAL"),
        ("Score Format", "default_formatter", "Elapsed Time - To the Second", "ELAPSED_TIME_SECOND"),
        ("Score Submission Type", "submission_type", "MOST RECENT SCORE", "MOST_RECENT_SCORE"),
        ("Sort Order", "score_sort_type", "asc", "ASC"),
        ("Sort Order", "score_sort_type", "Descending", "DESC"),
        ("Visible", "visibility", True, "SHOW_FOR_ALL"),
        ("Visible", "visibility", "nein", "HIDE_FOR_ALL"),
        ("Visible", "visibility", "Hide for All", "HIDE_FOR_ALL"),
        ("Visible", "visibility", None, None),
    ],
)
def test_words_of_the_website_and_of_the_api(header: str, column: str, cell: object, wanted: str | None) -> None:
    """A cell may say it as App Store Connect does or as the API does, in any case."""
    result = checked(row(**{header: cell}))
    assert said(result) == []
    assert value(result, column) == wanted


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Score Format", "Money - Whole Numbers", "score-format-unknown"),
        ("Score Format", 2, "score-format-unknown"),
        ("Score Submission Type", "First Score", "submission-type-unknown"),
        ("Sort Order", "best first", "sort-order-unknown"),
        ("Visible", "perhaps", "visibility-unclear"),
    ],
)
def test_other_words_are_not_guessed(header: str, cell: object, code: str) -> None:
    """What is none of the words is an error that lists them."""
    result = checked(row(**{header: cell}))
    assert said(result) == [(2, header, code)]
    assert "Use one of these: " in result.issues["message"].iloc[-1]


@pytest.mark.parametrize(
    ("low", "high", "issues"),
    [
        (0, 100, []),
        ("-9223372036854775808", "9223372036854775807", []),
        (None, None, []),
        (0, None, [("Score Range Max", "score-range-incomplete")]),
        (None, "5", [("Score Range Min", "score-range-incomplete")]),
        (5, 5, [("Score Range Max", "score-range-reversed")]),
        (10, "9", [("Score Range Max", "score-range-reversed")]),
        (1.5, 9, [("Score Range Min", "number-not-whole")]),
        (0, "1E+20", [("Score Range Max", "score-not-a-number")]),
        (0, 1e20, [("Score Range Max", "score-imprecise")]),
        (0, 9007199254740993.0, [("Score Range Max", "score-imprecise")]),
        (0, "9223372036854775808", [("Score Range Max", "score-out-of-range")]),
        (0, "many", [("Score Range Max", "score-not-a-number")]),
    ],
)
def test_a_range_has_two_whole_ends_in_order(low: object, high: object, issues: Said) -> None:
    """Both ends or none, the end above the start, whole and exact within 64 bits; else the cell is named."""
    result = checked(row(Score_Range_Min=low, Score_Range_Max=high))
    assert said(result) == [(2, *issue) for issue in issues]
    if not issues and low is not None:
        assert (value(result, "score_range_start"), value(result, "score_range_end")) == (str(low), str(high))


START, LASTS, RESTARTS = "2026-02-01 10:00", "1 day", "Daily"


@pytest.mark.parametrize(
    ("start", "lasts", "restarts", "issues"),
    [
        (START, LASTS, RESTARTS, []),
        (START, "P7D", "FREQ=WEEKLY", []),
        (START, timedelta(hours=12), "every 12 hours", []),
        (START, None, RESTARTS, [("Duration", "recurrence-incomplete")]),
        (None, LASTS, RESTARTS, [("Start (UTC)", "recurrence-incomplete")]),
        (None, None, RESTARTS, [("Start (UTC)", "recurrence-incomplete")]),
        (START, "2 days", RESTARTS, [("Restarts Every", "recurrence-overlaps")]),
        (START, "4 minutes", RESTARTS, [("Duration", "recurrence-out-of-range")]),
        (START, "31 days", RESTARTS, [("Duration", "recurrence-out-of-range")]),
        (START, LASTS, "every 5 weeks", [("Restarts Every", "recurrence-out-of-range")]),
        (START, "P1M", RESTARTS, [("Duration", "duration-unclear")]),
        (START, 1, RESTARTS, [("Duration", "duration-unclear")]),
        (START, LASTS, "monthly", [("Restarts Every", "recurrence-rule-unclear")]),
        (START, LASTS, "now and then", [("Restarts Every", "recurrence-rule-unclear")]),
        (START, LASTS, "FREQ=WEEKLY;BYDAY=MO,FR", [("Restarts Every", "recurrence-rule-untested")]),
        (START, LASTS, "FREQ=MONTHLY", [("Restarts Every", "recurrence-rule-untested")]),
        (START, LASTS, "INTERVAL=2", [("Restarts Every", "recurrence-rule-unclear")]),
        (START, LASTS, "FREQ=DAILY;INTERVAL=0", [("Restarts Every", "recurrence-rule-unclear")]),
        (START, LASTS, "FREQ=DALY", [("Restarts Every", "recurrence-rule-unclear")]),
        (START, timedelta(seconds=600.5), RESTARTS, [("Duration", "duration-unclear")]),
        (START, LASTS, timedelta(hours=36, seconds=1), [("Restarts Every", "recurrence-rule-unclear")]),
        ("01/02/2026", LASTS, RESTARTS, [("Start (UTC)", "date-ambiguous")]),
    ],
)
def test_a_recurrence_is_complete_and_does_not_overlap(
    start: object, lasts: object, restarts: object, issues: Said
) -> None:
    """All three or none, 5 minutes to 30 days, and never again before it has ended; what is not certain is asked."""
    result = checked(row(**{"Start_(UTC)": start, "Duration": lasts, "Restarts_Every": restarts}))
    assert said(result) == [(2, *issue) for issue in issues]


def test_what_is_sent_of_a_recurrence() -> None:
    """A start without a zone is in UTC, as its column says; words become what the API has."""
    result = checked(row(**{"Start_(UTC)": START, "Duration": "36 hours", "Restarts_Every": "Every 2 weeks"}))
    assert value(result, "recurrence_start_date") == "2026-02-01T10:00:00Z"
    assert value(result, "recurrence_duration") == "PT36H"
    assert value(result, "recurrence_rule") == "FREQ=WEEKLY;INTERVAL=2"


@pytest.mark.parametrize(
    ("lasts", "restarts", "sent"),
    [
        (timedelta(days=1), timedelta(days=14), ("P1D", "FREQ=WEEKLY;INTERVAL=2")),
        (timedelta(minutes=90), timedelta(hours=2), ("PT90M", "FREQ=HOURLY;INTERVAL=2")),
        ("7\u00a0days", "every\u00a02\u00a0weeks", ("P7D", "FREQ=WEEKLY;INTERVAL=2")),
        ("p1d", "rrule:freq=daily; interval=2;", ("P1D", "FREQ=DAILY;INTERVAL=2")),
    ],
)
def test_each_writing_of_a_recurrence(lasts: object, restarts: object, sent: tuple[str, str]) -> None:
    """A spreadsheet's own durations become the shortest form, and no blank matters, of whatever kind."""
    result = checked(row(**{"Start_(UTC)": START, "Duration": lasts, "Restarts_Every": restarts}))
    assert said(result) == []
    assert (value(result, "recurrence_duration"), value(result, "recurrence_rule")) == sent


@given(st.integers(1, 60), st.sampled_from(["minute", "hour", "day", "week"]), st.booleans())
def test_words_and_iso_and_rules_mean_the_same(count: int, unit: str, plural: bool) -> None:
    """A length of time in words is as long as what is sent for it, as a duration and as a rule."""
    seconds = count * {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}[unit]
    words = f"{count} {unit}{'s' if plural else ''}"
    result = checked(row(**{"Start_(UTC)": START, "Duration": words, "Restarts_Every": f"every {words}"}))
    assert seconds_of(value(result, "recurrence_duration")) == seconds
    assert seconds_between(value(result, "recurrence_rule")) == seconds
    fits = 300 <= seconds <= 30 * 86400
    assert {code for *_, code in said(result)} == (set() if fits else {"recurrence-out-of-range"})


@given(st.text(max_size=20) | st.none() | st.integers())
def test_anything_else_is_its_own_meaning(text: Json) -> None:
    """What cannot be read is never an error while it is compared, and means no less than it says."""
    for meaning, measure in ((same_duration, seconds_of), (same_rule, seconds_between)):
        assert meaning(text) == meaning(text)
        if measure(text) is None and not (isinstance(text, str) and "=" in text):
            assert meaning(text) == text
    assert same_moment(text) == same_moment(text)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [(" points", " points"), (" pts ", " pts "), ("点", "点"), ("  ", ""), (5, "5"), ("\u00a0km", "\u00a0km")],
)
def test_a_suffix_keeps_its_blanks(cell: object, wanted: str) -> None:
    """The blank between a score and its suffix is part of the suffix, exactly as the file says it."""
    result = checked(row(), texts=[(*BEST_EN[:5], cell)])
    assert result.frames["leaderboard_localizations"]["formatter_suffix"].tolist() == [wanted]


def test_long_texts_are_doubtful_and_no_error() -> None:
    """What leaderboards take is not known, so that a text longer than an achievement's is a warning."""
    result = checked(row(), texts=[("com.example.best", "ja", "N" * 51, "D" * 256, None, "S" * 51)])
    long = ("Display Name", "Description", "Suffix Plural")
    assert said(result) == [(2, name, "leaderboard-text-long") for name in long]
    assert result.ok


def test_the_wide_form_and_the_long_form() -> None:
    """Texts may stand beside the leaderboards, in languages of the headers or a language in a row."""
    wide = [
        (*HEADERS, "Display Name (en-US)", "Suffix Plural (en-US)", "Display Name (ja)"),
        (*row(), "Best", " points", "最高"),
    ]
    long = [
        (*HEADERS, "Locale", "Display Name", "Suffix Plural"),
        (*row(), "en-US", "Best", " points"),
        (*[None] * len(HEADERS), "ja", "最高", None),
    ]
    for rows in (wide, long):
        result = check(make_book(make_sheet(rows, "Leaderboards")))
        assert said(result) == []
        frame = result.frames["leaderboard_localizations"]
        assert frame[["locale", "name", "formatter_suffix"]].to_numpy().tolist() == [
            ["en-US", "Best", " points"],
            ["ja", "最高", ""],
        ]


@pytest.mark.parametrize(
    ("count", "codes"),
    [
        (100, []),
        (101, ["leaderboards-need-sets"]),
        (501, ["leaderboards-need-sets", "too-many-leaderboards"]),
    ],
)
def test_how_many_an_app_can_have(count: int, codes: list[str]) -> None:
    """Over 100 leaderboards need sets, which is a warning; over 500 are an error."""
    result = checked(*(row(Leaderboard_ID=f"lb.{number}") for number in range(count)))
    assert sorted(code for *_, code in said(result)) == codes


def test_an_id_of_an_achievement() -> None:
    """Whether an achievement and a leaderboard may share an id is not known: a warning at the later one."""
    achievements = make_sheet([ACHIEVEMENT_HEADERS, ("Best", "com.example.best", 5, "No", "No")])
    result = check(make_book(achievements, make_sheet([HEADERS, row(), DAILY], "Leaderboards")))
    (issue,) = result.issues[result.issues["code"] == "id-of-another-kind"].itertuples()
    assert (issue.sheet, issue.row, issue.column, issue.severity) == ("Leaderboards", 2, "Leaderboard ID", "warning")
    assert issue.message.startswith('An achievement has the id com.example.best as well ("Achievements" row 2).')


def test_rows_of_one_leaderboard_have_to_agree() -> None:
    """Two rows of one id with other content contradict each other, at the columns that differ."""
    result = checked(row(), row(Sort_Order="Low to High"))
    assert said(result) == [(number, "Leaderboard ID", "contradicting-rows") for number in (2, 3)]
    assert "differ in Sort Order" in result.issues["message"].iloc[-1]


def test_apples_catalog_report_names_its_columns() -> None:
    """The headers of Apple's own export are understood; what it lacks is named, and nothing else."""
    headers = (
        "APP_APPLE_ID",
        "REFERENCE_NAME",
        "APP_NAME",
        "LEADERBOARD_ID",
        "SCORE_FORMAT_TYPE",
        "Display_Order",
        "SORT_ORDER",
        "MIN_SCORE_RANGE",
        "MAX_SCORE_RANGE",
        "PARENT_LEADERBOARD",
        "LEADERBOARD_STATUS",
        "IS_DEFAULT",
        "GROUP",
        "LEADERBOARD_TYPE",
        "LOCALIZATIONS",
    )
    cells = (1, "Best", "Game", "lb.best", "INTEGER", 1, "DESC", 0, 9, None, "LIVE", "N", None, "CLASSIC", "en-US")
    result = check(make_book(make_sheet([headers, cells], "report")))
    assert [(code, column) for _, column, code in said(result)] == [("column-missing", None)]
    assert "Score Submission Type" in result.issues["message"].iloc[0]


SCORES = [("Leaderboard ID", "Score", "Player ID"), ("com.example.best", 5, f"A:_{'0' * 32}")]


@pytest.mark.parametrize("name", ["Leaderboards", "Scores", "Sheet1"])
def test_a_file_of_scores_stays_one(name: str) -> None:
    """Scores of players on leaderboards are scores, whatever their sheet is called."""
    book = make_book(make_sheet(SCORES, name))
    assert tell_kind(book, Choices()) == ("scores", [])
    assert check_submissions(book, kind="scores").rows["score"].tolist() == ["5"]


def test_the_localizations_of_achievements_are_theirs() -> None:
    """A sheet of unclear name with an achievement's headers is no leaderboard's, though it has an id and a name."""
    headers = ("vendorIdentifier", "locale", "name", "beforeEarnedDescription", "afterEarnedDescription")
    texts = make_sheet([headers, ("a", "ja", "A", "B", "C")], "Sheet2")
    result = check(make_book(make_sheet([ACHIEVEMENT_HEADERS, ("A", "a", 5, "No", "No")]), texts))
    assert result.issues.empty
    assert len(result.localizations) == 1


def test_it_is_ready_without_a_picture() -> None:
    """A picture is optional: a preview counts none as missing, and shows the description."""
    (item,) = readiness(checked(row(), texts=[BEST_EN])).items
    assert item.is_ready
    assert item.texts["en-US"].before == "All time."
    assert item.picture_standings == {}


def test_every_kind_of_file_is_an_option() -> None:
    """--kind has a word for each kind that is declared."""
    assert {str(one) for one in Kind} == set(families())


def test_the_sheets_of_a_kind_that_a_file_does_not_use(tmp_path: Path) -> None:
    """A template filled in with achievements alone is a file of achievements: nothing is said of the other sheets."""
    path = write_template(tmp_path / "game.xlsx")
    book = openpyxl.load_workbook(path)
    for at, cell in enumerate(("A", "a", 5, "No", "No"), 1):
        book["Achievements"].cell(4, at, cell)
    book.save(path)
    result = check(read(path))
    assert [kind.name for kind in result.kinds] == ["achievement"]
    assert "Leaderboards" not in set(result.issues["sheet"])
