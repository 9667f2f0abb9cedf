"""The report of submissions: whole columns in, a line for each record out."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from gcbulk.records import OUTCOME_COLUMNS, Book, RawSheet
from gcbulk.reporting.submissions import Outcomes, submission_check_lines, submission_lines
from gcbulk.sheets import CheckedSubmissions, check_submissions

HEADERS = ("Player ID", "Achievement ID", "Percent")


def player(number: int) -> str:
    """A player's id."""
    return f"A:_{number:032x}"


def checked(*rows: tuple[object, ...]) -> CheckedSubmissions:
    """Rows, checked; the first is row 2."""
    cells = pd.DataFrame([HEADERS, *rows], columns=range(1, 4), index=range(1, len(rows) + 2), dtype=object)
    return check_submissions(Book(None, "xlsx", (RawSheet("Export", cells),)), bundle_id="com.example.game")


def outcomes(count: int, **given: object) -> Outcomes:
    """Outcomes of records that were all created, but for what is given."""
    usual: dict[str, object] = {
        "outcomes": np.full(count, "created", dtype=object),
        "ids": np.array([f"id-{n}" for n in range(count)], dtype=object),
        "attempts": np.ones(count, dtype=np.int64),
        "codes": {},
        "columns": {},
        "messages": {},
        "request_ids": np.full(count, None, dtype=object),
        "finished_at": np.full(count, 1_767_268_800.0),
    }
    return Outcomes(**(usual | given))  # type: ignore[arg-type]


def test_a_line_for_each_record() -> None:
    """Row, key and id of every record, in the order of the file, in the columns of every report."""
    rows = checked((player(1), "a.first", 10), (player(2), "a.second", 20)).rows
    lines = submission_lines(rows, outcomes(2), step="submission")
    assert list(lines.columns) == list(OUTCOME_COLUMNS)
    assert lines["row"].tolist() == [2, 3]
    assert lines["key"].tolist() == [f"{player(1)} / a.first", f"{player(2)} / a.second"]
    assert lines["id"].tolist() == ["id-0", "id-1"]
    assert lines["finished_at"].tolist() == [datetime(2026, 1, 1, 12, 0, tzinfo=UTC)] * 2
    assert set(lines["sheet"]) == {"Export"}
    assert set(lines["step"]) == {"submission"}


def test_only_what_has_something_to_say_has_a_message() -> None:
    """Codes, columns and messages stand at their positions, and nothing elsewhere."""
    rows = checked((player(1), "a.first", 10), (player(2), "a.second", 20)).rows
    told = outcomes(
        2,
        outcomes=np.array(["created", "rejected"], dtype=object),
        codes={1: "CODE"},
        columns={1: "Percent"},
        messages={1: "No."},
        finished_at=np.array([np.nan, 5.25]),
    )
    lines = submission_lines(rows, told, step="submission")
    assert lines[["code", "column", "message"]].iloc[1].tolist() == ["CODE", "Percent", "No."]
    assert lines[["code", "column", "message"]].iloc[0].isna().all()
    assert lines["finished_at"].isna().tolist() == [True, False]
    assert lines["outcome"].tolist() == ["created", "rejected"]


def test_no_records_make_no_lines() -> None:
    """An empty file has an empty report of the same columns."""
    assert submission_lines(checked().rows, outcomes(0), step="submission").shape == (0, len(OUTCOME_COLUMNS))


def test_a_check_has_a_line_for_each_issue() -> None:
    """Good rows need none; a wrong one is told with row, column and code."""
    lines = submission_check_lines(
        checked((player(1), "a.first", 10), (player(2), "a.first", 101), ("T:_1", "a.first", 1)), step="submission"
    )
    assert list(lines.columns) == list(OUTCOME_COLUMNS)
    assert lines["row"].tolist() == [3, 4]
    assert lines["outcome"].tolist() == ["error", "error"]
    assert lines["column"].tolist() == ["Percent", "Player ID"]
    assert lines["message"].str.len().min() > 10
    assert lines["finished_at"].isna().all()
