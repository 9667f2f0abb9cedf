"""T6, T10: forty texts that would act, through whole pushes: as names, as ids, and as the ids that the service gives.

They come out as text: in the workbook's report, in the workbook of failed rows, in the CSV, in HTML, in the terminal.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from payloads import PAYLOADS, Tags, assert_harmless, assert_inactive, assert_texts, is_formula

from gcbulk.records import Report
from gcbulk.reporting import check_lines, summary_lines, to_html
from gcbulk.runs.check import check
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.settings import Settings
from gcbulk.simulator import Fault, Simulator, Switches, running
from jobs import ACHIEVEMENT_HEADERS, TurnedClock
from shell import Shell

CREATES = r"/v2/gameCenterAchievements$"
BAD_ROW, GOOD_ROW = 2, 2 + len(PAYLOADS)
"""The first row whose id is a payload, and the first whose id the service makes one."""
ROWS = [
    *[(text, text, 5, "No", "Yes") for text in PAYLOADS],
    *[(f"Achievement {n}", f"com.example.a{n}", 5, "No", "Yes") for n in range(len(PAYLOADS))],
]


def as_workbook(path: Path) -> Path:
    """Write the rows as text cells; what XML cannot hold is written as Excel escapes it."""
    book = openpyxl.Workbook()
    book.active.title = "Achievements"
    for number, row in enumerate([ACHIEVEMENT_HEADERS, *ROWS], start=1):
        for column, value in enumerate(row, start=1):
            text = re.sub(r"[\x00-\x08\x0b-\x1f]", lambda char: f"_x{ord(char[0]):04X}_", str(value))
            cell = book.active.cell(number, column, 0)
            cell.value, cell.data_type = (value, "n") if isinstance(value, int) else (text, "s")
    book.save(path)
    return path


def as_text(path: Path) -> Path:
    """Write the rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([ACHIEVEMENT_HEADERS, *ROWS])
    return path


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A service that gives the forty as ids, once for each of two pushes."""
    count = len(PAYLOADS)
    faults = tuple(
        Fault("edit", method="POST", path=CREATES, nth=(n + 1, n + 1 + count), pointer="/data/id", value=text)
        for n, text in enumerate(PAYLOADS)
    )
    with running(Switches(faults=faults, minute_limit=None), key_dir=tmp_path_factory.mktemp("keys")) as simulator:
        simulator.add_app(bundle_id="com.example.other")
        yield simulator


@pytest.fixture(scope="module")
def pushed(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Push the rows from a workbook and from a CSV, each to an app of its own, and give the files."""
    found = {}
    for bundle_id, fill, name in (
        ("com.example.game", as_workbook, "game.xlsx"),
        ("com.example.other", as_text, "game.csv"),
    ):
        path = fill(tmp_path_factory.mktemp("game") / name)
        with ExitStack() as stack:
            service = stack.enter_context(Service(settings_of(simulator, bundle_id, path), clock=TurnedClock()))
            result = push_file(path, check(path), service, ReportTarget(path.parent), confirm=lambda _: True)
        assert result.outcomes["created"] == len(PAYLOADS), result.notes
        found[path.suffix] = path
    return found


def settings_of(simulator: Simulator, bundle_id: str, path: Path) -> Settings:
    """Give the settings of a push."""
    return make_settings(
        bundle_id=bundle_id,
        key_id=simulator.key_id,
        issuer_id=simulator.issuer_id,
        key_path=simulator.key_path,
        base_url=simulator.base_url,
        journal=path.parent / "journal.sqlite3",
        environ={"GCBULK_HOME": str(path.parent)},
    )


@pytest.mark.parametrize("number", range(len(PAYLOADS)), ids=lambda number: ascii(PAYLOADS[number]))
@pytest.mark.parametrize("name", ["game.xlsx", "game.failed.xlsx"])
def test_in_a_workbook_it_is_text(pushed: dict[str, Path], name: str, number: int) -> None:
    """Each cell is text, marked so where it begins like a formula, and no part of the file holds a formula."""
    book = openpyxl.load_workbook(pushed[".xlsx"].with_name(name))
    sheet = book["gcbulk report"] if name == "game.xlsx" else book["Achievements"]
    rows = [row for row in sheet.iter_rows() if number_of(row, name) in (BAD_ROW + number, GOOD_ROW + number)]
    texts = [cell for row in rows for cell in row if isinstance(cell.value, str)]
    assert texts, "the row is not there"
    assert_texts(texts)


def number_of(row: Sequence[Cell], name: str) -> object:
    """Give the sheet's row that a line is about: its own, or the one in the column "Row" of a report."""
    return row[1].value if name == "game.xlsx" else row[0].row


def test_no_file_holds_a_formula(pushed: dict[str, Path]) -> None:
    """Neither of the workbooks has a formula, a link to the outside, or a data connection anywhere."""
    for path in pushed[".xlsx"].parent.glob("*.xlsx"):
        assert_inactive(path)


@pytest.mark.parametrize("number", range(len(PAYLOADS)), ids=lambda number: ascii(PAYLOADS[number]))
def test_in_a_csv_it_is_text(pushed: dict[str, Path], number: int) -> None:
    """No cell begins like a formula, however a program trims it, and the columns are where they belong."""
    with pushed[".csv"].with_name("game.report.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    bad, good = lines[number], lines[len(PAYLOADS) + number]
    assert (bad["Row"], good["Row"]) == (str(BAD_ROW + number), str(GOOD_ROW + number))
    assert (bad["Outcome"], good["Outcome"]) == ("rejected", "created")
    assert good["Id"].removeprefix("'")
    for cell in (*bad.values(), *good.values()):
        assert not is_formula(cell)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", cell)


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
def test_in_html_it_is_text(pushed: dict[str, Path], kind: str) -> None:
    """Notebooks show texts: no tag but those of tables, no attribute that acts, no control character."""
    checked = check(pushed[kind])
    lines = check_lines(checked)
    pages = [to_html(Report(summary_lines(lines), lines)), checked._repr_html_()]
    assert Tags(pages[0]).text.count("1+1") > 15, "the texts are not there"
    for page in pages:
        assert_harmless(page)


def test_in_a_terminal_it_is_text(pushed: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed steers no terminal."""
    shell = Shell(pushed[".xlsx"].parent, capsys)
    for path in pushed.values():
        ran = shell.run("check", path, "--no-report")
        assert ran.code == 2
        assert 'The id holds "="' in ran.err
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ran.err + ran.out)


def test_the_search_finds_formulas() -> None:
    """All but those that stand behind other characters would be formulas in a CSV."""
    assert len([text for text in PAYLOADS if is_formula(text)]) == 34
