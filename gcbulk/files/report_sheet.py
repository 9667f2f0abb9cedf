"""Add the report to a workbook as one more sheet, leaving every other part as it was.

Only the index and style parts that must know about the sheet are rewritten; everything else is copied in its
compressed form.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from gcbulk.errors import WorkbookError
from gcbulk.files.package import CONTENT_TYPES, OFFICE, insert_sheet
from gcbulk.files.report_looks import FINE, LOOKS
from gcbulk.files.sheet_part import filter_area, most_lines, sheet_part
from gcbulk.files.style_edit import MAIN
from gcbulk.files.zip_copy import ZipWriter, part_name
from gcbulk.records import Report

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_EMPTY_WORKBOOK: Mapping[str, str] = {
    CONTENT_TYPES: f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_WORKBOOK_TYPE}"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
    "<sheets/></workbook>",
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>',
}

_DAMAGE = (BadZipFile, EOFError, LookupError, NotImplementedError, RuntimeError, ValueError, struct.error, zlib.error)
"""What reading a damaged archive, or attributes that are missing or no numbers, can end in."""


def add_report_sheet(source: BinaryIO, out: BinaryIO, report: Report) -> None:
    """Write a copy of a workbook with the report as one more sheet, ``gcbulk report`` or as it is named.

    Args:
        source: the workbook; it is only read.
        out: an empty, seekable stream.
        report: the report; of more lines than a sheet holds only those with something to do are written.

    Raises:
        WorkbookError: the workbook is not as expected; what was written to `out` is then worthless.
    """
    try:
        with ZipFile(source) as archive:
            _rewrite(archive, source, out, fitting(report))
    except _DAMAGE as error:
        raise WorkbookError(f"it is not a well-formed workbook ({error})", code="package-unexpected") from None


def write_report_workbook(out: BinaryIO, report: Report) -> None:
    """Write a workbook that holds nothing but the report.

    Args:
        out: an empty, seekable stream.
        report: the report, as in `add_report_sheet`.
    """
    empty = io.BytesIO()
    with ZipFile(empty, "w") as archive:
        for part, text in _EMPTY_WORKBOOK.items():
            archive.writestr(part, text)
    add_report_sheet(empty, out, report)


def overflows(report: Report) -> bool:
    """Whether there are more lines than a sheet holds."""
    return len(report.lines) > most_lines(report)


def fitting(report: Report) -> Report:
    """The report as a sheet can hold it, saying in its summary what had to be left out."""
    if not overflows(report):
        return report
    left = report.lines[~report.lines["outcome"].isin(list(FINE))]
    note = (
        f"{len(report.lines):,} lines are more than a sheet holds: all of them are in the .csv file beside this "
        f"workbook, here are the first {min(len(left), most_lines(report) - 1):,} of {len(left):,} with something to do"
    )
    shortened = replace(report, summary=(*report.summary, ("Left out", note)))
    return replace(shortened, lines=left.iloc[: most_lines(shortened)])


def _rewrite(archive: ZipFile, source: BinaryIO, out: BinaryIO, report: Report) -> None:
    """Copy the package with the sheet in it."""
    insertion = insert_sheet(archive, report.sheet, area=filter_area(report), looks=LOOKS)
    report = replace(report, sheet=insertion.name)
    writer = ZipWriter(out)
    left = dict(insertion.changed)
    for info in archive.infolist():
        name = part_name(info.filename)
        if name in left:
            writer.add(name, [left.pop(name)])
        elif name != insertion.part and name not in insertion.dropped:
            writer.copy(source, info)
    for part, data in left.items():
        writer.add(part, [data])
    sheets = insertion.sheets - {report.sheet}
    pieces = sheet_part(report, looks=insertion.looks, sheets=sheets, selected=insertion.selected)
    writer.add(insertion.part, pieces, level=1)
    writer.finish()
