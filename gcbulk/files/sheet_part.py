"""The report as one sheet part, streamed.

It is produced piece by piece, so that a hundred thousand lines are never in memory at once. Cells hold inline text and
numbers, never a formula. They are written without addresses, which readers work out by counting and which would double
the size.

Source: ECMA-376, SpreadsheetML: worksheet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from gcbulk.files.cell_text import is_plain, lines_needed, looks_like_formula, visible, xml_text
from gcbulk.files.report_looks import COLUMNS, FINE, OUTCOME_LOOKS
from gcbulk.files.style_edit import MAIN
from gcbulk.files.xml_parts import quoted
from gcbulk.records import Report

LARGEST_ROW = 1_048_576
"""How many rows a sheet of Excel has."""
MOST_LINKS = 65_530
"""How many links a sheet of Excel holds."""

_LAST_COLUMN = "L"
_LINES_AT_ONCE = 5_000
_NUMBERS = ("row", "attempts")
_LINE_HEIGHT = 13.5  # points
_TALLEST = 400


def header_row(report: Report) -> int:
    """The row that the headers of the lines stand in: below title, summary and an empty row."""
    return len(report.summary) + 3


def most_lines(report: Report) -> int:
    """How many lines fit below the summary."""
    return LARGEST_ROW - header_row(report)


def filter_area(report: Report) -> str:
    """The range of headers and lines."""
    header = header_row(report)
    return f"$A${header}:${_LAST_COLUMN}${header + len(report.lines)}"


def sheet_part(report: Report, *, looks: Mapping[str, int], sheets: Collection[str], selected: bool) -> Iterator[bytes]:
    """Write a report as a sheet part.

    Args:
        report: what to write; no more lines than `most_lines`.
        looks: the number of each look in the workbook's styles.
        sheets: the sheets of the workbook, to which lines are linked.
        selected: whether the workbook opens with this sheet.

    Yields:
        The part's bytes.
    """
    linked = _linked(report.lines, sheets)
    pieces = chain(
        [_head(report, looks, selected)],
        _rows(report.lines, linked, looks),
        ["</sheetData>", f'<autoFilter ref="{filter_area(report).replace("$", "")}"/>'],
        _links(report.lines, linked, header_row(report) + 1),
        [_tail(report)],
    )
    return (piece.encode("utf-8") for piece in pieces)


def _head(report: Report, looks: Mapping[str, int], selected: bool) -> str:
    """Everything above the lines."""
    header = header_row(report)
    last = header + len(report.lines)
    tab = ' tabSelected="1"' if selected else ""
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, (_, width) in enumerate(COLUMNS.values(), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FF17324D"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{_LAST_COLUMN}{last}"/>'
        f'<sheetViews><sheetView showGridLines="0"{tab} workbookViewId="0">'
        f'<pane ySplit="{header}" topLeftCell="A{header + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{header + 1}" sqref="A{header + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
        f'<row ht="24" customHeight="1">{_text(report.sheet, looks["title"])}</row>{_summary(report, looks)}<row/>'
        f'<row ht="20" customHeight="1">{_header(looks)}</row>'
    )


def _header(looks: Mapping[str, int]) -> str:
    """The cells of the header row."""
    return "".join(
        _text(title, looks["header_number" if name in _NUMBERS else "header"]) for name, (title, _) in COLUMNS.items()
    )


def _summary(report: Report, looks: Mapping[str, int]) -> str:
    """The rows of the block on top."""
    return "".join(
        f"<row>{_text(label, looks['label'])}{_text(value, looks['value'])}</row>" for label, value in report.summary
    )


def _tail(report: Report) -> str:
    """Everything below the links: how it prints, and that ids are meant to be text."""
    last = header_row(report) + len(report.lines)
    return (
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/>'
        f'<ignoredErrors><ignoredError sqref="A1:{_LAST_COLUMN}{last}" numberStoredAsText="1"/></ignoredErrors>'
        "</worksheet>"
    )


def _rows(lines: pd.DataFrame, linked: np.ndarray, looks: Mapping[str, int]) -> Iterator[str]:
    """The lines as rows, some thousands at a time."""
    for start in range(0, len(lines), _LINES_AT_ONCE):
        portion = lines.iloc[start : start + _LINES_AT_ONCE]
        links = linked[start : start + _LINES_AT_ONCE].tolist()
        cells = [_cells(name, portion[name], links, looks) for name in COLUMNS]
        heights = _heights(portion["message"])
        yield "".join(
            [
                f"<row{height}>{''.join(row)}</row>"
                for height, row in zip(heights, zip(*cells, strict=True), strict=True)
            ]
        )


def _heights(messages: pd.Series) -> list[str]:
    """The height of each row, as an attribute, for as many lines as its message takes.

    Not every reader works it out for itself. No custom height is claimed, so that it can still be adapted.
    """
    texts = plain_values(messages)
    made = {text: _height(str(text)) if text else "" for text in set(texts)}
    return [made[text] for text in texts]


def _height(text: str) -> str:
    """The height for one message."""
    lines = lines_needed(text, COLUMNS["message"][1])
    return f' ht="{min(_LINE_HEIGHT * lines + 2, _TALLEST):g}"' if lines > 1 else ""


def _cells(name: str, values: pd.Series, links: Sequence[bool], looks: Mapping[str, int]) -> list[str]:
    """The cells of one column."""
    if name in _NUMBERS:
        styles = (looks["number"], looks["link"] if name == "row" else looks["number"])
        numbers = plain_values(values)
        return [_number(value, styles[link]) for value, link in zip(numbers, links, strict=True)]
    texts = plain_values(values)
    made = {text: _styled(name, text, looks) for text in set(texts)}
    return [made[text] for text in texts]


def plain_values(values: pd.Series) -> list[object]:
    """A column's values as Python's own: None where there is none, times as text in UTC."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        seconds = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[s]")
        texts = np.char.replace(np.datetime_as_string(seconds), "T", " ").tolist()
        return [None if gone else text for text, gone in zip(texts, np.isnat(seconds).tolist(), strict=True)]
    plain: list[object] = values.astype(object).where(values.notna(), None).to_list()
    return plain


def _styled(name: str, value: object, looks: Mapping[str, int]) -> str:
    """A text's cell in the look of its column."""
    text = "" if value is None else str(value)
    if name == "outcome":
        return _text(text, looks[OUTCOME_LOOKS.get(text, "text")])
    look = "wrap" if name == "message" else "text"
    if text and is_plain(text):
        return f'<c s="{looks[look]}" t="inlineStr"><is><t>{text}</t></is></c>'
    return _text(text, looks[f"{look}_quoted" if looks_like_formula(text) else look])


def _text(text: str, style: int) -> str:
    """A text's cell."""
    if not text:
        return f'<c s="{style}"/>'
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'<c s="{style}" t="inlineStr"><is><t{space}>{xml_text(text)}</t></is></c>'


def _number(value: object, style: int) -> str:
    """A number's cell."""
    return f'<c s="{style}"/>' if value is None else f'<c s="{style}"><v>{value}</v></c>'


def _linked(lines: pd.DataFrame, sheets: Collection[str]) -> np.ndarray:
    """Which lines get a link; where there are more than Excel holds, those with something to do come first."""
    possible = (lines["sheet"].isin(list(sheets)) & lines["row"].notna()).to_numpy(bool)
    urgent = possible & ~lines["outcome"].isin(list(FINE)).to_numpy(bool)
    ordered = np.concatenate([np.flatnonzero(urgent), np.flatnonzero(possible & ~urgent)])
    chosen = np.zeros(len(lines), dtype=bool)
    chosen[ordered[:MOST_LINKS]] = True
    return chosen


def _links(lines: pd.DataFrame, linked: np.ndarray, first_row: int) -> Iterator[str]:
    """The links from the lines to their rows."""
    positions = np.flatnonzero(linked)
    if not len(positions):
        return
    targets = zip(lines["sheet"].to_numpy(object)[positions], lines["row"].to_numpy(object)[positions], strict=True)
    yield "<hyperlinks>"
    for position, (sheet, row) in zip(positions.tolist(), targets, strict=True):
        location = "'" + visible(str(sheet)).replace("'", "''") + f"'!A{row}"
        yield f'<hyperlink ref="B{first_row + position}" location={quoted(location)}/>'
    yield "</hyperlinks>"
