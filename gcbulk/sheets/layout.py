"""What the columns of one sheet mean, taken together.

What comes in: the headings of a table's header row. What goes out: the `Layout`, with its languages, and the problems:
a column that is missing, two that mean the same, a language that is none or that lacks a column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gcbulk.kinds.achievements import (
    ACHIEVEMENTS,
    CATALOG_REPORT,
    COLUMNS,
    FROM_THE_SERVICE,
    LOCALIZATIONS,
    TEXTS,
)
from gcbulk.records import RawSheet
from gcbulk.sheets.unread_languages import language_of, unread_languages
from gcbulk.tables import locales
from gcbulk.tables.body import Layout
from gcbulk.tables.cells import filled_positions, sort_out
from gcbulk.tables.header_languages import named_language
from gcbulk.tables.headers import Heading, column_letter, normalise
from gcbulk.tables.issues import Batch, listed, on_file, printable, quoted
from gcbulk.tables.spec import Column, Table

_Slot = tuple[str, str | None]
_Slots = Mapping[_Slot, Sequence[Heading]]


def table_of(
    kind: Table,
    sheet: RawSheet,
    place: int,
    headings: Sequence[Heading],
    locale: str | None = None,
    *,
    alone: bool = False,
) -> tuple[Layout, list[Batch]]:
    """A table as its headers describe it, and every problem with them.

    Args:
        kind: what the table holds.
        sheet: the sheet it stands on.
        place: the header row's place in the frame of cells, from 0; -1 for a header kept apart.
        headings: what the cells of the header row mean.
        locale: the language of texts of which neither row nor header names one, as the user said.
        alone: whether no other sheet of the file holds texts for players.

    Returns:
        The table, whose columns are those that one header alone means, and the problems.
    """
    filled = _filled_positions(sheet, place)
    slots = _slots(kind, headings, filled)
    clear = {slot: candidates[0] for slot, candidates in slots.items() if len(candidates) == 1}
    languages: dict[str, dict[str, str]] = defaultdict(dict)
    for (column, language), heading in clear.items():
        if language is not None:
            languages[language][column] = heading.text
    long = kind is ACHIEVEMENTS and any((column, None) in slots for column in TEXTS)
    table = Layout(
        kind.name,
        sheet.name,
        sheet.row_number(place),
        place,
        {column: heading.text for (column, language), heading in clear.items() if language is None},
        dict(languages),
        {slot: heading.position for slot, heading in clear.items()},
        long=long,
        locale=locale if long or kind is LOCALIZATIONS else None,
        alternatives={column.name: column.alternative for column in kind.columns if column.alternative},
    )
    unused = filled - _positions(slots) - _from_the_service(headings)
    unknown = [one for one in headings if one.position in unused and one.column is None]
    lost = unread_languages(table, sheet, unknown) if alone else []
    problems = [
        *_ambiguous(table, slots),
        *_missing(kind, table, slots, headings),
        *_wrong_languages(table, clear),
        *_incomplete_languages(table, slots),
        *_several_apps(table, sheet, headings),
        *_asked_about(table, lost),
        *_unused(table, sheet, unused - {heading.position for heading in lost}, headings),
    ]
    return table, problems


def _filled_positions(sheet: RawSheet, place: int) -> frozenset[int]:
    """The columns that hold anything below the headers."""
    below = sheet.cells.iloc[place + 1 :]
    return frozenset(filled_positions(below))


def _slots(kind: Table, headings: Sequence[Heading], filled: frozenset[int]) -> _Slots:
    """The headings by what they mean in this kind of table; a language with nothing under it does not count."""
    own = {column.name for column in kind.columns} - set(TEXTS)
    texts = [heading for heading in headings if heading.column in TEXTS and not heading.also]
    languages = {heading.locale for heading in texts if heading.position in filled}
    languages.discard(None)
    if kind is LOCALIZATIONS or _is_long(headings, filled):
        own.add("locale")
        languages.add(None)
    slots: dict[_Slot, list[Heading]] = defaultdict(list)
    for heading in headings:
        by_language = heading.column in TEXTS or heading.locale is not None
        if heading.column and (heading.locale in languages if by_language else heading.column in own):
            slots[heading.column, heading.locale].append(heading)
    return slots


def _is_long(headings: Sequence[Heading], filled: frozenset[int]) -> bool:
    """Whether texts beside achievements are localizations: a column called Name alone may mean anything."""
    plain = [heading for heading in headings if heading.locale is None and not heading.also]
    texts = {heading.column for heading in plain if heading.column in TEXTS and heading.position in filled}
    named = any(heading.column == "locale" for heading in plain)
    return len(texts) > 1 or (named and bool(texts))


def _ambiguous(table: Layout, slots: _Slots) -> Iterator[Batch]:
    """Two headers of the same meaning."""
    for (column, locale), headings in slots.items():
        if len(headings) > 1:
            names = listed([heading.text for heading in headings])
            title = COLUMNS[column].title + (f" in {locale}" if locale else "")
            message = (
                f"The columns {names} of the sheet {quoted(table.sheet)} all mean {title}. "
                f"{_settled_by(table, column, locale, [heading.text for heading in headings])}"
            )
            yield on_file("column-ambiguous", message, sheet=table.sheet, column=headings[0].text)


def _settled_by(table: Layout, column: str, locale: str | None, texts: Sequence[str]) -> str:
    """What to do about several headers of one meaning."""
    if locale or len(set(texts)) == 1:
        languages = f' If they are in several languages: "{printable(texts[0])} (en-US)".'
        return "Rename one of them." + (languages if COLUMNS[column].localized and not locale else "")
    settle = f'Say which one counts: --column {column}="{printable(texts[0])}".'
    if column == "name" and table.kind == ACHIEVEMENTS.name and "reference_name" not in table.columns:
        settle += f' If one of them is the Reference Name: --column reference_name="{printable(texts[1])}".'
    return settle


def _missing(kind: Table, table: Layout, slots: _Slots, headings: Sequence[Heading]) -> Iterator[Batch]:
    """Columns that have to be there and are not."""
    seen = listed(list({heading.position: heading.text for heading in headings}.values()))
    for column in _needed(kind, table):
        if (column.name, None) not in slots and (column.alternative, None) not in slots:
            either = f" (or {COLUMNS[column.alternative].title})" if column.alternative else ""
            message = (
                f"The sheet {quoted(table.sheet)} has no column {column.title}{either}; it has {seen}. Add the column,"
                f' or say which one it is: --column {column.name}="...".{_hint(column, headings)}'
            )
            yield on_file("column-missing", message, sheet=table.sheet)


def _needed(kind: Table, table: Layout) -> Iterator[Column]:
    """The columns that this table has to have outside its languages."""
    for column in (*kind.columns, *(LOCALIZATIONS.columns[1:] if table.long else ())):
        by_language = kind is LOCALIZATIONS and column.name != "vendor_identifier" and bool(table.languages)
        said = column.name == "locale" and table.locale is not None
        if column.required and not by_language and not said:
            yield column


def _hint(column: Column, headings: Sequence[Heading]) -> str:
    """What else to say of a column that is missing."""
    if column.name == "locale":
        return ' Or name the language in the headers, as in "Title (en-US)", or for all of them: --locale en-US.'
    named = next((heading.text for heading in headings if heading.column == "name"), None)
    if column.name == "reference_name" and named:
        return f' One header may serve two columns: --column reference_name="{printable(named)}".'
    return " Players would notice a default, so gcbulk has none." if column.name in ("points", "repeatable") else ""


def _wrong_languages(table: Layout, clear: Mapping[_Slot, Heading]) -> Iterator[Batch]:
    """Languages in headers that are no locale of App Store Connect, or a new one."""
    for locale in table.languages:
        heading = next(one for (_, language), one in clear.items() if language == locale)
        where = f'The header "{printable(heading.text)}" of the sheet {quoted(table.sheet)}'
        if locale in locales.UNTESTED:
            message = f"{where} names {locale}; whether Game Center takes that language is not known."
            yield _at_header(table, heading, "locale-untested", message)
        elif locale not in locales.ACCEPTED:
            message = f'{where} names the language "{locale}", which is none of App Store Connect\'s locales. '
            yield _at_header(table, heading, "locale-unknown", message + locales.advice(locale))


def _incomplete_languages(table: Layout, slots: _Slots) -> Iterator[Batch]:
    """Languages that lack one of the three texts altogether."""
    for locale, columns in table.languages.items():
        absent = [COLUMNS[name].title for name in TEXTS if (name, locale) not in slots]
        if absent:
            first = next(iter(columns.values()))
            message = (
                f'The sheet {quoted(table.sheet)} has a column "{printable(first)}", but no {" and no ".join(absent)} '
                f'in {locale}. Add it, for example as "{absent[0]} ({locales.suggestion(locale) or locale})".'
            )
            position = min(place for (_, language), place in table.positions.items() if language == locale)
            heading = Heading(position, first, None, locale)
            yield _at_header(table, heading, "column-missing", message)


def _positions(slots: _Slots) -> frozenset[int]:
    """The places of all headings that mean something."""
    return frozenset(heading.position for headings in slots.values() for heading in headings)


def _from_the_service(headings: Sequence[Heading]) -> frozenset[int]:
    """The places of columns that a pull, or App Store Connect, wrote for people to read."""
    names = FROM_THE_SERVICE | (CATALOG_REPORT if _apps(headings) else frozenset())
    return frozenset(heading.position for heading in headings if normalise(heading.text) in names)


def _apps(headings: Sequence[Heading]) -> Sequence[Heading]:
    """The column of a catalog report that names the app."""
    return [heading for heading in headings if normalise(heading.text) == "appappleid"]


def _several_apps(table: Layout, sheet: RawSheet, headings: Sequence[Heading]) -> Iterator[Batch]:
    """A catalog report holds all apps of an account; a push is for one."""
    for heading in _apps(headings):
        cells = sort_out(sheet.cells.iloc[table.place + 1 :, heading.position])
        apps = list(dict.fromkeys(cells.text[cells.filled]))
        if len(apps) > 1:
            message = (
                f"The sheet {quoted(table.sheet)} holds achievements of {len(apps):,} apps ({listed(apps)}). Keep the "
                "rows of one of them: a push is for one app."
            )
            yield on_file("several-apps", message, sheet=table.sheet, column=heading.text)


def _unused(table: Layout, sheet: RawSheet, positions: frozenset[int], headings: Sequence[Heading]) -> Iterator[Batch]:
    """Columns that hold something and that nothing is made of, in one remark."""
    positions = frozenset(position for position in positions if position < sheet.width(table.place))
    if not positions:
        return
    texts = {heading.position: f'"{printable(heading.text)}"' for heading in headings}
    names = [
        texts.get(position) or f"column {column_letter(int(sheet.cells.columns[position]))} (no header)"
        for position in sorted(positions)
    ]
    left = f" and {len(names) - 20} more" if len(names) > 20 else ""
    message = f"The sheet {quoted(table.sheet)} has columns that are not used: {', '.join(names[:20])}{left}."
    message += "".join(_may_be_texts(heading) for heading in headings if heading.position in positions)
    yield on_file("column-unknown", message, sheet=table.sheet)


def _asked_about(table: Layout, headings: Sequence[Heading]) -> Iterator[Batch]:
    """Columns that are called after a language alone, or after words that gcbulk does not know."""
    if not headings:
        return
    names = listed([heading.text for heading in headings])
    locale = language_of(headings[0].text)
    titles = " or ".join(f'"{COLUMNS[name].title} ({locale})"' for name in TEXTS)
    which = f"call it {titles}" if len(headings) == 1 else f"call {quoted(headings[0].text)} {titles}, and so on"
    message = (
        f"The header{'s' if len(headings) > 1 else ''} {names} of the sheet {quoted(table.sheet)} "
        f"{'name languages' if len(headings) > 1 else 'names a language'}, but not which text for players is meant: "
        f"{which}. If it is none, take the language out of the header, or delete the column."
    )
    yield on_file("language-column-unclear", message, sheet=table.sheet, column=headings[0].text)


def _may_be_texts(heading: Heading) -> str:
    """What to say of a column that is not used and names a language."""
    locale = named_language(heading.text)
    if locale is None:
        return ""
    names = " or ".join(f'"{COLUMNS[name].title} ({locale})"' for name in TEXTS)
    return f" If {quoted(heading.text)} is a text for players, call it {names}."


def _at_header(table: Layout, heading: Heading, code: str, message: str) -> Batch:
    """A problem with a header, which is one of every localization under it."""
    return Batch(
        code,
        [message],
        rows=[table.header_row],
        sheet=table.sheet,
        column=heading.text,
        position=heading.position,
        values=[printable(heading.text)],
        kinds="localization",
        locale=heading.locale,
    )
