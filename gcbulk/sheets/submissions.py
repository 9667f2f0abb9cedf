"""The check of submissions: from a file as it was read to players' progress or scores, and every problem at once.

What comes in: a book, the user's choices and what the command says for all rows. What goes out: `CheckedSubmissions`.
This module puts the parts in order: find the table, tell its rows apart, judge each column, lay the records out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from gcbulk.options import PercentAs, SubmissionKind, word
from gcbulk.records import SCORE_COLUMNS, SUBMISSION_COLUMNS, Book
from gcbulk.sheets.checked import Choices
from gcbulk.sheets.choices import STOPS
from gcbulk.sheets.columns import SUBMISSION_KINDS
from gcbulk.sheets.issues import Batch, frame_of, on_file, printable
from gcbulk.sheets.other_stores import in_place_of
from gcbulk.sheets.submissions_cells import Judged, distinct
from gcbulk.sheets.submissions_checked import CheckedSubmissions
from gcbulk.sheets.submissions_dates import zone_of
from gcbulk.sheets.submissions_frame import frame_at, is_bad, places_of
from gcbulk.sheets.submissions_judging import PLAIN, Given, Judge
from gcbulk.sheets.submissions_rows import tell_records
from gcbulk.sheets.submissions_rules import bundle_is_good
from gcbulk.sheets.submissions_tables import Layout, find_layout
from gcbulk.sheets.text_rows import shifted_rows, without_follow_ons

_NO_CHOICES = Choices()
_COLUMNS: Mapping[str, tuple[str, ...]] = {"submissions": SUBMISSION_COLUMNS, "scores": SCORE_COLUMNS}
_Read: TypeAlias = tuple[pd.DataFrame, np.ndarray, list[Batch]]


def check_submissions(
    book: Book,
    choices: Choices = _NO_CHOICES,
    *,
    kind: str = SubmissionKind.SUBMISSIONS,
    bundle_id: str | None = None,
    percent_as: str | None = None,
    timezone: str | None = None,
    now: datetime | None = None,
) -> CheckedSubmissions:
    """Every submission of a file, understood as far as it can be, and every problem with it at once.

    Args:
        book: the file as it was read.
        choices: what the user settled by option; the sheet by the name of the kind.
        kind: "submissions" for players' progress, "scores" for entries of leaderboards.
        bundle_id: the app of all rows, or None where a column says it.
        percent_as: what bare numbers from 0 to 1 are: parts of 1, or percent; None to be asked.
        timezone: the zone of dates that name none, such as Europe/Berlin or +02:00; None to be asked.
        now: the time now (UTC), by which dates in the future are known; None where they need not be.

    Returns:
        The records, those with problems too, and the problems. Never raises for what a file holds.

    Raises:
        SettingsError: a word is none of `SubmissionKind` or `PercentAs`.
    """
    kind = word(SubmissionKind, kind, "kind")
    parts = None if percent_as is None else word(PercentAs, percent_as, "percent_as")
    given = Given(bundle_id, parts, zone_of(timezone) if timezone else None, now)
    layout, problems = find_layout(book, choices, SUBMISSION_KINDS[kind])
    if layout is None and (other := in_place_of(problems, book)):
        problems = [other]
    if wrong := list(_wrong_options(given, timezone)):
        layout, problems = None, [*wrong, *(problem for problem in problems if problem.code in STOPS)]
    rows, bad = _nothing(kind), np.zeros(0, dtype=bool)
    if layout is not None:
        rows, bad, complaints = _read(layout, given)
        problems.extend(complaints)
    issues = without_follow_ons(frame_of(problems, [sheet.name for sheet in book.sheets]))
    return CheckedSubmissions(rows, bad, issues, book, (layout.table,) if layout else (), kind)


def unread_submissions(book: Book, problems: Sequence[Batch]) -> CheckedSubmissions:
    """A file of players that nothing was read of, because something has to be settled first.

    Args:
        book: the file as it was read.
        problems: what that is.
    """
    issues = frame_of(problems, [sheet.name for sheet in book.sheets])
    return CheckedSubmissions(
        _nothing(SubmissionKind.SUBMISSIONS), np.zeros(0, dtype=bool), issues, book, (), SubmissionKind.SUBMISSIONS
    )


def _wrong_options(given: Given, timezone: str | None) -> Iterator[Batch]:
    """Problems with what the user gave for all rows."""
    if timezone and given.zone is None:
        message = f"--timezone {printable(timezone)} is no time zone. Write a name such as Europe/Berlin, or +02:00."
        yield on_file("timezone-unknown", message)
    if given.bundle_id is not None and not bundle_is_good(given.bundle_id):
        message = f'--bundle-id "{printable(given.bundle_id)}": only letters, digits, hyphens and periods. Correct it.'
        yield on_file("bundle-id-character", message)


def _read(layout: Layout, given: Given) -> _Read:
    """The records of a table, which of them hold an error, and every problem with its rows."""
    table = layout.table
    shown = layout.sheet.notes.shown
    columns = {
        name: distinct(layout.below.iloc[:, position], PLAIN.get(name), layout.noted(shown, position))
        for (name, _), position in table.positions.items()
    }
    records, problems = tell_records(layout, columns)
    if "bundle_id" in columns and not (columns["bundle_id"].filled & records).any():
        del columns["bundle_id"]
    if given.bundle_id is None and "bundle_id" not in columns and records.any():
        problems.append(on_file("bundle-id-missing", _NO_BUNDLE))
    judge = Judge(layout, records, given)
    judged = {name: judge.column(name, contents) for name, contents in columns.items()}
    matrix = {
        achievement: judge.percentages(achievement, position, layout.contents[position])
        for position, achievement in layout.matrix.items()
    }
    problems.extend(_complaints(layout, records, judged, matrix))
    shifted = shifted_rows(layout.sheet, table, records)
    rows, bad = _records(layout, records, judged, matrix, given)
    for batch in shifted:
        bad |= np.isin(rows.index, () if batch.rows is None else batch.rows)
    return rows, bad, [*problems, *shifted, *judge.questions]


_NO_BUNDLE = "Nothing says for which app these rows are. Use --bundle-id com.example.game, or add a column Bundle ID."


def _complaints(
    layout: Layout, records: np.ndarray, judged: Mapping[str, Judged], matrix: Mapping[str, Judged]
) -> Iterator[Batch]:
    """What is wrong with cells; a problem with a cell of a matrix names its achievement."""
    kind = layout.table.kind.removesuffix("s")
    for one in judged.values():
        yield from one.problems(layout.rows, records, kind)
    for achievement, one in matrix.items():
        yield from one.problems(layout.rows, records, kind, achievement)


def _records(
    layout: Layout, records: np.ndarray, judged: Mapping[str, Judged], matrix: Mapping[str, Judged], given: Given
) -> tuple[pd.DataFrame, np.ndarray]:
    """The frame of records, and which of them hold an error."""
    places = places_of(records, list(matrix.values()))
    values = {name: one.values for name, one in judged.items()}
    if "bundle_id" not in values:
        values["bundle_id"] = pa.repeat(pa.scalar(given.bundle_id or "", pa.large_string()), len(records))
    own = {}
    if places.columns is not None:
        own["vendor_identifier"] = pa.array(list(matrix), pa.large_string()).take(pa.array(places.columns))
        own["percentage_achieved"] = _across(list(matrix.values()), places.rows, places.columns)
    frame = frame_at(places, _COLUMNS[layout.table.kind], values, own, sheet=layout.table.sheet, rows=layout.rows)
    return frame, is_bad(places, judged.values(), list(matrix.values()))


def _across(matrix: list[Judged], rows: np.ndarray, columns: np.ndarray) -> pa.Array:
    """The values of a matrix's cells."""
    height = len(matrix[0].values)
    return pa.concat_arrays([judged.values for judged in matrix]).take(pa.array(columns * height + rows))


def _nothing(kind: SubmissionKind) -> pd.DataFrame:
    """The frame of no records at all."""
    places = places_of(np.zeros(0, dtype=bool), [])
    return frame_at(places, _COLUMNS[kind], {}, {}, sheet="", rows=np.zeros(0, np.int64))
