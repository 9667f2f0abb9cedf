"""Unrecognised columns, which are reported and ignored, and headers that the user named but the sheet lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from gcbulk.records import RawSheet
from gcbulk.tables.body import Layout
from gcbulk.tables.headers import Heading, column_letter, normalise
from gcbulk.tables.issues import Batch, listed, on_file, printable, quoted

_LISTED = 20  # names in a message


def unused_columns(
    layout: Layout, sheet: RawSheet, positions: Collection[int], headings: Sequence[Heading], advice: str = ""
) -> Iterator[Batch]:
    """Columns that hold something and that nothing is made of, in one remark.

    Args:
        layout: the table.
        sheet: its sheet.
        positions: the columns, by their positions in the frame of cells.
        headings: what the cells of its header row mean.
        advice: what else to say of them.
    """
    texts = {heading.position: quoted(heading.text) for heading in headings}
    names = [
        texts.get(position) or f"column {column_letter(int(sheet.cells.columns[position]))} (no header)"
        for position in sorted(positions)
        if position < sheet.width(layout.header_index)
    ]
    if names:
        left = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        message = (
            f"The sheet {quoted(layout.sheet)} has columns that are not used: {', '.join(names[:_LISTED])}{left}."
            f"{advice}"
        )
        yield on_file("column-unknown", message, sheet=layout.sheet)


def columns_not_found(
    columns: Iterable[str], chosen: Mapping[str, str], headings: Sequence[Heading], texts: Sequence[str]
) -> Iterator[Batch]:
    """Headers that the user named and that are in no table.

    Args:
        columns: the columns that may have been named.
        chosen: column -> header, as the user chose it.
        headings: what the cells of the header rows mean.
        texts: the headers that there are.
    """
    present = {(heading.column, normalise(heading.text)) for heading in headings}
    for column in columns:
        header = chosen.get(column)
        if header is not None and (column, normalise(header)) not in present:
            message = f'--column {column}="{printable(header)}": there is no such header. There are {listed(texts)}.'
            yield on_file("column-not-found", message)
