"""The check: from a file as it was read to records and every problem with them.

What comes in: a book and the user's choices. What goes out: `Checked`. This module only puts the parts in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from gcbulk.records import ACHIEVEMENT_COLUMNS, LOCALIZATION_COLUMNS, TEXT_TYPE, Book, RawSheet
from gcbulk.sheets import achievements, localizations
from gcbulk.sheets.body import body_of
from gcbulk.sheets.checked import Checked
from gcbulk.sheets.follow_on import fold
from gcbulk.sheets.pictures import all_images, read_images
from gcbulk.sheets.reading import Records
from gcbulk.sheets.rows import tell_apart
from gcbulk.sheets.tables import find_tables
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import Choices
from gcbulk.tables.issues import Batch, frame_of
from gcbulk.tables.other_stores import in_place_of
from gcbulk.tables.text_rows import rows_changed, shifted_rows, without_follow_ons

_DTYPES = {"points": "Int64", "show_before_earned": "boolean", "repeatable": "boolean", "archived": "boolean"}
_NO_CHOICES = Choices()


def check(book: Book, choices: Choices = _NO_CHOICES) -> Checked:
    """Everything a file holds, understood as far as it can be, and every problem with it at once.

    Args:
        book: the file as it was read.
        choices: what the user settled by option.

    Returns:
        The records, those with problems too, and the problems. Never raises for what a file holds.
    """
    tables, problems = find_tables(book, choices)
    if other := in_place_of(problems, book):
        tables, problems = (), [other]
    found: list[Records] = []
    languages: list[Records] = []
    images: list[pd.DataFrame] = []
    for table in tables:
        sheet = next(one for one in book.sheets if one.name == table.sheet)
        read, beside, named, complaints = _read(table, sheet)
        found.extend(read)
        languages.extend(beside)
        images.append(named)
        problems.extend(complaints)
    problems.extend(_across(found, languages, [problem.code for problem in problems]))
    frames = _frame(found, ACHIEVEMENT_COLUMNS), _frame(languages, LOCALIZATION_COLUMNS)
    whole = without_follow_ons(frame_of(problems, [sheet.name for sheet in book.sheets]))
    issues, every = fold(whole, *frames, tables)
    pictures = all_images(images)
    return Checked(
        *frames,
        issues,
        book,
        tables,
        pictures[~pictures.index.isin(rows_changed(whole))],
        folded=None if every is issues else every,
    )


def unread(book: Book, problems: Sequence[Batch]) -> Checked:
    """A file that nothing was read of, because something has to be settled first.

    Args:
        book: the file as it was read.
        problems: what that is.
    """
    issues = frame_of(problems, [sheet.name for sheet in book.sheets])
    return Checked(_frame([], ACHIEVEMENT_COLUMNS), _frame([], LOCALIZATION_COLUMNS), issues, book, ())


def _read(table: Layout, sheet: RawSheet) -> tuple[list[Records], list[Records], pd.DataFrame, list[Batch]]:
    """The achievements, the localizations and the pictures of one table, and the problems with its rows."""
    body = body_of(sheet, table)
    rows, problems = tell_apart(body, sheet.hidden_rows)
    problems.extend(shifted_rows(sheet, table, rows.records))
    images, complaints = read_images(body, rows)
    problems.extend(complaints)
    if table.kind == "localizations":
        beside, complaints = localizations.read_own_sheet(body, rows)
        return [], beside, images, [*problems, *complaints]
    every, complaints = achievements.read_achievements(body, rows)
    beside, more = localizations.read_beside(body, every)
    again = achievements.same_ids(every, rows)
    return [achievements.without_continued(every, rows)], beside, images, [*problems, *complaints, *more, *again]


def _across(found: Sequence[Records], languages: Sequence[Records], said: Sequence[str]) -> Iterable[Batch]:
    """The problems that show only when all records are seen together."""
    yield from localizations.same_languages(languages)
    # Where the ids cannot be read, or nobody knows from which sheet, that was said, and every row would follow from it.
    if all(_has_ids(records) for records in (*found, *languages)) and (found or "sheet-ambiguous" not in said):
        ids = [records.values["vendor_identifier"] for records in found]
        yield from localizations.without_achievement(
            languages, pd.concat(ids) if ids else pd.Series([], dtype=TEXT_TYPE)
        )
    for records in found:
        yield from achievements.alike_ids(records)
        yield from achievements.totals(records)
        if all(_has_ids(part) for part in languages):
            yield from localizations.not_localized(records, languages)


def _has_ids(records: Records) -> bool:
    """Whether the table of some records has the one column of Achievement IDs."""
    return ("vendor_identifier", None) in records.body.table.positions


def _frame(parts: Sequence[Records], columns: Sequence[str]) -> pd.DataFrame:
    """The records of one kind as the frame that leaves this room, in the order of the sheets' rows."""
    dtypes = {name: _DTYPES.get(name, TEXT_TYPE) for name in columns}
    if not parts:
        empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in dtypes.items()})
        return empty.set_index(pd.Index([], dtype="int64", name="row"))
    frames = [part.values.assign(sheet=part.body.table.sheet)[list(columns)] for part in parts]
    rows = np.concatenate([part.rows for part in parts])
    whole = pd.concat(frames, ignore_index=True).astype(dtypes).set_index(pd.Index(rows, name="row"))
    return whole.iloc[_in_order(parts)]


def _in_order(parts: Sequence[Records]) -> np.ndarray:
    """The order that puts records of one sheet by row, and the languages of a row as the headers have them."""
    sheets = list(dict.fromkeys(part.body.table.sheet for part in parts))
    by_sheet = np.concatenate([np.full(len(part.places), sheets.index(part.body.table.sheet)) for part in parts])
    return np.lexsort((np.concatenate([part.places for part in parts]), by_sheet))
