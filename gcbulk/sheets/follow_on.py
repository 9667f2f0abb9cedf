"""Errors that follow from another one, folded into their cause.

One hyphen in an Achievement ID is one thing to correct, not one and twelve more in the rows of its localizations. Those
rows keep their error (`Checked.row_issues`), so that each of them is rejected and reported; the list that people read
(`Checked.issues`) has the cause alone, with the rows that hang on it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd

from gcbulk.records import Severity
from gcbulk.tables.issues import quoted, row_ranges

_Rows: TypeAlias = list[tuple[str, int, int]]
"""Sheet, row, and how many localizations there hang on a cause."""
_OF_ONE_ID = (
    "id-looks-damaged",
    "id-invisible-character",
    "id-character",
    "id-too-long",
    "id-shown-otherwise",
    "id-is-a-number",
    "localization-without-achievement",
)
"""Errors that all rows of one Achievement ID share."""


def fold(
    issues: pd.DataFrame, achievements: pd.DataFrame, localizations: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The problems of a check as people read them, and as rows have them.

    Args:
        issues: every problem, by sheet, row and column.
        achievements: the achievements.
        localizations: the localizations.

    Returns:
        The problems with those left out that follow from another one; and all of them. Both name the rows that hang
        on a cause in its message. Columns: `records.ISSUE_COLUMNS`. Index: 0, 1, ...
    """
    errors = issues["code"].isin(_OF_ONE_ID) & (issues["severity"] == Severity.ERROR.value) & issues["row"].notna()
    if not errors.any():
        return issues, issues
    lines = _with_ids(issues[errors], achievements, localizations)
    # The cause is the achievement itself where the file has it, else the first of the rows.
    lines = lines.sort_values("is_own", ascending=False, kind="stable")
    groups = lines.groupby(["code", "id"], sort=False)
    followers = lines[(groups.cumcount() > 0) & ~lines["is_own"] & (lines["id"] != "")]
    if followers.empty:
        return issues, issues
    causes = groups["position"].transform("first")[followers.index]
    messages, sheets, codes = (issues[name].to_numpy(dtype=object).copy() for name in ("message", "sheet", "code"))
    for cause, rows in _hanging_on(followers.assign(cause=causes), localizations).items():
        messages[cause] = f"{messages[cause]} {_in_words(rows, sheets[cause], codes[cause])}"
    every = issues.assign(message=messages)
    return every.drop(index=followers["position"]).reset_index(drop=True), every


def _with_ids(issues: pd.DataFrame, achievements: pd.DataFrame, localizations: pd.DataFrame) -> pd.DataFrame:
    """Some problems with the id of their row, and whether the row is an achievement of its own."""
    frames = [frame[["sheet", "vendor_identifier"]].reset_index(names="row") for frame in (achievements, localizations)]
    named = pd.concat(frames, ignore_index=True).astype({"row": "Int64", "sheet": object})
    of_row = named.drop_duplicates(["sheet", "row"]).rename(columns={"vendor_identifier": "id"})
    lines = issues[["sheet", "row", "code", "locale"]].assign(position=issues.index)
    lines = lines.merge(of_row, on=["sheet", "row"], how="left")
    own = pd.MultiIndex.from_arrays([achievements["sheet"].astype(object), achievements.index])
    places = pd.MultiIndex.from_arrays([lines["sheet"].astype(object), lines["row"].astype(np.int64)])
    return lines.assign(id=lines["id"].astype(object).fillna(""), is_own=places.isin(own))


def _hanging_on(followers: pd.DataFrame, localizations: pd.DataFrame) -> dict[int, _Rows]:
    """The rows that hang on each cause, by its place; there may be a million, so no frame is made of each."""
    here = localizations.groupby(["sheet", localizations.index], sort=False, observed=True).size()
    keys = pd.MultiIndex.from_arrays([followers["sheet"].astype(object), followers["row"].astype(np.int64)])
    # An error of the id is said once for all localizations of its row, one of a single language once for each.
    counts = np.where(followers["locale"].isna(), here.reindex(keys).fillna(0), 1).astype(int)
    found: dict[int, _Rows] = {}
    places = zip(followers["cause"], followers["sheet"], followers["row"], counts.tolist(), strict=True)
    for cause, sheet, row, count in places:
        found.setdefault(cause, []).append((sheet, row, count))
    return found


def _in_words(rows: _Rows, sheet: str, code: str) -> str:
    """The sentence that names the rows which hang on a cause, which stands on a sheet and has a code."""
    count = sum(number for *_, number in rows)
    noun = "localization" if count == 1 else f"{count:,} localizations"
    whose = "another" if code == "localization-without-achievement" and count == 1 else "its"
    return f"The same goes for {whose} {noun}, {_placed(rows, sheet)}."


def _placed(rows: _Rows, own: str) -> str:
    """Where some rows stand, in words; the sheet is named where it is another one than the cause's."""
    by_sheet: dict[str, set[int]] = {}
    for sheet, row, _ in rows:
        by_sheet.setdefault(sheet, set()).add(row)
    return " and ".join(
        f"row{'s' if len(numbers) > 1 else ''} {row_ranges(numbers)}{'' if sheet == own else f' of {quoted(sheet)}'}"
        for sheet, numbers in by_sheet.items()
    )
