"""The user's choices of sheets, columns and languages, checked against what the file holds.

A choice that names nothing stops the check: every other problem would only follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gcbulk.records import Book
from gcbulk.tables import locales
from gcbulk.tables.issues import Batch, listed, on_file, printable
from gcbulk.tables.spec import Table
from gcbulk.tables.vocabulary import letters

STOPS = frozenset({"option-unknown", "option-twice", "sheet-not-found", "header-missing", "column-not-found"})
"""Codes of options that could not be followed."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose by option, where a file can be read in two ways.

    Args:
        sheets: kind of table ("achievements", "localizations") -> name of its sheet (``--sheet``).
        columns: column, e.g. "points" -> its header in the sheet (``--column points="Pts"``).
        locale: the language of texts of which neither row nor header names one (``--locale``), or None.
    """

    sheets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    locale: str | None = None


def follow_options(book: Book, choices: Choices, kinds: Sequence[Table]) -> tuple[Choices, list[Batch]]:
    """The user's options by the names that gcbulk has for kinds and columns, and every problem with them.

    Args:
        book: the file.
        choices: what the user chose; a column by its name or by any header that means it.
        kinds: the kinds of table that are looked for.

    Returns:
        The options that can be followed, and the problems.
    """
    by_kind = _by_name(choices.sheets, kind_names(kinds))
    by_column = _by_name(choices.columns, column_names(kinds))
    problems = [
        *_unknown("--sheet", choices.sheets, by_kind, [kind.name for kind in kinds]),
        *_unknown(
            "--column", choices.columns, by_column, _each(column.name for kind in kinds for column in kind.columns)
        ),
        *_twice("--sheet", choices.sheets, by_kind),
        *_twice("--column", choices.columns, by_column),
        *_no_such_sheet(book, choices.sheets, by_kind),
        *_no_locale(choices.locale),
    ]
    sheets = {by_kind[name]: sheet for name, sheet in choices.sheets.items() if name in by_kind}
    columns = {by_column[name]: header for name, header in choices.columns.items() if name in by_column}
    return Choices(sheets, columns, choices.locale), problems


def can_follow(choices: Choices, kinds: Sequence[Table]) -> bool:
    """Whether all that the user named is known for these kinds of table.

    Args:
        choices: what the user chose.
        kinds: the kinds of table.
    """
    kind_by_name, column_by_name = kind_names(kinds), column_names(kinds)
    sheets_known = all(letters(name) in kind_by_name for name in choices.sheets)
    return sheets_known and all(letters(name) in column_by_name for name in choices.columns)


def kind_names(kinds: Sequence[Table]) -> Mapping[str, str]:
    """Only letters and digits of every name that a kind of table goes by -> the kind.

    Args:
        kinds: the kinds of table.
    """
    return {name: kind.name for kind in kinds for name in (*kind.sheet_names, letters(kind.name))}


def column_names(kinds: Sequence[Table]) -> Mapping[str, str]:
    """Only letters and digits of every name that a column goes by -> the column.

    Args:
        kinds: the kinds of table that may have it.
    """
    names: dict[str, str] = {}
    for column in [column for kind in kinds for column in kind.columns]:
        for name in (letters(column.name), letters(column.title), *column.aliases, *column.weak):
            names.setdefault(name, column.name)
    return names


def _by_name(given: Mapping[str, str], names: Mapping[str, str]) -> Mapping[str, str]:
    """What the user wrote on the left of ``=`` -> the name that gcbulk has for it, where it has one."""
    return {name: names[letters(name)] for name in given if letters(name) in names}


def _unknown(option: str, given: Mapping[str, str], known: Mapping[str, str], names: Sequence[str]) -> Iterator[Batch]:
    """Names that gcbulk does not know."""
    for name in given:
        if name not in known:
            message = f"{option} {printable(name)}=...: use one of {', '.join(names)}."
            yield on_file("option-unknown", message)


def _twice(option: str, given: Mapping[str, str], known: Mapping[str, str]) -> Iterator[Batch]:
    """One thing that was named in two ways."""
    for meant in _each(known.values()):
        values = {name: given[name] for name, stands_for in known.items() if stands_for == meant}
        if len(set(values.values())) > 1:
            both = " and ".join(f'{option} {printable(name)}="{printable(value)}"' for name, value in values.items())
            yield on_file("option-twice", f"{both} both say which {meant} is. Leave one of them out.")


def _no_such_sheet(book: Book, given: Mapping[str, str], known: Mapping[str, str]) -> Iterator[Batch]:
    """Sheets that the file does not have."""
    names = [sheet.name for sheet in book.sheets]
    for kind, name in given.items():
        if kind in known and name not in names:
            has = listed(names) or "no sheet"
            message = f'--sheet {printable(kind)}="{printable(name)}": the file has no such sheet. It has {has}.'
            yield on_file("sheet-not-found", message)


def _no_locale(locale: str | None) -> Iterator[Batch]:
    """A language that is not one of App Store Connect's."""
    if locale is not None and locale not in locales.ACCEPTED | locales.UNTESTED:
        message = f'--locale "{printable(locale)}" is not one of App Store Connect\'s locales. {locales.advice(locale)}'
        yield on_file("locale-unknown", message)


def _each(names: Iterable[str]) -> list[str]:
    """Names, each once, in their order."""
    return list(dict.fromkeys(names))
