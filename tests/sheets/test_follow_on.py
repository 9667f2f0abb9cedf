"""What follows from one error is folded into it in the list that people read, and stays an error of its row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gcbulk.planning import plan_steps
from gcbulk.records import Action, Book, CellProblem, Json, RawSheet
from gcbulk.reporting.lines import check_lines
from gcbulk.reporting.submissions import submission_check_lines
from gcbulk.sheets import Checked, Choices, check, check_submissions
from gcbulk.sheets.readiness import with_readiness

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LONG = (*HEADERS, "Locale", "Title", "Pre-earned", "Earned")
WIDE = (*HEADERS, *(f"{title} ({locale})" for locale in ("ja", "it") for title in ("Title", "Pre-earned", "Earned")))
LOCALES = ("en-US", "de-DE", "ja", "it", "ko", "da", "fi", "sv", "no", "pl", "ru", "uk")
ROW = ("Win", "win", 10, "No", "No")
BAD = [("a-b", locale, "T", "Do.", "Done.") for locale in LOCALES]
Check = Callable[..., Checked]


def _errors(result: Checked) -> list[Json]:
    return list(result.issues[result.issues["severity"] == "error"].itertuples())


@pytest.mark.parametrize("bad", ["a-b", "101.0", "x" * 101, "a\u200bb"])
def test_one_damaged_id_is_one_line(checked: Check, bad: str) -> None:
    """A hyphen in an id is one line with its twelve localizations behind it; all thirteen rows are rejected."""
    result = checked([ROW, ("Bad", bad, 5, "No", "No")], [(bad, locale, "T", "Do.", "Done.") for locale in LOCALES])
    (error,) = _errors(result)
    assert (error.sheet, error.row) == ("Achievements", 3)
    assert error.message.endswith('The same goes for its 12 localizations, rows 2-13 of "Localizations".')
    rejected = [step for step in plan_steps(result) if step.action is Action.REJECT]
    assert len(rejected) == 13
    assert len(result.errors_of()) == 13
    lines = check_lines(result)
    assert (lines["outcome"] == "error").sum() == 13
    assert len(lines) == 14


def test_one_missing_achievement_is_one_line(checked: Check) -> None:
    """Localizations of one id that no achievement has are one line; those of another id have their own."""
    rows = [(key, locale, "T", "Do.", "Done.") for key in ("gone", "lost") for locale in LOCALES]
    first, second = _errors(checked([ROW], rows))
    assert (first.row, second.row) == (2, 14)
    assert first.message.endswith("The same goes for its 11 localizations, rows 3-13.")
    assert second.message.endswith("The same goes for its 11 localizations, rows 15-25.")


def test_further_languages_of_a_damaged_id_are_folded(checked: Check) -> None:
    """In the long form the rows of further languages hang on the achievement's first row."""
    rows = [("Bad", "a-b", 5, "No", "No", "en-US", "T", "Do.", "Done.")]
    rows += [("Bad", "a-b", 5, "No", "No", locale, "T", "Do.", "Done.") for locale in LOCALES[1:3]]
    result = checked(rows, headers=LONG)
    (error,) = _errors(result)
    assert error.row == 2
    assert error.message.endswith("The same goes for its 2 localizations, rows 3-4.")
    assert len(result.errors_of()) == 4


def test_in_the_wide_form_there_is_nothing_to_fold(checked: Check) -> None:
    """An achievement and its languages in one row have one line for their id."""
    result = checked([("Bad", "a-b", 5, "No", "No", *("T", "Do.", "Done.") * 2)], headers=WIDE)
    (error,) = _errors(result)
    assert "same goes" not in error.message


def test_two_achievements_are_two_lines(checked: Check) -> None:
    """Ids of achievements of their own are never folded, nor are errors of another kind on a localization's row."""
    rows = [("Bad", "a-b", 5, "No", "No"), ("Worse", "a-b", 500, "No", "No")]
    result = checked(rows, [("a-b", "en-US", None, "Do.", "Done."), ("c-d", "ja", "T", "Do.", "Done.")])
    found = [(error.sheet, error.row, error.code) for error in _errors(result)]
    assert found == [
        ("Achievements", 2, "id-character"),
        ("Achievements", 3, "id-character"),
        ("Achievements", 3, "points-out-of-range"),
        ("Localizations", 2, "cell-empty"),
        ("Localizations", 3, "id-character"),
    ]
    assert _errors(result)[0].message.endswith('The same goes for its localization, row 2 of "Localizations".')


@pytest.mark.parametrize("unread", [None, CellProblem.ERROR_VALUE, CellProblem.NO_CACHED_VALUE, "#N/A", "101.0", "###"])
def test_localizations_of_an_id_that_cannot_be_read_hang_on_it(checked: Check, unread: Json) -> None:
    """Where an achievement's id cannot be read, its localizations are no problems of their own; all are rejected."""
    result = checked([ROW, ("Bad", unread, 5, "No", "No")], [("bad", one, "T", "Do.", "Done.") for one in LOCALES])
    (error,) = _errors(result)
    assert (error.sheet, error.row, error.column) == ("Achievements", 3, "Achievement ID")
    assert error.message.endswith(
        'may be the id of 12 localizations without an achievement, rows 2-13 of "Localizations".'
    )
    assert len(result.errors_of()) == 13


def test_more_ids_than_cannot_be_read_are_problems_of_their_own(checked: Check) -> None:
    """One id that cannot be read explains the localizations of one achievement, not of two."""
    rows = [(key, locale, "T", "Do.", "Done.") for key in ("gone", "lost") for locale in LOCALES]
    found = [(error.code, error.row) for error in _errors(checked([ROW, ("Bad", None, 5, "No", "No")], rows))]
    assert found == [
        ("cell-empty", 3),
        ("localization-without-achievement", 2),
        ("localization-without-achievement", 14),
    ]


def test_without_achievements_there_is_one_line(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> None:
    """Localizations alone, as where the other sheet is hidden, have one problem: no achievement was read."""
    texts = [(f"a{number}", locale, "T", "Do.", "Done.") for number in range(5) for locale in LOCALES]
    headers = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
    result = check(book(sheet([HEADERS, ROW], hidden=True), sheet([headers, *texts], "Localizations")))
    (error,) = _errors(result)
    assert error.row == 2
    assert error.message.endswith(
        "No achievements were read at all, so the same goes for all other localizations, rows 3-61."
    )
    assert len(result.errors_of()) == 60


@pytest.mark.parametrize("wrong", [None, "en", "english"])
def test_a_column_of_locales_that_is_wrong_throughout_is_one_line(checked: Check, wrong: Json) -> None:
    """Locales that are missing, or written otherwise, in every row are one thing to correct; each row is rejected."""
    rows = [(f"a{number}", f"a{number}", 5, "No", "No") for number in range(4)]
    result = checked(rows, [(row[1], wrong, "T", "Do.", "Done.") for row in rows])
    (error,) = _errors(result)
    assert (error.row, error.column) == (2, "Locale")
    assert error.message.endswith("The same goes for rows 3-5.")
    assert len(result.errors_of()) == 4


def test_each_wrong_locale_of_many_rows_is_one_line(checked: Check) -> None:
    """Beside locales that are right, those that many rows write in the same wrong way are one line for each way."""
    rows = [(f"a{number}", f"a{number}", 5, "No", "No") for number in range(6)]
    texts = [(row[1], locale, "T", "Do.", "Done.") for row in rows for locale in ("en_US", "de_DE", "ja")]
    result = checked(rows, texts)
    assert [(error.row, error.code) for error in _errors(result)] == [(2, "locale-unknown"), (3, "locale-unknown")]
    assert _errors(result)[0].message.endswith("The same goes for rows 5, 8, 11, 14, 17.")
    assert len(result.errors_of()) == 12


def test_single_wrong_locales_have_their_own_lines(checked: Check) -> None:
    """A few cells that are wrong among right ones are a line each."""
    texts = [("win", locale, "T", "Do.", "Done.") for locale in ("en", "ja", "en", "it-IT")]
    assert [error.row for error in _errors(checked([ROW], texts)) if error.code == "locale-unknown"] == [2, 4, 5]


def test_localizations_whose_ids_are_not_read_are_not_missed(
    sheet: Callable[..., RawSheet], book: Callable[..., Book]
) -> None:
    """Without a column of ids nobody knows which achievement lacks a localization, and nothing is said of it."""
    headers = ("Key", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
    texts = sheet([headers, ("win", "ja", "T", "Do.", "Done.")], "Localizations")
    result = check(book(sheet([HEADERS, ROW]), texts))
    assert set(result.issues["code"]) == {"column-missing", "column-unknown"}


@pytest.mark.parametrize("wrong", ["com.other", "com.exa mple", "com_x"])
def test_a_column_of_wrong_bundle_ids_is_one_line(
    sheet: Callable[..., RawSheet], book: Callable[..., Book], wrong: str
) -> None:
    """The wrong app in every row is one thing to correct, and an error of each row."""
    player = "A:_0123456789abcdef0123456789abcdef"
    rows = [("Player ID", "Achievement ID", "Percent", "Bundle ID"), *((player, f"a{n}", 50, wrong) for n in range(9))]
    result = check_submissions(book(sheet(rows, "Export")), bundle_id="com.example.game")
    (error,) = result.issues[result.issues["severity"] == "error"].itertuples()
    assert (error.row, error.column) == (2, "Bundle ID")
    assert error.message.endswith("The same goes for rows 3-10.")
    assert result.bad.all()
    assert result.errors_at(np.arange(9))["code"].notna().all()
    assert len(submission_check_lines(result, step="submission")) == 9


@pytest.mark.parametrize(("kind", "name"), [("achievements", "Localizations"), ("localizations", "Achievements")])
def test_a_sheet_named_for_another_kind_stops_there(
    sheet: Callable[..., RawSheet], book: Callable[..., Book], kind: str, name: str
) -> None:
    """A sheet named by mistake is one problem, not one for each column that it cannot have."""
    headers = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
    whole = book(sheet([HEADERS, ROW]), sheet([headers, ("win", "ja", "T", "Do.", "Done.")], "Localizations"))
    result = check(whole, Choices(sheets={kind: name}))
    assert list(result.issues["code"]) == ["header-missing"]
    assert f'--sheet {kind}="{name}"' in result.issues["message"].iloc[0]


def test_a_column_of_numbers_is_one_remark(checked: Check) -> None:
    """Ids that are numbers throughout are one remark for each sheet, and stay one of each row in the report."""
    rows = [(f"A{number}", 1000 + number, 5, "No", "No") for number in range(8)]
    result = checked(rows, [(row[1], "ja", "T", "Do.", "Done.") for row in rows])
    found = result.issues[result.issues["code"] == "id-from-number"]
    assert list(zip(found["sheet"], found["row"], strict=True)) == [("Achievements", 2), ("Localizations", 2)]
    assert found["message"].str.endswith("The same goes for rows 3-9, each with its own number.").all()
    assert (result.row_issues["code"] == "id-from-number").sum() == 16
    assert result.ok


def test_what_a_review_needs_is_in_the_report_of_a_folded_check(checked: Check) -> None:
    """A warning about the whole file is among the problems of the rows too, from which the report is made."""
    result = with_readiness(checked([ROW, ("Bad", "a-b", 5, "No", "No")], [("win", "ja", "T", "Do.", "Done."), *BAD]))
    assert result.folded is not None
    assert "not-ready-for-review" in set(check_lines(result)["code"])
