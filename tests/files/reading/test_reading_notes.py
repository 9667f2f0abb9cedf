"""What a workbook shows of its cells beside their values: struck through, other digits, sums, pictures in cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from gcbulk.files import read
from gcbulk.files.cell_notes import show
from gcbulk.records import Book, CellProblem, Json, RawSheet

MakeWorkbook = Callable[..., bytes]
ReadBytes = Callable[..., Book]
RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"


def _saved(workbook: Workbook, path: Path) -> RawSheet:
    workbook.save(path)
    return read(path).sheets[0]


def _lists(notes: Mapping[int, Json]) -> dict[int, list[Json]]:
    return {column: values.tolist() for column, values in notes.items()}


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (7, "000", "007"),
        (7, "00000", "00007"),
        (123, "0000-00", "0001-23"),
        (7, '"ach_"0', "ach_7"),
        (7, '"ach_"000', "ach_007"),
        (7, r"\a\-00", "a-07"),
        (7, "[Red]000", "007"),
        (7, "000;-000;0", "007"),
        (0, "000;-000;0", None),
        (0, "000", "000"),
        (7, 'General" x"', "7 x"),
        (7, "000_)", "007"),
        (123456789, "000-00-0000", "123-45-6789"),
        (1234, "000", None),
        (7, "0", None),
        (7, "#", None),
        (7, "General", None),
        (1001, "#,##0", None),
        (7, "0.00", None),
        (7, "[<100]000;0", None),
        (7, "yyyy", None),
        (7, "0%", None),
        (7, "@", None),
        (7, "", None),
    ],
)
def test_what_a_number_format_shows(number: int, code: str, shown: str | None) -> None:
    """Zeros in front, separators and letters are worked out; where that is not sure, nothing is claimed."""
    assert show(number, code) == shown


def test_cells_that_show_other_digits_are_noted(tmp_path: Path) -> None:
    """A cell keeps its number, and the sheet says what it shows."""
    workbook = Workbook()
    for row, value in enumerate(["Id", 7, 1234, 7.5, -7, "007"], 1):
        workbook.active.cell(row, 1, value).number_format = "000"
    sheet = _saved(workbook, tmp_path / "a.xlsx")
    assert sheet.cells[1].tolist() == ["Id", 7, 1234, 7.5, -7, "007"]
    assert _lists(sheet.notes.shown) == {1: [None, "007", None, None, None, None]}


def test_struck_cells_and_runs_are_noted(tmp_path: Path) -> None:
    """A font that strikes the whole cell through and a run that strikes a part of it are told apart."""
    workbook = Workbook()
    sheet = workbook.active
    sheet["A1"], sheet["A2"], sheet["B2"] = "plain", "old", "plain"
    sheet["A2"].font = Font(strike=True)
    sheet["B1"] = CellRichText("new ", TextBlock(InlineFont(strike=True), "old"))
    found = _saved(workbook, tmp_path / "a.xlsx")
    assert _lists(found.notes.struck) == {1: [False, True]}
    assert _lists(found.notes.partly_struck) == {2: [True, False]}


def test_a_struck_run_of_a_shared_string_is_noted(make: MakeWorkbook, read_bytes: ReadBytes) -> None:
    """Shared strings are where Excel keeps its rich texts; a strike that is switched off does not count."""
    run = "<si><r><t>a</t></r><r><rPr><strike{}/></rPr><t>b</t></r></si>"
    shared = "<si><t>plain</t></si>" + run.format("") + run.format(' val="0"')
    cells = "".join(f'<c r="{column}1" t="s"><v>{number}</v></c>' for number, column in enumerate("ABC"))
    (sheet,) = read_bytes(make(f'<row r="1">{cells}</row>', shared=shared)).sheets
    assert sheet.cells.iloc[0].tolist() == ["plain", "ab", "ab"]
    assert _lists(sheet.notes.partly_struck) == {2: [True]}


@pytest.mark.parametrize("comment", ["", "<!-- exact -->"])
def test_sums_are_noted_by_both_scans(make: MakeWorkbook, read_bytes: ReadBytes, comment: str) -> None:
    """Formulas that sum up or count are noted, shared ones in every cell; the others are not."""
    formulas = {
        "A": "<f>COUNTA(A1:A9)</f>",
        "B": '<f t="shared" ref="B1:C1" si="0">SUM(B1:B9)</f>',
        "C": '<f t="shared" si="0"/>',
        "D": "<f>ROUND(AVERAGE(Table1[Points]),0)</f>",
        "E": "<f>ROW()-1</f>",
        "F": '<f t="shared" ref="F1:G1" si="1">A1+1</f>',
        "G": '<f t="shared" si="1"/>',
        "H": "<f>subtotal(9,C2:C4)</f>",
        "I": "<f>SUMMARY(A1:A2)</f>",
    }
    cells = "".join(f'<c r="{column}1">{formula}<v>3</v></c>' for column, formula in formulas.items())
    (sheet,) = read_bytes(make(f'{comment}<row r="1">{cells}</row>')).sheets
    assert sorted(sheet.notes.sums) == [1, 2, 3, 4, 8]


@pytest.mark.parametrize("comment", ["", "<!-- exact -->"])
def test_pictures_inside_cells_are_called_so(make: MakeWorkbook, read_bytes: ReadBytes, comment: str) -> None:
    """A rich value that is a picture is one; a share price or a newer error stays the error that others see."""
    kinds = ("_localImage", "_error", "_webimage")
    metadata = (
        '<metadata><metadataTypes><metadataType name="XLRICHVALUE"/></metadataTypes><futureMetadata name="XLRICHVALUE">'
        + "".join(f'<bk><extLst><ext><xlrd:rvb xmlns:xlrd="{RICH}" i="{n}"/></ext></extLst></bk>' for n in range(3))
        + "</futureMetadata><valueMetadata>"
        + "".join(f'<bk><rc t="1" v="{n}"/></bk>' for n in range(3))
        + "</valueMetadata></metadata>"
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = {
        "worksheet": "worksheets/sheet1.xml", "styles": "styles.xml", "sharedStrings": "/xl/shared.xml",
        "sheetMetadata": "metadata.xml", "rdRichValue": "richData/v.xml", "rdRichValueStructure": "richData/s.xml",
    }  # fmt: skip
    parts = {
        "xl/metadata.xml": metadata,
        "xl/richData/v.xml": "<rvData>" + "".join(f'<rv s="{n}"><v>0</v></rv>' for n in range(3)) + "</rvData>",
        "xl/richData/s.xml": "<rvStructures>" + "".join(f'<s t="{kind}"/>' for kind in kinds) + "</rvStructures>",
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        + "".join(
            f'<Relationship Id="rId{n}" Type="{office}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(links.items(), 1)
        )
        + "</Relationships>",
    }
    cells = "".join(f'<c t="e" vm="{number}"><v>#VALUE!</v></c>' for number in (1, 2, 3))
    cells += '<c t="e"><v>#VALUE!</v></c><c t="str"><f>_xlfn.IMAGE("https://example.com/a.png")</f><v/></c>'
    (sheet,) = read_bytes(make(f"{comment}<row>{cells}</row>", parts=parts)).sheets
    picture, error = CellProblem.PICTURE, CellProblem.ERROR_VALUE
    assert sheet.cells.iloc[0].tolist() == [picture, error, picture, error, picture]
