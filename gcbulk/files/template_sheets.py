"""The sheets that people fill in: their columns, hints, drop-downs and limits.

Limits show up while people type: amber is a warning, red will be refused.

Source: the rules are those that `gcbulk.sheets` checks; the words are App Store Connect's.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.files.cell_text import lines_needed, looks_like_formula, sheet_text
from gcbulk.tables.locales import ACCEPTED

LAST_ROW = 1001
"""The last row that the drop-downs and limits reach: a thousand rows below the headers."""
EXAMPLE = "example."
"""What the ids of example rows start with; rows with such ids are never sent."""
LISTS = "Lists"
"""The hidden sheet that holds the choices of the long drop-downs."""
FONT = "Calibri"
NAVY, AMBER, RED = "17324D", "FFE7A8", "F8B4AE"

_PALE_RED = "FDECEA"
_EXAMPLE_GREY = "8A94A0"
_LINE = Side(style="thin", color="D5DBE1")


@dataclass(frozen=True, slots=True)
class Field:
    """One column that people fill in.

    Args:
        title: its header.
        width: how wide it is, in characters.
        hint: what a reader is told when the header is selected, and on the first sheet.
        limit: the same in short, for the first sheet.
        choices: where its drop-down comes from: a list in quotes or a range.
        strict: whether only the choices are taken, not others after a question.
        whole: whether it takes whole numbers from 0 to 100 only.
        amber: a longer text than this is marked as a warning.
        red: a longer text than this is marked as refused.
        needed: whether it is marked while it is empty in a row that has an id.
    """

    title: str
    width: int
    hint: str
    limit: str
    choices: str = ""
    strict: bool = True
    whole: bool = False
    amber: int = 0
    red: int = 0
    needed: bool = True


_KEY = "Achievement ID"
YES_NO = '"Yes,No"'
_LOCALES = f"={LISTS}!$A$1:$A${len(ACCEPTED)}"
_IDS = f"=Achievements!$B$2:$B${LAST_ROW}"
_ID_RULE = "Letters, digits, underscore and period; no hyphen, no space. It can never be changed later."
_IMAGE_RULE = "Optional. PNG or JPEG, 1024 x 1024 or 512 x 512 pixels."
ACHIEVEMENTS: tuple[Field, ...] = (
    Field(
        "Reference Name",
        32,
        "Your own name for the achievement. Players never see it.",
        "Required.",
    ),
    Field(
        "Achievement ID",
        34,
        f"The id that the game's code uses. {_ID_RULE}",
        "Required, unique, at most 100 characters.",
    ),
    Field(
        "Points",
        10,
        "What the achievement is worth. 0 is allowed. All achievements together may have at most 1000.",
        "A whole number from 0 to 100.",
        whole=True,
    ),
    Field(
        "Hidden",
        11,
        "Yes: players do not see it before they earn it. No: they see it from the start.",
        "Yes or No.",
        choices=YES_NO,
    ),
    Field(
        "Achievable More Than Once",
        18,
        "Yes: players can earn it again and again.",
        "Yes or No.",
        choices=YES_NO,
    ),
    Field(
        "Image",
        28,
        "The picture for all languages: its path from this workbook's folder, like art/first_win.png.",
        _IMAGE_RULE,
        needed=False,
    ),
    Field(
        "Properties",
        28,
        "What activities of the game are matched by: season=winter; tier=gold. Empty: as it is. {}: none.",
        "Optional. Pairs of key and value.",
        needed=False,
    ),
)
LOCALIZATIONS: tuple[Field, ...] = (
    Field(
        "Achievement ID",
        34,
        "The id of an achievement on the sheet Achievements. One row for each achievement and language.",
        "Required; pick it from the list.",
        choices=_IDS,
        strict=False,
    ),
    Field(
        "Locale",
        11,
        "The language, as App Store Connect writes it: en-US, es-ES, ja, it (not it-IT).",
        "Required; pick it from the list.",
        choices=_LOCALES,
        strict=False,
    ),
    Field(
        "Display Name",
        32,
        "The title that players see. App Store Connect counts from 30 characters; over 50 is refused.",
        "At most 50 characters, better 30.",
        amber=30,
        red=50,
    ),
    Field(
        "Pre-earned Description",
        52,
        "What players read before they earn it: what they have to do.",
        "At most 255 characters, better 120.",
        amber=120,
        red=255,
    ),
    Field(
        "Earned Description",
        52,
        "What players read after they earned it: what they have done.",
        "At most 255 characters, better 120.",
        amber=120,
        red=255,
    ),
    Field(
        "Image",
        28,
        "A picture for this language alone, where it differs: its path from this workbook's folder.",
        _IMAGE_RULE,
        needed=False,
    ),
)
SUBMISSIONS: tuple[Field, ...] = (
    Field(
        "Player ID",
        42,
        "The player's gamePlayerID as the game reports it: A:_ and 32 letters and digits.",
        "Required.",
    ),
    Field(
        "Achievement ID",
        34,
        "The id of an achievement that is in Game Center.",
        "Required.",
        choices=_IDS,
        strict=False,
    ),
    Field(
        "Percent",
        10,
        "How far the player is; 100 is earned. It replaces what Game Center has, also when that is more.",
        "A whole number from 0 to 100.",
        whole=True,
    ),
    Field(
        "Submitted Date",
        24,
        "When it happened, with its time zone: 2026-01-31T18:00:00Z. May be left empty.",
        "Optional.",
        needed=False,
    ),
)


def add_data_sheet(
    book: Workbook, title: str, fields: Sequence[Field], rows: Sequence[Sequence[object]], *, key: str = _KEY
) -> None:
    """Add a sheet that people fill in.

    Args:
        book: the workbook.
        title: the sheet's name.
        fields: its columns.
        rows: what stands in it already.
        key: the title of the column of ids.
    """
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.sheet_view.zoomScale = 110
    sheet.row_dimensions[1].height = 34
    for column_number, field in enumerate(fields, 1):
        _prepare_column(sheet, column_number, field)
    for number, row in enumerate(rows, 2):
        for column_number, value in enumerate(row, 1):
            put(sheet, number, column_number, value)
        # A row may end before the optional columns do.
        lines = max(lines_needed(str(value), field.width) for value, field in zip(row, fields, strict=False))
        sheet.row_dimensions[number].height = 4 + 15 * lines
    _mark(sheet, fields, key)
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


def add_lists(book: Workbook) -> None:
    """Add the hidden sheet with the choices of the long drop-downs.

    Args:
        book: the workbook.
    """
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for row, locale in enumerate(sorted(ACCEPTED, key=str.lower), 1):
        sheet.cell(row, 1, locale)


def _prepare_column(sheet: Worksheet, column_number: int, field: Field) -> None:
    """Header, width, format, hint and drop-down of one column."""
    letter = get_column_letter(column_number)
    column = sheet.column_dimensions[letter]
    column.width = field.width
    column.number_format = "General" if field.whole else "@"  # text, or Excel makes dates of ids
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
    return "center" if field.whole or field.choices == YES_NO else "left"


def _indent(field: Field) -> int:
    """Text keeps a little away from the line."""
    return 0 if _horizontal(field) == "center" else 1


def _choice(field: Field) -> DataValidation | None:
    """The drop-down or the range of a column."""
    words = {"errorTitle": field.title, "error": f"{field.hint} {field.limit}", "showErrorMessage": True}
    if field.whole:
        return DataValidation(type="whole", operator="between", formula1="0", formula2="100", **words)
    if not field.choices:
        return None
    style = "stop" if field.strict else "warning"
    return DataValidation(type="list", formula1=field.choices, errorStyle=style, allow_blank=True, **words)


def _mark(sheet: Worksheet, fields: Sequence[Field], key: str) -> None:
    """Colour what is too long, missing or an example."""
    id_letter = get_column_letter(
        next(column_number for column_number, field in enumerate(fields, 1) if field.title == key)
    )
    everything = f"A2:{get_column_letter(len(fields))}{LAST_ROW}"
    example = f'LEFT(${id_letter}2,{len(EXAMPLE)})="{EXAMPLE}"'
    grey = Font(italic=True, color=_EXAMPLE_GREY)
    sheet.conditional_formatting.add(everything, FormulaRule([example], font=grey, stopIfTrue=True))
    for column_number, field in enumerate(fields, 1):
        letter = get_column_letter(column_number)
        area = f"{letter}2:{letter}{LAST_ROW}"
        for formula, color in _limits(field, letter, id_letter, sheet.title):
            fill = PatternFill(bgColor=color, fill_type="solid")
            sheet.conditional_formatting.add(area, FormulaRule([formula], fill=fill, stopIfTrue=True))


def _limits(field: Field, letter: str, id_letter: str, sheet_title: str) -> list[tuple[str, str]]:
    """The formulas of one column that mark a cell, and their colours, the worst first."""
    if letter == id_letter:
        return _id_limits(letter, sheet_title)
    found = []
    if field.choices == _LOCALES:
        found.append((f'AND({letter}2<>"",COUNTIF({_LOCALES[1:]},{letter}2)=0)', AMBER))
    if field.whole:
        whole = f"AND(ISNUMBER({letter}2),N({letter}2)>=0,N({letter}2)<=100,N({letter}2)=INT(N({letter}2)))"
        found.append((f'AND({letter}2<>"",NOT({whole}))', RED))
    if field.amber:
        found += [(f"LEN({letter}2)>{field.red}", RED), (f"LEN({letter}2)>{field.amber}", AMBER)]
    if field.needed:
        found.append((f'AND(${id_letter}2<>"",{letter}2="")', _PALE_RED))
    return found


def _id_limits(letter: str, sheet_title: str) -> list[tuple[str, str]]:
    """What marks an id: a number or a date, a character or a length that is refused, one too many or unknown."""
    wrong = f'OR(ISNUMBER({letter}2),LEN({letter}2)>100,SUMPRODUCT(--ISNUMBER(SEARCH({{"-"," "}},{letter}2)))>0)'
    counted = {
        "Achievements": f"COUNTIF(${letter}$2:${letter}${LAST_ROW},{letter}2)>1",
        "Localizations": f"COUNTIF({_IDS[1:]},{letter}2)=0",
    }.get(sheet_title, "FALSE")  # a player's achievement may be in Game Center without standing here
    return [(wrong, RED), (f'AND({letter}2<>"",{counted})', RED)]


def _print_wide(sheet: Worksheet) -> None:
    """Print on landscape pages, as wide as the table, the headers on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
