"""Columns that name a language but are not read as texts for players: ``fr-FR`` alone, or ``Titre (fr-FR)``.

A mere warning would let the texts of a whole language be lost unnoticed. Where the sheet has other columns that are
read in that language, such a column may just as well be a translator's remark, and so may ticks or yes and no.
"""

from __future__ import annotations

from collections.abc import Sequence

from gcbulk.records import RawSheet
from gcbulk.tables.body import Layout
from gcbulk.tables.cells import TEXT, classify_cells
from gcbulk.tables.flags import NO, YES
from gcbulk.tables.header_languages import bare_code, named_language
from gcbulk.tables.headers import Heading
from gcbulk.tables.locales import suggestion
from gcbulk.tables.spec import Table

_SEVERAL = 2


def unread_languages(table: Table, layout: Layout, sheet: RawSheet, unused: Sequence[Heading]) -> list[Heading]:
    """The headers of columns that hold texts in a language of which the table has no other text.

    Args:
        table: the kind of table.
        layout: the table as it is read.
        sheet: its sheet.
        unused: the headers of its columns that hold something and mean nothing.

    Returns:
        Those to ask about; none where a column says the language of each row.
    """
    if any(name in layout.columns for name in table.text_columns[:1]):
        return []
    given = (layout.locale,) if layout.locale else ()  # then the other columns hold texts in that one
    has = {suggestion(locale) or locale for locale in (*layout.languages, *given)}
    named = [heading for heading in unused if (locale := named_language(heading.text)) and locale not in has]
    codes = [heading for heading in unused if (locale := bare_code(heading.text)) and locale not in has]
    candidates = [*named, *(codes if len(codes) >= _SEVERAL or named else ())]
    asked = {heading.position: heading for heading in candidates if _holds_texts(layout, sheet, heading.position)}
    return [asked[position] for position in sorted(asked)]


def language_of(text: str) -> str | None:
    """The locale to write for the language that a header names.

    Args:
        text: a header that `unread_languages` asks about.
    """
    return named_language(text) or bare_code(text)


def _holds_texts(layout: Layout, sheet: RawSheet, position: int) -> bool:
    """Whether a column holds texts that are neither yes nor no."""
    cells = classify_cells(sheet.cells.iloc[layout.header_index + 1 :, position])
    texts = cells.text[cells.cell_type == TEXT].str.strip().str.lower()
    return bool((~texts.isin(YES | NO) & (texts.str.len() > 1)).any())
