"""Delimited text: every cell as it is, every record with its number, nothing guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.errors import WorkbookError
from gcbulk.files import delimited, ragged_text
from gcbulk.records import Book, Json


def rows_of(book: Json) -> list[list[str | None]]:
    """The cells as lists, None for what is missing."""
    cells = book.sheets[0].cells
    return [[None if pd.isna(value) else value for value in row] for row in cells.itertuples(index=False)]


TWENTY: list[list[str | None]] = [["1", "2"]] * 20
TABLES: dict[str, tuple[bytes, list[list[str | None]]]] = {
    "plain": (b"a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    "no end": (b"a,b\n1,2", [["a", "b"], ["1", "2"]]),
    "carriage returns": (b"a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
    "both": (b"a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
    "semicolons": (b"a;b\n1;2,5\n", [["a", "b"], ["1", "2,5"]]),
    "tabs": (b"a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
    "bars": (b"a|b\n1|2\n", [["a", "b"], ["1", "2"]]),
    "one column": (b"a\nb\n\nc", [["a"], ["b"], [None], ["c"]]),
    "one column of sentences": (b"ids\nx, y\n", [["ids", None], ["x", " y"]]),
    "blank lines on top": (b"\n\na,b\n1,2\n", [[None, None], [None, None], ["a", "b"], ["1", "2"]]),
    "blank lines between": (b"a,b\n\n1,2\n", [["a", "b"], [None, None], ["1", "2"]]),
    "title above": (b"My game\na,b,c\n1,2,3\n", [["My game", None, None], ["a", "b", "c"], ["1", "2", "3"]]),
    "a cell too many": (b"a,b\n1,2,3\n", [["a", "b", None], ["1", "2", "3"]]),
    "a cell too few": (b"a,b\n1\n", [["a", "b"], ["1", None]]),
    "line breaks in quotes": (b'a,b\n"1\r\n2",x\n3,4', [["a", "b"], ["1\r\n2", "x"], ["3", "4"]]),
    "quotes in quotes": (b'a,b\n"say ""x""",2', [["a", "b"], ['say "x"', "2"]]),
    "quotes inside": (b'a,b\n5" disk,2\n', [["a", "b"], ['5" disk', "2"]]),
    "hint below a blank line": (b"\nsep=;\n1;2", [[None, None], ["sep=", None], ["1", "2"]]),
    "quotes and blank lines": (b'\na,b\n"1",""\n', [[None, None], ["a", "b"], ["1", None]]),
    "nothing is altered": (b"007,NA\nnull,1E5\n =1+1,\xc2\xa0x", [["007", "NA"], ["null", "1E5"], [" =1+1", "\xa0x"]]),
    "utf-8 mark twice": (b"\xef\xbb\xbf\xef\xbb\xbfa,b\n1,2", [["a", "b"], ["1", "2"]]),
    "utf-8 mark": (b"\xef\xbb\xbfa,b\n1,2", [["a", "b"], ["1", "2"]]),
    "utf-16": ("a,b\né,2".encode("utf-16"), [["a", "b"], ["é", "2"]]),
    "utf-16 big": (b"\xfe\xff" + "a,b\né,2".encode("utf-16-be"), [["a", "b"], ["é", "2"]]),
    "utf-32": ("a,b\né,2".encode("utf-32"), [["a", "b"], ["é", "2"]]),
    "Excel's hint": (b"sep=;\r\na,1;b\r\n1;2", [["a,1", "b"], ["1", "2"]]),
    "blank lines and quotes on top": (b'\n\r\n"a";b\n1;2', [[None, None], [None, None], ["a", "b"], ["1", "2"]]),
    "a stray semicolon": (
        b"a,b\n" + b"1,2\n" * 20 + b"x;y,\n3",
        [["a", "b"], *TWENTY, ["x;y", None], ["3", None]],
    ),
}


@pytest.mark.parametrize(("data", "rows"), TABLES.values(), ids=TABLES.keys())
def test_table_is_read_as_it_is(read_bytes: Callable[..., Book], data: bytes, rows: list[list[str | None]]) -> None:
    """Every record is a row, with its own number, whatever separates its cells and ends its lines."""
    book = read_bytes(data, "table.csv")
    assert rows_of(book) == rows
    cells = book.sheets[0].cells
    assert cells.index.tolist() == list(range(1, len(rows) + 1))
    assert cells.columns.tolist() == list(range(1, len(rows[0]) + 1))
    assert all(kind == "str" for kind in cells.dtypes)
    assert (book.sheets[0].name, book.sheets[0].typed) == ("table", False)
    assert book.format == ("tsv" if b"\t" in data else "csv")


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
RECORDS = st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=8)


@settings(max_examples=examples(200), deadline=None)
@given(records=RECORDS, sign=st.sampled_from(",;\t|"), ending=st.sampled_from(["\n", "\r\n"]), quoted=st.booleans())
def test_what_csv_writes_comes_back(
    read_bytes: Callable[..., Book], records: list[list[str]], sign: str, ending: str, quoted: bool
) -> None:
    """Whatever the standard library writes comes back cell for cell, in records of any length."""
    records = [["Name"] * len(records[0]), *records]
    careful = quoted or any("\r" in cell for record in records for cell in record)  # else the writer forgets to
    text = io.StringIO()
    csv.writer(
        text, delimiter=sign, lineterminator=ending, quoting=csv.QUOTE_ALL if careful else csv.QUOTE_MINIMAL
    ).writerows(records)
    found = rows_of(read_bytes(text.getvalue().encode(), "t.csv", delimiter=sign))
    width = max(map(len, records))
    assert found == [[cell or None for cell in record] + [None] * (width - len(record)) for record in records]


ENCODED: dict[str, tuple[bytes, str | None, str]] = {
    "line feeds": ("a,b\nxyz,1\ncafé,2\n".encode("cp1252"), None, "line 3.*cp1252 would read 'café,2'"),
    "carriage returns": ("a,b\rxyz,1\rcafé,2\r".encode("cp1252"), None, "line 3.*cp1252 would read 'café,2'"),
    "both": ("a,b\r\n\r\ncafé,2\r\n".encode("cp1252"), None, "line 3.*cp1252 would read 'café,2'"),
    "the first line": ("é,b\nxyz,1".encode("cp1252"), None, "line 1.*cp1252 would read 'é,b'"),
    "at the beginning of a line": ("a,b\né,1\nx".encode("cp1252"), None, "line 2.*cp1252 would read 'é,1'"),
    "named": (b"a,b\rxyz,1\rcaf\x81,2\r", "cp1252", r"not in cp1252 \(line 3, behind 'caf'\)"),
    "UTF-16": ("a,b\nx".encode("utf-16") + b"\x00\xd8\x41\x00", None, r"not in utf-16 \(line 2"),
}


@pytest.mark.parametrize(("data", "encoding", "words"), ENCODED.values(), ids=ENCODED.keys())
def test_a_wrong_encoding_is_shown_on_its_line(
    read_bytes: Callable[..., Book], data: bytes, encoding: str | None, words: str
) -> None:
    """The message counts lines as an editor does, whatever ends them, and shows the line that holds the byte."""
    with pytest.raises(WorkbookError, match=words):
        read_bytes(data, "t.csv", encoding=encoding)


REFUSED: dict[str, tuple[bytes, dict[str, str], str, str]] = {
    "cp1252": (
        "a,b\ncafé,2\n".encode("cp1252"),
        {},
        "undecodable-text",
        r"line 2.*cp1252 would read 'café,2'",
    ),
    "no encoding fits": (b"a,b\n" + bytes(range(128, 256)) + b"\xff\xff", {}, "undecodable-text", "mac_roman"),
    "another encoding": (b"a,b\n\xff,2", {"encoding": "ascii"}, "undecodable-text", "not in ascii"),
    "halves of characters": (b"a,+2AA-", {"encoding": "utf-7"}, "undecodable-text", "halves|not in utf-7"),
    "unknown encoding": (b"a,b", {"encoding": "klingon"}, "unknown-encoding", "cp1252"),
    "not a text encoding": (b"a,b", {"encoding": "hex"}, "unknown-encoding", "klingon|hex"),
    "broken UTF-16": (b"\xff\xfea\x00\x00\xd8", {}, "undecodable-text", "utf-16"),
    "NUL": (b"a,b\n1,\x002", {}, "nul-bytes", "utf-16-le"),
    "UTF-16 without mark": ("a,b".encode("utf-16-le"), {}, "nul-bytes", "utf-16-le"),
    "two delimiters": (b"a,b;c\n1,2;3\n", {}, "ambiguous-delimiter", "comma or semicolon.*--delimiter comma"),
    "unclear delimiters": (b"a,b\nx;y\nz;1,2\n", {}, "ambiguous-delimiter", "--delimiter"),
    "unknown delimiter": (b"a b", {"delimiter": " "}, "unknown-delimiter", "comma, semicolon, tab"),
    "open quote": (b'a,b\n1,"x\n3,4\n', {}, "unclosed-quote", "row 2"),
    "open quote at the end": (b'a,b\n1,2\n3,"', {}, "unclosed-quote", "row 3"),
    "open quote, ragged": (b'a,b\n1,2,3\n"x\n4,5', {}, "unclosed-quote", "row 3"),
    "a cell without end": (b'a,b\n1,2,3\n"' + b"x" * 200_000, {}, "unclosed-quote", "row 3"),
    "a cell of 200,000": (b'a,b\n1,2,3\n"' + b"x" * 200_000 + b'"', {}, "malformed-csv", "row 3.*quotation mark"),
}


@pytest.mark.parametrize(("data", "options", "code", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_doubtful_text_is_refused(
    read_bytes: Callable[..., Book], data: bytes, options: dict[str, str], code: str, words: str
) -> None:
    """What cannot be read for certain is an error that says where, and the option that settles it."""
    with pytest.raises(WorkbookError, match=f"(?s){words}") as caught:
        read_bytes(data, "table.csv", **options)
    assert caught.value.code == code


def test_options_settle_the_doubt(read_bytes: Callable[..., Book]) -> None:
    """The encoding and the delimiter that were asked for are used, under any of their names."""
    assert rows_of(read_bytes("é,ß".encode("cp1252"), "t.csv", encoding="cp1252")) == [["é", "ß"]]
    assert rows_of(read_bytes("a,b".encode("utf-16-le"), "t.csv", encoding="utf-16-le")) == [["a", "b"]]
    for name in (";", "semicolon", "Semicolon"):
        assert rows_of(read_bytes(b"a,b;c\n1,2;3", "t.csv", delimiter=name)) == [["a,b", "c"], ["1,2", "3"]]
    assert rows_of(read_bytes(b"a,b\tc", "t.csv", delimiter="\\t")) == [["a,b", "c"]]


def test_large_text_is_read_in_blocks(read_bytes: Callable[..., Book]) -> None:
    """A quoted line break on the border of two blocks, and a long record, are read like any other."""
    line = 'x,"' + "y\n" * 40_000 + '"\n'
    book = read_bytes(("a,b\n" + line * 60).encode(), "t.csv")
    assert book.sheets[0].cells.shape == (61, 2)
    assert book.sheets[0].cells.loc[61, 2] == "y\n" * 40_000


def test_first_record_longer_than_the_sample(read_bytes: Callable[..., Book]) -> None:
    """A file whose first record goes on beyond the sample is still read whole."""
    assert rows_of(read_bytes(b"a;" + b"b" * 70_000 + b"\n1;2", "t.csv")) == [
        ["a", "b" * 70_000],
        ["1", "2"],
    ]


@pytest.mark.parametrize("text", ["a,b,c,d\n", 'a,b\n"1",2,3,4\n'], ids=["all rows", "one row"])
def test_too_many_columns_are_refused(
    read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """A text with more columns than Excel has is refused with the limit: what looks at columns takes its time."""
    for module in (delimited, ragged_text):
        monkeypatch.setattr(module, "MAX_COLUMNS", 4)
    assert read_bytes(text.encode(), "t.csv").sheets[0].cells.shape[1] == 4
    for module in (delimited, ragged_text):
        monkeypatch.setattr(module, "MAX_COLUMNS", 3)
    with pytest.raises(WorkbookError, match="4 columns; at most 3 columns") as caught:
        read_bytes(text.encode(), "t.csv")
    assert caught.value.code == "used-range-too-large"


def test_too_many_cells_are_refused(read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that would become more cells than are read is refused where it happens, with the limit."""
    for module in (delimited, ragged_text):
        monkeypatch.setattr(module, "MAX_CELLS", 20)
    assert len(read_bytes(b"a,b\n" + b"1,2\n" * 8, "t.csv").sheets[0].cells) == 9
    with pytest.raises(WorkbookError, match=r"row 11.* 20 cells") as caught:
        read_bytes(b"a,b\n" + b"1,2\n" * 20, "t.csv")
    assert caught.value.code == "used-range-too-large"
