"""How people fill in the sheets of leaderboards and of their localizations; the words are App Store Connect's."""

from __future__ import annotations

from gcbulk.kinds.shared_template import (
    ARCHIVED,
    IMAGE_OF_A_LANGUAGE,
    LOCALE,
    PROPERTIES,
    VENDOR_IDENTIFIER,
    image,
    reference_name,
)
from gcbulk.tables.row_filters import EXAMPLE
from gcbulk.tables.template import TemplateColumn, TemplateSheet

_RECURRING = "Recurring leaderboards only."
_LENGTHS = "5 minutes to 30 days."
_SUFFIX = "Optional. Begin it with a blank where there has to be one."

LEADERBOARDS_SHEET = TemplateSheet(
    columns=(
        reference_name("leaderboard"),
        VENDOR_IDENTIFIER,
        TemplateColumn(
            "default_formatter",
            38,
            "How scores are shown. Scores are whole numbers: with 2 decimals 1234 is shown as 12.34.",
        ),
        TemplateColumn("submission_type", 24, "Which score of a player counts."),
        TemplateColumn("score_sort_type", 14, "High to Low: the highest score is the best. Low to High: the lowest."),
        TemplateColumn(
            "score_range_start",
            18,
            "The lowest score that is taken. A narrower range of a live leaderboard deletes players' scores for good.",
            "Optional, with Max. A whole number.",
        ),
        TemplateColumn("score_range_end", 18, "The highest score that is taken.", "Optional, with Min."),
        TemplateColumn("recurrence_start_date", 20, "When the first occurrence begins: 2026-01-31 12:00.", _RECURRING),
        TemplateColumn("recurrence_duration", 14, f"{_RECURRING} How long each occurrence lasts: 1 day.", _LENGTHS),
        TemplateColumn(
            "recurrence_rule", 18, f"{_RECURRING} How often it starts again: Daily, Every 12 hours.", _LENGTHS
        ),
        image("art/best.png"),
        TemplateColumn("visibility", 11, "Yes: players see it. No: they do not. Empty: as it is."),
        PROPERTIES,
        ARCHIVED,
    ),
    examples=(
        ("Best Score", f"{EXAMPLE}best_score", "Integer", "Best Score", "High to Low"),
        (
            "Fastest Today",
            f"{EXAMPLE}fastest_today",
            "Elapsed Time - To the Hundredth of a Second",
            "Best Score",
            "Low to High",
            "",
            "",
            "2026-01-31 00:00",
            "1 day",
            "Daily",
        ),
    ),
)
LOCALIZATIONS_SHEET = TemplateSheet(
    columns=(
        TemplateColumn(
            "vendor_identifier",
            34,
            "The id of a leaderboard on the sheet Leaderboards. One row for each leaderboard and language.",
        ),
        LOCALE,
        TemplateColumn("name", 32, "The title that players see."),
        TemplateColumn("description", 40, "What players read below the title.", "Optional."),
        TemplateColumn("formatter_suffix_singular", 18, "What stands behind a score of 1.", _SUFFIX),
        TemplateColumn("formatter_suffix", 18, "What stands behind any other score.", _SUFFIX),
        TemplateColumn(
            "formatter_override", 38, "How scores are shown in this language, where that differs.", "Optional."
        ),
        IMAGE_OF_A_LANGUAGE,
    ),
    examples=(
        (f"{EXAMPLE}best_score", "en-US", "Best Score", "The best of all time.", " point", " points"),
        (f"{EXAMPLE}best_score", "es-ES", "Mejor puntuación", "La mejor de todas.", " punto", " puntos"),
        (f"{EXAMPLE}fastest_today", "en-US", "Fastest Today"),
    ),
)
