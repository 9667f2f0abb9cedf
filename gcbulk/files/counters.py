"""What the first sheet of a workbook counts: the rows of one's own, the examples left out, as formulas with values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gcbulk.files.data_sheets import DataSheet, KindSheets, Row
from gcbulk.tables.row_filters import EXAMPLE

_FIRST_ROW = 6


@dataclass(frozen=True, slots=True)
class Counter:
    """One figure; its caption stands in the row below.

    Args:
        letter: its column.
        row: its row.
        formula: what counts.
        value: what the formula gives for the rows that stand there already.
        caption: what it says.
        most: what Game Center takes of it; 0 where there is no limit.
    """

    letter: str
    row: int
    formula: str
    value: int
    caption: str
    most: int

    @property
    def cell(self) -> str:
        """Where it stands, such as "B6"."""
        return f"{self.letter}{self.row}"


def counters(kinds: Sequence[KindSheets]) -> tuple[Counter, ...]:
    """A row of counters for each kind: its things, what is added up of them, and its texts.

    Args:
        kinds: the sheets of what gcbulk creates.
    """
    return tuple(
        Counter(letter, _FIRST_ROW + 2 * position, *figure)
        for position, one in enumerate(kinds)
        for letter, figure in zip("BCDEFGH", _figures(one), strict=False)
    )


def _figures(one: KindSheets) -> Iterator[tuple[str, int, str, int]]:
    """Formula, value, caption and limit of what is counted of a kind, in the order of the first sheet."""
    resource = one.kind.resource
    most = {limit.of: limit.most for limit in resource.limits}
    yield *_count(one.things), _caption(resource.noun.many, most.get(None, 0)), most.get(None, 0)
    for name in filter(None, most):
        yield *_sum(one.things, name), _caption(one.things.table.column(name).title.lower(), most[name]), most[name]
    yield *_count(one.texts), "texts in all languages", 0


def _caption(noun: str, most: int) -> str:
    return f"{noun}, of at most {most}" if most else noun


def _count(data: DataSheet) -> tuple[str, int]:
    """How many rows of one's own a sheet has."""
    ids = data.range(data.table.key)
    own = sum(_is_own(_cell(row, data, data.table.key)) for row in data.rows)
    return f"=SUMPRODUCT((LEN({ids})>0)*{_own(ids)})", own


def _sum(data: DataSheet, name: str) -> tuple[str, int]:
    """What the numbers of a column come to in the rows of one's own."""
    ids, key = data.range(data.table.key), data.table.key
    numbers = (_cell(row, data, name) for row in data.rows if _is_own(_cell(row, data, key)))
    total = sum(value for value in numbers if isinstance(value, int) and not isinstance(value, bool))
    return f"=SUMPRODUCT({_own(ids)}*1,{data.range(name)})", total


def _own(ids: str) -> str:
    return f'(LEFT({ids},{len(EXAMPLE)})<>"{EXAMPLE}")'


def _is_own(identifier: object) -> bool:
    """Whether a cell holds an id, and none of an example."""
    return identifier not in (None, "") and not str(identifier).lower().startswith(EXAMPLE)


def _cell(row: Row, data: DataSheet, name: str) -> object:
    """The value of a column in a row; None where the row ends before it."""
    position = data.position(name)
    return row[position] if position < len(row) else None
