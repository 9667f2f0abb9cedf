"""The check of submissions: from a file as it was read to players' progress or scores, and every issue at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from gcbulk.kinds import SUBMISSIONS, families
from gcbulk.kinds.other_stores import in_place_of
from gcbulk.kinds.players import bundle_is_good
from gcbulk.options import PercentAs, SubmissionKind, word
from gcbulk.records import Book
from gcbulk.sheets.follow_on import Folded, fold_columns, fold_into
from gcbulk.sheets.submissions_checked import CheckedSubmissions
from gcbulk.tables.body import Layout
from gcbulk.tables.cell_type import Given
from gcbulk.tables.check import check_sheet
from gcbulk.tables.choices import STOPS, Choices
from gcbulk.tables.frames import no_records
from gcbulk.tables.issues import Batch, frame_of, on_file, printable
from gcbulk.tables.locate import locate
from gcbulk.tables.moments import zone_of
from gcbulk.tables.text_rows import without_follow_ons

_NO_CHOICES = Choices()


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
        choices: what the user chose by option; the sheet by the name of the kind.
        kind: "submissions" for players' progress, "scores" for entries of leaderboards.
        bundle_id: the app of all rows, or None where a column says it.
        percent_as: what bare numbers from 0 to 1 are: parts of 1, or percent; None to be asked.
        timezone: the zone of dates that name none, such as Europe/Berlin or +02:00; None to be asked.
        now: the time now (UTC), by which dates in the future are known; None where they need not be.

    Returns:
        The records, those with problems too, and the problems. Never raises for what a file holds.

    Raises:
        SettingsError: a word is not one of `SubmissionKind` or `PercentAs`.
    """
    kind = word(SubmissionKind, kind, "kind")
    parts = None if percent_as is None else word(PercentAs, percent_as, "percent_as")
    given = Given(bundle_id, parts, zone_of(timezone) if timezone else None, now)
    family = SUBMISSIONS[kind]
    (table,) = family.tables
    located, problems = locate(book, choices, family, tuple(families().values()))
    if located is None and (other := in_place_of(problems, book)):
        problems = [other]
    if wrong := list(_wrong_options(given, timezone)):
        located, problems = None, [*wrong, *(problem for problem in problems if problem.code in STOPS)]
    rows, bad = no_records(table), np.zeros(0, dtype=bool)
    if located is not None:
        rows, bad, complaints = check_sheet(table, located.sheet, located.layout, given, located.contents)
        problems.extend(complaints)
    whole = without_follow_ons(frame_of(problems, [sheet.name for sheet in book.sheets]))
    layouts = (located.layout,) if located else ()
    issues, all_issues = fold_into(whole, list(_of_app_ids(whole, rows, layouts)))
    return CheckedSubmissions(
        rows, bad, issues, book, layouts, kind, folded=None if all_issues is issues else all_issues
    )


def _of_app_ids(issues: pd.DataFrame, rows: pd.DataFrame, layouts: Sequence[Layout]) -> Iterator[Folded]:
    """A column of bundle ids that are all wrong for the same reason."""
    for table in layouts:
        if header := table.columns.get("bundle_id"):
            errors = issues[(issues["column"] == header) & issues["row"].notna()]
            yield from fold_columns(errors, [(table.sheet, header, rows.index.nunique())] if len(errors) else [])


def unread_submissions(book: Book, problems: Sequence[Batch]) -> CheckedSubmissions:
    """A file of players that nothing was read of, because something has to be decided first.

    Args:
        book: the file as it was read.
        problems: what that is.
    """
    issues = frame_of(problems, [sheet.name for sheet in book.sheets])
    (table,) = SUBMISSIONS[SubmissionKind.SUBMISSIONS].tables
    return CheckedSubmissions(no_records(table), np.zeros(0, dtype=bool), issues, book, (), SubmissionKind.SUBMISSIONS)


def _wrong_options(given: Given, timezone: str | None) -> Iterator[Batch]:
    """Problems with what the user gave for all rows."""
    if timezone and given.zone is None:
        message = f"--timezone {printable(timezone)} is not a time zone. Write a name such as Europe/Berlin, or +02:00."
        yield on_file("timezone-unknown", message)
    if given.bundle_id is not None and not bundle_is_good(given.bundle_id):
        message = f'--bundle-id "{printable(given.bundle_id)}": only letters, digits, hyphens and periods. Correct it.'
        yield on_file("bundle-id-character", message)
