"""The lines of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import (
    ISSUE_COLUMNS,
    OUTCOME_COLUMNS,
    Action,
    Book,
    Issue,
    Outcome,
    OutcomeKind,
    RawSheet,
    Role,
    Severity,
    Step,
)
from gcbulk.reporting import check_lines, no_issues, outcome_lines, summarise
from gcbulk.sheets import Checked, Layout, book_of, check

WHEN = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=timezone(timedelta(hours=2)))


def step_of(row: int = 2, role: Role = Role.THING, **more: object) -> Step:
    """A step of a plan."""
    step = Step("Achievements", row, RESOURCE, role, (f"a_{row}",), Action.CREATE, {}, "f")
    return replace(step, **more)  # type: ignore[arg-type]


def no_headers(sheet: str, column: str, locale: str | None = None) -> str | None:
    """A sheet without headers."""
    return None


def headers(sheet: str, column: str, locale: str | None = None) -> str | None:
    """Headers that tell how they were asked for."""
    return f"{sheet}/{column}/{locale}"


def test_a_line_says_everything() -> None:
    """An outcome becomes a line with each of its members in its column, times in UTC."""
    outcome = Outcome(
        step_of(key=("a_1",)),
        OutcomeKind.CREATED,
        resource_id="123",
        code="C",
        message="M",
        attempts=2,
        request_id="R",
        finished_at=WHEN,
    )
    lines = outcome_lines([outcome], no_headers)
    assert tuple(lines.columns) == OUTCOME_COLUMNS
    line = lines.iloc[0].to_dict()
    assert line.pop("finished_at") == pd.Timestamp("2026-02-03 02:05:06.000789", tz="UTC")
    assert line == {
        "sheet": "Achievements",
        "row": 2,
        "key": "a_1",
        "step": "achievement",
        "outcome": "created",
        "id": "123",
        "code": "C",
        "column": None,
        "message": "M",
        "attempts": 2,
        "request_id": "R",
    }


def test_types_do_not_depend_on_what_is_there() -> None:
    """A report without lines has the same columns and types as one with lines."""
    some = outcome_lines([Outcome(step_of(), OutcomeKind.BLOCKED)], no_headers)
    none = outcome_lines([], no_headers)
    assert some.dtypes.astype(str).to_dict() == none.dtypes.astype(str).to_dict()
    assert str(some["row"].dtype) == str(some["attempts"].dtype) == "Int64"
    assert str(some["finished_at"].dtype) == "datetime64[us, UTC]"


def test_what_the_plan_found_is_said_when_the_service_said_nothing() -> None:
    """Code, column and message of a step that was never sent are those of the plan."""
    step = step_of(code="points-out-of-range", column="Points", message="Too many.")
    line = outcome_lines([Outcome(step, OutcomeKind.REJECTED)], headers).iloc[0]
    assert (line["code"], line["column"], line["message"]) == ("points-out-of-range", "Points", "Too many.")


@pytest.mark.parametrize(
    ("attributes", "find", "expected"),
    [
        ({}, headers, "Achievements/points/None"),
        ({"locale": "ja"}, headers, "Achievements/points/ja"),
        ({}, no_headers, "points"),
    ],
    ids=["by column", "by column and language", "no such header"],
)
def test_what_the_service_points_at_is_named_as_in_the_sheet(attributes: object, find: object, expected: str) -> None:
    """The attribute that the service names becomes the sheet's own header; without one its name stays."""
    outcome = Outcome(step_of(attributes=attributes), OutcomeKind.REJECTED, pointer="points")
    assert outcome_lines([outcome], find).iloc[0]["column"] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (None, "The same as row 2 of Achievements: one achievement for both."),
        ("Taken.", "Taken.\nThe same as row 2 of Achievements: one achievement for both."),
    ],
)
def test_rows_that_share_a_step_have_lines_of_their_own(message: str | None, expected: str) -> None:
    """Each identical row gets the id, says whose request it shares, and counts no request of its own."""
    step = step_of(duplicates=(("Achievements", 7), ("More", 3)))
    outcome = Outcome(step, OutcomeKind.CREATED, resource_id="9", message=message, attempts=3)
    lines = outcome_lines([outcome], no_headers)
    assert lines[["sheet", "row", "id", "attempts"]].to_numpy().tolist() == [
        ["Achievements", 2, "9", 3],
        ["Achievements", 7, "9", 0],
        ["More", 3, "9", 0],
    ]
    assert lines["message"].tolist() == [message, expected, expected]


def test_order() -> None:
    """Lines stand in the order of the sheets and rows, an achievement before the localizations of its row."""
    steps = [
        step_of(9, sheet="Second"),
        step_of(3, Role.TEXT, sheet="First", key=("first language",)),
        step_of(3, Role.TEXT, sheet="First", key=("second language",)),
        step_of(3, sheet="First", key=("achievement",)),
        step_of(2, sheet="Third"),
        step_of(2, sheet="First"),
    ]
    lines = outcome_lines([Outcome(step, OutcomeKind.CREATED) for step in steps], no_headers, sheets=["First"])
    assert list(zip(lines["sheet"], lines["row"], lines["key"], strict=True)) == [
        ("First", 2, "a_2"),
        ("First", 3, "achievement"),
        ("First", 3, "first language"),
        ("First", 3, "second language"),
        ("Second", 9, "a_9"),
        ("Third", 2, "a_2"),
    ]


STEPS = st.builds(
    step_of,
    row=st.integers(2, 5),
    role=st.sampled_from([Role.THING, Role.TEXT]),
    sheet=st.sampled_from("AB"),
    duplicates=st.lists(st.tuples(st.sampled_from("AB"), st.integers(2, 9)), max_size=3).map(tuple),
)


@given(outcomes=st.lists(st.builds(Outcome, STEPS, st.sampled_from(OutcomeKind))))
def test_every_row_counts_exactly_once(outcomes: list[Outcome]) -> None:
    """There is one line per step and per row that shares it, and the counts add up to the number of lines."""
    lines = outcome_lines(outcomes, no_headers)
    assert len(lines) == sum(1 + len(outcome.step.duplicates) for outcome in outcomes)
    counts = summarise(lines)
    assert sum(counts.values()) == len(lines)
    assert list(counts) == [str(kind) for kind in OutcomeKind]
    assert lines.index.tolist() == list(range(len(lines)))


# a check ------------------------------------------------------------------------------------------------------


def checked_of(*issues: Issue, tables: tuple[Layout, ...] = ()) -> Checked:
    """An achievement on row 2, and a row 3 that holds an achievement in two languages."""
    achievements = pd.DataFrame(
        {"vendor_identifier": ["a", "b"], "sheet": "S"}, index=pd.Index([2, 3], name="row"), dtype=object
    )
    localizations = pd.DataFrame(
        {"vendor_identifier": ["b", "b"], "locale": ["ja", None], "sheet": "S"}, index=pd.Index([3, 3], name="row")
    )
    found = pd.DataFrame([[getattr(issue, name) for name in ISSUE_COLUMNS] for issue in issues], columns=ISSUE_COLUMNS)
    book = Book(None, "frames", (RawSheet("Other", pd.DataFrame()), RawSheet("S", pd.DataFrame())))
    frames = {"achievements": achievements, "localizations": localizations}
    return Checked(frames, found.astype({"row": "Int64"}), book, tables)


def issue_of(row: int | None = None, severity: Severity = Severity.ERROR, **more: object) -> Issue:
    """An issue with a cell."""
    usual: dict[str, object] = {"sheet": "S", "column": "C", "code": "code", "message": "M"}
    return Issue(row=row, severity=severity, **{**usual, **more})  # type: ignore[arg-type]


def told(checked: Checked) -> list[tuple[object, ...]]:
    """Row, key, step, outcome and code of the lines."""
    lines = check_lines(checked)
    rows = lines["row"].astype(object).where(lines["row"].notna(), None)
    return list(zip(rows, lines["key"], lines["step"], lines["outcome"], lines["code"], strict=True))


def test_every_record_is_in_order_when_nothing_is_wrong() -> None:
    """Without an issue each record has a line that says ok."""
    assert told(checked_of()) == [
        (2, "a", "achievement", "ok", None),
        (3, "b", "achievement", "ok", None),
        (3, "b / ja", "localization", "ok", None),
        (3, "b / ", "localization", "ok", None),
    ]


def test_issues_of_a_record_are_joined() -> None:
    """Several issues of a record make one line: codes and columns once each, a message per line, the worst counts."""
    issues = (
        issue_of(2, Severity.WARNING, column="A", code="one", message="first"),
        issue_of(2, Severity.ERROR, column="B", code="two", message="second"),
        issue_of(2, Severity.ERROR, column="B", code="two", message="third"),
        issue_of(2, Severity.ERROR, column=None, code="two", message="third"),
    )
    line = check_lines(checked_of(*issues)).iloc[0]
    assert (line["outcome"], line["code"], line["column"]) == ("error", "one, two", "A, B")
    assert line["message"] == "first\nsecond\nthird"
    assert told(checked_of(issues[0]))[0][3] == "warning"


@pytest.mark.parametrize(
    ("kind", "locale", "expected"),
    [
        (None, None, ["error", "error", "error"]),
        ("achievement", None, ["error", "ok", "ok"]),
        ("localization", None, ["ok", "error", "error"]),
        ("localization", "ja", ["ok", "error", "ok"]),
    ],
    ids=["the row's", "the achievement's", "any language's", "one language's"],
)
def test_an_issue_belongs_to_the_record_that_it_is_about(
    kind: str | None, locale: str | None, expected: list[str]
) -> None:
    """Where a row holds an achievement and its languages, an issue of one is not one of the others."""
    assert [line[3] for line in told(checked_of(issue_of(3, kind=kind, locale=locale)))[1:]] == expected


def test_an_issue_in_a_language_s_header_belongs_to_that_language() -> None:
    """A wrong language in a header is said of every record below it, and not a second time of the header's row."""
    table = Layout("achievements", "S", header_row=1, header_index=0, columns={})
    checked = checked_of(issue_of(1, kind="localization", locale="ja"), tables=(table,))
    assert [(line[1], line[3]) for line in told(checked)] == [
        ("a", "ok"),
        ("b", "ok"),
        ("b / ja", "error"),
        ("b / ", "ok"),
    ]


def test_what_no_record_has_is_said_on_its_own() -> None:
    """Issues of the file come first, then of a sheet, then of rows that are no record, each in its place."""
    issues = (
        issue_of(1),
        issue_of(9, Severity.WARNING),
        issue_of(None),
        issue_of(None, sheet=None),
        issue_of(2, sheet="Other"),
    )
    assert told(checked_of(*issues)) == [
        (None, None, "file", "error", "code"),
        (2, None, "row", "error", "code"),
        (None, None, "sheet", "error", "code"),
        (1, None, "row", "error", "code"),
        (2, "a", "achievement", "ok", None),
        (3, "b", "achievement", "ok", None),
        (3, "b / ja", "localization", "ok", None),
        (3, "b / ", "localization", "ok", None),
        (9, None, "row", "warning", "code"),
    ]


def test_a_real_check() -> None:
    """Rows that were really checked get the lines that their errors and warnings deserve."""
    rows = {
        "achievements": pd.DataFrame(
            {
                "reference_name": ["A", "B"],
                "vendor_identifier": ["a_1", "b-2"],
                "points": [10, 150],
                "show_before_earned": [True, False],
                "repeatable": [False, False],
            }
        )
    }
    lines = check_lines(check(book_of(rows)))
    records = lines[lines["step"] == "achievement"]
    assert records[["row", "key", "outcome", "code"]].to_numpy().tolist() == [
        [2, "a_1", "ok", None],
        [3, "b-2", "error", "id-character, points-out-of-range"],
    ]
    counts = summarise(lines)
    assert sum(counts.values()) == len(lines)
    assert (counts["ok"], counts["error"], counts["created"]) == (1, 1, 0)


def test_no_issues() -> None:
    """The empty issues frame has every column of the others."""
    assert tuple(no_issues().columns) == ISSUE_COLUMNS
    assert no_issues().empty
