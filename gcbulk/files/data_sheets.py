"""Which sheets a workbook to fill in has, and which columns: made of what the tables of the kinds declare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter, quote_sheetname

from gcbulk.kinds import CONTENT, SUBMISSIONS
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Role
from gcbulk.tables.spec import Table
from gcbulk.tables.template import Entry, TemplateColumn

LAST_ROW = 1001
"""The last row that the drop-downs and limits reach: a thousand rows below the headers."""
LISTS = "Lists"
"""The hidden sheet that holds the choices of the long drop-downs."""

_SHORT = 9  # choices that a drop-down holds itself; Excel takes 255 characters
_FLAG_WIDTH, _NUMBER_WIDTH, _TEXT_WIDTH = 11, 10, 30
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet that people fill in.

    Args:
        title: its header.
        width: how wide it is, in characters.
        hint: what a reader is told when the header is selected, and on the first sheet.
        limit: the same in short, for the first sheet.
        entry: what its cells take.
        choices: where its drop-down comes from: a list in quotes or a range; "" for none.
        needed: whether it is marked while it is empty in a row that has an id.
        name: the name of the column.
    """

    title: str
    width: int
    hint: str
    limit: str
    entry: Entry = field(default_factory=Entry)
    choices: str = ""
    needed: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class DataSheet:
    """A sheet of a workbook that people fill in.

    Args:
        table: the table that it is read as.
        fields: its columns in a template.
        beside: the columns that follow them where a pull writes it.
        rows: what stands in it already.
        parents: the range of the ids that its rows belong to; "" for none.
        role: what its rows are: things, their texts, or None of what players did.
    """

    table: Table
    fields: tuple[Field, ...]
    beside: tuple[Field, ...] = ()
    rows: Sequence[Row] = ()
    parents: str = ""
    role: Role | None = None

    @property
    def title(self) -> str:
        """Its name."""
        return sheet_title(self.table)

    @property
    def columns(self) -> tuple[Field, ...]:
        """All its columns."""
        return (*self.fields, *self.beside)

    def position(self, name: str) -> int:
        """Where a column stands, counted from 0."""
        return next(position for position, one in enumerate(self.fields) if one.name == name)

    def range(self, name: str) -> str:
        """The cells of a column, as a formula of any sheet names them."""
        letter = get_column_letter(self.position(name) + 1)
        plain = re.fullmatch(r"[A-Za-z]+", self.title)
        return f"{self.title if plain else quote_sheetname(self.title)}!${letter}$2:${letter}${LAST_ROW}"


@dataclass(frozen=True, slots=True)
class KindSheets:
    """The sheets of a kind of content.

    Args:
        kind: the kind.
        things: the sheet of its things.
        texts: the sheet of what players read of them.
    """

    kind: ContentKind
    things: DataSheet
    texts: DataSheet


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a workbook.

    Args:
        rows: by the name of a table, its rows: a value for each of the first columns of its sheet. A kind of content
            of which no table is named has no sheets; where none is named, all have.
        beside: by the name of a table, further columns that a pull fills in and nothing is made of; its sheet has
            `TemplateColumn.pulled_only` before them.
    """

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    beside: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)


def sheet_title(table: Table) -> str:
    """The title of the sheet of a table."""
    return (table.template.title if table.template else "") or table.name.replace("_", " ").title()


def content_sheets(content: Content) -> tuple[KindSheets, ...]:
    """The sheets of what gcbulk creates in Game Center.

    Args:
        content: what stands in them.
    """
    named = [kind for kind in CONTENT.values() if any(table.name in content.rows for table in kind.family.tables)]
    return tuple(_sheets_of(kind, content) for kind in named or CONTENT.values())


def submission_sheets(content: Content, kinds: Sequence[KindSheets]) -> tuple[DataSheet, ...]:
    """The sheets of what players did, as far as a kind of it declares one.

    Args:
        content: what stands in them.
        kinds: the sheets of the things that they are about.
    """
    things = {one.things.table.name: one.things for one in kinds}
    found = []
    for table in (table for family in SUBMISSIONS.values() for table in family.tables):
        if table.template:
            about = things.get(table.template.ids_of)
            found.append(_sheet(table, content, parents=about.range(about.table.key) if about else ""))
    return tuple(found)


def lists() -> dict[tuple[str, ...], str]:
    """The choices of the long drop-downs, and the range where they stand on the hidden sheet."""
    content = [table for kind in CONTENT.values() for table in kind.family.tables]
    tables = [*content, *(table for family in SUBMISSIONS.values() for table in family.tables if table.template)]
    choices = (table.declared[column.name].type.entry.choices for table in tables for column in table.template_columns)
    found = dict.fromkeys(one for one in choices if len(one) > _SHORT)
    letters = (get_column_letter(number) for number in range(1, len(found) + 1))
    return {one: f"{LISTS}!${letter}$1:${letter}${len(one)}" for one, letter in zip(found, letters, strict=True)}


def _sheets_of(kind: ContentKind, content: Content) -> KindSheets:
    things = _sheet(kind.things, content, role=Role.THING)
    texts = _sheet(kind.texts, content, parents=things.range(kind.things.key), role=Role.TEXT)
    return KindSheets(kind, things, texts)


def _sheet(table: Table, content: Content, *, parents: str = "", role: Role | None = None) -> DataSheet:
    pulled = table.name in content.beside
    made = [(column, _field(table, column, parents)) for column in table.template_columns]
    return DataSheet(
        table,
        tuple(one for column, one in made if not column.pulled_only),
        (*(one for column, one in made if pulled and column.pulled_only), *content.beside.get(table.name, ())),
        content.rows.get(table.name, ()),
        parents,
        role,
    )


def _field(table: Table, said: TemplateColumn, parents: str) -> Field:
    """A column as its table and its type declare it."""
    column = table.declared[said.name]
    needed = column.required or any(one.other == column.name for one in table.either)
    is_parent = bool(parents) and column.name == table.key
    entry = Entry(is_open=True) if is_parent else column.type.entry
    choices = f"={parents}" if is_parent else _choices(entry)
    limit = said.limit or " ".join(_limits(entry, choices, needed=needed))
    width = said.width or _width(entry)
    return Field(column.title, width, said.hint, limit, entry, choices, needed, column.name)


def _choices(entry: Entry) -> str:
    """Where a drop-down comes from."""
    if not entry.choices:
        return ""
    return f"={lists()[entry.choices]}" if len(entry.choices) > _SHORT else f'"{",".join(entry.choices)}"'


def _limits(entry: Entry, choices: str, *, needed: bool) -> Iterator[str]:
    """What a cell takes, in short."""
    if not needed:
        yield "Optional."
    if entry.whole:
        yield "A whole number from {} to {}.".format(*entry.whole)
    elif choices.startswith('"'):
        *others, last = entry.choices
        yield f"{', '.join(others)} or {last}."
    elif choices:
        yield "Required; pick it from the list." if needed else "Pick it from the list."
    elif entry.too_long:
        yield f"At most {entry.too_long} characters, better {entry.long}."
    elif needed:
        yield "Required."


def _width(entry: Entry) -> int:
    """How wide a column is of which nobody said it."""
    if entry.whole:
        return _NUMBER_WIDTH
    return _FLAG_WIDTH if entry.choices and max(map(len, entry.choices)) < _FLAG_WIDTH else _TEXT_WIDTH
