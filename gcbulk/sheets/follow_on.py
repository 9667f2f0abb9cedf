"""Errors that only follow from another one, folded into their cause.

One hyphen in an id is one thing to correct, not one thing and twelve more in the rows of its localizations.
Those rows keep their error (`Checked.row_issues`), so that each is rejected and reported; the list that people read
(`Checked.issues`) has only the cause, which names the rows that depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Severity
from gcbulk.tables.body import Layout
from gcbulk.tables.issues import named_rows, quoted
from gcbulk.tables.vocabulary import with_article

_Rows: TypeAlias = list[tuple[str, int, int]]
"""Sheet, row, and how many texts there hang on a cause."""
_DAMAGED_IDS = ("id-looks-damaged", "id-shown-otherwise", "id-is-a-number")
_OF_ONE_ID = (*_DAMAGED_IDS, "id-invisible-character", "id-character", "id-too-long")
"""Errors that all rows of one id share."""
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What a file holds of one kind.

    Args:
        kind: the kind.
        things: the frame of its things.
        texts: the frame of their texts.
        tables: where they were found.
    """

    kind: ContentKind
    things: pd.DataFrame
    texts: pd.DataFrame
    tables: Sequence[Layout]

    @property
    def orphan(self) -> str:
        """The code of a text without its thing."""
        return self.kind.family.orphan

    def own(self, issues: pd.DataFrame) -> pd.DataFrame:
        """The issues on the sheets of this kind."""
        return issues[issues["sheet"].isin([table.sheet for table in self.tables])]


def fold(
    issues: pd.DataFrame, frames: Mapping[str, pd.DataFrame], tables: Sequence[Layout]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The problems of a check as people read them, and as rows have them.

    Args:
        issues: every problem, by sheet, row and column.
        frames: the records by `Table.name`.
        tables: where they were found.

    Returns:
        The problems with those left out that follow from another one; and all of them. Both name the rows that hang
        on a cause in its message. Columns: `records.ISSUE_COLUMNS`. Index: 0, 1, ...
    """
    of_rows = issues[issues["row"].notna()]
    errors = of_rows[of_rows["severity"] == Severity.ERROR.value]
    folded = [follower for part in _parts(frames, tables) for follower in _of_part(part, part.own(errors))]
    folded += _of_numbers(of_rows[of_rows["code"].isin(_FROM_NUMBERS)])
    return fold_into(issues, folded)


def _parts(frames: Mapping[str, pd.DataFrame], tables: Sequence[Layout]) -> Iterator[_Part]:
    """What the file holds, kind by kind."""
    for kind in CONTENT.values():
        own = [table for table in tables if table.kind in (kind.things.name, kind.texts.name)]
        if own:
            yield _Part(kind, frames[kind.things.name], frames[kind.texts.name], own)


def _of_part(part: _Part, errors: pd.DataFrame) -> Iterator[Folded]:
    """What follows from an id, and from a column of languages."""
    yield from _of_ids(errors, part)
    yield from fold_columns(errors[_is_unreadable(errors)], _language_columns(part))


def fold_into(issues: pd.DataFrame, folded: Sequence[Folded]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The problems without those that follow from another one; and all of them.

    Args:
        issues: every problem. Index: 0, 1, ...
        folded: what follows from what.
    """
    if not folded:
        return issues, issues
    messages = issues["message"].to_numpy(dtype=object).copy()
    for group in folded:
        messages[group.cause] = f"{messages[group.cause]} {group.sentence}"
    all_issues = issues.assign(message=messages)
    gone = [position for group in folded for position in group.followers]
    return all_issues.drop(index=gone).reset_index(drop=True), all_issues


def fold_columns(errors: pd.DataFrame, columns: Sequence[tuple[str, str, int]]) -> Iterator[Folded]:
    """Columns that are wrong in every row, or in many rows for the same reason: one line for each reason.

    Args:
        errors: the errors of rows, with their positions in the frame of issues as index.
        columns: sheet, header and number of rows of those to look at.
    """
    for sheet, header, count in columns:
        of_column = errors[(errors["sheet"] == sheet) & (errors["column"] == header)]
        is_whole = count >= _WHOLE_COLUMN and of_column["row"].nunique() >= count
        for _, group in of_column.groupby(["code", "message"], sort=False):
            rest = group.iloc[1:]
            if len(rest) and (is_whole or len(group) >= _MANY):
                yield Folded(int(group.index[0]), rest.index.tolist(), f"The same goes for {named_rows(rest['row'])}.")


def _of_numbers(warnings: pd.DataFrame) -> Iterator[Folded]:
    """Columns of ids or texts that are numbers: a remark that every row shares is one."""
    for _, group in warnings.groupby(["sheet", "column", "code"], sort=False):
        if len(group) >= _MANY:
            rest = group.iloc[1:]
            sentence = f"The same goes for {named_rows(rest['row'])}, each with its own number."
            yield Folded(int(group.index[0]), rest.index.tolist(), sentence)


def _language_columns(part: _Part) -> list[tuple[str, str, int]]:
    """The columns of languages, with the number of their rows."""
    rows = part.texts["sheet"].reset_index().drop_duplicates()["sheet"].value_counts()
    language = part.kind.texts.language or ""
    headers = [(table.sheet, table.columns[language]) for table in part.tables if language in table.columns]
    return [(sheet, header, int(rows.get(sheet, 0))) for sheet, header in headers]


def _of_ids(errors: pd.DataFrame, part: _Part) -> Iterator[Folded]:
    """What the rows of one id share, and texts whose thing cannot be known."""
    shared = errors[errors["code"].isin([*_OF_ONE_ID, part.orphan])]
    if shared.empty:
        return
    lines = _with_ids(shared, part)
    orphans = lines[(lines["code"] == part.orphan) & (lines["id"] != "")]
    unread = _unread_ids(errors, part)
    if len(orphans) and orphans["id"].nunique() <= unread["row"].nunique():
        yield _of_unread_ids(unread, orphans, part)
        lines = lines.drop(index=orphans.index)
    elif len(orphans) and not any(table.kind == part.kind.things.name for table in part.tables):
        lines = lines.assign(id=lines["id"].where(lines["code"] != part.orphan, part.orphan))
    yield from _of_one_id(lines, part)


def _of_one_id(lines: pd.DataFrame, part: _Part) -> Iterator[Folded]:
    """The same error in the rows of one id: the cause is the thing where the file has it, else the first row."""
    lines = lines.sort_values("is_own", ascending=False, kind="stable")
    groups = lines.groupby(["code", "id"], sort=False)
    followers = lines[(groups.cumcount() > 0) & ~lines["is_own"] & (lines["id"] != "")]
    if followers.empty:
        return
    causes = groups[["position", "sheet"]].transform("first").loc[followers.index]
    counts = _counts(followers, part.texts).tolist()
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
        yield Folded(cause, positions[cause], _in_words(rows[cause], sheet, code, key, part.kind))


def _unread_ids(errors: pd.DataFrame, part: _Part) -> pd.DataFrame:
    """The errors of things whose id cannot be read, or is not what it was."""
    table = part.kind.things
    headers = {layout.sheet: layout.columns.get(table.key) for layout in part.tables if layout.kind == table.name}
    is_id = errors["column"].notna() & (errors["column"] == errors["sheet"].map(headers))
    unread = errors[_is_unreadable(errors) & is_id]
    return unread[unread["row"].isin(part.things.index)]


def _is_unreadable(errors: pd.DataFrame) -> pd.Series:
    """Which errors say that a cell has no value that counts; not those that compare it with another row's."""
    return errors["code"].str.startswith("cell-") | errors["code"].isin((*_DAMAGED_IDS, "locale-unknown"))


def _of_unread_ids(unread: pd.DataFrame, orphans: pd.DataFrame, part: _Part) -> Folded:
    """Texts without a thing where as many ids of things, or more, cannot be read."""
    rows = list(zip(orphans["sheet"], orphans["row"], _counts(orphans, part.texts).tolist(), strict=True))
    count = sum(number for *_, number in rows)
    which = "It" if unread["row"].nunique() == 1 else "It, or another one that cannot be read,"
    texts, things = part.kind.texts, part.kind.things
    noun = with_article(texts.record) if count == 1 else f"{count:,} {texts.plural}"
    where = _placed(rows, unread["sheet"].iloc[0])
    sentence = f"{which} may be the id of {noun} without {with_article(things.record)}, {where}."
    return Folded(unread.index[0], orphans["position"].tolist(), sentence)


def _with_ids(issues: pd.DataFrame, part: _Part) -> pd.DataFrame:
    """Some problems with the id of their row, and whether the row is a thing of its own."""
    key = part.kind.things.key
    frames = [frame[["sheet", key]].reset_index(names="row") for frame in (part.things, part.texts)]
    named = pd.concat(frames, ignore_index=True).astype({"row": "Int64", "sheet": object})
    of_row = named.drop_duplicates(["sheet", "row"]).rename(columns={key: "id"})
    lines = issues[["sheet", "row", "code", "locale"]].assign(position=issues.index)
    lines = lines.merge(of_row, on=["sheet", "row"], how="left")
    own = pd.MultiIndex.from_arrays([part.things["sheet"].astype(object), part.things.index])
    row_refs = pd.MultiIndex.from_arrays([lines["sheet"].astype(object), lines["row"].astype(np.int64)])
    return lines.assign(id=lines["id"].astype(object).fillna(""), is_own=row_refs.isin(own))


def _counts(followers: pd.DataFrame, texts: pd.DataFrame) -> np.ndarray:
    """How many texts each of some errors is about."""
    here = texts.groupby(["sheet", texts.index], sort=False, observed=True).size()
    keys = pd.MultiIndex.from_arrays([followers["sheet"].astype(object), followers["row"].astype(np.int64)])
    # An error of the id is said once for all texts of its row, one of a single language once for each.
    return np.where(followers["locale"].isna(), here.reindex(keys).fillna(0), 1).astype(int)


def _in_words(rows: _Rows, sheet: str, code: str, of: str, kind: ContentKind) -> str:
    """The sentence that names the rows which hang on a cause, which stands on a sheet and has a code."""
    things, texts, orphan = kind.things, kind.texts, kind.family.orphan
    if of == orphan:
        return (
            f"No {things.plural} were read at all, so the same goes for all other {texts.plural}, "
            f"{_placed(rows, sheet)}."
        )
    count = sum(number for *_, number in rows)
    noun = texts.record if count == 1 else f"{count:,} {texts.plural}"
    whose = "another" if code == orphan and count == 1 else "its"
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
