"""What a kind of table declares: its columns, what their cells hold, and which rows are no records.

Declarations are frozen values; the engine reads them and knows no kind by name. A kind is declared once, in
`gcbulk.kinds`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, tzinfo

import numpy as np
import pyarrow as pa

from gcbulk.options import PercentAs
from gcbulk.tables.body import Body
from gcbulk.tables.cells import Cells
from gcbulk.tables.contents import Fault
from gcbulk.tables.issues import shown


@dataclass(frozen=True, slots=True)
class Given:
    """What the user gave for all rows.

    Args:
        bundle_id: the app, or None.
        percent_as: what bare numbers from 0 to 1 are, or None.
        zone: the zone of dates that name none, or None.
        now: the time now (UTC), so that dates in the future are known; None where it is not.
    """

    bundle_id: str | None = None
    percent_as: PercentAs | None = None
    zone: tzinfo | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What else a type needs to judge the contents of a column.

    Args:
        given: what the user gave for all rows.
        in_percent: which contents are numbers that the sheet shows as percent.
        signs: what `CellType.survey` saw in the whole column, of which these contents may be a part.
    """

    given: Given
    in_percent: np.ndarray
    signs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """What is said once for all rows of a column that hold certain contents, and never makes one of them bad.

    Args:
        code: one of `CODES`.
        contents: which contents, as a mask.
        message: what to say, with {title}, {example}, {rows} and {count}.
    """

    code: str
    contents: np.ndarray
    message: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The contents of a column after their rules were asked.

    Args:
        values: a value for each content, null where it is none.
        faults: what is wrong with some of them.
        asks: what is said once for all rows.
    """

    values: pa.Array
    faults: list[Fault]
    asks: tuple[Ask, ...] = ()


class CellType(ABC):
    """What the cells of a column hold: how values are made of them, and what can be wrong with them.

    That a cell is empty is no concern of a type: whether it may be is the column's, or the row's.
    """

    @property
    def plain(self) -> str | None:
        """A pattern (RE2) for text that is good as it stands, and never looked at again; None for none."""
        return None

    @property
    def arrow(self) -> pa.DataType:
        """The type of its values."""
        return pa.large_string()

    def show(self, cell: object) -> str:
        """How a message quotes a cell."""
        return shown(cell)

    @abstractmethod
    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, and say what is wrong with them.

        Args:
            title: the column's header.
            cells: the contents, each once.
            context: what else there is to know.
        """

    def survey(self, cells: Cells, in_percent: np.ndarray, present: np.ndarray) -> frozenset[str]:
        """What has to be known of the whole column before a part of it can be judged.

        Args:
            cells: contents of a part.
            in_percent: which of them are numbers that the sheet shows as percent.
            present: which of them stand in a record.

        Returns:
            Signs; those of the whole are the union of those of its parts.
        """
        return frozenset()

    def unlikely(self, values: pa.Array, given: Given) -> Iterator[tuple[str, np.ndarray, str]]:
        """What to say of good values that nobody can have meant, once for all rows that hold them.

        Args:
            values: the value of each row.
            given: what the user gave for all rows.

        Yields:
            A code, which rows, and what to say, with {title}, {example}, {rows} and {count}.
        """
        yield from ()


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
        alternative: the column that may stand in its place (Hidden for Show Before Earned).
        required: whether a table without it cannot be sent.
        content: whether it holds words, so that a row with it is more than a prepared line.
        weak: headers that mean it only where no other header does, because they are used for other things as well.
        option: what the user can give for all rows instead; the column counts only where a record fills it.
    """

    name: str
    title: str
    aliases: frozenset[str]
    type: CellType
    _: KW_ONLY
    localized: bool = False
    alternative: str | None = None
    required: bool = True
    content: bool = True
    weak: frozenset[str] = frozenset()
    option: Option | None = None


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What has to be known of a whole table before the rows of a part of it can be told apart.

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
    """Rows that are no records.

    Args:
        code: one of `CODES`.
        find: which rows they are, from a part of a table and the facts about the whole.
        message: what to say of such a row; once for all of them it takes {sheet} and {rows}.
        once: whether it is said once for all of them.
    """

    code: str
    find: Callable[[Table, Body, RowFacts], np.ndarray]
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
        sheet_names: sheet names that say what it is, only letters and digits, in lower case.
        columns: its columns, in the order of messages.
        signature: columns of which one must be there for a sheet to be taken for it by its headers.
        min_required: how many required columns must be there for that.
        excluded_by: columns that speak against it.
        order: the columns of its frame.
        language: the column that names the language of a row's texts, or None where it has none.
        matrix: the form in which headers are keys, or None.
        filters: which rows are no records, in the order in which they are asked.
    """

    name: str
    record: str
    sheet_names: frozenset[str]
    columns: tuple[Column, ...]
    signature: frozenset[str]
    min_required: int
    excluded_by: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    language: str | None = None
    matrix: Matrix | None = None
    filters: tuple[RowFilter, ...] = ()

    def column(self, name: str) -> Column:
        """The declaration of one of its columns."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A kind of file: a table, and what may stand beside it.

    Args:
        name: the kind, as ``--kind`` has it.
        label: what people call what it holds.
        tables: its tables, the one that it cannot do without first.
        read_with: how a message about another kind says what to read it with.
        needed_with: how such a message begins the list of its headers.
        sole_sheet: whether it is one table alone: any sheet with one of its headers is looked at, a header may be a
            number, and nothing is read of a table with a problem in its headers.
    """

    name: str
    label: str
    tables: tuple[Table, ...]
    read_with: str
    needed_with: str
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
        comment_line: whether a row that is no record, or holds nothing else, begins with #.
    """

    filled: frozenset[str] = frozenset()
    signs: Mapping[int, frozenset[str]] = field(default_factory=dict)
    comment_line: bool = False

    def __or__(self, other: Facts) -> Facts:
        """The facts of two parts together."""
        nothing: frozenset[str] = frozenset()
        positions = {**self.signs, **other.signs}
        signs = {place: self.signs.get(place, nothing) | other.signs.get(place, nothing) for place in positions}
        return Facts(self.filled | other.filled, signs, self.comment_line or other.comment_line)
