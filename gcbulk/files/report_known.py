"""Tell whether a sheet of a workbook is one of our reports, by the headers above its lines.

A hidden marker would not do: Excel and LibreOffice rewrite a sheet when they save, and reports of earlier versions
have none. Only the top of the sheet is read, and only as many shared strings as that takes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from gcbulk.files.report_looks import COLUMNS

_MOST_ROWS = 400  # the block above the lines has a line for each language at most
_BLOCK_BYTES = 1 << 16
_HEADERS = tuple(title for title, _ in COLUMNS.values())[:5]
_SHARED = "s"


class _EnoughError(Exception):
    """All that is needed was read."""


class _Top:
    """The texts of the first rows; those that are shared by their number."""

    def __init__(self) -> None:
        self.rows: list[list[str | int]] = []
        self._type = ""
        self._text: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row or cell begins."""
        local = name.rpartition(":")[2]
        if local == "row":
            if len(self.rows) >= _MOST_ROWS:
                raise _EnoughError
            self.rows.append([])
        elif local == "c":
            self._type = attributes.get("t", "")
        elif local in ("t", "v"):
            self._text = []

    def text(self, text: str) -> None:
        """Some text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        """A text ends."""
        if name.rpartition(":")[2] not in ("t", "v") or self._text is None or not self.rows:
            return
        value, self._text = "".join(self._text), None
        self.rows[-1].append(int(value) if self._type == _SHARED and value.isascii() and value.isdecimal() else value)


class _Shared:
    """Some of the shared texts, by their number."""

    def __init__(self, wanted: frozenset[int]) -> None:
        self.found: dict[int, str] = {}
        self._wanted, self._last = wanted, max(wanted, default=-1)
        self._number, self._text = -1, False

    def start(self, name: str, _: Mapping[str, str]) -> None:
        """A text begins, or a run of it."""
        local = name.rpartition(":")[2]
        if local == "si":
            self._number += 1
            if self._number > self._last:
                raise _EnoughError
        self._text = local == "t"

    def text(self, text: str) -> None:
        """Some text."""
        if self._text and self._number in self._wanted:
            self.found[self._number] = self.found.get(self._number, "") + text

    def end(self, _: str) -> None:
        """A run ends."""
        self._text = False


def is_report(archive: ZipFile, part: str, shared: str | None) -> bool:
    """Whether a sheet has the headers of a report.

    Args:
        archive: the workbook.
        part: the sheet's part.
        shared: the part with the shared texts, None where the workbook has none.

    Returns:
        False as well where that cannot be told: such a sheet is the user's.
    """
    try:
        top = _Top()
        with archive.open(part) as stream:
            _parse(stream, top.start, top.end, top.text)
        numbers = _Shared(
            frozenset(value for row in top.rows for value in row[: len(_HEADERS)] if isinstance(value, int))
        )
        if shared is not None:
            with archive.open(shared) as stream:
                _parse(stream, numbers.start, numbers.end, numbers.text)
    except (BadZipFile, EOFError, LookupError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        return False
    return any(_texts(row, numbers.found) == _HEADERS for row in top.rows)


def _texts(row: Sequence[str | int], shared: Mapping[int, str]) -> tuple[str, ...]:
    first = row[: len(_HEADERS)]
    return tuple(shared.get(value, "") if isinstance(value, int) else value for value in first)


def _parse(
    stream: IO[bytes],
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Read a part until its end or until enough is known; what is not XML raises ValueError."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse
    with suppress(_EnoughError):
        try:
            while block := stream.read(_BLOCK_BYTES):
                parser.Parse(block, False)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error


def _refuse(*_: object) -> None:
    raise ValueError("no part of a workbook declares a document type")
