"""Which row of a sheet holds the headers, and which kinds of table they fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcbulk.records import Book, RawSheet
from gcbulk.sheets.columns import KINDS, NOT_AN_ID, SCORES, SUBMISSION_KINDS, SUBMISSIONS, Kind, is_not_data
from gcbulk.sheets.headers import Heading, header_text, normalise, read_headings

_ID = re.compile(r"[!-~]{1,100}")
_NOT_BY_SCORE = frozenset(alias for column in SCORES.columns[1:4] for alias in column.aliases) - frozenset(
    alias for column in SUBMISSIONS.columns for alias in column.aliases
)
WORKBOOKS = ("xlsx", "xlsm", "frames")


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

    @property
    def texts(self) -> list[str]:
        """The headers, each cell's once."""
        return list({heading.position: heading.text for heading in self.headings}.values())


def find_headers(sheet: RawSheet, chosen: Mapping[str, str]) -> Found | None:
    """The row of a sheet that has the most headers of achievements and localizations.

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


def find_player_headers(sheet: RawSheet, kind: Kind, chosen: Mapping[str, str]) -> Found | None:
    """The row of a sheet that has the most headers of players' progress, or of scores.

    Args:
        sheet: the sheet.
        kind: which of the two.
        chosen: column -> header, as the user settled it.

    Returns:
        The first row with the most different columns, or None where none has any.
    """
    best, best_count = None, 0
    for place, values in sheet.top():
        found = Found(sheet, place, read_headings(values, chosen, kind.columns, text_of=id_text))
        count = len(found.known) + len(found.known & kind.telling)
        if count > best_count:
            best, best_count = found, count
    return best


def id_text(value: object) -> str:
    """The text of a header cell that may be an id: of a text, or of a whole number."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return str(value) if type(value) is int else header_text(value)


def fits(kind: Kind, known: frozenset[str]) -> bool:
    """Whether a sheet's headers alone say that it is of a kind.

    Args:
        kind: the kind of table.
        known: the columns whose headers the sheet has.

    Returns:
        True when it has a telling column, none that tells against it, and enough of those that are required.
    """
    return bool(known & kind.telling) and not known & kind.not_telling and count_required(kind, known) >= kind.enough


def count_required(kind: Kind, known: frozenset[str]) -> int:
    """How many of the columns that a kind of table has to have are there.

    Args:
        kind: the kind of table.
        known: the columns whose headers the sheet has.
    """
    return sum(column.name in known or column.instead in known for column in kind.columns if column.required)


def missing_titles(kind: Kind, known: frozenset[str]) -> list[str]:
    """What the columns are called that a kind of table has to have and that are not there.

    Args:
        kind: the kind of table.
        known: the columns whose headers the sheet has.
    """
    return [
        column.title
        for column in kind.columns
        if column.required and column.name not in known and column.instead not in known
    ]


def may_be_ids(found: Found, columns: Sequence[Heading] | None = None) -> list[Heading]:
    """The headings of a row of players that can be ids of achievements: the columns of a matrix.

    A word for something else is none, as a column Score beside the players would be sent as progress.

    Args:
        found: the row.
        columns: the headings to look through; all of them where left out.
    """
    headings = found.headings if columns is None else columns
    return [
        heading
        for heading in headings
        if heading.column is None
        and _ID.fullmatch(heading.text)
        and normalise(heading.text) not in NOT_AN_ID | _NOT_BY_SCORE
    ]


def has_all(kind: Kind, found: Found) -> bool:
    """Whether a row has each header that a kind of table needs.

    Args:
        kind: the kind of table.
        found: the row.
    """
    return count_required(kind, found.known) == sum(column.required for column in kind.columns)


def is_complete(kind: Kind, found: Found) -> bool:
    """Whether the headers of a row are all that players' progress, or scores, need; a matrix of progress counts.

    Args:
        kind: which of the two.
        found: the row.
    """
    if has_all(kind, found):
        return True
    is_matrix = kind is SUBMISSIONS and not found.known & {"vendor_identifier", "percentage_achieved"}
    player = next((one for one in found.headings if one.column == "scoped_player_id"), None)
    by_score = any(normalise(heading.text) in _NOT_BY_SCORE for heading in found.headings)
    return is_matrix and player is not None and not player.weak and not by_score and bool(may_be_ids(found))


def player_kinds(sheet: RawSheet) -> list[Kind]:
    """Of progress and scores those that a sheet's headers say it is.

    Args:
        sheet: the sheet.
    """
    rows = {kind.name: find_player_headers(sheet, kind, {}) for kind in SUBMISSION_KINDS.values()}
    return [kind for kind in SUBMISSION_KINDS.values() if (row := rows[kind.name]) and is_complete(kind, row)]


def is_of_players(sheet: RawSheet) -> bool:
    """Whether a sheet's headers say that it is about players, and not that it holds achievements.

    Args:
        sheet: the sheet.
    """
    found = find_headers(sheet, {})
    is_other = found is not None and any(fits(kind, found.known) for kind in KINDS.values())
    return not is_other and bool(player_kinds(sheet))


def is_data(sheet: RawSheet, book: Book) -> bool:
    """Whether a sheet is looked at without being named: neither hidden nor one that never holds data.

    Args:
        sheet: the sheet.
        book: the file. A text file's one sheet is called as the file is, which says nothing against it.
    """
    return not sheet.hidden and (book.format not in WORKBOOKS or not is_not_data(normalise(sheet.name)))
