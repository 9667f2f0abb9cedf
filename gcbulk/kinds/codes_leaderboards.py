"""Issue codes for leaderboards and their localizations."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.tables.code import Code, error, warning

_LENGTH = "Write it as `1 day`, `12 hours` or `P1D`."
_ALL_THREE = "Fill in Start (UTC), Duration and Restarts Every, or none of them."
LEADERBOARD_CODES: Mapping[str, Mapping[str, Code]] = {
    "Leaderboards": {
        "score-format-unknown": error(
            "The score format is neither one of App Store Connect's nor of the API's. For money it has to be the "
            "API's, because the website's words name no currency.",
            "Use one of those that the message lists.",
        ),
        "submission-type-unknown": error(
            "The score submission type is neither the best nor the most recent score.",
            "Write Best Score or Most Recent Score.",
        ),
        "sort-order-unknown": error("The sort order is none.", "Write Low to High or High to Low."),
        "visibility-unclear": error("The cell does not clearly say whether players see it.", "Write Yes or No."),
        "score-range-incomplete": error("A score range has one end.", "Fill in both ends, or none."),
        "score-range-reversed": error("The end of a score range is not above its start.", "Correct one of them."),
        "duration-unclear": error("The cell does not clearly hold a length of time.", _LENGTH),
        "recurrence-rule-unclear": error(
            "The cell does not clearly say how often a leaderboard starts again.",
            "Write it as `Daily`, `Every 12 hours` or `FREQ=DAILY;INTERVAL=1`.",
        ),
        "recurrence-rule-untested": warning(
            "The rule is not so many minutes, hours, days or weeks; whether Game Center takes that is not known.",
            "Nothing; if it is refused, the report says so.",
        ),
        "recurrence-out-of-range": error(
            "A recurring leaderboard lasts less than 5 minutes or more than 30 days, or starts again so.", "Correct it."
        ),
        "recurrence-incomplete": error("Some of what makes a leaderboard recurring is missing.", _ALL_THREE),
        "recurrence-overlaps": error(
            "A leaderboard starts again before an occurrence has ended.", "Make it shorter, or restart it later."
        ),
        "leaderboard-text-long": warning(
            "A text is longer than Game Center takes of an achievement; what it takes of a leaderboard is not known.",
            "Nothing; if it is refused, the report says so.",
        ),
        "localization-without-leaderboard": error(
            "A localization names a Leaderboard ID that no row of the leaderboards has.",
            "Correct the id, or add the leaderboard.",
        ),
        "leaderboard-without-localization": warning(
            "A leaderboard has no localization; it can be created, but needs one before it goes live.",
            "Add a row to the localizations, at least in the app's main language.",
        ),
        "too-many-leaderboards": error(
            "The file holds more than 500 leaderboards, the most that an app can have.", "Remove some."
        ),
        "leaderboards-need-sets": warning(
            "The file holds more than 100 leaderboards, the most that an app can have without leaderboard sets.",
            "Nothing where the app has sets; else remove some.",
        ),
    }
}
"""The codes of leaderboards, in a section of their own."""
