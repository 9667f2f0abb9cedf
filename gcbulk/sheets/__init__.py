"""What a sheet means: the check of a file, for each kind of thing that `gcbulk.kinds` declares.

Pure: no disk, no network, no clock. Players' progress and scores are read by the engine in `gcbulk.tables` alone;
achievements and localizations still have their own way from rows to records here.

    which_kind, tables, layout         which kind of file, which sheet, what is missing
    body, rows, totals                 which rows are records, which are sums of them
    reading                            the rules for single cells
    achievements, localizations        the records, and the rules across rows and sheets
    pictures, readiness                which picture is for what, which are unfit, what a review needs
    follow_on                          one problem for each cause
    checking, checked, frames          the check itself, what it gives back, and frames of a notebook
    submissions, submissions_checked   the same for players' progress and scores
"""

from gcbulk.sheets.checked import Checked, RecordKey
from gcbulk.sheets.checking import check, unread
from gcbulk.sheets.frames import book_of
from gcbulk.sheets.submissions import check_submissions, unread_submissions
from gcbulk.sheets.submissions_checked import CheckedSubmissions
from gcbulk.sheets.which_kind import sheets_left, tell_kind
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import Choices
from gcbulk.tables.code import Code
from gcbulk.tables.codes import CODES
from gcbulk.tables.text_rows import rows_changed

__all__ = [
    "CODES",
    "Checked",
    "CheckedSubmissions",
    "Choices",
    "Code",
    "Layout",
    "RecordKey",
    "book_of",
    "check",
    "check_submissions",
    "rows_changed",
    "sheets_left",
    "tell_kind",
    "unread",
    "unread_submissions",
]
