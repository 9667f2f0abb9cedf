"""Files of the user under the names that gcbulk uses: they are never written over and never removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from gcbulk.errors import WorkbookError
from gcbulk.files.failed import save_failed
from gcbulk.files.own_files import OwnFiles, names_for
from gcbulk.files.pulled import write_picture
from gcbulk.files.reading import read
from gcbulk.files.saving import own_files, report_path, save_report
from gcbulk.records import OUTCOME_COLUMNS, Report, ReportSheet
from gcbulk.sheets import check

TYPES = {"row": "Int64", "attempts": "Int64", "finished_at": "datetime64[us, UTC]"}
LINES = pd.DataFrame(
    {name: pd.Series([None if name in TYPES else "x"], dtype=TYPES.get(name, "object")) for name in OUTCOME_COLUMNS}
)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def rescue(tmp_path: Path) -> Path:
    """A rescue folder in a state folder."""
    return tmp_path / "state" / "rescued"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with one row that is wrong."""
    path = tmp_path / "game.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "Achievements"
    for row in (("Reference Name", "Achievement ID", "Points", "Hidden", "Repeatable"), ("A", "a-1", 5, "No", "No")):
        workbook.active.append(row)
    workbook.save(path)
    return path


def report(sheet: str = ReportSheet.PUSH, *, label: str = "") -> Report:
    """A report of one line."""
    return Report(((label, label),), LINES, sheet=sheet)


def writers(folder: Path, rescue: Path) -> dict[str, tuple[str, Callable[[], Path | None]]]:
    """Everything that is written beside the input: the name that it wants, and how it is written."""
    rows, workbook, own = folder / "rows.csv", folder / "game.xlsx", own_files(rescue.parent)
    checked = check(read(workbook))

    def saved(source: Path, sheet: str, destination: Path | None = None) -> Path:
        return save_report(source, report(sheet), destination=destination, rescue_dir=rescue).path

    return {
        "report": ("rows.report.csv", lambda: saved(rows, ReportSheet.SUBMIT)),
        "check": ("rows.check.csv", lambda: saved(rows, ReportSheet.CHECK)),
        "review": ("rows.review.csv", lambda: saved(rows, ReportSheet.REVIEW)),
        "plan": ("rows.plan.csv", lambda: saved(rows, ReportSheet.PLAN)),
        "named csv": ("x.csv", lambda: saved(rows, ReportSheet.PUSH, folder / "x.csv")),
        "named copy": ("x.xlsx", lambda: saved(workbook, ReportSheet.PUSH, folder / "x.xlsx")),
        "failed rows": (
            "game.failed.xlsx",
            lambda: save_failed(checked, {("Achievements", 2)}, folder / "game.failed.xlsx", own),
        ),
        "picture": ("a.en-US.png", lambda: write_picture(folder, "a.en-US", PNG + os.urandom(4), own, source="1")),
    }


KINDS = ("report", "check", "review", "plan", "named csv", "named copy", "failed rows", "picture")


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_ours_and_unchanged_is_replaced(book: Path, rescue: Path, kind: str) -> None:
    """A file of the user's keeps its bytes; ours is replaced, until somebody changes it or a link leads elsewhere."""
    folder = book.parent
    name, write = writers(folder, rescue)[kind]
    wanted = folder / name
    second = next(one for one in names_for(wanted) if one != wanted)
    wanted.write_bytes(b"the user's")
    assert [write(), write()] == [second, second], "ours under another name is replaced"
    assert wanted.read_bytes() == b"the user's"
    wanted.unlink()
    assert [write(), write()] == [wanted, wanted], "where nothing stands it is written, and replaced as ours"
    wanted.write_bytes(wanted.read_bytes() + b" ")
    changed = wanted.read_bytes()
    assert write() == second, "what was changed is the user's"
    assert wanted.read_bytes() == changed
    wanted.unlink()
    (folder / "elsewhere").write_bytes(b"precious")
    wanted.symlink_to(folder / "elsewhere")
    assert write() == second, "nothing is written through a link to a file of the user's"
    assert (folder / "elsewhere").read_bytes() == b"precious"
    wanted.unlink()
    wanted.symlink_to(folder / "nowhere")
    if not kind.startswith("named"):
        assert write() == second
        assert not (folder / "nowhere").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_state_folder_every_file_is_the_users(book: Path, rescue: Path, kind: str) -> None:
    """Where it is not known any more what gcbulk wrote, nothing is written over."""
    name, write = writers(book.parent, rescue)[kind]
    assert write() == book.parent / name
    before = (book.parent / name).read_bytes()
    for entry in (rescue.parent / "written").iterdir():
        entry.write_bytes(b"{")
    assert write() != book.parent / name
    assert (book.parent / name).read_bytes() == before


def test_a_free_name_beside_is_no_failure_but_another_than_asked_for_is(book: Path, rescue: Path) -> None:
    """Beside a file of somebody's the report is where it belongs, and it is said; a name asked for was not kept."""
    text, asked = book.with_name("rows.csv"), book.with_name("out.csv")
    for path in (book.with_name("rows.report.csv"), asked):
        path.write_bytes(b"somebody's")
    saved = save_report(text, report(), rescue_dir=rescue)
    assert (saved.path.name, saved.rescued) == ("rows.report-2.csv", False)
    assert "rows.report.csv was left as it is" in (saved.reason or "")
    saved = save_report(text, report(), destination=asked, rescue_dir=rescue)
    assert (saved.path.name, saved.rescued) == ("out-2.csv", True)


def test_failed_rows_that_were_fixed_are_never_removed(book: Path, rescue: Path) -> None:
    """After a run without failures our own file goes, whichever name it had; one that somebody worked in stays."""
    checked, path, own = check(read(book)), book.with_name("game.failed.xlsx"), own_files(rescue.parent)
    wrong = {("Achievements", 2)}
    assert save_failed(checked, wrong, path, own) == path
    path.write_bytes(path.read_bytes() + b"fixed")
    second = save_failed(checked, wrong, path, own)
    assert second == book.with_name("game.failed-2.xlsx")
    assert save_failed(checked, set(), path, own) is None
    assert path.exists()
    assert not second.exists()


def test_files_of_another_input_are_not_ours_to_take(book: Path, rescue: Path, tmp_path: Path) -> None:
    """game.xlsx and game.csv want the same names: neither takes the other's report or failed rows."""
    own = own_files(rescue.parent)
    text = tmp_path / "game.csv"
    text.write_text("Reference Name,Achievement ID,Points,Hidden,Repeatable\nA,a-1,5,No,No\n")
    path = tmp_path / "game.failed.xlsx"
    assert save_failed(check(read(book)), {("Achievements", 2)}, path, own) == path
    before = path.read_bytes()
    assert save_failed(check(read(text)), set(), path, own) is None
    assert save_failed(check(read(text)), {("game", 2)}, path, own) == tmp_path / "game.failed-2.xlsx"
    assert path.read_bytes() == before
    first = save_report(text, report(), rescue_dir=rescue)
    other = save_report(tmp_path / "game.tsv", report(), rescue_dir=rescue)
    assert (first.path.name, first.rescued) == ("game.report.csv", False)
    assert (other.path.name, other.rescued) == ("game.report-2.csv", False)
    assert "game.report.csv was left as it is" in (other.reason or "")


def test_a_file_saved_while_ours_is_written_stays(
    tmp_path: Path, rescue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What appears under the name while the report is being written is not written over either."""
    path = tmp_path / "rows.report.csv"
    real = OwnFiles.may_write

    def late(own: OwnFiles, name: Path, source: str) -> bool:
        is_free = real(own, name, source)
        if name == path and not path.exists():
            path.write_bytes(b"saved just now")
        return is_free

    monkeypatch.setattr(OwnFiles, "may_write", late)
    saved = save_report(tmp_path / "rows.csv", report(), rescue_dir=rescue)
    assert saved.path == tmp_path / "rows.report-2.csv"
    assert path.read_bytes() == b"saved just now"


# sheets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gcbulk report", "GCBULK Report"])
@pytest.mark.parametrize("content", [("My notes", "precious"), ()], ids=["notes", "empty"])
def test_a_sheet_of_the_users_with_our_name_stays(
    book: Path, rescue: Path, name: str, content: tuple[str, ...]
) -> None:
    """Only a sheet with the headers of a report is replaced; another one is the user's, and ours gets a number."""
    workbook = openpyxl.load_workbook(book)
    workbook.create_sheet(name).append(content)
    workbook.save(book)
    for _ in range(2):
        assert save_report(book, report(), rescue_dir=rescue).path == book
    found = openpyxl.load_workbook(book)
    assert found.sheetnames == ["Achievements", name, "gcbulk report 2"]
    assert [cell.value for row in found[name].iter_rows() for cell in row] == list(content)
    assert found["gcbulk report 2"]["A1"].value == "gcbulk report 2"
    assert [table.sheet for table in check(read(book)).tables] == ["Achievements"]


def test_each_verb_has_a_sheet_and_keeps_it(book: Path, rescue: Path) -> None:
    """No verb's report replaces another's; saved by a spreadsheet program they are still known; none is read."""
    for sheet in ReportSheet:
        save_report(book, report(sheet, label="first"), rescue_dir=rescue)
    openpyxl.load_workbook(book).save(book)  # writes every sheet anew, its texts shared
    for sheet in ReportSheet:
        save_report(book, report(sheet, label="second"), rescue_dir=rescue)
    found = openpyxl.load_workbook(book)
    assert found.sheetnames == ["Achievements", *ReportSheet]
    assert {found[sheet]["B2"].value for sheet in ReportSheet} == {"second"}
    assert [table.sheet for table in check(read(book)).tables] == ["Achievements"]


# replaced during a run, and links ----------------------------------------------------------------------------


def test_a_workbook_that_was_changed_does_not_get_the_report(book: Path, rescue: Path) -> None:
    """The rows may be others by now: the report goes beside it, and why is said; our own sheets are no change."""
    digest = read(book).digest
    for sheet in (ReportSheet.CHECK, ReportSheet.PUSH, ReportSheet.REVIEW):
        assert not save_report(book, report(sheet), rescue_dir=rescue, read_as=digest).rescued
    workbook = openpyxl.load_workbook(book)
    workbook["Achievements"]["C2"] = 10
    workbook.save(book)
    before = book.read_bytes()
    saved = save_report(book, report(), rescue_dir=rescue, read_as=digest)
    assert (saved.path.name, saved.rescued) == ("game.gcbulk-report.xlsx", True)
    assert "changed or replaced after its rows were read" in (saved.reason or "")
    assert book.read_bytes() == before
    copy = save_report(book, report(), destination=book.with_name("copy.xlsx"), rescue_dir=rescue, read_as=digest)
    assert copy.rescued, "a copy of other rows would be as wrong"
    assert not save_report(book, report(), rescue_dir=rescue, read_as=read(book).digest).rescued


def _loop(path: Path, _: Path) -> None:
    path.symlink_to(path)


def _folder(path: Path, _: Path) -> None:
    path.mkdir()


def _pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def _link(path: Path, source: Path) -> None:
    path.symlink_to(source)


def _hard_link(path: Path, source: Path) -> None:
    path.hardlink_to(source)


@pytest.mark.parametrize("make", [_loop, _folder, _pipe, _link, _hard_link])
def test_a_destination_that_cannot_be_is_known_before(tmp_path: Path, make: Callable[[Path, Path], None]) -> None:
    """A link to itself, to the input, another name of the input, a folder, a pipe: said before anything is sent."""
    source, destination = tmp_path / "rows.csv", tmp_path / "out.csv"
    source.write_text("a,b\n")
    make(destination, source)
    with pytest.raises(WorkbookError) as error:
        report_path(source, destination)
    assert error.value.code == "report-destination"


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "a\x00b.csv"], ids=["long", "nul"])
def test_a_name_that_no_file_can_have_is_known_before(tmp_path: Path, name: str) -> None:
    """So is a name that the disk does not take."""
    with pytest.raises(WorkbookError, match="no file can have this name"):
        report_path(tmp_path / "rows.csv", tmp_path / name)


@pytest.mark.parametrize("make", [_link, _hard_link])
def test_a_link_to_the_workbook_is_the_workbook(book: Path, rescue: Path, make: Callable[[Path, Path], None]) -> None:
    """A report asked for under another name of the input goes into the input."""
    destination = book.with_name("other.xlsx")
    make(destination, book)
    assert save_report(book, report(), destination=destination, rescue_dir=rescue).path == book
    assert "gcbulk report" in openpyxl.load_workbook(book).sheetnames
