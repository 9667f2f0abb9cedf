"""Where cells stand: rows and columns by the spreadsheet's own numbers, hidden ones told, both scans agreeing."""

from __future__ import annotations

import io
import string
from collections.abc import Callable

import openpyxl
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from gcbulk.errors import WorkbookError
from gcbulk.files import cells as cells_module
from gcbulk.files import sheet_scan, xml_tokens
from gcbulk.files.sheet_exact import exact_cells
from gcbulk.files.sheet_scan import scan
from gcbulk.records import Book, Json

PLAIN_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() and "_x" not in text and not text.startswith("=")
)
IDS = st.one_of(
    st.sampled_from(["NA", "null", "007", "1E5", "1234567890123456789", "TRUE", "#N/A", "None", "nan", "-1", "1/2"]),
    PLAIN_TEXT,
)
VALUES = st.one_of(
    IDS,
    st.integers(-(10**9), 10**9),
    st.integers(-(10**12), 10**12).map(lambda number: number / 1000),
    st.booleans(),
)


def xlsx_bytes(values: dict[tuple[int, int], Json]) -> bytes:
    """Write cells with openpyxl, by row and column."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for (row, column), value in values.items():
        cell = sheet.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


@settings(max_examples=examples(60), deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 40), st.integers(1, 30)), VALUES, min_size=1, max_size=15))
def test_what_openpyxl_writes_comes_back(read_bytes: Callable[..., Book], values: dict[tuple[int, int], Json]) -> None:
    """Texts come back exactly, numbers as numbers, each in its own row and column, whatever is blank around them."""
    cells = read_bytes(xlsx_bytes(values)).sheets[0].cells
    found = {(row, column): value for column in cells for row, value in cells[column].items() if value is not None}
    assert found.keys() == values.keys()
    for place, value in values.items():
        assert found[place] == value
        assert isinstance(found[place], bool) == isinstance(value, bool)
        assert isinstance(found[place], str) == isinstance(value, str)


def _cell_xml(draw: st.DrawFn, place: str) -> str:
    tail = draw(
        st.sampled_from(["", ' s="1"', ' t="str"', ' s="2" t="str"', " t='b'", ' t="e" cm="1"', ' t="inlineStr"'])
    )
    text = draw(st.sampled_from(["", "1", "x &amp; y", "&lt;", " a ", "&#65;", "_x000D_", "a > b"]))
    bodies = [
        f"<v>{text}</v>",
        f"<f>A1</f><v>{text}</v>",
        "<f>B2</f>",
        f"<is><t>{text}</t></is>",
        "<v/>",
        "<v><!--x-->1</v>",
    ]
    body = draw(st.sampled_from(bodies))
    return draw(st.sampled_from([f"<c{place}{tail}>{body}</c>", f"<c{place}{tail}/>"]))


@st.composite
def sheet_parts(draw: st.DrawFn) -> bytes:
    """Sheet parts in many of the forms that programs write, some of them unknown to the fast scan."""
    places = draw(st.sampled_from(["all", "none", "some"]))
    rows = []
    for row in sorted(draw(st.sets(st.integers(1, 60), max_size=6))):
        hidden = draw(st.sampled_from(["", ' hidden="1"', ' spans="1:4" hidden="0"', " hidden='true'"]))
        inside = ""
        for column in sorted(draw(st.sets(st.integers(1, 800), max_size=4))):
            given_place = places == "all" or (places == "some" and draw(st.booleans()))
            inside += _cell_xml(draw, f' r="{get_column_letter(column)}{row}"' if given_place else "")
        number = f' r="{row}"' if places != "none" else ""
        rows.append(draw(st.sampled_from([f"<row{number}{hidden}>{inside}</row>", f"<row{number}{hidden}/>"])))
    gap = draw(st.sampled_from(["", "", "", "\n"]))
    return f"<worksheet><sheetPr/><sheetData>{gap.join(rows)}</sheetData><x>sheet</x></worksheet>".encode()


@settings(max_examples=examples(150), deadline=None)
@given(part=sheet_parts(), block=st.sampled_from([1, 60, 1 << 20]))
def test_both_scans_find_the_same(part: bytes, block: int) -> None:
    """The fast scan finds exactly the cells that the XML parser finds, however the sheet is cut into blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_tokens, "BLOCK_BYTES", block)
        fast, exact = scan(part), exact_cells(part)
    for name in ("row", "column", "kind", "style", "formula"):
        assert getattr(fast, name).tolist() == getattr(exact, name).tolist(), name
    assert fast.text.to_pylist() == exact.text.to_pylist()
    assert fast.hidden_rows == exact.hidden_rows
    assert fast.last_row == exact.last_row


def test_plain_sheets_take_the_fast_way(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What openpyxl and Excel write never needs the slow parser."""

    def refuse(*_: Json) -> None:
        raise AssertionError

    monkeypatch.setattr(sheet_scan, "exact_cells", refuse)
    read_bytes(xlsx_bytes({(1, 1): "Name & Co", (2, 2): 5, (3, 3): True, (4, 4): " a "}))
    excel = (
        '<row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" s="2" t="s"><v>0</v></c><c r="B1"/>'
        '<c r="AB1" t="str"><f>A1&amp;"x"</f><v xml:space="preserve"> x</v></c></row><row r="2" hidden="1"/>'
    )
    assert read_bytes(make(excel, shared="<si><t>x</t></si>")).sheets[0].cells.loc[1, 28] == " x"
    ours = '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row><row><c/><c><v>2</v></c></row>'
    assert read_bytes(make(ours)).sheets[0].cells.loc[2, 2] == 2.0


def test_hidden_rows_and_sheets_are_told(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """Hidden rows are listed as far as there are cells, and a hidden sheet says so."""
    rows = (
        '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row><row r="3" hidden="0"><c r="A3"><v>1</v></c></row>'
        '<row r="4" hidden="true"><c r="A4"><v>1</v></c></row><row r="900" hidden="1"/>'
    )
    for state, hidden in (
        ("", False),
        ('state="visible"', False),
        ('state="hidden"', True),
        ('state="veryHidden"', True),
    ):
        sheet = read_bytes(make(rows, sheet=state)).sheets[0]
        assert sheet.hidden_rows == {2, 4}
        assert sheet.hidden is hidden


def test_prefixed_names_are_the_same_names(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A sheet whose elements carry a namespace prefix is read like any other."""
    sheet = (
        '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr"><x:is><x:t>a</x:t></x:is>'
        "</x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert read_bytes(make(parts={"xl/worksheets/sheet1.xml": sheet})).sheets[0].cells.loc[2, 2] == "a"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_parts_in_other_encodings(make: Callable[..., bytes], read_bytes: Callable[..., Book], encoding: str) -> None:
    """A part in UTF-16, or with a byte order mark, is read like any other; line ends become line feeds."""
    sheet = '<worksheet><sheetData><row><c t="str"><v>é\r\nb\rc</v></c></row></sheetData></worksheet>'
    data = make(parts={"xl/worksheets/sheet1.xml": sheet.encode(encoding)})
    assert read_bytes(data).sheets[0].cells.loc[1, 1] == "é\nb\nc"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="9999999"><c><v>1</v></c></row>',
    ],
    ids=["both corners", "row beyond the last", "column beyond the last", "row far beyond"],
)
def test_wide_range_is_refused_before_it_costs(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], rows: str
) -> None:
    """Two cells at the corners of a sheet are refused with figure and limit, whatever the dimension claims."""
    with pytest.raises(WorkbookError, match=r"Table.*cells; at most 20,000,000 cells.*Ctrl\+End") as caught:
        read_bytes(make(rows))
    assert caught.value.code == "used-range-too-large"


def test_empty_cells_do_not_stretch_the_range(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """Formatted but empty cells far out cost nothing."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert read_bytes(make(rows)).sheets[0].cells.shape == (1, 1)


def test_limit_of_cells_is_exact(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A range of just the limit is read, one row more is not."""
    monkeypatch.setattr(cells_module, "MAX_CELLS", 30)
    assert read_bytes(make('<row r="10"><c r="C10"><v>1</v></c></row>')).sheets[0].cells.shape == (10, 3)
    with pytest.raises(WorkbookError, match="33 cells"):
        read_bytes(make('<row r="11"><c r="C11"><v>1</v></c></row>'))


def test_all_columns_have_their_numbers(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """Column letters of one, two and three places become the right numbers."""
    places = {"A": 1, "Z": 26, "AA": 27, "AZ": 52, "ZZ": 702, "AAA": 703, "XFD": 16384}
    inside = "".join(f'<c r="{letters}1"><v>{number}</v></c>' for letters, number in places.items())
    cells = read_bytes(make(f'<row r="1">{inside}</row>')).sheets[0].cells
    assert {column: value for column, value in cells.loc[1].items() if value is not None} == {
        number: number for number in places.values()
    }
    assert set(string.ascii_uppercase) >= set("".join(places))
