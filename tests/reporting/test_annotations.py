"""The problems of a check for build servers: every one of them, once, and nothing that a reader takes for a command."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.options import CheckFormat
from gcbulk.records import Issue, Json, Severity
from gcbulk.reporting.annotations import annotated
from gcbulk.tables.codes import CODES

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
ISSUES = st.lists(
    st.builds(
        Issue,
        st.none() | TEXT,
        st.none() | st.integers(1, 1_048_576),
        st.none() | TEXT,
        st.sampled_from(sorted(CODES)),
        st.sampled_from(Severity),
        TEXT.filter(bool),
    ),
    max_size=5,
)
ERROR = Issue("Achievements", 5, "Points", "points-out-of-range", Severity.ERROR, "150 % is too much,\nor so.")
WARNING = Issue(None, None, None, "not-ready-for-review", Severity.WARNING, "No picture.")


def read_github(text: str) -> list[tuple[str, str, str, str]]:
    """Give severity, file, title and message of each annotation, as the runner reads them."""
    found = re.findall(r"^::(error|warning) file=([^,:\n]*),title=([^,:\n]*)::([^\n\r]*)$", text, re.MULTILINE)
    assert len(found) == text.count("\n")
    return [(severity, *map(_decoded, parts)) for severity, *parts in found]


def _decoded(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


@settings(max_examples=examples(100))
@given(ISSUES, TEXT.filter(lambda text: text.isprintable() and text.strip()))
def test_every_form_has_every_problem_once(issues: list[Issue], file: str) -> None:
    """Whatever sheets, headers and messages hold, each form can be read back and has as many problems of each code."""
    github = read_github(annotated(issues, file, CheckFormat.GITHUB, version="1"))
    assert [(severity, name, code) for severity, name, code, _ in github] == [
        (issue.severity, file, issue.code) for issue in issues
    ]
    suite = ET.fromstring(annotated(issues, file, CheckFormat.JUNIT, version="1"))[0]
    assert len(suite.findall(".//failure")) == int(suite.attrib["failures"])
    assert len(suite) == int(suite.attrib["tests"]) == max(1, len(issues))
    (run,) = json.loads(annotated(issues, file, CheckFormat.SARIF, version="1"))["runs"]
    rules: list[Json] = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [issue.code for issue in issues]


def test_github() -> None:
    """A message of two lines with a percent sign and a comma is one command."""
    assert annotated([ERROR, WARNING], "a/game.xlsx", CheckFormat.GITHUB, version="1") == (
        "::error file=a/game.xlsx,title=points-out-of-range::Achievements, row 5, Points: 150 %25 is too much, or so.\n"
        "::warning file=a/game.xlsx,title=not-ready-for-review::No picture.\n"
    )
    assert annotated([], "game.xlsx", CheckFormat.GITHUB, version="1") == ""


def test_junit() -> None:
    """An error fails, a warning passes and says what it is, and a file without problems is one test that passes."""
    suite = ET.fromstring(annotated([ERROR, WARNING], "game.xlsx", CheckFormat.JUNIT, version="1"))[0]
    assert [case.attrib["name"] for case in suite] == [
        "Achievements, row 5, Points [points-out-of-range]",
        "the whole file [not-ready-for-review]",
    ]
    assert [case[0].tag for case in suite] == ["failure", "system-out"]
    (case,) = ET.fromstring(annotated([], "game.xlsx", CheckFormat.JUNIT, version="1"))[0]
    assert list(case) == []


def test_sarif() -> None:
    """A result names its file, row and cell, and its rule says what to do."""
    (run,) = json.loads(annotated([ERROR], "a\\game.xlsx", CheckFormat.SARIF, version="1.2.3"))["runs"]
    (result,) = run["results"]
    assert (result["level"], result["locations"][0]["physicalLocation"]) == (
        "error",
        {"artifactLocation": {"uri": "a/game.xlsx"}, "region": {"startLine": 5}},
    )
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert run["tool"]["driver"]["rules"][0]["help"]["text"] == CODES["points-out-of-range"].advice


@pytest.mark.parametrize("form", CheckFormat)
def test_nothing_steers_a_terminal(form: CheckFormat) -> None:
    """Control characters of a cell are written as what they are."""
    issue = Issue("S\x1b[31m", 2, "C\u202e", "points-out-of-range", Severity.ERROR, "m\x07")
    text = annotated([issue], "game.xlsx", form, version="1")
    assert all(char.isprintable() or char == "\n" for char in text)
