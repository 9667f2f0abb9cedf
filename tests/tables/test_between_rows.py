"""Rules between rows look at errors alone: a cell that is merely remarked on takes part in every one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.kinds import families
from gcbulk.records import Book, Json, RawSheet, Severity
from gcbulk.sheets import Checked, check
from gcbulk.tables.codes import CODES
from gcbulk.tables.types import Plain

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LANGUAGE_HEADERS = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
LONG = (*HEADERS, *LANGUAGE_HEADERS[1:])
BETWEEN = {
    "contradicting-rows",
    "duplicate-row",
    "duplicate-locale",
    "localization-without-achievement",
    "achievement-without-localization",
    "id-differs-by-case",
    "too-many-achievements",
    "points-total",
}
Check = Callable[..., Checked]
Said = Callable[..., list[tuple[Json, ...]]]
MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]

IDS = {"1001": 1001.0, "1002": 1002.0, "7": 7}
NAMES = {"5": 5.0, "6": 6, "Ten": "Te\nn", "Six": "Si\tx"}
LOCALES = {"en-US": "bn-BD", "ja": "ur-PK"}
TEXTS = {"8": 8, "9": 9.0, "Won": "W\non", "Lost": "L" * 40}
EITHER = st.booleans()


def plain_or_warned(words: dict[str, Json]) -> st.SearchStrategy[tuple[Json, Json]]:
    """A content as good text, and what stands for it in the cell: itself, or what is warned about."""
    return st.sampled_from(list(words)).flatmap(
        lambda word: EITHER.map(lambda warned: (word, words[word] if warned else word))
    )


ACHIEVEMENT = st.tuples(
    plain_or_warned(NAMES), plain_or_warned(IDS), st.sampled_from([0, 10, 50]).map(lambda points: (points, points))
)
TEXT = st.tuples(plain_or_warned(IDS), st.sampled_from(list(LOCALES)), plain_or_warned(TEXTS))


def _between(result: Checked) -> list[str]:
    """What the rules between rows say, and where."""
    lines = result.issues[result.issues["code"].isin(BETWEEN)]
    return sorted(map(str, zip(lines["sheet"], lines["row"], lines["code"], strict=True)))


@settings(max_examples=examples(40), deadline=None)
@given(rows=st.lists(ACHIEVEMENT, min_size=1, max_size=5), texts=st.lists(TEXT, max_size=5), untested=EITHER)
def test_a_warning_never_keeps_a_cell_from_the_rules_between_rows(
    sheet: MakeSheet,
    book: MakeBook,
    rows: Sequence[tuple[tuple[Json, Json], ...]],
    texts: Sequence[tuple[tuple[Json, Json], str, tuple[Json, Json]]],
    untested: bool,
) -> None:
    """Ids and texts stored as numbers, line breaks, long names and untested locales change nothing between rows."""

    def run(version: int) -> Checked:
        # A content that differs for the warning's sake differs in both versions, in the good one by other letters.
        def cell(pair: tuple[Json, Json]) -> Json:
            good, found = pair
            stands_for = f"{good}*" if isinstance(found, str) and found != good else good
            return found if version else stands_for

        upper = [[cell(name), cell(key), points[0], "No", "No"] for name, key, points in rows]
        lower = [
            [cell(key), LOCALES[locale] if version and untested else locale, cell(name), "Do it.", "Done."]
            for key, locale, name in texts
        ]
        sheets = [sheet([HEADERS, *upper]), sheet([LANGUAGE_HEADERS, *lower], "Localizations")]
        return check(book(*sheets))

    good, warned = run(0), run(1)
    assert _between(warned) == _between(good)


def test_two_rows_for_one_number_as_id_contradict_each_other(checked: Check, said: Said) -> None:
    """Numbers as ids are remarked on, and the rows that share one still have to agree."""
    result = checked([("Ten", 1001, 10, "No", "No"), ("Hundred", 1001, 50, "No", "No")])
    assert [code for _, _, code in said(result, errors=True)] == ["contradicting-rows"] * 2


def test_the_limits_count_ids_that_are_numbers(checked: Check, said: Said) -> None:
    """More than 100 achievements, or more than 1,000 points, are found whatever their ids are stored as."""
    result = checked([(f"A {number}", 1000.0 + number, 10, "No", "No") for number in range(101)])
    assert {"too-many-achievements", "points-total"} <= {code for _, _, code in said(result, errors=True)}


def test_the_long_form_judges_numbers_as_ids_alike(checked: Check, said: Said) -> None:
    """One language twice for an achievement whose id is a number is found in the long form too."""
    rows = [
        ("Ten", 1001, 10, "No", "No", "en-US", "Ten", "Do it.", "Done."),
        (None, 1001, None, None, None, "en-US", "Other", "Do it.", "Done."),
        ("Ten", "1001", 10, "No", "No", "bn-BD", "T\nen", "Do it.", "Done."),
        (None, 1001, None, None, None, "bn-BD", "T\nxn", "Do it.", "Done."),
    ]
    found = [row for row, _, code in said(checked(rows, headers=LONG), errors=True) if code == "duplicate-locale"]
    assert found == [2, 3, 4, 5]


def test_rows_that_say_the_same_do_so(checked: Check) -> None:
    """Only rows whose every cell is understood are said to say the same."""
    row = ("Ten", "a", 10, "No", "No")
    (same,) = checked([row, row]).issues.query("code == 'duplicate-row'")["message"]
    (unsure,) = checked([row, ("Ten", "a", 1000, "No", "No")]).issues.query("code == 'duplicate-row'")["message"]
    assert "says the same as row 2" in same
    assert "says the same" not in unsure


def test_accents_kept_in_two_ways_are_no_difference(checked: Check, said: Said) -> None:
    """Texts that differ in their normal form alone contradict nothing."""
    rows = [("Caf\u00e9", "a", 10, "No", "No"), ("Cafe\u0301", "a", 10, "No", "No")]
    texts = [("a", "en-US", name, "Do it.", "Done.") for name, *_ in rows]
    result = checked(rows, texts)
    assert [code for _, _, code in said(result)] == ["duplicate-row", "duplicate-row"]


@pytest.mark.parametrize(
    "rules", [one.type.rules for family in families().values() for one in family.columns if isinstance(one.type, Plain)]
)
def test_errors_are_asked_about_before_warnings(rules: Sequence[Json]) -> None:
    """A cell is spoken of once, so no warning may stand before an error that it would hide."""
    severities = [CODES[rule.code].severity for rule in rules]
    assert severities == sorted(severities, key=[Severity.ERROR, Severity.WARNING].index)
