"""Columns that several kinds have, called the same and holding the same."""

from __future__ import annotations

from gcbulk.tables import types
from gcbulk.tables.spec import Column
from gcbulk.tables.vocabulary import words

NO_DEFAULT = " Players would notice a default, so gcbulk has none."
"""What is added to the complaint about an empty cell where a default would be seen in the game."""
ARCHIVED = Column(
    "archived",
    "Archived",
    words("archived isarchived archive"),
    types.YES_OR_NO,
    required=False,
    content=False,
    agree=True,
    shared=True,
)
LOCALE = Column(
    "locale",
    "Locale",
    words("locale language lang localecode languagecode"),
    types.LOCALE,
    hint=' Or name the language in the headers, as in "Title (en-US)", or for all of them: --locale en-US.',
)
IMAGE = Column(
    "image",
    "Image",
    words("image images imagefile imagepath picture picturefile artwork icon"),
    types.IMAGE,
    localized=True,
    required=False,
    content=False,
)
FROM_THE_SERVICE = words("gamecenterid state imagestate downloadedimage downloadproblem")
"""Headers that a pull writes for people to read; nothing is made of them."""
