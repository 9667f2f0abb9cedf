"""Which sheet of a file holds which table, where a file may have several.

Nothing is guessed: when two sheets or columns fit equally well, the issue names both and the option that decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gcbulk.records import Book, RawSheet
from gcbulk.tables.body import Layout
from gcbulk.tables.choices import STOPS, Choices, follow_options
from gcbulk.tables.claims import claim_sheets
from gcbulk.tables.headers import HeaderWords, Heading, normalise, read_headings
from gcbulk.tables.issues import Batch, listed, on_file, printable
from gcbulk.tables.layout import layout_of
from gcbulk.tables.leftovers import columns_not_found
from gcbulk.tables.matching import (
    HeaderMatch,
    fits,
    hidden_sheets,
    is_data,
    is_of_others,
    match_headers,
    matches_of,
    needed,
    not_read,
    two_sheets,
)
from gcbulk.tables.spec import Family, Table


def find_tables(
    book: Book, choices: Choices, wanted: Sequence[Family], families: Sequence[Family]
) -> tuple[tuple[Layout, ...], list[Batch]]:
    """The tables of a file, and every problem with finding them.

    Args:
        book: the file.
        choices: what the user chose.
        wanted: the kinds that the file may hold together.
        families: every kind of file, so that one of another kind is named for what it is.

    Returns:
        At most one table of each name, and the problems. Options that cannot be followed are the only problems then,
        and there is no table: whatever else could be said would only follow from them.
    """
    choices, problems = follow_options(book, choices, [table for family in wanted for table in family.tables])
    if problems:
        return (), problems
    seen = [(family, matches_of(book, choices, family)) for family in wanted]
    owners, problems = claim_sheets(seen, choices)
    layouts: list[Layout] = []
    for family, matches in seen:
        own = [match for match in matches if owners.get(match.sheet.name, family.name) == family.name]
        tables, complaints = _tables_of(family, own, choices, families)
        layouts.extend(tables)
        problems.extend(complaints)
    if not layouts and not problems:
        nearest, matches = max(seen, key=lambda entry: max((len(match.known) for match in entry[1]), default=0))
        problems.append(_no_table(book, matches, nearest, families))
    problems.extend(_unused_choices(layouts, [match for _, matches in seen for match in matches], choices, wanted))
    stops = [problem for problem in problems if problem.code in STOPS]
    if stops:
        return (), stops
    read = {layout.sheet for layout in layouts}
    hidden = [remark for family in wanted for remark in hidden_sheets(book, family, read)] if layouts else []
    return tuple(layouts), [*problems, *hidden]


def _tables_of(
    family: Family, matches: Sequence[HeaderMatch], choices: Choices, families: Sequence[Family]
) -> tuple[list[Layout], list[Batch]]:
    """The tables of one kind, among the sheets that it may read."""
    chosen: list[tuple[Table, HeaderMatch]] = []
    layouts: list[Layout] = []
    problems: list[Batch] = []
    for table in family.tables:
        candidates, complaints = _sheet_of(table, matches, choices, family, families)
        problems.extend(complaints)
        chosen.extend((table, match) for match in candidates)
    for table, match in chosen:
        layout, complaints = layout_of(family, table, match, choices.locale, alone=len(chosen) == 1)
        layouts.append(layout)
        problems.extend(complaints)
    return layouts, problems


def _sheet_of(
    table: Table, matches: Sequence[HeaderMatch], choices: Choices, family: Family, families: Sequence[Family]
) -> tuple[Sequence[HeaderMatch], list[Batch]]:
    """The sheet of a table, if any: the one that the user named, else by name, else by headers."""
    if table.name in choices.sheets:
        return _named_sheet(table, matches, choices.sheets[table.name], family)
    others = [match for match in matches if match.sheet.name not in choices.sheets.values()]
    by_name = [
        match
        for match in others
        if _table_by_name(match, family) is table and not is_of_others(match.sheet, match, family, families)
    ]
    by_headers = [
        match for match in others if _table_by_name(match, family) in (None, table) and fits(table, match.known)
    ]
    candidates = by_name or by_headers
    if len(candidates) > 1:
        return (), [two_sheets(table, [match.sheet.name for match in candidates])]
    return candidates, [not_read(table, match.sheet) for match in by_headers if match not in candidates]


def _table_by_name(match: HeaderMatch, family: Family) -> Table | None:
    """The table that a sheet's name says it is, or None where the name says nothing."""
    name = normalise(match.sheet.name)
    return next((table for table in family.tables if name in table.sheet_names), None)


def _named_sheet(
    table: Table, matches: Sequence[HeaderMatch], name: str, family: Family
) -> tuple[Sequence[HeaderMatch], list[Batch]]:
    """The sheet that the user named."""
    named = [match for match in matches if match.sheet.name == name][:1]
    known = named[0].known if named else frozenset()
    other = next((other for other in family.tables if named and other is not table and fits(other, known)), None)
    if named and (other is None or known & table.signature):
        return named, []
    if other:
        message = (
            f'--sheet {table.name}="{printable(name)}": the sheet has the headers of {other.plural}, and not those of '
            f"{table.plural}, which need {needed(table)}. Name another sheet, or leave the option out."
        )
        return (), [on_file("header-missing", message)]
    message = (
        f'No row of the sheet "{printable(name)}" has the headers of {table.plural}. Needed are: {needed(table)}. '
        f"Name the columns so, or say which column is which, for example {family.example}."
    )
    return (), [on_file("header-missing", message)]


def _no_table(book: Book, matches: Sequence[HeaderMatch], family: Family, families: Sequence[Family]) -> Batch:
    """The problem that no sheet fits, with what was seen in each."""
    seen = []
    for sheet in book.sheets:
        if not is_data(sheet, book):
            seen.append(f'"{printable(sheet.name)}" is {"hidden" if sheet.hidden else "never read"}')
            continue
        headings = next((match.headings for match in matches if match.sheet is sheet), None)
        seen.append(f'"{printable(sheet.name)}" {_seen(sheet, headings, family)}')
    nothing = f"No sheet holds {' or '.join(table.plural for table in family.tables)}"
    need = "; ".join(f"{table.plural} {needed(table)}" for table in family.tables[1:])
    need = f"{family.tables[0].plural.capitalize()} need the headers {'; '.join([needed(family.tables[0]), need])}."
    others = [other for other in families if other.sole_sheet]
    of_others = [
        sheet.name
        for sheet in book.sheets
        if not sheet.hidden and is_of_others(sheet, match_headers(sheet, family, {}), family, families)
    ]
    if of_others:
        labels = " or ".join(other.label for other in others)
        options = " or ".join(other.needed_with for other in others)
        message = (
            f"{nothing}: {listed(of_others)} looks like {labels}. Those are checked with {options} and sent with "
            f"gcbulk submit; in Python, with check_submissions and submit. {need}"
        )
        return on_file("no-table", message)
    message = (
        f"{nothing}: {'; '.join(seen) or 'the file has no sheet'}. {need} Name the columns so, or say which is which: "
        f'--sheet {family.tables[0].name}="Sheet1" {family.example}. {_what_others_need(others)}'
    )
    return on_file("no-table", message)


def _what_others_need(families: Sequence[Family]) -> str:
    """The headers that the kinds of file need that are one table alone, as a sentence."""
    return f"{'; '.join(f'{family.needs} {needed(family.tables[0])}' for family in families)}."


def _seen(sheet: RawSheet, headings: Sequence[Heading] | None, family: Family) -> str:
    """What a sheet has instead of headers that fit."""
    if headings is None:
        rows, known = sheet.top(), HeaderWords(family.columns)
        headings = next((row for _, values in rows if (row := read_headings(values, {}, known))), ())
    return f"has {listed([heading.text for heading in headings])}" if headings else "is empty"


def _unused_choices(
    layouts: Sequence[Layout], matches: Sequence[HeaderMatch], choices: Choices, wanted: Sequence[Family]
) -> Iterator[Batch]:
    """Problems with headers that the user named and that are in no table."""
    read = {layout.sheet for layout in layouts}
    of_read = [match for match in matches if match.sheet.name in read]
    if of_read:
        columns = sorted({column.name for family in wanted for column in family.columns})
        headings = [heading for match in of_read for heading in match.headings]
        texts = [text for match in of_read for text in match.texts]
        yield from columns_not_found(columns, choices.columns, headings, texts)
