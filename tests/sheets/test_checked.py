from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.kinds import content_tables
from gcbulk.records import ISSUE_COLUMNS, Issue, Json, Severity
from gcbulk.sheets import Checked
from gcbulk.tables.issues import issues_of, printable, row_ranges, shown

ROW = ("First Win", "first_win", 10, "No", "No")
LANGUAGE = ("first_win", "ja", "x", "y", "z")
Check = Callable[..., Checked]


def test_errors_of_a_record_are_issues(checked: Check) -> None:
    """The mapping holds the records with errors only, each with its issues; warnings are not among them."""
    result = checked([("a", "a", 101, "maybe", "No"), ROW], [LANGUAGE, ("a", "ja", "x" * 31, "y", "z")])
    errors = result.errors_of()
    assert list(errors) == [("achievement", "Achievements", 2, None)]
    assert [issue.code for issue in errors["achievement", "Achievements", 2, None]] == [
        "points-out-of-range",
        "flag-unclear",
    ]
    assert errors["achievement", "Achievements", 2, None][0] == Issue(
        "Achievements",
        2,
        "Points",
        "points-out-of-range",
        Severity.ERROR,
        "Points is 101. Write a whole number from 0 to 100.",
        "101",
        "achievement",
        None,
    )


def test_the_same_row_of_another_sheet_is_not_meant(checked: Check) -> None:
    """Row 2 of the localizations has nothing to do with row 2 of the achievements."""
    result = checked([ROW], [("first_win", "xx", "x", "y", "z")])
    assert list(result.errors_of()) == [("localization", "Localizations", 2, "xx")]


@pytest.mark.parametrize(
    ("sheet", "column", "header"),
    [
        ("Achievements", "points", "Points"),
        ("Achievements", "show_before_earned", "Hidden"),
        ("Localizations", "name", "Display Name"),
        ("Localizations", "points", "Points"),
        ("Nowhere", "after_earned_description", "Earned Description"),
        ("Achievements", "state", "state"),
    ],
)
def test_headers_are_the_sheets_own(checked: Check, sheet: str, column: str, header: str) -> None:
    """A column is called as its sheet calls it, else by its usual title, else by its own name."""
    assert checked([ROW], [LANGUAGE]).header(sheet, column) == header


def test_a_check_shows_itself_in_a_notebook(checked: Check) -> None:
    """The HTML has the counts and the problems, with nothing of a cell taken as markup."""
    result = checked([ROW], [LANGUAGE, ("first_win", "<script>", "x", "y", "z")])
    html = result._repr_html_()
    assert repr(result) == "<Checked 1 achievement; 2 localizations; 1 error; 0 warnings>"
    assert "1 achievement · 2 localizations · 1 error · 0 warnings" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_notebook_is_not_flooded(checked: Check) -> None:
    """Twenty issues are shown whole, the rest is counted."""
    result = checked([(None, f"a{number}", 1, "No", "No") for number in range(23)], [LANGUAGE])
    html = result._repr_html_()
    assert html.count("<tr>") == 21
    assert f"and {len(result.issues) - 20} more" in html
    assert result.issues["message"].iloc[0] in html


def test_a_check_without_problems_shows_its_counts(checked: Check) -> None:
    """Without a problem there is no table; the issues still have their columns."""
    result = checked([ROW], [LANGUAGE])
    assert result.ok
    assert "<table" not in result._repr_html_()
    assert result.issues.columns.tolist() == list(ISSUE_COLUMNS)
    assert issues_of(result.issues) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("a\nb\u00a0c", "a b c"),
        ("a\u200bb\x1b[31m\ud800", "a<U+200B>b<U+001B>[31m<U+D800>"),
        ("x" * 100, "x" * 59 + "…"),
        (1.5, "1.5"),
        (150.0, "150"),
        (1e18, "1e+18"),
    ],
)
def test_contents_are_shown_so_that_they_can_be_printed(value: Json, text: str) -> None:
    """A message, a terminal and a file can hold whatever a cell held."""
    assert shown(value) == text
    assert printable(text) == text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([3], "3"),
        ([3, 4, 5, 9], "3-5, 9"),
        ([5, 3, 3], "3, 5"),
        (range(0, 40, 2), "0, 2, 4, 6, 8, 10, 12, 14, 16, 18 and 10 more"),
    ],
)
def test_rows_are_named_in_runs(rows: list[int], text: str) -> None:
    """Row numbers are drawn together, and the eleventh run and those after it are counted."""
    assert row_ranges(rows) == text


def test_frames_are_there_for_every_table(checked: Check) -> None:
    """Each declared table has its frame, and the properties are the same frames under the names that people use."""
    result = checked([ROW], [LANGUAGE])
    assert list(result.frames) == list(content_tables())
    assert result.achievements is result.frames["achievements"]
    assert result.localizations is result.frames["localizations"]
    (kind,) = result.kinds
    assert (result.things(kind) is result.achievements, result.texts(kind) is result.localizations) == (True, True)


def test_a_file_that_was_not_read_has_its_frames_all_the_same(checked: Check) -> None:
    """Whoever looks at the frames of a file without a table finds them empty, and is told the first kind of all."""
    result = checked([], [], headers=["Nothing"])
    assert all(frame.empty for frame in result.frames.values())
    assert result.is_empty
    assert [kind.name for kind in result.kinds] == ["achievement"]
