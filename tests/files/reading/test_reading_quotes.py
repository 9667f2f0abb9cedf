"""Quotation marks: what RFC 4180 says is read, by whatever reader; anything else is refused and never repaired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import pandas as pd
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcbulk.errors import WorkbookError
from gcbulk.files import delimited, quoting, ragged_text
from gcbulk.records import Book

Rows = list[list[str | None]]


class StrictReader:
    """Reads a text character by character as the grammar has it; it shares nothing with the product."""

    def __init__(self, text: str, sign: str) -> None:
        self.text = text
        self.ends = f"{sign}\r\n"
        self.at = 0
        self.escaped = False  # a quoted cell of this row ended in \", and no mark has come since

    def rows(self) -> Rows | None:
        """The cells, an empty one missing, each row as wide as the widest; None where the marks are unclear."""
        rows: Rows = []
        while self.at < len(self.text):
            self.escaped = False
            row: list[str | None] = []
            while True:
                cell = self.quoted() if self.text.startswith('"', self.at) else self.bare()
                if cell is None:
                    return None
                row.append(cell or None)
                if self.at == len(self.text) or self.text[self.at] in "\r\n":
                    break
                self.at += 1
            rows.append(row)
            self.at += 2 if self.text.startswith("\r\n", self.at) else 1
        width = max(map(len, rows), default=0)
        return [row + [None] * (width - len(row)) for row in rows]

    def quoted(self) -> str | None:
        """A cell in marks."""
        content, begin = "", self.at + 1
        self.at = begin
        while self.at < len(self.text):
            if self.text[self.at] != '"':
                content += self.text[self.at]
                self.at += 1
            elif self.text.startswith('""', self.at):
                content += '"'
                self.at += 2
            else:
                written = self.text[begin : self.at]
                self.escaped = (len(written) - len(written.rstrip("\\"))) % 2 == 1
                self.at += 1
                return content if self.at == len(self.text) or self.text[self.at] in self.ends else None
        return None

    def bare(self) -> str | None:
        """A cell without marks around it."""
        begin = self.at
        while self.at < len(self.text) and self.text[self.at] not in self.ends:
            self.at += 1
        content = self.text[begin : self.at]
        if '"' in content:
            if content.lstrip(" \t\u00a0").startswith('"') or (self.escaped and content.endswith('"')):
                return None
            self.escaped = False
        return content


def rows_of(book: Book) -> Rows:
    """The cells as lists, None for what is missing."""
    return [
        [None if pd.isna(value) else value for value in row]
        for row in book.sheets[0].cells.itertuples(index=False, name=None)
    ]


PIECE = st.sampled_from([*'"" "SS\n\r\t\\xé,5\u00a0', '""', '\\"', "\r\n"])
SOUND = st.sampled_from(['"x"', '"x ""y"""', '"a\r\nb"', '"S"', '""', "x", '5" nail', "", " x ", 'a\\"', '"a\\"'])
END = st.sampled_from(["S", "S", "\n", "\r\n", "\r"])
TEXT = st.lists(PIECE, max_size=24) | st.lists(st.tuples(SOUND, END).map("".join), max_size=12)


def outcome(read_bytes: Callable[..., Book], data: bytes, sign: str) -> Rows | str:
    """The rows of a text, or the code of what is wrong with it."""
    try:
        return rows_of(read_bytes(data, "t.csv", delimiter=sign))
    except WorkbookError as error:
        return error.code


@settings(max_examples=examples(300), deadline=None)
@given(
    head=st.sampled_from(["", "aSb\n", "aSbSc\r\n", "a\n"]),
    body=TEXT.map("".join),
    sign=st.sampled_from(",;\t|"),
    block=st.sampled_from([16, 64, 2**21]),
    piece=st.sampled_from([1, 3, 2**18]),
)
@example(head="aSb\n", body='aSb\naSb\n"x\r\ny"Sc\n', sign=",", block=15, piece=3)
@example(head="aSb\n", body='"The \\"Best\\" one"Sx\n', sign=",", block=64, piece=3)
def test_every_reader_reads_what_the_grammar_says(
    read_bytes: Callable[..., Book], head: str, body: str, sign: str, block: int, piece: int
) -> None:
    """Any text gives exactly the cells that the strict grammar gives, or is refused where that refuses it.

    The fast reader, by itself and with blocks that end anywhere, and the one for ragged texts give the same.
    """
    text = (head + body).replace("S", sign)
    expected = StrictReader(text, sign).rows()
    data = memoryview(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK_BYTES", block)
        patch.setattr(quoting, "PIECE_BYTES", piece)
        patch.setattr(ragged_text, "PIECE_RECORDS", piece)
        found = outcome(read_bytes, bytes(data), sign)
        if found == "empty-file":
            return
        assert found == expected if expected else found in {"unclosed-quote", "misplaced-quote"}
        if expected:
            ragged, widths = ragged_text.read_ragged(data, sign, PurePath("t"))
            assert list(map(list, zip(*(column.to_pylist() for column in ragged.columns), strict=True))) == expected
            assert max(widths) == len(expected[0])


UNCLEAR: dict[str, tuple[str, str, str]] = {
    "escaped": ('a,b\n1,\n"The \\"Best\\" one",2\n', "misplaced-quote", r'row 3 .*\\"Best.*comma.*\\" has to be ""'),
    "an inch in marks": ('a,b\n"Collect 5" nails",2\n', "misplaced-quote", 'row 2 .*5" nails'),
    "marks in marks": ('a;b\n"Say "hi" now";2\n', "misplaced-quote", 'row 2 .*only a semicolon'),
    "a blank before a mark": ('a,b\n1, "T, with comma",2\n', "misplaced-quote", 'row 2 a space.*"T, with comma"'),
    "a no-break space before it": ('a,b\n1,\u00a0"T",2\n', "misplaced-quote", "row 2 a space"),
    "a blank behind a mark": ('a\tb\n"T" \t2\n', "misplaced-quote", "row 2 .*only a tab"),
    "a mark closed by backslash": ('a,b\n"ends in \\", more",2\n', "misplaced-quote", "row 2 "),
    "over several lines": ('a,b\n"1,2\n3,4\n5,x"y,6\n', "misplaced-quote", "row 2 .a cell that .* line 2 to line 4"),
    "in many rows": ('a,b\n1,"x"y\n2,3\n"x"y,4\n5,"', "misplaced-quote", "row 2 .*these rows too: 4, 5"),
    "below a cell of three lines": ('a,b\r\n1,"x\r\ny\r\nz"\r\n2,"3"4\r\n', "misplaced-quote", "row 3 "),
    "never closed": ('a,b\n1,2\n3,"', "unclosed-quote", "row 3 is never closed"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "words"), UNCLEAR.values(), ids=UNCLEAR.keys())
def test_unclear_marks_are_refused_by_their_row(
    read_bytes: Callable[..., Book], text: str, code: str, words: str
) -> None:
    """The message names the first row whose marks are unclear, shows them, says what to do, and names the others."""
    with pytest.raises(WorkbookError, match=f"(?s){words}") as caught:
        read_bytes(text.encode(), "t.csv")
    assert caught.value.code == code


def test_clear_marks_stay_what_they_are(read_bytes: Callable[..., Book]) -> None:
    """A mark inside a cell that none opened is text; one that is doubled in a cell of marks is one."""
    text = 'a,b\n5" nail,C:\\dir\\"\n"say ""x""","C:\\dir\\"\nx"y"z,"""\n"\n'
    assert rows_of(read_bytes(text.encode(), "t.csv")) == [
        ["a", "b"],
        ['5" nail', 'C:\\dir\\"'],
        ['say "x"', "C:\\dir\\"],
        ['x"y"z', '"\n'],
    ]
