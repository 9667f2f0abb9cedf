"""The check of what gcbulk creates: from a file as it was read to records and every issue with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from gcbulk.kinds import CONTENT, content_tables, families
from gcbulk.kinds.content import ContentKind
from gcbulk.kinds.other_stores import in_place_of
from gcbulk.records import Book
from gcbulk.sheets.checked import Checked
from gcbulk.sheets.follow_on import fold
from gcbulk.tables.between_kinds import ids_of_others
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import Choices
from gcbulk.tables.file_refs import all_lines
from gcbulk.tables.find import find_tables
from gcbulk.tables.frames import frame_of_records
from gcbulk.tables.issues import Batch, frame_of
from gcbulk.tables.reading import read_table
from gcbulk.tables.spec import Found
from gcbulk.tables.text_rows import rows_changed, without_follow_ons

_NO_CHOICES = Choices()
_LEFTOVERS = ("no-rows", "example-row")
"""What is said of sheets that hold nothing but what a template wrote into them."""


def check(book: Book, choices: Choices = _NO_CHOICES, kinds: Sequence[ContentKind] | None = None) -> Checked:
    """Everything a file holds, understood as far as it can be, and every problem with it at once.

    Args:
        book: the file as it was read.
        choices: what the user chose by option.
        kinds: what it may hold; None for everything in `CONTENT`.

    Returns:
        The records, those with problems too, and the problems. Never raises for what a file holds.
    """
    wanted = tuple(CONTENT.values()) if kinds is None else kinds
    layouts, problems = find_tables(book, choices, [kind.family for kind in wanted], tuple(families().values()))
    if other := in_place_of(problems, book):
        layouts, problems = (), [other]
    sheets = {sheet.name: sheet for sheet in book.sheets}
    declared = content_tables()
    tables = {layout.kind: read_table(declared[layout.kind], sheets[layout.sheet], layout) for layout in layouts}
    problems.extend(problem for table in tables.values() for problem in table.problems)
    frames = _no_frames()
    held: list[Found] = []
    for kind in wanted:
        own = [tables[table.name] for table in kind.family.tables if table.name in tables]
        things = [part for table in own for part in table.things]
        texts = [part for table in own for part in table.texts]
        found = Found(kind.things, things, texts, frozenset(problem.code for problem in problems))
        problems.extend(problem for rule in kind.family.across for problem in rule(found))
        held.append(found)
        frames[kind.things.name] = frame_of_records(kind.things, things)
        frames[kind.texts.name] = frame_of_records(kind.texts, texts)
    problems.extend(ids_of_others(held))
    unused = _unused(wanted, frames, layouts)
    problems = [one for one in problems if not (one.sheet in unused and one.code in _LEFTOVERS)]
    whole = without_follow_ons(frame_of(problems, list(sheets)))
    issues, all_issues = fold(whole, frames, layouts)
    files = all_lines(table.files for table in tables.values())
    return Checked(
        frames,
        issues,
        book,
        layouts,
        files[~files.index.isin(rows_changed(whole))],
        folded=None if all_issues is issues else all_issues,
    )


def _unused(kinds: Sequence[ContentKind], frames: Mapping[str, pd.DataFrame], layouts: Sequence[Layout]) -> set[str]:
    """The sheets of kinds without a record, where the file has records of another: a template has sheets of each."""
    names = [{table.name for table in kind.family.tables} for kind in kinds]
    empty = [own for own in names if not any(len(frames[name]) for name in own)]
    rest = set[str]().union(*empty) if len(empty) < len(names) else set()
    return {layout.sheet for layout in layouts if layout.kind in rest}


def _no_frames() -> dict[str, pd.DataFrame]:
    """The frame of every declared table, without a record."""
    return {name: frame_of_records(table, ()) for name, table in content_tables().items()}


def unread(book: Book, problems: Sequence[Batch]) -> Checked:
    """A file that nothing was read of, because something has to be decided first.

    Args:
        book: the file as it was read.
        problems: what that is.
    """
    issues = frame_of(problems, [sheet.name for sheet in book.sheets])
    return Checked(_no_frames(), issues, book, ())
