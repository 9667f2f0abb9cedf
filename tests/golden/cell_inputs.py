"""Inputs whose cells are odd: damaged, of another type than meant, out of range, too long, or hard to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from hostile import text_cell

from gcbulk.simulator.exchange import Json
from golden.source import HEADERS, Input, achievements, localizations, rows_of
from golden.writing import cells, frames, workbook

AT_FIVE = datetime(2025, 3, 4, 5)  # noqa: DTZ001 - as a workbook has it


def _of(column: int, values: Sequence[Json], *, command: bool = False) -> Input:
    """Good achievements, one for each value, which stands in one of their columns."""
    rows = [list(row) for row in rows_of(len(values), points=1)]
    for row, value in zip(rows, values, strict=True):
        row[column] = value
    return Input(workbook(achievements(*map(tuple, rows))), command=command)


def _texts(column: int, values: Sequence[Json]) -> Input:
    """Texts of as many achievements, with a value each in one of their columns."""
    rows = [[f"com.example.a{n}", "en-US", "N", "B", "A"] for n in range(len(values))]
    for row, value in zip(rows, values, strict=True):
        row[column] = value
    return Input(workbook(achievements(*rows_of(len(values), points=1)), localizations(*map(tuple, rows))))


def _row(number: int, *found: str) -> str:
    return f'<row r="{number}">{"".join(found)}</row>'


def _number(place: str, value: str, formula: str = "") -> str:
    return f'<c r="{place}">{f"<f>{formula}</f>" if formula else ""}{f"<v>{value}</v>" if value else ""}</c>'


def _line(number: int, name: str, points: int) -> str:
    """A row of an achievement as a workbook's XML has it."""
    words = [text_cell(f"A{number}", name.title()), text_cell(f"B{number}", f"com.example.{name}")]
    flags = [text_cell(f"D{number}", "No"), text_cell(f"E{number}", "No")]
    return _row(number, *words, _number(f"C{number}", str(points)), *flags)


_HEAD = _row(1, *(text_cell(f"{letter}1", header) for letter, header in zip("ABCDE", HEADERS, strict=True)))
_GOOD = _line(2, "win", 10) + _line(3, "lose", 20)

_FORMULAS: Mapping[str, Input] = {
    "totals-by-formula": Input(
        cells(
            _HEAD
            + _GOOD
            + _row(4, _number("B4", "2", "COUNTA(B2:B3)"), _number("C4", "30", "SUM(C2:C3)"), _number("D4", "0", "1-1"))
        ),
        command=True,
    ),
    "formulas-not-calculated": Input(
        cells(
            _HEAD + _GOOD + _row(4, text_cell("A4", "X"), text_cell("B4", "com.example.x"), _number("C4", "", "C2*2"))
        )
    ),
    "error-cells": Input(
        cells(
            _HEAD
            + _GOOD
            + _row(4, text_cell("A4", "X"), '<c r="B4" t="e"><v>#REF!</v></c>', '<c r="C4" t="e"><v>#N/A</v></c>')
        )
    ),
    "control-characters": Input(
        frames(achievements=[HEADERS, ("bell \x07", "com.example.a\x01", 5, "No", "No"), (["B"], ("b",), 5, {}, "No")])
    ),
    "booleans": Input(
        cells(
            _HEAD
            + _row(
                2,
                text_cell("A2", "X"),
                text_cell("B2", "com.example.x"),
                '<c r="C2" t="b"><v>1</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" t="b"><v>0</v></c>',
            )
        )
    ),
}
_TYPED: Mapping[str, Input] = {
    "ids": _of(
        1,
        (
            "com.example.fine",
            "with-hyphen",
            "with space",
            "x" * 101,
            "é",
            "1.23E+05",
            "101.0",
            1001,
            12.5,
            date(2025, 3, 4),
            True,
            None,
            "#N/A",
            "007",
            " com.example.trimmed ",
            "a\u200bb",
            "=1+1",
            "com.example.FINE",
        ),
        command=True,
    ),
    "ids-shown-otherwise": Input(
        workbook(
            replace(
                achievements(("A", 7, 5, "No", "No"), ("B", 8, 5, "No", "No")),
                formats={"B2": "000", "B3": '"a"0', "A2": "000"},
            )
        )
    ),
    "points": _of(
        2,
        (
            0,
            100,
            101,
            -1,
            5.5,
            "5",
            " 7 ",
            "5.0",
            "1.500",
            "1,5",
            "ten",
            "10 points",
            "1e3",
            None,
            True,
            date(2025, 3, 4),
            time(3, 4),
            "٣",
            5e300,
            "####",
        ),
        command=True,
    ),
    "points-shown-as-percent": Input(
        workbook(replace(achievements(*rows_of(1), ("X", "com.example.x", 0.5, "No", "No")), formats={"C3": "0%"}))
    ),
    "flags": _of(
        3,
        (
            "Yes",
            "no",
            "TRUE",
            "false",
            "y",
            "N",
            "1",
            0,
            1,
            1.0,
            2,
            "x",
            "✓",
            "ja",
            "nein",
            "oui",
            "on",
            "-",
            None,
            True,
            False,
            "maybe",
            "#VALUE!",
        ),
    ),
    "reference-names": _of(
        0,
        (
            "Fine",
            None,
            "x" * 256,
            5,
            1.5,
            True,
            date(2025, 3, 4),
            AT_FIVE,
            "TODO",
            "nan",
            "{x}",
            " around ",
            "two\nlines",
            "e\u0301",
            "\u202eturned",
            "#N/A",
        ),
    ),
    "archived-flags": Input(
        workbook(
            achievements(
                *(
                    (f"A{n}", f"com.example.a{n}", 1, "No", "No", value)
                    for n, value in enumerate(("Yes", "no", None, "perhaps", 1, 0, "x"))
                ),
                headers=(*HEADERS, "Archived"),
            )
        )
    ),
}  # fmt: skip
_WORDS: Mapping[str, Input] = {
    "titles": _texts(
        2,
        (
            "Fine",
            "x" * 30,
            "x" * 31,
            "😀" * 30,
            None,
            5,
            True,
            "TODO",
            "Loading...",
            "Win {0} games",
            "Cats &amp; dogs",
            "two\nlines",
            "tab\there",
            "a\u200bb",
            "\u202eturned",
            "#NAME?",
            "####",
            "=1+1",
            "e\u0301",
        ),
    ),
    "descriptions": _texts(
        3, ("Fine.", "x" * 300, "x" * 301, None, "Lorem ipsum", "  around  ", "one\r\ntwo", "\ufeffmark", 7, "100%")
    ),
    "texts-of-numbers": _texts(4, (1, 1.5, 10**15, "1.0", date(2025, 3, 4), False)),
    "damaged-as-text": Input(
        frames(
            achievements=[
                HEADERS,
                ("#N/A", "com.example.a", "5", "No", "No"),
                ("B", "Err:502", "5", "No", "No"),
                ("C", "com.example.c", "####", "No", "No"),
                ("D", "com.example.d", "5", "#REF!", "#BEZUG!"),
            ]
        )
    ),
}  # fmt: skip
INPUTS: Mapping[str, Input] = {**_FORMULAS, **_TYPED, **_WORDS}
