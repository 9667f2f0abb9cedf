"""Errors that only follow from another one, folded into their cause.

One hyphen in an Achievement ID is one thing to correct, not one thing and twelve more in the rows of its localizations.
Those rows keep their error (`Checked.row_issues`), so that each is rejected and reported; the list that people read
(`Checked.issues`) has only the cause, which names the rows that depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from gcbulk.kinds.achievements import ACHIEVEMENTS
from gcbulk.records import Severity
from gcbulk.tables.body import Layout
from gcbulk.tables.issues import named_rows, quoted

_Rows: TypeAlias = list[tuple[str, int, int]]
"""Sheet, row, and how many localizations there hang on a cause."""
_ORPHAN = "localization-without-achievement"
_DAMAGED_IDS = ("id-looks-damaged", "id-shown-otherwise", "id-is-a-number")
_OF_ONE_ID = (*_DAMAGED_IDS, "id-invisible-character", "id-character", "id-too-long", _ORPHAN)
"""Errors that all rows of one Achievement ID share."""
_FROM_NUMBERS = ("id-from-number", "text-from-number")
_WHOLE_COLUMN = 3  # rows of which all are wrong in one column
_MANY = 5  # rows that are wrong for one reason


@dataclass(frozen=True, slots=True)
class Folded:
    """Lines that are folded into another one.

    Args:
        cause: the position of the line that stays, in the frame of issues.
        followers: the positions of those that go.
        sentence: what the cause says of them.
    """

    cause: int
    followers: Sequence[int]
    sentence: str


def fold(
    issues: pd.DataFrame, achievements: pd.DataFrame, localizations: pd.DataFrame, tables: Sequence[Layout]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The problems of a check as people read them, and as rows have them.

    Args:
        issues: every problem, by sheet, row and column.
        achievements: the achievements.
        localizations: the localizations.
        tables: where they were found.

    Returns:
        The problems with those left out that follow from another one; and all of them. Both name the rows that hang
        on a cause in its message. Columns: `records.ISSUE_COLUMNS`. Index: 0, 1, ...
    """
    of_rows = issues[issues["row"].notna()]
    errors = of_rows[of_rows["severity"] == Severity.ERROR.value]
    folded = [
        *_of_ids(errors, achievements, localizations, tables),
        *fold_columns(errors[_is_unreadable(errors)], _locale_columns(localizations, tables)),
        *_of_numbers(of_rows[of_rows["code"].isin(_FROM_NUMBERS)]),
    ]
    return fold_into(issues, folded)


def fold_into(issues: pd.DataFrame, folded: Sequence[Folded]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The problems without those that follow from another one; and all of them.

    Args:
        issues: every problem. Index: 0, 1, ...
        folded: what follows from what.
    """
    if not folded:
        return issues, issues
    messages = issues["message"].to_numpy(dtype=object).copy()
    for one in folded:
        messages[one.cause] = f"{messages[one.cause]} {one.sentence}"
    every = issues.assign(message=messages)
    gone = [position for one in folded for position in one.followers]
    return every.drop(index=gone).reset_index(drop=True), every


def fold_columns(errors: pd.DataFrame, columns: Sequence[tuple[str, str, int]]) -> Iterator[Folded]:
    """Columns that are wrong in every row, or in many rows for the same reason: one line for each reason.

    Args:
        errors: the errors of rows, with their positions in the frame of issues as index.
        columns: sheet, header and number of rows of those to look at.
    """
    for sheet, header, count in columns:
        of_column = errors[(errors["sheet"] == sheet) & (errors["column"] == header)]
        every = count >= _WHOLE_COLUMN and of_column["row"].nunique() >= count
        for _, group in of_column.groupby(["code", "message"], sort=False):
            rest = group.iloc[1:]
            if len(rest) and (every or len(group) >= _MANY):
                yield Folded(int(group.index[0]), rest.index.tolist(), f"The same goes for {named_rows(rest['row'])}.")


def _of_numbers(warnings: pd.DataFrame) -> Iterator[Folded]:
    """Columns of ids or texts that are numbers: a remark that every row shares is one."""
    for _, group in warnings.groupby(["sheet", "column", "code"], sort=False):
        if len(group) >= _MANY:
            rest = group.iloc[1:]
            sentence = f"The same goes for {named_rows(rest['row'])}, each with its own number."
            yield Folded(int(group.index[0]), rest.index.tolist(), sentence)


def _locale_columns(localizations: pd.DataFrame, tables: Sequence[Layout]) -> list[tuple[str, str, int]]:
    """The columns of locales, with the number of their rows."""
    rows = localizations["sheet"].reset_index().drop_duplicates()["sheet"].value_counts()
    headers = [(table.sheet, table.columns["locale"]) for table in tables if "locale" in table.columns]
    return [(sheet, header, int(rows.get(sheet, 0))) for sheet, header in headers]


def _of_ids(
    errors: pd.DataFrame, achievements: pd.DataFrame, localizations: pd.DataFrame, tables: Sequence[Layout]
) -> Iterator[Folded]:
    """What the rows of one Achievement ID share, and localizations whose achievement cannot be known."""
    shared = errors[errors["code"].isin(_OF_ONE_ID)]
    if shared.empty:
        return
    lines = _with_ids(shared, achievements, localizations)
    orphans = lines[(lines["code"] == _ORPHAN) & (lines["id"] != "")]
    unread = _unread_ids(errors, achievements, tables)
    if len(orphans) and orphans["id"].nunique() <= unread["row"].nunique():
        yield _of_unread_ids(unread, orphans, localizations)
        lines = lines.drop(index=orphans.index)
    elif len(orphans) and not any(table.kind == ACHIEVEMENTS.name for table in tables):
        lines = lines.assign(id=lines["id"].where(lines["code"] != _ORPHAN, _ORPHAN))
    yield from _of_one_id(lines, localizations)


def _of_one_id(lines: pd.DataFrame, localizations: pd.DataFrame) -> Iterator[Folded]:
    """The same error in the rows of one id: the cause is the achievement where the file has it, else the first row."""
    lines = lines.sort_values("is_own", ascending=False, kind="stable")
    groups = lines.groupby(["code", "id"], sort=False)
    followers = lines[(groups.cumcount() > 0) & ~lines["is_own"] & (lines["id"] != "")]
    if followers.empty:
        return
    causes = groups[["position", "sheet"]].transform("first").loc[followers.index]
    counts = _counts(followers, localizations).tolist()
    rows: dict[int, _Rows] = {}
    positions: dict[int, list[int]] = {}
    # There may be a million followers, so no frame is made of each cause's.
    for cause, position, *row in zip(
        causes["position"], followers["position"], followers["sheet"], followers["row"], counts, strict=True
    ):
        rows.setdefault(cause, []).append((row[0], row[1], row[2]))
        positions.setdefault(cause, []).append(position)
    said = lines.set_index("position").loc[list(rows), ["sheet", "code", "id"]]
    for cause, (sheet, code, key) in zip(rows, said.itertuples(index=False), strict=True):
        yield Folded(cause, positions[cause], _in_words(rows[cause], sheet, code, key))


def _unread_ids(errors: pd.DataFrame, achievements: pd.DataFrame, tables: Sequence[Layout]) -> pd.DataFrame:
    """The errors of achievements whose id cannot be read, or is not what it was."""
    headers = {
        table.sheet: table.columns.get("vendor_identifier") for table in tables if table.kind == ACHIEVEMENTS.name
    }
    is_id = errors["column"].notna() & (errors["column"] == errors["sheet"].map(headers))
    found = errors[_is_unreadable(errors) & is_id]
    return found[found["row"].isin(achievements.index)]


def _is_unreadable(errors: pd.DataFrame) -> pd.Series:
    """Which errors say that a cell has no value that counts; not those that compare it with another row's."""
    return errors["code"].str.startswith("cell-") | errors["code"].isin((*_DAMAGED_IDS, "locale-unknown"))


def _of_unread_ids(unread: pd.DataFrame, orphans: pd.DataFrame, localizations: pd.DataFrame) -> Folded:
    """Localizations without achievement where as many ids of achievements, or more, cannot be read."""
    rows = list(zip(orphans["sheet"], orphans["row"], _counts(orphans, localizations).tolist(), strict=True))
    count = sum(number for *_, number in rows)
    which = "It" if unread["row"].nunique() == 1 else "It, or another one that cannot be read,"
    noun = "a localization" if count == 1 else f"{count:,} localizations"
    where = _placed(rows, unread["sheet"].iloc[0])
    sentence = f"{which} may be the id of {noun} without an achievement, {where}."
    return Folded(unread.index[0], orphans["position"].tolist(), sentence)


def _with_ids(issues: pd.DataFrame, achievements: pd.DataFrame, localizations: pd.DataFrame) -> pd.DataFrame:
    """Some problems with the id of their row, and whether the row is an achievement of its own."""
    frames = [frame[["sheet", "vendor_identifier"]].reset_index(names="row") for frame in (achievements, localizations)]
    named = pd.concat(frames, ignore_index=True).astype({"row": "Int64", "sheet": object})
    of_row = named.drop_duplicates(["sheet", "row"]).rename(columns={"vendor_identifier": "id"})
    lines = issues[["sheet", "row", "code", "locale"]].assign(position=issues.index)
    lines = lines.merge(of_row, on=["sheet", "row"], how="left")
    own = pd.MultiIndex.from_arrays([achievements["sheet"].astype(object), achievements.index])
    row_refs = pd.MultiIndex.from_arrays([lines["sheet"].astype(object), lines["row"].astype(np.int64)])
    return lines.assign(id=lines["id"].astype(object).fillna(""), is_own=row_refs.isin(own))


def _counts(followers: pd.DataFrame, localizations: pd.DataFrame) -> np.ndarray:
    """How many localizations each of some errors is about."""
    here = localizations.groupby(["sheet", localizations.index], sort=False, observed=True).size()
    keys = pd.MultiIndex.from_arrays([followers["sheet"].astype(object), followers["row"].astype(np.int64)])
    # An error of the id is said once for all localizations of its row, one of a single language once for each.
    return np.where(followers["locale"].isna(), here.reindex(keys).fillna(0), 1).astype(int)


def _in_words(rows: _Rows, sheet: str, code: str, of: str) -> str:
    """The sentence that names the rows which hang on a cause, which stands on a sheet and has a code."""
    if of == _ORPHAN:
        return (
            f"No achievements were read at all, so the same goes for all other localizations, {_placed(rows, sheet)}."
        )
    count = sum(number for *_, number in rows)
    noun = "localization" if count == 1 else f"{count:,} localizations"
    whose = "another" if code == _ORPHAN and count == 1 else "its"
    return f"The same goes for {whose} {noun}, {_placed(rows, sheet)}."


def _placed(rows: _Rows, own: str) -> str:
    """Where some rows stand, in words; the sheet is named where it is another one than the cause's."""
    by_sheet: dict[str, set[int]] = {}
    for sheet, row, _ in rows:
        by_sheet.setdefault(sheet, set()).add(row)
    return " and ".join(
        f"{named_rows(sorted(numbers))}{'' if sheet == own else f' of {quoted(sheet)}'}"
        for sheet, numbers in by_sheet.items()
    )
