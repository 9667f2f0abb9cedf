"""How a file is read, from the command line and from Python: whatever stands behind an option, no run ends in 1."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gcbulk
from gcbulk.cli import main
from gcbulk.records import Json
from shell import Shell

PLAYER = "A:_0123456789abcdef0123456789abcdef"
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[Json, ...]]] = {
    "achievements": (
        ("Key", "Points", "Hidden", "Achievable More Than Once", "Title", "Pre-earned", "Earned"),
        ("com.a.one", 10, "No", "No", "T", "A", "B"),
    ),
    "progress": (("Player ID", "Achievement ID", "Percent", "ts"), (PLAYER, "com.a.one", 30, "2026-01-31T12:00:00Z")),
    "scores": (("Player ID", "Leaderboard ID", "Score"), (PLAYER, "com.a.board", 1200)),
}
OPTIONS = ("--sheet", "--column", "--encoding", "--delimiter", "--timezone", "--percent-as", "--kind", "--bundle-id",
           "--locale")  # fmt: skip
WORDS = (
    *("--", "-", "", " ", "=", "a=b", "achievements=Data", "scores=Data", "foo=Data", "date=ts", "points=#"),
    *("name=Title", "Achievement ID=Key", "reference_name=Title", "en-US", "en", "com.example.game", "a" * 5000),
    *("utf-8", "utf-16", "base64", "idna", "undefined", "zip", "unicode_escape", "|", "||", "\n", '"', "\x00"),
    *("Europe", "../x", "+99:99", "localtime", "\udc80", "whole", "scores"),
)
VALUES = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every kind of file with every kind of table."""
    folder = tmp_path_factory.mktemp("files")
    found = []
    for name, (headers, row) in TABLES.items():
        book = openpyxl.Workbook()
        book.active.title = "Data"
        book.active.append(headers)
        book.active.append(row)
        found += [folder / f"{name}.{ending}" for ending in ("xlsx", "csv", "parquet")]
        book.save(found[-3])
        frame = pd.DataFrame([row], columns=list(headers))
        frame.to_csv(found[-2], index=False)
        frame.astype(str).to_parquet(found[-1])
    return found


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), given=st.lists(st.tuples(st.sampled_from(OPTIONS), VALUES), min_size=1, max_size=3))
def test_no_value_of_an_option_is_a_bug(files: list[Path], data: st.DataObject, given: list[tuple[str, str]]) -> None:
    """Every file and every value of every option that says how it is read: 0 or 2, never a traceback."""
    path = data.draw(st.sampled_from(files))
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            code: Json = main(["check", str(path), "--no-report", *(f"{name}={value}" for name, value in given)])
        except SystemExit as end:
            code = end.code
    assert code in (0, 2)


@settings(max_examples=examples(40), deadline=None)
@given(data=st.data(), pairs=st.dictionaries(VALUES, VALUES, max_size=2))
def test_no_argument_is_a_bug(files: list[Path], data: st.DataObject, pairs: dict[str, str]) -> None:
    """The same from Python, frames included: what was understood, or an error of ours."""
    names = data.draw(st.lists(st.sampled_from(["encoding", "delimiter"]), unique=True))
    options: dict[str, Json] = {name: data.draw(VALUES) for name in names}
    headers, row = TABLES["progress"]
    source = data.draw(st.sampled_from([*files, pd.DataFrame([row], columns=list(headers))]))
    with contextlib.suppress(gcbulk.GcbulkError):
        players: dict[str, Json] = {
            name: data.draw(VALUES)
            for name in ("kind", "bundle_id", "percent_as", "timezone", "sheet")
            if data.draw(st.booleans())
        }
        gcbulk.check_submissions(source, column=pairs, **options, **players)
    if isinstance(source, pd.DataFrame):
        source = {"achievements": source}
    with contextlib.suppress(gcbulk.GcbulkError):
        gcbulk.check(source, sheet=pairs, column=pairs, locale=data.draw(VALUES), **options)


@pytest.mark.parametrize("option", [*OPTIONS, "--report"])
def test_the_end_of_options_is_no_value(shell: Shell, option: str) -> None:
    """``--option=--``, as a script with a mistake writes it, is wrong usage and not an option that was not given."""
    ran = shell.run("check", "x.csv", f"{option}=--")
    assert ran.code == 2
    assert f"argument {option}: '--' is not a value" in ran.err


@pytest.mark.parametrize("option", ["--sheet", "--column"])
def test_an_option_does_not_say_two_things(shell: Shell, files: list[Path], option: str) -> None:
    """One name on the left of two options with other values is asked about; the last one does not silently win."""
    ran = shell.run("check", files[0], "--no-report", option, "points=A", option, "points=B")
    assert ran.code == 2
    assert "two different things" in ran.err


def test_a_file_is_read_as_what_its_headers_say(shell: Shell, tmp_path: Path) -> None:
    """Scores need no --kind, whatever the verb; a sheet that fits two is asked about with exit code 2."""
    path = tmp_path / "players.csv"
    path.write_text(f"Player ID,Leaderboard ID,Score\n{PLAYER},com.a.board,1200\n")
    for verb in (["check", "--no-report"], ["plan", "--offline"]):
        ran = shell.run(verb[0], path, *verb[1:], "--bundle-id", "com.a", "--json")
        assert ran.code == 0
        assert "1 score read" in ran.found["notes"][0]
    told = gcbulk.check_submissions(path, bundle_id="com.a")
    assert (told.kind, len(told.rows)) == ("scores", 1)
    path.write_text(f"Player ID,vendorIdentifier,Percentage,Score\n{PLAYER},com.a.board,12,1200\n")
    for argv in (["check", "--no-report"], ["plan", "--offline"]):
        ran = shell.run(argv[0], path, *argv[1:], "--bundle-id", "com.a")
        assert ran.code == 2
        assert "--kind submissions or --kind scores" in ran.err
    assert [issue.code for issue in gcbulk.check_submissions(path).file_errors] == ["kind-unclear"]
    assert gcbulk.check_submissions(path, kind="scores", bundle_id="com.a").ok
    (issue,) = gcbulk.check(path).file_errors
    assert "submit" in issue.message


def test_what_was_read_is_said(shell: Shell, tmp_path: Path) -> None:
    """Where a workbook has several sheets, the output and --json say which were read, and which hold something else."""
    book = openpyxl.Workbook()
    for name, table in (("Sheet", "achievements"), ("Runs", "progress"), ("Old", "achievements")):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for line in TABLES[table]:
            sheet.append(line)
    book["Old"].sheet_state = "hidden"
    path = tmp_path / "book.xlsx"
    book.save(path)
    options = ("--column", "Achievement ID=Key", "--column", "reference_name=Title", "--locale", "en-US")
    ran = shell.run("check", path, "--no-report", "--json", *options)
    assert ran.code == 0, ran.err
    said = 'Read: achievements from the sheet "Sheet", headers in row 1. Not read: "Runs" with submissions'
    assert any(said in note for note in ran.found["notes"])
    assert {issue["code"] for issue in ran.found["issues"]} == {"not-ready-for-review", "sheet-not-read"}
    planned = shell.run("plan", path, "--offline", "--json", *options)
    assert any(said in note for note in planned.found["notes"])
