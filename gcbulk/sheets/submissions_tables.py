"""Where submissions stand in a file: which sheet, which row holds the headers, which column means what.

What comes in: a book, the user's choices, and the kind of table. What goes out: the `Layout` that is read, and the
problems with finding it. Progress may stand in a column, or as a matrix: a row for each player, and a column for each
achievement with its id as the header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets.cells import SPACE, filled_positions, having
from gcbulk.sheets.checked import Choices, Table
from gcbulk.sheets.choices import STOPS, follow_options
from gcbulk.sheets.coercion import as_numbers
from gcbulk.sheets.columns import ACHIEVEMENTS, KINDS, SUBMISSION_KINDS, SUBMISSIONS, Kind
from gcbulk.sheets.finding import (
    Found,
    find_headers,
    find_player_headers,
    fits,
    has_all,
    is_complete,
    is_data,
    may_be_ids,
    player_kinds,
)
from gcbulk.sheets.headers import Heading, column_letter, normalise
from gcbulk.sheets.issues import Batch, listed, on_file, printable, quoted
from gcbulk.sheets.submissions_cells import Distinct, distinct
from gcbulk.sheets.tables import needed, not_read, two_sheets

_LISTED = 20  # names in a message


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of submissions.

    Args:
        table: where it stands.
        sheet: the sheet.
        matrix: header's place in the frame of cells, from 0 -> the achievement of that column; empty where the table
            has a column for the achievement.
        contents: the contents of the columns of the matrix, by the same places.
    """

    table: Table
    sheet: RawSheet
    matrix: Mapping[int, str] = field(default_factory=dict)
    contents: Mapping[int, Distinct] = field(default_factory=dict)

    @property
    def below(self) -> pd.DataFrame:
        """The cells below the headers."""
        return self.sheet.cells.iloc[self.table.place + 1 :]

    def noted(self, notes: Mapping[int, npt.NDArray[Json]], position: int) -> npt.NDArray[Json] | None:
        """What a workbook notes of the cells of one column below the headers, None where it notes nothing.

        Args:
            notes: one of the mappings of `records.CellNotes`.
            position: the column's place in the frame of cells, from 0.
        """
        whole = notes.get(int(self.sheet.cells.columns[position]))
        return None if whole is None else whole[self.table.place + 1 :]

    @property
    def rows(self) -> np.ndarray:
        """The spreadsheet's row numbers of these."""
        return np.asarray(self.sheet.cells.index[self.table.place + 1 :].to_numpy(dtype=np.int64))


def find_layout(book: Book, choices: Choices, kind: Kind) -> tuple[Layout | None, list[Batch]]:
    """The table of one kind in a file, and every problem with finding it.

    Args:
        book: the file.
        choices: what the user settled.
        kind: the kind of table.

    Returns:
        The table, or None where there is none or more than one; and the problems.
    """
    choices, problems = follow_options(book, choices, (kind,))
    if problems:
        return None, problems
    named = choices.sheets.get(kind.name)
    usable = [sheet for sheet in book.sheets if _is_read(sheet, book, named, kind)]
    found = [one for sheet in usable if (one := find_player_headers(sheet, kind, choices.columns))]
    candidates, remarks = _candidates(found, kind, named)
    problems.extend(remarks)
    if len(candidates) > 1:
        problems.append(two_sheets(kind, [one.sheet.name for one in candidates]))
    elif not candidates and not problems:
        problems.append(_no_table(book, kind, named))
    if len(candidates) != 1:
        return None, problems
    layout, complaints = _layout(candidates[0], kind, choices)
    stops = [problem for problem in complaints if problem.code in STOPS]
    if stops:
        return None, stops
    return layout, [*problems, *complaints, *_hidden(book, layout, kind)]


def _is_read(sheet: RawSheet, book: Book, named: str | None, kind: Kind) -> bool:
    """Whether a sheet is looked at: the one that the user named, else what is not hidden and may hold submissions."""
    if named is not None:
        return sheet.name == named
    return is_data(sheet, book) or (not sheet.hidden and normalise(sheet.name) in kind.sheet_names)


def _hidden(book: Book, layout: Layout | None, kind: Kind) -> Iterator[Batch]:
    """Hidden sheets that would fit too."""
    if layout is None:
        return
    for sheet in book.sheets:
        found = find_player_headers(sheet, kind, {}) if sheet.hidden and sheet.name != layout.table.sheet else None
        if found and has_all(kind, found):
            yield not_read(kind, sheet)


def _candidates(found: Sequence[Found], kind: Kind, named: str | None) -> tuple[Sequence[Found], list[Batch]]:
    """The sheets that may be the one: the one the user named, else by name, else by headers."""
    if named is not None:
        return found, []
    by_name = [one for one in found if normalise(one.sheet.name) in kind.sheet_names]
    told = [one for one in found if kind.telling & one.known and not _is_of_others(kind, one)]
    by_headers = told or ([] if len(found) > 1 else list(found))
    candidates = by_name or by_headers
    return candidates, [
        not_read(kind, one.sheet) for one in by_headers if len(candidates) == 1 and one not in candidates
    ]


def _is_of_others(kind: Kind, found: Found) -> bool:
    """Whether a sheet has all headers of the other kind and not those of this one."""
    return not is_complete(kind, found) and any(other is not kind for other in player_kinds(found.sheet))


def _layout(found: Found, kind: Kind, choices: Choices) -> tuple[Layout | None, list[Batch]]:
    """The table as its headers describe it, and every problem with them."""
    by_column: dict[str, list[Heading]] = {}
    for heading in found.headings:
        if heading.column:
            by_column.setdefault(heading.column, []).append(heading)
    table = Table(
        kind.name,
        found.sheet.name,
        found.sheet.row_number(found.place),
        found.place,
        {name: headings[0].text for name, headings in by_column.items()},
        positions={(name, None): headings[0].position for name, headings in by_column.items()},
    )
    layout = _as_matrix(Layout(table, found.sheet), found, by_column)
    problems = [
        *_ambiguous(kind, table, by_column),
        *_same_achievement(layout),
        *(_of_another_kind(kind, found) or _missing(kind, layout, found)),
        *_unused_choices(kind, choices, found),
    ]
    if problems:
        return None, problems
    return layout, [*_unused(kind, layout, found), *_read_as_matrix(layout)]


def _as_matrix(layout: Layout, found: Found, by_column: Mapping[str, Sequence[Heading]]) -> Layout:
    """The layout with the columns of achievements, where it has players and neither achievements nor percentages."""
    wants = layout.table.kind == SUBMISSIONS.name and "scoped_player_id" in by_column
    if not wants or "vendor_identifier" in by_column or "percentage_achieved" in by_column:
        return layout
    headings = may_be_ids(found)
    contents = {one.position: distinct(layout.below.iloc[:, one.position]) for one in headings}
    matrix = {one.position: one.text for one in headings if _holds_percentages(contents[one.position])}
    return Layout(layout.table, layout.sheet, matrix, {position: contents[position] for position in matrix})


def _holds_percentages(column: Distinct) -> bool:
    """Whether at least one cell of a column holds a number or a percentage."""
    numbers = ~np.isnan(as_numbers(column.cells))
    return bool(numbers.any() or having(column.cells.text, rf"^[0-9][0-9.]*{SPACE}*[%％]$").any())


def _ambiguous(kind: Kind, table: Table, by_column: Mapping[str, Sequence[Heading]]) -> Iterator[Batch]:
    """Two headers of the same meaning."""
    for column in kind.columns:
        headings = by_column.get(column.name, ())
        if len(headings) > 1:
            names = listed([heading.text for heading in headings])
            message = (
                f"The columns {names} of the sheet {quoted(table.sheet)} all mean {column.title}. Say which one "
                f'counts: --column {column.name}="{printable(headings[0].text)}".'
            )
            yield on_file("column-ambiguous", message, sheet=table.sheet, column=headings[0].text)


def _same_achievement(layout: Layout) -> Iterator[Batch]:
    """Two columns of a matrix for the same achievement."""
    texts = list(layout.matrix.values())
    for text in dict.fromkeys(one for one in texts if texts.count(one) > 1):
        name = quoted(layout.table.sheet)
        message = f"The sheet {name} has {texts.count(text)} columns {quoted(text)}. Keep one of them."
        yield on_file("column-ambiguous", message, sheet=layout.table.sheet, column=text)


def _missing(kind: Kind, layout: Layout, found: Found) -> Iterator[Batch]:
    """Columns that have to be there and are not."""
    seen = listed(found.texts)
    for column in kind.columns:
        by_matrix = layout.matrix and column.name in ("vendor_identifier", "percentage_achieved")
        if column.required and not by_matrix and column.name not in layout.table.columns:
            message = (
                f"The sheet {quoted(layout.table.sheet)} has no column {column.title}; it has {seen}. Add the column, "
                f'or say which one it is: --column {column.name}="...".'
            )
            yield on_file("column-missing", message, sheet=layout.table.sheet)


def _unused(kind: Kind, layout: Layout, found: Found) -> Iterator[Batch]:
    """Columns that hold something and that nothing is made of, in one remark."""
    used = {*layout.table.positions.values(), *layout.matrix}
    below, texts = layout.below, {heading.position: quoted(heading.text) for heading in found.headings}
    names = [
        texts.get(position) or f"column {column_letter(int(below.columns[position]))} (no header)"
        for position in filled_positions(below)
        if position not in used and position < layout.sheet.width(layout.table.place)
    ]
    if names:
        left = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        message = (
            f"The sheet {quoted(layout.table.sheet)} has columns that are not used: {', '.join(names[:_LISTED])}{left}."
            f"{_could_be(kind, layout, found)}"
        )
        yield on_file("column-unknown", message, sheet=layout.table.sheet)


def _could_be(kind: Kind, layout: Layout, found: Found) -> str:
    """What to say of columns of which each could be the same one, where none has to be there."""
    texts = []
    for column in kind.columns:
        weak = [one.text for one in found.headings if one.column is None and normalise(one.text) in column.weak]
        if weak and column.name not in layout.table.columns:
            texts.append(
                f' {column.title} could be one of {listed(weak)}: --column {column.name}="{printable(weak[0])}".'
            )
    return "".join(texts)


def _read_as_matrix(layout: Layout) -> Iterator[Batch]:
    """What to say of a matrix: which columns were taken for achievements."""
    if layout.matrix:
        message = (
            f"The sheet {quoted(layout.table.sheet)} was read as one row for each player and one column for each "
            f"achievement: {listed(list(layout.matrix.values()))}. Check that these are Achievement IDs."
        )
        yield on_file("matrix-form", message, sheet=layout.table.sheet)


def _of_another_kind(kind: Kind, found: Found) -> list[Batch]:
    """A table that lacks a column because it is of another kind, which has all of its own."""
    if is_complete(kind, found):
        return []
    label = _fitting(found.sheet, kind)
    if label is None:
        return []
    name = quoted(found.sheet.name)
    message = (
        f"The sheet {name} has the headers of {label}, and not those of {kind.name}, which need {needed(kind)}. Use "
        "the other kind, or name the columns so."
    )
    return [on_file("kind-unclear", message, sheet=found.sheet.name)]


def _fitting(sheet: RawSheet, kind: Kind) -> str | None:
    """What else a sheet holds by its headers, and with which words it is read as that."""
    for other in SUBMISSION_KINDS.values():
        row = find_player_headers(sheet, other, {}) if other is not kind else None
        if row and is_complete(other, row):
            return f"{other.name} (--kind {other.name})"
    row = find_headers(sheet, {})
    if row and any(fits(other, row.known) for other in KINDS.values()):
        return "achievements or localizations (gcbulk push)"
    return None


def _no_table(book: Book, kind: Kind, named: str | None) -> Batch:
    """The problem that no sheet has the headers."""
    advice = f'Name the columns so, or say which is which: --column {kind.columns[0].name}="...".'
    if named is not None:
        message = (
            f"No row of the sheet {quoted(named)} has the headers of {kind.name}. Needed are: {needed(kind)}. {advice}"
        )
        return on_file("header-missing", message)
    names = listed([sheet.name for sheet in book.sheets]) or "no sheet"
    others = [
        f"The sheet {quoted(sheet.name)} has the headers of {label}."
        for sheet in book.sheets
        if not sheet.hidden and (label := _fitting(sheet, kind))
    ]
    (other,) = (one for one in SUBMISSION_KINDS.values() if one is not kind)
    more = others or [
        f"For --kind {other.name} needed are: {needed(other)}; for achievements (gcbulk push): {needed(ACHIEVEMENTS)}."
    ]
    message = f"No sheet holds {kind.name}; the file has {names}. Needed are: {needed(kind)}. {advice} {' '.join(more)}"
    return on_file("no-table", message)


def _unused_choices(kind: Kind, choices: Choices, found: Found) -> Iterator[Batch]:
    """Problems with headers that the user named and that are not there."""
    present = {(heading.column, normalise(heading.text)) for heading in found.headings}
    for column in kind.columns:
        header = choices.columns.get(column.name)
        if header is not None and (column.name, normalise(header)) not in present:
            message = (
                f'--column {column.name}="{printable(header)}": there is no such header. '
                f"There are {listed(found.texts)}."
            )
            yield on_file("column-not-found", message)
