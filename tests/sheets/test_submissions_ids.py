from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import Book, CellProblem, Json, RawSheet
from gcbulk.sheets import CheckedSubmissions, check_submissions
from gcbulk.tables.cells import WHITE_SPACE

HEX = "0123456789abcdef0123456789abcdef"
PLAYER = f"A:_{HEX}"
HEADERS = ("Player ID", "Achievement ID", "Percent", "Challenge IDs", "Pre-released")
Cell = Callable[..., CheckedSubmissions]


@pytest.fixture(scope="session")
def cell(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> Cell:
    """Checks rows that are as they should be but for one column."""

    def run(column: str, values: Sequence[Json]) -> CheckedSubmissions:
        good = {"Player ID": PLAYER, "Achievement ID": "a", "Percent": 50}
        rows = [[{**good, column: value}.get(header) for header in HEADERS] for value in values]
        return check_submissions(book(sheet([HEADERS, *rows], "Export")), bundle_id="com.example.game")

    return run


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (f"T:_{HEX}", "player-id-wrong-kind"),
        (f"t:_{HEX}", "player-id-wrong-kind"),
        ("G:1234567890", "player-id-wrong-kind"),
        ("G:12:34", "player-id-wrong-kind"),
        (PLAYER[:-1], "player-id-truncated"),
        ("A:_", "player-id-truncated"),
        ("A:", "player-id-truncated"),
        (f"{PLAYER[:20]}...", "player-id-truncated"),
        (f"{PLAYER[:20]}…", "player-id-truncated"),
        (f"{PLAYER} {PLAYER}", "player-id-blank"),
        (f"{PLAYER},{PLAYER}", "player-id-blank"),
        ("A:_ 0123456789abcdef", "player-id-blank"),
        ("Player One", "player-id-blank"),
        ("1234567890", "player-id-is-a-number"),
        ("1,234,567", "player-id-is-a-number"),
        (1234567890, "player-id-is-a-number"),
        (1.23e40, "player-id-is-a-number"),
        ("1.23457E+18", "id-looks-damaged"),
        ("1,2e+30", "id-looks-damaged"),
        ("12e5", "player-id-unusual"),
        (date(2026, 1, 1), "id-is-a-date"),
        (True, "id-is-a-flag"),
        ("null", "player-id-placeholder"),
        ("NA", "player-id-placeholder"),
        ("N/A", "player-id-placeholder"),
        ("None", "player-id-placeholder"),
        (f"A:_{HEX[:16]}\u200b{HEX[16:]}", "id-invisible-character"),
        (f"A:_{HEX[:16]}\u00a0{HEX[16:]}", "id-invisible-character"),
        (f"A:_\ufffe{HEX}", "player-id-unusual"),
        (CellProblem.ERROR_VALUE, "cell-error"),
        (CellProblem.NO_CACHED_VALUE, "cell-not-calculated"),
        ("A:_\ud800", "broken-text"),
        (None, "cell-empty"),
        (" \u200b", "cell-empty"),
    ],
    ids=repr,
)
def test_a_players_id_of_another_kind_is_refused(cell: Cell, value: Json, code: str) -> None:
    """What is known to be no gamePlayerID, cut short or damaged is one error with its reason; no message shows it."""
    result = cell("Player ID", [value, PLAYER])
    assert list(result.issues["code"]) == [code]
    unusual = code == "player-id-unusual"
    assert result.bad.tolist() == [not unusual, False]
    assert not any(HEX[4:12] in str(text) for text in [*result.issues["message"], *result.issues["value"]])


@pytest.mark.parametrize(
    "value", [PLAYER.upper(), f"A:_{HEX.upper()}", f"a:_{HEX}", f"A:_{HEX}00", "A:_" + "z" * 32, "A:_x-1", HEX]
)
def test_a_players_id_unlike_the_example_is_a_warning(cell: Cell, value: str) -> None:
    """Apple gives an example and no rule: what is only unlike it, upper case too, is sent as it is, with one remark."""
    result = cell("Player ID", [value, PLAYER, value])
    assert result.ok
    assert list(result.issues["code"]) == ["player-id-unusual"]
    assert "There are 2, in the rows 2, 4." in result.issues["message"][0]
    assert result.rows["scoped_player_id"].tolist() == [value, PLAYER, value]


@settings(deadline=None, max_examples=examples(40))
@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.sampled_from(["", " ", "\t", "\u00a0"]))
def test_a_players_id_like_the_example_is_fine(cell: Cell, digits: str, around: str) -> None:
    """The documented form passes, white space around it taken off, and nothing in it is changed."""
    result = cell("Player ID", [f"{around}A:_{digits}{around}"])
    assert result.ok
    assert result.issues.empty
    assert result.rows["scoped_player_id"].tolist() == [f"A:_{digits}"]


@settings(deadline=None, max_examples=examples(40))
@given(st.lists(st.text(max_size=12) | st.sampled_from(["NA", "null", "007", "TRUE", "1e5", "12345678901234567890"])))
def test_no_id_is_altered_in_silence(cell: Cell, values: list[str]) -> None:
    """An id comes out as it went in, but for white space around it, or its row is marked."""
    for column, name in (("Player ID", "scoped_player_id"), ("Achievement ID", "vendor_identifier")):
        result = cell(column, values)
        found = result.rows[name][~result.bad]
        assert [values[row - 2].strip(WHITE_SPACE) for row in found.index] == found.tolist()
        assert all(found.tolist())


@pytest.mark.parametrize("value", ["first_win", "a.b.C_9", "with-hyphen", "007", "NA", "null", "x" * 100])
def test_an_achievements_id_is_taken_as_it_is(cell: Cell, value: str) -> None:
    """An id in text is never changed; a hyphen passes, for what is live need not follow today's rules."""
    result = cell("Achievement ID", [value])
    assert result.ok
    assert result.issues.empty
    assert result.rows["vendor_identifier"].tolist() == [value]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (7, "id-from-number"),
        (7.5, "id-is-a-number"),
        (10**17, "id-is-a-number"),
        (date(2026, 1, 1), "id-is-a-date"),
        (False, "id-is-a-flag"),
        ("1.5E+10", "id-looks-damaged"),
        ("first win", "id-character"),
        ("größe", "id-character"),
        ("a\u200bb", "id-invisible-character"),
        ("x" * 101, "id-too-long"),
        (CellProblem.ERROR_VALUE, "cell-error"),
    ],
    ids=repr,
)
def test_a_damaged_achievements_id_is_said(cell: Cell, value: Json, code: str) -> None:
    """What Excel makes of ids is one problem; a whole number is taken with a warning."""
    result = cell("Achievement ID", [value])
    assert list(result.issues["code"]) == [code]
    assert result.ok == (code == "id-from-number")


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("one", '["one"]'),
        ("one, two", '["one","two"]'),
        ("one;two\nthree\tfour  five", '["one","two","three","four","five"]'),
        (", one ;", '["one"]'),
        ('["one", "two words"]', '["one","two words"]'),
        ('[ "one" ]', '["one"]'),
        (12, '["12"]'),
        (None, None),
        ("", None),
    ],
    ids=repr,
)
def test_challenges_are_written_in_many_ways(cell: Cell, value: Json, sent: str | None) -> None:
    """Ids with separators and JSON lists become one canonical list; a blank cell sends none."""
    result = cell("Challenge IDs", [value])
    assert result.ok
    found = result.rows["challenge_ids"].iloc[0]
    assert (None if pd.isna(found) else found) == sent


@pytest.mark.parametrize("value", ["[1]", "[]", "[", '{"a": 1}', '[""]', 'a"b', ";,", "a\\b", "a\u200bb", "[null]"])
def test_challenges_that_are_unclear_are_an_error(cell: Cell, value: str) -> None:
    """What is neither ids with separators nor a list of texts is not sent in part."""
    result = cell("Challenge IDs", [value])
    assert list(result.issues["code"]) == ["challenge-ids-unclear"]
    assert result.bad.tolist() == [True]


@pytest.mark.parametrize(("value", "sent"), [("yes", True), (False, False), ("Nein", False), (1, True), (None, None)])
def test_pre_released_is_a_flag(cell: Cell, value: Json, sent: bool | None) -> None:
    """Yes and no are read as in every other sheet; a blank cell sends none."""
    result = cell("Pre-released", [value])
    assert result.ok
    found = result.rows["pre_released"].iloc[0]
    assert (None if pd.isna(found) else bool(found)) == sent


def test_an_unclear_flag_is_an_error(cell: Cell) -> None:
    """A word that says neither is not guessed."""
    assert list(cell("Pre-released", ["maybe"]).issues["code"]) == ["flag-unclear"]
