"""What a kind of table declares: its columns, their cell types, and which rows are not records.

Declarations are frozen values. The engine reads them and knows no kind by name; kinds are declared in `gcbulk.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

import numpy as np
import pandas as pd

from gcbulk.tables.body import Body
from gcbulk.tables.cell_type import CellType, Given
from gcbulk.tables.cells import Cells
from gcbulk.tables.code import Code
from gcbulk.tables.issues import Batch
from gcbulk.tables.records import Records
from gcbulk.tables.template import TemplateColumn, TemplateSheet
from gcbulk.wording import plural


@dataclass(frozen=True, slots=True)
class Option:
    """What the user can give for all rows in place of a column.

    Args:
        value: what was given, or None.
        code: the code of the problem that nothing says it.
        message: that problem.
    """

    value: Callable[[Given], str | None]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of table.

    Args:
        name: what it is called in frames.
        title: what it is called in messages and in the template.
        aliases: every header that means it, only letters and digits, in lower case.
        type: what its cells hold.
        localized: whether it may stand once per language, ``Title (es-ES)``.
        required: whether a table without it cannot be sent.
        content: whether it holds words, so that a row with it is more than a prepared line.
        agree: whether all rows of one key have to say the same.
        shared: whether one row of a key speaks for all that leave it blank.
        hint: what else to say where it is missing.
        like: the column of texts that may be called the same, so that one header may serve both.
        weak: headers that mean it only where no other header does, because they are used for other things as well.
        option: what the user can give for all rows instead; the column counts only where a record fills it.
    """

    name: str
    title: str
    aliases: frozenset[str]
    type: CellType
    _: KW_ONLY
    localized: bool = False
    required: bool = True
    content: bool = True
    agree: bool = False
    shared: bool = False
    hint: str = ""
    like: str | None = None
    weak: frozenset[str] = frozenset()
    option: Option | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """Two columns of which a row needs one, because each says the same in its own way.

    Args:
        target: the column that records have.
        other: the one that may stand in its place.
        convert: makes the target's values of the other's.
        code: the code of the problem that a row fills both and they disagree.
        message: that problem, with {target} and {other}.
    """

    target: str
    other: str
    convert: Callable[[pd.Series], pd.Series]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What has to be known of a whole table before the rows of a part of it can be classified.

    Args:
        counted: column -> how many of its cells a formula counted or summed up, and how many are filled.
    """

    counted: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __or__(self, other: RowFacts) -> RowFacts:
        """The facts of two parts together."""
        nothing = (0, 0)
        names = {**self.counted, **other.counted}
        pairs = {name: (self.counted.get(name, nothing), other.counted.get(name, nothing)) for name in names}
        return RowFacts({name: (one[0] + two[0], one[1] + two[1]) for name, (one, two) in pairs.items()})


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Rows that are not records.

    Args:
        code: one of `CODES`.
        find: which rows they are, from a part of a table, the facts about the whole, and which rows are left.
        message: what to say of such a row, with {key}, the title of the table's key, and with {value}, its first cell,
            where the table quotes rows; once for all of them it takes {sheet} and {rows}.
        once: whether it is said once for all of them.
    """

    code: str
    find: Callable[[Table, Body, RowFacts, np.ndarray], np.ndarray]
    message: str
    once: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """The form in which a header is the key, and the cell below it the value.

    Args:
        key: the column that the headers stand for.
        value: the column that the cells stand for.
        row_key: the column that the form needs besides.
        excluded: headers, only letters and digits, that are no key.
        signature_of_others: those of them that speak for another kind of table altogether.
        looks_right: whether the cells of a column look like values.
        message: what to say of a table in this form, with {sheet} and {headers}.
    """

    key: str
    value: str
    row_key: str
    excluded: frozenset[str]
    signature_of_others: frozenset[str]
    looks_right: Callable[[Cells], bool]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One kind of table.

    Args:
        name: the name of its frame and of its ``--sheet`` option.
        record: what a problem's ``kind`` calls one of its records.
        key: the column that names what a row is about.
        sheet_names: sheet names that say what it is, only letters and digits, in lower case.
        columns: its columns, in the order of messages.
        signature: columns of which one must be there for a sheet to be taken for it by its headers.
        min_required: how many required columns must be there for that.
        excluded_by: columns that speak against it.
        order: the columns of its frame.
        language: the column that names the language of a row's texts, or None where it has none.
        embeds: the table of texts that may stand beside its own columns, in one language a row or in several; or None.
        continues_without: columns that a row leaves blank where it adds a text to the key above; none where none can.
        either: pairs of columns of which a row needs one.
        matrix: the form in which headers are keys, or None.
        filters: which rows are not records, in the order in which they are asked.
        across: rules between its rows.
        reads_unused: whether a row that is filled in unused columns alone is spoken of.
        quotes_rows: whether a problem may quote a row that is not a record.
        template: how people fill it in; None where nobody said, and its columns are as their types say.
    """

    name: str
    record: str
    key: str
    sheet_names: frozenset[str]
    columns: tuple[Column, ...]
    signature: frozenset[str]
    min_required: int
    excluded_by: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    language: str | None = None
    embeds: Table | None = None
    continues_without: tuple[str, ...] = ()
    either: tuple[Either, ...] = ()
    matrix: Matrix | None = None
    filters: tuple[RowFilter, ...] = ()
    across: tuple[Callable[[Table, Records], Iterable[Batch]], ...] = ()
    reads_unused: bool = False
    quotes_rows: bool = True
    template: TemplateSheet | None = None

    @property
    def template_columns(self) -> tuple[TemplateColumn, ...]:
        """The columns of its sheet; where nobody said how people fill it in, all but those that stand for another."""
        if self.template:
            return self.template.columns
        names = (*self.order[:-1], *(column.name for column in self.columns))
        others = {either.other for either in self.either}
        return tuple(TemplateColumn(name) for name in dict.fromkeys(names) if name not in others)

    @property
    def plural(self) -> str:
        """What people call several of its records."""
        return plural(self.record)

    @property
    def of_texts(self) -> Table | None:
        """The table whose records are texts in a language: itself, the one that it embeds, or None."""
        return self if self.language else self.embeds

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns that make a text: those that have to be there in every language of the headers."""
        table = self.of_texts
        return tuple(one.name for one in table.columns if one.localized and one.required) if table else ()

    @property
    def optional_texts(self) -> tuple[str, ...]:
        """The further columns of a text: a filled cell needs a text of its language to join."""
        table = self.of_texts
        columns = [one for one in table.columns if one.localized and not one.required] if table else []
        return tuple(one.name for one in columns if table and one.name in table.order)

    @property
    def text_columns(self) -> tuple[str, ...]:
        """The columns of a text in the order of problems: that of its language, then those that make it."""
        table = self.of_texts
        return (table.language, *self.texts) if table and table.language else ()

    @property
    def declared(self) -> Mapping[str, Column]:
        """Every column that a sheet of this table may have, by name."""
        embedded = self.embeds.columns if self.embeds else ()
        return {column.name: column for column in (*embedded, *self.columns)}

    def column(self, name: str) -> Column:
        """The declaration of one of its columns."""
        return next(column for column in self.columns if column.name == name)

    def alternative(self, name: str) -> str | None:
        """The column that may stand in the place of another, or None."""
        return next((either.other for either in self.either if either.target == name), None)


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a file that the rules between its tables look at.

    Args:
        table: what the file is about.
        things: its records, each at the row that it begins on.
        texts: its texts.
        codes: what was said of the file already.
    """

    table: Table
    things: Sequence[Records]
    texts: Sequence[Records]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalog:
    """A report of App Store Connect on everything of a kind that all apps of an account have.

    Args:
        app: the header of the app, only letters and digits, by which such a report is known.
        headers: its further headers, only letters and digits, that mean nothing here.
    """

    app: str
    headers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A kind of file: a table, and what may stand beside it.

    Args:
        name: the kind, as ``--kind`` has it.
        label: what people call what it holds.
        tables: its tables, the one that it cannot do without first.
        read_with: how a message about another kind says what to read it with.
        needed_with: how such a message begins the list of its headers.
        across: rules between its tables.
        orphan: the code of a text whose thing the file does not have.
        example: an example of options that say which columns are which.
        needs: how a sentence begins that lists the headers which it needs.
        passed_over: headers, only letters and digits, that mean nothing and are not spoken of.
        catalog: the report of App Store Connect that may be read as such a file, or None.
        codes: the codes of its own rules, by their section of docs/codes.md; see `codes.declare`.
        sole_sheet: whether it is one table alone: any sheet with one of its headers is looked at, a header may be a
            number, and nothing is read of a table with a problem in its headers.
    """

    name: str
    label: str
    tables: tuple[Table, ...]
    read_with: str
    needed_with: str
    across: tuple[Callable[[Found], Iterable[Batch]], ...] = ()
    orphan: str = ""
    example: str = ""
    needs: str = ""
    passed_over: frozenset[str] = frozenset()
    catalog: Catalog | None = None
    codes: Mapping[str, Mapping[str, Code]] = field(default_factory=dict)
    sole_sheet: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column of its tables, each name once."""
        return tuple({column.name: column for table in self.tables for column in table.columns}.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """What has to be known of the records of a whole table before a part of them is judged.

    Args:
        filled: the columns with an option that hold something in a record.
        signs: what `CellType.survey` saw in the columns, by their positions.
        comment_line: whether a row that is not a record, or holds nothing else, begins with #.
    """

    filled: frozenset[str] = frozenset()
    signs: Mapping[int, frozenset[str]] = field(default_factory=dict)
    comment_line: bool = False

    def __or__(self, other: Facts) -> Facts:
        """The facts of two parts together."""
        nothing: frozenset[str] = frozenset()
        positions = {**self.signs, **other.signs}
        signs = {
            position: self.signs.get(position, nothing) | other.signs.get(position, nothing) for position in positions
        }
        return Facts(self.filled | other.filled, signs, self.comment_line or other.comment_line)
