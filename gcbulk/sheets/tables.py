"""Where the tables of a file are: which sheet, which row holds the headers, which column means what.

What comes in: a book and the user's choices. What goes out: the tables that will be read, and the problems with
finding them. Nothing is guessed: where two things fit equally, the problem names both and the option that settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gcbulk.records import Book, RawSheet
from gcbulk.sheets.checked import Choices, Table
from gcbulk.sheets.columns import ACHIEVEMENTS, COLUMNS, KINDS, LOCALIZATIONS, Kind, is_not_data
from gcbulk.sheets.headers import Heading, normalise, read_headings
from gcbulk.sheets.issues import Batch, listed, on_file, printable
from gcbulk.sheets.layout import table_of


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet with the row that looks most like headers.

    Args:
        sheet: the sheet.
        place: the row's place in the frame of cells, from 0; -1 for a header kept apart.
        headings: what its cells mean.
    """

    sheet: RawSheet
    place: int
    headings: tuple[Heading, ...]

    @property
    def known(self) -> frozenset[str]:
        """The columns that are there, in whatever language."""
        return frozenset(heading.column for heading in self.headings if heading.column)


def find_tables(book: Book, choices: Choices) -> tuple[tuple[Table, ...], list[Batch]]:
    """The tables of a file, and every problem with finding them.

    Args:
        book: the file.
        choices: what the user settled.

    Returns:
        At most one table of each kind, and the problems.
    """
    problems = list(_unknown_options(book, choices))
    names = {sheet.name for sheet in book.sheets}
    choices = Choices({kind: name for kind, name in choices.sheets.items() if name in names}, choices.columns)
    usable = [sheet for sheet in book.sheets if _may_hold_data(sheet, choices)]
    found = [one for sheet in usable if (one := find_headers(sheet, choices.columns))]
    tables: list[Table] = []
    for kind in KINDS.values():
        sheet, complaints = _sheet_of(kind, found, choices)
        problems.extend(complaints)
        if sheet:
            table, complaints = table_of(kind, sheet.sheet, sheet.place, sheet.headings)
            tables.append(table)
            problems.extend(complaints)
    if not tables and not problems:
        problems.append(_no_table(book, found))
    problems.extend(_unused_choices(tables, found, choices))
    return tuple(tables), problems


def find_headers(sheet: RawSheet, chosen: Mapping[str, str]) -> Found | None:
    """The row of a sheet that has the most known headers.

    Args:
        sheet: the sheet.
        chosen: column -> header, as the user settled it.

    Returns:
        The first row with the most different columns, or None where no row has two.
    """
    best, best_count = None, 1
    for place, values in sheet.top():
        found = Found(sheet, place, read_headings(values, chosen))
        if len(found.known) > best_count:
            best, best_count = found, len(found.known)
    return best


def _may_hold_data(sheet: RawSheet, choices: Choices) -> bool:
    """Whether a sheet is looked at: named by the user, or neither hidden nor one of the sheets that are never data."""
    named = sheet.name in choices.sheets.values()
    return named or not (sheet.hidden or is_not_data(normalise(sheet.name)))


def _sheet_of(kind: Kind, found: Sequence[Found], choices: Choices) -> tuple[Found | None, list[Batch]]:
    """The sheet of a kind: the one the user named, else the one of that name, else the one with its headers."""
    if kind.name in choices.sheets:
        return _named_sheet(kind, found, choices.sheets[kind.name])
    others = [one for one in found if one.sheet.name not in choices.sheets.values()]
    by_name = [one for one in others if _kind_by_name(one) is kind]
    by_headers = [one for one in others if _kind_by_name(one) in (None, kind) and fits(kind, one.known)]
    candidates = by_name or by_headers
    if len(candidates) > 1:
        return None, [two_sheets(kind, [one.sheet.name for one in candidates])]
    unread = [one for one in by_headers if one not in candidates]
    return (candidates[0] if candidates else None), [not_read(kind, one.sheet.name) for one in unread]


def _kind_by_name(found: Found) -> Kind | None:
    """The kind that a sheet's name says it is of, or None where the name says nothing."""
    name = normalise(found.sheet.name)
    return next((kind for kind in KINDS.values() if name in kind.sheet_names), None)


def fits(kind: Kind, known: frozenset[str]) -> bool:
    """Whether a sheet's headers alone say that it is of a kind.

    Args:
        kind: the kind of table.
        known: the columns whose headers the sheet has.

    Returns:
        True when it has a telling column, none that tells against it, and enough of those that are required.
    """
    required = sum(column.name in known or column.instead in known for column in kind.columns if column.required)
    return bool(known & kind.telling) and not known & kind.not_telling and required >= kind.enough


def _named_sheet(kind: Kind, found: Sequence[Found], name: str) -> tuple[Found | None, list[Batch]]:
    """The sheet that the user named."""
    named = next((one for one in found if one.sheet.name == name), None)
    if named:
        return named, []
    message = (
        f'No row of the sheet "{printable(name)}" has the headers of {kind.name}. Needed are: {_needed(kind)}. '
        'Name the columns so, or say which column is which, for example --column points="Pts".'
    )
    return None, [on_file("header-missing", message)]


def two_sheets(kind: Kind, names: Sequence[str]) -> Batch:
    """The problem that several sheets fit.

    Args:
        kind: what they look like.
        names: the sheets.
    """
    message = (
        f"{listed(names)} all look like {kind.name}. Say which one to read: "
        f'--sheet {kind.name}="{printable(names[0])}".'
    )
    return on_file("sheet-ambiguous", message)


def not_read(kind: Kind, name: str) -> Batch:
    """The remark that another sheet would fit as well.

    Args:
        kind: what it looks like.
        name: the sheet.
    """
    message = (
        f'The sheet "{printable(name)}" looks like {kind.name} too, but was not read. '
        f'To read it instead: --sheet {kind.name}="{printable(name)}".'
    )
    return on_file("sheet-not-read", message, sheet=name)


def _no_table(book: Book, found: Sequence[Found]) -> Batch:
    """The problem that no sheet fits, with what was seen in each."""
    seen = []
    for sheet in book.sheets:
        if sheet.hidden or is_not_data(normalise(sheet.name)):
            seen.append(f'"{printable(sheet.name)}" is {"hidden" if sheet.hidden else "never read"}')
            continue
        headings = next((one.headings for one in found if one.sheet is sheet), None)
        seen.append(f'"{printable(sheet.name)}" {_seen(sheet, headings)}')
    message = (
        f"No sheet holds achievements or localizations: {'; '.join(seen) or 'the file has no sheet'}. "
        f"Achievements need the headers {_needed(ACHIEVEMENTS)}; localizations {_needed(LOCALIZATIONS)}. "
        'Name the columns so, or say which is which: --sheet achievements="Sheet1" --column points="Pts".'
    )
    return on_file("no-table", message)


def _seen(sheet: RawSheet, headings: Sequence[Heading] | None) -> str:
    """What a sheet has instead of headers that fit."""
    if headings is None:
        rows = sheet.top()
        headings = next((row for _, values in rows if (row := read_headings(values, {}))), ())
    return f"has {listed([heading.text for heading in headings])}" if headings else "is empty"


def _unknown_options(book: Book, choices: Choices) -> Iterator[Batch]:
    """Problems with the options themselves."""
    names = [sheet.name for sheet in book.sheets]
    for kind, name in choices.sheets.items():
        if kind not in KINDS:
            yield on_file("option-unknown", f"--sheet {printable(kind)}=...: use one of {', '.join(KINDS)}.")
        elif name not in names:
            message = f'--sheet {kind}="{printable(name)}": the file has no such sheet. It has {listed(names)}.'
            yield on_file("sheet-not-found", message)
    for column in choices.columns:
        if column not in COLUMNS:
            yield on_file("option-unknown", f"--column {printable(column)}=...: use one of {', '.join(COLUMNS)}.")


def _unused_choices(tables: Sequence[Table], found: Sequence[Found], choices: Choices) -> Iterator[Batch]:
    """Problems with headers that the user named and that are in no table."""
    read = {table.sheet for table in tables}
    headings = [heading for one in found if one.sheet.name in read for heading in one.headings]
    present = {(heading.column, normalise(heading.text)) for heading in headings}
    for column in sorted(choices.columns.keys() & COLUMNS.keys()) if tables else ():
        header = choices.columns[column]
        if (column, normalise(header)) not in present:
            message = (
                f'--column {column}="{printable(header)}": there is no such header. '
                f"There are {listed([heading.text for heading in headings])}."
            )
            yield on_file("column-not-found", message)


def _needed(kind: Kind) -> str:
    """The headers that a kind of table needs, in words."""
    titles = {column.name: column.title for column in kind.columns}
    return ", ".join(
        f"{column.title} (or {titles[column.instead]})" if column.instead else column.title
        for column in kind.columns
        if column.required
    )
