"""What the tests of reading share: workbooks built part by part, odd and hostile ones too, and a way to read bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gcbulk.files import read
from gcbulk.records import Book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="[h]:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
    '</cellStyleXfs><cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/>'
    '<xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)
Parts = Mapping[str, str | bytes | None]


def _relations(*relations: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def make_workbook(
    rows: str = "", *, shared: str = "", book: str = "", sheet: str = "", parts: Parts | None = None
) -> bytes:
    """Build the bytes of a workbook around the XML of its rows.

    Args:
        rows: what stands in the sheetData of its only sheet.
        shared: the si elements of its shared strings.
        book: what stands before the sheets in the workbook part.
        sheet: more attributes of the sheet in the workbook part.
        parts: parts to add or replace, None to leave one out.
    """
    links = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "/xl/shared.xml")]
    whole: dict[str, str | bytes | None] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>'
        f'<sheet name="Table" sheetId="1" r:id="rId1" {sheet}/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(*links),
        "xl/styles.xml": STYLES,
        "xl/shared.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        **(parts or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            if content is not None:
                archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(scope="session")
def make() -> Callable[..., bytes]:
    """A builder of workbooks."""
    return make_workbook


@pytest.fixture(scope="session")
def read_bytes(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Book]:
    """A reader of bytes under any name; one folder per run, for hypothesis reads many."""
    folder = tmp_path_factory.mktemp("reading")

    def read_them(
        data: bytes, name: str = "book.xlsx", *, encoding: str | None = None, delimiter: str | None = None
    ) -> Book:
        path: Path = folder / name
        path.write_bytes(data)
        return read(path, encoding=encoding, delimiter=delimiter)

    return read_them
