from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from gcbulk.files import read
from gcbulk.records import Json, RawSheet


def written(path: Path, formats: Mapping[str, tuple[Json, str]]) -> RawSheet:
    """Write a workbook whose cells have number formats, and read its sheet."""
    workbook = Workbook()
    for place, (value, code) in formats.items():
        workbook.active[place] = value
        workbook.active[place].number_format = code
    workbook.save(path)
    return read(path).sheets[0]


@pytest.mark.parametrize("code", ["0%", "0.00%", "0.0 %", "[Red]0%;-0%", "##0.0%"])
def test_cells_shown_as_percent_are_told_apart(tmp_path: Path, code: str) -> None:
    """A number keeps its stored value, and the sheet says which cells of which column show it as percent."""
    sheet = written(
        tmp_path / "a.xlsx", {"A1": ("Percent", "General"), "A2": (0.3, code), "A3": (30, "0"), "B3": (1, "0")}
    )
    assert sheet.cells[1].tolist() == ["Percent", 0.3, 30.0]
    assert {column: mask.tolist() for column, mask in sheet.percent.items()} == {1: [False, True, False]}


@pytest.mark.parametrize("code", ["General", "0.00", 'General"%"', r"0\%", "yyyy-mm-dd"])
def test_other_formats_are_not_percent(tmp_path: Path, code: str) -> None:
    """A percent sign that is only written behind the number does not multiply it."""
    assert written(tmp_path / "a.xlsx", {"A1": (30, code)}).percent == {}


def test_texts_and_empty_cells_in_a_percent_format_do_not_count(tmp_path: Path) -> None:
    """Only numbers are shown as percent; a text such as "30 %" is what it says."""
    sheet = written(tmp_path / "a.xlsx", {"A1": ("30 %", "0%"), "A2": (None, "0%"), "A3": (0.5, "0%")})
    assert sheet.percent[1].tolist() == [False, False, True]
