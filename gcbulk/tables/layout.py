"""The `Layout` of a sheet: what its columns mean together, and in which languages.

Only here does it show that a column is missing, that two mean the same, or that a language is unknown or incomplete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from gcbulk.records import RawSheet
from gcbulk.tables import locales
from gcbulk.tables.body import Layout
from gcbulk.tables.cells import classify_cells, filled_positions
from gcbulk.tables.header_languages import named_language
from gcbulk.tables.headers import Heading, normalise
from gcbulk.tables.issues import Batch, listed, on_file, printable, quoted
from gcbulk.tables.leftovers import unused_columns
from gcbulk.tables.matching import HeaderMatch, title_with_alternative
from gcbulk.tables.spec import Column, Family, Table
from gcbulk.tables.unread_languages import language_of, unread_languages

_Slot = tuple[str, str | None]
_Slots = Mapping[_Slot, Sequence[Heading]]


def layout_of(
    family: Family, table: Table, match: HeaderMatch, locale: str | None = None, *, alone: bool = False
) -> tuple[Layout, list[Batch]]:
    """A table as its headers describe it, and every problem with them.

    Args:
        family: the kind of file.
        table: what the table holds.
        match: the sheet it stands on, and what the cells of its header row mean.
        locale: the language of texts of which neither row nor header names one, as the user said.
        alone: whether no other sheet of the file holds texts for players.

    Returns:
        The table, whose columns are those that one header alone means, and the problems.
    """
    sheet, headings = match.sheet, match.headings
    filled = frozenset(filled_positions(sheet.cells.iloc[match.header_index + 1 :]))
    slots = _slots(table, headings, filled, locale)
    clear = {slot: candidates[0] for slot, candidates in slots.items() if len(candidates) == 1}
    languages: dict[str, dict[str, str]] = defaultdict(dict)
    for (column, language), heading in clear.items():
        if language is not None:
            languages[language][column] = heading.text
    long = table.embeds is not None and any((column, None) in slots for column in table.texts)
    layout = Layout(
        table.name,
        sheet.name,
        sheet.row_number(match.header_index),
        match.header_index,
        {column: heading.text for (column, language), heading in clear.items() if language is None},
        dict(languages),
        {slot: heading.position for slot, heading in clear.items()},
        long=long,
        locale=locale if long or table.language else None,
        alternatives={either.target: either.other for either in table.either},
    )
    unused = filled - _positions(slots) - _passed_over(family, headings)
    unknown = [heading for heading in headings if heading.position in unused and heading.column is None]
    lost = unread_languages(table, layout, sheet, unknown) if alone else []
    left = {at for at in unused if at < sheet.width(match.header_index)} - {heading.position for heading in lost}
    problems = [
        *_ambiguous(table, layout, slots),
        *_missing(table, layout, slots, headings),
        *_wrong_languages(table, layout, clear),
        *_incomplete_languages(table, layout, slots),
        *_several_apps(family, layout, sheet, headings),
        *_asked_about(table, layout, lost),
        *unused_columns(layout, sheet, left, headings, _may_be_texts(table, left, headings)),
    ]
    return layout, problems


def _slots(table: Table, headings: Sequence[Heading], filled: frozenset[int], said: str | None) -> _Slots:
    """The headings by what they mean in this kind of table; a language with nothing under it does not count."""
    names = {*table.texts, *table.optional_texts}
    own = {column.name for column in table.columns} - names
    texts = [heading for heading in headings if heading.column in names and not heading.also]
    languages = {heading.locale for heading in texts if heading.position in filled}
    languages.discard(None)
    if table.language or _is_long(table, headings, filled, said):
        own |= {*table.text_columns, *table.optional_texts} - set(table.texts)
        languages.add(None)
    slots: dict[_Slot, list[Heading]] = defaultdict(list)
    for heading in headings:
        by_language = heading.column in table.texts or heading.locale is not None
        if heading.column and (heading.locale in languages if by_language else heading.column in own):
            slots[heading.column, heading.locale].append(heading)
    return slots


def _is_long(table: Table, headings: Sequence[Heading], filled: frozenset[int], said: str | None) -> bool:
    """Whether texts beside other columns are records of their own: a column called Name alone may mean anything."""
    plain = [heading for heading in headings if heading.locale is None and not heading.also]
    there = {heading.column for heading in plain if heading.position in filled}
    texts = there & set(table.texts)
    language = table.of_texts.language if table.of_texts else None
    named = any(heading.column == language for heading in plain if language)
    certain = named or bool(there & set(table.optional_texts)) or (said is not None and texts == set(table.texts))
    return len(texts) > 1 or (bool(texts) and certain)


def _ambiguous(table: Table, layout: Layout, slots: _Slots) -> Iterator[Batch]:
    """Two headers of the same meaning."""
    for (name, locale), headings in slots.items():
        if len(headings) > 1:
            texts = [heading.text for heading in headings]
            column = table.declared[name]
            title = column.title + (f" in {locale}" if locale else "")
            message = (
                f"The columns {listed(texts)} of the sheet {quoted(layout.sheet)} all mean {title}. "
                f"{_advice(table, layout, column, locale, texts)}"
            )
            yield on_file("column-ambiguous", message, sheet=layout.sheet, column=texts[0])


def _advice(table: Table, layout: Layout, column: Column, locale: str | None, texts: Sequence[str]) -> str:
    """What to do about several headers of one meaning."""
    if locale or len(set(texts)) == 1:
        languages = f' If they are in several languages: "{printable(texts[0])} (en-US)".'
        return "Rename one of them." + (languages if column.localized and not locale else "")
    advice = f'Say which one counts: --column {column.name}="{printable(texts[0])}".'
    for other in table.columns:
        if other.like == column.name and other.name not in layout.columns:
            advice += f' If one of them is the {other.title}: --column {other.name}="{printable(texts[1])}".'
    return advice


def _missing(table: Table, layout: Layout, slots: _Slots, headings: Sequence[Heading]) -> Iterator[Batch]:
    """Columns that have to be there and are not."""
    seen = listed(list({heading.position: heading.text for heading in headings}.values()))
    for column in _needed(table, layout):
        if (column.name, None) not in slots and (table.alternative(column.name), None) not in slots:
            message = (
                f"The sheet {quoted(layout.sheet)} has no column {title_with_alternative(table, column)}; it has "
                f'{seen}. Add the column, or say which one it is: --column {column.name}="...".'
                f"{_hint(column, headings)}"
            )
            yield on_file("column-missing", message, sheet=layout.sheet)


def _needed(table: Table, layout: Layout) -> Iterator[Column]:
    """The columns that this table has to have outside its languages."""
    embedded = table.embeds.columns if table.embeds and layout.long else ()
    for column in (*table.columns, *(column for column in embedded if column.name != table.key)):
        by_language = table.language and column.name != table.key and layout.languages
        said = column.name in table.text_columns[:1] and layout.locale is not None
        if column.required and not by_language and not said:
            yield column


def _hint(column: Column, headings: Sequence[Heading]) -> str:
    """What else to say of a column that is missing."""
    named = next((heading.text for heading in headings if heading.column == column.like), None)
    if column.like and named:
        return f' One header may serve two columns: --column {column.name}="{printable(named)}".'
    return column.hint


def _wrong_languages(table: Table, layout: Layout, clear: Mapping[_Slot, Heading]) -> Iterator[Batch]:
    """Languages in headers that are no locale of App Store Connect, or a new one."""
    for locale in layout.languages:
        heading = next(heading for (_, language), heading in clear.items() if language == locale)
        where = f'The header "{printable(heading.text)}" of the sheet {quoted(layout.sheet)}'
        if locale in locales.UNTESTED:
            message = f"{where} names {locale}; whether Game Center takes that language is not known."
            yield _at_header(table, layout, heading, "locale-untested", message)
        elif locale not in locales.ACCEPTED:
            message = f'{where} names the language "{locale}", which is not one of App Store Connect\'s locales. '
            yield _at_header(table, layout, heading, "locale-unknown", message + locales.advice(locale))


def _incomplete_languages(table: Table, layout: Layout, slots: _Slots) -> Iterator[Batch]:
    """Languages that lack one of their texts altogether."""
    for locale, columns in layout.languages.items():
        absent = [table.declared[name].title for name in table.texts if (name, locale) not in slots]
        if absent:
            first = next(iter(columns.values()))
            message = (
                f'The sheet {quoted(layout.sheet)} has a column "{printable(first)}", but no '
                f"{' and no '.join(absent)} in {locale}. Add it, for example as "
                f'"{absent[0]} ({locales.suggestion(locale) or locale})".'
            )
            position = min(at for (_, language), at in layout.positions.items() if language == locale)
            heading = Heading(position, first, None, locale)
            yield _at_header(table, layout, heading, "column-missing", message)


def _positions(slots: _Slots) -> frozenset[int]:
    """The positions of all headings that mean something."""
    return frozenset(heading.position for headings in slots.values() for heading in headings)


def _passed_over(family: Family, headings: Sequence[Heading]) -> frozenset[int]:
    """The positions of columns that a pull, or App Store Connect, wrote for people to read."""
    catalog = family.catalog
    names = family.passed_over | (catalog.headers if catalog and _apps(family, headings) else frozenset())
    return frozenset(heading.position for heading in headings if normalise(heading.text) in names)


def _apps(family: Family, headings: Sequence[Heading]) -> Sequence[Heading]:
    """The column of a catalog report that names the app."""
    catalog = family.catalog
    return [heading for heading in headings if catalog and normalise(heading.text) == catalog.app]


def _several_apps(family: Family, layout: Layout, sheet: RawSheet, headings: Sequence[Heading]) -> Iterator[Batch]:
    """A catalog report holds all apps of an account; a push is for one."""
    for heading in _apps(family, headings):
        cells = classify_cells(sheet.cells.iloc[layout.header_index + 1 :, heading.position])
        apps = list(dict.fromkeys(cells.text[cells.filled]))
        if len(apps) > 1:
            message = (
                f"The sheet {quoted(layout.sheet)} holds {family.tables[0].plural} of {len(apps):,} apps "
                f"({listed(apps)}). Keep the rows of one of them: a push is for one app."
            )
            yield on_file("several-apps", message, sheet=layout.sheet, column=heading.text)


def _asked_about(table: Table, layout: Layout, headings: Sequence[Heading]) -> Iterator[Batch]:
    """Columns that are called after a language alone, or after words that gcbulk does not know."""
    if not headings:
        return
    names = listed([heading.text for heading in headings])
    titles = _titles_in(table, language_of(headings[0].text))
    which = f"call it {titles}" if len(headings) == 1 else f"call {quoted(headings[0].text)} {titles}, and so on"
    message = (
        f"The header{'s' if len(headings) > 1 else ''} {names} of the sheet {quoted(layout.sheet)} "
        f"{'name languages' if len(headings) > 1 else 'names a language'}, but not which text for players is meant: "
        f"{which}. If it is none, take the language out of the header, or delete the column."
    )
    yield on_file("language-column-unclear", message, sheet=layout.sheet, column=headings[0].text)


def _may_be_texts(table: Table, unused: Collection[int], headings: Sequence[Heading]) -> str:
    """What to say of columns that are not used and name a language."""
    named = [(heading.text, named_language(heading.text)) for heading in headings if heading.position in unused]
    return "".join(
        f" If {quoted(text)} is a text for players, call it {_titles_in(table, locale)}."
        for text, locale in named
        if locale
    )


def _titles_in(table: Table, locale: str | None) -> str:
    """How the headers of texts in a language are written."""
    return " or ".join(f'"{table.declared[name].title} ({locale})"' for name in table.texts)


def _at_header(table: Table, layout: Layout, heading: Heading, code: str, message: str) -> Batch:
    """A problem with a header, which is one of every localization under it."""
    return Batch(
        code,
        [message],
        rows=[layout.header_row],
        sheet=layout.sheet,
        column=heading.text,
        position=heading.position,
        values=[printable(heading.text)],
        kinds=table.of_texts.record if table.of_texts else None,
        locale=heading.locale,
    )
