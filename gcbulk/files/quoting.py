r"""Refuse quotation marks that a reader would have to guess about.

Arrow and Python's csv silently repair broken quoting into text that nobody meant: ``"The \"Best\" one"`` becomes
``The \Best\" one"``. So quotation marks are checked before any reader sees them, by RFC 4180: a mark at the beginning
of a cell opens it, a mark inside is written twice, and the closing mark is followed by a delimiter or the end of the
line. A mark in a cell that was not opened by one, as in 5" nail, is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from pathlib import PurePath

import numpy as np

from gcbulk.errors import WorkbookError
from gcbulk.files.delimiter import DELIMITERS

PIECE_BYTES = 256 * 1024
_LISTED = 10  # faults that a message names; nothing is read behind them
_SHOWN_BYTES = 30  # what a message shows before and behind a mark
_MARK = re.compile(rb'"')
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ESCAPED = re.compile(rb'(?<!\\)(?:\\\\)*\\"\Z')  # as a cell ends that a program closed with \"
_BLANKS = b" \t\xc2\xa0"  # the last two are a no-break space


class _Kind(Enum):
    """What is wrong with a quotation mark."""

    UNCLOSED = auto()
    FOLLOWED = auto()  # something stands behind the mark that closes a cell
    INDENTED = auto()  # blanks stand before the mark that seems to open one


@dataclass(frozen=True, slots=True)
class _Fault:
    """A quotation mark that cannot be read.

    Args:
        kind: what is wrong.
        row: the row of its cell, as a spreadsheet would count it.
        lines: the lines on which the cell begins and the fault shows, as an editor counts them.
        shown: what stands there.
    """

    kind: _Kind
    row: int
    lines: tuple[int, int]
    shown: str


def require_clear_quotes(text: memoryview, delimiter: str, path: PurePath) -> None:
    """Refuse a text whose quotation marks can be read in more than one way.

    Args:
        text: the text in UTF-8.
        delimiter: what separates its cells.
        path: the file, for the message.

    Raises:
        WorkbookError: a mark opens a cell and is never closed, or a mark stands where none may stand.
    """
    if _all_enclose(text, delimiter):
        return
    faults = list(islice(_Marks(text, delimiter).faults(), _LISTED))
    if faults:
        raise _error(faults, delimiter, path)


def _all_enclose(text: memoryview, delimiter: str) -> bool:
    """Whether every mark encloses a cell or is doubled in one: the first opens, the second closes, and so on.

    If each that opens stands at the beginning of a cell or right behind another mark, and each that closes at the end
    of a cell or right before another, there is one way to read them. Most files need no more than this, and it asks
    nothing of each mark in Python.
    """
    whole = np.frombuffer(text, np.uint8)
    beside = np.zeros(256, dtype=bool)
    beside[list(f'{delimiter}\r\n"'.encode())] = True
    is_open = 0
    for at in range(0, len(whole), PIECE_BYTES):
        marks = np.flatnonzero(whole[at : at + PIECE_BYTES] == ord('"')) + at
        opening, closing = marks[is_open::2], marks[1 - is_open :: 2]
        begins = beside[whole[opening - 1]] | (opening == 0)
        ends = beside[whole[np.minimum(closing + 1, len(whole) - 1)]] | (closing == len(whole) - 1)
        if not (begins.all() and ends.all()):
            return False
        is_open ^= len(marks) & 1
    return not is_open


class _Marks:
    """Goes from mark to mark through a text.

    Args:
        text: the text.
        delimiter: what separates its cells.
    """

    def __init__(self, text: memoryview, delimiter: str) -> None:
        self._text = text
        self._ends = f"{delimiter}\r\n".encode()
        self._end = re.compile(b"[" + re.escape(self._ends) + b"]")
        self._blanks = _BLANKS.replace(delimiter.encode(), b"")
        self._at = 0
        self._lines_in_cells = 0
        self._escaped_at = -1  # the end of the last quoted cell, if that ended in \"

    def faults(self) -> Iterator[_Fault]:
        """Every mark that cannot be read; behind one, the next line is taken for the beginning of a row."""
        while mark := _MARK.search(self._text, self._at):
            start = mark.start()
            opens = start == 0 or self._text[start - 1] in self._ends
            fault = self._quoted_cell(start) if opens else self._bare_cell(start)
            if fault is not None:
                yield fault
                line_end = _LINE_END.search(self._text, self._at)
                self._at = line_end.start() if line_end else len(self._text)

    def _quoted_cell(self, start: int) -> _Fault | None:
        """Step over a cell that a mark opens."""
        cell = _QUOTED.match(self._text, start)
        if cell is None:
            self._at = start
            return self._fault(_Kind.UNCLOSED, start, start)
        self._at = cell.end()
        fault = None
        if self._at < len(self._text) and self._text[self._at] not in self._ends:
            fault = self._fault(_Kind.FOLLOWED, start, self._at)
        is_escaped = self._text[self._at - 2] == ord("\\") and _ESCAPED.search(self._text, start, self._at)
        self._escaped_at = self._at if is_escaped else -1
        if _LINE_END.search(self._text, start, self._at):
            self._lines_in_cells += sum(1 for _ in _LINE_END.finditer(self._text, start, self._at))
        return fault

    def _bare_cell(self, start: int) -> _Fault | None:
        """Step over a cell that holds a mark and does not begin with one."""
        before = bytes(self._text[self._at : start])
        begin = max(before.rfind(bytes([sign])) for sign in self._ends) + 1
        found = self._end.search(self._text, start)
        end = found.start() if found else len(self._text)
        is_indented = not before[begin:].strip(self._blanks)
        escaped = self._escaped_at == self._at and not _LINE_END.search(before) and self._text[end - 1] == ord('"')
        self._at = start if is_indented else end
        if is_indented:
            return self._fault(_Kind.INDENTED, start, start)
        return self._fault(_Kind.FOLLOWED, start, end) if escaped else None

    def _fault(self, kind: _Kind, start: int, at: int) -> _Fault:
        first, last = (1 + sum(1 for _ in _LINE_END.finditer(self._text, 0, end)) for end in (start, at))
        around = bytes(self._text[max(at - _SHOWN_BYTES, 0) : at + _SHOWN_BYTES])
        behind = min(at, _SHOWN_BYTES)
        begin = max(around.rfind(sign, 0, behind) for sign in (b"\r", b"\n")) + 1
        shown = _LINE_END.split(around[begin:])[0].decode("utf-8", "ignore")
        return _Fault(kind, first - self._lines_in_cells, (first, last), shown)


def _error(faults: list[_Fault], delimiter: str, path: PurePath) -> WorkbookError:
    first = faults[0]
    also = sorted({fault.row for fault in faults} - {first.row})
    more = f" Check the marks in these rows too: {', '.join(f'{row:,}' for row in also)}." if also else ""
    if first.kind is _Kind.UNCLOSED:
        return WorkbookError(
            f'{path.name}: a quotation mark (") that opens in row {first.row:,} is never closed, so the rest of the'
            f" file would become one cell. Close it, or write it twice if it is part of the text.{more}",
            code="unclosed-quote",
        )
    if first.kind is _Kind.FOLLOWED:
        problem = (
            f"in row {first.row:,}{_from_line_to_line(first)} the quotation marks are unclear: {first.shown}. After a"
            f" closing quotation mark only a {DELIMITERS[delimiter]} or the end of the line may follow. Write a mark"
            ' that is part of the text twice: "" (\\" has to be "" too).'
        )
    else:
        problem = (
            f"in row {first.row:,} a space stands before a quotation mark: {first.shown}. If the mark opens the cell,"
            ' delete the space; if it is part of the text, put the cell in quotation marks and double this one: "".'
        )
    return WorkbookError(f"{path.name}: {problem}{more}", code="misplaced-quote")


def _from_line_to_line(fault: _Fault) -> str:
    first, last = fault.lines
    return f" (a cell that goes on from line {first:,} to line {last:,})" if first < last else ""
