"""Which row of a sheet holds the headers, and which kinds of table they match."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gcbulk.records import Book, RawSheet
from gcbulk.tables.choices import Choices
from gcbulk.tables.headers import HeaderWords, Heading, header_text, normalise, read_headings
from gcbulk.tables.issues import Batch, listed, on_file, printable
from gcbulk.tables.spec import Column, Family, Table
from gcbulk.tables.vocabulary import words

_ID = re.compile(r"[!-~]{1,100}")
WORKBOOKS = ("xlsx", "xlsm", "frames")
_NEVER_DATA = words("starthere playersubmissions submissions")
_OURS = re.compile("gcbulk(report|submit|scores|check|review|plan)[0-9]*")


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """A sheet with the row that looks most like headers.

    Args:
        sheet: the sheet.
        header_index: the row's position in the frame of cells, from 0; -1 for a header kept apart.
        headings: what its cells mean.
    """

    sheet: RawSheet
    header_index: int
    headings: tuple[Heading, ...]

    @property
    def known(self) -> frozenset[str]:
        """The columns that are there, in whatever language."""
        return frozenset(heading.column for heading in self.headings if heading.column)

    @property
    def texts(self) -> list[str]:
        """The headers, each cell's once."""
        return list({heading.position: heading.text for heading in self.headings}.values())


def matches_of(book: Book, choices: Choices, family: Family) -> list[HeaderMatch]:
    """What a kind of file sees in the sheets that are looked at.

    Args:
        book: the file.
        choices: what the user chose, by gcbulk's own names; a sheet that is named in them is looked at.
        family: the kind of file.
    """
    names = {column.name for column in family.columns}
    chosen = {name: header for name, header in choices.columns.items() if name in names}
    sheets = [sheet for sheet in book.sheets if _is_looked_at(sheet, book, choices, family)]
    return [match for sheet in sheets if (match := match_headers(sheet, family, chosen))]


def _is_looked_at(sheet: RawSheet, book: Book, choices: Choices, family: Family) -> bool:
    """Whether a sheet is named by the user, may hold data, or is called as one of the kind is."""
    if sheet.name in choices.sheets.values() or is_data(sheet, book):
        return True
    return not sheet.hidden and any(normalise(sheet.name) in table.sheet_names for table in family.tables)


def match_headers(sheet: RawSheet, family: Family, chosen: Mapping[str, str]) -> HeaderMatch | None:
    """The row of a sheet that has the most headers of a kind of file.

    Args:
        sheet: the sheet.
        family: the kind of file.
        chosen: column -> header, as the user chose it.

    Returns:
        The first row with the most different columns, or None where no row has two; of a table that stands alone one
        is enough, and those that tell it apart count twice.
    """
    signature = family.tables[0].signature if family.sole_sheet else frozenset()
    text_of = id_text if family.sole_sheet else header_text
    known = HeaderWords(family.columns)
    best, best_count = None, 0 if family.sole_sheet else 1
    for header_index, values in sheet.top():
        texts = sum(1 for value in values if text_of(value))
        if not chosen and texts + min(texts, len(signature)) <= best_count:
            continue  # not even if each of them were a header; below the headers that is nearly every row
        match = HeaderMatch(sheet, header_index, read_headings(values, chosen, known, text_of=text_of))
        count = len(match.known) + len(match.known & signature)
        if count > best_count:
            best, best_count = match, count
    return best


def id_text(value: object) -> str:
    """The text of a header cell that may be an id: of a text, or of a whole number."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return str(value) if type(value) is int else header_text(value)


def fits(table: Table, known: frozenset[str]) -> bool:
    """Whether a sheet's headers alone say that it is of a kind.

    Args:
        table: the kind of table.
        known: the columns whose headers the sheet has.

    Returns:
        True when it has a telling column, none that tells against it, and enough of those that are required.
    """
    enough = count_required(table, known) >= table.min_required
    return bool(known & table.signature) and not known & table.excluded_by and enough


def count_required(table: Table, known: frozenset[str]) -> int:
    """How many of the columns that a kind of table has to have are there.

    Args:
        table: the kind of table.
        known: the columns whose headers the sheet has.
    """
    return sum(_is_there(table, column, known) for column in table.columns if column.required)


def missing_titles(table: Table, known: frozenset[str]) -> list[str]:
    """What the columns are called that a kind of table has to have and that are not there.

    Args:
        table: the kind of table.
        known: the columns whose headers the sheet has.
    """
    return [column.title for column in table.columns if column.required and not _is_there(table, column, known)]


def _is_there(table: Table, column: Column, known: frozenset[str]) -> bool:
    """Whether a sheet has a column, or the one that may stand in its place."""
    return column.name in known or table.alternative(column.name) in known


def possible_keys(table: Table, match: HeaderMatch) -> list[Heading]:
    """The headings of a row that can be keys: the columns of a matrix.

    A word for something else is none, as a column Score beside players would be sent as progress.

    Args:
        table: the kind of table.
        match: the row.
    """
    excluded = table.matrix.excluded if table.matrix else frozenset()
    return [
        heading
        for heading in match.headings
        if heading.column is None and _ID.fullmatch(heading.text) and normalise(heading.text) not in excluded
    ]


def _has_all(table: Table, match: HeaderMatch) -> bool:
    """Whether a row has each header that a kind of table needs."""
    return count_required(table, match.known) == sum(column.required for column in table.columns)


def is_complete(table: Table, match: HeaderMatch) -> bool:
    """Whether the headers of a row are all that a table which stands alone needs; a matrix counts.

    Args:
        table: the kind of table.
        match: the row.
    """
    if _has_all(table, match):
        return True
    matrix = table.matrix
    if matrix is None or match.known & {matrix.key, matrix.value}:
        return False
    row_key = next((heading for heading in match.headings if heading.column == matrix.row_key), None)
    is_other = any(normalise(heading.text) in matrix.signature_of_others for heading in match.headings)
    return row_key is not None and not row_key.weak and not is_other and bool(possible_keys(table, match))


def is_of_others(sheet: RawSheet, match: HeaderMatch | None, family: Family, families: Iterable[Family]) -> bool:
    """Whether a sheet has all headers of another kind of file that is one table alone, and not those of this one.

    Args:
        sheet: the sheet.
        match: what this kind sees there, if anything.
        family: this kind.
        families: every kind of file.
    """
    if match is not None and says_kind(family, match):
        return False
    others = [other for other in families if other.sole_sheet and other is not family]
    return any((row := match_headers(sheet, other, {})) and says_kind(other, row) for other in others)


def says_kind(family: Family, match: HeaderMatch) -> bool:
    """Whether the headers of a row alone say that the sheet is of a kind of file.

    Args:
        family: the kind of file.
        match: the row.
    """
    if family.sole_sheet:
        return is_complete(family.tables[0], match)
    return any(fits(table, match.known) for table in family.tables)


def is_data(sheet: RawSheet, book: Book) -> bool:
    """Whether a sheet is looked at without being named: neither hidden nor one that never holds data.

    Args:
        sheet: the sheet.
        book: the file. A text file's one sheet is called as the file is, which says nothing against it.
    """
    return not sheet.hidden and (book.format not in WORKBOOKS or not _is_never_data(normalise(sheet.name)))


def _is_never_data(name: str) -> bool:
    """Whether a sheet of this name is gcbulk's own, or one of other kinds of rows."""
    return name in _NEVER_DATA or _OURS.fullmatch(name) is not None


def needed(table: Table) -> str:
    """The headers that a kind of table needs, in words.

    Args:
        table: the kind of table.
    """
    return ", ".join(title_with_alternative(table, column) for column in table.columns if column.required)


def title_with_alternative(table: Table, column: Column) -> str:
    """What a column is called, with the one that may stand in its place.

    Args:
        table: the kind of table.
        column: one of its columns, or of those that it embeds.
    """
    other = table.alternative(column.name)
    return f"{column.title} (or {table.column(other).title})" if other else column.title


def two_sheets(table: Table, names: Sequence[str]) -> Batch:
    """The problem that several sheets fit.

    Args:
        table: what they look like.
        names: the sheets.
    """
    message = (
        f"{listed(names)} all look like {table.plural}. Say which one to read: "
        f'--sheet {table.name}="{printable(names[0])}".'
    )
    if table.language:
        message += f" Or put their rows on one sheet, with a column {table.column(table.language).title}."
    return on_file("sheet-ambiguous", message)


def not_read(table: Table, sheet: RawSheet) -> Batch:
    """The remark that another sheet would fit as well.

    Args:
        table: what it looks like.
        sheet: the sheet.
    """
    name = printable(sheet.name)
    message = (
        f'The {"hidden sheet" if sheet.hidden else "sheet"} "{name}" looks like {table.plural} too, but was not read. '
        f'To read it{"" if sheet.hidden else " instead"}: --sheet {table.name}="{name}".'
    )
    return on_file("sheet-not-read", message, sheet=sheet.name)


def hidden_sheets(book: Book, family: Family, read: Container[str]) -> Iterator[Batch]:
    """The remarks that hidden sheets would fit as well.

    Args:
        book: the file.
        family: the kind of file.
        read: the sheets that were read.
    """
    for sheet in book.sheets:
        match = match_headers(sheet, family, {}) if sheet.hidden and sheet.name not in read else None
        table = match and _table_that_fits(family, match)
        if table:
            yield not_read(table, sheet)


def _table_that_fits(family: Family, match: HeaderMatch) -> Table | None:
    """The first table of a kind of file whose headers a row has."""
    if family.sole_sheet:
        return family.tables[0] if _has_all(family.tables[0], match) else None
    return next((table for table in family.tables if fits(table, match.known)), None)
