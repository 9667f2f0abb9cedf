"""The workbook of the rows that did not go through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gcbulk.errors import WorkbookError
from gcbulk.files import failed as failed_module
from gcbulk.files.failed import save_failed
from gcbulk.files.own_files import OwnFiles
from gcbulk.files.reading import read
from gcbulk.files.sample import write_sample
from gcbulk.records import Book, CellProblem, RawSheet
from gcbulk.runs.shared.failed_rows import write_failed
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.sheets import Checked, check

ACHIEVEMENTS: list[list[object]] = [
    ["My achievements", None, None, None, None, None],
    ["Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once", "Note"],
    ["One", "a_1", 10.0, "Yes", False, "=not a formula"],
    ["Two", "a-2", 150.0, True, "No", None],
    ["Three", "007", 5.0, "No", "No", datetime(2026, 3, 4, 5, 6, 7)],  # noqa: DTZ001 - a spreadsheet's dates have no zone
]
LOCALIZATIONS = [
    ["Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description"],
    ["a_1", "en-US", "One", "before", "after"],
    ["a_1", "it-IT", "Uno", "prima", "dopo"],
    ["007", "en-US", "Seven", "before", "after"],
]


def sheet_of(name: str, rows: Sequence[Sequence[object]]) -> RawSheet:
    """A raw sheet."""
    frame = pd.DataFrame(rows, dtype=object)
    frame.index, frame.columns = range(1, len(rows) + 1), range(1, len(rows[0]) + 1)
    return RawSheet(name, frame.astype(object).where(frame.notna(), None))


@pytest.fixture
def checked() -> Checked:
    """A file with a title row, a column of its own, and three problems."""
    sheets = (
        sheet_of("Achievements", ACHIEVEMENTS),
        sheet_of("Localizations", LOCALIZATIONS),
        sheet_of("Mine", [["x"]]),
    )
    return check(Book(Path("game.xlsx"), "xlsx", sheets))


def values(path: Path) -> dict[str, list[list[object]]]:
    """What stands in a workbook, by sheet."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def test_just_these_rows_in_their_own_columns(checked: Checked, tmp_path: Path) -> None:
    """Headers and rows stand as in the input, its own columns too, and numbers, text and dates are what they were."""
    path = tmp_path / "game.failed.xlsx"
    assert save_failed(checked, {("Achievements", 4), ("Achievements", 5)}, path) == path
    assert values(path) == {"Achievements": ACHIEVEMENTS[1:2] + ACHIEVEMENTS[3:], "Localizations": LOCALIZATIONS[:1]}


def test_a_localization_brings_its_achievement(checked: Checked, tmp_path: Path) -> None:
    """The row of the achievement comes along, or the file could not be pushed as it is."""
    path = save_failed(checked, {("Localizations", 3)}, tmp_path / "x.xlsx")
    assert path is not None
    assert values(path)["Achievements"] == [ACHIEVEMENTS[1], ACHIEVEMENTS[2]]
    assert values(path)["Localizations"] == [LOCALIZATIONS[0], LOCALIZATIONS[2]]


def test_rows_whose_cells_moved_are_fixed_in_the_text_file(tmp_path: Path) -> None:
    """A workbook would not show that cells moved, and pushed as it is it would send them: the row is only named."""
    path = tmp_path / "game.csv"
    head = (
        "Reference Name,Achievement ID,Points,Hidden,Achievable More Than Once,Locale,Display Name,Before Earned,Earned"
    )
    rows = ["One,a.1,5,No,No,en-US,T,Find 1,000 coins,Found", "Two,a.2,500,No,No,en-US,T,Find it,Found it"]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    book = check(read(path))
    place = ReportTarget(rescue_dir=tmp_path)
    written = write_failed(path, book, {("game", 2), ("game", 3)}, place)
    assert written.failed is not None
    assert [row[0] for row in values(written.failed)["game"]] == ["Reference Name", "Two"]
    assert written.notes[-1] == "Fix these rows in game.csv itself, for their cells moved: 2."
    alone = write_failed(path, book, {("game", 2)}, place)
    assert alone.failed is None
    assert alone.notes == written.notes[-1:]


def test_it_reads_as_the_same_records(checked: Checked, tmp_path: Path) -> None:
    """Reading the file again finds the same records and the same problems."""
    rows = {("Achievements", row) for row in (3, 4, 5)} | {("Localizations", row) for row in (2, 3, 4)}
    path = save_failed(checked, rows, tmp_path / "x.xlsx")
    assert path is not None
    again = check(read(path))
    for name in ("achievements", "localizations"):
        old, new = getattr(checked, name), getattr(again, name)
        pd.testing.assert_frame_equal(old.reset_index(drop=True), new.reset_index(drop=True))
    assert again.issues["code"].tolist() == checked.issues["code"].tolist()


def test_the_sample_reads_as_the_same_records(tmp_path: Path) -> None:
    """The rows of the sample that are wrong come out as they were, the date that was an id included."""
    checked = check(read(write_sample(tmp_path / "sample.xlsx")))
    errors = checked.issues[checked.issues["severity"] == "error"]
    path = save_failed(checked, set(zip(errors["sheet"], errors["row"], strict=True)), tmp_path / "x.xlsx")
    assert path is not None
    again = check(read(path)).issues
    assert again[again["severity"] == "error"]["code"].tolist() == errors["code"].tolist()


def test_text_is_text(checked: Checked, tmp_path: Path) -> None:
    """Text that looks like a formula or a number is text, and is marked so that a spreadsheet keeps it."""
    path = save_failed(checked, {("Achievements", 3), ("Achievements", 5)}, tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(path)["Achievements"]
    assert (sheet["F2"].data_type, sheet["F2"].quotePrefix) == ("s", True)
    assert (sheet["B3"].value, sheet["B3"].number_format) == ("007", "@")


def test_wrong_cells_are_marked(checked: Checked, tmp_path: Path) -> None:
    """The cells that the check complained about stand out, the others do not."""
    path = save_failed(checked, {("Achievements", 4)}, tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(path)["Achievements"]
    assert [cell.fill.fgColor.rgb == "00FCE3E1" for cell in sheet[2]] == [False, True, True, False, False, False]


ODD_VALUES = {
    "error value": (CellProblem.ERROR_VALUE, None),
    "not a number": (float("nan"), None),
    "infinite": (float("inf"), None),
    "before the calendar": (date(1850, 1, 2), "1850-01-02"),
    "with a zone": (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
    "time": (time(5, 6), time(5, 6)),
    "span": (timedelta(hours=30), timedelta(hours=30)),
    "list": ([1, 2], "[1, 2]"),
    "error text": ("#N/A", "#N/A"),
    "control": ("a\x00b", "a\\x00b"),
    "escape": ("_x0041_", "_x005F_x0041_"),
    "flag": (True, True),
    "large": (10**20, 1e20),
}


@pytest.mark.parametrize("case", ODD_VALUES)
def test_odd_values(tmp_path: Path, case: str) -> None:
    """Every value of a raw sheet can be written; others stay empty, what Excel cannot hold becomes text."""
    value, expected = ODD_VALUES[case]
    rows: list[list[object]] = [ACHIEVEMENTS[1], ["One", "a_1", 10.0, "Yes", "No", value]]
    checked = check(Book(None, "xlsx", (sheet_of("A/B " + "x" * 40, rows),)))
    path = save_failed(checked, {(checked.book.sheets[0].name, 2)}, tmp_path / "x.xlsx")
    assert path is not None
    assert next(iter(values(path).values()))[1][5] == expected
    assert list(values(path)) == [("A_B " + "x" * 40)[:31]]


@pytest.mark.parametrize("rows", [set(), {("Achievements", 99)}, {("Mine", 1)}], ids=["none", "no record", "not read"])
def test_nothing_failed(checked: Checked, tmp_path: Path, rows: set[tuple[str, int]]) -> None:
    """Without rows there is no file, and an older one of ours is taken away."""
    path, own = tmp_path / "x.xlsx", OwnFiles(tmp_path / "written")
    assert save_failed(checked, {("Achievements", 3)}, path, own) == path
    assert save_failed(checked, rows, path, own) is None
    assert not path.exists()
    assert save_failed(checked, rows, path, own) is None


def test_an_older_file_that_is_open_stays(checked: Checked, tmp_path: Path) -> None:
    """A file that somebody has open is neither taken away nor replaced."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"mine")
    path.with_name("~$x.xlsx").touch()
    assert save_failed(checked, set(), path) is None
    assert save_failed(checked, {("Achievements", 3)}, path) == tmp_path / "x-2.xlsx"
    assert path.read_bytes() == b"mine"


def test_nowhere_to_save(checked: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk ends in a sentence that says where the rows are named and what to do."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failed_module, "write_ours", full)
    with pytest.raises(WorkbookError, match="the report names them") as error:
        save_failed(checked, {("Achievements", 3)}, tmp_path / "x.xlsx")
    assert error.value.code == "failed-not-saved"
