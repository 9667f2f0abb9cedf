"""The report sheet: what is added, and that nothing else changes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from gcbulk.errors import WorkbookError
from gcbulk.files import sheet_part as sheet_part_module
from gcbulk.files.cell_text import CELL_LIMIT, CUT, csv_text, sheet_text, visible
from gcbulk.files.reading import read
from gcbulk.files.report_looks import COLUMNS, LOOKS, OUTCOME_LOOKS
from gcbulk.files.report_sheet import add_report_sheet, write_report_workbook
from gcbulk.records import OUTCOME_COLUMNS, CheckState, OutcomeKind, Report

Parts = dict[str, bytes]

INDEX_PARTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CALC_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
FINISHED = pd.Timestamp("2026-02-03 04:05:06", tz="UTC")


def lines_of(*rows: Mapping[str, object]) -> pd.DataFrame:
    """The lines of a report, with what is not said filled in."""
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
    return pd.DataFrame({name: pd.Series(values, dtype=types.get(name, "object")) for name, values in columns.items()})


def report_of(*rows: Mapping[str, object]) -> Report:
    """A report with a summary of two lines, so that its headers stand in row 5."""
    return Report((("File", "achievements.xlsx"), ("App", "=Moss")), lines_of(*rows))


REPORT = report_of(
    {"row": 2, "id": "6441234567", "request_id": "R1", "finished_at": FINISHED},
    {
        "row": 3,
        "key": "=cmd|'/c calc'!A1",
        "outcome": "rejected",
        "code": "ENTITY_ERROR",
        "column": "Points",
        "message": "a < b & c",
    },
)


def pack(parts: Parts) -> io.BytesIO:
    """An archive of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


def unpack(data: io.BytesIO) -> Parts:
    """The parts of an archive."""
    with zipfile.ZipFile(data) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def add(parts: Parts, report: Report = REPORT) -> Parts:
    """The parts of a workbook after the report was added."""
    return unpack(added(pack(parts), report))


def added(source: io.BytesIO, report: Report = REPORT) -> io.BytesIO:
    """A workbook after the report was added."""
    out = io.BytesIO()
    add_report_sheet(source, out, report)
    return out


def edit(parts: Parts, name: str, *changes: tuple[str, str]) -> Parts:
    """Some parts with a text in one of them replaced; each must be there."""
    text = parts[name].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {**parts, name: text.encode()}


@pytest.fixture(scope="module")
def plain() -> Parts:
    """A workbook as openpyxl saves it, with one sheet."""
    book = openpyxl.Workbook()
    book.active.title = "Achievements"
    book.active.append(["Reference Name", "Achievement ID"])
    out = io.BytesIO()
    book.save(out)
    return unpack(out)


@pytest.fixture(scope="module")
def rich() -> Parts:
    """A workbook with everything that a load and save would lose or change."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Achievements"
    for row in (["Name", "Points"], ["First", 10], ["Second", 20], ["Sum", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["A1"].comment = Comment("who wrote this?", "me")
    sheet.conditional_formatting.add("B2:B3", CellIsRule("greaterThan", ["15"], fill=PatternFill(bgColor="FF0000")))
    choice = DataValidation(type="list", formula1='"10,20"')
    choice.add("B2:B3")
    sheet.add_data_validation(choice)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    sheet.print_title_rows = "1:1"
    book.create_sheet("It's other").auto_filter.ref = "A1:B2"
    out = io.BytesIO()
    book.save(out)
    parts = unpack(out)
    parts = edit(parts, "xl/worksheets/sheet1.xml", ("<f>SUM(B2:B3)</f><v />", "<f>SUM(B2:B3)</f><v>30</v>"))
    parts = edit(
        parts,
        "[Content_Types].xml",
        ("<Override", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override'),
        ("</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{CALC_TYPE}"/></Types>'),
    )
    parts = edit(
        parts,
        "xl/_rels/workbook.xml.rels",
        (
            "</Relationships>",
            f'<Relationship Id="rId90" Type="{OFFICE}/calcChain" Target="calcChain.xml"/>'
            '<Relationship Id="rId91" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            'Target="vbaProject.bin"/></Relationships>',
        ),
    )
    return {
        **parts,
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="B4" i="1"/></calcChain>'.encode(),
        "xl/vbaProject.bin": bytes(range(256)) * 20,
        "xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(500),
        "customXml/item1.xml": b"<mine/>",
    }


def packed_bytes(data: io.BytesIO) -> dict[str, bytes]:
    """The compressed bytes of each member, as they lie in the archive."""
    raw = data.getvalue()
    found = {}
    with zipfile.ZipFile(data) as archive:
        for info in archive.infolist():
            names, extras = raw[info.header_offset + 26], raw[info.header_offset + 28]
            start = info.header_offset + 30 + names + extras
            found[info.filename] = raw[start : start + info.compress_size]
    return found


def test_every_other_part_is_byte_for_byte_as_it_was(rich: Parts) -> None:
    """Only the index and style parts change; charts, macros, images and cached values go over as they are."""
    source = pack(rich)
    result = added(source)
    before, after = packed_bytes(source), packed_bytes(result)
    assert {name for name in before if before[name] != after[name]} == INDEX_PARTS
    assert set(after) - set(before) == {"xl/worksheets/sheet3.xml"}
    old, new = unpack(source), unpack(result)
    assert {name for name in old if old[name] != new[name]} == INDEX_PARTS
    assert b"<v>30</v>" in new["xl/worksheets/sheet1.xml"]


def test_what_was_in_the_changed_parts_is_still_there(rich: Parts) -> None:
    """Index and style parts only grow: without what was added they are what they were."""
    new = add(rich)
    for name in INDEX_PARTS:
        old = re.sub(rb'count="\d+"', b"", rich[name])
        kept = iter(re.sub(rb'count="\d+"', b"", new[name]))
        assert all(byte in kept for byte in old), name


def test_members_keep_their_times_and_attributes(rich: Parts) -> None:
    """A member that is copied keeps its time, its comment and its mode."""
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in rich.items():
            info = zipfile.ZipInfo(name, (2021, 3, 4, 5, 6, 8))
            info.comment, info.external_attr, info.extra = b"kept", 0o640 << 16, b"\x99\x99\x02\x00hi"
            archive.writestr(info, data)
    with zipfile.ZipFile(added(source)) as archive:
        info = archive.getinfo("xl/vbaProject.bin")
    assert info.date_time == (2021, 3, 4, 5, 6, 8)
    assert (info.comment, info.external_attr, info.extra) == (b"kept", 0o640 << 16, b"\x99\x99\x02\x00hi")


class Pipe(io.BytesIO):
    """A stream that cannot go back, so that sizes have to follow the data."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation


def test_streamed_archives_and_names_beyond_ascii_are_copied(plain: Parts) -> None:
    """Members with their sizes behind them, stored members and names in UTF-8 or code page 437 go over."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**plain, "custom/größe.xml": b"<a/>", "custom/old_q.xml": b"<b/>"}.items():
            archive.writestr(name, data)
        archive.writestr("custom/stored.bin", b"as it is", zipfile.ZIP_STORED)
    source = io.BytesIO(pipe.getvalue().replace(b"old_q", b"old_\x94"))  # ö in code page 437
    result = unpack(added(source))
    kept = {name: data for name, data in result.items() if name.startswith("custom/")}
    assert kept == {"custom/größe.xml": b"<a/>", "custom/old_ö.xml": b"<b/>", "custom/stored.bin": b"as it is"}


def test_sizes_for_very_large_archives_are_left_out(plain: Parts) -> None:
    """The field that says where a member was in the old archive does not go over; it would be wrong in the new one."""
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in plain.items():
            info = zipfile.ZipInfo(name)
            info.extra = b"\x01\x00\x00\x00\x99\x99\x00\x00"
            archive.writestr(info, data)
    with zipfile.ZipFile(added(source)) as archive:
        assert archive.getinfo("docProps/app.xml").extra == b"\x99\x99\x00\x00"


def test_a_report_larger_than_the_format_is_refused(plain: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet part that outgrows the archive's fields is refused."""
    monkeypatch.setattr("gcbulk.files.zip_copy._LARGEST", 100_000)
    with pytest.raises(WorkbookError, match="larger than a workbook can hold"):
        add(plain, report_of(*[{"message": "x" * 30_000}] * 5))


def rows_by_calamine(data: io.BytesIO) -> list[list[object]]:
    """The report sheet as python-calamine reads it."""
    data.seek(0)
    return [list(row) for row in CalamineWorkbook.from_filelike(data).get_sheet_by_name("gcbulk report").to_python()]


EXPECTED_LINES = [
    ["Achievements", 2, "a_1", "achievement", "created", "6441234567", "", "", "", 1, "R1", "2026-02-03 04:05:06"],
    [
        "Achievements",
        3,
        "=cmd|'/c calc'!A1",
        "achievement",
        "rejected",
        "",
        "ENTITY_ERROR",
        "Points",
        "a < b & c",
        1,
        "",
        "",
    ],
]


@pytest.mark.parametrize("kind", ["plain", "rich", "fresh"])
def test_readers_open_it(kind: str, request: pytest.FixtureRequest) -> None:
    """Openpyxl and python-calamine read title, summary, headers and lines as they were written."""
    data = io.BytesIO()
    if kind == "fresh":
        write_report_workbook(data, REPORT)
    else:
        data = added(pack(request.getfixturevalue(kind)))
    rows = rows_by_calamine(data)
    assert rows[0][0] == "gcbulk report"
    assert rows[1][:2] == ["File", "achievements.xlsx"]
    assert rows[2][:2] == ["App", "=Moss"]
    assert rows[4] == [title for title, _ in COLUMNS.values()]
    assert rows[5:] == EXPECTED_LINES
    sheet = openpyxl.load_workbook(data)["gcbulk report"]
    assert [[cell.value or "" for cell in row] for row in sheet["A6:L7"]] == EXPECTED_LINES
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A6", "A5:L7")
    assert sheet.column_dimensions["I"].width == COLUMNS["message"][1]


def test_our_own_reader_reads_it(rich: Parts, tmp_path: Path) -> None:
    """The workbook with its report passes the pre-flight and can be pushed again."""
    path = tmp_path / "achievements.xlsx"
    path.write_bytes(added(pack(rich)).getvalue())
    assert [sheet.name for sheet in read(path).sheets] == ["Achievements", "It's other", "gcbulk report"]


def test_parts_may_be_named_with_backslashes(rich: Parts, tmp_path: Path) -> None:
    """A package whose names and targets have backslashes is read as one with slashes, and takes reports like it."""
    turned = {
        name: data.replace(b'Target="/xl/worksheets/', b'Target="\\xl\\worksheets\\') for name, data in rich.items()
    }
    assert turned != rich
    once = add({name.replace("/", "\\"): data for name, data in turned.items()})
    usual = add(rich)
    assert {name.replace("\\", "/") for name in once} == set(usual)
    path, other = tmp_path / "turned.xlsx", tmp_path / "usual.xlsx"
    path.write_bytes(added(pack(once)).getvalue())
    other.write_bytes(added(pack(usual)).getvalue())
    for sheet, same in zip(read(path).sheets, read(other).sheets, strict=True):
        assert sheet.name == same.name
        pd.testing.assert_frame_equal(sheet.cells, same.cells)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it(rich: Parts, tmp_path: Path) -> None:
    """LibreOffice loads the workbook and shows the report's lines."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(added(pack(rich)).getvalue())
    convert = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,3"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", convert]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=300)
    text = next(tmp_path.glob("*.csv")).read_text("utf-8")
    assert "Achievements,3,=cmd|'/c calc'!A1,achievement,rejected,,ENTITY_ERROR,Points,a < b & c" in text


def test_a_second_report_replaces_the_first(rich: Parts) -> None:
    """The next run writes the same sheet anew and adds nothing else: styles, names and relations stay as they are."""
    once = add(rich)
    assert add(once) == once
    other = add(once, report_of({"key": "new"}))
    assert {name for name in once if once[name] != other[name]} == {"xl/worksheets/sheet3.xml", "xl/workbook.xml"}
    assert other["xl/workbook.xml"].count(b"'gcbulk report'!$A$5:$L$6") == 1


def test_the_report_keeps_its_place_and_the_users_spelling(plain: Parts) -> None:
    """A report sheet that was moved, renamed in case or hidden keeps place, name, id and state."""
    entry = '<sheet name="GCBULK Report" sheetId="7" state="hidden" r:id="rId77" xmlns:r="' + OFFICE + '"/>'
    moved = edit(plain, "xl/workbook.xml", ("<sheets>", f"<sheets>{entry}"))
    moved = edit(
        moved,
        "xl/_rels/workbook.xml.rels",
        (
            "</Relationships>",
            f'<Relationship Id="rId77" Type="{OFFICE}/worksheet" Target="worksheets/mine.xml"/></Relationships>',
        ),
    )
    moved["xl/worksheets/mine.xml"] = add(plain)["xl/worksheets/sheet2.xml"]
    moved["xl/worksheets/_rels/mine.xml.rels"] = b"<Relationships/>"
    result = add(moved)
    assert entry.encode() in result["xl/workbook.xml"]
    assert b"'GCBULK Report'!$A$5:$L$7" in result["xl/workbook.xml"]
    assert b'localSheetId="0"' in result["xl/workbook.xml"]
    assert b"gcbulk report</t>" in result["xl/worksheets/mine.xml"]
    assert "xl/worksheets/_rels/mine.xml.rels" not in result


def test_names_of_other_sheets_stay_right(rich: Parts) -> None:
    """Filters and print titles of other sheets keep their names; ours gets one with its own sheet number."""
    text = add(rich)["xl/workbook.xml"].decode()
    names = re.findall(r'<definedName name="([^"]+)" localSheetId="(\d)"[^>]*>([^<]*)<', text)
    assert sorted(names) == [
        ("_xlnm.Print_Titles", "0", "'Achievements'!$1:$1"),
        ("_xlnm._FilterDatabase", "1", "'It''s other'!$A$1:$B$2"),
        ("_xlnm._FilterDatabase", "2", "'gcbulk report'!$A$5:$L$7"),
    ]


@pytest.mark.parametrize(("active", "selected"), [("0", False), ("1", True)], ids=["another", "the report"])
def test_no_two_sheets_are_selected(plain: Parts, active: str, selected: bool) -> None:
    """The workbook opens where it did: the report is selected only if it was, or edits would go to both sheets."""
    book = edit(add(plain), "xl/workbook.xml", ('activeTab="0"', f'activeTab="{active}"'))
    result = add(book)
    assert (b'tabSelected="1"' in result["xl/worksheets/sheet2.xml"]) is selected
    assert f'activeTab="{active}"'.encode() in result["xl/workbook.xml"]


def without_styles(parts: Parts) -> Parts:
    """A workbook that has no styles."""
    links = re.sub(r"<Relationship [^>]*styles[^>]*/>", "", parts["xl/_rels/workbook.xml.rels"].decode())
    left = {name: data for name, data in parts.items() if name != "xl/styles.xml"}
    return {**left, "xl/_rels/workbook.xml.rels": links.encode()}


def prefixed(parts: Parts) -> Parts:
    """A workbook whose main parts spell every name with a prefix."""
    done = dict(parts)
    for name in ("xl/workbook.xml", "xl/styles.xml"):
        text = re.sub(r"(</?)(?=[a-zA-Z])", r"\1x:", parts[name].decode())
        done[name] = text.replace("xmlns=", "xmlns:x=").encode()
    return done


def renamed(parts: Parts) -> Parts:
    """A workbook whose main part lies elsewhere, named with other cases than its members."""
    moved = edit(parts, "_rels/.rels", ("xl/workbook.xml", "/XL/Book.xml"))
    moved = edit(moved, "[Content_Types].xml", ("/xl/workbook.xml", "/xl/book.xml"))
    moved["xl/book.xml"] = moved.pop("xl/workbook.xml")
    moved["xl/_rels/book.xml.rels"] = moved.pop("xl/_rels/workbook.xml.rels")
    return moved


def bare_styles(parts: Parts) -> Parts:
    """A workbook whose styles part is an empty root."""
    return {**parts, "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>'.encode()}


def no_names(parts: Parts) -> Parts:
    """A workbook without a bookViews and a count in its styles."""
    parts = edit(parts, "xl/styles.xml", ('cellXfs count="1"', "cellXfs"))
    text = re.sub(rb"<bookViews>.*</bookViews>", b"", parts["xl/workbook.xml"])
    return {**parts, "xl/workbook.xml": text}


SHAPES = [without_styles, prefixed, bare_styles, no_names]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_workbooks_of_other_programs(plain: Parts, shape: Callable[[Parts], Parts]) -> None:
    """Missing styles, prefixed names and missing lists are all provided for."""
    data = added(pack(shape(plain)))
    assert rows_by_calamine(data)[5:] == EXPECTED_LINES
    if shape is not prefixed:  # openpyxl knows no prefixes in these parts
        sheet = openpyxl.load_workbook(data)["gcbulk report"]
        assert sheet["E7"].fill.fgColor.rgb == f"FF{LOOKS['failed'].fill}"
        assert sheet["C7"].quotePrefix


def test_the_main_part_is_found_by_its_relation(plain: Parts) -> None:
    """The workbook part may have any name and place, in any case."""
    result = add(renamed(plain))
    assert b"gcbulk report" in result["xl/book.xml"]
    assert b"rId" in result["xl/_rels/book.xml.rels"]


def test_names_that_are_taken_are_not_taken_again(plain: Parts) -> None:
    """A part or relation that is there already, in whatever case, is never written over."""
    parts = {**plain, "xl/worksheets/Sheet2.xml": b"<left-over/>"}
    parts = edit(
        parts,
        "xl/_rels/workbook.xml.rels",
        ("</Relationships>", '<Relationship Id="RID5" Type="x" Target="y"/></Relationships>'),
    )
    result = add(parts)
    assert result["xl/worksheets/Sheet2.xml"] == b"<left-over/>"
    assert b"gcbulk report" in result["xl/worksheets/sheet3.xml"]
    ids = re.findall(rb'Id="(\w+)"', result["xl/_rels/workbook.xml.rels"])
    assert len(ids) == len({name.lower() for name in ids})


@pytest.mark.parametrize(("sheet_id", "kept"), [("1", True), ("2", False)], ids=["another sheet's", "the report's"])
def test_calculations_of_an_old_report_are_forgotten(plain: Parts, sheet_id: str, kept: bool) -> None:
    """The calculation chain goes if it names cells of the sheet that is replaced, at which Excel would complain."""
    parts = edit(
        add(plain),
        "xl/_rels/workbook.xml.rels",
        (
            "</Relationships>",
            f'<Relationship Id="rId90" Type="{OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>',
        ),
    )
    parts = edit(
        parts,
        "[Content_Types].xml",
        ("</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{CALC_TYPE}"/></Types>'),
    )
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="B4" i="{sheet_id}"/></calcChain>'.encode()
    result = add(parts)
    assert ("xl/calcChain.xml" in result) is kept
    assert (b"calcChain" in result["[Content_Types].xml"]) is kept
    assert (b"calcChain" in result["xl/_rels/workbook.xml.rels"]) is kept


def _replaced(name: str, old: str, new: str) -> Callable[[Parts], Parts]:
    return lambda parts: edit(parts, name, (old, new))


def _without(name: str) -> Callable[[Parts], Parts]:
    return lambda parts: {key: data for key, data in parts.items() if key != name}


def _with(name: str, data: bytes) -> Callable[[Parts], Parts]:
    return lambda parts: {**parts, name: data}


def _chartsheet(parts: Parts) -> Parts:
    renamed_sheet = edit(parts, "xl/workbook.xml", ("Achievements", "gcbulk report"))
    return edit(renamed_sheet, "xl/_rels/workbook.xml.rels", ("relationships/worksheet", "relationships/chartsheet"))


def _nowhere(parts: Parts) -> Parts:
    renamed_sheet = edit(parts, "xl/workbook.xml", ("Achievements", "gcbulk report"))
    text = re.sub(rb"<Relationship [^>]*worksheet[^>]*/>", b"", parts["xl/_rels/workbook.xml.rels"])
    return {**renamed_sheet, "xl/_rels/workbook.xml.rels": text}


SIGNATURE = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REFUSED: dict[str, tuple[Callable[[Parts], Parts], str]] = {
    "signed": (
        _replaced(
            "_rels/.rels", "</Relationships>", f'<Relationship Id="s" Type="{SIGNATURE}" Target="o"/></Relationships>'
        ),
        "signed",
    ),
    "protected": (
        _replaced("xl/workbook.xml", "<workbookProtection />", '<workbookProtection lockStructure="1"/>'),
        "protected",
    ),
    "strict": (_replaced("xl/workbook.xml", MAIN, STRICT), "unknown kind"),
    "strange styles": (_replaced("xl/styles.xml", MAIN, STRICT), "unknown kind"),
    "no types": (_without("[Content_Types].xml"), "missing"),
    "no workbook": (_without("xl/workbook.xml"), "missing"),
    "no main relation": (_replaced("_rels/.rels", '/officeDocument"', '/elsewhere"'), "names no officeDocument"),
    "outside": (_replaced("_rels/.rels", 'Target="xl/workbook.xml"', 'Target="x" TargetMode="External"'), "outside"),
    "no sheets": (_replaced("xl/workbook.xml", "sheets>", "sheetz>"), "no list of sheets"),
    "DTD": (_replaced("xl/workbook.xml", "<workbook", "<!DOCTYPE a><workbook"), "DTD"),
    "broken": (_replaced("xl/workbook.xml", "</workbook>", ""), "not well-formed"),
    "UTF-16": (_with("xl/workbook.xml", "<a/>".encode("utf-16")), "UTF-16"),
    "same name twice": (_with("XL/workbook.xml", b"<a/>"), "same name"),
    "leads nowhere": (_nowhere, "leads nowhere"),
    "no number": (_replaced("xl/workbook.xml", 'sheetId="1"', 'sheetId="one"'), "not a well-formed workbook"),
    "no name": (_replaced("xl/workbook.xml", 'name="Achievements"', ""), "not a well-formed workbook"),
    "orphaned styles": (lambda parts: {**without_styles(parts), "xl/styles.xml": b"<a/>"}, "does not relate"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_as_expected_is_refused(plain: Parts, case: str) -> None:
    """A package that is signed, protected, damaged or of another kind is left alone, with the reason."""
    change, reason = REFUSED[case]
    with pytest.raises(WorkbookError, match=reason) as error:
        add(change(plain))
    assert error.value.code == "package-unexpected"


def test_a_chart_sheet_with_our_name_is_the_users(plain: Parts) -> None:
    """What is no worksheet cannot be a report: it stays, and the report gets a number."""
    assert b'name="gcbulk report 2"' in add(_chartsheet(plain))["xl/workbook.xml"]


def test_a_part_too_large_to_be_an_index_is_refused(plain: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Index parts are read into memory, so there is a limit."""
    monkeypatch.setattr("gcbulk.files.package._LARGEST_INDEX_BYTES", 10)
    with pytest.raises(WorkbookError, match="too large"):
        add(plain)


def test_what_is_no_archive_is_refused() -> None:
    """A file that is not a workbook any more is refused."""
    with pytest.raises(WorkbookError, match="not a well-formed workbook"):
        added(io.BytesIO(b"not a zip"))


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ("encrypted", "encrypted"),
        ("moved", "not where"),
        ("cut", "cut off|contradicts"),
        ("renamed", "contradicts"),
        ("packed otherwise", "contradicts"),
        ("changed", "not what"),
        ("larger", "not what"),
        ("checksum", "not what"),
    ],
)
def test_archives_with_flaws_are_refused(plain: Parts, flaw: str, reason: str) -> None:
    """A member that is encrypted, elsewhere, or other than the directory says is not copied."""
    source = pack({**plain, "last.bin": b"abc" * 400})
    raw = bytearray(source.getvalue())
    entry, local = raw.rindex(b"PK\1\2"), raw.rindex(b"PK\3\4")
    if flaw == "encrypted":
        raw[entry + 8] |= 1
    elif flaw == "moved":
        raw[local + 2] = 9
    elif flaw == "renamed":
        raw[local + 30] = ord("L")
    elif flaw == "packed otherwise":
        raw[local + 8] = 0
    elif flaw == "changed":
        raw[local + 30 + len("last.bin") + 2] ^= 0x55
    elif flaw == "larger":
        raw[entry + 24] -= 1
    elif flaw == "checksum":
        raw[entry + 16] ^= 1
    else:
        raw[entry + 20 : entry + 24] = (1 << 20).to_bytes(4, "little")
    with pytest.raises(WorkbookError, match=reason):
        added(io.BytesIO(bytes(raw)))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("_LARGEST", 100, "larger than"), ("_MOST_MEMBERS", 2, "too many parts")],
)
def test_the_limits_of_the_format_are_kept(
    plain: Parts, monkeypatch: pytest.MonkeyPatch, name: str, value: int, reason: str
) -> None:
    """What would need the format for very large archives is refused."""
    monkeypatch.setattr(f"gcbulk.files.zip_copy.{name}", value)
    with pytest.raises(WorkbookError, match=reason):
        add(plain)


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), part=st.booleans())
def test_damage_ends_in_a_refusal_or_in_a_workbook(plain: Parts, place: float, value: int, part: bool) -> None:
    """Whatever byte of a workbook is damaged: it is refused as a workbook error, never with another exception."""
    if part:
        text = bytearray(plain["xl/workbook.xml"])
        text[int(place * len(text))] = value
        source = pack({**plain, "xl/workbook.xml": bytes(text)})
    else:
        raw = bytearray(pack(plain).getvalue())
        raw[int(place * len(raw))] = value
        source = io.BytesIO(bytes(raw))
    out = io.BytesIO()
    try:
        add_report_sheet(source, out, REPORT)
    except WorkbookError:
        return
    assert zipfile.ZipFile(out).namelist()


# what stands in the cells ------------------------------------------------------------------------------------


def written(report: Report) -> tuple[str, list[list[object]]]:
    """The sheet part of a report, and what our own reader makes of it."""
    out = io.BytesIO()
    write_report_workbook(out, report)
    return unpack(out)["xl/worksheets/sheet1.xml"].decode(), rows_by_calamine(out)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)


@settings(max_examples=examples(60), deadline=None)
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=60))
def test_any_text_is_saved_and_reads_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Control characters, lone surrogates, U+FFFE and texts that look like Excel's escapes are all saved visibly."""
    out = io.BytesIO()
    lines = lines_of(*({"message": text, "key": text, "sheet": text} for text in texts))
    write_report_workbook(out, Report((("Said", texts[0]),), lines))
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(out.getvalue())
    cells = read(path).sheets[0].cells
    assert (cells.loc[2, 2] or "") == visible(texts[0])
    for place in (1, 3, 9):
        assert [text or "" for text in cells.loc[5:, place]] == [visible(text) for text in texts]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"], ids=repr)
def test_no_formula_comes_in(start: str) -> None:
    """Text that begins like a formula is a text cell with the mark that keeps it text; the sheet holds no formula."""
    text = f"{start}1+1"
    out = io.BytesIO()
    write_report_workbook(out, report_of(dict.fromkeys(("key", "id", "code", "column", "message", "request_id"), text)))
    assert b"<f" not in unpack(out)["xl/worksheets/sheet1.xml"]
    sheet = openpyxl.load_workbook(out)["gcbulk report"]
    for place in "CFGHIK":
        assert sheet[f"{place}6"].data_type == "s"
        assert sheet[f"{place}6"].quotePrefix


LONGEST = {
    "fits": ("a" * CELL_LIMIT, "a" * CELL_LIMIT),
    "one too many": ("a" * (CELL_LIMIT + 1), "a" * (CELL_LIMIT - len(CUT)) + CUT),
    "emoji fit": ("😀" * (CELL_LIMIT // 2), "😀" * (CELL_LIMIT // 2)),
    "emoji too many": ("😀" * (CELL_LIMIT // 2 + 1), "😀" * ((CELL_LIMIT - len(CUT)) // 2) + CUT),
    "ampersands count once": ("&" * CELL_LIMIT, "&" * CELL_LIMIT),
    "escapes count": ("\x00" * CELL_LIMIT, ("\\x00" * CELL_LIMIT)[: CELL_LIMIT - len(CUT)] + CUT),
}


@pytest.mark.parametrize("case", LONGEST)
def test_a_cell_holds_no_more_than_excel_allows(case: str) -> None:
    """A text of more than 32,767 UTF-16 units is cut with a visible mark, and never inside a character."""
    text, expected = LONGEST[case]
    assert sheet_text(text) == expected
    assert written(report_of({"message": text}))[1][5][8] == expected


@pytest.mark.parametrize("outcome", [*OutcomeKind, *CheckState], ids=str)
def test_every_outcome_has_its_colour(outcome: str) -> None:
    """The outcome's cell has a colour of its own kind."""
    out = io.BytesIO()
    write_report_workbook(out, report_of({"outcome": str(outcome)}))
    cell = openpyxl.load_workbook(out)["gcbulk report"]["E6"]
    assert cell.fill.fgColor.rgb == f"FF{LOOKS[OUTCOME_LOOKS[str(outcome)]].fill}"
    assert cell.font.b


def test_lines_link_to_their_rows(rich: Parts) -> None:
    """A line is linked to its row where its sheet is in the workbook, apostrophes in its name included."""
    report = report_of({"row": 5}, {"sheet": "It's other", "row": 9}, {"sheet": "gone", "row": 1}, {"row": None})
    sheet = openpyxl.load_workbook(added(pack(rich), report))["gcbulk report"]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet["B6:B9"] for cell in row if cell.hyperlink}
    assert links == {"B6": "'Achievements'!A5", "B7": "'It''s other'!A9"}


def test_links_go_to_problems_first(plain: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel holds 65,530 links; where there are more lines, those with something to do get them."""
    monkeypatch.setattr(sheet_part_module, "MOST_LINKS", 2)
    report = report_of({"row": 2}, {"row": 3}, {"row": 4, "outcome": "rejected"})
    text = add(plain, report)["xl/worksheets/sheet2.xml"].decode()
    assert re.findall(r'<hyperlink ref="(\w+)"', text) == ["B6", "B8"]


def test_long_messages_get_room() -> None:
    """A row is as tall as its message needs, up to Excel's limit; short ones are left to the reader."""
    text = written(
        report_of({"message": "short"}, {"message": "m" * 500}, {"message": "x\n" * 300}, {"message": "漢" * 80})
    )[0]
    heights = [float(found or 0) for found in re.findall(r'<row(?: ht="([\d.]+)")?>', text)[-4:]]
    assert heights == [0, 83, 400, 29]


def test_a_report_without_lines_is_a_report() -> None:
    """Nothing to tell is told with headers and without links."""
    text, rows = written(report_of())
    assert len(rows) == 5
    assert "<hyperlink" not in text


def test_more_lines_than_a_sheet_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet then holds the lines with something to do, as many as fit, and says so."""
    monkeypatch.setattr(sheet_part_module, "LARGEST_ROW", 8)
    rows: list[dict[str, object]] = [
        {"row": number, "outcome": "created" if number % 2 else "rejected"} for number in range(2, 12)
    ]
    shown = written(report_of(*rows))[1]
    assert len(shown) == 8
    assert shown[3][:2] == [
        "Left out",
        "10 lines are more than a sheet holds: all of them are in the .csv file beside this workbook, here are the "
        "first 2 of 5 with something to do",
    ]
    assert [row[4] for row in shown[6:]] == ["rejected", "rejected"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("=1", "'=1"),
        ("\r\nx", "'\nx"),
        ("a\x1b[31m", "a\\x1b[31m"),
        ("\ud800", "\\ud800"),
        ("a=1", "a=1"),
    ],
)
def test_text_for_a_csv(text: str, expected: str) -> None:
    """A CSV's text cannot be taken for a formula and holds nothing invisible."""
    assert csv_text(text) == expected
