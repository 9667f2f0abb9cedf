"""The workbook to fill in."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.files.data_sheets import Content, content_sheets, submission_sheets
from gcbulk.files.finished_book import save_finished
from gcbulk.files.reading import read
from gcbulk.files.template import build, examples, write_template
from gcbulk.sheets import check
from gcbulk.tables.locales import ACCEPTED

COMMITTED = Path(__file__).parents[2] / "templates" / "achievements.xlsx"
KINDS = content_sheets(examples())
DATA = (*(sheet for one in KINDS for sheet in (one.things, one.texts)), *submission_sheets(examples(), KINDS))
SHEETS = {data.title: data.fields for data in DATA}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly written template."""
    return write_template(tmp_path_factory.mktemp("template") / "achievements.xlsx")


def content_of(sheet: Worksheet) -> dict[str, object]:
    """Everything of a sheet that people see or meet."""
    rules = [(str(area.sqref), rule.formula) for area in sheet.conditional_formatting for rule in area.rules]
    hints = [
        (str(one.sqref), one.type, one.formula1, one.prompt, one.error) for one in sheet.data_validations.dataValidation
    ]
    return {
        "cells": {cell.coordinate: (cell.value, cell.number_format) for row in sheet.rows for cell in row},
        "widths": {letter: column.width for letter, column in sheet.column_dimensions.items()},
        "rules": rules,
        "hints": hints,
        "state": (sheet.sheet_state, sheet.freeze_panes),
    }


def test_the_committed_template_is_current(template: Path) -> None:
    """templates/achievements.xlsx is what `gcbulk template` writes today."""
    old, new = openpyxl.load_workbook(COMMITTED), openpyxl.load_workbook(template)
    assert old.sheetnames == new.sheetnames, "make generated"
    for name in new.sheetnames:
        assert content_of(old[name]) == content_of(new[name]), "make generated"


def test_it_is_the_same_whenever_it_is_written(template: Path, tmp_path: Path) -> None:
    """Writing it again gives the same bytes."""
    assert write_template(tmp_path / "again.xlsx").read_bytes() == template.read_bytes()


def test_its_sheets(template: Path) -> None:
    """Start here comes first and is what opens; the choices are hidden; each sheet has its headers."""
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["Start here", *SHEETS, "Lists"]
    assert book.active.title == "Start here"
    assert book["Lists"].sheet_state == "hidden"
    for name, fields in SHEETS.items():
        assert [cell.value for cell in book[name][1]] == [field.title for field in fields]
        assert book[name].freeze_panes == "A2"


def test_every_header_has_its_hint(template: Path) -> None:
    """Selecting a header tells what belongs below it, within Excel's limits for hints."""
    book = openpyxl.load_workbook(template)
    for name, fields in SHEETS.items():
        hints = {str(one.sqref): one for one in book[name].data_validations.dataValidation if one.prompt}
        assert len(hints) == len(fields)
        for cell in book[name][1]:
            hint = hints[cell.coordinate]
            assert hint.showInputMessage
            assert len(hint.promptTitle) <= 32
            assert len(hint.prompt) <= 255


def test_drop_downs(template: Path) -> None:
    """Yes/No, languages, ids and whole numbers are chosen or limited a thousand rows down, in Excel's limits."""
    book = openpyxl.load_workbook(template)
    found = {
        (name, str(one.sqref)): (one.type, one.formula1, one.formula2)
        for name in SHEETS
        for one in book[name].data_validations.dataValidation
        if one.type
    }
    ids = ("list", "=Achievements!$B$2:$B$1001", None)
    assert found == {
        ("Achievements", "C2:C1001"): ("whole", "0", "100"),
        ("Achievements", "D2:D1001"): ("list", '"Yes,No"', None),
        ("Achievements", "E2:E1001"): ("list", '"Yes,No"', None),
        ("Localizations", "A2:A1001"): ids,
        ("Localizations", "B2:B1001"): ("list", "=Lists!$A$1:$A$39", None),
        ("Leaderboards", "C2:C1001"): ("list", "=Lists!$B$1:$B$18", None),
        ("Leaderboards", "D2:D1001"): ("list", '"Best Score,Most Recent Score"', None),
        ("Leaderboards", "E2:E1001"): ("list", '"Low to High,High to Low"', None),
        ("Leaderboards", "L2:L1001"): ("list", '"Yes,No"', None),
        ("Leaderboard Localizations", "A2:A1001"): ("list", "=Leaderboards!$B$2:$B$1001", None),
        ("Leaderboard Localizations", "B2:B1001"): ("list", "=Lists!$A$1:$A$39", None),
        ("Leaderboard Localizations", "G2:G1001"): ("list", "=Lists!$B$1:$B$18", None),
        ("Player Submissions", "B2:B1001"): ids,
        ("Player Submissions", "C2:C1001"): ("whole", "0", "100"),
    }
    errors = [one.error for name in SHEETS for one in book[name].data_validations.dataValidation if one.error]
    assert all(len(error) <= 225 for error in errors)
    assert {cell.value for cell in book["Lists"]["A"]} == ACCEPTED


@pytest.mark.parametrize(
    ("sheet", "column"),
    [("Achievements", "B"), ("Localizations", "A"), ("Player Submissions", "A"), ("Player Submissions", "B")],
)
def test_ids_are_text_all_the_way_down(template: Path, sheet: str, column: str) -> None:
    """The columns of ids are formatted as text as a whole, so that Excel damages none."""
    assert openpyxl.load_workbook(template)[sheet].column_dimensions[column].number_format == "@"


def test_it_checks_without_an_error(template: Path) -> None:
    """The template as it is has no error: its rows are examples, which are left out."""
    checked = check(read(template))
    assert checked.ok
    assert checked.achievements.empty
    assert checked.localizations.empty
    assert set(checked.issues["code"]) == {"example-row", "no-rows"}


def test_rows_that_are_filled_in_are_read(tmp_path: Path) -> None:
    """Rows written into it come back as records, and formula-like text stays text."""
    content = Content(
        {
            "achievements": [("=One", "game.one", 10, "Yes", "No"), examples().rows["achievements"][0]],
            "localizations": [("game.one", "en-US", "-One", "@before", "+after")],
        }
    )
    checked = check(read(write_template(tmp_path / "x.xlsx", content)))
    assert checked.ok
    record = checked.achievements.iloc[0]
    assert (record["reference_name"], record["points"], record["show_before_earned"]) == ("=One", 10, False)
    assert checked.localizations.iloc[0]["name"] == "-One"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, (0, 0, 0)),
        (Content({"achievements": [("A", "a", 10, "", ""), ("B", "b", "ten"), ("C", "", 5), ("D", "d")]}), (3, 10, 0)),
        (Content({"localizations": [("a", "ja", "", "", ""), (None, "ja", "", "", "")]}), (0, 0, 1)),
    ],
    ids=["examples", "odd rows", "localizations"],
)
def test_the_counters_have_their_values(content: Content | None, expected: tuple[int, int, int]) -> None:
    """The counters of the first sheet count one's own rows; their values stand in the file, for viewers as well."""
    counters = build(content)[1]["Start here"]
    assert {cell: counters[cell] for cell in ("B6", "C6", "D6")} == dict(zip(("B6", "C6", "D6"), expected, strict=True))


def test_every_formula_has_a_value(template: Path) -> None:
    """No cell of the file is a formula without a value."""
    with zipfile.ZipFile(template) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    text = "".join(sheets)
    assert len(re.findall(r"<f>[^<]+</f><v>\d+</v>", text)) == text.count("<f>") == 5


def test_text_formulas_have_values_too() -> None:
    """A formula whose value is a text keeps it, escaped."""
    book = openpyxl.Workbook()
    book.active["A1"] = '="a"&"<"'
    out = io.BytesIO()
    save_finished(book, out, {"Sheet": {"A1": "a<"}})
    assert openpyxl.load_workbook(out, data_only=True).active["A1"].value == "a<"
