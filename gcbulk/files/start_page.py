"""The first sheet of the workbook to fill in: what to do, what has been entered so far, what each column means.

It is for the people who fill in the other sheets; nothing on it is ever read back.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.files.cell_text import lines_needed
from gcbulk.files.template_sheets import (
    ACHIEVEMENTS,
    EXAMPLE,
    FONT,
    LAST_ROW,
    LOCALIZATIONS,
    NAVY,
    RED,
    SUBMISSIONS,
    Field,
)

TITLE = "Start here"
ACHIEVEMENTS_CELL, POINTS_CELL, LOCALIZATIONS_CELL = "B6", "C6", "D6"
"""Where the counters stand."""

_IDS = f"Achievements!$B$2:$B${LAST_ROW}"
_OWN = f'(LEFT({_IDS},{len(EXAMPLE)})<>"{EXAMPLE}")'
_PARENTS = f"Localizations!$A$2:$A${LAST_ROW}"
_COUNTERS = (
    (ACHIEVEMENTS_CELL, f"=SUMPRODUCT((LEN({_IDS})>0)*{_OWN})", "achievements, of at most 100", 100),
    (POINTS_CELL, f"=SUMPRODUCT({_OWN}*1,Achievements!$C$2:$C${LAST_ROW})", "points, of at most 1000", 1000),
    (
        LOCALIZATIONS_CELL,
        f'=SUMPRODUCT((LEN({_PARENTS})>0)*(LEFT({_PARENTS},{len(EXAMPLE)})<>"{EXAMPLE}"))',
        "texts in all languages",
        0,
    ),
)
_STEPS = (
    ("1   Fill in Achievements", "One row for each achievement. Select a header to be told what belongs below it.", ""),
    ("2   Fill in Localizations", "One row for each achievement and language: what players read.", ""),
    (
        "3   Check",
        "Finds every problem at once, each with its cell. It needs no key, and nothing is sent.",
        "gcbulk check achievements.xlsx",
    ),
    (
        "4   Look at the plan",
        "Shows what would be created in which app, and how long it takes. Nothing is sent.",
        "gcbulk plan achievements.xlsx --bundle-id com.example.game",
    ),
    (
        "5   Push",
        "Creates what is not there yet, after you say yes. The sheet gcbulk report then says how each row ended.",
        "gcbulk push achievements.xlsx --bundle-id com.example.game",
    ),
    (
        "6   Fix and push again",
        "Correct what the report names and push again: what is there already is not created twice.",
        "",
    ),
)
_NOTES = (
    f"Rows whose id starts with {EXAMPLE} are examples: they are grey, and they are never sent. Write over them.",
    "Amber marks a text that App Store Connect counts as long. Red marks what will be refused.",
    "Save and close the workbook before you push, so that the report can be written into it.",
    "The sheet Player Submissions is for players' progress. It is not sent together with achievements.",
    "You may add columns and sheets of your own; they are left alone. Do not rename the headers.",
)
_TEXT = Font(name=FONT, size=11, color="1F2933")
_STRONG = Font(name=FONT, size=11, bold=True, color="1F2933")
_CODE = Font(name="Consolas", size=10, color="0B5CAD")
_QUIET = Font(name=FONT, size=10, color="52606D")
_PANEL = PatternFill("solid", fgColor="F2F5F8")
_BELOW = Border(bottom=Side(style="thin", color="E1E6EB"))
_TOP = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1)
_WIDTHS = {"A": 3, "B": 34, "C": 68, "D": 58}


def add_start_page(book: Workbook) -> None:
    """Add the first sheet.

    Args:
        book: the workbook.
    """
    sheet = book.create_sheet(TITLE, 0)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = NAVY
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    _band(sheet)
    _counters(sheet)
    row = _steps(sheet, 9)
    row = _columns(sheet, row + 1)
    _notes(sheet, row + 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _band(sheet: Worksheet) -> None:
    """The title."""
    lines = (
        (2, "Game Center achievements", Font(name=FONT, size=22, bold=True, color="FFFFFF"), 40),
        (
            3,
            "Fill in the sheets, check, push. gcbulk creates what is not there yet and reports on every row.",
            Font(name=FONT, size=12, color="DCE6F0"),
            26,
        ),
    )
    for row, text, font, height in lines:
        sheet.row_dimensions[row].height = height
        for letter in "BCD":
            sheet[f"{letter}{row}"].fill = PatternFill("solid", fgColor=NAVY)
        sheet[f"B{row}"].value = text
        sheet[f"B{row}"].font = font
        sheet[f"B{row}"].alignment = Alignment(horizontal="left", vertical="center", indent=1)


def _counters(sheet: Worksheet) -> None:
    """How much is filled in so far; what is too much turns red."""
    _heading(sheet, 5, "So far")
    sheet.row_dimensions[6].height = 36
    sheet.row_dimensions[7].height = 20
    for address, formula, caption, most in _COUNTERS:
        number, below = sheet[address], sheet[f"{address[0]}7"]
        number.value, below.value = formula, caption
        number.font = Font(name=FONT, size=24, bold=True, color=NAVY)
        number.number_format = "#,##0"
        below.font = _QUIET
        for cell in (number, below):
            cell.fill = _PANEL
            cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        if most:
            red = FormulaRule([f"{address}>{most}"], fill=PatternFill(bgColor=RED, fill_type="solid"))
            sheet.conditional_formatting.add(address, red)


def _steps(sheet: Worksheet, row: int) -> int:
    """What to do, one step a row; the row after."""
    _heading(sheet, row, "How it goes")
    for name, text, command in _STEPS:
        row += 1
        _line(sheet, row, (name, text, command), (_STRONG, _TEXT, _CODE))
    return row + 1


def _columns(sheet: Worksheet, row: int) -> int:
    """What each column means; the row after."""
    _heading(sheet, row, "What the columns mean")
    tables = (("Achievements", ACHIEVEMENTS), ("Localizations", LOCALIZATIONS), ("Player Submissions", SUBMISSIONS))
    for title, fields in tables:
        row = _table(sheet, row + 1, title, fields)
    return row + 1


def _table(sheet: Worksheet, row: int, title: str, fields: Sequence[Field]) -> int:
    """The columns of one sheet; the last row."""
    head = Font(name=FONT, size=11, bold=True, color=NAVY)
    _line(sheet, row, (title, "What goes in", "Limit"), (head, head, head))
    sheet.row_dimensions[row].height = 22
    for letter in "BCD":
        sheet[f"{letter}{row}"].fill = _PANEL
        sheet[f"{letter}{row}"].alignment = Alignment(horizontal="left", vertical="center", indent=1)
    for field in fields:
        row += 1
        _line(sheet, row, (field.title, field.hint, field.limit), (_STRONG, _TEXT, _QUIET))
    return row


def _notes(sheet: Worksheet, row: int) -> None:
    """What else is good to know."""
    _heading(sheet, row, "Good to know")
    for row_number, text in enumerate(_NOTES, row + 1):
        cell = sheet[f"B{row_number}"]
        cell.value, cell.font = f"•  {text}", _TEXT
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        sheet.row_dimensions[row_number].height = 19


def _heading(sheet: Worksheet, row: int, text: str) -> None:
    """A heading over a section."""
    sheet.row_dimensions[row].height = 26
    sheet[f"B{row}"].value = text
    sheet[f"B{row}"].font = Font(name=FONT, size=14, bold=True, color=NAVY)
    sheet[f"B{row}"].alignment = Alignment(vertical="center")


def _line(sheet: Worksheet, row: int, texts: Sequence[str], fonts: Sequence[Font]) -> None:
    """A row of three texts."""
    tallest = 1
    for letter, text, font in zip("BCD", texts, fonts, strict=True):
        cell = sheet[f"{letter}{row}"]
        cell.value, cell.font, cell.alignment, cell.border = text or None, font, _TOP, _BELOW
        tallest = max(tallest, lines_needed(text, _WIDTHS[letter]))
    sheet.row_dimensions[row].height = 4 + 15 * tallest
