"""Files that somebody made to harm whoever opens them: bombs, giants, traps, lies and wrecks.

What comes in: nothing. What goes out: the bytes of each, and the name it would be sent under; all of them small.
"""

from __future__ import annotations

import copy
import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping

import openpyxl
import pyarrow as pa
import pyarrow.parquet

from jobs import ACHIEVEMENT_HEADERS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
Parts = Mapping[str, str | bytes]


def good() -> bytes:
    """A workbook with one good achievement, which every hostile one is made of."""
    book = openpyxl.Workbook()
    book.active.title = "Achievements"
    book.active.append(ACHIEVEMENT_HEADERS)
    book.active.append(("One", "com.example.one", 5, "No", "Yes"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(parts: Parts, *, data: bytes | None = None) -> bytes:
    """A workbook with some parts exchanged or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or good())) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, parts.get(name) or source.read(name))
        for name in parts.keys() - set(source.namelist()):
            archive.writestr(name, parts[name])
    return stream.getvalue()


def sheet(rows: str) -> bytes:
    """A workbook whose sheet has these rows."""
    return changed({SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'})


def text_cell(place: str, text: str = "x") -> str:
    """A cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def nested(part: str, before: str, tag: str = "<a>", count: int = 300_000) -> bytes:
    """A workbook with elements within elements in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        content = archive.read(part).decode()
    return changed({part: content.replace(before, tag * count + "</a>" * count + before, 1)})


def many_sheets(count: int, *, one_part: bool) -> bytes:
    """A workbook of many sheets, each a part of its own or all of them one and the same."""
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        book, relations = archive.read(BOOK).decode(), archive.read("xl/_rels/workbook.xml.rels").decode()
        content = archive.read(SHEET)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = ["x0" if one_part else f"x{number}" for number in range(count)]
    listed = (
        f'<sheet xmlns:r="{office}" name="S{number}" sheetId="{number + 9}" r:id="{name}"/>'
        for number, name in enumerate(names)
    )
    related = (
        f'<Relationship Id="{name}" Type="{office}/worksheet" Target="/xl/worksheets/{name}.xml"/>'
        for name in dict.fromkeys(names)
    )
    parts: dict[str, str | bytes] = {f"xl/worksheets/{name}.xml": content for name in names}
    parts[BOOK] = book.replace("</sheets>", "".join(listed) + "</sheets>")
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", "".join(related) + "</Relationships>")
    return changed(parts)


def overlapping() -> bytes:
    """A workbook whose directory lists the same bytes four hundred times."""
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/a.png", bytes(100_000))
        first = archive.getinfo("xl/media/a.png")
        for number in range(400):
            again = copy.copy(first)
            again.filename = again.orig_filename = f"xl/media/b{number}.png"
            archive.filelist.append(again)
    return stream.getvalue()


def packed(method: int) -> bytes:
    """A workbook with a part that is packed as no workbook is, and whose packed bytes are junk."""
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("docProps/more.xml", b"<a/>" * 1000, compress_type=method)
    data = bytearray(stream.getvalue())
    at = data.find(b"docProps/more.xml") + 30
    data[at : at + 10] = b"\xff" * 10
    return bytes(data)


def directory(data: bytes, part: str, offset: int, form: str, value: int) -> bytes:
    """The bytes of a zip with a field of a part's entry in the directory replaced."""
    edited = bytearray(data)
    place = data.rindex(part.encode()) - 46 + offset
    struct.pack_into(form, edited, place, value)
    return bytes(edited)


def doctype(inside: str, use: str = "&x;") -> bytes:
    """A workbook whose sheet declares entities and uses one."""
    cell = text_cell("A1", use)
    return changed(
        {
            SHEET: f'<?xml version="1.0"?><!DOCTYPE worksheet [{inside}]><worksheet xmlns="{MAIN}"><sheetData>'
            f'<row r="1">{cell}</row></sheetData></worksheet>'
        }
    )


def twice(part: str) -> bytes:
    """A workbook with two parts of one name."""
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(part.upper(), b"<x/>")
    return stream.getvalue()


def wrong_checksum() -> bytes:
    """A workbook whose sheet does not have the bytes that it was packed with."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    return stream.getvalue().replace(b"com.example", b"com.exbmple", 1)


def parquet(harm: Callable[[bytearray], None]) -> bytes:
    """A parquet file, harmed."""
    stream = io.BytesIO()
    table = pa.table({name: ["x"] * 3 for name in ACHIEVEMENT_HEADERS})
    pyarrow.parquet.write_table(table, stream)
    data = bytearray(stream.getvalue())
    harm(data)
    return bytes(data)


def wide_parquet() -> bytes:
    """A parquet file of more columns than a sheet has."""
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({f"c{n}": ["x"] for n in range(17_000)}), stream)
    return stream.getvalue()


def _noise(data: bytearray) -> None:
    chance = random.Random(7)
    for place in range(len(data) // 2, len(data) - 8):
        data[place] = chance.randrange(256)


def _long_footer(data: bytearray) -> None:
    data[-8:-4] = struct.pack("<I", 0x7FFFFFFF)


_LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_GIANT = f'<row r="1">{text_cell("A1")}</row><row r="1048576">{text_cell("XFD1048576")}</row>'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

FILES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "sparse giant": ("a.xlsx", lambda: sheet(_GIANT)),
    "sparse giant, strings shared": ("a.xlsx", lambda: sheet(_GIANT.replace("inlineStr", "s"))),
    "rows far apart": (
        "a.xlsx",
        lambda: sheet("".join(f'<row r="{n}">{text_cell(f"XFD{n}")}</row>' for n in range(1, 1_048_576, 500))),
    ),
    "cells beyond the sheet": ("a.xlsx", lambda: sheet(f'<row r="9999999999">{text_cell("A9999999999")}</row>')),
    "columns beyond the sheet": ("a.xlsx", lambda: sheet(f'<row r="1">{text_cell("ZZZZZZ1")}</row>')),
    "row of no number": ("a.xlsx", lambda: sheet(f'<row r="-1">{text_cell("A-1")}</row>')),
    "bomb, 1000 : 1": ("a.xlsx", lambda: changed({"xl/media/a.png": bytes(20_000_000)})),
    "bomb in the sheet": ("a.xlsx", lambda: sheet(" " * 60_000_000)),
    "bomb in the strings": ("a.xlsx", lambda: changed({STRINGS: b"<sst>" + b"<si><t>a</t></si>" * 3_000_000})),
    "size told as 3.9 GB": ("a.xlsx", lambda: directory(good(), SHEET, 24, "<I", 0xF0000000)),
    "size told too small": ("a.xlsx", lambda: directory(good(), SHEET, 24, "<I", 10)),
    "billion laughs": ("a.xlsx", lambda: doctype(_LAUGHS, "&a9;")),
    "quadratic blow-up": ("a.xlsx", lambda: doctype(f'<!ENTITY x "{"a" * 100_000}">', "&x;" * 10_000)),
    "a file of this machine": ("a.xlsx", lambda: doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "an address": ("a.xlsx", lambda: doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/">')),
    "an outside DTD": (
        "a.xlsx",
        lambda: changed({BOOK: '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/"><x/>'}),
    ),
    "elements within elements": ("a.xlsx", lambda: changed({SHEET: "<a>" * 200_000})),
    "attribute without end": ("a.xlsx", lambda: changed({SHEET: f'<worksheet xmlns="{"a" * 5_000_000}'})),
    "path out": ("a.xlsx", lambda: changed({"../../evil.xml": "x"})),
    "path from the root": ("a.xlsx", lambda: changed({"/etc/evil.xml": "x"})),
    "path of Windows": ("a.xlsx", lambda: changed({"C:\\evil.xml": "x"})),
    "part that is there twice": ("a.xlsx", lambda: twice(BOOK)),
    "more parts than any workbook": ("a.xlsx", lambda: changed({f"xl/x{n}": b"x" for n in range(12_000)})),
    "sheet outside of the package": (
        "a.xlsx",
        lambda: changed(
            {
                "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                'relationships/worksheet" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
            }
        ),
    ),
    "elements within elements, each closed": ("a.xlsx", lambda: sheet("<row>" * 300_000 + "</row>" * 300_000)),
    "workbook within workbook": ("a.xlsx", lambda: nested(BOOK, "<sheets>")),
    "styles within styles": ("a.xlsx", lambda: nested("xl/styles.xml", "<cellXfs")),
    "names within names": ("a.xlsx", lambda: nested(BOOK, "<sheets>", '<a xmlns:b="u" b:c="">', 100_000)),
    "relations within relations": ("a.xlsx", lambda: nested("_rels/.rels", "</Relationships>")),
    "a part that is many sheets": ("a.xlsx", lambda: many_sheets(20_000, one_part=True)),
    "more sheets than anybody has": ("a.xlsx", lambda: many_sheets(1_500, one_part=False)),
    "parts over each other": ("a.xlsx", overlapping),
    "part larger than the file": ("a.xlsx", lambda: directory(good(), SHEET, 20, "<I", 0x7FFFFFFF)),
    "packed by LZMA": ("a.xlsx", lambda: packed(zipfile.ZIP_LZMA)),
    "packed by bzip2": ("a.xlsx", lambda: packed(zipfile.ZIP_BZIP2)),
    "encrypted part": ("a.xlsx", lambda: directory(good(), SHEET, 8, "<H", 1)),
    "encrypted workbook": ("a.xlsx", lambda: _OLE + "EncryptedPackage".encode("utf-16-le")),
    "method that is none": ("a.xlsx", lambda: directory(good(), SHEET, 10, "<H", 99)),
    "wrong checksum": ("a.xlsx", wrong_checksum),
    "cut in the middle": ("a.xlsx", lambda: good()[: len(good()) // 2]),
    "cut by a byte": ("a.xlsx", lambda: good()[:-1]),
    "beginning alone": ("a.xlsx", lambda: good()[:4]),
    "noise inside": ("a.xlsx", lambda: good()[:200] + random.Random(3).randbytes(len(good()) - 400) + good()[-200:]),
    "noise named workbook": ("a.xlsx", lambda: random.Random(4).randbytes(50_000)),
    "NULs in a text": ("a.csv", lambda: b"Reference Name,Achievement ID\0,Points\n" + b"\0" * 100_000),
    "cell without end": ("a.csv", lambda: b'Reference Name,Achievement ID\n"' + b"a" * 20_000_000),
    "columns without end": ("a.csv", lambda: b"," * 3_000_000),
    "parquet of many columns": ("a.parquet", wide_parquet),
    "parquet of noise": ("a.parquet", lambda: parquet(_noise)),
    "parquet that lies": ("a.parquet", lambda: parquet(_long_footer)),
}
"""For each: the name it has on disk, and what makes its bytes."""
