"""How people fill in the sheets of achievements and of their localizations; the words are App Store Connect's."""

from __future__ import annotations

from gcbulk.tables.row_filters import EXAMPLE
from gcbulk.tables.template import TemplateColumn, TemplateSheet

_IMAGE_LIMIT = "Optional. PNG or JPEG, 1024 x 1024 or 512 x 512 pixels."

ACHIEVEMENTS_SHEET = TemplateSheet(
    columns=(
        TemplateColumn("reference_name", 32, "Your own name for the achievement. Players never see it."),
        TemplateColumn(
            "vendor_identifier",
            34,
            "The id that the game's code uses. Letters, digits, underscore and period; no hyphen, no space. It can "
            "never be changed later.",
            "Required, unique, at most 100 characters.",
        ),
        TemplateColumn(
            "points",
            10,
            "What the achievement is worth. 0 is allowed. All achievements together may have at most 1000.",
        ),
        TemplateColumn("hidden", 11, "Yes: players do not see it before they earn it. No: they see it from the start."),
        TemplateColumn("repeatable", 18, "Yes: players can earn it again and again."),
        TemplateColumn(
            "image",
            28,
            "The picture for all languages: its path from this workbook's folder, like art/first_win.png.",
            _IMAGE_LIMIT,
        ),
        TemplateColumn(
            "activity_properties",
            28,
            "What activities of the game are matched by: season=winter; tier=gold. Empty: as it is. {}: none.",
            "Optional. Pairs of key and value.",
        ),
        TemplateColumn(
            "archived",
            11,
            "Yes: put away, players do not see it any more. No: in use. Empty: as it is.",
            "Yes or No.",
            pulled_only=True,
        ),
    ),
    examples=(
        ("First Win", f"{EXAMPLE}first_win", 10, "No", "No"),
        ("Hidden Gem", f"{EXAMPLE}hidden_gem", 50, "Yes", "No"),
    ),
)
LOCALIZATIONS_SHEET = TemplateSheet(
    columns=(
        TemplateColumn(
            "vendor_identifier",
            34,
            "The id of an achievement on the sheet Achievements. One row for each achievement and language.",
        ),
        TemplateColumn("locale", 11, "The language, as App Store Connect writes it: en-US, es-ES, ja, it (not it-IT)."),
        TemplateColumn(
            "name",
            32,
            "The title that players see. App Store Connect counts from 30 characters; over 50 is refused.",
        ),
        TemplateColumn("before_earned_description", 52, "What players read before they earn it: what they have to do."),
        TemplateColumn("after_earned_description", 52, "What players read after they earned it: what they have done."),
        TemplateColumn(
            "image",
            28,
            "A picture for this language alone, where it differs: its path from this workbook's folder.",
            _IMAGE_LIMIT,
        ),
    ),
    examples=(
        (f"{EXAMPLE}first_win", "en-US", "First Win", "Win a match.", "You won your first match!"),
        (f"{EXAMPLE}first_win", "es-ES", "Primera victoria", "Gana una partida.", "¡Has ganado tu primera partida!"),
        (f"{EXAMPLE}hidden_gem", "en-US", "Hidden Gem", "Find what nobody looks for.", "You found the hidden gem!"),
    ),
)
