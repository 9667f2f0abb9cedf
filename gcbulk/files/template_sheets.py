"""The sheets that people fill in, as openpyxl writes them: their headers, hints, drop-downs and limits.

Limits show up while people type: amber is a warning, red will be refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.files.cell_text import lines_needed, looks_like_formula, sheet_text
from gcbulk.files.data_sheets import LAST_ROW, LISTS, DataSheet, Field
from gcbulk.records import Role
from gcbulk.tables.row_filters import EXAMPLE

FONT = "Calibri"
NAVY, AMBER, RED = "17324D", "FFE7A8", "F8B4AE"

_PALE_RED = "FDECEA"
_EXAMPLE_GREY = "8A94A0"
_LINE = Side(style="thin", color="D5DBE1")


def add_data_sheet(book: Workbook, data: DataSheet) -> None:
    """Add a sheet that people fill in.

    Args:
        book: the workbook.
        data: the sheet, with what stands in it already.
    """
    sheet, fields = book.create_sheet(data.title), data.columns
    sheet.freeze_panes = "A2"
    sheet.sheet_view.zoomScale = 110
    sheet.row_dimensions[1].height = 34
    for column_number, field in enumerate(fields, 1):
        _prepare_column(sheet, column_number, field)
    for number, row in enumerate(data.rows, 2):
        for column_number, value in enumerate(row, 1):
            put(sheet, number, column_number, value)
        # A row may end before the optional columns do.
        lines = max(lines_needed(str(value), field.width) for value, field in zip(row, fields, strict=False))
        sheet.row_dimensions[number].height = 4 + 15 * lines
    _mark(sheet, data)
    _print_wide(sheet)


def put(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Put a value into a cell, in the look of its column; text is never a formula.

    Args:
        sheet: the sheet.
        row: the row number.
        column: the column number.
        value: the value, None for an empty cell.
    """
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = sheet_text(value)
        cell.data_type = "s"
        cell.quotePrefix = looks_like_formula(value)
    else:
        cell.value = value
    cell.font = Font(name=FONT, size=11)
    cell.alignment = copy(sheet.column_dimensions[get_column_letter(column)].alignment)
    if isinstance(value, str):
        cell.number_format = "@"


def add_lists(book: Workbook, lists: Iterable[tuple[str, ...]]) -> None:
    """Add the hidden sheet with the choices of the long drop-downs.

    Args:
        book: the workbook.
        lists: the choices of each, a column for each.
    """
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for column_number, choices in enumerate(lists, 1):
        for row, choice in enumerate(choices, 1):
            sheet.cell(row, column_number, choice)


def _prepare_column(sheet: Worksheet, column_number: int, field: Field) -> None:
    """Header, width, format, hint and drop-down of one column."""
    letter = get_column_letter(column_number)
    column = sheet.column_dimensions[letter]
    column.width = field.width
    column.number_format = "General" if field.entry.whole else "@"  # text, or Excel makes dates of ids
    column.alignment = Alignment(
        vertical="center", wrap_text=True, horizontal=_horizontal(field), indent=_indent(field)
    )
    column.font = Font(name=FONT, size=11)
    header = sheet.cell(1, column_number, field.title)
    header.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
    header.fill = PatternFill("solid", fgColor=NAVY)
    header.alignment = Alignment(
        vertical="center", wrap_text=True, horizontal=_horizontal(field), indent=_indent(field)
    )
    header.border = Border(right=Side(style="thin", color="FFFFFF"))
    hint = DataValidation(promptTitle=field.title, prompt=f"{field.hint}\n{field.limit}", showInputMessage=True)
    hint.add(f"{letter}1")
    sheet.add_data_validation(hint)
    if choice := _choice(field):
        choice.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(choice)


def _horizontal(field: Field) -> str:
    """Short answers stand in the middle."""
    return "center" if field.entry.whole or field.choices.startswith('"') else "left"


def _indent(field: Field) -> int:
    """Text keeps a little away from the line."""
    return 0 if _horizontal(field) == "center" else 1


def _choice(field: Field) -> DataValidation | None:
    """The drop-down or the range of a column."""
    words = {"errorTitle": field.title, "error": f"{field.hint} {field.limit}", "showErrorMessage": True}
    if field.entry.whole:
        least, most = map(str, field.entry.whole)
        return DataValidation(type="whole", operator="between", formula1=least, formula2=most, **words)
    if not field.choices:
        return None
    style = "warning" if field.entry.is_open else "stop"
    return DataValidation(type="list", formula1=field.choices, errorStyle=style, allow_blank=True, **words)


def _mark(sheet: Worksheet, data: DataSheet) -> None:
    """Colour what is too long, missing or an example."""
    id_letter = get_column_letter(data.position(data.table.key) + 1)
    everything = f"A2:{get_column_letter(len(data.columns))}{LAST_ROW}"
    example = f'LEFT(${id_letter}2,{len(EXAMPLE)})="{EXAMPLE}"'
    grey = Font(italic=True, color=_EXAMPLE_GREY)
    sheet.conditional_formatting.add(everything, FormulaRule([example], font=grey, stopIfTrue=True))
    for column_number, field in enumerate(data.columns, 1):
        letter = get_column_letter(column_number)
        area = f"{letter}2:{letter}{LAST_ROW}"
        limits = _id_limits(letter, data) if letter == id_letter else _limits(field, letter, id_letter)
        for formula, color in limits:
            fill = PatternFill(bgColor=color, fill_type="solid")
            sheet.conditional_formatting.add(area, FormulaRule([formula], fill=fill, stopIfTrue=True))


def _limits(field: Field, letter: str, id_letter: str) -> list[tuple[str, str]]:
    """The formulas of one column that mark a cell, and their colours, the worst first."""
    found, entry = [], field.entry
    if entry.is_open:
        found.append((f'AND({letter}2<>"",COUNTIF({field.choices[1:]},{letter}2)=0)', AMBER))
    if entry.whole:
        least, most = entry.whole
        number = f"N({letter}2)"
        whole = f"AND(ISNUMBER({letter}2),{number}>={least},{number}<={most},{number}=INT({number}))"
        found.append((f'AND({letter}2<>"",NOT({whole}))', RED))
    if entry.too_long:
        found += [(f"LEN({letter}2)>{entry.too_long}", RED), (f"LEN({letter}2)>{entry.long}", AMBER)]
    if field.needed:
        found.append((f'AND(${id_letter}2<>"",{letter}2="")', _PALE_RED))
    return found


def _id_limits(letter: str, data: DataSheet) -> list[tuple[str, str]]:
    """What marks an id: a number or a date, a character or a length that is refused, one too many or unknown."""
    wrong = f'OR(ISNUMBER({letter}2),LEN({letter}2)>100,SUMPRODUCT(--ISNUMBER(SEARCH({{"-"," "}},{letter}2)))>0)'
    match data.role:
        case Role.THING:
            misplaced = f"COUNTIF(${letter}$2:${letter}${LAST_ROW},{letter}2)>1"
        case Role.TEXT:
            misplaced = f"COUNTIF({data.parents},{letter}2)=0"
        case _:
            misplaced = "FALSE"  # what a player did may be about a thing of Game Center that does not stand here
    return [(wrong, RED), (f'AND({letter}2<>"",{misplaced})', RED)]


def _print_wide(sheet: Worksheet) -> None:
    """Print on landscape pages, as wide as the table, the headers on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
