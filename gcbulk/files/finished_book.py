"""Finish a workbook that openpyxl built: add the values of its formulas, and make its bytes reproducible.

openpyxl writes formulas without values, which viewers that do not calculate show as empty cells, and it writes the
current time into the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import BinaryIO
from zipfile import ZipFile

from openpyxl import Workbook

from gcbulk.files.xml_parts import escaped
from gcbulk.files.zip_copy import ZipWriter

Values = Mapping[str, Mapping[str, int | str]]
"""Sheet -> cell, e.g. "B5" -> the value that its formula has."""

_MOMENT = "2026-01-01T00:00:00Z"
_CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v\s*/?>(?:</v>)?</c>')


def save_finished(book: Workbook, out: BinaryIO, values: Values) -> None:
    """Write a workbook with the values of its formulas.

    Args:
        book: the workbook.
        out: an empty, seekable stream.
        values: the value of every formula.
    """
    raw = io.BytesIO()
    book.save(raw)
    parts = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(book.sheetnames, 1)}
    writer = ZipWriter(out)
    with ZipFile(raw) as archive:
        for part in archive.namelist():
            data = archive.read(part)
            if part in parts:
                data = _with_values(data, values.get(parts[part], {}))
            writer.add(part, [_CREATED.sub(rb"\g<1>" + _MOMENT.encode() + rb"\g<3>", data)])
    writer.finish()


def _with_values(data: bytes, values: Mapping[str, int | str]) -> bytes:
    """A sheet part with the values behind its formulas."""

    def filled(match: re.Match[bytes]) -> bytes:
        """One formula's cell with its value."""
        cell, attributes, formula = (match[group].decode() for group in (1, 2, 3))
        value = values[cell]
        kind = ' t="str"' if isinstance(value, str) else ""
        return f'<c r="{cell}"{attributes}{kind}><f>{formula}</f><v>{escaped(str(value))}</v></c>'.encode()

    return _FORMULA.sub(filled, data)
