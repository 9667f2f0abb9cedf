"""Locating a table that is alone in its file: its sheet, its header row, and the meaning of its columns.

Values may stand in a column, or in a matrix: say, one row per player and one column per achievement, headed by its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gcbulk.records import Book, RawSheet
from gcbulk.tables.body import Layout
from gcbulk.tables.cells import filled_positions
from gcbulk.tables.choices import STOPS, Choices, follow_options
from gcbulk.tables.contents import Contents, distinct
from gcbulk.tables.headers import Heading, normalise
from gcbulk.tables.issues import Batch, listed, on_file, printable, quoted
from gcbulk.tables.leftovers import columns_not_found, unused_columns
from gcbulk.tables.matching import (
    HeaderMatch,
    hidden_sheets,
    is_complete,
    is_of_others,
    match_headers,
    matches_of,
    needed,
    not_read,
    possible_keys,
    says_kind,
    two_sheets,
)
from gcbulk.tables.spec import Family, Table


@dataclass(frozen=True, slots=True)
class Located:
    """A table that was found.

    Args:
        layout: where it stands.
        sheet: the sheet.
        contents: the contents of the columns of a matrix, by their positions.
    """

    layout: Layout
    sheet: RawSheet
    contents: Mapping[int, Contents] = field(default_factory=dict)


def locate(
    book: Book, choices: Choices, family: Family, families: Sequence[Family]
) -> tuple[Located | None, list[Batch]]:
    """The one table of a kind of file, and every problem with finding it.

    Args:
        book: the file.
        choices: what the user chose.
        family: the kind of file.
        families: every kind of file, so that one of another kind is named for what it is.

    Returns:
        The table, or None where there is none or more than one; and the problems.
    """
    (table,) = family.tables
    choices, problems = follow_options(book, choices, (table,))
    if problems:
        return None, problems
    named = choices.sheets.get(table.name)
    candidates, remarks = _candidates(matches_of(book, choices, family), family, named, families)
    problems.extend(remarks)
    if len(candidates) > 1:
        problems.append(two_sheets(table, [match.sheet.name for match in candidates]))
    elif not candidates and not problems:
        problems.append(_no_table(book, family, named, families))
    if len(candidates) != 1:
        return None, problems
    located, complaints = _located(candidates[0], family, choices, families)
    stops = [problem for problem in complaints if problem.code in STOPS]
    if stops:
        return None, stops
    hidden = hidden_sheets(book, family, (located.layout.sheet,)) if located else ()
    return located, [*problems, *complaints, *hidden]


def _candidates(
    matches: Sequence[HeaderMatch], family: Family, named: str | None, families: Sequence[Family]
) -> tuple[Sequence[HeaderMatch], list[Batch]]:
    """The sheets that may be the one: the one the user named, else by name, else by headers."""
    if named is not None:
        return [match for match in matches if match.sheet.name == named], []
    (table,) = family.tables
    by_name = [match for match in matches if normalise(match.sheet.name) in table.sheet_names]
    by_signature = [
        match
        for match in matches
        if table.signature & match.known and not is_of_others(match.sheet, match, family, families)
    ]
    by_headers = by_signature or ([] if len(matches) > 1 else list(matches))
    candidates = by_name or by_headers
    return candidates, [
        not_read(table, match.sheet) for match in by_headers if len(candidates) == 1 and match not in candidates
    ]


def _located(
    match: HeaderMatch, family: Family, choices: Choices, families: Sequence[Family]
) -> tuple[Located | None, list[Batch]]:
    """The table as its headers describe it, and every problem with them."""
    (table,) = family.tables
    by_column: dict[str, list[Heading]] = {}
    for heading in match.headings:
        if heading.column:
            by_column.setdefault(heading.column, []).append(heading)
    layout = Layout(
        table.name,
        match.sheet.name,
        match.sheet.row_number(match.header_index),
        match.header_index,
        {name: headings[0].text for name, headings in by_column.items()},
        positions={(name, None): headings[0].position for name, headings in by_column.items()},
    )
    located = _as_matrix(table, Located(layout, match.sheet), match)
    problems = [
        *_ambiguous(table, layout, by_column),
        *_same_key(located.layout),
        *(_of_another_kind(family, match, families) or _missing(table, located.layout, match)),
        *columns_not_found([column.name for column in table.columns], choices.columns, match.headings, match.texts),
    ]
    if problems:
        return None, problems
    return located, [*_unused(table, located, match), *_read_as_matrix(table, located.layout)]


def _as_matrix(table: Table, located: Located, match: HeaderMatch) -> Located:
    """The table with the columns of its keys, where it has neither the column of keys nor that of values."""
    matrix, columns = table.matrix, located.layout.columns
    if matrix is None or matrix.row_key not in columns or matrix.key in columns or matrix.value in columns:
        return located
    below = located.sheet.cells.iloc[located.layout.header_index + 1 :]
    headings = possible_keys(table, match)
    contents = {heading.position: distinct(below.iloc[:, heading.position]) for heading in headings}
    keys = {
        heading.position: heading.text for heading in headings if matrix.looks_right(contents[heading.position].cells)
    }
    return Located(
        replace(located.layout, matrix=keys), located.sheet, {position: contents[position] for position in keys}
    )


def _ambiguous(table: Table, layout: Layout, by_column: Mapping[str, Sequence[Heading]]) -> Iterator[Batch]:
    """Two headers of the same meaning."""
    for column in table.columns:
        headings = by_column.get(column.name, ())
        if len(headings) > 1:
            names = listed([heading.text for heading in headings])
            message = (
                f"The columns {names} of the sheet {quoted(layout.sheet)} all mean {column.title}. Say which one "
                f'counts: --column {column.name}="{printable(headings[0].text)}".'
            )
            yield on_file("column-ambiguous", message, sheet=layout.sheet, column=headings[0].text)


def _same_key(layout: Layout) -> Iterator[Batch]:
    """Two columns of a matrix for the same key."""
    texts = list(layout.matrix.values())
    for text in dict.fromkeys(text for text in texts if texts.count(text) > 1):
        message = f"The sheet {quoted(layout.sheet)} has {texts.count(text)} columns {quoted(text)}. Keep one of them."
        yield on_file("column-ambiguous", message, sheet=layout.sheet, column=text)


def _missing(table: Table, layout: Layout, match: HeaderMatch) -> Iterator[Batch]:
    """Columns that have to be there and are not."""
    seen = listed(match.texts)
    by_matrix = {table.matrix.key, table.matrix.value} if table.matrix and layout.matrix else set()
    for column in table.columns:
        if column.required and column.name not in by_matrix and column.name not in layout.columns:
            message = (
                f"The sheet {quoted(layout.sheet)} has no column {column.title}; it has {seen}. Add the column, "
                f'or say which one it is: --column {column.name}="...".'
            )
            yield on_file("column-missing", message, sheet=layout.sheet)


def _unused(table: Table, located: Located, match: HeaderMatch) -> Iterator[Batch]:
    """Columns that hold something and that nothing is made of, in one remark."""
    layout, sheet = located.layout, located.sheet
    used = {*layout.positions.values(), *layout.matrix}
    positions = set(filled_positions(sheet.cells.iloc[layout.header_index + 1 :])) - used
    return unused_columns(layout, sheet, positions, match.headings, _could_be(table, layout, match))


def _could_be(table: Table, layout: Layout, match: HeaderMatch) -> str:
    """What to say of columns of which each could be the same one, where none has to be there."""
    texts = []
    for column in table.columns:
        weak = [
            heading.text
            for heading in match.headings
            if heading.column is None and normalise(heading.text) in column.weak
        ]
        if weak and column.name not in layout.columns:
            texts.append(
                f' {column.title} could be one of {listed(weak)}: --column {column.name}="{printable(weak[0])}".'
            )
    return "".join(texts)


def _read_as_matrix(table: Table, layout: Layout) -> Iterator[Batch]:
    """What to say of a matrix: which columns were taken for keys."""
    if table.matrix and layout.matrix:
        headers = listed(list(layout.matrix.values()))
        message = table.matrix.message.format(sheet=quoted(layout.sheet), headers=headers)
        yield on_file("matrix-form", message, sheet=layout.sheet)


def _of_another_kind(family: Family, match: HeaderMatch, families: Sequence[Family]) -> list[Batch]:
    """A table that lacks a column because it is of another kind, which has all of its own."""
    (table,) = family.tables
    if is_complete(table, match):
        return []
    label = _read_with(match.sheet, family, families)
    if label is None:
        return []
    name = quoted(match.sheet.name)
    message = (
        f"The sheet {name} has the headers of {label}, and not those of {table.name}, which need {needed(table)}. Use "
        "the other kind, or name the columns so."
    )
    return [on_file("kind-unclear", message, sheet=match.sheet.name)]


def _read_with(sheet: RawSheet, family: Family, families: Sequence[Family]) -> str | None:
    """What else a sheet holds by its headers, and with which words it is read as that."""
    for other in sorted(families, key=lambda other: not other.sole_sheet):
        match = match_headers(sheet, other, {}) if other is not family else None
        if match and says_kind(other, match):
            return other.read_with
    return None


def _no_table(book: Book, family: Family, named: str | None, families: Sequence[Family]) -> Batch:
    """The problem that no sheet has the headers."""
    (table,) = family.tables
    advice = f'Name the columns so, or say which is which: --column {table.columns[0].name}="...".'
    if named is not None:
        message = (
            f"No row of the sheet {quoted(named)} has the headers of {table.name}. Needed are: {needed(table)}. "
            f"{advice}"
        )
        return on_file("header-missing", message)
    names = listed([sheet.name for sheet in book.sheets]) or "no sheet"
    others = [
        f"The sheet {quoted(sheet.name)} has the headers of {label}."
        for sheet in book.sheets
        if not sheet.hidden and (label := _read_with(sheet, family, families))
    ]
    more = " ".join(others) or _what_others_need(family, families)
    message = f"No sheet holds {table.name}; the file has {names}. Needed are: {needed(table)}. {advice} {more}"
    return on_file("no-table", message)


def _what_others_need(family: Family, families: Sequence[Family]) -> str:
    """The headers that the other kinds of file need, as a sentence."""
    others = sorted((other for other in families if other is not family), key=lambda other: not other.sole_sheet)
    first, *rest = (f"for {other.needed_with}" for other in others)
    heads = [f"{first[0].upper()}{first[1:]} needed are", *rest]
    lists = [f"{head}: {needed(other.tables[0])}" for head, other in zip(heads, others, strict=True)]
    return f"{'; '.join(lists)}."
