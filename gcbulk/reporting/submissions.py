"""The report of a million submissions, column by column, from the checked rows, the plan and the journal.

There is one line per record; only lines that have something to say carry a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gcbulk.records import OUTCOME_COLUMNS, TEXT_TYPE, OutcomeKind
from gcbulk.sheets import CheckedSubmissions


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of the records of a file, one element for each.

    Args:
        outcomes: `OutcomeKind` as text, object.
        ids: the service's ids, None where there is none, object.
        attempts: requests sent, int64.
        codes: our code or the service's, by position, for those that have one.
        columns: the header that the code is about, by position.
        messages: what happened and what to do, by position.
        request_ids: the service's id of the last request, None where there is none, object.
        finished_at: when (seconds since 1970), NaN where nothing was sent, float64.
    """

    outcomes: np.ndarray
    ids: np.ndarray
    attempts: np.ndarray
    codes: Mapping[int, str]
    columns: Mapping[int, str]
    messages: Mapping[int, str]
    request_ids: np.ndarray
    finished_at: np.ndarray


def submission_lines(rows: pd.DataFrame, outcomes: Outcomes, *, step: str) -> pd.DataFrame:
    """Say of every record how it ended.

    Args:
        rows: the checked records; columns sheet, scoped_player_id and vendor_identifier, index row.
        outcomes: what became of them, in the same order.
        step: what the step is called: "submission" or "score".

    Returns:
        One line per record, in the order of the file.

        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ...
    """
    count = len(rows)
    player, identifier = (rows[name].astype(TEXT_TYPE).fillna("") for name in ("scoped_player_id", "vendor_identifier"))
    lines = {
        "sheet": rows["sheet"].array,
        "row": pd.array(rows.index.to_numpy(), dtype="Int64"),
        "key": (player + " / " + identifier).array,
        "step": pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), [step]),
        "outcome": pd.Categorical(outcomes.outcomes, categories=[str(kind) for kind in OutcomeKind]),
        "id": outcomes.ids,
        "code": _sparse(outcomes.codes, count),
        "column": _sparse(outcomes.columns, count),
        "message": _sparse(outcomes.messages, count),
        "attempts": pd.array(outcomes.attempts, dtype="Int64"),
        "request_id": outcomes.request_ids,
        "finished_at": _moments(np.asarray(outcomes.finished_at, dtype=float)),
    }
    return pd.DataFrame(lines, columns=list(OUTCOME_COLUMNS), index=pd.RangeIndex(count))


def _moments(seconds: np.ndarray) -> pd.DatetimeIndex:
    """Moments of seconds since 1970; pandas 2 takes NaN for a number that is too large, so it is kept from it."""
    gone = np.isnan(seconds)
    return pd.to_datetime(np.where(gone, 0, seconds), unit="s", utc=True).as_unit("us").where(~gone)


def submission_check_lines(checked: CheckedSubmissions, *, step: str) -> pd.DataFrame:
    """Say what is wrong with a file: one line for each issue; a million good rows need none.

    Args:
        checked: the file as it was understood.
        step: what a record is called: "submission" or "score".

    Returns:
        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ...
    """
    issues = checked.row_issues.reset_index(drop=True)
    lines = {
        "sheet": issues["sheet"].astype(object),
        "row": issues["row"],
        "key": "",
        "step": step,
        "outcome": issues["severity"].astype(object),
        "code": issues["code"].astype(object),
        "column": issues["column"].astype(object),
        "message": issues["message"].astype(object),
        "attempts": pd.array(np.zeros(len(issues), dtype=np.int64), dtype="Int64"),
        "finished_at": pd.array([pd.NaT] * len(issues), dtype="datetime64[us, UTC]"),
    }
    return pd.DataFrame(lines, index=issues.index).reindex(columns=list(OUTCOME_COLUMNS))


def _sparse(values: Mapping[int, str], count: int) -> np.ndarray:
    column = np.full(count, None, dtype=object)
    if values:
        column[np.fromiter(values.keys(), dtype=np.int64, count=len(values))] = list(values.values())
    return column
