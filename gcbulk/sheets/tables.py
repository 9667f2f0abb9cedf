"""Where the tables of a file are: which sheet, which row holds the headers, which column means what.

Nothing is guessed: where two things fit equally, the problem names both and the option that settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gcbulk.kinds import SUBMISSION_TABLES
from gcbulk.kinds.achievements import ACHIEVEMENTS, COLUMNS, FAMILY, KINDS, LOCALIZATIONS
from gcbulk.records import Book, RawSheet
from gcbulk.sheets.layout import table_of
from gcbulk.sheets.which_kind import is_of_players
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import STOPS, Choices, follow_options
from gcbulk.tables.headers import Heading, normalise, read_headings
from gcbulk.tables.issues import Batch, listed, on_file, printable
from gcbulk.tables.matching import HeaderMatch, fits, is_data, match_headers, needed, not_read, two_sheets
from gcbulk.tables.spec import Table


def find_tables(book: Book, choices: Choices) -> tuple[tuple[Layout, ...], list[Batch]]:
    """The tables of a file, and every problem with finding them.

    Args:
        book: the file.
        choices: what the user settled.

    Returns:
        At most one table of each kind, and the problems. Options that cannot be followed are the only problems then,
        and there is no table: whatever else could be said would only follow from them.
    """
    choices, problems = follow_options(book, choices, tuple(KINDS.values()))
    if problems:
        return (), problems
    found = [
        one
        for sheet in book.sheets
        if _is_read(sheet, book, choices) and (one := match_headers(sheet, FAMILY, choices.columns))
    ]
    sheets: dict[str, HeaderMatch] = {}
    for kind in KINDS.values():
        sheet, complaints = _sheet_of(kind, found, choices)
        problems.extend(complaints)
        if sheet:
            sheets[kind.name] = sheet
    tables: list[Layout] = []
    for name, one in sheets.items():
        alone = len(sheets) == 1
        table, complaints = table_of(KINDS[name], one.sheet, one.place, one.headings, choices.locale, alone=alone)
        tables.append(table)
        problems.extend(complaints)
    if not tables and not problems:
        problems.append(_no_table(book, found))
    problems.extend(_unused_choices(tables, found, choices))
    stops = [problem for problem in problems if problem.code in STOPS]
    if stops:
        return (), stops
    return tuple(tables), [*problems, *_hidden(book, tables)]


def _is_read(sheet: RawSheet, book: Book, choices: Choices) -> bool:
    """Whether a sheet is looked at: named by the user, or one that may hold data."""
    return sheet.name in choices.sheets.values() or is_data(sheet, book)


def _sheet_of(kind: Table, found: Sequence[HeaderMatch], choices: Choices) -> tuple[HeaderMatch | None, list[Batch]]:
    """The sheet of a kind: the one the user named, else the one of that name, else the one with its headers."""
    if kind.name in choices.sheets:
        return _named_sheet(kind, found, choices.sheets[kind.name])
    others = [one for one in found if one.sheet.name not in choices.sheets.values()]
    by_name = [one for one in others if _kind_by_name(one) is kind and not is_of_players(one.sheet)]
    by_headers = [one for one in others if _kind_by_name(one) in (None, kind) and fits(kind, one.known)]
    candidates = by_name or by_headers
    if len(candidates) > 1:
        return None, [two_sheets(kind, [one.sheet.name for one in candidates])]
    unread = [one for one in by_headers if one not in candidates]
    return (candidates[0] if candidates else None), [not_read(kind, one.sheet) for one in unread]


def _hidden(book: Book, tables: Sequence[Layout]) -> Iterator[Batch]:
    """Hidden sheets that would fit too."""
    read = {table.sheet for table in tables}
    for sheet in book.sheets if tables else ():
        found = match_headers(sheet, FAMILY, {}) if sheet.hidden and sheet.name not in read else None
        kind = next((kind for kind in KINDS.values() if found and fits(kind, found.known)), None)
        if kind:
            yield not_read(kind, sheet)


def _kind_by_name(found: HeaderMatch) -> Table | None:
    """The kind that a sheet's name says it is of, or None where the name says nothing."""
    name = normalise(found.sheet.name)
    return next((kind for kind in KINDS.values() if name in kind.sheet_names), None)


def _named_sheet(kind: Table, found: Sequence[HeaderMatch], name: str) -> tuple[HeaderMatch | None, list[Batch]]:
    """The sheet that the user named."""
    named = next((one for one in found if one.sheet.name == name), None)
    other = next((one for one in KINDS.values() if named and one is not kind and fits(one, named.known)), None)
    if named and (other is None or named.known & kind.signature):
        return named, []
    if other:
        message = (
            f'--sheet {kind.name}="{printable(name)}": the sheet has the headers of {other.name}, and not those of '
            f"{kind.name}, which need {needed(kind)}. Name another sheet, or leave the option out."
        )
        return None, [on_file("header-missing", message)]
    message = (
        f'No row of the sheet "{printable(name)}" has the headers of {kind.name}. Needed are: {needed(kind)}. '
        'Name the columns so, or say which column is which, for example --column points="Pts".'
    )
    return None, [on_file("header-missing", message)]


def _no_table(book: Book, found: Sequence[HeaderMatch]) -> Batch:
    """The problem that no sheet fits, with what was seen in each."""
    seen = []
    for sheet in book.sheets:
        if not is_data(sheet, book):
            seen.append(f'"{printable(sheet.name)}" is {"hidden" if sheet.hidden else "never read"}')
            continue
        headings = next((one.headings for one in found if one.sheet is sheet), None)
        seen.append(f'"{printable(sheet.name)}" {_seen(sheet, headings)}')
    players = [sheet.name for sheet in book.sheets if not sheet.hidden and is_of_players(sheet)]
    if players:
        return on_file("no-table", _of_players(players))
    message = (
        f"No sheet holds achievements or localizations: {'; '.join(seen) or 'the file has no sheet'}. "
        f"Achievements need the headers {needed(ACHIEVEMENTS)}; localizations {needed(LOCALIZATIONS)}. "
        'Name the columns so, or say which is which: --sheet achievements="Sheet1" --column points="Pts". '
        f"{what_players_need()}"
    )
    return on_file("no-table", message)


def _of_players(names: Sequence[str]) -> str:
    """What to say of a file of progress or scores where achievements are wanted."""
    return (
        f"No sheet holds achievements or localizations: {listed(names)} looks like players' progress or scores. Those "
        "are checked with --kind submissions or --kind scores and sent with gcbulk submit; in Python, with "
        f"check_submissions and submit. Achievements need the headers {needed(ACHIEVEMENTS)}; localizations "
        f"{needed(LOCALIZATIONS)}."
    )


def what_players_need() -> str:
    """The headers that players' progress and scores need, as a sentence."""
    progress, scores = (needed(kind) for kind in SUBMISSION_TABLES.values())
    return f"Players' progress (--kind submissions) needs {progress}; scores (--kind scores) need {scores}."


def _seen(sheet: RawSheet, headings: Sequence[Heading] | None) -> str:
    """What a sheet has instead of headers that fit."""
    if headings is None:
        rows = sheet.top()
        headings = next((row for _, values in rows if (row := read_headings(values, {}, FAMILY.columns))), ())
    return f"has {listed([heading.text for heading in headings])}" if headings else "is empty"


def _unused_choices(tables: Sequence[Layout], found: Sequence[HeaderMatch], choices: Choices) -> Iterator[Batch]:
    """Problems with headers that the user named and that are in no table."""
    read = {table.sheet for table in tables}
    headings = [heading for one in found if one.sheet.name in read for heading in one.headings]
    present = {(heading.column, normalise(heading.text)) for heading in headings}
    for column in sorted(choices.columns.keys() & COLUMNS.keys()) if tables else ():
        header = choices.columns[column]
        if (column, normalise(header)) not in present:
            message = (
                f'--column {column}="{printable(header)}": there is no such header. '
                f"There are {listed([text for one in found if one.sheet.name in read for text in one.texts])}."
            )
            yield on_file("column-not-found", message)
