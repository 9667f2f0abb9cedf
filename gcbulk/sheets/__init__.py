"""What a sheet means: finding its tables, reading its cells, checking every rule.

What comes in: a `records.Book`, as the files room read it or as `book_of` makes it of a notebook's frames, and the
user's `Choices`. What goes out: `Checked`. Pure: no disk, no network, no clock.

    columns, headers, finding, choices which row of headers, which column, what the user settled
    which_kind, tables, layout         which kind of file, which sheet, what is missing
    cells, coercion, flags, locales    what a single cell holds
    body, rows                         which rows are records
    rule, rules, damage, reading       the rules for single cells, and what spreadsheets leave in their place
    totals, remarks                    rows of totals; rows that look as if they were not meant
    achievements, localizations        the records, and the rules across rows and sheets
    text_rows, other_stores            rows whose cells moved, tables of other stores
    pictures                           which picture is for what, and which are unfit
    codes, issues, follow_on           what can be complained about, how it is said, and once for each cause
    checking, checked, frames          the check itself, what it gives back, and frames of a notebook
    submissions, submissions_*         the same for players' progress and scores: a million rows, other rules
"""

from gcbulk.sheets.checked import Checked, Choices, RecordKey, Table
from gcbulk.sheets.checking import check, unread
from gcbulk.sheets.code import Code
from gcbulk.sheets.codes import CODES
from gcbulk.sheets.frames import book_of
from gcbulk.sheets.submissions import check_submissions, unread_submissions
from gcbulk.sheets.submissions_checked import CheckedSubmissions
from gcbulk.sheets.text_rows import rows_changed
from gcbulk.sheets.which_kind import sheets_left, tell_kind

__all__ = [
    "CODES",
    "Checked",
    "CheckedSubmissions",
    "Choices",
    "Code",
    "RecordKey",
    "Table",
    "book_of",
    "check",
    "check_submissions",
    "rows_changed",
    "sheets_left",
    "tell_kind",
    "unread",
    "unread_submissions",
]
