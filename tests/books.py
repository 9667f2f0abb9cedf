"""Sheets and books as the files room would hand them over, and short ways to look at what a check says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import pandas as pd
import pytest

from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import Checked, Choices, check

ACHIEVEMENT_HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LOCALIZATION_HEADERS = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")


class MakeSheet(Protocol):
    def __call__(
        self,
        rows: Sequence[Sequence[Json]],
        name: str = "Achievements",
        *,
        top: int = 1,
        left: int = 1,
        hidden: bool = False,
        hidden_rows: Sequence[int] = (),
    ) -> RawSheet: ...


def make_sheet(
    rows: Sequence[Sequence[Json]],
    name: str = "Achievements",
    *,
    top: int = 1,
    left: int = 1,
    hidden: bool = False,
    hidden_rows: Sequence[int] = (),
) -> RawSheet:
    """A sheet whose first given row is number `top`, its first given column number `left`."""
    width = max((len(row) for row in rows), default=0)
    padded = [[None] * (left - 1) + list(row) + [None] * (width - len(row)) for row in rows]
    cells = pd.DataFrame(padded, dtype=object, columns=range(1, width + left), index=range(top, top + len(rows)))
    return RawSheet(name, cells, hidden, frozenset(hidden_rows))


def make_book(*sheets: RawSheet) -> Book:
    """A workbook of these sheets."""
    return Book(None, "xlsx", sheets)


@pytest.fixture(scope="session")
def sheet() -> MakeSheet:
    """Makes a sheet."""
    return make_sheet


@pytest.fixture(scope="session")
def book() -> Callable[..., Book]:
    """Makes a workbook."""
    return make_book


@pytest.fixture(scope="session")
def checked() -> Callable[..., Checked]:
    """Checks achievements (rows without the headers), and localizations where they are given."""

    def run(
        rows: Sequence[Sequence[Json]],
        localizations: Sequence[Sequence[Json]] = (),
        *,
        headers: Sequence[str] = ACHIEVEMENT_HEADERS,
        choices: Choices | None = None,
    ) -> Checked:
        sheets = [make_sheet([headers, *rows])]
        if localizations:
            sheets.append(make_sheet([LOCALIZATION_HEADERS, *localizations], "Localizations"))
        return check(make_book(*sheets), choices or Choices())

    return run


@pytest.fixture(scope="session")
def said() -> Callable[..., list[tuple[Json, ...]]]:
    """What a check says: (row, column, code) of every issue, or of the errors alone."""

    def look(result: Checked, *, errors: bool = False, ignore: Sequence[str] = ()) -> list[tuple[Json, ...]]:
        issues = result.issues
        if errors:
            issues = issues[issues["severity"] == "error"]
        issues = issues[~issues["code"].isin(["achievement-without-localization", *ignore])]
        rows = [None if pd.isna(row) else int(row) for row in issues["row"]]
        return list(zip(rows, issues["column"], issues["code"], strict=True))

    return look
