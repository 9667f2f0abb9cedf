"""What a header means.

What comes in: the text of a header cell, and the columns that a sheet can have. What goes out: the column it means,
and the language it is for where it names one, as in ``Title (es-ES)`` or ``Earned - ja``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gcbulk.sheets.cells import WHITE_SPACE
from gcbulk.sheets.columns import COLUMNS, Column
from gcbulk.sheets.locales import suggestion

# A language as people write it: en, en-US, en_us, zh-Hans, zh-Hant-TW.
_SHAPE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}"
_LOCALIZED = re.compile(
    rf"^(?P<head>.*?)\s*(?:[\(\[\{{<]\s*(?P<inside>{_SHAPE})\s*[\)\]\}}>]|[-–—:]\s*(?P<after>{_SHAPE}))[\s*?:]*$"
)
_REMARK = re.compile(r"[\(\[\{].*?[\)\]\}]")


@dataclass(frozen=True, slots=True)
class Heading:
    """One cell of a header row.

    Args:
        position: the column's place in the frame of cells, from 0.
        text: the header as the sheet has it, white space around it taken off.
        column: the name of the column it means, or None.
        locale: the language it is for, as the header has it, or None.
    """

    position: int
    text: str
    column: str | None
    locale: str | None = None


def normalise(text: str) -> str:
    """A header without anything that people write differently: only letters and digits, in lower case.

    Args:
        text: a header or a sheet's name.

    Returns:
        The normalised text; ``Vendor_Identifier*`` and ``vendorIdentifier`` give the same.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def tidy(text: str) -> str:
    """A header for people: no characters without width, every white space a single blank.

    Args:
        text: a header.

    Returns:
        The header on one line.
    """
    visible = (" " if character.isspace() else character for character in text if character not in WHITE_SPACE[-5:])
    # A lone surrogate, which no frame of texts can hold, becomes a question mark.
    return " ".join("".join(visible).split()).encode("utf-8", "replace").decode("utf-8")


def column_letter(number: int) -> str:
    """What a spreadsheet calls a column.

    Args:
        number: its number, from 1.

    Returns:
        A for 1, Z for 26, AA for 27.
    """
    rest, letter = divmod(number - 1, 26)
    return (column_letter(rest) if rest else "") + chr(ord("A") + letter)


def read_headings(values: Sequence[object], chosen: Mapping[str, str]) -> tuple[Heading, ...]:
    """What each cell of a row means, taken as a header.

    Args:
        values: the cells of the row.
        chosen: column name -> header, as the user settled it.

    Returns:
        One heading for each cell that holds a text.
    """
    texts = [(position, tidy(value)) for position, value in enumerate(values) if type(value) is str]
    found = _settled((text for _, text in texts), chosen)
    return tuple(Heading(position, text, *_meaning(text, found)) for position, text in texts if text)


def _settled(texts: Iterable[str], chosen: Mapping[str, str]) -> Mapping[str, str]:
    """Header text -> column, for the headers that the user named; the exact writing before a similar one."""
    present = list(texts)
    settled: dict[str, str] = {}
    for column, header in chosen.items():
        wanted = tidy(header)
        alike = [text for text in present if text == wanted or (normalise(text) == normalise(wanted) != "")]
        settled |= dict.fromkeys([wanted] if wanted in alike else alike, column)
    return settled


def _meaning(text: str, settled: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The column and the language that a header means; a column that the user settled has no other header."""
    if text in settled:
        return settled[text], None
    plain = _column_of(text)
    taken = settled.values()
    if plain:
        return (None if plain.name in taken else plain.name), None
    localized = _localized(text)
    if localized:
        return localized
    plain = _column_of(_REMARK.sub("", text))
    return (plain.name if plain and plain.name not in taken else None), None


def _column_of(text: str) -> Column | None:
    """The column that has this header among its aliases."""
    wanted = normalise(text)
    return next((column for column in COLUMNS.values() if wanted in column.aliases), None)


def _localized(text: str) -> tuple[str, str] | None:
    """The column and the language of a header such as ``Title (es-ES)``."""
    match = _LOCALIZED.match(text)
    column = _column_of(match["head"]) if match else None
    if match is None or column is None or not column.localized:
        return None
    locale = match["inside"] or match["after"]
    return (column.name, locale) if _is_language(locale) else None


def _is_language(text: str) -> bool:
    """Whether something that looks like a locale is meant as one: ``(max)`` and ``(API)`` are remarks."""
    return len(text) != 3 or suggestion(text) is not None
