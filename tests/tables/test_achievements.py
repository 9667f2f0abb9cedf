from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.records import Json
from gcbulk.sheets import Checked

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
BOTH = (*HEADERS, "Show Before Earned")
ROW = ("First Win", "first_win", 10, "No", "No")
Check = Callable[..., Checked]
Said = Callable[..., list[tuple[Json, ...]]]


@pytest.mark.parametrize(
    ("hidden", "shown", "value", "code"),
    [
        ("Yes", "No", False, None),
        ("No", "Yes", True, None),
        ("Yes", None, False, None),
        (None, "Yes", True, None),
        ("Yes", "Yes", None, "hidden-contradiction"),
        ("No", False, None, "hidden-contradiction"),
        (None, None, None, "cell-empty"),
        ("maybe", "Yes", True, "flag-unclear"),
        ("Yes", "maybe", False, "flag-unclear"),
        ("maybe", None, None, "flag-unclear"),
    ],
)
def test_hidden_is_the_opposite_of_show_before_earned(
    checked: Check, said: Said, hidden: Json, shown: Json, value: bool | None, code: str | None
) -> None:
    """Either of the two columns is enough, and both saying the same is one error on the row."""
    result = checked([("a", "a", 1, hidden, "No", shown)], headers=BOTH)
    (found,) = result.achievements["show_before_earned"].astype(object).where(lambda one: one.notna(), None)
    assert found == value
    assert [one[2] for one in said(result)] == ([code] if code else [])


def test_show_before_earned_alone(checked: Check, said: Said) -> None:
    """The API's own column works without Hidden, and an empty cell in it is one error."""
    headers = ("Reference Name", "Achievement ID", "Points", "showBeforeEarned", "Repeatable")
    result = checked([("a", "a", 1, "yes", "x"), ("b", "b", 1, None, "x")], headers=headers)
    assert result.achievements["show_before_earned"].tolist()[0] is True
    assert said(result) == [(3, "showBeforeEarned", "cell-empty")]


def test_the_same_row_twice_is_remarked(checked: Check, said: Said) -> None:
    """Identical rows keep a record each, and each later one has a remark that names the first."""
    result = checked([ROW, ("Other", "other", 5, "No", "No"), ROW, ("First Win", "first_win", "10.0", "FALSE", 0)])
    assert said(result) == [(4, "Achievement ID", "duplicate-row"), (5, "Achievement ID", "duplicate-row")]
    assert len(result.achievements) == 4
    assert result.ok
    assert "row 2" in result.issues.query("code == 'duplicate-row'")["message"].iloc[0]


def test_contradicting_rows_are_errors_that_name_each_other(checked: Check, said: Said) -> None:
    """Rows of one id that differ are all refused, and the message names the rows and the columns."""
    other = ("First Win", "first_win", 20, "Yes", "No")
    result = checked([ROW, ("Other", "other", 5, "No", "No"), ROW, other])
    assert said(result) == [(row, "Achievement ID", "contradicting-rows") for row in (2, 4, 5)]
    message = result.issues.query("code == 'contradicting-rows'")["message"].iloc[0]
    assert "rows 2, 4-5" in message
    assert "differ in Points and Hidden" in message
    assert len(result.errors_of()) == 3


def test_a_faulty_cell_does_not_contradict(checked: Check, said: Said) -> None:
    """A cell that has a complaint of its own gives no second one for differing."""
    result = checked([ROW, ("First Win", "first_win", 150, "No", "No")])
    assert said(result) == [(3, "Achievement ID", "duplicate-row"), (3, "Points", "points-out-of-range")]


def test_ids_that_differ_by_case(checked: Check, said: Said) -> None:
    """Ids that differ in case only are two achievements with a remark that names the other."""
    result = checked([ROW, ("B", "FIRST_win", 1, "No", "No"), ("C", "first_WIN", 1, "No", "No")])
    assert said(result) == [(3, "Achievement ID", "id-differs-by-case"), (4, "Achievement ID", "id-differs-by-case")]
    messages = result.issues.query("code == 'id-differs-by-case'")["message"]
    assert all("first_win (row 2)" in message for message in messages)


@pytest.mark.parametrize(("count", "code"), [(100, []), (101, ["too-many-achievements"])])
def test_an_app_has_at_most_a_hundred_achievements(checked: Check, count: int, code: list[str]) -> None:
    """More than 100 different ids keep the whole file from being sent."""
    result = checked([(f"A {number}", f"a{number}", 1, "No", "No") for number in range(count)])
    assert [problem.code for problem in result.file_errors] == code


@pytest.mark.parametrize(("points", "code"), [(100, []), (101, ["points-total"])])
def test_points_are_at_most_a_thousand_in_all(checked: Check, points: int, code: list[str]) -> None:
    """The sum counts each id once and leaves out cells that are at fault."""
    rows = [(f"A {number}", f"a{number}", 100, "No", "No") for number in range(9)]
    more = [("B", "b", points - 50, "No", "No"), ("C", "c", 50, "No", "No"), ("D", "d", 900, "No", "No"), rows[0]]
    result = checked([*rows, *more])
    assert [problem.code for problem in result.file_errors] == code
    assert [problem.column for problem in result.file_errors] == ["Points"] * len(code)


def test_a_file_error_still_shows_every_other_problem(checked: Check, said: Said) -> None:
    """All problems come at once, the file's first, then by row and column."""
    rows = [(f"A {number}", f"a{number}", 100, "No", "No") for number in range(11)]
    result = checked([*rows, (None, "b-b", "x", "No", None)])
    assert said(result) == [
        (None, "Points", "points-total"),
        (13, "Reference Name", "cell-empty"),
        (13, "Achievement ID", "id-character"),
        (13, "Points", "points-not-a-number"),
        (13, "Achievable More Than Once", "cell-empty"),
    ]


ARCHIVING = (*HEADERS, "Archived")


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [("Yes", True, None), ("no", False, None), (None, None, None), ("maybe", None, "flag-unclear")],
)
def test_archived_may_be_said_or_left_out(
    checked: Check, said: Said, cell: Json, value: bool | None, code: str | None
) -> None:
    """Archived is yes, no, or nothing at all, which leaves what is live as it is."""
    result = checked([(*ROW, cell)], headers=ARCHIVING)
    (found,) = result.achievements["archived"].astype(object).where(lambda one: one.notna(), None)
    assert found == value
    assert [one[2] for one in said(result)] == ([code] if code else [])


def test_rows_that_leave_archived_out_agree_with_one_that_says_it(checked: Check, said: Said) -> None:
    """The same achievement twice, archived said once, is one achievement and not two."""
    result = checked([(*ROW, None), (*ROW, "Yes")], headers=ARCHIVING)
    assert result.achievements["archived"].tolist() == [True, True]
    assert said(result) == [(3, "Achievement ID", "duplicate-row")]


def test_rows_that_contradict_each_other_about_archived_are_errors(checked: Check, said: Said) -> None:
    """Archived and not archived cannot both be meant."""
    result = checked([(*ROW, "No"), (*ROW, "Yes")], headers=ARCHIVING)
    assert [one[2] for one in said(result)] == ["contradicting-rows"] * 2
