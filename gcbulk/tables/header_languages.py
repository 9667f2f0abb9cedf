"""The language that a header names, as in ``Title (es-ES)``, ``fr-FR: Title``, ``title_en`` or ``German Title``.

A two-letter code can also be a word or an abbreviation (``title_id``, ``image no``), so some codes count only when the
other headers of the row support them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gcbulk.tables.locales import names_language, suggestion
from gcbulk.tables.vocabulary import letters

# A language as people write it: en, en-US, en_us, zh-Hans, zh-Hant-TW.
_SHAPE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}"
_MARKED = re.compile(
    rf"^(?P<head>.*?)\s*(?:[\(\[\{{<]\s*(?P<inside>{_SHAPE})\s*[\)\]\}}>]|[-–—:]\s*(?P<after>{_SHAPE}))[\s*?:]*$"
)
_CODE = re.compile(_SHAPE)
_WITH_REGION = re.compile(r"[a-z]{2,3}-(?:[A-Z]{2}|[A-Z][a-z]{3})")
_REMARK = re.compile(r"[\(\[\{].*?[\)\]\}]")
_TOKEN = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MOST_TOKENS = 4  # as in Title - Portuguese (Brazil) or zh-Hant-TW
_ALSO_WORDS = frozenset({"id", "no"})  # Indonesian and Norwegian, far more often an identifier and a number
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Localized:
    """What a header with a language means.

    Args:
        column: the column's name.
        locale: the language as the header has it.
        certain: whether the header alone says so.
    """

    column: str
    locale: str
    certain: bool = True


def localized(text: str, columns: Mapping[str, str], *, words: bool) -> Localized | None:
    """The column and the language of a header such as ``Title (es-ES)``.

    Args:
        text: the header.
        columns: header, only letters and digits -> column, of those columns that may stand once per language.
        words: whether a language may be called by its name; beside a column of locales that is only a remark.

    Returns:
        What it means, or None where it names no language, or another column.
    """
    bare, ends = letters(_REMARK.sub("", text)), tuple(columns)
    if not bare.startswith(ends) and not bare.endswith(ends) and not letters(text).startswith(ends):
        return None
    marked = _MARKED.match(text)
    if marked and (column := columns.get(letters(marked["head"]))):
        locale = marked["inside"] or marked["after"]
        if len(locale) != 3 or suggestion(locale):  # (max) and (API) are remarks
            return Localized(column, locale)
    readings = [*_readings(text, columns, words=words), *_readings(_REMARK.sub(" ", text), columns, words=words)]
    return next((reading for reading in readings if reading.certain), next(iter(readings), None))


def borne_out(readings: Sequence[Localized | None], texts: Container[str]) -> Container[str]:
    """The languages that count although no header alone says so: two of the texts that players read have them.

    Args:
        readings: what each header of a row means.
        texts: the columns that players read.
    """
    columns_in: dict[str, set[str]] = {}
    for reading in readings:
        if reading and not reading.certain and reading.column in texts:
            columns_in.setdefault(reading.locale, set()).add(reading.column)
    return {locale for locale, columns in columns_in.items() if len(columns) > 1}


def named_language(text: str) -> str | None:
    """The locale to write for the language that any header names, also one whose column is not understood.

    Args:
        text: the header, such as ``Titel (Deutsch)``, ``Beschreibung_fr-FR`` or ``fr-FR``.

    Returns:
        One of App Store Connect's locales, or None where the header names no language for certain.
    """
    if names_language(text) or (_CODE.fullmatch(text) and len(text) > 3 and suggestion(text)):
        return suggestion(text)
    for _, locale, code in _splits(text):
        if names_language(locale) or (code and len(code) > 3 and suggestion(code)):
            return suggestion(code or locale)
    marked = _MARKED.match(text)
    return suggestion(marked["inside"]) if marked and marked["inside"] else None


def bare_code(text: str) -> str | None:
    """The locale to write for a header that is nothing but a code of two or three letters, such as ``fr``.

    Args:
        text: the header; ``ms`` and ``th`` are units as well, so that one such header alone says nothing.

    Returns:
        One of App Store Connect's locales, or None.
    """
    is_code = len(text) <= 3 and _CODE.fullmatch(text) and text.lower() not in _ALSO_WORDS
    return suggestion(text) if is_code else None


def _readings(text: str, columns: Mapping[str, str], *, words: bool) -> Iterator[Localized]:
    """What a header can mean where its language stands first or last, the longest language first."""
    for head, locale, code in _splits(text):
        column = columns.get(letters(head))
        if column and code and (suggestion(code) or _WITH_REGION.fullmatch(code) or len(code) == 2):
            certain = code.lower() not in _ALSO_WORDS and bool(suggestion(code) or _WITH_REGION.fullmatch(code))
            yield Localized(column, code, certain)
        elif column and words and names_language(locale):
            yield Localized(column, locale)


def _splits(text: str) -> Iterator[tuple[str, str, str]]:
    """Every way to part a header: what it is about, the language, and that as a code where it has the form of one."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    if len(spans) == 1:
        yield from _humps(text)
    for count in range(min(_MOST_TOKENS, len(spans) - 1), 0, -1):
        for head, locale in (
            (text[: spans[-count][0]], text[spans[-count - 1][1] :]),
            (text[spans[count][0] :], text[: spans[count][0]]),
        ):
            named = _bare(locale)
            yield head, named, named if _CODE.fullmatch(named) else ""


def _humps(text: str) -> Iterator[tuple[str, str, str]]:
    """The same for a header in one word, such as titleEn or nameFrFR."""
    parts = _HUMP.findall(text)
    if "".join(parts) != text:
        return
    for count in (2, 1):
        code = "-".join(parts[-count:])
        if len(parts) > count and all(len(part) == 2 for part in parts[-count:]):
            yield "".join(parts[:-count]), code, code


def _bare(locale: str) -> str:
    """A language without the marks around it; those that belong to its name are kept, as in Chinese (Simplified)."""
    named = locale.strip(" \t-–—:_/|.,;@*?=<>+")
    if _PAIRS.get(named[:1]) == named[-1:]:
        named = named[1:-1]
    return named.strip(" -–—:_/|.,;@*?=<>+").strip("])}([{" if named.count("(") != named.count(")") else "[]{}")
