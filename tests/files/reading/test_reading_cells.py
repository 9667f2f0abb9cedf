"""What becomes of a cell, by the fast scan and by the exact one alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from gcbulk.errors import WorkbookError
from gcbulk.files.sheet_scan import scan
from gcbulk.files.workbook import format_kind
from gcbulk.files.xml_parts import XmlError
from gcbulk.records import Book, CellProblem, Json

BYSTANDER = '<c r="D9"><v>1</v></c>'
COMMENT = "<!-- this sends the sheet through the exact parser -->"

CELLS: dict[str, tuple[str, Json]] = {
    "whole number": ("<c r='B9'><v>10</v></c>", 10.0),
    "number with a point": ('<c r="B9"><v>10.0</v></c>', 10.0),
    "number with an exponent": ('<c r="B9" t="n"><v>1E+20</v></c>', 1e20),
    "negative number": ('<c r="B9"><v>-0.5</v></c>', -0.5),
    "19 digits": ('<c r="B9"><v>1234567890123456789</v></c>', 1.2345678901234568e18),
    "no number at all": ('<c r="B9"><v>ten</v></c>', "ten"),
    "not a number": ('<c r="B9"><v>NaN</v></c>', "NaN"),
    "infinity": ('<c r="B9"><v>inf</v></c>', "inf"),
    "number with an underscore": ('<c r="B9"><v>1_0</v></c>', "1_0"),
    "true": ('<c r="B9" t="b"><v>1</v></c>', True),
    "false": ('<c r="B9" t="b"><v>false</v></c>', False),
    "neither true nor false": ('<c r="B9" t="b"><v>2</v></c>', "2"),
    "error value": ('<c r="B9" t="e"><v>#N/A</v></c>', CellProblem.ERROR_VALUE),
    "newer error value": ('<c r="B9" t="e"><f>x</f><v>#SPILL!</v></c>', CellProblem.ERROR_VALUE),
    "formula with a number": ('<c r="B9"><f>1+1</f><v>2</v></c>', 2.0),
    "formula with a text": ('<c r="B9" t="str"><f>A1&amp;"x"</f><v>7 &lt; 8</v></c>', "7 < 8"),
    "formula that gives nothing": ('<c r="B9" t="str"><f>A1</f><v></v></c>', None),
    "formula, no value": ('<c r="B9"><f>1+1</f></c>', CellProblem.NO_CACHED_VALUE),
    "formula, empty value": ('<c r="B9"><f>1+1</f><v></v></c>', CellProblem.NO_CACHED_VALUE),
    "formula, closed value": ('<c r="B9"><f>1+1</f><v/></c>', CellProblem.NO_CACHED_VALUE),
    "text formula, no value": ('<c r="B9" t="str"><f>A1</f></c>', CellProblem.NO_CACHED_VALUE),
    "shared formula, no value": ('<c r="B9"><f t="shared" si="0"/></c>', CellProblem.NO_CACHED_VALUE),
    "shared formula with value": ('<c r="B9"><f t="shared" si="0"/><v>3</v></c>', 3.0),
    "shared string": ('<c r="B9" t="s"><v>0</v></c>', "plain & simple"),
    "rich shared string": ('<c r="B9" t="s"><v>1</v></c>', "bold and not"),
    "shared string with reading aid": ('<c r="B9" t="s"><v>2</v></c>', "東京"),
    "empty shared string": ('<c r="B9" t="s"><v>3</v></c>', None),
    "closed shared string": ('<c r="B9" t="s"><v>4</v></c>', None),
    "escaped shared string": ('<c r="B9" t="s"><v>5</v></c>', "a\rb_x000D_"),
    "inline text": ('<c r="B9" t="inlineStr"><is><t>007</t></is></c>', "007"),
    "inline text with spaces": (
        '<c r="B9" t="inlineStr"><is><t xml:space="preserve"> a\n b </t></is></c>',
        " a\n b ",
    ),
    "inline rich text": (
        '<c r="B9" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>x</t></rPh>'
        "</is></c>",
        "ab",
    ),
    "empty inline text": ('<c r="B9" t="inlineStr"><is><t/></is></c>', None),
    "text with references": ('<c r="B9" t="str"><v>&#x1F600;&#10;&quot;&apos;&gt;</v></c>', "\U0001f600\n\"'>"),
    "text with a bracket": ('<c r="B9" t="str"><v>a > b</v></c>', "a > b"),
    "text in CDATA": ('<c r="B9" t="str"><v><![CDATA[<x>]]></v></c>', "<x>"),
    "half a surrogate pair": ('<c r="B9" t="str"><v>_xD83D_</v></c>', "_xD83D_"),
    "nothing but a format": ('<c r="B9" s="1"/>', None),
    "date": ('<c r="B9" s="1"><v>45000</v></c>', date(2023, 3, 15)),
    "date and time": ('<c r="B9" s="2"><v>45000.5</v></c>', datetime(2023, 3, 15, 12)),  # noqa: DTZ001
    "date and time, rounded": ('<c r="B9" s="2"><v>45000.999999999</v></c>', date(2023, 3, 16)),
    "time": ('<c r="B9" s="3"><v>0.75</v></c>', time(18)),
    "duration": ('<c r="B9" s="4"><v>1.5</v></c>', timedelta(hours=36)),
    "number with a word as unit": ('<c r="B9" s="5"><v>2</v></c>', 2.0),
    "format that is not there": ('<c r="B9" s="99"><v>2</v></c>', 2.0),
    "first day": ('<c r="B9" s="1"><v>1</v></c>', date(1900, 1, 1)),
    "28 February 1900": ('<c r="B9" s="1"><v>59</v></c>', date(1900, 2, 28)),
    "29 February 1900, which never was": ('<c r="B9" s="1"><v>60</v></c>', CellProblem.UNREADABLE_DATE),
    "1 March 1900": ('<c r="B9" s="1"><v>61</v></c>', date(1900, 3, 1)),
    "last day": ('<c r="B9" s="1"><v>2958465</v></c>', date(9999, 12, 31)),
    "last moment": ('<c r="B9" s="2"><v>2958465.999999999</v></c>', CellProblem.UNREADABLE_DATE),
    "day after the last": ('<c r="B9" s="1"><v>2958466</v></c>', CellProblem.UNREADABLE_DATE),
    "date before the first": ('<c r="B9" s="1"><v>-5</v></c>', CellProblem.UNREADABLE_DATE),
    "date beyond all bounds": ('<c r="B9" s="1"><v>1E+300</v></c>', CellProblem.UNREADABLE_DATE),
    "duration beyond all bounds": ('<c r="B9" s="4"><v>1E+300</v></c>', CellProblem.UNREADABLE_DATE),
    "word under a date format": ('<c r="B9" s="1"><v>soon</v></c>', "soon"),
    "ISO date": ('<c r="B9" t="d"><v>2024-01-02</v></c>', date(2024, 1, 2)),
    "ISO moment": ('<c r="B9" t="d"><v>2024-01-02T03:04:05</v></c>', datetime(2024, 1, 2, 3, 4, 5)),  # noqa: DTZ001
    "ISO time": ('<c r="B9" t="d"><v>03:04:05</v></c>', time(3, 4, 5)),
    "ISO nonsense": ('<c r="B9" t="d"><v>soon</v></c>', CellProblem.UNREADABLE_DATE),
    "attributes the other way round": ('<c t="b" s="0" r="B9"><v>1</v></c>', True),
    "attributes after the place": ("<c r=\"B9\" t='str' s='0' ><v>x</v></c>", "x"),
    "small letters and dollars": ('<c r="$b$9"><v>3</v></c>', 3.0),
}
SHARED = (
    "<si><t>plain &amp; simple</t></si>"
    "<si><r><t>bold</t></r><r><rPr><b/></rPr><t xml:space='preserve'> and not</t></r></si>"
    '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'
    "<si><t></t></si><si/><si><t>a_x000D_b_x005F_x000D_</t></si>"
)


@pytest.mark.parametrize("prefix", ["", COMMENT], ids=["fast", "exact"])
@pytest.mark.parametrize(("cell", "value"), CELLS.values(), ids=CELLS.keys())
def test_cell_becomes_value(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], cell: str, value: Json, prefix: str
) -> None:
    """Each kind of cell becomes the value a person sees in it, or says why it cannot, whichever scan reads it."""
    book = read_bytes(make(f'{prefix}<row r="9">{cell}{BYSTANDER}</row>', shared=SHARED))
    cells = book.sheets[0].cells
    found = cells.loc[9, 2]
    assert found == value or (found is None and value is None)
    assert type(found) is type(value)
    assert cells.loc[9, 4] == 1.0
    assert cells.shape == (9, 4)
    assert book.sheets[0].typed


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("0", time(0)),
        ("1", date(1904, 1, 2)),
        ("60", date(1904, 3, 1)),
        ("2957003", date(9999, 12, 31)),
        ("2957004", CellProblem.UNREADABLE_DATE),
    ],
)
def test_dates_of_the_1904_system(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], days: str, expected: Json
) -> None:
    """A workbook that counts from 1904 gives its own dates, without the 1900 system's false leap day."""
    book = read_bytes(make(f'<row r="1"><c r="A1" s="1"><v>{days}</v></c></row>', book='<workbookPr date1904="1"/>'))
    assert book.sheets[0].cells.loc[1, 1] == expected


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1" t="zz"><v>7</v></c></row>',
        '<row r="1"><c r="7A"><v>7</v></c></row>',
        '<row r="1"><c r="A0"><v>7</v></c></row>',
        '<row r="1"><c r="ABCD1"><v>7</v></c></row>',
        '<row r="1"><c r="A1" s="x"><v>7</v></c></row>',
        '<row r="99999999999999999999"><c><v>7</v></c></row>',
        '<row r="1"><c r="A1"><v>&nonsense;</v></c></row>',
        '<row r="1"><c r="A1"><v>a & b</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#xD800;</v></c></row>',
        '<row r="1"><c r="A1"><v>7</c></row>',
        '<row r="1"><c r="A1"><v>7</v></c>',
        '</sheetData><sheetData><row r="1"></sheetData>',
    ],
)
def test_damaged_cells_are_refused(make: Callable[..., bytes], read_bytes: Callable[..., Book], row: str) -> None:
    """A sheet that contradicts itself is refused by name, never read in part."""
    with pytest.raises(WorkbookError, match=r"Table.*Excel") as caught:
        read_bytes(make(row))
    assert caught.value.code == "damaged-workbook"


def test_bytes_that_are_no_text_are_refused(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A text whose bytes are no UTF-8 makes the workbook damaged, not the text different."""
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>\xff</v></c></row></sheetData></worksheet>'
    with pytest.raises(WorkbookError) as caught:
        read_bytes(make(parts={"xl/worksheets/sheet1.xml": sheet}))
    assert caught.value.code == "damaged-workbook"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", 0),
        ("0.00E+00", 0),
        ('0 "days"', 0),
        ("0\\d", 0),
        ("[Red]0.0;[Blue]-0.0", 0),
        ("_-* #,##0.00_-", 0),
        ('0;"y"', 0),
        ("yyyy-mm-dd", 1),
        ("[$-409]d/m/yy h:mm AM/PM;@", 1),
        ("hh:mm:ss", 1),
        ("[h]:mm", 2),
        ("[SS].00", 2),
    ],
)
def test_number_format_tells_dates(code: str, kind: int) -> None:
    """A number format is taken for a date or duration by its signs alone, not by quoted or escaped letters."""
    assert format_kind(code) == kind


def test_sheet_without_rows_is_empty(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A sheet without cells is an empty frame, not an error."""
    for rows in ("", "<row/>", '<row r="5"><c r="A5"/></row>'):
        assert read_bytes(make(rows)).sheets[0].cells.shape == (0, 0)


def test_scan_refuses_what_is_no_sheet() -> None:
    """A part that ends too early is not a sheet."""
    with pytest.raises(XmlError):
        scan(b"<worksheet><sheetData>")
