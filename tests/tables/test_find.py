from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import Checked, Choices, check

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
ROW = ("First Win", "first_win", 10, "No", "No")
LANGUAGES = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
LANGUAGE = ("first_win", "en-US", "First Win", "Win once.", "You won.")

MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]
Said = Callable[..., list[tuple[Json, ...]]]


@pytest.mark.parametrize(
    ("above", "left"),
    [
        ([], 1),
        ([["Our achievements, v3"], [], ["Owner", "Anna"], []], 1),
        ([[], []], 4),
        ([["Points by world"]], 4),
    ],
    ids=["first-row", "title-rows", "blank-rows-column-d", "title-column-d"],
)
@pytest.mark.parametrize("top", [1, 6])
def test_a_table_is_found_where_it_stands(
    sheet: MakeSheet, book: MakeBook, above: list[list[str]], left: int, top: int
) -> None:
    """Title rows, blank rows and columns before the table change nothing but the row numbers, which are the sheet's."""
    result = check(book(sheet([*above, HEADERS, ROW], top=top, left=left)))
    header_row = top + len(above)
    assert result.ok
    assert result.tables[0].header_row == header_row
    assert result.achievements.index.tolist() == [header_row + 1]
    told = ["reference_name", "vendor_identifier", "points", "show_before_earned", "repeatable", "sheet"]
    assert result.achievements.iloc[0][told].tolist() == ["First Win", "first_win", 10, True, False, "Achievements"]


def test_a_table_that_starts_at_d7(sheet: MakeSheet, book: MakeBook) -> None:
    """A table whose first header is cell D7 is read, blank rows in between left out."""
    result = check(book(sheet([HEADERS, ROW, [], [*ROW[:1], "second", *ROW[2:]]], top=7, left=4)))
    assert result.achievements.index.tolist() == [8, 10]
    assert result.tables[0].positions["reference_name", None] == 3


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (("Achievements", "Localizations"), ("Achievements", "Localizations")),
        (("ACHIEVEMENTS ", "localisations"), ("ACHIEVEMENTS ", "localisations")),
        (("Sheet1", "Sheet2"), ("Sheet1", "Sheet2")),
        (("Data", "Translations"), ("Data", "Translations")),
    ],
)
def test_sheets_are_found_by_name_or_by_headers(
    sheet: MakeSheet, book: MakeBook, names: tuple[str, str], read: tuple[str, str]
) -> None:
    """Usual names say what a sheet is; where the names say nothing, the headers do."""
    result = check(book(sheet([HEADERS, ROW], names[0]), sheet([LANGUAGES, LANGUAGE], names[1])))
    assert result.ok
    assert tuple(table.sheet for table in result.tables) == read
    assert [table.kind for table in result.tables] == ["achievements", "localizations"]


@pytest.mark.parametrize("name", ["gcbulk report", "Start here", "Player Submissions"])
def test_some_sheets_are_never_data(sheet: MakeSheet, book: MakeBook, name: str) -> None:
    """The report, the instructions and the submissions are not read, unless the user names one."""
    both = book(sheet([HEADERS, ROW], name))
    assert check(both).issues["code"].tolist() == ["no-table"]
    assert check(both, Choices(sheets={"achievements": name})).ok


def test_hidden_sheets_are_read_only_when_named(sheet: MakeSheet, book: MakeBook) -> None:
    """A hidden sheet is ignored, and said to be hidden where nothing else is found; named, it is read."""
    both = book(sheet([HEADERS, ROW], "Old", hidden=True))
    message = check(both).issues["message"][0]
    assert '"Old" is hidden' in message
    assert len(check(both, Choices(sheets={"achievements": "Old"})).achievements) == 1


def test_two_sheets_that_fit_are_asked_about(sheet: MakeSheet, book: MakeBook) -> None:
    """Two sheets that fit equally give one error, which names both and the option; the option settles it."""
    both = book(sheet([HEADERS, ROW], "World 1"), sheet([HEADERS, ROW], "World 2"))
    result = check(both)
    (problem,) = result.file_errors
    assert problem.code == "sheet-ambiguous"
    assert '"World 1", "World 2"' in problem.message
    assert '--sheet achievements="World 1"' in problem.message
    settled = check(both, Choices(sheets={"achievements": "World 2"}))
    assert settled.achievements["sheet"].tolist() == ["World 2"]
    assert settled.ok


def test_a_sheet_that_is_left_out_is_named(sheet: MakeSheet, book: MakeBook, said: Said) -> None:
    """A further sheet with the same headers is not read, and said aloud with the option."""
    result = check(book(sheet([HEADERS, ROW]), sheet([HEADERS, ROW], "DLC")))
    assert said(result) == [(None, None, "sheet-not-read")]
    assert result.issues["sheet"].tolist()[1] == "DLC"
    assert result.ok


@pytest.mark.parametrize(
    ("choices", "code", "named"),
    [
        (Choices(sheets={"achievements": "Nope"}), "sheet-not-found", '"Achievements", "Notes"'),
        (Choices(sheets={"achievements": "Notes"}), "header-missing", "Show Before Earned (or Hidden)"),
        (Choices(sheets={"badges": "Notes"}), "option-unknown", "achievements, localizations"),
        (Choices(columns={"score": "Points"}), "option-unknown", "reference_name"),
        (Choices(columns={"points": "Pts"}), "column-not-found", '"Achievement ID"'),
    ],
    ids=["no-such-sheet", "sheet-without-headers", "no-such-kind", "no-such-column", "no-such-header"],
)
def test_options_that_name_nothing(sheet: MakeSheet, book: MakeBook, choices: Choices, code: str, named: str) -> None:
    """An option that names nothing is an error for the file that lists what there is."""
    result = check(book(sheet([HEADERS, ROW]), sheet([["Call Anna"]], "Notes")), choices)
    problem = next(one for one in result.file_errors if one.code == code)
    assert named in problem.message


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([["Player", "Score"], ["A", 1]], '"Sheet1" has "Player", "Score"'),
        ([], '"Sheet1" is empty'),
        ([["Achievement ID", "Points"], ["a", 1]], '"Sheet1" has "Achievement ID", "Points"'),
    ],
    ids=["other-headers", "empty", "too-few"],
)
def test_where_nothing_fits_it_says_what_was_seen_and_what_is_needed(
    sheet: MakeSheet, book: MakeBook, rows: list[list[Json]], seen: str
) -> None:
    """A file without a table gives one error that names the headers it has and those it needs."""
    result = check(book(sheet(rows, "Sheet1")))
    (problem,) = result.file_errors
    assert problem.code == "no-table"
    assert seen in problem.message
    assert "Reference Name, Points" in problem.message
    assert repr(result) == "<Checked 0 achievements; 0 localizations; 1 error; 0 warnings>"


def test_a_file_without_sheets(book: MakeBook) -> None:
    """A book without any sheet is an error like any other."""
    assert "the file has no sheet" in check(book()).file_errors[0].message


@pytest.mark.parametrize(
    ("missing", "title"),
    [
        ("Reference Name", "Reference Name"),
        ("Achievement ID", "Achievement ID"),
        ("Points", "Points"),
        ("Hidden", "Show Before Earned (or Hidden)"),
        ("Achievable More Than Once", "Achievable More Than Once"),
    ],
)
def test_a_missing_column_is_an_error_that_names_the_option(
    checked: Callable[..., Checked], said: Said, missing: str, title: str
) -> None:
    """A required column that is not there is one error for the sheet; its cells are not complained about."""
    kept = [place for place, name in enumerate(HEADERS) if name != missing]
    result = checked([[ROW[place] for place in kept]], headers=[HEADERS[place] for place in kept])
    assert said(result) == [(None, None, "column-missing")]
    (problem,) = result.file_errors
    assert f"has no column {title}" in problem.message
    assert "--column " in problem.message


def test_two_columns_that_fit_are_asked_about(checked: Callable[..., Checked], said: Said) -> None:
    """Two headers of the same meaning give one error that names both; the option settles it."""
    headers, row = [*HEADERS, "Point Value"], [*ROW, 20]
    result = checked([row], headers=headers)
    assert said(result) == [(None, "Points", "column-ambiguous")]
    assert '"Points", "Point Value"' in result.file_errors[0].message
    assert '--column points="Points"' in result.file_errors[0].message
    settled = checked([row], headers=headers, choices=Choices(columns={"points": "Point Value"}))
    assert settled.achievements["points"].tolist() == [20]
    assert said(settled) == [(None, None, "column-unknown")]


def test_a_header_of_ones_own_is_read_when_named(checked: Callable[..., Checked]) -> None:
    """`--column points="Pts"` reads a header that gcbulk does not know, also as what else it would mean."""
    headers = ["Name", "Achievement ID", "Pts", "Hidden", "Repeatable"]
    result = checked([ROW], headers=headers, choices=Choices(columns={"points": "Pts", "reference_name": "name"}))
    assert result.ok
    assert result.achievements["points"].tolist() == [10]
    assert result.header("Achievements", "points") == "Pts"


def test_columns_that_are_not_used_are_named_once(sheet: MakeSheet, book: MakeBook) -> None:
    """Columns that mean nothing are remarked once per sheet, those without a header by their letter, empty ones not."""
    rows = [[*HEADERS, "Owner", "Empty", None], [*ROW, "Anna", "", "see mail"], [*ROW[:1], "b", *ROW[2:], "Ben"]]
    result = check(book(sheet(rows, left=2)))
    (message,) = result.issues.loc[result.issues["code"] == "column-unknown", "message"]
    assert message == 'The sheet "Achievements" has columns that are not used: "Owner", column I (no header).'


def test_many_unused_columns_are_counted(sheet: MakeSheet, book: MakeBook) -> None:
    """The remark names at most twenty columns."""
    extra = [f"Extra {number}" for number in range(25)]
    result = check(book(sheet([[*HEADERS, *extra], [*ROW, *extra]])))
    (message,) = result.issues.loc[result.issues["code"] == "column-unknown", "message"]
    assert message.endswith('"Extra 19" and 5 more.')


def test_a_table_without_rows_is_said_aloud(checked: Callable[..., Checked], said: Said) -> None:
    """Headers alone give a remark, no error."""
    assert said(checked([])) == [(None, None, "no-rows")]


def test_hidden_rows_are_read_and_said_aloud(sheet: MakeSheet, book: MakeBook, said: Said) -> None:
    """Hidden rows are records like all others; one remark per sheet counts and names them."""
    rows: Sequence[Sequence[Json]] = [HEADERS, *([ROW[0], f"a{number}", *ROW[2:]] for number in range(6))]
    result = check(book(sheet(rows, hidden_rows=[1, 3, 4, 6, 99])))
    assert len(result.achievements) == 6
    assert said(result) == [(None, None, "hidden-rows")]
    (message,) = result.issues.loc[result.issues["code"] == "hidden-rows", "message"]
    assert message == ('Hidden rows of the sheet "Achievements" were read like all others. There are 3: 3-4, 6.')


def test_a_localized_table_by_language_is_found(sheet: MakeSheet, book: MakeBook) -> None:
    """A Localizations sheet may have its languages side by side; no Locale column is missed then."""
    wide = ["Achievement ID", "Title (ja)", "Pre-earned (ja)", "Earned (ja)"]
    result = check(book(sheet([HEADERS, ROW]), sheet([wide, ["first_win", "a", "b", "c"]], "Texts")))
    assert result.ok
    assert result.localizations.iloc[0].tolist() == ["first_win", "ja", "a", "b", "c", "Texts"]
