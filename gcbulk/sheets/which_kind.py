"""Which kind of file it is: what gcbulk creates, or one of the kinds of what players did.

The headers decide; when they fit two kinds, the user is asked. Kinds of what gcbulk creates may stand in one file, so
they are never asked about: a file of any of them is one of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcbulk.kinds import CONTENT, SUBMISSION_TABLES, SUBMISSIONS, content_tables, families
from gcbulk.records import Book, RawSheet
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import Choices, can_follow, column_names
from gcbulk.tables.headers import normalise
from gcbulk.tables.issues import Batch, on_file, quoted
from gcbulk.tables.matching import (
    WORKBOOKS,
    count_required,
    is_complete,
    is_data,
    match_headers,
    missing_titles,
    possible_keys,
    says_kind,
)
from gcbulk.tables.spec import Family, Table
from gcbulk.tables.vocabulary import letters


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


def tell_kind(book: Book, choices: Choices, among: Sequence[str] | None = None) -> tuple[str | None, list[Batch]]:
    """The kind of a file, as its headers and the user's options tell it.

    Args:
        book: the file.
        choices: what the user chose; an option that only one kind has says that it is that one.
        among: the kinds of file that come into question, the first of several that are there is taken; None for all.

    Returns:
        The kind, or None where the headers of one sheet fit two, and then the question.
    """
    among = _able(tuple(families()) if among is None else among, Choices(choices.sheets))
    possible = _able(among, choices)
    sheets = [sheet for sheet in book.sheets if is_data(sheet, book) or _is_named(sheet, choices)]
    signs = [_signs(sheet, choices, among, is_workbook=book.format in WORKBOOKS) for sheet in sheets]
    for sheet in signs:
        both = _without_rivals([kind for kind in possible if kind in sheet.complete], sheet.begun)
        if len(both) > 1:
            return None, [_unclear(sheet, both)]
    # A column that the kind does not have is no reason to take a file for another kind than it is.
    complete = [kind for kind in (*possible, *among) if any(kind in sheet.complete for sheet in signs)]
    return (complete[0], []) if complete else _nearest(signs, possible)


def sheets_left(book: Book, tables: Sequence[Layout]) -> list[tuple[str, str]]:
    """Sheets that were not read because they are of another kind of file, each with that kind.

    Args:
        book: the file.
        tables: what was read.
    """
    read = {table.kind for table in tables}
    others = [kind for kind, family in families().items() if not any(table.name in read for table in family.tables)]
    left: list[tuple[str, str]] = []
    for sheet in book.sheets:
        if sheet.name in {table.sheet for table in tables} or not (is_data(sheet, book) or _is_named(sheet, Choices())):
            continue
        signs = _signs(sheet, Choices(), others)
        # Anything beside players may be a matrix: a guess that is worth a question, and no remark.
        certain = [kind for kind in others if kind in signs.complete and not signs.lacking.get(kind)]
        left.extend((sheet.name, kind) for kind in certain)
    return left


def _able(kinds: Sequence[str], choices: Choices) -> Sequence[str]:
    """The kinds of file that have all that the user named; all kinds where none has."""
    return [kind for kind in kinds if can_follow(choices, _tables_beside(kind))] or kinds


def _tables_beside(kind: str) -> Sequence[Table]:
    """Every table that may stand in a file of a kind."""
    return SUBMISSIONS[kind].tables if kind in SUBMISSIONS else tuple(content_tables().values())


def _without_rivals(kinds: Sequence[str], begun: Mapping[str, int]) -> list[str]:
    """Kinds of file, of those that gcbulk creates the likeliest alone: they may stand in one file."""
    content = [kind for kind in kinds if kind not in SUBMISSIONS]
    likeliest = max(content, key=lambda kind: begun.get(kind, 0), default=None)
    return [kind for kind in kinds if kind in SUBMISSIONS or kind == likeliest]


def _is_named(sheet: RawSheet, choices: Choices) -> bool:
    """Whether a sheet that would not be looked at is: the user named it, or its name says that it is of players."""
    names = {name for kind in SUBMISSION_TABLES.values() for name in kind.sheet_names}
    return sheet.name in choices.sheets.values() or (not sheet.hidden and normalise(sheet.name) in names)


def _nearest(signs: Sequence[_Signs], possible: Sequence[str]) -> tuple[str | None, list[Batch]]:
    """The kind that a file without all headers of any is nearest to: the first where there is nothing to go by."""
    chosen = next((sheet for sheet in signs if sheet.of_players), None)
    if chosen is None:
        counted = {kind: max((sheet.begun.get(kind, 0) for sheet in signs), default=0) for kind in possible}
        content = [kind for kind in possible if kind not in SUBMISSIONS]
        return max(content or possible, key=counted.__getitem__), []
    most = max((count for kind, count in chosen.begun.items() if kind in SUBMISSION_TABLES), default=0)
    likely = _without_rivals(possible, chosen.begun)
    # Headers of what gcbulk creates beside one of players can be either.
    nearest = [
        kind for kind in likely if kind in chosen.begun and (kind not in SUBMISSIONS or chosen.begun[kind] == most)
    ]
    return (nearest[0], []) if len(nearest) == 1 else (None, [_unclear(chosen, nearest or likely)])


def _signs(sheet: RawSheet, choices: Choices, possible: Sequence[str], *, is_workbook: bool = False) -> _Signs:
    """What the headers of a sheet say of each kind of file."""
    complete: set[str] = set()
    begun: dict[str, int] = {}
    lacking: dict[str, Sequence[str]] = {}
    of_players = False
    for kind in SUBMISSION_TABLES.values():
        family = SUBMISSIONS[kind.name]
        match = match_headers(sheet, family, _chosen(choices, (kind,))) if kind.name in possible else None
        if match:
            has_player = "scoped_player_id" in match.known
            of_players |= has_player
            begun[kind.name] = count_required(kind, match.known) - has_player
            lacking[kind.name] = missing_titles(kind, match.known)
            complete |= {kind.name} if is_complete(kind, match) else set()
            if kind.matrix and has_player and not begun[kind.name] and possible_keys(kind, match):
                begun[kind.name] = 1  # a matrix, perhaps, with a column Score beside it
    for family in [kind.family for kind in CONTENT.values() if kind.family.name in possible]:
        if row := match_headers(sheet, family, _chosen(choices, family.tables)):
            missing = {
                table.name: missing_titles(table, row.known) for table in family.tables if row.known & table.signature
            }
            if missing:
                begun[family.name] = max(
                    count_required(table, row.known) for table in family.tables if table.name in missing
                )
                lacking[family.name] = min(missing.values(), key=len)
            if says_kind(family, row) or (is_workbook and not of_players and _says_it(sheet, family)):
                complete.add(family.name)
    return _Signs(sheet.name, frozenset(complete), begun, lacking, of_players)


def _says_it(sheet: RawSheet, family: Family) -> bool:
    """Whether a sheet is called as one of a kind is."""
    return any(normalise(sheet.name) in table.sheet_names for table in family.tables)


def _chosen(choices: Choices, kinds: Sequence[Table]) -> Mapping[str, str]:
    """The headers that the user named, by the columns of some kinds of table."""
    names = column_names(kinds)
    return {names[letters(name)]: header for name, header in choices.columns.items() if letters(name) in names}


def _unclear(signs: _Signs, kinds: Sequence[str]) -> Batch:
    """The question which kind a sheet is of."""
    readings = " or ".join(
        families()[kind].label + (f" (without {', '.join(lacking)})" if (lacking := signs.lacking.get(kind)) else "")
        for kind in kinds
    )
    options = " or ".join(f"--kind {kind}" for kind in kinds)
    message = f"The sheet {quoted(signs.sheet)} can be {readings}, by its headers. Say which: {options}."
    return on_file("kind-unclear", message, sheet=signs.sheet)
