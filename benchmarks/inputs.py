"""What the stages work on: submissions with and without faults, and a workbook as Excel saves one.

What comes in: a folder or a count. What goes out: files and frames, the same at every run (a fixed seed).
"""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from gcbulk.records import Book, RawSheet

MILLION = 1_000_000
BUNDLE_ID = "com.example.game"
ACHIEVEMENTS = tuple(f"{BUNDLE_ID}.achievement_{number:02}" for number in range(40))
TEXT = pd.StringDtype("pyarrow", na_value=float("nan"))
PLAYER, ACHIEVEMENT, PERCENT, DATE = "Player ID", "Achievement ID", "Percent", "Submitted Date"

_FAULTS: dict[str, tuple[str, ...]] = {
    PLAYER: ("T:_0123456789abcdef0123456789abcdef", "A:_0123456789", "1.23E+18", "unknown", ""),
    ACHIEVEMENT: ("com.example game", "1.5E+12", ""),
    PERCENT: ("101", "-1", "50.5", "half", ""),
    DATE: ("01/02/2026", "2026-02-30T12:00:00Z", "soon"),
}


def submissions(rows: int, *, faulty: float = 0.0) -> pd.DataFrame:
    """Submissions as text: a quarter as many players as rows, 40 achievements.

    Args:
        rows: how many.
        faulty: which part of the rows holds one fault, of sixteen kinds, in any column.

    Returns:
        Arrow's text, an empty cell missing. Columns: Player ID, Achievement ID, Percent, Submitted Date.
    """
    random = np.random.default_rng(20260101)
    players = random.integers(0, 256, (max(rows // 4, 1), 16), dtype=np.uint8)
    names = np.array([f"A:_{one.tobytes().hex()}" for one in players], dtype=object)
    moments = np.datetime64("2025-01-01T00:00:00") + random.integers(0, 31_536_000, rows).astype("timedelta64[s]")
    columns = {
        PLAYER: names[random.integers(0, len(names), rows)],
        ACHIEVEMENT: np.array(ACHIEVEMENTS, dtype=object)[random.integers(0, len(ACHIEVEMENTS), rows)],
        PERCENT: random.integers(1, 101, rows).astype(str).astype(object),
        DATE: np.char.add(np.datetime_as_string(moments), "Z").astype(object),
    }
    wrong = [(name, value) for name, values in _FAULTS.items() for value in values]
    places = random.choice(rows, int(rows * faulty), replace=False)
    for number, (name, value) in enumerate(wrong):
        columns[name][places[number :: len(wrong)]] = value or None
    return pd.DataFrame({name: pd.array(values, dtype=TEXT) for name, values in columns.items()})


def book_of(frame: pd.DataFrame) -> Book:
    """A frame as the files room would hand it over: the headers in row 1."""
    cells = pd.DataFrame(
        {
            number: pd.array(pa.concat_arrays([pa.array([name], pa.large_string()), _whole(frame[name])]), dtype=TEXT)
            for number, name in enumerate(frame.columns, start=1)
        }
    )
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return Book(Path("progress.csv"), "csv", (RawSheet("progress", cells, typed=False),))


def write_csv(folder: Path, frame: pd.DataFrame) -> Path:
    """A frame as CSV; no cell is quoted, which is how most programs write such a file."""
    path = folder / f"progress-{len(frame)}.csv"
    options = csv.WriteOptions(quoting_style="none")  # "needed" quotes every text
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), path, options)
    return path


def write_parquet(folder: Path, frame: pd.DataFrame, *, typed: bool = False) -> Path:
    """A frame as Parquet; typed with percentages as numbers and dates as such."""
    path = folder / f"progress-{len(frame)}-{'typed' if typed else 'text'}.parquet"
    if typed:
        frame = frame.assign(**{PERCENT: pd.to_numeric(frame[PERCENT]), DATE: pd.to_datetime(frame[DATE], utc=True)})
    parquet.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    return path


def write_workbook(folder: Path, rows: int) -> Path:
    """A workbook as Excel saves it: 8 columns, texts shared, two of them numbers and one a flag."""
    path = folder / f"book-{rows}.xlsx"
    shared: dict[str, int] = {}

    def text(place: str, value: str) -> str:
        return f'<c r="{place}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'

    lines = [f'<row r="1">{"".join(text(f"{letter}1", f"Header {letter}") for letter in "ABCDEFGH")}</row>']
    for row in range(2, rows + 2):
        own, group = f"com.example.item_{row:06}", f"Group {row % 50}"
        cells = [text(f"A{row}", own), text(f"B{row}", group), f'<c r="C{row}"><v>{row % 1000}</v></c>']
        cells += [f'<c r="D{row}"><v>{row / 8}</v></c>', f'<c r="E{row}" t="b"><v>{row % 2}</v></c>']
        cells += [text(f"F{row}", f"Title {row % 5000}"), text(f"G{row}", f"What to do for number {row}")]
        cells.append(text(f"H{row}", f"Note {row % 10}"))
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    strings = "".join(f"<si><t>{value}</t></si>" for value in shared)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _XML + content)
        archive.writestr("xl/sharedStrings.xml", f'{_XML}<sst xmlns="{_MAIN}">{strings}</sst>')
        sheet = f'<dimension ref="A1:H{rows + 1}"/><sheetData>{"".join(lines)}</sheetData>'
        archive.writestr("xl/worksheets/sheet1.xml", f'{_XML}<worksheet xmlns="{_MAIN}">{sheet}</worksheet>')
    return path


def _whole(column: pd.Series) -> pa.Array:
    return pa.array(column.array, pa.large_string())


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
