"""A workbook of leaderboards, and what the simulator has of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl

from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Exchange

HEADERS = (
    "Reference Name",
    "Leaderboard ID",
    "Score Format",
    "Score Submission Type",
    "Sort Order",
    "Score Range Min",
    "Score Range Max",
    "Start (UTC)",
    "Duration",
    "Restarts Every",
    "Visible",
    "Archived",
    "Properties",
    "Image",
)
TEXT_HEADERS = (
    "Leaderboard ID",
    "Locale",
    "Display Name",
    "Description",
    "Suffix Singular",
    "Suffix Plural",
    "Score Format Override",
    "Image",
)
BEST = ("Best", "com.example.best", "Integer", "Best Score", "High to Low", "0", "1000")
DAILY = (
    "Daily",
    "com.example.daily",
    "Elapsed Time - To the Hundredth of a Second",
    "Most Recent Score",
    "Low to High",
    None,
    None,
    "2026-02-01 00:00",
    "1 day",
    "Daily",
    "No",
    None,
    "season=winter",
)
BEST_EN = ("com.example.best", "en-US", "Best", "All time.", " point", " points")
BEST_JA = ("com.example.best", "ja", "最高", None, "点", "点")
DAILY_EN = ("com.example.daily", "en-US", "Daily", None, None, None, "Fixed Point - To 2 Decimals")
TYPE = "gameCenterLeaderboards"
TEXTS = "gameCenterLeaderboardLocalizations"


def fill(
    path: Path,
    leaderboards: Sequence[Sequence[object]] = (BEST, DAILY),
    texts: Sequence[Sequence[object]] = (BEST_EN, BEST_JA, DAILY_EN),
) -> Path:
    """Write a workbook of leaderboards."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Leaderboards"
    for row in (HEADERS, *leaderboards):
        first.append(row)
    second = book.create_sheet("Leaderboard Localizations")
    for row in (TEXT_HEADERS, *texts):
        second.append(row)
    book.save(path)
    return path


def writes(simulator: Simulator, since: int = 0) -> list[Exchange]:
    """The requests that changed something, from an exchange on."""
    return [one for one in simulator.exchanges[since:] if one.method != "GET"]
