"""The check of achievements and localizations: from a file as it was read to records and every issue with them."""

from __future__ import annotations

from collections.abc import Sequence

from gcbulk.kinds import FAMILIES, content_tables
from gcbulk.kinds.achievements import ACHIEVEMENTS, FAMILY, KINDS, LOCALIZATIONS
from gcbulk.records import Book
from gcbulk.sheets.checked import Checked
from gcbulk.sheets.follow_on import fold
from gcbulk.tables.choices import Choices
from gcbulk.tables.file_refs import all_lines
from gcbulk.tables.find import find_tables
from gcbulk.tables.frames import frame_of_records
from gcbulk.tables.issues import Batch, frame_of
from gcbulk.tables.other_stores import in_place_of
from gcbulk.tables.reading import read_table
from gcbulk.tables.spec import Found
from gcbulk.tables.text_rows import rows_changed, without_follow_ons

_NO_CHOICES = Choices()


def check(book: Book, choices: Choices = _NO_CHOICES) -> Checked:
    """Everything a file holds, understood as far as it can be, and every problem with it at once.

    Args:
        book: the file as it was read.
        choices: what the user settled by option.

    Returns:
        The records, those with problems too, and the problems. Never raises for what a file holds.
    """
    layouts, problems = find_tables(book, choices, FAMILY, tuple(FAMILIES.values()))
    if other := in_place_of(problems, book):
        layouts, problems = (), [other]
    sheets = {sheet.name: sheet for sheet in book.sheets}
    tables = [read_table(KINDS[layout.kind], sheets[layout.sheet], layout) for layout in layouts]
    things = [part for table in tables for part in table.things]
    texts = [part for table in tables for part in table.texts]
    problems.extend(problem for table in tables for problem in table.problems)
    found = Found(ACHIEVEMENTS, things, texts, frozenset(problem.code for problem in problems))
    problems.extend(problem for rule in FAMILY.across for problem in rule(found))
    frames = {
        ACHIEVEMENTS.name: frame_of_records(ACHIEVEMENTS, things),
        LOCALIZATIONS.name: frame_of_records(LOCALIZATIONS, texts),
    }
    whole = without_follow_ons(frame_of(problems, list(sheets)))
    issues, every = fold(whole, frames[ACHIEVEMENTS.name], frames[LOCALIZATIONS.name], layouts)
    files = all_lines(table.files for table in tables)
    return Checked(
        frames,
        issues,
        book,
        layouts,
        files[~files.index.isin(rows_changed(whole))],
        folded=None if every is issues else every,
    )


def unread(book: Book, problems: Sequence[Batch]) -> Checked:
    """A file that nothing was read of, because something has to be settled first.

    Args:
        book: the file as it was read.
        problems: what that is.
    """
    issues = frame_of(problems, [sheet.name for sheet in book.sheets])
    frames = {name: frame_of_records(table, ()) for name, table in content_tables().items()}
    return Checked(frames, issues, book, ())
