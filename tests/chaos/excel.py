"""Trials of Excel's limits: how much a cell, a sheet and a name hold. Nothing is lost without a word."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

from chaos.rigs import lines_of
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.errors import WorkbookError
from gcbulk.files import sheet_part
from gcbulk.files.reading import read
from gcbulk.files.saving import save_report
from gcbulk.records import OUTCOME_COLUMNS, Report
from gcbulk.runs.check import check, check_file
from gcbulk.runs.shared.failed_rows import write_failed
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.simulator.exchange import Json
from jobs import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS

_CELL = 32_767
_ROWS = 1_048_576
_COLUMNS = 16_384
_NAME = 31
_LINKS = 65_530
_ABOVE_LINES = 3  # title, an empty row, headers
_TYPES = {"row": "Int64", "attempts": "Int64", "finished_at": "datetime64[us, UTC]"}
_GOOD = ("One", "com.example.one", 5, "No", "No")


def _report(count: int, *, outcome: str = "rejected", message: str | None = None) -> Report:
    usual: dict[str, Json] = {"sheet": "Achievements", "step": "achievement", "outcome": outcome, "attempts": 1}
    usual |= {"key": [f"a{n}" for n in range(count)], "row": range(2, count + 2), "message": message}
    columns = {name: pd.Series(usual.get(name), index=range(count)) for name in OUTCOME_COLUMNS}
    return Report((), pd.DataFrame({name: of.astype(_TYPES.get(name, "object")) for name, of in columns.items()}))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _message(text: str, *, whole: bool, folder: Path) -> Json:
    """What is wrong with how a report tells a text: all of it, or as much as a cell holds and that it was cut."""
    saved = save_report(folder / "new.xlsx", _report(1, message=text), rescue_dir=folder / "rescued")
    found = str(lines_of(saved.path)[0]["Message"]).replace("_x005F_", "_")  # as Excel reads it
    if whole:
        return found != text and f"{len(found)} of {len(text)}"
    is_right = found.endswith("(cut)") and text.startswith(found[:100]) and _CELL - 20 <= _units(found) <= _CELL
    return not is_right and f"{_units(found)} units, ends in {found[-9:]!r}"


def _escaped(folder: Path) -> Json:
    """Characters that no cell can hold are shown as four each, which are too many then."""
    saved = save_report(folder / "new.xlsx", _report(1, message="\x01" * 10_000), rescue_dir=folder / "rescued")
    found = str(lines_of(saved.path)[0]["Message"])
    return not (found.startswith("\\x01\\x01") and found.endswith("(cut)") and _units(found) <= _CELL) and found[-20:]


def _sheet_rows(more: int, *, folder: Path, largest: int = 60, outcome: str = "rejected") -> Json:
    """What is wrong with a report of so many lines more than a sheet holds; all are in it, or in a file beside it."""
    count = largest - _ABOVE_LINES + more
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet_part, "LARGEST_ROW", largest)
        saved = save_report(folder / "new.xlsx", _report(count, outcome=outcome), rescue_dir=folder / "rescued")
    written = _row_count(saved.path)
    if more <= 0:
        return (written != count + 2 or saved.lines_path) and f"{written} rows for {count} lines"  # one is empty
    with saved.lines_path.open(encoding="utf-8-sig", newline="") as stream:  # type: ignore[union-attr]
        beside = sum(1 for _ in csv.reader(stream)) - 1
    says_so = any("more than a sheet holds" in str(cell) for cell in _top(saved.path))
    return (beside != count or written > largest or not says_so) and f"{beside} of {count} beside, {written} rows"


def _row_count(book: Path) -> int:
    with ZipFile(book) as archive:
        return len(re.findall(rb"<row[ >]", archive.read("xl/worksheets/sheet1.xml")))


def _top(book: Path) -> list[Json]:
    found = openpyxl.load_workbook(book, read_only=True)
    try:
        return [cell for row in found["gcbulk report"].iter_rows(max_row=6, values_only=True) for cell in row]
    finally:
        found.close()


def _links(folder: Path) -> Json:
    """More lines than a sheet holds links: every line is there, and as many links as it holds."""
    book = folder / "game.xlsx"
    _book(book)
    saved = save_report(book, _report(_LINKS + 500), rescue_dir=folder / "rescued")
    with ZipFile(saved.path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    text = max(parts, key=len)
    rows, links = len(re.findall(rb"<row[ >]", text)), len(re.findall(rb"<hyperlink ", text))
    return (rows < _LINKS + 500 or not 0 < links <= _LINKS) and f"{rows} rows, {links} links"


def _book(path: Path, *, name: str = "Achievements", display: str = "One", at_row: int = 2) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = name
    first.append(ACHIEVEMENT_HEADERS)
    for column, value in enumerate(_GOOD, start=1):
        first.cell(at_row, column, value)
    second = book.create_sheet("Localizations")
    second.append(LOCALIZATION_HEADERS)
    second.append((_GOOD[1], "en-US", display, "Before", "After"))
    book.save(path)


def _long_sheet_name(folder: Path) -> Json:
    """A sheet of the longest name there can be is read, and its row is told under that name."""
    name = "Achievements".ljust(_NAME, "x")
    _book(folder / "game.xlsx", name=name)
    result = check_file(folder / "game.xlsx", check(folder / "game.xlsx"), ReportTarget(folder / "rescued"))
    told = [line["Sheet"] for line in lines_of(result.report) if line["Row"]]
    return (result.rows, told) != (2, [name, "Localizations"])


def _last_row(folder: Path) -> Json:
    """A row that is the last that a sheet has is read, and told as that."""
    _book(folder / "game.xlsx", at_row=_ROWS)
    checked = check(folder / "game.xlsx")
    return list(checked.achievements.index) != [_ROWS] and str(checked.achievements.index)


def _long_cell(length: int, folder: Path) -> Json:
    """A text as long as a cell holds is too long for the service: its row is told as wrong."""
    _book(folder / "game.xlsx", display="x" * length)
    checked = check(folder / "game.xlsx")
    wrong = checked.issues[checked.issues["severity"] == "error"]
    return set(wrong["sheet"]) != {"Localizations"} and str(list(wrong["message"]))


def _failed(length: int, folder: Path) -> Json:
    """Rows of a text file with a long name and a cell beyond Excel's: the workbook of failed rows says what it cut."""
    path = folder / f"{'n' * 60}.csv"
    text = "y" * length
    rows = [(*ACHIEVEMENT_HEADERS, "Note"), ("One", "com.example.one", 500, "No", "No", text)]
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    checked = check(path)
    places = set(zip(checked.achievements["sheet"], checked.achievements.index, strict=True))
    written = write_failed(path, checked, places, ReportTarget(folder / "rescued"))
    if written.failed is None:
        return str(written.notes)
    book = openpyxl.load_workbook(written.failed)
    found = str(list(book[book.sheetnames[0]].iter_rows(values_only=True))[1][5])
    is_told = found == text if length <= _CELL else found.endswith("(cut)") and len(found) <= _CELL
    return (len(book.sheetnames[0]) > _NAME or not is_told) and f"{book.sheetnames}: {len(found)} of {length}"


def _columns(count: int, folder: Path) -> Json:
    """A text file of so many columns: read, or refused in words; never read in part."""
    path = folder / "wide.csv"
    extra = [f"c{n}" for n in range(count - len(ACHIEVEMENT_HEADERS))]
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([(*extra, *ACHIEVEMENT_HEADERS), (*extra, *_GOOD)])
    try:
        (sheet,) = read(path).sheets
    except WorkbookError as error:
        return count <= _COLUMNS and str(error)
    last = [str(cell) for cell in sheet.cells.iloc[-1].tolist()[-len(_GOOD) :]]
    return (count > _COLUMNS or last != [str(cell) for cell in _GOOD]) and f"read, and ends in {last}"


def _many_rows(folder: Path) -> Json:
    """A text file of more rows than a sheet has is read to its end."""
    path, count = folder / "progress.csv", _ROWS + 7
    with path.open("w") as out:
        out.write("Player ID,Achievement ID,Percent\n")
        out.writelines(f"A:_{n:032x},com.example.a,50\n" for n in range(count))
    checked = read_submissions(path, reading=ReadOptions(bundle_id="com.example.game"))
    return (len(checked.rows) != count or not checked.ok) and f"{len(checked.rows)} of {count}"


_BOUNDARIES: Mapping[str, Callable[[Path], Json]] = {
    "a message one short of a cell": lambda folder: _message("m" * (_CELL - 1), whole=True, folder=folder),
    "a message that fills a cell": lambda folder: _message("m" * _CELL, whole=True, folder=folder),
    "a message one too long": lambda folder: _message("m" * (_CELL + 1), whole=False, folder=folder),
    "a message of 100,000": lambda folder: _message("m" * 100_000, whole=False, folder=folder),
    "signs of two units that fit": lambda folder: _message("\U0001f600" * (_CELL // 2), whole=True, folder=folder),
    "signs of two units, too many": lambda folder: _message("\U0001f600" * 16_384, whole=False, folder=folder),
    "texts that look like escapes": lambda folder: _message("_x0041_" * (_CELL // 7), whole=True, folder=folder),
    "signs that need escapes": _escaped,
    "lines that just fit": lambda folder: _sheet_rows(0, folder=folder),
    "a line too many": lambda folder: _sheet_rows(1, folder=folder),
    "twice the lines": lambda folder: _sheet_rows(57, folder=folder),
    "a line more than 1,048,576 rows": lambda folder: _sheet_rows(1, folder=folder, largest=_ROWS, outcome="created"),
    "more lines than links": _links,
    "a sheet's name of 31": _long_sheet_name,
    "the last row of a sheet": _last_row,
    "a cell that is full": partial(_long_cell, _CELL),
    "a cell beyond what Excel writes": partial(_long_cell, _CELL + 1),
    "a failed row with a full cell": partial(_failed, _CELL),
    "a failed row with more than a cell holds": partial(_failed, _CELL + 1),
    "as many columns as there are": partial(_columns, _COLUMNS),
    "a column too many": partial(_columns, _COLUMNS + 1),
    "more rows than a sheet has": _many_rows,
}


def _boundary(ground: Ground) -> Tally:
    name = list(_BOUNDARIES)[ground.number]
    return wrong_if(_BOUNDARIES[name](ground.folder), name)


TRIALS: tuple[Trial, ...] = (
    Trial("F18/limits", "Excel's limits of cells, rows, columns, links and names", _boundary, len(_BOUNDARIES), 4),
)
