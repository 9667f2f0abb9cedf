"""The report as a CSV: what goes in comes out, quickly, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from payloads import PAYLOADS

from gcbulk.files.cell_text import csv_text
from gcbulk.files.report_csv import write_report_csv
from gcbulk.records import OUTCOME_COLUMNS, Report


def written(**columns: object) -> list[list[str]]:
    """The cells of a report's CSV, without the headers."""
    count = max(len(values) for values in columns.values() if isinstance(values, (list, pd.Series, pd.Categorical)))
    usual = {name: [None] * count for name in OUTCOME_COLUMNS}
    out = io.BytesIO()
    write_report_csv(out, Report((), pd.DataFrame(usual | columns, columns=list(OUTCOME_COLUMNS))))
    text = out.getvalue().decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from('=+-@",;\n\r\t')), min_size=1, max_size=8))
def test_any_text_comes_back(texts: list[str | None]) -> None:
    """Quotes, commas, line ends, formulas and odd characters come back as the text that a cell may hold."""
    assert [row[8] for row in written(message=texts)] == ["" if text is None else csv_text(text) for text in texts]


SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("reader", [",", ";", "\t", "|"])
@given(st.lists(st.text(st.sampled_from("=+-@＝;|\t\n\r,\"'a \u200b"), max_size=10), min_size=1, max_size=4))
@example([f"x{separator}{payload}" for separator in ";|\t\n" for payload in PAYLOADS])
@example([f'"x{separator}"{payload}' for separator in ";|\t\n" for payload in PAYLOADS])
@example(list(PAYLOADS))
def test_no_reader_finds_a_formula(reader: str, texts: list[str]) -> None:
    """Whatever separator a program reads a CSV by, no cell that it finds begins as a formula does."""
    out = io.BytesIO()
    usual = {name: [None] * len(texts) for name in OUTCOME_COLUMNS}
    report = Report((), pd.DataFrame(usual | {"key": texts, "message": texts}, columns=list(OUTCOME_COLUMNS)))
    write_report_csv(out, report)
    text = out.getvalue().decode("utf-8-sig")
    lines = [*csv.reader(io.StringIO(text, newline=""), delimiter=reader)]
    if reader != ",":  # a quotation mark that does not begin a cell may mean nothing to it
        lines += [line.split(reader) for line in text.splitlines()]
    skipped = " \u200b\t" if reader == "," else ' \u200b\t"'
    found = [cell for line in lines for cell in line if cell.lstrip(skipped).startswith(SIGNS)]
    assert found == []


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("row", pd.array([7, None], "Int64"), ["7", ""]),
        ("attempts", [1, 12], ["1", "12"]),
        ("outcome", pd.Categorical(["created", None], categories=["unknown", "created"]), ["created", ""]),
        ("sheet", pd.Categorical(["=a,b", "c"]), ["'=a,b", "c"]),
        ("finished_at", pd.to_datetime(["2026-01-31T12:00:01.9Z", None]), ["2026-01-31 12:00:01", ""]),
        ("key", ["half \ud800", "a"], ["half \\ud800", "a"]),
        ("id", ["text", 5], ["text", "5"]),
    ],
    ids=["missing number", "number", "category", "quoted category", "time", "half a character", "two types"],
)
def test_every_kind_of_column(column: str, values: object, expected: list[str]) -> None:
    """Numbers, times in UTC, categories and what is missing."""
    place = list(OUTCOME_COLUMNS).index(column)
    series = pd.Series(values, dtype=object) if isinstance(values, list) else pd.Series(values)
    assert [row[place] for row in written(**{column: series})] == expected


def test_more_lines_than_are_written_at_once() -> None:
    """The portions follow each other without a seam."""
    rows = written(row=list(range(120_001)))
    assert [int(row[1]) for row in rows] == list(range(120_001))


def test_no_lines_are_a_header_alone() -> None:
    """A report without lines still has its headers."""
    out = io.BytesIO()
    write_report_csv(out, Report((), pd.DataFrame({name: [] for name in OUTCOME_COLUMNS})))
    assert out.getvalue().decode("utf-8-sig").startswith("Sheet,Row,Key,Step,Outcome")
    assert out.getvalue().count(b"\r\n") == 1
