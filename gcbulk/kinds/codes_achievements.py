"""Issue codes for what achievements and their localizations have to be together."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.tables.code import Code, error, warning

ACHIEVEMENT_ROWS: Mapping[str, Code] = {
    "localization-without-achievement": error(
        "A localization names an Achievement ID that no row of the achievements has.",
        "Correct the id, or add the achievement.",
    ),
    "achievement-without-localization": warning(
        "An achievement has no localization; it can be created, but needs one with an image before it goes live.",
        "Add a row to the localizations, at least in the app's main language.",
    ),
    "not-ready-for-review": warning(
        "Achievements have no picture in the file; they can be sent, but a review blocks what has none.",
        "Name the files in a column Image, or add the pictures in App Store Connect.",
    ),
    "too-many-achievements": error(
        "The file holds more than 100 achievements, the most that an app can have.", "Remove some."
    ),
    "points-total": error("The points add up to more than 1000, the most that an app can give.", "Lower some of them."),
}
