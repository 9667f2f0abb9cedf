"""What follows from one error is folded into it in the list that people read, and stays an error of its row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.planning import plan_steps
from gcbulk.records import Action, Json
from gcbulk.reporting.lines import check_lines
from gcbulk.sheets import Checked

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LONG = (*HEADERS, "Locale", "Title", "Pre-earned", "Earned")
WIDE = (*HEADERS, *(f"{title} ({locale})" for locale in ("ja", "it") for title in ("Title", "Pre-earned", "Earned")))
LOCALES = ("en-US", "de-DE", "ja", "it", "ko", "da", "fi", "sv", "no", "pl", "ru", "uk")
ROW = ("Win", "win", 10, "No", "No")
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
