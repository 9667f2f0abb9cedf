"""The check of a file, for each kind of thing that `gcbulk.kinds` declares, and what it gives back.

Pure: no disk, no network, no clock. How sheets are read is in `gcbulk.tables`, for every kind alike.

    which_kind                         which kind of file it is
    checking, checked                  the check of achievements and localizations, and what it gives back
    follow_on                          one problem for each cause
    pictures, readiness                which pictures are unfit, what a review needs
    submissions, submissions_checked   the check of players' progress and scores, and what it gives back
    frames                             frames of a notebook as a file
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
