"""What a header means: a column, and the language where it names one, as in ``Title (es-ES)`` or ``Earned - ja``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gcbulk.tables.cells import WHITE_SPACE
from gcbulk.tables.header_languages import borne_out, localized
from gcbulk.tables.spec import Column
from gcbulk.tables.vocabulary import letters

_REMARK = re.compile(r"[\(\[\{].*?[\)\]\}]")


@dataclass(frozen=True, slots=True)
class Heading:
    """One cell of a header row.

    Args:
        position: the column's position in the frame of cells, from 0.
        text: the header as the sheet has it, white space around it taken off.
        column: the name of the column it means, or None.
        locale: the language it is for, as the header has it, or None.
        also: whether the user named the header for another column, and it serves this one as well.
        weak: whether it means its column only because no other header does.
    """

    position: int
    text: str
    column: str | None
    locale: str | None = None
    also: bool = False
    weak: bool = False


def normalise(text: str) -> str:
    """A header without anything that people write differently: only letters and digits, in lower case.

    Args:
        text: a header or a sheet's name.

    Returns:
        The normalised text; ``Vendor_Identifier*`` and ``vendorIdentifier`` give the same.
    """
    return letters(text)


@lru_cache(maxsize=1 << 14)
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


def header_text(value: object) -> str:
    """The text of a header cell; "" for anything but a text."""
    return tidy(value) if type(value) is str else ""


class HeaderWords:
    """What headers can mean, by what they say; made once for the many rows that are looked at.

    Args:
        columns: the columns that a header can mean.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.strong = {alias: column.name for column in columns for alias in column.aliases}
        self.weak = {alias: column.name for column in columns for alias in column.weak}
        self.required = {column.name for column in columns if column.required}
        self.texts = {column.name for column in columns if column.localized and column.required}
        localized_names = {column.name for column in columns if column.localized}
        self.by_language = {alias: name for alias, name in self.strong.items() if name in localized_names}


def read_headings(
    values: Sequence[object],
    chosen: Mapping[str, str],
    known: HeaderWords,
    *,
    text_of: Callable[[object], str] = header_text,
) -> tuple[Heading, ...]:
    """What each cell of a row means, taken as a header.

    Args:
        values: the cells of the row.
        chosen: column name -> header, as the user chose it.
        known: what a header can mean.
        text_of: the text of a cell, "" where it is not a header.

    Returns:
        One heading for each cell that is a header; several where it serves several columns.
    """
    texts = [(position, text) for position, value in enumerate(values) if (text := text_of(value))]
    named = _named([text for _, text in texts], chosen)
    meanings = _Meanings(known, [text for _, text in texts], named)
    return tuple(
        heading for position, text in texts for heading in _headings(position, text, named.get(text, ()), meanings)
    )


def _headings(position: int, text: str, named: Sequence[str], meanings: _Meanings) -> Iterator[Heading]:
    """The headings of one cell: the columns that the user named it for, and the one that it means by itself."""
    yield from (Heading(position, text, column) for column in named)
    column, locale = meanings.of(text)
    if column or not named:
        yield Heading(position, text, column, locale, also=bool(named), weak=text in meanings.weak)


def _named(present: Sequence[str], chosen: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """Header text -> columns, for the headers that the user named; the exact writing before a similar one."""
    named: dict[str, list[str]] = {}
    for column, header in chosen.items():
        wanted = tidy(header)
        alike = [text for text in present if text == wanted or (normalise(text) == normalise(wanted) != "")]
        for text in [wanted] if wanted in alike else dict.fromkeys(alike):
            named.setdefault(text, []).append(column)
    return named


_Meaning = tuple[str | None, str | None]


class _Meanings:
    """What the headers of one row mean by themselves.

    Args:
        known: what a header can mean.
        texts: the headers.
        named: header -> columns, as the user named them; such a column has no other header.
    """

    def __init__(self, known: HeaderWords, texts: Sequence[str], named: Mapping[str, Sequence[str]]) -> None:
        self._known = known
        self._named = named
        self.weak: set[str] = set()
        taken = {column for columns in named.values() for column in columns}
        meanings = self._read(texts, taken)
        self._meaning_of = {
            text: _NONE if meaning[0] in taken and not meaning[1] else meaning for text, meaning in meanings
        }
        self._yield_to_others(texts)
        self._add_weak(texts, taken)

    def of(self, text: str) -> _Meaning:
        """The column and the language that a header means; None where it means nothing."""
        return self._meaning_of[text]

    def _read(self, texts: Sequence[str], taken: set[str]) -> list[tuple[str, _Meaning]]:
        """What each header means, whatever the others are."""
        strong, by_language = self._known.strong, self._known.by_language
        plain = [strong.get(normalise(text)) for text in texts]
        words = "locale" not in (*plain, *taken)
        readings = [
            None if name else localized(text, by_language, words=words) for text, name in zip(texts, plain, strict=True)
        ]
        counted = borne_out(readings, self._known.texts)
        meanings: list[tuple[str, _Meaning]] = []
        for text, column, reading in zip(texts, plain, readings, strict=True):
            if reading and (reading.certain or reading.locale in counted):
                meanings.append((text, (reading.column, reading.locale)))
            else:
                meanings.append((text, (column or strong.get(normalise(_REMARK.sub("", text))), None)))
        return meanings

    def _yield_to_others(self, texts: Sequence[str]) -> None:
        """Take a meaning from a header that the user named for another column, where another header has it too."""
        for text in self._named:
            meaning = self._meaning_of[text]
            if any(self._meaning_of[other] == meaning for other in texts if other not in self._named):
                self._meaning_of[text] = _NONE

    def _add_weak(self, texts: Sequence[str], taken: set[str]) -> None:
        """Give each column without a header the one that may mean it; where several may, only what has to be asked."""
        present = {column for column, _ in self._meaning_of.values()} | taken
        candidates: dict[str, list[str]] = {}
        for text in texts:
            column = self._known.weak.get(normalise(_REMARK.sub("", text)))
            if column and column not in present and not self._meaning_of[text][0] and text not in self._named:
                candidates.setdefault(column, []).append(text)
        for column, possible in candidates.items():
            if len(possible) == 1 or column in self._known.required:
                self._meaning_of |= dict.fromkeys(possible, (column, None))
                self.weak |= set(possible)


_NONE: _Meaning = (None, None)
