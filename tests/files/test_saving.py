"""Where a report goes: into the input, beside it, or into the rescue folder, and the input is never lost."""

from __future__ import annotations

import csv
import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from effort import examples
from failing_disk import STEPS, Disk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcbulk.errors import WorkbookError
from gcbulk.files import saving, sheet_part
from gcbulk.files.atomic import write_whole
from gcbulk.files.cell_text import csv_text
from gcbulk.files.reading import read
from gcbulk.files.saving import Saved, report_path, save_report
from gcbulk.records import OUTCOME_COLUMNS, Report


def report_of(*rows: Mapping[str, object]) -> Report:
    """A report without a summary."""
    usual = {
        "sheet": "Achievements",
        "row": 2,
        "key": "a_1",
        "step": "achievement",
        "outcome": "created",
        "attempts": 1,
    }
    columns = {name: [{**usual, **row}.get(name) for row in rows] for name in OUTCOME_COLUMNS}
    types = {"row": "Int64", "attempts": "Int64", "finished_at": "datetime64[us, UTC]"}
    lines = pd.DataFrame({name: pd.Series(of, dtype=types.get(name, "object")) for name, of in columns.items()})
    return Report((), lines)


REPORT = report_of(
    {"id": "123", "finished_at": pd.Timestamp("2026-02-03 04:05:06", tz="UTC")}, {"row": 3, "key": "=1+1"}
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook in a folder of its own."""
    path = tmp_path / "in" / "achievements.xlsx"
    path.parent.mkdir()
    workbook = openpyxl.Workbook()
    workbook.active.title = "Achievements"
    workbook.save(path)
    return path


@pytest.fixture
def rescue(tmp_path: Path) -> Path:
    """A rescue folder that is not there yet."""
    return tmp_path / "state" / "rescued"


def keys(path: Path) -> list[object]:
    """The keys of the report that a workbook holds."""
    sheet = openpyxl.load_workbook(path)["gcbulk report"]
    return [cell.value for cell in sheet["C"][3:]]


def folder_of(path: Path) -> list[str]:
    """The names in a file's folder."""
    return sorted(one.name for one in path.parent.iterdir())


def test_a_workbook_gets_its_sheet(book: Path, rescue: Path) -> None:
    """The report of a workbook goes into it, and nothing else is left in its folder."""
    book.chmod(0o640)
    assert save_report(book, REPORT, rescue_dir=rescue) == Saved(book)
    assert keys(book) == ["a_1", "=1+1"]
    assert openpyxl.load_workbook(book).sheetnames == ["Achievements", "gcbulk report"]
    assert stat.S_IMODE(book.stat().st_mode) == 0o640
    assert folder_of(book) == ["achievements.xlsx"]
    assert not rescue.exists()


def test_a_link_is_followed(book: Path, rescue: Path, tmp_path: Path) -> None:
    """A workbook that is reached through a link is replaced where it lies; the link stays a link."""
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    save_report(link, REPORT, rescue_dir=rescue)
    assert link.is_symlink()
    assert keys(book) == ["a_1", "=1+1"]


def test_a_copy_leaves_the_input_alone(book: Path, rescue: Path) -> None:
    """With another destination the input keeps its bytes, and the copy holds its sheets and the report."""
    before = book.read_bytes()
    copy = book.with_name("copy.xlsx")
    assert save_report(book, REPORT, destination=copy, rescue_dir=rescue) == Saved(copy)
    assert book.read_bytes() == before
    assert openpyxl.load_workbook(copy).sheetnames == ["Achievements", "gcbulk report"]


def test_a_workbook_that_is_not_there_is_made(tmp_path: Path, rescue: Path) -> None:
    """Rows that came from frames have no workbook: one with nothing but the report is made."""
    path = tmp_path / "new.xlsx"
    assert save_report(path, REPORT, rescue_dir=rescue) == Saved(path)
    assert openpyxl.load_workbook(path).sheetnames == ["gcbulk report"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".CSV"])
def test_inputs_without_sheets_get_a_csv(tmp_path: Path, rescue: Path, suffix: str) -> None:
    """The report on a file without sheets goes beside it as <name>.report.csv; the input is not touched."""
    source = tmp_path / f"rows{suffix}"
    source.write_bytes(b"input")
    saved = save_report(source, REPORT, rescue_dir=rescue)
    assert saved == Saved(tmp_path / "rows.report.csv")
    assert source.read_bytes() == b"input"


def test_what_a_csv_holds(tmp_path: Path, rescue: Path) -> None:
    """A CSV starts with the mark that tells Excel it is UTF-8, has one line per line, and no formula in it."""
    path = save_report(tmp_path / "rows.csv", REPORT, rescue_dir=rescue).path
    assert path.read_bytes().startswith(b"\xef\xbb\xbfSheet,Row,Key,")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1:] == [
            ["Achievements", "2", "a_1", "achievement", "created", "123", "", "", "", "1", "", "2026-02-03 04:05:06"],
            ["Achievements", "3", "'=1+1", "achievement", "created", "", "", "", "", "1", "", ""],
        ]


def test_a_csv_can_be_reported_as_a_workbook(tmp_path: Path, rescue: Path) -> None:
    """With --report x.xlsx the report on a CSV is a workbook with nothing but the report."""
    path = tmp_path / "report.xlsx"
    assert save_report(tmp_path / "rows.csv", REPORT, destination=path, rescue_dir=rescue) == Saved(path)
    assert openpyxl.load_workbook(path).sheetnames == ["gcbulk report"]


def test_a_workbook_can_be_reported_as_a_csv(book: Path, rescue: Path) -> None:
    """With --report x.csv the report on a workbook is a CSV, and the workbook is not touched."""
    before, path = book.read_bytes(), book.with_name("x.csv")
    assert save_report(book, REPORT, destination=path, rescue_dir=rescue) == Saved(path)
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "destination", "words"),
    [
        ("a.xlsx", "report.pdf", "saved as .xlsx, .xlsm or .csv"),
        ("a.xlsx", "report", "saved as .xlsx, .xlsm or .csv"),
        ("a.xlsm", "report.xlsx", "ends in .xlsm"),
        ("a.xlsx", "report.xlsm", "ends in .xlsx"),
        ("a.csv", "report.xlsm", "ends in .xlsx"),
        ("a.csv", "a.csv", "is the input itself"),
    ],
)
def test_impossible_destinations(tmp_path: Path, source: str, destination: str, words: str) -> None:
    """A destination that the report cannot have is known before anything is sent, with what to choose instead."""
    with pytest.raises(WorkbookError, match=words) as error:
        report_path(tmp_path / source, tmp_path / destination)
    assert error.value.code == "report-destination"


def test_an_impossible_destination_after_a_run_is_rescued(book: Path, rescue: Path) -> None:
    """When it is too late to ask, the report is saved all the same."""
    saved = save_report(book, REPORT, destination=book.with_name("report.pdf"), rescue_dir=rescue)
    assert saved.path == book.with_name("report.gcbulk-report.csv")
    assert saved.rescued


# rescue ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "program"),
    [("~$achievements.xlsx", "Excel"), (".~lock.achievements.xlsx#", "LibreOffice")],
    ids=["Excel", "LibreOffice"],
)
def test_an_open_workbook_is_left_alone(book: Path, rescue: Path, mark: str, program: str) -> None:
    """While somebody has the workbook open, the report is saved beside it, and the reason names the program."""
    book.with_name(mark).touch()
    before = book.read_bytes()
    saved = save_report(book, REPORT, rescue_dir=rescue)
    assert saved.path == book.with_name("achievements.gcbulk-report.xlsx")
    assert saved.rescued
    assert program in (saved.reason or "")
    assert mark in (saved.reason or "")
    assert book.read_bytes() == before
    assert keys(saved.path) == ["a_1", "=1+1"]


def test_a_read_only_workbook_is_left_alone(book: Path, rescue: Path) -> None:
    """A workbook that is marked read-only is not replaced, even where the folder would allow it."""
    book.chmod(0o444)
    saved = save_report(book, REPORT, rescue_dir=rescue)
    assert saved.path == book.with_name("achievements.gcbulk-report.xlsx")
    assert saved.reason == "achievements.xlsx was left as it is: it is read-only"


def test_an_earlier_rescue_is_kept(book: Path, rescue: Path) -> None:
    """A second report that has to be rescued does not write over the first."""
    book.with_name("~$achievements.xlsx").touch()
    names = [save_report(book, REPORT, rescue_dir=rescue).path.name for _ in range(3)]
    assert names == [f"achievements.gcbulk-report{mark}.xlsx" for mark in ("", "-2", "-3")]


def test_a_workbook_that_cannot_be_edited_is_left_alone(book: Path, rescue: Path) -> None:
    """A workbook that is not as expected is left as it is, and the reason is given."""
    book.write_bytes(b"no zip at all")
    saved = save_report(book, REPORT, rescue_dir=rescue)
    assert "not a well-formed workbook" in (saved.reason or "")
    assert book.read_bytes() == b"no zip at all"
    assert keys(saved.path) == ["a_1", "=1+1"]


FAULTS = {
    "full": (errno.ENOSPC, "the disk is full"),
    "quota": (errno.EDQUOT, "the disk is full"),
    "denied": (errno.EACCES, "may not be written to"),
    "read-only disk": (errno.EROFS, "may not be written to"),
    "broken": (errno.EIO, os.strerror(errno.EIO)),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_of_the_disk(book: Path, rescue: Path, monkeypatch: pytest.MonkeyPatch, fault: str, step: str) -> None:
    """Whatever step fails: the input keeps its bytes, no half file is left, the report is in the rescue folder."""
    code, words = FAULTS[fault]
    before = book.read_bytes()
    Disk(monkeypatch, step, code, (book.parent,))
    saved = save_report(book, REPORT, rescue_dir=rescue)
    assert saved.path == rescue / "achievements.gcbulk-report.xlsx"
    assert saved.rescued
    assert words in (saved.reason or "")
    assert book.read_bytes() == before
    assert folder_of(book) == ["achievements.xlsx"]
    assert keys(saved.path) == ["a_1", "=1+1"]
    assert stat.S_IMODE(rescue.stat().st_mode) == 0o700


def test_nowhere_to_save(book: Path, rescue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When even the rescue folder fails, an error with exit code 5 says what to do, and the input is as it was."""
    before = book.read_bytes()
    Disk(monkeypatch, "write", errno.ENOSPC, (book.parent, rescue))
    with pytest.raises(WorkbookError, match="run gcbulk report") as error:
        save_report(book, REPORT, rescue_dir=rescue)
    assert (error.value.code, error.value.exit_code) == ("report-not-saved", 5)
    assert book.read_bytes() == before


def test_a_missing_folder_is_not_made(tmp_path: Path, rescue: Path) -> None:
    """A destination in a folder that is not there (a slip of the pen) is rescued, the folder is not made."""
    destination = tmp_path / "reprots" / "x.csv"
    saved = save_report(tmp_path / "rows.csv", REPORT, destination=destination, rescue_dir=rescue)
    assert saved.path == rescue / "x.gcbulk-report.csv"
    assert not destination.parent.exists()


def test_a_kill_while_writing_leaves_the_old_file(book: Path) -> None:
    """An interrupt in the middle of writing leaves the old file and nothing else."""
    before = book.read_bytes()

    def interrupted(_out: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(book, interrupted)
    assert book.read_bytes() == before
    assert folder_of(book) == ["achievements.xlsx"]


def test_folders_that_cannot_be_synced_are_no_fault(book: Path, rescue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems cannot sync a folder; the report is in place then all the same."""

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    assert save_report(book, REPORT, rescue_dir=rescue) == Saved(book)


def test_more_lines_than_a_sheet_holds(book: Path, rescue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All lines are in a CSV beside the workbook then, also when the workbook had to be rescued."""
    monkeypatch.setattr(sheet_part, "LARGEST_ROW", 6)
    report = report_of(*({"row": row, "outcome": "rejected"} for row in range(2, 12)))
    saved = save_report(book, report, rescue_dir=rescue)
    assert saved == Saved(book, lines_path=book.with_name("achievements.report.csv"))
    assert len(book.with_name("achievements.report.csv").read_text("utf-8-sig").splitlines()) == 11
    book.with_name("~$achievements.xlsx").touch()
    again = save_report(book, report, rescue_dir=rescue)
    assert again.lines_path == book.with_name("achievements.gcbulk-report.report.csv")


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=()), max_size=12), min_size=1, max_size=40))
def test_any_text_is_saved_in_a_csv(tmp_path: Path, texts: list[str]) -> None:
    """Whatever stands in rows or answers, the CSV is saved, reads back, and holds nothing like a formula."""
    report = report_of(*({"message": text} for text in texts))
    path = save_report(tmp_path / "rows.csv", report, rescue_dir=tmp_path).path
    with path.open(encoding="utf-8-sig", newline="") as stream:
        found = [row[8] for row in csv.reader(stream)][1:]
    assert found == [csv_text(text) for text in texts]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for text in found)


def test_a_report_can_be_pushed_past(book: Path, rescue: Path) -> None:
    """A workbook with a report is read as before; saving again keeps one report."""
    for _ in range(2):
        save_report(book, REPORT, rescue_dir=rescue)
    assert [sheet.name for sheet in read(book).sheets] == ["Achievements", "gcbulk report"]
    assert saving.WORKBOOKS == (".xlsx", ".xlsm")
