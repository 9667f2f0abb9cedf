"""The check of a file, for each kind that `gcbulk.kinds` declares, and its result.

Pure: no disk, no network, no clock. Reading sheets is the same for every kind and lives in `gcbulk.tables`.

    which_kind                         which kind of file it is
    checking, checked                  the check of achievements and localizations, and its result
    follow_on                          one issue for each cause
    pictures, readiness                which images are unfit, what a review needs
    submissions, submissions_checked   the check of players' progress and scores, and its result
    frames                             a notebook's frames as a file
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
