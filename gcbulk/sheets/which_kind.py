"""Which kind of file it is: achievements, players' progress or scores.

The headers decide; when they fit two kinds, the user is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcbulk.kinds import FAMILIES, SUBMISSION_TABLES
from gcbulk.kinds.achievements import FAMILY, KINDS
from gcbulk.records import Book, RawSheet
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import Choices, can_follow, column_names
from gcbulk.tables.headers import normalise
from gcbulk.tables.issues import Batch, on_file, quoted
from gcbulk.tables.matching import (
    WORKBOOKS,
    count_required,
    fits_any,
    is_complete,
    is_data,
    match_headers,
    missing_titles,
    possible_keys,
)
from gcbulk.tables.spec import Table
from gcbulk.tables.vocabulary import letters

ACHIEVEMENTS = "achievements"
KINDS_OF_FILE: Mapping[str, tuple[Table, ...]] = {name: family.tables for name, family in FAMILIES.items()}
"""The kinds of file, each with the kinds of table that it can hold."""


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the headers of a sheet say.

    Args:
        sheet: its name.
        complete: the kinds of file that they are all headers of.
        begun: kind of file -> how many of the headers it needs are there besides the player's.
        lacking: kind of file -> what it lacks.
        of_players: whether a header names players.
    """

    sheet: str
    complete: frozenset[str]
    begun: Mapping[str, int]
    lacking: Mapping[str, Sequence[str]]
    of_players: bool


def tell_kind(
    book: Book, choices: Choices, among: Sequence[str] = tuple(KINDS_OF_FILE)
) -> tuple[str | None, list[Batch]]:
    """The kind of a file, as its headers and the user's options tell it.

    Args:
        book: the file.
        choices: what the user settled; an option that only one kind has says that it is that one.
        among: the kinds of file that come into question, the first of several that are there is taken.

    Returns:
        The kind, or None where the headers of one sheet fit two, and then the question.
    """
    among = _able(among, Choices(choices.sheets))
    possible = _able(among, choices)
    sheets = [sheet for sheet in book.sheets if is_data(sheet, book) or _is_named(sheet, choices)]
    signs = [_signs(sheet, choices, among, is_workbook=book.format in WORKBOOKS) for sheet in sheets]
    for one in signs:
        both = [kind for kind in possible if kind in one.complete]
        if len(both) > 1:
            return None, [_unclear(one, both)]
    # A column that the kind does not have is no reason to take a file for another kind than it is.
    complete = [kind for kind in (*possible, *among) if any(kind in one.complete for one in signs)]
    return (complete[0], []) if complete else _nearest(signs, possible)


def sheets_left(book: Book, tables: Sequence[Layout]) -> list[tuple[str, str]]:
    """Sheets that were not read because they are of another kind of file, each with that kind.

    Args:
        book: the file.
        tables: what was read.
    """
    kinds = {
        kind for kind, tables_of in KINDS_OF_FILE.items() for one in tables_of if one.name in {t.kind for t in tables}
    }
    others = [kind for kind in KINDS_OF_FILE if kind not in kinds]
    found: list[tuple[str, str]] = []
    for sheet in book.sheets:
        if sheet.name in {table.sheet for table in tables} or not (is_data(sheet, book) or _is_named(sheet, Choices())):
            continue
        signs = _signs(sheet, Choices(), others)
        # Anything beside players may be a matrix: a guess that is worth a question, and no remark.
        certain = [kind for kind in others if kind in signs.complete and not signs.lacking.get(kind)]
        found.extend((sheet.name, kind) for kind in certain)
    return found


def _able(kinds: Sequence[str], choices: Choices) -> Sequence[str]:
    """The kinds of file that have all that the user named; all kinds where none has."""
    return [kind for kind in kinds if can_follow(choices, KINDS_OF_FILE[kind])] or kinds


def _is_named(sheet: RawSheet, choices: Choices) -> bool:
    """Whether a sheet that would not be looked at is: the user named it, or its name says that it is of players."""
    names = {name for kind in SUBMISSION_TABLES.values() for name in kind.sheet_names}
    return sheet.name in choices.sheets.values() or (not sheet.hidden and normalise(sheet.name) in names)


def _nearest(signs: Sequence[_Signs], possible: Sequence[str]) -> tuple[str | None, list[Batch]]:
    """The kind that a file without all headers of any is nearest to: the first where there is nothing to go by."""
    chosen = next((one for one in signs if one.of_players), None)
    if chosen is None:
        counted = {kind: max((one.begun.get(kind, 0) for one in signs), default=0) for kind in possible}
        return (possible[0] if ACHIEVEMENTS in possible else max(possible, key=counted.__getitem__)), []
    most = max((count for kind, count in chosen.begun.items() if kind in SUBMISSION_TABLES), default=0)
    # Headers of achievements beside one of players can be either.
    nearest = [
        kind for kind in possible if kind in chosen.begun and (kind == ACHIEVEMENTS or chosen.begun[kind] == most)
    ]
    return (nearest[0], []) if len(nearest) == 1 else (None, [_unclear(chosen, nearest or possible)])


def _signs(sheet: RawSheet, choices: Choices, possible: Sequence[str], *, is_workbook: bool = False) -> _Signs:
    """What the headers of a sheet say of each kind of file."""
    complete: set[str] = set()
    begun: dict[str, int] = {}
    lacking: dict[str, Sequence[str]] = {}
    of_players = False
    for kind in SUBMISSION_TABLES.values():
        family = FAMILIES[kind.name]
        found = match_headers(sheet, family, _chosen(choices, (kind,))) if kind.name in possible else None
        if found:
            has_player = "scoped_player_id" in found.known
            of_players |= has_player
            begun[kind.name] = count_required(kind, found.known) - has_player
            lacking[kind.name] = missing_titles(kind, found.known)
            complete |= {kind.name} if is_complete(kind, found) else set()
            if kind.matrix and has_player and not begun[kind.name] and possible_keys(kind, found):
                begun[kind.name] = 1  # a matrix, perhaps, with a column Score beside it
    if ACHIEVEMENTS in possible and (row := match_headers(sheet, FAMILY, _chosen(choices, tuple(KINDS.values())))):
        missing = {kind: missing_titles(kind, row.known) for kind in KINDS.values() if row.known & kind.signature}
        if missing:
            begun[ACHIEVEMENTS] = max(count_required(kind, row.known) for kind in missing)
            lacking[ACHIEVEMENTS] = min(missing.values(), key=len)
        if fits_any(FAMILY, row.known) or (is_workbook and not of_players and _says_it(sheet)):
            complete.add(ACHIEVEMENTS)
    return _Signs(sheet.name, frozenset(complete), begun, lacking, of_players)


def _says_it(sheet: RawSheet) -> bool:
    """Whether a sheet is called as one of achievements or localizations is."""
    return any(normalise(sheet.name) in kind.sheet_names for kind in KINDS.values())


def _chosen(choices: Choices, kinds: Sequence[Table]) -> Mapping[str, str]:
    """The headers that the user named, by the columns of some kinds of table."""
    names = column_names(kinds)
    return {names[letters(name)]: header for name, header in choices.columns.items() if letters(name) in names}


def _unclear(signs: _Signs, kinds: Sequence[str]) -> Batch:
    """The question which kind a sheet is of."""
    readings = " or ".join(
        FAMILIES[kind].label + (f" (without {', '.join(lacking)})" if (lacking := signs.lacking.get(kind)) else "")
        for kind in kinds
    )
    options = " or ".join(f"--kind {kind}" for kind in kinds)
    message = f"The sheet {quoted(signs.sheet)} can be {readings}, by its headers. Say which: {options}."
    return on_file("kind-unclear", message, sheet=signs.sheet)
