"""How people fill in a sheet, as far as a spreadsheet can be told: the cells of a type, and the columns of a table.

`gcbulk.files` makes the workbook of `gcbulk template` and of `gcbulk pull` of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the cells of a type take, so that a mistake shows while people type.

    Args:
        choices: what to choose from; none where a cell takes anything.
        is_open: whether another value than the choices is taken after a question.
        whole: the least and the most of a whole number; None of a type that takes something else.
        long: a longer text than this is marked as doubtful; 0 for no limit.
        too_long: a longer text than this is marked as refused; 0 for no limit.
    """

    choices: tuple[str, ...] = ()
    is_open: bool = False
    whole: tuple[int, int] | None = None
    long: int = 0
    too_long: int = 0


ANYTHING = Entry()
"""A text without a limit."""


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column that people fill in.

    Args:
        name: the name of the column.
        width: how wide it is, in characters; 0 for what its type needs.
        hint: what a reader is told when the header is selected, and on the first sheet.
        limit: the same in short, for the first sheet; "" for what its type says.
        pulled_only: whether only a pull writes it, because nobody needs it for something new.
    """

    name: str
    width: int = 0
    hint: str = ""
    limit: str = ""
    pulled_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSheet:
    """The sheet of a table.

    Args:
        columns: its columns in their order; together they make whole records.
        examples: the rows of an empty template, a value for each of the first columns. Their ids say that they are
            never to be sent.
        title: its name; "" for the table's.
        ids_of: the table of things whose ids it offers to choose from, where that has a sheet as well; "" for none. A
            table of texts offers those of its things without saying so.
    """

    columns: tuple[TemplateColumn, ...]
    examples: tuple[tuple[str | int, ...], ...] = ()
    title: str = ""
    ids_of: str = ""
