"""Recognises text files made for another store, so that the message can name the store when a file cannot be read.

Google Play's files have no headers and are recognised by the contents of their columns; Epic's and Unity's by headers.

Source: https://developer.android.com/games/pgs/integrate-achievements
Source: https://dev.epicgames.com/docs/game-services/bulk-importer-exporter-tool
Source: https://docs.unity3d.com/Packages/com.unity.platformtoolkit@1.0/manual/achievements/import-achievement-data.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from gcbulk.records import Book
from gcbulk.tables.headers import normalise
from gcbulk.tables.issues import Batch, on_file, printable

_HEADERS = {
    frozenset({"name", "hidden", "statthresholds"}): "Epic's achievementDefinitions.csv",
    frozenset({"name", "locale", "lockedtitle", "unlockedtitle"}): "Epic's achievementLocalizations.csv",
    frozenset({"name", "aggregationtype"}): "Epic's stats.csv",
    frozenset({"name", "incrementalvalue", "initialstate"}): "Google Play's AchievementsMetadata.csv",
    frozenset({"id", "progresstarget"}): "a file of Unity's Platform Toolkit",
}
_FOLLOWING = frozenset({"no-table", "column-missing", "header-missing"})
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")
_PICTURE = re.compile(r".+\.(?:png|jpe?g)", re.IGNORECASE)
_LOOKED_AT = 50  # rows
_ADVICE = (
    "Write a workbook with gcbulk template PATH, copy the columns under its headers and fill in the rest: Game Center "
    "has an Achievement ID that can never be changed, 0 to 100 points for each and 1,000 for all, and one text for "
    "before and one for after an achievement is earned."
)


def in_place_of(problems: Sequence[Batch], book: Book) -> Batch | None:
    """What a file is that another store's tools made, where it could not be read.

    Args:
        problems: what was found wrong with its sheets and columns.
        book: the file.

    Returns:
        The one problem that is the cause of these; None where there are none such, or the file is nothing known.
    """
    if book.format not in ("csv", "tsv") or not any(problem.code in _FOLLOWING for problem in problems):
        return None
    rows = [[str(value or "") for value in values] for _, values in islice(book.sheets[0].top(), _LOOKED_AT)]
    name = _name_of([row for row in rows if any(row)])
    if name is None:
        return None
    sheet = book.sheets[0].name
    return on_file("other-store-table", f'The file "{printable(sheet)}" looks like {name}. {_ADVICE}', sheet=sheet)


def _name_of(rows: Sequence[Sequence[str]]) -> str | None:
    """What rows are, by their headers, or by what stands in each of them where there are none."""
    if not rows:
        return None
    first = {normalise(cell) for cell in rows[0]}
    known = next((name for headers, name in _HEADERS.items() if headers <= first), None)
    if known:
        return known
    filled = [[cell.strip() for cell in row[: _last(row) + 1]] for row in rows]
    if all(map(_is_play_achievement, filled)):
        return "Google Play's AchievementsMetadata.csv, which has no headers"
    if all(len(row) == 4 and _LOCALE.fullmatch(row[3]) for row in filled):
        return "Google Play's AchievementsLocalizations.csv, which has no headers"
    if all(len(row) == 2 and _PICTURE.fullmatch(row[1]) for row in filled):
        return "Google Play's AchievementsIconsMappings.csv, which has no headers"
    return None


def _last(row: Sequence[str]) -> int:
    return max(at for at, cell in enumerate(row) if cell)


def _is_play_achievement(row: Sequence[str]) -> bool:
    """Whether a row says True or False and, two cells on, Hidden or Revealed; before them a comma may be too many."""
    words = [cell.lower() for cell in row]
    return any(
        one in ("true", "false") and two in ("hidden", "revealed") for one, two in zip(words, words[2:], strict=False)
    )
