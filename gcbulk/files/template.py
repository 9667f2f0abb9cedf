"""The workbook to fill in, with examples or with rows of one's own.

The same rows always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook

from gcbulk.files.atomic import write_whole
from gcbulk.files.finished_book import Values, save_finished
from gcbulk.files.start_page import ACHIEVEMENTS_CELL, LOCALIZATIONS_CELL, POINTS_CELL, TITLE, add_start_page
from gcbulk.files.template_sheets import (
    ACHIEVEMENTS,
    EXAMPLE,
    LOCALIZATIONS,
    SUBMISSIONS,
    Field,
    add_data_sheet,
    add_lists,
)

Row = Sequence[object]
Extra = Callable[[Workbook], Values]
"""Adds sheets of its own to a workbook, and says the values of their formulas."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in the sheets of a workbook.

    Args:
        achievements: Reference Name, Achievement ID, Points, Hidden, Achievable More Than Once, perhaps Image.
        localizations: Achievement ID, Locale, Display Name, Pre-earned Description, Earned Description, perhaps Image.
        submissions: Player ID, Achievement ID, Percent, Submitted Date.
        more_of_achievements: further columns of the achievements, whose rows have a value for each of them too.
        more_of_localizations: further columns of the localizations, likewise.
    """

    achievements: Sequence[Row] = ()
    localizations: Sequence[Row] = ()
    submissions: Sequence[Row] = ()
    more_of_achievements: tuple[Field, ...] = ()
    more_of_localizations: tuple[Field, ...] = ()


EXAMPLES = Content(
    achievements=(
        ("First Win", f"{EXAMPLE}first_win", 10, "No", "No"),
        ("Hidden Gem", f"{EXAMPLE}hidden_gem", 50, "Yes", "No"),
    ),
    localizations=(
        (f"{EXAMPLE}first_win", "en-US", "First Win", "Win a match.", "You won your first match!"),
        (f"{EXAMPLE}first_win", "es-ES", "Primera victoria", "Gana una partida.", "¡Has ganado tu primera partida!"),
        (f"{EXAMPLE}hidden_gem", "en-US", "Hidden Gem", "Find what nobody looks for.", "You found the hidden gem!"),
    ),
    submissions=((f"A:_{'0' * 32}", f"{EXAMPLE}first_win", 100, "2026-01-31T18:00:00Z"),),
)
"""The rows of an empty template: their ids say that they are never to be sent."""


def write_template(path: Path, content: Content = EXAMPLES, *, extra: Extra | None = None) -> Path:
    """Write a workbook to fill in.

    Args:
        path: where to; a file that is there is replaced.
        content: the rows that stand in it.
        extra: adds sheets of its own.

    Returns:
        The path.

    Raises:
        OSError: it cannot be written there.
    """
    book, values = build(content, extra)
    write_whole(path, partial(_save, book=book, values=values))
    return path


def build(content: Content, extra: Extra | None = None) -> tuple[Workbook, Values]:
    """Make the workbook, and the values of its formulas.

    Args:
        content: the rows that stand in it.
        extra: adds sheets of its own.

    Returns:
        The workbook and the values, as `finished_book.save_finished` takes them.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "gcbulk"
    book.properties.title = "Game Center achievements"
    add_start_page(book)
    achievements = (*ACHIEVEMENTS, *content.more_of_achievements)
    localizations = (*LOCALIZATIONS, *content.more_of_localizations)
    add_data_sheet(book, "Achievements", achievements, content.achievements)
    add_data_sheet(book, "Localizations", localizations, content.localizations)
    add_data_sheet(book, "Player Submissions", SUBMISSIONS, content.submissions)
    values = dict(extra(book)) if extra else {}
    add_lists(book)
    book.active = 0
    return book, {**values, TITLE: _counted(content)}


def _save(out: BinaryIO, book: Workbook, values: Values) -> None:
    save_finished(book, out, values)


def _counted(content: Content) -> dict[str, int]:
    """What the counters of the first sheet show: rows of one's own, the examples left out."""
    own = [row for row in content.achievements if _is_own(row[1])]
    points = sum(row[2] for row in own if isinstance(row[2], int) and not isinstance(row[2], bool))
    texts = sum(_is_own(row[0]) for row in content.localizations)
    return {ACHIEVEMENTS_CELL: len(own), POINTS_CELL: points, LOCALIZATIONS_CELL: texts}


def _is_own(identifier: object) -> bool:
    """Whether a cell holds an id, and none of an example."""
    return identifier not in (None, "") and not str(identifier).lower().startswith(EXAMPLE)
