"""The base of every cell type: a type judges each distinct content of a column once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np
import pyarrow as pa

from gcbulk.options import PercentAs
from gcbulk.tables.cells import Cells
from gcbulk.tables.contents import Fault
from gcbulk.tables.issues import shown
from gcbulk.tables.template import ANYTHING, Entry


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

    @property
    def entry(self) -> Entry:
        """What a spreadsheet can be told of its cells."""
        return ANYTHING

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
