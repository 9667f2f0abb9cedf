"""Issue codes for rows of players' progress and of scores."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.tables.code import Code, error, warning

_ROWS: Mapping[str, Code] = {
    "matrix-form": warning(
        "The sheet was read as one row for each player and one column for each achievement.",
        "Check that the columns named in the message are all achievements, and no other column is one.",
    ),
    "percent-unclear": error(
        "A column holds numbers from 0 to 1 that are not shown as percent: 1 could be 1 % or 100 %.",
        "Say which: `--percent-as fraction` (0.3 is 30 %) or `--percent-as whole` (1 is 1 %).",
    ),
    "date-without-zone": error(
        "Dates name no time zone, so the moment they mean is not known.",
        "Say which zone they are in, `--timezone Europe/Berlin` or `--timezone +02:00`, or write it: "
        "2026-01-31T12:00:00Z.",
    ),
    "timezone-unknown": error(
        "`--timezone` is not a time zone.", "Write a name such as Europe/Berlin, or an offset such as +02:00."
    ),
    "bundle-id-missing": error(
        "Neither the file nor the command says for which app.", "Use `--bundle-id`, or add a column Bundle ID."
    ),
    "bundle-id-differs": error(
        "The row is for another app than `--bundle-id` says.", "Correct one of them, or delete the row."
    ),
    "bundle-id-character": error(
        "The bundle id holds something other than letters, digits, hyphens and periods.", "Correct it."
    ),
    "player-id-wrong-kind": error(
        "The id begins with T: or G:. It is a teamPlayerID or an old playerID, which this service does not take.",
        "Get the player's gamePlayerID from the game.",
    ),
    "player-id-truncated": error(
        "The player id was cut short: after A:_ there are fewer than 32 digits and letters.",
        "Get the whole id from its source.",
    ),
    "player-id-is-a-number": error(
        "The player id is a number; Excel may have made it of a longer text.", "Get the id from its source."
    ),
    "player-id-blank": error(
        "There is a space or a separator inside the player id: a name, or several ids in one cell.",
        "Put one id into each row.",
    ),
    "player-id-placeholder": error(
        "The player id is a placeholder for nothing, such as null, NA or unknown.", "Fill in the id, or delete the row."
    ),
    "player-id-unusual": warning(
        "Player ids look unlike Apple's example, A:_ and 32 digits and lower-case letters a to f. Apple documents no "
        "form, so they are sent as they are; upper-case letters may come from a tool that changed them.",
        "Check that they are gamePlayerIDs as the game reports them.",
    ),
    "percent-not-a-number": error("The percentage is not a number.", "Write a whole number from 0 to 100."),
    "percent-not-whole": error("The percentage has a fraction.", "Write a whole number from 0 to 100."),
    "percent-out-of-range": error("The percentage is below 0 or above 100.", "Write a whole number from 0 to 100."),
    "score-not-a-number": error("The score or context is not a number.", "Write it in plain digits, such as 1500."),
    "score-imprecise": error(
        "The number has more than 15 digits and is stored as a number: Excel keeps only 15, the rest is lost.",
        "Format the column as text and type it again.",
    ),
    "score-out-of-range": error(
        "The number does not fit into 64 bits.", "Write a number from -9223372036854775808 to 9223372036854775807."
    ),
    "score-with-fraction": warning(
        "The score or context has a fraction; whether Game Center takes it is not known.",
        "Nothing; if it is refused, the report says so.",
    ),
    "date-not-understood": error("The cell does not clearly hold a date.", "Write it as 2026-01-31T12:00:00Z."),
    "date-ambiguous": error(
        "The date can be read in two ways, as 01/02/2026 can.", "Write it as 2026-01-31T12:00:00Z."
    ),
    "date-impossible": error("There is no such day or time.", "Correct it."),
    "date-too-early": warning(
        "Dates lie before 2008, when there was no App Store; 1970-01-01 is what a lost date becomes.",
        "Check them.",
    ),
    "date-in-future": warning("Dates lie in the future.", "Check them, their time zone and this machine's clock."),
    "date-at-clock-change": error(
        "The clocks were changed at that time in that time zone: it did not occur, or occurred twice.",
        "Write it with its offset from UTC, as in 2026-10-25T02:30:00+02:00.",
    ),
    "challenge-ids-unclear": error(
        "The challenge ids are neither ids with commas between them nor a JSON list of texts.",
        'Write them as `first, second` or as `["first", "second"]`.',
    ),
}
PLAYERS: Mapping[str, Mapping[str, Code]] = {"Players' progress and scores": _ROWS}
"""The codes of every kind of what players did, in a section of their own."""
