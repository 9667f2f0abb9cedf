"""No code reaches a report that the page of codes does not know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gcbulk.files.file_codes import FILE_CODES
from gcbulk.kinds import CONTENT
from gcbulk.planning.codes import RUN_CODES
from gcbulk.tables.codes import CODES

PACKAGE = Path(__file__).parents[2] / "gcbulk"
SPOKEN = re.compile(r'code="([a-z-]+)"|^[A-Z_]+ = "([a-z]+(?:-[a-z]+)+)"', re.MULTILINE)
FOR_WHOLE_FILES = {
    "failed-not-saved", "package-unexpected", "report-destination", "report-not-saved",
    "workbook-changed", "workbook-open", "workbook-read-only",
}  # fmt: skip
"""Codes of exceptions about writing a report; they stand in no row."""


@pytest.mark.parametrize("room", ["planning", "service", "runs", "files", "appstore"])
def test_every_code_of_a_row_is_documented(room: str) -> None:
    """Whatever code a plan, a run or the reading of a picture gives a row, docs/codes.md explains it."""
    sources = "\n".join(path.read_text("utf-8") for path in (PACKAGE / room).rglob("*.py"))
    spoken = {one or other for one, other in SPOKEN.findall(sources)}
    assert spoken - {*CODES, *FILE_CODES, *RUN_CODES, *FOR_WHOLE_FILES} == set()


def test_no_code_of_a_run_is_idle() -> None:
    """A code that nothing gives any more is not documented any more."""
    sources = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if not path.name.startswith("codes"))
    of_kinds = {code for kind in CONTENT.values() for code in (kind.resource.failed, kind.resource.unknown)}
    assert {name for name in RUN_CODES if f'"{name}"' not in sources} == of_kinds
