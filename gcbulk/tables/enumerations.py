"""Cells that hold one of a few words, each with what it is to the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gcbulk.records import TEXT_TYPE
from gcbulk.tables.cells import Cells
from gcbulk.tables.coercion import as_flags
from gcbulk.tables.rule import Rule
from gcbulk.tables.template import Entry
from gcbulk.tables.types import Plain
from gcbulk.tables.vocabulary import letters


@dataclass(frozen=True, slots=True, eq=False)  # a type is looked up by what it is, and a mapping has no hash
class _Words:
    """Makes the service's values of words.

    Args:
        values: a word, only letters and digits in lower case -> the service's value.
        flags: the service's values for yes and for no; None where these are no words of it.
    """

    values: Mapping[str, str]
    flags: tuple[str, str] | None

    def __call__(self, cells: Cells) -> pd.Series:
        """The service's value of each cell; "" for anything else."""
        read = cells.text.map(lambda text: self.values.get(letters(text), "")).astype(TEXT_TYPE)
        if self.flags is None:
            return read
        said = as_flags(cells)
        yes, no = self.flags
        return read.mask(said.fillna(False).astype(bool), yes).mask((~said).fillna(False).astype(bool), no)


def one_of(
    words: Mapping[str, str],
    code: str,
    *,
    more: Mapping[str, str] | None = None,
    flags: tuple[str, str] | None = None,
    advice: str = "",
) -> Plain:
    """A type of cells that hold one of some words, the service's own values among them, in any case.

    Args:
        words: what people choose from -> the service's value.
        code: the code of a cell that holds something else.
        more: what is understood besides -> the service's value.
        flags: the service's values for yes and for no, where the words for these are understood.
        advice: what else to say of such a cell.
    """
    known = {**words, **(more or {}), **{value: value for value in words.values()}}
    by_letters = {letters(word): value for word, value in known.items()}
    listed = ", ".join(words)
    rule = Rule(
        code,
        f"{{title}} is {{value}}, which is not one of its values. Use one of these: {listed}.{advice}",
        lambda cells, values: (values == "").to_numpy(),
    )
    return Plain(_Words(by_letters, flags), (rule,), entry=Entry(choices=tuple(words)))
