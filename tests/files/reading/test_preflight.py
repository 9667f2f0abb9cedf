"""What is refused before a parser sees it: where the file is, what it is, and what it would cost."""

from __future__ import annotations

import contextlib
import io
import os
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import gcbulk.files
from gcbulk.errors import WorkbookError
from gcbulk.files import FILE_CODES, cells, preflight, read, workbook, xml_tokens
from gcbulk.records import Book, Json

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'


def packed(**members: str | bytes) -> bytes:
    """Pack members into a zip; __ in a name stands for /, and _ before the ending for a point."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def wide(text: str) -> bytes:
    """Text as OLE directories hold it."""
    return text.encode("utf-16-le")


FOREIGN: dict[str, tuple[str, bytes, str, str]] = {
    "nothing": ("a.xlsx", b"", "empty-file", "empty"),
    "white space": ("a.csv", b" \r\n\t\n", "empty-file", "empty"),
    "NULs alone": ("a.xlsx", bytes(100), "empty-file", "empty"),
    "a mark alone": ("a.csv", b"\xef\xbb\xbf", "empty-file", "empty"),
    "blank UTF-16": ("a.csv", "\n \n".encode("utf-16"), "empty-file", "empty"),
    "a hint alone": ("a.csv", b"sep=;\n", "empty-file", "empty"),
    "xls": ("a.xls", OLE + wide("Workbook"), "old-excel-format", r"\.xls\).*\.xlsx"),
    "xls 5": ("a.xls", OLE + wide("Book"), "old-excel-format", r"\.xls\)"),
    "xls 2": ("a.xls", b"\x09\x00\x04\x00\x02\x00\x10\x00", "old-excel-format", "very old"),
    "encrypted": ("a.xlsx", OLE + wide("EncryptedPackage"), "encrypted-workbook", "password"),
    "doc": ("a.doc", OLE + wide("WordDocument"), "not-a-spreadsheet", "office"),
    "xlsb": ("a.xlsx", packed(xl__workbook_dot_bin="x"), "binary-excel-format", "xlsb"),
    "ods": (
        "a.ods",
        packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_dot_xml="<x/>"),
        "opendocument-format",
        "ods",
    ),
    "numbers": ("a.numbers", packed(Index__Document_dot_iwa="x"), "numbers-format", "Export"),
    "docx": ("a.xlsx", packed(word__document_dot_xml="<x/>"), "not-a-spreadsheet", "zip"),
    "zip": ("a.zip", packed(book_dot_xlsx="x"), "not-a-spreadsheet", "unpack"),
    "empty zip": ("a.xlsx", packed(), "not-a-spreadsheet", "zip"),
    "html": ("a.xls", b"\xef\xbb\xbf\n <HTML><table>", "html-file", "web page"),
    "xhtml": ("a.xls", b'<?xml version="1.0"?><html>', "html-file", "web page"),
    "xml": ("a.xml", b'<?xml version="1.0"?><x/>', "xml-spreadsheet", "XML file"),
    "xml spreadsheet": (
        "a.xls",
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'.encode("utf-16"),
        "xml-spreadsheet",
        "XML Spreadsheet 2003",
    ),
    "csv named xlsx": ("a.xlsx", b"a,b\n1,2\n", "wrong-name", r"\.csv"),
    "csv named parquet": ("a.PARQUET", b"a,b\n1,2\n", "wrong-name", r"\.csv"),
    "pdf": ("a.xlsx", b"%PDF-1.7", "not-a-spreadsheet", "PDF"),
    "gzip, cut short": ("a.csv", b"\x1f\x8b\x08", "damaged-compressed-file", "compressed, and cut short"),
    "7z": ("a.csv.7z", b"7z\xbc\xaf", "not-a-spreadsheet", "7z.*Unpack it"),
    "tar": ("a.tar", b"scores.csv".ljust(257, b"\0") + b"ustar", "not-a-spreadsheet", "tar.*Unpack it"),
    "zipped csv": ("a.zip", packed(scores_dot_csv="a,b"), "not-a-spreadsheet", "'scores.csv': unpack it"),
    "Google Play's zip": ("a.zip", packed(AchievementsMetadata_dot_csv="x"), "not-a-spreadsheet", "Google Play"),
    "Epic's zip": ("a.zip", packed(achievementDefinitions_dot_csv="x"), "not-a-spreadsheet", "Epic"),
    "zipped gamekit": ("a.zip", packed(G_dot_gamekit__gameCenterResources_dot_json="{}"), "gamekit-bundle", "Xcode"),
    "gamekit's JSON": ("a.json", b'{"meta":{"version":"2024-11-15"},"resources":{}}', "gamekit-bundle", "pull"),
    "JSON": ("a.csv", b'\xef\xbb\xbf\n[\n  {"id": 1}]', "json-file", "JSON.*template"),
    "JSON over lines": ("a.txt", b'{"player": "A",\n"points": 5}\n{"player": "B"}\n', "json-file", "JSON"),
    "JSON in UTF-16": ("a.json", '{"a": 1}'.encode("utf-16"), "json-file", "JSON"),
    "JSON named xlsx": ("a.xlsx", b"{}", "json-file", "JSON"),
    "Steam's JSON": ("a.json", b'{"game":{"availableGameStats":{}}}', "json-file", "Steam's list"),
    "Google's JSON": ("a.json", b'{"kind":"gamesConfiguration#x"}', "json-file", "Google Play's"),
    "VDF": ("a.vdf", b'"lang"\r\n{\r\n\t"english"\r\n\t{\r\n', "steam-vdf", "Steam"),
    "VDF on one line": ("a.txt", b'// Steam\n"480001" { "stats" { "1" {', "steam-vdf", "Steam"),
    "VDF in UTF-16": ("a.vdf", 'lang\n{\n"english"'.encode("utf-16"), "steam-vdf", "Steam"),
    "Xbox's XML": (
        "achievements2017.xml",
        b'<Achievements2017 xmlns="http://config.mgt.xboxlive.com/schema/achievements2017/1">',
        "xml-spreadsheet",
        "Xbox",
    ),
    "cut zip": ("a.xlsx", packed(xl="x" * 100)[:60], "damaged-workbook", "cut short"),
    "cut parquet": ("a.parquet", b"PAR1xx", "damaged-parquet", "damaged"),
}


@pytest.mark.parametrize(("name", "data", "code", "words"), FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_file_says_what_it_is(
    read_bytes: Callable[..., Book], name: str, data: bytes, code: str, words: str
) -> None:
    """Each kind of file that is not read gets its own code and a sentence with its name and what to do."""
    with pytest.raises(WorkbookError, match=words) as caught:
        read_bytes(data, name)
    assert caught.value.code == code
    assert name in str(caught.value)


def test_strict_and_sheetless_workbooks(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A Strict workbook says how to save it; one without a worksheet says that there is none."""
    strict = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheets/></workbook>'
    for book, code in ((strict, "strict-open-xml"), ("<workbook><sheets/></workbook>", "no-worksheet")):
        with pytest.raises(WorkbookError) as caught:
            read_bytes(make(parts={"xl/workbook.xml": book}))
        assert caught.value.code == code


def test_chart_sheets_and_outside_links_are_left_alone(
    make: Callable[..., bytes], read_bytes: Callable[..., Book]
) -> None:
    """Only worksheets are read: no chart sheet, no sheet whose part lies outside of the package."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        f'<R><Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{kind}/chartsheet" Target="chartsheets/sheet1.xml"/>'
        f'<Relationship Id="rId3" Type="{kind}/worksheet" Target="http://x/" TargetMode="External"/></R>'
    )
    book = '<workbook><sheets><sheet name="C" id="rId2"/><sheet name="X" id="rId3"/><sheet name="N"/>'
    book += '<sheet name="T" id="rId1"/></sheets></workbook>'
    package = f'<R><Relationship Id="a" Type="{kind}/thumbnail" Target="a.png"/><Relationship Id="b" Target='
    package += f'"/xl/workbook.xml" Type="{kind}/officeDocument"/></R>'
    parts = {
        "_rels/.rels": package,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": links,
        "xl/vbaProject.bin": b"macro",
    }
    found = read_bytes(make('<row r="1"><c r="A1"><v>1</v></c></row>', parts=parts), "m.xlsm")
    assert [sheet.name for sheet in found.sheets] == ["T"]
    assert found.format == "xlsm"


@pytest.mark.parametrize("name", ["Game.gamekit", "Resources"])
def test_a_gamekit_folder_is_named(tmp_path: Path, name: str) -> None:
    """Xcode's Game Center resources are a folder, which macOS shows as one file: its name or what it holds tells."""
    folder = tmp_path / name
    folder.mkdir()
    if not folder.suffix:
        (folder / "gameCenterResources.json").write_text("{}")
    with pytest.raises(WorkbookError, match=r"Xcode.*pull") as caught:
        read(folder)
    assert caught.value.code == "gamekit-bundle"


@pytest.mark.parametrize("start", ["{name} of it,b", "[ID],b", '"Name {x}",b', "Name\n{x},b"])
def test_a_table_that_begins_with_brackets_is_one(read_bytes: Callable[..., Book], start: str) -> None:
    """Only what is JSON or VDF in its first characters is taken for it."""
    assert len(read_bytes(f"{start}\n1,2\n".encode(), "a.csv").sheets[0].cells) > 1


@pytest.mark.parametrize(
    ("name", "hint"), [("~$book.xlsx", "book.xlsx"), (".~lock.book.xlsx#", "book.xlsx")], ids=["Excel", "LibreOffice"]
)
def test_lock_file_names_the_workbook(tmp_path: Path, name: str, hint: str) -> None:
    """The lock file of an open workbook is recognised by its name, and the workbook's own name given."""
    with pytest.raises(WorkbookError, match=f"itself: {hint}") as caught:
        read(tmp_path / name)
    assert caught.value.code == "lock-file"


def test_missing_file_suggests_its_neighbours(tmp_path: Path) -> None:
    """A misspelt name is answered with the names that are near; in a missing folder, without."""
    (tmp_path / "achievements.xlsx").write_bytes(b"x")
    with pytest.raises(WorkbookError, match=r"Did you mean achievements\.xlsx\?") as caught:
        read(tmp_path / "achievement.xlsx")
    assert caught.value.code == "file-not-found"
    with pytest.raises(WorkbookError, match="Check the spelling"):
        read(tmp_path / "nowhere" / "a.xlsx")


def test_folder_and_device_are_no_files(tmp_path: Path) -> None:
    """A folder, a Numbers package and a pipe are refused without being read."""
    (tmp_path / "a.numbers").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name, code in (("", "not-a-file"), ("a.numbers", "numbers-format"), ("pipe.csv", "not-a-file")):
        with pytest.raises(WorkbookError) as caught:
            read(tmp_path / name)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("error", "code"), [(PermissionError(13, "denied"), "no-permission"), (OSError(5, "I/O error"), "unreadable-file")]
)
def test_disk_errors_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str) -> None:
    """A file that may not or cannot be read is an error of its own, never a traceback."""

    def fail(_: str) -> None:
        raise error

    (tmp_path / "a.csv").write_text("a,b")
    monkeypatch.setattr(pa, "OSFile", fail)
    with pytest.raises(WorkbookError) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.code == code


def test_large_files_are_refused_unread(
    tmp_path: Path, make: Callable[..., bytes], read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, or a workbook, above its limit is refused with its size and the limit; a hole in a file costs nothing."""
    with (tmp_path / "a.csv").open("wb") as stream:
        stream.truncate(preflight.MAX_UNPACKED_BYTES + 1)
    with pytest.raises(WorkbookError, match=r"536,870,913 bytes; at most 536,870,912 \(512 MB\)") as caught:
        read(tmp_path / "a.csv")
    assert caught.value.code == "file-too-large"
    data = make()
    monkeypatch.setattr(preflight, "MAX_PACKAGE_BYTES", len(data))
    assert read_bytes(data)
    monkeypatch.setattr(preflight, "MAX_PACKAGE_BYTES", len(data) - 1)
    with pytest.raises(WorkbookError, match="at most") as caught:
        read_bytes(data)
    assert caught.value.code == "file-too-large"


def test_unpacked_size_is_limited(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """Parts that together unpack to more than the limit are refused by what the directory says."""
    zeroes = bytes(1)
    data = bytearray(make(parts={"a.bin": zeroes}))
    place = data.rindex(b"a.bin") - 46 + 24  # the uncompressed size in the central directory
    data[place : place + 4] = struct.pack("<I", preflight.MAX_UNPACKED_BYTES)
    with pytest.raises(WorkbookError, match=r"at most 536,870,912 are read") as caught:
        read_bytes(bytes(data))
    assert caught.value.code == "unpacks-too-large"


def test_compression_bomb_is_refused(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A part packed a thousand to one is refused; a repetitive sheet of fifty to one is read."""
    with pytest.raises(WorkbookError, match="at most 300 : 1") as caught:
        read_bytes(make(parts={"xl/media/a.png": bytes(5_000_000)}))
    assert caught.value.code == "compressed-too-much"
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 120_000))
    assert len(read_bytes(make(rows)).sheets[0].cells) == 119_999


def test_header_that_lies_about_its_size(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A part that unpacks to more than its directory entry says is damaged, and is never unpacked beyond."""
    data = bytearray(make('<row r="1"><c r="A1"><v>1</v></c></row>' * 50))
    name = b"xl/worksheets/sheet1.xml"
    place = data.rindex(name) - 46 + 24
    data[place : place + 4] = struct.pack("<I", 100)
    with pytest.raises(WorkbookError, match="sheet1") as caught:
        read_bytes(bytes(data))
    assert caught.value.code == "damaged-workbook"


def _set_flag(data: bytes, flag: int) -> bytes:
    changed = bytearray(data)
    changed[data.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


def _twice(data: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/workbook.xml", "<x/>")
    return stream.getvalue()


HOSTILE: dict[str, tuple[dict[str, Json], str]] = {
    "path out": ({"../evil.xml": "x"}, "unsafe-part-name"),
    "absolute path": ({"/evil.xml": "x"}, "unsafe-part-name"),
    "path out with backslashes": ({"a\\..\\evil.xml": "x"}, "unsafe-part-name"),
    "absolute path with backslashes": ({"\\evil.xml": "x"}, "unsafe-part-name"),
    "the same part with backslashes": ({"XL\\workbook.xml": "<x/>"}, "unsafe-part-name"),
    "DTD in the sheet": ({"xl/worksheets/sheet1.xml": f"{DTD}<x>&b;</x>"}, "document-type-declaration"),
    "DTD behind a comment": (
        {"xl/worksheets/sheet1.xml": f'<?xml version="1.0"?> <!-- > -->\n{DTD}<x/>'},
        "document-type-declaration",
    ),
    "DTD in the workbook": ({"xl/workbook.xml": f"{DTD}<x/>"}, "document-type-declaration"),
    "DTD in the strings": ({"xl/shared.xml": f"{DTD}<x/>"}, "document-type-declaration"),
    "DTD in a part that is not read": ({"docProps/app.xml": f"{DTD}<x/>"}, "document-type-declaration"),
    "DTD in UTF-16": ({"docProps/app.xml": f"{DTD}<x/>".encode("utf-16")}, "document-type-declaration"),
    "unusual encoding": ({"docProps/app.xml": '<?xml version="1.0" encoding="utf-7"?><x/>'}, "damaged-workbook"),
    "broken UTF-16": ({"docProps/app.xml": b"\xff\xfe\x00"}, "damaged-workbook"),
    "no workbook": ({"xl/workbook.xml": None}, "damaged-workbook"),
    "no relations": ({"_rels/.rels": "<Relationships/>"}, "damaged-workbook"),
    "workbook that is not XML": ({"xl/workbook.xml": "<workbook"}, "damaged-workbook"),
    "strings that are not XML": ({"xl/shared.xml": "<sst><si><t>a</si></sst>"}, "damaged-workbook"),
    "no sheet": ({"xl/worksheets/sheet1.xml": None}, "damaged-workbook"),
}


@pytest.mark.parametrize(("parts", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_package_is_refused(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], parts: dict[str, Json], code: str
) -> None:
    """A package that hides something, or lacks what it needs, is refused by its own code."""
    stream = io.BytesIO(make(parts=parts))
    with pytest.raises(WorkbookError) as caught:
        read_bytes(stream.getvalue())
    assert caught.value.code == code


def test_encrypted_and_doubled_members(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """An encrypted member, and two members under one name, are refused."""
    for data, code in ((_set_flag(make(), 1), "encrypted-workbook"), (_twice(make()), "unsafe-part-name")):
        with pytest.raises(WorkbookError) as caught:
            read_bytes(data)
        assert caught.value.code == code


def test_number_of_parts_is_limited(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More parts than any workbook has are refused before one is read."""
    monkeypatch.setattr(preflight, "MAX_PARTS", 7)
    assert read_bytes(make())
    with pytest.raises(WorkbookError, match="8 parts") as caught:
        read_bytes(make(parts={"a": "x"}))
    assert caught.value.code == "too-many-parts"


def test_wrong_checksum_is_damage(make: Callable[..., bytes], read_bytes: Callable[..., Book]) -> None:
    """A part whose bytes changed on the way is damaged, even if it still unpacks."""
    content = b"<worksheet><sheetData/></worksheet>"
    data = make(parts={"xl/worksheets/sheet1.xml": content})
    checksum = struct.pack("<I", zlib.crc32(content))
    with pytest.raises(WorkbookError, match=r"sheet1.*CRC") as caught:
        read_bytes(data.replace(checksum, b"\0\0\0\0"))
    assert caught.value.code == "damaged-workbook"


def test_every_code_is_listed_and_raised() -> None:
    """The list of codes is exactly what the room's readers can raise, in kebab-case, each with a meaning."""
    own = Path(gcbulk.files.__file__).parent
    texts = ("delimited", "delimiter", "quoting", "ragged_text", "text_encoding")
    names = ("foreign_text", "formats", "preflight", "workbook", *texts, "compressed", "json_lines", "parquet")
    source = "".join((own / f"{name}.py").read_text() for name in names)
    raised = set(re.findall(r'code="([a-z-]+)"', source)) | set(re.findall(r', "([a-z]+(?:-[a-z]+)+)"\)', source))
    assert raised == set(FILE_CODES)
    assert all(meaning.endswith(".") for meaning in FILE_CODES.values())


def test_bytes_are_held_in_one_piece(tmp_path: Path) -> None:
    """A file is read once, whole, as plain bytes."""
    (tmp_path / "a.csv").write_bytes(b"a,b")
    data = preflight.load(tmp_path / "a.csv")
    assert (bytes(data), data.format) == (b"a,b", "B")
    assert pa.total_allocated_bytes() > 0


CROWDED: dict[str, dict[str, Json]] = {
    "cells": {"rows": '<row r="1">' + '<c r="A1"><v>1</v></c>' * 31 + "</row>"},
    "empty cells": {"rows": "<!-- --><row>" + "<c/>" * 31 + "</row>"},
    "shared texts": {"shared": "<si><t>a</t></si>" * 31},
    "closed shared texts": {"shared": "<!-- -->" + "<si/>" * 31},
}


@pytest.mark.parametrize("options", CROWDED.values(), ids=CROWDED.keys())
def test_number_of_cells_is_limited(
    make: Callable[..., bytes],
    read_bytes: Callable[..., Book],
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, str],
) -> None:
    """More cells or texts than are read are refused while they are counted, even if all stand in one place."""
    assert read_bytes(make(**options))
    monkeypatch.setattr(cells, "MAX_CELLS", 30)
    with pytest.raises(WorkbookError, match="more than 30 cells") as caught:
        read_bytes(make(**options))
    assert caught.value.code == "used-range-too-large"


def test_size_of_descriptions_is_limited(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Styles larger than any real ones are refused before they fill the memory."""
    monkeypatch.setattr(workbook, "MAX_DESCRIPTION_BYTES", 5_000)
    assert read_bytes(make())
    with pytest.raises(WorkbookError, match=r"styles.* 5,000") as caught:
        read_bytes(make(parts={"xl/styles.xml": "<styleSheet>" + "<x/>" * 2000 + "</styleSheet>"}))
    assert caught.value.code == "unpacks-too-large"


def test_one_endless_row_is_read_piece_by_piece(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row larger than any real one goes through the parser that keeps no places of tags."""
    monkeypatch.setattr(xml_tokens, "MAX_BLOCK_BYTES", 40)
    found = read_bytes(make('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'))
    assert found.sheets[0].cells.loc[1].tolist() == [1.0, 2.0]


SLOW: dict[str, dict[str, Json]] = {
    "spaces in a tag": {"rows": '<row r="1"><c r="A1"' + " " * 500_000 + "x></c></row>"},
    "digits that are no number": {"rows": f'<row r="1"><c r="A1"><v>{"1" * 500_000}x</v></c></row>'},
    "brackets in a format": {
        "parts": {"xl/styles.xml": f'<s><numFmts><numFmt numFmtId="1" formatCode="{"[" * 500_000}"/></numFmts></s>'}
    },
    "openings without end": {"parts": {"xl/shared.xml": "<sst " * 200_000}},
    "declarations without end": {"parts": {"docProps/app.xml": "<?" * 200_000}},
    "deep nesting": {"rows": "<row>" * 200_000},
}


@pytest.mark.parametrize("options", SLOW.values(), ids=SLOW.keys())
def test_patterns_stay_linear(
    make: Callable[..., bytes], read_bytes: Callable[..., Book], options: dict[str, Json]
) -> None:
    """Text that is made to send a pattern back and forth is done with at once, in processor time."""
    begun_s = time.process_time()
    with contextlib.suppress(WorkbookError):
        read_bytes(make(**options))
    assert time.process_time() - begun_s < 5
