"""Rows of totals: an id that was counted is never sent as an achievement's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gcbulk.records import Book, CellNotes, CellProblem, Json, RawSheet
from gcbulk.sheets import Checked, check, check_submissions

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LONG = (*HEADERS, "Locale", "Title", "Pre-earned", "Earned")
ROWS = (("Win", "win", 10, "No", "No"), ("Lose", "lose", 20, "Yes", "No"), ("Draw", "draw", 30, "No", "No"))
NUMBERED = (("a", "1001", 10, 0, 0), ("b", "1002", 20, 0, 0), ("c", "1003", 5, 0, 0))
TEXTS = ("en-US", "Title", "Do it.", "Done.")
PLAYER = "A:_0123456789abcdef0123456789abcdef"
MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]
Check = Callable[..., Checked]


def _noted(sheet: RawSheet, *cells: tuple[int, int], name: str = "sums") -> RawSheet:
    """A sheet some of whose cells, by row and column number, are noted."""
    masks: dict[int, np.ndarray] = {}
    for row, column in cells:
        masks.setdefault(column, np.zeros(len(sheet.cells), dtype=bool))[row - 1] = True
    return replace(sheet, notes=replace(CellNotes(), **{name: masks}))


def _codes(result: Checked, row: int) -> list[str]:
    return list(result.issues.loc[(result.issues["row"] == row).fillna(False), "code"])


@pytest.mark.parametrize(
    ("footer", "formulas"),
    [
        ([None, 3.0, 60.0, 1.0, 0.0], [2, 3, 4, 5]),
        (["Total", 3.0, 20.0, 1.0, 0.0], [2, 3, 4, 5]),
        (["Anything", 3.0, None, None, None], [2]),
        ([3.0, None, 60.0, None, None], [1, 3]),
        ([None, None, 60.0, 1.0, 0.0], [3, 4, 5]),
        (["Total", "Total", 60.0, 1.0, 0.0], [3, 4, 5]),
        ([None, CellProblem.NO_CACHED_VALUE, CellProblem.NO_CACHED_VALUE, None, None], [2, 3]),
        (["Average", None, 20.0, None, None], [3]),
    ],
)
def test_a_footer_of_formulas_is_no_achievement(
    sheet: MakeSheet, book: MakeBook, footer: Sequence[Json], formulas: Sequence[int]
) -> None:
    """COUNTA, SUM, COUNTIF, SUBTOTAL or AVERAGE in place of an id make a row of totals, however complete it is."""
    made = _noted(sheet([HEADERS, *ROWS, footer]), *((5, column) for column in formulas))
    result = check(book(made))
    assert result.achievements["vendor_identifier"].tolist() == ["win", "lose", "draw"]
    assert _codes(result, 5) == ["totals-row"]
    assert result.ok


def test_a_footer_in_the_long_form_is_no_achievement(sheet: MakeSheet, book: MakeBook) -> None:
    """Counts below the texts do not make a language of it."""
    rows = [(*row, *TEXTS) for row in ROWS]
    made = _noted(sheet([LONG, *rows, [None, 3.0, 60.0, 1, 0, 3, 3, 3, 3]]), *((5, column) for column in range(2, 10)))
    result = check(book(made))
    assert len(result.achievements) == len(result.localizations) == 3
    assert _codes(result, 5) == ["totals-row"]


def test_running_numbers_by_formula_are_ids(sheet: MakeSheet, book: MakeBook) -> None:
    """Where most ids come from a formula that counts, they are meant as ids."""
    rows = [(name, float(number), 10, "No", "No") for number, name in enumerate("abc", 1)]
    result = check(book(_noted(sheet([HEADERS, *rows]), (2, 2), (3, 2), (4, 2))))
    assert result.achievements["vendor_identifier"].tolist() == ["1", "2", "3"]


def test_points_that_are_summed_up_in_a_row_are_points(sheet: MakeSheet, book: MakeBook) -> None:
    """A formula in the points of a row with an id in text changes nothing."""
    result = check(book(_noted(sheet([HEADERS, *ROWS]), (2, 3), (3, 3), (4, 3))))
    assert result.ok
    assert len(result.achievements) == 3


@pytest.mark.parametrize(
    ("rows", "footer", "code"),
    [
        (ROWS, ("", "3", "60", "1", "0"), "totals-row"),
        (ROWS, ("Total", "3", "60", "1", "0"), "totals-row"),
        (ROWS, ("", "60", "60", "1", "0"), "totals-unclear"),
        (ROWS[:1], ("", "1", "10", "0", "0"), "totals-unclear"),
        (NUMBERED, ("", "3", "35", "0", "0"), "totals-row"),
        (NUMBERED, ("", "9", "35", "0", "0"), "totals-unclear"),
        ([("a", "1001", 10, 0, 0)], ("b", "1002", "10", "0", "0"), None),
        ([("a", "1", 5, 0, 0), ("b", "2", 5, 0, 0), ("c", "3", 10, 0, 0)], ("d", "4", "20", "0", "0"), None),
        (ROWS[:1], ("Two", "2", "10", "0", "0"), None),
        (ROWS, ("Three", "3", "60", "No", "No"), None),
        (ROWS, ("Three", "3", "50", "1", "0"), None),
        (ROWS, ("Three", "three", "60", "1", "0"), None),
    ],
)  # fmt: skip
def test_a_last_row_that_sums_up_is_asked_about(
    checked: Check, rows: Sequence[Sequence[Json]], footer: Sequence[Json], code: str | None
) -> None:
    """In a file without formulas the last row's id and points tell; a chance is not taken for a total."""
    result = checked([*rows, footer])
    found = _codes(result, len(rows) + 2)
    assert [one for one in found if one.startswith("totals")] == ([code] if code else [])
    assert len(result.achievements) == len(rows) + (code is None)
    assert result.ok == (code != "totals-unclear")


@pytest.mark.parametrize("name", [None, "Count: 2", 2])
def test_a_last_row_that_counts_two_numbered_ones_is_none(sheet: MakeSheet, book: MakeBook, name: Json) -> None:
    """Below two numbered achievements the row with their sum and their number is no third one."""
    result = check(book(sheet([HEADERS, *NUMBERED[:2], (name, 2, 30, 0, 0)])))
    assert result.achievements["vendor_identifier"].tolist() == ["1001", "1002"]
    assert _codes(result, 4) == ["totals-row"]


def test_the_next_running_number_is_an_achievement(sheet: MakeSheet, book: MakeBook) -> None:
    """Ids 1, 2 and 3 are three achievements, whatever their points add up to."""
    rows = [("a", "1", 10, 0, 0), ("b", "2", 20, 0, 0), ("c", "3", 30, 0, 0)]
    result = check(book(sheet([HEADERS, *rows])))
    assert result.achievements["vendor_identifier"].tolist() == ["1", "2", "3"]
    assert result.ok


def test_footers_of_submissions_are_left_out(sheet: MakeSheet, book: MakeBook) -> None:
    """A counted player, or a sum of progress without one, is nobody's progress; so is a row called Average."""
    headers = ("Player ID", "Achievement ID", "Percent", "Bundle ID")
    rows = [(PLAYER, name, 30, "a.b") for name in "abc"]
    footers = [[3.0, None, 90.0, None], [None, 3.0, 90.0, None], ["Average", None, 30, None]]
    made = _noted(sheet([headers, *rows, *footers], "Export"), (5, 1), (5, 3), (6, 2), (6, 3))
    result = check_submissions(book(made))
    assert len(result.rows) == 3
    assert list(result.issues["code"]) == ["totals-row"] * 3


MATRIX = ("Player ID", "first", "second")


def test_a_footer_below_a_matrix_is_left_out(sheet: MakeSheet, book: MakeBook) -> None:
    """Sums below the achievements' columns are nobody's progress."""
    rows = [(PLAYER, 30, 50), (PLAYER[:-1] + "0", 50, 70), (None, 40.0, 60.0)]
    made = _noted(sheet([MATRIX, *rows], "Export"), (4, 2), (4, 3))
    result = check_submissions(book(made), bundle_id="a.b")
    assert len(result.rows) == 4
    assert list(result.issues["code"]) == ["matrix-form", "totals-row"]


def _messages(result: Json, code: str) -> list[tuple[int, str | None]]:
    lines = result.issues[result.issues["code"] == code]
    return [(int(row), column) for row, column in zip(lines["row"], lines["column"], strict=True)]


def test_struck_through_records_are_remarked_on(sheet: MakeSheet, book: MakeBook) -> None:
    """A row that is struck through is named once, a cell or a part of one by its column; all of it is read."""
    made = sheet([HEADERS, *ROWS])
    notes = CellNotes(
        struck={1: np.array([False, True, False, False]), 2: np.array([False, True, True, False])},
        partly_struck={1: np.array([False, False, False, True])},
    )
    result = check(book(replace(made, notes=notes)))
    assert result.ok
    assert _messages(result, "struck-through") == [(2, None), (3, "Achievement ID"), (4, "Reference Name")]
    headers = ("Player ID", "Achievement ID", "Percent")
    rows = [(PLAYER, name, 30) for name in "abc"]
    submissions = check_submissions(book(replace(sheet([headers, *rows], "Export"), notes=notes)), bundle_id="a.b")
    assert _messages(submissions, "struck-through") == [(2, None), (3, "Achievement ID"), (4, "Player ID")]


@pytest.mark.parametrize(
    ("above", "rows", "named"),
    [
        ([("# my achievements",)], [("#Win", *ROWS[0][1:]), ROWS[1]], [3]),
        ([], [("# a comment",), ("#Win", *ROWS[0][1:]), ROWS[1]], [3]),
        ([], [("#1 Fan", *ROWS[0][1:]), ("#2 Fan", *ROWS[1][1:])], []),
        ([("My achievements",)], [("#Win", *ROWS[0][1:])], []),
    ],
)
def test_rows_that_are_commented_out_are_remarked_on(
    sheet: MakeSheet, book: MakeBook, above: Sequence[Json], rows: Sequence[Json], named: Sequence[int]
) -> None:
    """A record that begins with # is remarked on where a comment line does too."""
    result = check(book(sheet([*above, HEADERS, *rows])))
    assert [row for row, _ in _messages(result, "commented-row")] == named


@pytest.mark.parametrize("left", [1, 2])
def test_submissions_that_are_commented_out_are_remarked_on(sheet: MakeSheet, book: MakeBook, left: int) -> None:
    """The same goes for players' progress, whichever column the table begins in."""
    headers = ("Note", "Player ID", "Achievement ID", "Percent")
    rows = [("# export",), headers, ("#", PLAYER, "a", 30), (None, PLAYER, "b", 30)]
    result = check_submissions(book(sheet(rows, "Export", left=left)), bundle_id="a.b")
    assert [row for row, _ in _messages(result, "commented-row")] == [3]


SHOWN: Mapping[str, tuple[Sequence[str], Sequence[Json], str]] = {
    "achievements": (HEADERS, ("Win", 7.0, 10, "No", "No"), "id-shown-otherwise"),
    "submissions": (("Player ID", "Achievement ID", "Percent"), (PLAYER, 7.0, 30), "id-shown-otherwise"),
    "scores": (("Player ID", "Leaderboard ID", "Score"), (PLAYER, 7.0, 30), "id-shown-otherwise"),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_an_id_that_is_shown_with_zeros_is_asked_about(sheet: MakeSheet, book: MakeBook, kind: str) -> None:
    """The message names what the cell shows and what it holds."""
    headers, row, code = SHOWN[kind]
    shown = np.array([None, "007"], dtype=object)
    made = replace(
        sheet([headers, row], "Export" if kind != "achievements" else "A"), notes=CellNotes(shown={2: shown})
    )
    result: Json = (
        check(book(made))
        if kind == "achievements"
        else check_submissions(book(made), kind="scores" if kind == "scores" else "submissions", bundle_id="a.b")
    )
    (issue,) = result.issues[result.issues["code"] == code].itertuples()
    assert "shows 007 and holds the number 7" in issue.message
    assert not result.ok


def test_a_text_that_is_shown_with_zeros_is_remarked_on(sheet: MakeSheet, book: MakeBook) -> None:
    """A reference name in a number format is sent as the number it holds, with a remark that says both."""
    made = sheet([HEADERS, (7.0, *ROWS[0][1:])])
    notes = CellNotes(shown={1: np.array([None, "007"], dtype=object)})
    result = check(book(replace(made, notes=notes)))
    assert pd.Series(result.issues["message"]).str.contains("shows 007 and holds the number 7").any()
    assert result.ok


def test_a_picture_inside_a_cell_is_called_that(checked: Check) -> None:
    """Where a picture stands in place of a file's name, the message says what to do with it."""
    headers = (*HEADERS, "Image")
    result = checked([(*ROWS[0], CellProblem.PICTURE)], headers=headers)
    assert _codes(result, 2).count("cell-is-a-picture") == 1
