"""The one list of everything that a check can complain about.

What comes in: nothing. What goes out: `CODES`, which says of every code how bad it is, what it means and what to do
about it, and `as_markdown`, from which docs/codes.md is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcbulk.records import Severity
from gcbulk.sheets.flags import NO, YES


@dataclass(frozen=True, slots=True)
class Code:
    """What one code stands for.

    Args:
        severity: how bad it is.
        meaning: what it says of the sheet, in one line.
        advice: what to do about it.
    """

    severity: Severity
    meaning: str
    advice: str


def _error(meaning: str, advice: str) -> Code:
    """A problem that keeps its row, or the whole file where it has no row, from being sent."""
    return Code(Severity.ERROR, meaning, advice)


def _warning(meaning: str, advice: str) -> Code:
    """A remark that keeps nothing from being sent."""
    return Code(Severity.WARNING, meaning, advice)


_SHEETS: Mapping[str, Code] = {
    "no-table": _error(
        "No sheet has the headers of achievements or localizations, or of submissions where those are wanted.",
        "Name the columns as in the template (`gcbulk template PATH`), or say which sheet to read with `--sheet`.",
    ),
    "sheet-ambiguous": _error(
        "Two or more sheets fit equally well.", "Say which one to read: `--sheet achievements=NAME`."
    ),
    "sheet-not-found": _error(
        "The sheet named with `--sheet` is not in the file.", "Write the name as it stands on the sheet's tab."
    ),
    "sheet-not-read": _warning(
        "A sheet looks like data as well, but another one was read.",
        "Nothing, or name the sheet to read with `--sheet`, or move its rows over.",
    ),
    "header-missing": _error(
        "The sheet named with `--sheet` has no row of headers that could be recognised.",
        'Name the columns as in the template, or with `--column points="Pts"`.',
    ),
    "option-unknown": _error(
        "`--sheet` or `--column` names something that gcbulk does not know.",
        "Use one of the names that the message lists.",
    ),
    "column-not-found": _error(
        "The header named with `--column` is in no table that was read.", "Write the header as it stands in the sheet."
    ),
    "column-missing": _error(
        "A column that Game Center needs is not there.",
        "Add it, or say which column it is with `--column`. gcbulk fills in no default, because players would see it.",
    ),
    "column-ambiguous": _error(
        "Two columns fit the same meaning.", 'Say which one counts: `--column points="Pts"`, or rename one of them.'
    ),
    "column-unknown": _warning(
        "Columns that gcbulk does not use hold something.", "Nothing, unless one of them was meant to be sent."
    ),
    "no-rows": _warning("A table has headers, but no rows to send.", "Fill in rows below the headers."),
    "hidden-rows": _warning(
        "Rows that are hidden or filtered out were read like all others.",
        "Nothing, or delete the rows that should not be sent.",
    ),
}
_ROWS: Mapping[str, Code] = {
    "rows-without-data": _warning(
        "Rows hold something, but neither an id nor a text nor points: they were left out.",
        "Nothing, unless one of them was meant to be an achievement.",
    ),
    "stray-row": _error(
        "A row without an Achievement ID holds a single cell: a note, or an unfinished row.",
        "Move the note out of the table, or fill in the rest of the row.",
    ),
    "totals-row": _warning("A row of totals was left out.", "Nothing."),
    "repeated-header": _warning("The headers stand in the table a second time; the row was left out.", "Nothing."),
    "example-row": _warning(
        "An example row of the template (its Achievement ID starts with `example.`) was left out.",
        "Delete it, or give it an id of your own.",
    ),
    "hidden-contradiction": _error(
        "Hidden and Show Before Earned are opposites, and the row says the same in both.",
        "Correct one of them, or leave it empty.",
    ),
    "duplicate-row": _warning(
        "The row says the same as an earlier one; both share one achievement or localization and its id.",
        "Delete one of them.",
    ),
    "contradicting-rows": _error(
        "Rows with the same Achievement ID differ in other columns.", "Make them say the same, or correct the id."
    ),
    "duplicate-locale": _error(
        "The same achievement has the same language more than once, with other texts.",
        "Keep one of the rows, or correct the language.",
    ),
    "id-differs-by-case": _warning(
        "Two Achievement IDs differ in upper and lower case only.", "Check that they are meant to be two achievements."
    ),
    "localization-without-achievement": _error(
        "A localization names an Achievement ID that no row of the achievements has.",
        "Correct the id, or add the achievement.",
    ),
    "achievement-without-localization": _warning(
        "An achievement has no localization; it can be created, but needs one with an image before it goes live.",
        "Add a row to the localizations, at least in the app's main language.",
    ),
    "too-many-achievements": _error(
        "The file holds more than 100 achievements, the most that an app can have.", "Take some out."
    ),
    "points-total": _error(
        "The points add up to more than 1000, the most that an app can give.", "Lower some of them."
    ),
}
_CELLS: Mapping[str, Code] = {
    "cell-empty": _error("A cell that has to be filled is empty.", "Fill it in."),
    "cell-error": _error("The cell holds a spreadsheet error such as #N/A.", "Mend the formula or type the value."),
    "cell-not-calculated": _error(
        "The cell holds a formula whose result was never stored in the file.",
        "Open the file in Excel or LibreOffice, save it, and try again; or type the value.",
    ),
    "cell-unreadable-date": _error(
        "The cell is formatted as a date, but its number is none.", "Format it as text and type the value again."
    ),
    "cell-not-understood": _error(
        "The cell holds something that is neither text nor number nor yes/no (a list, bytes).", "Put in a plain value."
    ),
    "broken-text": _error("The text holds half of a two-part character (a lone surrogate).", "Type the text again."),
    "control-character": _error(
        "The text holds a control character, which cannot be seen.", "Type the text again, or delete the character."
    ),
    "line-break": _warning(
        "The text holds a line break or a tab; how Game Center shows it is not known.", "Take it out if in doubt."
    ),
    "not-text": _error(
        "A date, a yes/no value or a fraction stands where a text belongs: Excel may have changed what was typed.",
        "Format the cell as text and type it again.",
    ),
    "text-from-number": _warning(
        "A number stands where a text belongs; its digits were taken.", "Format the cell as text if zeros are missing."
    ),
    "id-is-a-date": _error(
        "Excel turned the id into a date; what was typed is lost.", "Format the column as text and type the id again."
    ),
    "id-is-a-number": _error(
        "The id is a number that has a fraction or more than 15 digits: Excel keeps only 15, the rest is lost.",
        "Format the column as text and type the id again.",
    ),
    "id-is-a-flag": _error(
        "Excel turned the id into TRUE or FALSE.", "Format the column as text and type the id again."
    ),
    "id-from-number": _warning(
        "The id is stored as a number; its digits were taken. Excel drops zeros in front.",
        "Check the id, and format the column as text.",
    ),
    "id-looks-damaged": _error(
        "The id reads like 1.23457E+18, which is what a spreadsheet makes of a long number.",
        "Get the id from where it came from, and format the column as text.",
    ),
    "id-invisible-character": _error(
        "An invisible character or an unusual space stands inside the id.", "Type the id again."
    ),
    "id-character": _error(
        "The id holds a character other than the letters A to Z, digits, underscore and period.", "Rename the id."
    ),
    "id-too-long": _error("The id is longer than 100 characters.", "Shorten it."),
    "points-not-a-number": _error("The points are no number.", "Write a whole number from 0 to 100."),
    "points-not-whole": _error("The points have a fraction.", "Write a whole number from 0 to 100."),
    "points-out-of-range": _error("The points are below 0 or above 100.", "Write a whole number from 0 to 100."),
    "flag-unclear": _error("The cell says neither yes nor no in a way that is certain.", "Write Yes or No."),
    "name-too-long": _error("The display name is longer than 50 characters; the service refuses it.", "Shorten it."),
    "name-long": _warning(
        "The display name is longer than 30 characters or than 50 if emoji count double.",
        "Shorten it if it is cut off.",
    ),
    "description-too-long": _error(
        "The description is longer than 255 characters; the service refuses it.", "Shorten it."
    ),
    "description-long": _warning(
        "The description is longer than 120 characters or than 255 if emoji count double.",
        "Shorten it if it is cut off.",
    ),
    "locale-unknown": _error(
        "The language is none of App Store Connect's locales.", "Write the locale that the message suggests."
    ),
    "locale-untested": _warning(
        "The language is new in App Store Connect; whether Game Center takes it is not known.",
        "Nothing; if it is refused, the report says so.",
    ),
}
_SUBMISSIONS: Mapping[str, Code] = {
    "matrix-form": _warning(
        "The sheet was read as one row for each player and one column for each achievement.",
        "Check that the columns named in the message are all achievements, and no other column is one.",
    ),
    "percent-unclear": _error(
        "A column holds numbers from 0 to 1 that are not shown as percent: 1 could be 1 % or 100 %.",
        "Say which: `--percent-as fraction` (0.3 is 30 %) or `--percent-as whole` (1 is 1 %).",
    ),
    "date-without-zone": _error(
        "Dates name no time zone, so the moment they mean is not known.",
        "Say which zone they are in, `--timezone Europe/Berlin` or `--timezone +02:00`, or write it: "
        "2026-01-31T12:00:00Z.",
    ),
    "timezone-unknown": _error(
        "`--timezone` names no time zone.", "Write a name such as Europe/Berlin, or a distance such as +02:00."
    ),
    "bundle-id-missing": _error(
        "Neither the file nor the command says for which app.", "Use `--bundle-id`, or add a column Bundle ID."
    ),
    "bundle-id-differs": _error(
        "The row is for another app than `--bundle-id` says.", "Correct one of them, or take the row out."
    ),
    "bundle-id-character": _error(
        "The bundle id holds something other than letters, digits, hyphens and periods.", "Correct it."
    ),
    "player-id-wrong-kind": _error(
        "The id begins with T: or G:. It is a teamPlayerID or an old playerID, which this service does not take.",
        "Get the player's gamePlayerID from the game.",
    ),
    "player-id-truncated": _error(
        "The player id was cut short: after A:_ there are fewer than 32 digits and letters.",
        "Get the whole id from where it came from.",
    ),
    "player-id-is-a-number": _error(
        "The player id is a number; Excel may have made it of a longer text.", "Get the id from where it came from."
    ),
    "player-id-blank": _error(
        "A blank or a separator stands inside the player id: a name, or several ids in one cell.",
        "Put one id into each row.",
    ),
    "player-id-placeholder": _error(
        "The player id is a word for nothing, such as null, NA or unknown.", "Put in the id, or take the row out."
    ),
    "player-id-unusual": _warning(
        "Player ids look unlike Apple's example, A:_ and 32 digits and lower-case letters a to f. Apple documents no "
        "form, so they are sent as they are; upper-case letters may come from a tool that changed them.",
        "Check that they are gamePlayerIDs as the game reports them.",
    ),
    "percent-not-a-number": _error("The percentage is no number.", "Write a whole number from 0 to 100."),
    "percent-not-whole": _error("The percentage has a fraction.", "Write a whole number from 0 to 100."),
    "percent-out-of-range": _error("The percentage is below 0 or above 100.", "Write a whole number from 0 to 100."),
    "score-not-a-number": _error("The score or context is no number.", "Write it in plain digits, such as 1500."),
    "score-imprecise": _error(
        "The number has more than 15 digits and is stored as a number: Excel keeps only 15, the rest is lost.",
        "Format the column as text and type it again.",
    ),
    "score-out-of-range": _error(
        "The number does not fit into 64 bits.", "Write a number from -9223372036854775808 to 9223372036854775807."
    ),
    "score-with-fraction": _warning(
        "The score or context has a fraction; whether Game Center takes it is not known.",
        "Nothing; if it is refused, the report says so.",
    ),
    "date-not-understood": _error(
        "The cell holds no date that can be understood for certain.", "Write it as 2026-01-31T12:00:00Z."
    ),
    "date-ambiguous": _error(
        "The date can be read in two ways, as 01/02/2026 can.", "Write it as 2026-01-31T12:00:00Z."
    ),
    "date-impossible": _error("There is no such day or time.", "Correct it."),
    "date-at-clock-change": _error(
        "The clocks were changed at that moment in that time zone: it never was, or it was twice.",
        "Write it with its distance from UTC, as in 2026-10-25T02:30:00+02:00.",
    ),
    "challenge-ids-unclear": _error(
        "The challenge ids are neither ids with commas between them nor a JSON list of texts.",
        'Write them as `first, second` or as `["first", "second"]`.',
    ),
}
_IMAGES: Mapping[str, Code] = {
    "image-is-a-link": _error(
        "The picture is named by a web address; nothing is fetched because a cell says so.",
        "Save the picture in the workbook's folder and write its path from there.",
    ),
    "image-outside-folder": _error(
        "The path leads out of the workbook's folder, if only through a link.",
        "Put the picture into the workbook's folder or one below it.",
    ),
    "image-not-found": _error("There is no such file.", "Correct the path; it begins in the workbook's folder."),
    "image-unreadable": _error(
        "The file is no picture, is damaged, or may not be read.", "Save the picture again as PNG or JPEG."
    ),
    "image-too-large": _error(
        "The picture has more bytes or pixels than are read at all.", "Save it with 1024 x 1024 pixels."
    ),
    "image-format": _error("The picture is neither PNG nor JPEG nor TIFF.", "Save it as PNG or JPEG."),
    "image-dimensions": _error(
        "The picture has neither 1024 x 1024 nor 512 x 512 pixels.", "Resize it to 1024 x 1024."
    ),
    "image-contradiction": _error(
        "Two cells name different pictures for the same achievement and language.", "Keep one of them."
    ),
    "image-misnamed": _warning(
        "The file's ending is that of another format; the service may go by the ending.", "Rename the file."
    ),
    "image-alpha": _warning(
        "The picture has an alpha channel; users report that some were refused for it, others not.",
        "Save it without transparency.",
    ),
    "image-colours": _warning(
        "The picture is neither in sRGB nor in Display P3; what the service makes of it is not known.",
        "Save it in sRGB.",
    ),
    "image-without-localization": _warning(
        "A picture hangs on a localization, and the file has none for it.", "Add the localization."
    ),
}
CODES: Mapping[str, Code] = {**_SHEETS, **_ROWS, **_CELLS, **_SUBMISSIONS, **_IMAGES}
"""Every code of a check, in the order of the docs."""

_INTRODUCTION = """\
# Codes of a check

Made from `gcbulk/sheets/codes.py`; a test keeps it current. An **error** keeps its row from being sent, or the whole
file where it belongs to no row; a **warning** keeps nothing from being sent.
"""


def as_markdown(files: Mapping[str, str], runs: Mapping[str, str]) -> str:
    """The content of docs/codes.md: every code with its severity, meaning and remedy, and the words for yes and no.

    Args:
        files: code -> meaning, of what keeps a file from being read at all; the files room lists them.
        runs: code -> meaning, of what a plan or a run says of a row; the planning room lists them.

    Returns:
        The page, ending in a line break.
    """
    parts = (
        ("File, sheets and columns", _SHEETS),
        ("Rows", _ROWS),
        ("Cells", _CELLS),
        ("Players' progress and scores", _SUBMISSIONS),
        ("Pictures", _IMAGES),
    )
    return "\n".join(
        [_INTRODUCTION, *(_section(title, codes) for title, codes in parts), *_others(files, runs), _words()]
    )


def _section(title: str, codes: Mapping[str, Code]) -> str:
    """One table of codes under its title."""
    head = [f"## {title}", "", "| code | severity | what it means | what to do |", "|---|---|---|---|"]
    lines = [f"| `{name}` | {code.severity} | {code.meaning} | {code.advice} |" for name, code in codes.items()]
    return "\n".join([*head, *lines, ""])


def _others(files: Mapping[str, str], runs: Mapping[str, str]) -> list[str]:
    """The tables of what does not come from a rule: the message says what to do."""
    return [
        _plain("Plans and runs", "A code in capital letters is the service's own.", runs),
        _plain("Files that cannot be read", "The message says what to do.", files),
    ]


def _plain(title: str, note: str, codes: Mapping[str, str]) -> str:
    """One table of codes without severities."""
    head = [f"## {title}", "", note, "", "| code | what it means |", "|---|---|"]
    return "\n".join([*head, *(f"| `{name}` | {meaning} |" for name, meaning in codes.items()), ""])


def _words() -> str:
    """The words for yes and no, as a section of the page."""
    yes, no = (" ".join(f"`{word}`" for word in sorted(words)) for words in (YES, NO))
    case = "In any case, and as a spreadsheet's own TRUE and FALSE."
    return f"## Words for yes and no\n\n{case}\n\n- Yes: {yes}\n- No: {no}\n"
