"""The first sheet of the workbook to fill in: what to do, what has been entered so far, what each column means.

It is for the people who fill in the other sheets; nothing on it is ever read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.files.cell_text import lines_needed
from gcbulk.files.counters import Counter, counters
from gcbulk.files.data_sheets import DataSheet, Field, KindSheets
from gcbulk.files.template_sheets import FONT, NAVY, RED
from gcbulk.kinds import SUBMISSIONS
from gcbulk.kinds.content import nouns
from gcbulk.tables.row_filters import EXAMPLE

TITLE = "Start here"

_SELECT = " Select a header to be told what belongs below it."
_NOTES = (
    f"Rows whose id starts with {EXAMPLE} are examples: they are grey, and they are never sent. Write over them.",
    "Amber marks a text that App Store Connect counts as long. Red marks what will be refused.",
    "Save and close the workbook before you push, so that the report can be written into it.",
)
_LAST_NOTE = "You may add columns and sheets of your own; they are left alone. Do not rename the headers."
_TEXT = Font(name=FONT, size=11, color="1F2933")
_STRONG = Font(name=FONT, size=11, bold=True, color="1F2933")
_CODE = Font(name="Consolas", size=10, color="0B5CAD")
_QUIET = Font(name=FONT, size=10, color="52606D")
_PANEL = PatternFill("solid", fgColor="F2F5F8")
_BELOW = Border(bottom=Side(style="thin", color="E1E6EB"))
_TOP = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1)
_WIDTHS = {"A": 3, "B": 34, "C": 68, "D": 58}


def heading(kinds: Sequence[KindSheets]) -> str:
    """What a workbook is called: after the kinds that have sheets in it."""
    return f"Game Center {nouns(one.kind for one in kinds)}"


def add_start_page(book: Workbook, kinds: Sequence[KindSheets], of_players: Sequence[DataSheet]) -> dict[str, int]:
    """Add the first sheet.

    Args:
        book: the workbook.
        kinds: the sheets of what gcbulk creates.
        of_players: the sheets of what players did.

    Returns:
        The values of its formulas by their cells.
    """
    sheet = book.create_sheet(TITLE, 0)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = NAVY
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    _band(sheet, heading(kinds))
    counted = counters(kinds)
    row = _counters(sheet, 5, counted)
    row = _steps(sheet, row + 1, kinds)
    row = _columns(sheet, row + 1, [*(data for one in kinds for data in (one.things, one.texts)), *of_players])
    _notes(sheet, row + 1, (*_NOTES, *(_note(data, kinds) for data in of_players), _LAST_NOTE))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return {one.cell: one.value for one in counted}


def _note(data: DataSheet, kinds: Sequence[KindSheets]) -> str:
    """What to know of a sheet of what players did."""
    label = next(family.label for family in SUBMISSIONS.values() if data.table in family.tables)
    things = nouns(one.kind for one in kinds)
    return f"The sheet {data.title} is for {label}. It is not sent together with {things}."


def _instructions(kinds: Sequence[KindSheets]) -> Iterator[tuple[str, str, str]]:
    """What to do, step by step: its name, what it is, and the command."""
    file = f"{kinds[0].kind.family.name}.xlsx"
    for one in kinds:
        noun, more = one.kind.resource.noun.one, _SELECT if one is kinds[0] else ""
        yield f"Fill in {one.things.title}", f"One row for each {noun}.{more}", ""
        yield f"Fill in {one.texts.title}", f"One row for each {noun} and language: what players read.", ""
    yield (
        "Check",
        "Finds every problem at once, each with its cell. It needs no key, and nothing is sent.",
        f"gcbulk check {file}",
    )
    yield (
        "Look at the plan",
        "Shows what would be created in which app, and how long it takes. Nothing is sent.",
        f"gcbulk plan {file} --bundle-id com.example.game",
    )
    yield (
        "Push",
        "Creates what is not there yet, after you say yes. The sheet gcbulk report then says how each row ended.",
        f"gcbulk push {file} --bundle-id com.example.game",
    )
    yield (
        "Fix and push again",
        "Correct what the report names and push again: what is there already is not created twice.",
        "",
    )


def _band(sheet: Worksheet, title: str) -> None:
    """The title."""
    lines = (
        (2, title, Font(name=FONT, size=22, bold=True, color="FFFFFF"), 40),
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


def _counters(sheet: Worksheet, row: int, counted: Sequence[Counter]) -> int:
    """How much is filled in so far, what is too much in red; the row after."""
    _heading(sheet, row, "So far")
    for one in counted:
        sheet.row_dimensions[one.row].height = 36
        sheet.row_dimensions[one.row + 1].height = 20
        number, below = sheet[one.cell], sheet[f"{one.letter}{one.row + 1}"]
        number.value, below.value = one.formula, one.caption
        number.font = Font(name=FONT, size=24, bold=True, color=NAVY)
        number.number_format = "#,##0"
        below.font = _QUIET
        for cell in (number, below):
            cell.fill = _PANEL
            cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        if one.most:
            red = FormulaRule([f"{one.cell}>{one.most}"], fill=PatternFill(bgColor=RED, fill_type="solid"))
            sheet.conditional_formatting.add(one.cell, red)
    return 2 + max(one.row for one in counted)


def _steps(sheet: Worksheet, row: int, kinds: Sequence[KindSheets]) -> int:
    """What to do, one step a row; the row after."""
    _heading(sheet, row, "How it goes")
    for number, (name, text, command) in enumerate(_instructions(kinds), 1):
        row += 1
        _line(sheet, row, (f"{number}   {name}", text, command), (_STRONG, _TEXT, _CODE))
    return row + 1


def _columns(sheet: Worksheet, row: int, data: Sequence[DataSheet]) -> int:
    """What each column means; the row after."""
    _heading(sheet, row, "What the columns mean")
    for one in data:
        row = _table(sheet, row + 1, one.title, one.fields)
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


def _notes(sheet: Worksheet, row: int, notes: Sequence[str]) -> None:
    """What else is good to know."""
    _heading(sheet, row, "Good to know")
    for row_number, text in enumerate(notes, row + 1):
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
