"""Cells that name an image file: which thing and language each is for. The files themselves are examined elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from gcbulk.records import IMAGE_COLUMNS, TEXT_TYPE
from gcbulk.tables.body import Body
from gcbulk.tables.coercion import as_text
from gcbulk.tables.frames import series_of
from gcbulk.tables.issues import Batch
from gcbulk.tables.judging import Validated
from gcbulk.tables.spec import Table
from gcbulk.tables.types import FileRef

EVERY_LANGUAGE = ""
"""The locale of a file that is for all languages of its thing."""


def file_lines(
    table: Table, body: Body, records: np.ndarray, continued: np.ndarray, keys: pd.Series, validated: Validated
) -> tuple[pd.DataFrame, list[Batch]]:
    """The files that a table names.

    Args:
        table: the kind of table.
        body: its rows.
        records: which of them are records.
        continued: which records add a text to an earlier one.
        keys: what each row is about.
        validated: its columns.

    Returns:
        A line for each cell that names a file (columns: `records.IMAGE_COLUMNS`; index: row), and the problems.
    """
    frames: list[pd.DataFrame] = []
    problems: list[Batch] = []
    for (_, locale), column in validated.columns.items():
        if not isinstance(column.type, FileRef):
            continue
        problems.extend(column.problems(body, records, column.type.record, required=False))
        named = records & column.contents.filled & (keys != "").to_numpy(dtype=bool)
        languages = pd.Series(locale, index=keys.index) if locale else _languages(table, body, continued)
        frames.append(_lines(body, named, keys[named], languages[named], series_of(column.values.filter(named))))
    return all_lines(frames), problems


def no_lines() -> pd.DataFrame:
    """A frame of files without a line.

    Returns:
        Columns: `records.IMAGE_COLUMNS`. Index: row.
    """
    columns = {name: pd.Series(dtype="Int64" if name == "size_bytes" else "object") for name in IMAGE_COLUMNS}
    return pd.DataFrame(columns).set_index(pd.Index([], dtype="int64", name="row"))


def all_lines(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The files of all tables in one frame.

    Args:
        parts: the frames of the tables.

    Returns:
        Columns: `records.IMAGE_COLUMNS`. Index: row.
    """
    filled = [part for part in parts if len(part)]
    return pd.concat(filled) if filled else no_lines()


def objects(values: Sequence[str | None], index: pd.Index) -> pd.Series:
    """Texts with None where there is none, which pandas would otherwise make NaN."""
    return pd.Series(values, index=index, dtype=object)


def _languages(table: Table, body: Body, continued: np.ndarray) -> pd.Series:
    """The language of each row's file: none in particular where the row begins a thing."""
    language = table.of_texts.language if table.of_texts else None
    contents = body.column(language) if language else None
    locales = pd.Series(EVERY_LANGUAGE, index=range(len(body.rows)), dtype=TEXT_TYPE)
    if contents:
        locales = as_text(contents.cells).iloc[contents.codes].reset_index(drop=True)
    if body.layout.locale:
        locales = locales.where(locales != EVERY_LANGUAGE, body.layout.locale)
    return locales if table.language else locales.where(continued, EVERY_LANGUAGE)


def _lines(body: Body, where: np.ndarray, keys: pd.Series, languages: pd.Series, paths: pd.Series) -> pd.DataFrame:
    """Some files as lines of the frame; what is known of them comes later."""
    nothing = [None] * len(paths)
    sheet = [body.layout.sheet] * len(paths)
    columns = (keys.to_list(), languages.to_list(), paths.to_list(), nothing, nothing, nothing, sheet)
    index = pd.Index(body.rows[where], name="row")
    values_by_column = {name: objects(values, index) for name, values in zip(IMAGE_COLUMNS, columns, strict=True)}
    return pd.DataFrame(values_by_column).astype({"size_bytes": "Int64"})
