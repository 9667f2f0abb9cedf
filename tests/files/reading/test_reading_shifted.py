"""Rows of a text file that a separator or a quotation mark too many has changed: never sent, and each said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk import sheets
from gcbulk.records import Book
from gcbulk.sheets import Checked, CheckedSubmissions

PLAYER = "A:_0123456789abcdef0123456789abcde"
TABLES: dict[str, tuple[str, list[str], Callable[[int], list[str]]]] = {
    "achievements": (
        "achievements",
        [
            *("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once", "Locale"),
            *("Display Name", "Pre-earned Description", "Earned Description"),
        ],
        lambda n: [f"Name {n}", f"com.a.{n}", "5", "No", "No", "en-US", f"Title {n}", "Do it", "Done it"],
    ),
    "localizations": (
        "achievements",
        ["Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description"],
        lambda n: [f"com.a.{n}", "en-US", f"Title {n}", "Do it", "Done it"],
    ),
    "submissions": (
        "submissions",
        ["Player ID", "Achievement ID", "Percent", "Submitted Date"],
        lambda n: [f"{PLAYER}{n}", "com.a.one", "50", "2026-01-31T12:00:00Z"],
    ),
    "matrix": ("submissions", ["Player ID", "com.a.one", "com.a.two"], lambda n: [f"{PLAYER}{n}", "50", "100"]),
    "scores": (
        "scores",
        ["Player ID", "Leaderboard ID", "Score", "Context"],
        lambda n: [f"{PLAYER}{n}", "com.a.one", "1500", "7"],
    ),
}


def checked(book: Book, kind: str) -> Checked | CheckedSubmissions:
    """The check that a file of a kind goes through."""
    if kind == "achievements":
        return sheets.check(book)
    return sheets.check_submissions(book, kind="scores" if kind == "scores" else "submissions", bundle_id="com.a")


def sendable(result: Checked | CheckedSubmissions) -> set[int]:
    """The rows of which anything would be sent."""
    if result.file_errors:
        return set()
    if isinstance(result, CheckedSubmissions):
        return set(result.rows.index[~result.bad])
    bad = {(kind, row) for kind, _, row, _ in result.errors_of()}
    frames = {"achievement": result.achievements, "localization": result.localizations}
    return {row for kind, frame in frames.items() for row in frame.index if (kind, row) not in bad}


def said(result: Checked | CheckedSubmissions, *rows: int) -> list[str]:
    """The codes of all that is said of some rows."""
    return list(result.issues.loc[result.issues["row"].isin(rows), "code"])


def text_of(table: Sequence[Sequence[str]], sign: str, ending: str) -> str:
    """A table as text, nothing quoted."""
    return "".join(sign.join(row) + ending for row in table)


@settings(max_examples=examples(40), deadline=None)
@given(
    name=st.sampled_from(list(TABLES)),
    sign=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    above=st.integers(0, 2),
    torn=st.dictionaries(st.integers(0, 5), st.tuples(st.integers(0, 8), st.integers(1, 3)), min_size=1, max_size=4),
    blank_ends=st.dictionaries(st.integers(0, 5), st.integers(1, 3), max_size=3),
)
def test_a_row_with_more_cells_than_headers_is_an_error(
    read_bytes: Callable[..., Book],
    name: str,
    sign: str,
    ending: str,
    above: int,
    torn: dict[int, tuple[int, int]],
    blank_ends: dict[int, int],
) -> None:
    """In any kind of table exactly the rows with a separator too many are errors, and that is all that is said of them.

    Rows that end in empty cells, and titles above the headers, change nothing.
    """
    kind, headers, row = TABLES[name]
    table = [row(number) for number in range(6)]
    for number, (at, count) in torn.items():
        cells = table[number]
        cells[min(at, len(cells) - 1)] = sign.join(["1", *["5"] * (count - 1), "000"])
    for number, count in blank_ends.items():
        table[number] += [""] * count
    text = text_of([["A title"]] * above + [headers, *table], sign, ending)
    result = checked(read_bytes(text.encode(), "t.csv", delimiter=sign), kind)
    first = above + 2
    wide = {first + number for number in torn}
    assert set(result.issues.loc[result.issues["code"] == "row-too-wide", "row"]) == wide
    assert all(said(result, row) == ["row-too-wide"] for row in wide)
    assert not sendable(result) & wide
    if name != "localizations":  # whose achievements are in no file here
        assert sendable(result) == set(range(first, first + 6)) - wide
    message = result.issues.loc[result.issues["code"] == "row-too-wide", "message"].iloc[0]
    at, count = torn[min(torn)]
    assert f"has {len(headers) + count} cells under {len(headers)} headers" in message
    assert "quotation marks" in message


@settings(max_examples=examples(40), deadline=None)
@given(
    name=st.sampled_from(list(TABLES)),
    sign=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    opened=st.tuples(st.integers(0, 4), st.integers(0, 8)),
    closed=st.tuples(st.integers(1, 5), st.integers(0, 8)),
)
def test_rows_that_two_stray_marks_make_one_cell_are_not_sent(
    read_bytes: Callable[..., Book],
    name: str,
    sign: str,
    ending: str,
    opened: tuple[int, int],
    closed: tuple[int, int],
) -> None:
    """Two quotation marks too many, in any two cells of different rows: the row they make is an error, or the file."""
    kind, headers, row = TABLES[name]
    table = [row(number) for number in range(6)]
    begin, last = sorted({opened[0], closed[0]})[0], max(closed[0], opened[0] + 1)
    first_at, last_at = min(opened[1], len(headers) - 1), min(closed[1], len(headers) - 1)
    table[begin][first_at] = '"' + table[begin][first_at]
    table[last][last_at] += '"'
    result = checked(read_bytes(text_of([headers, *table], sign, ending).encode(), "t.csv", delimiter=sign), kind)
    assert begin + 2 not in sendable(result)
    assert set(said(result, begin + 2)) <= {"cell-holds-rows", "row-too-wide"}
    assert said(result, begin + 2)


HEAD = "Reference Name,Achievement ID,Points,Hidden,Achievable More Than Once,Locale,Display Name,Before,Earned,Image\n"


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("A,a.b,5,No,No,en-US,T,Collect 1,000 coins,Done,\n", ["row-too-wide"]),
        ("A,a.b,5,No,No,en-US,T,Do this, then that,Done,\n", ["row-too-wide"]),
        ("A,a.b,5,No,No,en-US,T,Do it,Done,,,\n", []),
        ("A,a.b,5,No,No,en-US,T,Do it,Done, ,\u00a0\n", []),
        ("A,a.b,5,No,No,en-US,T,Do it,Done\n", []),
        (",,,,,,,,,,a note\n", []),
        ("A,a.b,5,No,No,en-US,1,100,100,,\n", []),
        ("Total,,5,,,,,,,,5\n", ["totals-row"]),
        ('A,a.b,5,No,No,en-US,T,"Find a lamp,\nlight it, go home","One, two"\n', ["line-break"]),
        ('A,a.b,5,No,No,en-US,T,"One, 2, 3, 4, 5, 6, 7, 8, 9, 10\nor so",Done\n', ["cell-holds-rows"]),
    ],
)
def test_only_what_moved_is_an_error(read_bytes: Callable[..., Book], row: str, codes: list[str]) -> None:
    """A text that goes on in the next cell is an error though the row ends empty; what moved nothing is none."""
    head = HEAD.replace("Before,", "Pre-earned Description,").replace("Earned,", "Earned Description,")
    result = sheets.check(read_bytes((head + "B,b.c,5,No,No,en-US,U,x,y,\n" + row).encode(), "t.csv"))
    assert said(result, 3) == codes


def test_headers_that_hold_rows_stop_the_file(read_bytes: Callable[..., Book]) -> None:
    """Where two stray marks make a row part of the headers, nothing of the file is sent."""
    text = 'Player ID,Leaderboard ID,Score,"Context\nx,y,1,2\nz"\nA,com.a.one,5,6\n'
    result = checked(read_bytes(text.encode(), "t.csv"), "scores")
    assert [error.code for error in result.file_errors] == ["cell-holds-rows"]
