"""Issue codes for sheets, columns and whole rows."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.tables.code import Code, error, warning

SHEETS: Mapping[str, Code] = {
    "no-table": error(
        "No sheet has the headers of achievements or localizations, or of submissions where those are wanted.",
        "Name the columns as in the template (`gcbulk template PATH`), or say which sheet to read with `--sheet`.",
    ),
    "other-store-table": error(
        "The file was made for another store: Google Play's CSV files without headers, Epic's, or Unity's.",
        "Copy its columns under the headers of a template (`gcbulk template PATH`) and fill in the rest.",
    ),
    "sheet-ambiguous": error(
        "Two or more sheets fit equally well.", "Say which one to read: `--sheet achievements=NAME`."
    ),
    "sheet-not-found": error(
        "The sheet named with `--sheet` is not in the file.", "Write the name as it is on the sheet's tab."
    ),
    "sheet-not-read": warning(
        "A sheet looks like data as well, but another one was read.",
        "Nothing, or name the sheet to read with `--sheet`, or move its rows over.",
    ),
    "header-missing": error(
        "The sheet named with `--sheet` has no row of headers that could be recognised.",
        'Name the columns as in the template, or with `--column points="Pts"`.',
    ),
    "option-unknown": error(
        "`--sheet` or `--column` names something that gcbulk does not know.",
        "Use one of the names that the message lists, or a header that means it.",
    ),
    "option-twice": error("Two options say different things about the same sheet or column.", "Leave one of them out."),
    "column-not-found": error(
        "The header named with `--column` is in no table that was read.", "Write the header as it is in the sheet."
    ),
    "column-missing": error(
        "A column that Game Center needs is not there.",
        "Add it, or say which column it is with `--column`. gcbulk fills in no default, because players would see it.",
    ),
    "column-ambiguous": error(
        "Two columns fit the same meaning.", 'Say which one counts: `--column points="Pts"`, or rename one of them.'
    ),
    "column-unknown": warning(
        "Columns that gcbulk does not use hold something.", "Nothing, unless one of them was meant to be sent."
    ),
    "language-column-unclear": error(
        "Headers name a language, but not which text for players is meant.",
        "Call the column `Display Name (fr-FR)` and the like, or take the language out of its header.",
    ),
    "several-apps": error(
        "A catalog report holds the achievements of several apps, and a push is for one.",
        "Keep the rows of one app.",
    ),
    "kind-unclear": error(
        "The headers fit more than one kind of table: achievements, players' progress, scores.",
        "Say which it is: `--kind achievements`, `--kind submissions` or `--kind scores`.",
    ),
    "no-rows": warning("A table has headers, but no rows to send.", "Fill in rows below the headers."),
    "hidden-rows": warning(
        "Rows that are hidden or filtered out were read like all others.",
        "Nothing, or delete the rows that should not be sent.",
    ),
}
ROWS: Mapping[str, Code] = {
    "rows-without-data": warning(
        "Rows hold something, but neither an id nor a text nor points: they were left out.",
        "Nothing, unless one of them was meant to be an achievement.",
    ),
    "stray-row": error(
        "A row without an Achievement ID holds a single cell: a note, or an unfinished row.",
        "Move the note out of the table, or fill in the rest of the row.",
    ),
    "row-too-wide": error(
        "A row of a text file has more cells than there are headers, so that cells stand in the wrong columns.",
        "Put quotation marks around a text that holds the separator, or remove the extra separator.",
    ),
    "cell-holds-rows": error(
        "A cell of a text file holds lines with as many separators as a row: two stray quotation marks make one cell "
        "of the rows between them.",
        "Remove the marks. If the cell is right, remove its line breaks, or save the file as a workbook.",
    ),
    "totals-row": warning("A row of totals was skipped.", "Nothing."),
    "totals-unclear": error(
        "The id of the last row is a number and its points are the sum of those above: it may be a row of totals.",
        "Delete it if it is one; if it is an achievement, move it above another row.",
    ),
    "struck-through": warning(
        "A row, a cell or a part of its text is struck through; it was read like all others.",
        "Nothing, or delete what should not be sent.",
    ),
    "commented-row": warning(
        "A row begins with #, as a comment line of the same sheet does; it was read like all others.",
        "Nothing, or delete the row.",
    ),
    "repeated-header": warning("The headers are repeated in the table; the row was skipped.", "Nothing."),
    "example-row": warning(
        "An example row of the template (its Achievement ID starts with `example.`) was skipped.",
        "Delete it, or give it an id of your own.",
    ),
    "hidden-contradiction": error(
        "Hidden and Show Before Earned are opposites, and the row says the same in both.",
        "Correct one of them, or leave it empty.",
    ),
    "duplicate-row": warning(
        "The row says the same as an earlier one; both share one achievement or localization and its id.",
        "Delete one of them.",
    ),
    "contradicting-rows": error(
        "Rows with the same Achievement ID differ in other columns.", "Make them say the same, or correct the id."
    ),
    "duplicate-locale": error(
        "The same achievement has the same language more than once, with other texts.",
        "Keep one of the rows, or correct the language.",
    ),
    "id-of-another-kind": warning(
        "Things of two kinds have one id; whether Game Center takes that is not known.",
        "Give one of them another id, or see whether the report says that it was refused.",
    ),
    "id-differs-by-case": warning(
        "Two Achievement IDs differ in upper and lower case only.", "Check that they are meant to be two achievements."
    ),
}
