from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import CellProblem, Json
from gcbulk.sheets import Checked
from gcbulk.tables.cells import WHITE_SPACE
from gcbulk.tables.locales import ACCEPTED, UNTESTED, suggestion

COLUMNS = {"Reference Name": 0, "Achievement ID": 1, "Points": 2, "Hidden": 3, "Achievable More Than Once": 4}
TEXTS = {"Locale": 1, "Display Name": 2, "Pre-earned Description": 3, "Earned Description": 4}
ROW = ("First Win", "first_win", 10, "No", "No")
LANGUAGE = ("first_win", "en-US", "First Win", "Win once.", "You won.")
Check = Callable[..., Checked]
Said = Callable[..., list[tuple[Json, ...]]]
DATE = datetime(2024, 3, 1)  # noqa: DTZ001 - spreadsheets know no zones


def _with(row: Sequence[Json], place: int, value: Json) -> list[Json]:
    """A row with one cell changed."""
    return [*row[:place], value, *row[place + 1 :]]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Achievement ID", "a-b", "id-character"),
        ("Achievement ID", "a b", "id-character"),
        ("Achievement ID", "é", "id-character"),
        ("Achievement ID", "a" * 101, "id-too-long"),
        ("Achievement ID", "a" * 100, None),
        ("Achievement ID", "a\u200bb", "id-invisible-character"),
        ("Achievement ID", "a\u00a0b", "id-invisible-character"),
        ("Achievement ID", "a\nb", "id-invisible-character"),
        ("Achievement ID", "a\x00b", "id-invisible-character"),
        ("Achievement ID", "\u00a0ab\u200b ", None),
        ("Achievement ID", DATE, "id-is-a-date"),
        ("Achievement ID", True, "id-is-a-flag"),
        ("Achievement ID", 1234567890123456789, "id-is-a-number"),
        ("Achievement ID", 1.5, "id-is-a-number"),
        ("Achievement ID", -5, "id-is-a-number"),
        ("Achievement ID", 123456789012345, "id-from-number"),
        ("Achievement ID", 7.0, "id-from-number"),
        ("Achievement ID", "1.23457E+18", "id-looks-damaged"),
        ("Achievement ID", "1E5", None),
        ("Achievement ID", "007", None),
        ("Achievement ID", "NA", None),
        ("Achievement ID", "null", None),
        ("Achievement ID", None, "cell-empty"),
        ("Achievement ID", CellProblem.ERROR_VALUE, "cell-error"),
        ("Achievement ID", CellProblem.NO_CACHED_VALUE, "cell-not-calculated"),
        ("Achievement ID", CellProblem.UNREADABLE_DATE, "cell-unreadable-date"),
        ("Achievement ID", "a\udcff", "broken-text"),
        ("Reference Name", None, "cell-empty"),
        ("Reference Name", DATE, "not-text"),
        ("Reference Name", False, "not-text"),
        ("Reference Name", 0.5, "not-text"),
        ("Reference Name", 2048, "text-from-number"),
        ("Reference Name", "a\x07b", "control-character"),
        ("Reference Name", "a\nb", "line-break"),
        ("Reference Name", ["a"], "cell-not-understood"),
        ("Reference Name", "x" * 500, "reference-name-long"),
        ("Points", None, "cell-empty"),
        ("Points", "ten", "points-not-a-number"),
        ("Points", "１０", "points-not-a-number"),
        ("Points", DATE, "points-not-a-number"),
        ("Points", True, "points-not-a-number"),
        ("Points", 10.5, "points-not-whole"),
        ("Points", "10.5", "points-not-whole"),
        ("Points", 101, "points-out-of-range"),
        ("Points", -1, "points-out-of-range"),
        ("Points", "99999999999", "points-out-of-range"),
        ("Points", 0, None),
        ("Points", 100, None),
        ("Points", CellProblem.NO_CACHED_VALUE, "cell-not-calculated"),
        ("Hidden", None, "cell-empty"),
        ("Hidden", "maybe", "flag-unclear"),
        ("Hidden", 2, "flag-unclear"),
        ("Hidden", "✗", "flag-unclear"),
        ("Hidden", "x", None),
        ("Hidden", DATE, "flag-unclear"),
        ("Achievable More Than Once", "✓", None),
        ("Achievable More Than Once", "often", "flag-unclear"),
    ],
    ids=lambda value: repr(value)[:25],
)
def test_each_rule_of_an_achievement(checked: Check, said: Said, column: str, value: Json, code: str | None) -> None:
    """A cell that breaks a rule gives that one complaint, at its row and column; a cell that breaks none gives none."""
    result = checked([_with(ROW, COLUMNS[column], value), _with(ROW, 1, "other")])
    assert said(result) == ([(2, column, code)] if code else [])
    assert len(result.achievements) == 2


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Locale", None, "cell-empty"),
        ("Locale", "es-es", "locale-unknown"),
        ("Locale", "it-IT", "locale-unknown"),
        ("Locale", "gu-IN", "locale-untested"),
        ("Locale", 7.5, "not-text"),
        ("Display Name", None, "cell-empty"),
        ("Display Name", "x" * 30, None),
        ("Display Name", "x" * 31, "name-long"),
        ("Display Name", "x" * 50, "name-long"),
        ("Display Name", "x" * 51, "name-too-long"),
        ("Display Name", "😀" * 25, None),
        ("Display Name", "😀" * 26, "name-long"),
        ("Pre-earned Description", "x" * 120, None),
        ("Pre-earned Description", "x" * 121, "description-long"),
        ("Pre-earned Description", "x" * 256, "description-too-long"),
        ("Earned Description", "x" * 255, "description-long"),
        ("Earned Description", "x\ny", "line-break"),
        ("Earned Description", "x\x1by", "control-character"),
    ],
    ids=lambda value: repr(value)[:25],
)
def test_each_rule_of_a_localization(checked: Check, said: Said, column: str, value: Json, code: str | None) -> None:
    """A cell that breaks a rule gives that one complaint, at its row and column; a cell that breaks none gives none."""
    result = checked([ROW], [LANGUAGE, _with(_with(LANGUAGE, 1, "ja"), TEXTS[column], value)])
    assert said(result) == ([(3, column, code)] if code else [])
    assert len(result.localizations) == 2


@pytest.mark.parametrize("locale", sorted(ACCEPTED))
def test_every_accepted_locale_is_accepted(checked: Check, locale: str) -> None:
    """The 39 locales of App Store Connect pass."""
    assert checked([ROW], [_with(LANGUAGE, 1, locale)]).issues.empty


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("it-IT", "it"),
        ("ja-JP", "ja"),
        ("ko-KR", "ko"),
        ("th-TH", "th"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("en", "en-US"),
        ("es", "es-ES"),
        ("de", "de-DE"),
        ("fr", "fr-FR"),
        ("nl", "nl-NL"),
        ("es-es", "es-ES"),
        ("pt_BR", "pt-BR"),
        ("German", "de-DE"),
        ("klingon", None),
        ("xx-YY", None),
    ],
)
def test_locales_are_suggested_and_never_changed(checked: Check, text: str, meant: str | None) -> None:
    """A locale that is none is an error that names the one that may be meant; the record keeps what the cell says."""
    result = checked([ROW], [_with(LANGUAGE, 1, text)])
    assert suggestion(text) == meant
    assert result.localizations["locale"].tolist() == [text]
    (message,) = result.issues["message"]
    assert (f'Write "{meant}" if that is meant' if meant else "Write one such as") in message


def test_the_two_lists_of_locales_do_not_overlap() -> None:
    """39 locales are accepted and 11 are untested."""
    assert (len(ACCEPTED), len(UNTESTED), len(ACCEPTED & UNTESTED)) == (39, 11, 0)


@pytest.mark.parametrize(
    ("value", "named"),
    [("a\u200bb", "U+200B"), ("a\u2007b", "U+2007"), ("a\tb", "U+0009"), ("a\u202eb", "U+202E"), ("a\xadb", "U+00AD")],
)
def test_an_invisible_character_is_named_by_its_code_point(checked: Check, value: str, named: str) -> None:
    """What cannot be seen in an id is said by its code point, and stays in the record."""
    result = checked([_with(ROW, 1, value)], [_with(LANGUAGE, 0, value)])
    assert named in result.issues["message"][0]
    assert result.achievements["vendor_identifier"].tolist() == [value]


@pytest.mark.parametrize(("value", "named"), [("a-b", "a hyphen"), ("a b", "a blank"), ("aé", '"é"')])
def test_a_character_that_is_not_allowed_is_named(checked: Check, value: str, named: str) -> None:
    """The first character that an id may not hold is said in words."""
    assert f"The id holds {named};" in checked([ROW], [LANGUAGE, _with(LANGUAGE, 0, value)]).issues["message"][0]


@settings(deadline=None, max_examples=examples(40))
@given(value=st.text(st.characters(), min_size=1))
def test_ids_are_never_altered(checked: Check, value: str) -> None:
    """Any text comes out as it went in but for white space around it, or its cell has an error."""
    result = checked([_with(ROW, 1, value), _with(ROW, 1, "other")])
    errors = result.issues[result.issues["severity"] == "error"]
    ids = result.achievements["vendor_identifier"].tolist()
    if value.lower().strip(WHITE_SPACE).startswith("example."):
        assert ids == ["other"]
    else:
        assert ids[0] == value.strip(WHITE_SPACE) or errors["row"].tolist() == [2]


@settings(deadline=None, max_examples=examples(40))
@given(value=st.one_of(st.integers(), st.floats(), st.booleans(), st.datetimes()))
def test_what_excel_made_of_an_id_is_never_passed_on_in_silence(checked: Check, value: Json) -> None:
    """An id that is not a text has a complaint, and keeps its digits exactly or is an error."""
    result = checked([_with(ROW, 1, value)])
    codes = set(result.issues["code"]) - {"achievement-without-localization"}
    if codes == {"id-from-number"}:
        assert result.achievements["vendor_identifier"].tolist() == [str(int(value))]
    else:
        assert len(codes) == 1
        assert not result.ok
