"""Recognise the format of a file by its content, not by its name.

A file that cannot be read is named for what it is, with advice on how to save it so that it can be.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePath

from gcbulk.errors import WorkbookError
from gcbulk.files.foreign_text import foreign_archive, refuse_foreign_text

SAVE_AS = "save it as Excel Workbook (.xlsx) or as CSV UTF-8 (.csv), and use that file"

HEAD_BYTES = 2048
_CONTENT = re.compile(rb"[^\0 \t\r\n]")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_EXCEL = (b"\x09\x08", b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
OTHER_KINDS = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a rich text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database (SQLite)",
    b"bplist00": "a property list",
    b"ARROW1": "an Arrow file (Feather)",
}
PACKED_KINDS = {
    b"\x1f\x8b": "a compressed file (gzip)",
    b"7z\xbc\xaf": "a compressed archive (7z)",
    b"Rar!": "a compressed archive (RAR)",
    b"BZh": "a compressed file (bzip2)",
    b"\xfd7zXZ": "a compressed file (xz)",
    b"\x28\xb5\x2f\xfd": "a compressed file (zstd)",
    b"\x04\x22\x4d\x18": "a compressed file (lz4)",
}
_TAR_AT, _TAR = 257, b"ustar"
WORKBOOK_SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".xlsb", ".ods", ".numbers", ".parquet"}
)
_JSON_OBJECT = re.compile(rb'\{\s*"[^\r\n]*\}[ \t]*\r?\n')
_JSON_LINES = (".jsonl", ".ndjson", ".jsonlines")
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".lz4")
HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<style", b"<div")


def sniff(data: memoryview, path: PurePath) -> str:
    """Tell what kind of file the bytes are.

    Args:
        data: the file's content.
        path: its name, for the message and to refuse text under a workbook's name.

    Returns:
        "zip" for what may be a workbook, "parquet", "jsonl", or "text".

    Raises:
        WorkbookError: the file is of a kind that is not read; the message says which and what to do.
    """
    if _CONTENT.search(data) is None:
        raise nothing_in(path)
    head = bytes(data[:HEAD_BYTES])
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(OLE):
        raise _compound_document(bytes(data), path)
    _refuse_binary(head, path)
    _refuse_markup(head, path)
    if is_json_lines(head, path):
        return "jsonl"
    refuse_foreign_text(head, path)
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        raise WorkbookError(
            f"{path.name} is named like a workbook but holds plain text. If it is a CSV file, give it a name that"
            f" ends in .csv; otherwise open it in the program that made it and {SAVE_AS}.",
            code="wrong-name",
        )
    return "text"


def is_json_lines(head: bytes, path: PurePath) -> bool:
    """Whether a text is JSON Lines: by its name, or because its first line is one object and another begins after it.

    Args:
        head: the beginning of the file.
        path: its name; an ending such as .gz behind the name counts as none.
    """
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED_SUFFIXES]
    if suffixes[-1:] and suffixes[-1] in _JSON_LINES:
        return head.startswith(b"{")
    first = _JSON_OBJECT.match(head)
    return first is not None and head[first.end() :].lstrip()[:1] == b"{"


def refuse_foreign_package(names: Collection[str], mimetype: bytes, path: PurePath) -> None:
    """Refuse a zip package that is something other than an .xlsx or .xlsm workbook.

    Args:
        names: the names of its parts.
        mimetype: the content of its part "mimetype", empty where it has none.
        path: its name, for the message.

    Raises:
        WorkbookError: always, unless the package has the parts of a workbook.
    """
    if "xl/workbook.bin" in names:
        raise _foreign(path, "an Excel binary workbook (.xlsb)", "binary-excel-format")
    if b"opendocument.spreadsheet" in mimetype:
        raise _foreign(path, "an OpenDocument spreadsheet (.ods)", "opendocument-format")
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise numbers_document(path)
    if "[Content_Types].xml" in names and not any(name.startswith(("word/", "ppt/")) for name in names):
        return
    raise foreign_archive(names, path)


def numbers_document(path: PurePath) -> WorkbookError:
    """Return the error for an Apple Numbers document, which is a package or a folder.

    Args:
        path: its name.
    """
    return WorkbookError(
        f"{path.name} is an Apple Numbers document. In Numbers choose File > Export To > Excel (or CSV) and use the"
        " exported file.",
        code="numbers-format",
    )


def nothing_in(path: PurePath) -> WorkbookError:
    """Return the error for a file without content.

    Args:
        path: its name.
    """
    return WorkbookError(f"{path.name} is empty. Check that it was saved or copied completely.", code="empty-file")


def _foreign(path: PurePath, kind: str, code: str) -> WorkbookError:
    return WorkbookError(f"{path.name} is {kind}. Open it in its program, {SAVE_AS}.", code=code)


def _refuse_binary(head: bytes, path: PurePath) -> None:
    if head.startswith(OLD_EXCEL):
        raise _foreign(path, "a workbook of a very old Excel (.xls)", "old-excel-format")
    for magic, kind in OTHER_KINDS.items():
        if head.startswith(magic):
            raise WorkbookError(
                f"{path.name} is {kind}, not a spreadsheet. Use the workbook or CSV file it was made from.",
                code="not-a-spreadsheet",
            )
    is_tar = head[_TAR_AT:].startswith(_TAR)
    packed = next((kind for magic, kind in PACKED_KINDS.items() if head.startswith(magic)), None)
    if is_tar or packed:
        raise WorkbookError(
            f"{path.name} is {packed or 'an archive (tar)'}. Unpack it, and use the workbook or CSV file in it.",
            code="not-a-spreadsheet",
        )


def _compound_document(data: bytes, path: PurePath) -> WorkbookError:
    """Tell the kinds of OLE compound documents apart by the names of their streams."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return WorkbookError(
            f"{path.name} is protected by a password. Open it in Excel, take the password off under File > Info >"
            " Protect Workbook > Encrypt with Password, save it, and use it again.",
            code="encrypted-workbook",
        )
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return _foreign(path, "an Excel 97-2003 workbook (.xls)", "old-excel-format")
    return _foreign(path, "a document of an old office program, not a workbook", "not-a-spreadsheet")


def _refuse_markup(head: bytes, path: PurePath) -> None:
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith(HTML_STARTS) or (start.startswith(b"<?xml") and b"<html" in start):
        raise _foreign(path, "a web page (HTML), whatever its name says", "html-file")
    if start.startswith(b"<") and b"config.mgt.xboxlive.com" in start:
        raise _foreign(path, "an XML file of Xbox achievements", "xml-spreadsheet")
    if start.startswith((b"<?xml", b"<workbook", b"<!doctype")):
        kind = "an XML Spreadsheet 2003" if b"office:spreadsheet" in start else "an XML file"
        raise _foreign(path, f"{kind}, whatever its name says", "xml-spreadsheet")
