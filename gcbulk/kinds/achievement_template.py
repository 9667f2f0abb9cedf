"""How people fill in the sheets of achievements and of their localizations; the words are App Store Connect's."""

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

ACHIEVEMENTS_SHEET = TemplateSheet(
    columns=(
        reference_name("achievement"),
        VENDOR_IDENTIFIER,
        TemplateColumn(
            "points",
            10,
            "What the achievement is worth. 0 is allowed. All achievements together may have at most 1000.",
        ),
        TemplateColumn("hidden", 11, "Yes: players do not see it before they earn it. No: they see it from the start."),
        TemplateColumn("repeatable", 18, "Yes: players can earn it again and again."),
        image("art/first_win.png"),
        PROPERTIES,
        ARCHIVED,
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
        LOCALE,
        TemplateColumn(
            "name",
            32,
            "The title that players see. App Store Connect counts from 30 characters; over 50 is refused.",
        ),
        TemplateColumn("before_earned_description", 52, "What players read before they earn it: what they have to do."),
        TemplateColumn("after_earned_description", 52, "What players read after they earned it: what they have done."),
        IMAGE_OF_A_LANGUAGE,
    ),
    examples=(
        (f"{EXAMPLE}first_win", "en-US", "First Win", "Win a match.", "You won your first match!"),
        (f"{EXAMPLE}first_win", "es-ES", "Primera victoria", "Gana una partida.", "¡Has ganado tu primera partida!"),
        (f"{EXAMPLE}hidden_gem", "en-US", "Hidden Gem", "Find what nobody looks for.", "You found the hidden gem!"),
    ),
)
