"""The workbook to fill in, with examples or with rows of one's own.

The same rows always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook

from gcbulk.files.atomic import write_whole
from gcbulk.files.data_sheets import Content, content_sheets, lists, submission_sheets
from gcbulk.files.finished_book import Values, save_finished
from gcbulk.files.start_page import TITLE, add_start_page, heading
from gcbulk.files.template_sheets import add_data_sheet, add_lists
from gcbulk.kinds import families

Extra = Callable[[Workbook], Values]
"""Adds sheets of its own to a workbook, and says the values of their formulas."""


def examples() -> Content:
    """The rows of an empty template: their ids say that they are never to be sent."""
    tables = (table for family in families().values() for table in family.tables)
    return Content({table.name: table.template.examples if table.template else () for table in tables})


def write_template(path: Path, content: Content | None = None, *, extra: Extra | None = None) -> Path:
    """Write a workbook to fill in.

    Args:
        path: where to; a file that is there is replaced.
        content: the rows that stand in it; None for the sheets of every kind with examples.
        extra: adds sheets of its own.

    Returns:
        The path.

    Raises:
        OSError: it cannot be written there.
    """
    book, values = build(content, extra)
    write_whole(path, partial(_save, book=book, values=values))
    return path


def build(content: Content | None, extra: Extra | None = None) -> tuple[Workbook, Values]:
    """Make the workbook, and the values of its formulas.

    Args:
        content: the rows that stand in it; None for the sheets of every kind with examples.
        extra: adds sheets of its own.

    Returns:
        The workbook and the values, as `finished_book.save_finished` takes them.
    """
    content = content or examples()
    kinds = content_sheets(content)
    of_players = submission_sheets(content, kinds)
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "gcbulk"
    book.properties.title = heading(kinds)
    counted = add_start_page(book, kinds, of_players)
    for data in (*(sheet for one in kinds for sheet in (one.things, one.texts)), *of_players):
        add_data_sheet(book, data)
    values = dict(extra(book)) if extra else {}
    add_lists(book, lists())
    book.active = 0
    return book, {**values, TITLE: counted}


def _save(out: BinaryIO, book: Workbook, values: Values) -> None:
    save_finished(book, out, values)
