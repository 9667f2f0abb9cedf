"""Trials of what spreadsheets do to ids: each comes out as it was typed, or its row is told."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
from submit_jobs import HEADERS, player

from chaos.trials import Ground, Tally, Trial, total, wrong_if
from gcbulk.runs.check import check
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.simulator.exchange import Json
from jobs import ACHIEVEMENT_HEADERS

IDS = 500
EDGES = " \t\u00a0\u200b\ufeff"
"""What may stand around an id and is taken off."""
EXACT = 10**15
"""From here on Excel does not keep every digit."""
ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!")
_LETTERS = "abcdefXYZ0123456789_."
_WORDS = (
    *(
        "NA",
        "N/A",
        "null",
        "NULL",
        "None",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "TRUE",
        "false",
        "Yes",
        "007",
        "0",
        "00",
        "1e5",
    ),
    *("1E400", "1.23457E+18", "12345678901234567890", "9007199254740993", "1234567890123456789", "0x1F", "1_000", "+5"),
    *("2026-01-02", "01/02/2026", "3-4", "MAR1", "SEPT2", "1.0", "1.10", "5.", ".5", "-0", "1,5", "50%", "$5", "'007"),
    *(
        "=1+1",
        "@x",
        "a b",
        "caf\u00e9",
        "cafe\u0301",
        "\uff10\uff10\uff17",
        "total",
        "Sum",
        "id",
        "example.one",
        "#N/A",
    ),
)


class Typed(str):
    """A text that is a formula or an error in a workbook, not a text."""

    __slots__ = ()


def _text(chance: random.Random) -> str:
    """A text as people have it for an id."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice(_WORDS)
    if kind == 1:
        return str(chance.randrange(10 ** chance.randint(1, 24))).zfill(chance.choice([0, 0, 5, 19]))
    found = "".join(chance.choices(_LETTERS, k=chance.randint(1, 30)))
    if kind == 2:
        found = f"{chance.choice(['', EDGES[chance.randrange(5)]])}{found}{chance.choice(['', ' ', chr(0xA0)])}"
    return found


def _typed(chance: random.Random) -> Json:
    """What Excel may have made of an id, or that stands in a cell as something else than text."""
    makers: Sequence[Callable[[], Json]] = (
        lambda: chance.randrange(10 ** chance.randint(1, 20)),
        lambda: -chance.randrange(1, 1000),
        lambda: chance.choice([1.5, 1.23457e18, 0.1 + 0.2, 1e300, 1e15, 5e-324, 123456789012345678]),
        lambda: datetime(chance.randint(1900, 2100), chance.randint(1, 12), chance.randint(1, 28), 12),  # noqa: DTZ001
        lambda: date(chance.randint(1901, 2100), chance.randint(1, 12), chance.randint(1, 28)),
        lambda: time(chance.randrange(24), chance.randrange(60)),
        lambda: chance.random() < 0.5,
        lambda: Typed(chance.choice(ERRORS)),
        lambda: Typed(chance.choice(['="a"&"b"', "=1+1", "=A1", "=TODAY()"])),
    )
    return chance.choice(makers)()


def _ids(ground: Ground) -> Tally:
    """Read a table of generated ids: every form of a file in turn, and both kinds of table."""
    chance, in_workbook, of_players = ground.chance, ground.number % 2 == 0, ground.number % 4 > 1
    values = [_typed(chance) if in_workbook and chance.random() < 0.5 else _text(chance) for _ in range(IDS)]
    headers = HEADERS if of_players else ACHIEVEMENT_HEADERS
    rows = [(player(n), one, 5) if of_players else (f"Name {n}", one, 5, "No", "No") for n, one in enumerate(values)]
    path = ground.folder / ("ids.xlsx" if in_workbook else "ids.csv")
    (_write_workbook if in_workbook else _write_text)(path, [headers, *rows])
    if of_players:
        submissions = read_submissions(path, reading=ReadOptions(bundle_id="com.example.game"))
        found, issues = submissions.rows["vendor_identifier"], submissions.row_issues
    else:
        checked = check(path)
        found, issues = checked.achievements["vendor_identifier"], checked.row_issues
    told = _told(issues)
    return total(_judge(row, one, found.get(row), told.get(row, "")) for row, one in enumerate(values, start=2))


def _told(issues: pd.DataFrame) -> dict[int, str]:
    """How bad the worst issue with each row's id, or with the row as such, is."""
    about = issues[issues["column"].isin(["Achievement ID"]) | issues["column"].isna()].dropna(subset=["row"])
    worst = about.sort_values("severity", ascending=False)  # warnings first, so that errors take their place
    return dict(zip(worst["row"].astype(int), worst["severity"].astype(str), strict=True))


def _judge(row: int, value: Json, got: str | None, told: str) -> Tally:
    """An id is right when it is the very text; or the row is refused, or left out and told.

    A whole number that Excel keeps exactly may stand for its digits, when that is told.
    """
    if told == "error" or (told and got is None):
        return Tally()
    if isinstance(value, str) and not isinstance(value, Typed):
        right = got == value.strip(EDGES)
    else:
        exact = type(value) in (int, float) and 0 <= value < EXACT and value == int(value)
        right = exact and got == str(int(value)) and told == "warning"
    return wrong_if([] if right else [value, got, told], f"row {row}")


def _write_workbook(path: Path, rows: Sequence[Sequence[Json]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                kind = "e" if value in ERRORS else "f"
                cell.data_type = kind if isinstance(value, Typed) else "s"
    book.save(path)


def _write_text(path: Path, rows: Sequence[Sequence[Json]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


TRIALS: tuple[Trial, ...] = (Trial("F20/ids", "ids in a column that Excel had its way with", _ids, calls=20, short=2),)
