"""Inputs of achievements: their columns, their rows, where their table stands, and their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from golden.source import HEADERS, TEXT_HEADERS, Input, achievements, localizations, rows_of, texts_of
from golden.writing import Sheet, frames, png, workbook

WIN, LOSE, DRAW = (
    ("Win", "com.example.win", 10, "No", "Yes"),
    ("Lose", "com.example.lose", 20, "Yes", "No"),
    ("Draw", "com.example.draw", 30, "No", "No"),
)
SHOW_HEADERS = ("Reference Name", "Achievement ID", "Points", "Show Before Earned", "Hidden", "Repeatable")
ARCHIVED_HEADERS = (*HEADERS, "Archived")
IMAGE_HEADERS = (*HEADERS, "Image")
IMAGE_TEXT_HEADERS = (*TEXT_HEADERS, "Image")
PICTURES = {"win.png": png(), "art/lose.png": png(1024, 1024, alpha=True), "small.png": png(64, 64)}

_COLUMNS: Mapping[str, Input] = {
    "plain": Input(workbook(achievements(*rows_of(4)), localizations(*texts_of(4, "en-US", "ja"))), command=True),
    "alone": Input(workbook(achievements(WIN, LOSE, DRAW)), command=True),
    "frames": Input(frames(achievements=[HEADERS, *rows_of(2)], localizations=[TEXT_HEADERS, *texts_of(2, "de-DE")])),
    "headers-of-the-api": Input(
        workbook(
            achievements(
                ("A", "com.example.a", 5, True, False),
                ("B", "com.example.b", 0, False, True),
                headers=("referenceName", "vendorIdentifier", "points", "showBeforeEarned", "repeatable"),
            )
        )
    ),
    "headers-written-otherwise": Input(
        workbook(
            achievements(
                ("A", "com.example.a", 5, "y", "n"),
                headers=(" reference name* ", "ACHIEVEMENT-ID", "Points (0-100)", "is_hidden", "Is Recyclable?"),
            )
        )
    ),
    "hidden-and-shown": Input(
        workbook(
            achievements(
                ("A", "com.example.a", 5, "Yes", "No", "No"),
                ("B", "com.example.b", 5, "Yes", "Yes", "No"),
                ("C", "com.example.c", 5, None, "Yes", "No"),
                ("D", "com.example.d", 5, "No", None, "No"),
                ("E", "com.example.e", 5, None, None, "No"),
                headers=SHOW_HEADERS,
            )
        )
    ),
    "archived": Input(
        workbook(
            achievements((*WIN, "Yes"), (*LOSE, "No"), (*DRAW, None), headers=ARCHIVED_HEADERS),
            localizations(("com.example.win", "en-US", "W", "Win.", "Won.")),
        )
    ),
    "archived-contradicts": Input(
        workbook(achievements((*WIN, None), (*WIN, "Yes"), (*LOSE, "Yes"), (*LOSE, "No"), headers=ARCHIVED_HEADERS))
    ),
    "properties": Input(
        workbook(
            achievements(
                (*WIN, "level: 3; world: 2"),
                (*LOSE, None),
                (*DRAW, "nothing"),
                ("A", "com.example.a", 5, "No", "No", "a=1, b=2"),
                ("B", "com.example.b", 5, "No", "No", '{"a": "1"}'),
                ("C", "com.example.c", 5, "No", "No", "level=3\nlevel=4"),
                headers=(*HEADERS, "Properties"),
            )
        )
    ),
    "columns-unknown": Input(workbook(achievements((*WIN, "x", None, 3), headers=(*HEADERS, "Owner", "Empty", None)))),
    "column-missing": Input(workbook(achievements(WIN[:4], headers=HEADERS[:4])), command=True),
    "column-ambiguous": Input(workbook(achievements((*WIN, 5), headers=(*HEADERS, "Point Value")))),
    "column-chosen": Input(
        workbook(achievements((*WIN, 5), headers=(*HEADERS[:2], "Pts", *HEADERS[3:], "Points"))),
        options={"column": {"points": "Pts"}},
    ),
    "column-not-found": Input(workbook(achievements(WIN)), options={"column": {"points": "Pts"}}),
    "column-option-unknown": Input(
        workbook(achievements(WIN)), options={"column": {"colour": "Points"}, "sheet": {"scores": "Achievements"}}
    ),
    "column-option-twice": Input(
        workbook(achievements((*WIN, 5), headers=(*HEADERS, "Pts"))),
        options={"column": {"points": "Pts", "Point Value": "Points"}},
    ),
    "apps-differ": Input(
        workbook(achievements((*WIN, "com.example.one"), (*LOSE, "com.example.two"), headers=(*HEADERS, "Bundle ID")))
    ),
}
_ROWS: Mapping[str, Input] = {
    "the-same-twice": Input(
        workbook(achievements(WIN, LOSE, WIN, ("Win", " com.example.win", "10", "no", "YES")), localizations())
    ),
    "contradicting": Input(workbook(achievements(WIN, (*WIN[:2], 20, *WIN[3:]), LOSE)), command=True),
    "contradicting-number-ids": Input(
        workbook(achievements(("A", 1001, 5, "No", "No"), ("B", 1001, 10, "No", "No"), ("C", "1002", 5, "No", "No")))
    ),
    "ids-differ-by-case": Input(
        workbook(achievements(WIN, ("Win 2", "com.example.WIN", 5, "No", "No")), localizations())
    ),
    "reference-names-repeat": Input(workbook(achievements(WIN, ("Win", "com.example.win2", 5, "No", "No")))),
    "too-many": Input(workbook(achievements(*rows_of(103, points=5)))),
    "points-add-up": Input(workbook(achievements(*rows_of(11, points=100)))),
    "hidden-rows-and-columns": Input(
        workbook(
            replace(achievements(*rows_of(5)), hidden_rows=(3, 5), hidden_columns=("C",)),
            Sheet("Notes", [["To do"], ["Pictures"]]),
            Sheet("Old", [HEADERS, WIN], hidden=True),
        )
    ),
    "repeated-headers": Input(workbook(achievements(WIN, HEADERS, LOSE, (None,) * 5, HEADERS, DRAW))),
    "examples-and-comments": Input(
        workbook(
            Sheet(
                "Achievements",
                [
                    ("# My game",),
                    HEADERS,
                    ("Example", "com.example.achievement", 10, "No", "No"),
                    ("#Win", *WIN[1:]),
                    LOSE,
                    ("Remember the pictures",),
                    (None, None, None, "No", "No"),
                    (None, None, 5, "No", "No"),
                ],
            )
        )
    ),
    "totals-in-words": Input(
        workbook(achievements(WIN, LOSE, DRAW, (None,) * 5, ("Total", None, 60, None, None))), command=True
    ),
    "totals-by-number": Input(workbook(achievements(WIN, LOSE, DRAW, (None, 3, 60, 1, 1)))),
    "totals-unclear": Input(workbook(achievements(WIN, LOSE, DRAW, (None, 60, 60, 1, 1)))),
    "struck-through": Input(workbook(replace(achievements(*rows_of(3)), struck=("A2", "B2", "C2", "D2", "E2", "B3")))),
    "merged-cells": Input(
        workbook(
            replace(
                achievements(("Group", "com.example.a", 5, "No", "No"), (None, "com.example.b", 5, "No", "No"), DRAW),
                merged=("A2:A3",),
            )
        )
    ),
    "no-rows": Input(workbook(achievements()), command=True),
}
_TABLES: Mapping[str, Input] = {
    "below-a-title": Input(
        workbook(
            Sheet(
                "Sheet1",
                [("Achievements of the game",), (None,), (None, "Who", "What"), HEADERS, WIN, LOSE],
                top=2,
                left=3,
            )
        )
    ),
    "two-sheets": Input(workbook(Sheet("Spring", [HEADERS, WIN]), Sheet("Autumn", [HEADERS, LOSE])), command=True),
    "sheet-chosen": Input(
        workbook(
            Sheet("Spring", [HEADERS, WIN]),
            Sheet("Autumn", [HEADERS, LOSE]),
            Sheet("Words", [TEXT_HEADERS, ("com.example.lose", "ja", "L", "Lose.", "Lost.")]),
        ),
        options={"sheet": {"achievements": "Autumn", "localizations": "Words"}},
    ),
    "sheet-not-found": Input(workbook(achievements(WIN)), options={"sheet": {"achievements": "Winter"}}),
    "sheet-named-beside-another": Input(workbook(Sheet("Old", [HEADERS, WIN]), achievements(LOSE))),
    "report-of-an-earlier-run": Input(
        workbook(achievements(WIN), Sheet("gcbulk report", [("Sheet", "Row", "Key"), ("Achievements", 2, "x")]))
    ),
    "no-table": Input(workbook(Sheet("Notes", [("To do",), ("Pictures",)])), command=True),
    "empty": Input(workbook(Sheet("Sheet1", []))),
    "progress-beside-achievements": Input(
        workbook(
            achievements(WIN),
            Sheet("Progress", [("Player ID", "Achievement ID", "Percent"), ("A:_1", "com.example.win", 5)]),
        )
    ),
}
_PICTURES: Mapping[str, Input] = {
    "images": Input(
        workbook(
            achievements((*WIN, "win.png"), (*LOSE, "art/lose.png"), (*DRAW, None), headers=IMAGE_HEADERS),
            localizations(*((row[1], at, "N", "B", "A") for row in (WIN, LOSE, DRAW) for at in ("en-US", "ja"))),
            pictures=PICTURES,
        )
    ),
    "images-of-languages": Input(
        workbook(
            achievements((*WIN, "win.png"), headers=IMAGE_HEADERS),
            localizations(
                ("com.example.win", "en-US", "N", "B", "A", None),
                ("com.example.win", "ja", "N", "B", "A", "art/lose.png"),
                ("com.example.win", "ko", "N", "B", "A", "win.png"),
                headers=IMAGE_TEXT_HEADERS,
            ),
            pictures=PICTURES,
        )
    ),
    "images-unfit": Input(
        workbook(
            achievements(
                *(
                    (name.title(), f"com.example.{name}", 5, "No", "No", path)
                    for name, path in (
                        ("small", "small.png"),
                        ("gone", "gone.png"),
                        ("outside", "../win.png"),
                        ("absolute", "/win.png"),
                        ("address", "https://example.com/win.png"),
                        ("kind", "win.gif"),
                        ("number", 5),
                    )
                ),
                headers=IMAGE_HEADERS,
            ),
            localizations(*((f"com.example.{name}", "en-US", "N", "B", "A") for name in ("small", "gone", "outside"))),
            pictures=PICTURES,
        )
    ),
    "images-of-other-formats": Input(
        workbook(
            achievements(
                *((n, f"com.example.{n}", 5, "No", "No", f"{n}.png") for n in ("text", "cut", "gif", "wide")),
                ("jpeg", "com.example.jpeg", 5, "No", "No", "jpeg.jpg"),
                headers=IMAGE_HEADERS,
            ),
            pictures={
                "text.png": b"no picture",
                "cut.png": png()[:5000],
                "gif.png": b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;",
                "wide.png": png(512, 256),
                "jpeg.jpg": png(),
            },
        )
    ),
    "images-differ": Input(
        workbook(
            achievements((*WIN, "win.png"), (*WIN, "art/lose.png"), headers=IMAGE_HEADERS),
            localizations(("com.example.win", "en-US", "N", "B", "A")),
            pictures=PICTURES,
        )
    ),
}
INPUTS: Mapping[str, Input] = {**_COLUMNS, **_ROWS, **_TABLES, **_PICTURES}
