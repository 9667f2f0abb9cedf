"""Columns that the sheets of several kinds have for people to fill in, with the same words beside them."""

from __future__ import annotations

from gcbulk.tables.template import TemplateColumn

_IMAGE_LIMIT = "Optional. PNG or JPEG, 1024 x 1024 or 512 x 512 pixels."

VENDOR_IDENTIFIER = TemplateColumn(
    "vendor_identifier",
    34,
    "The id that the game's code uses. Letters, digits, underscore and period; no hyphen, no space. It can never be "
    "changed later.",
    "Required, unique, at most 100 characters.",
)
PROPERTIES = TemplateColumn(
    "activity_properties",
    28,
    "What activities of the game are matched by: season=winter; tier=gold. Empty: as it is. {}: none.",
    "Optional. Pairs of key and value.",
)
ARCHIVED = TemplateColumn(
    "archived",
    11,
    "Yes: put away, players do not see it any more. No: in use. Empty: as it is.",
    "Yes or No.",
    pulled_only=True,
)
LOCALE = TemplateColumn("locale", 11, "The language, as App Store Connect writes it: en-US, es-ES, ja, it (not it-IT).")
IMAGE_OF_A_LANGUAGE = TemplateColumn(
    "image",
    28,
    "A picture for this language alone, where it differs: its path from this workbook's folder.",
    _IMAGE_LIMIT,
)


def reference_name(noun: str) -> TemplateColumn:
    """The column of the name that nobody but the developers sees.

    Args:
        noun: what it is the name of: "achievement".
    """
    return TemplateColumn("reference_name", 32, f"Your own name for the {noun}. Players never see it.")


def image(example: str) -> TemplateColumn:
    """The column of the picture that all languages have.

    Args:
        example: a path to one.
    """
    hint = f"The picture for all languages: its path from this workbook's folder, like {example}."
    return TemplateColumn("image", 28, hint, _IMAGE_LIMIT)
