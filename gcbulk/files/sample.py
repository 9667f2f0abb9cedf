"""The sample workbook of the demo: a filled-in template with an extra sheet of the team's own.

Some rows are good, others are wrong in different ways. The extra sheet has formulas and a chart, to show that writing
the report leaves everything else alone.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from gcbulk.files.data_sheets import Content, Row
from gcbulk.files.finished_book import Values
from gcbulk.files.sample_rows import CHAPTERS, GOOD, PREFIX, WRONG_TEXTS, WRONG_THINGS, Sample, Text
from gcbulk.files.template import write_template
from gcbulk.files.template_sheets import FONT, NAVY

_TITLE = "Overview"
_TABLE = f"Achievements!$C$2:$C${len(GOOD) + 1}"


def write_sample(path: Path) -> Path:
    """Write the sample workbook.

    Args:
        path: where to; a file that is there is replaced.

    Returns:
        The path.

    Raises:
        OSError: it cannot be written there.
    """
    return write_template(path, sample_content(), extra=_add_overview)


def sample_content() -> Content:
    """The rows of the sample: the good ones, then the wrong ones.

    Returns:
        What stands in its sheets.
    """
    good = [(_title(one), f"{PREFIX}{one.identifier}", one.points, one.hidden, one.repeatable) for one in GOOD]
    texts = [row for one in GOOD for row in _texts(one)]
    return Content({"achievements": (*good, *WRONG_THINGS), "localizations": (*texts, *WRONG_TEXTS)})


def _title(sample: Sample) -> str:
    """The reference name: chapter and title."""
    return f"{sample.chapter} - {sample.en[0]}"


def _texts(sample: Sample) -> list[Row]:
    """The localizations of one achievement."""
    languages: tuple[tuple[str, Text], ...] = (("en-US", sample.en), ("es-ES", sample.es), ("ja", sample.ja))
    return [(f"{PREFIX}{sample.identifier}", locale, *text) for locale, text in languages]


def _add_overview(book: Workbook) -> Values:
    """Add the team's own sheet; the values of its formulas."""
    sheet = book.create_sheet(_TITLE)
    sheet.sheet_view.showGridLines = False
    for letter, width in {"A": 18, "B": 16, "C": 12}.items():
        sheet.column_dimensions[letter].width = width
    sheet["A1"].value = "Lanternfell: how the points are spread"
    sheet["A1"].font = Font(name=FONT, size=16, bold=True, color=NAVY)
    for letter, title in {"A": "Chapter", "B": "How many", "C": "Worth"}.items():
        sheet[f"{letter}3"].value = title
        sheet[f"{letter}3"].font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
        sheet[f"{letter}3"].fill = PatternFill("solid", fgColor=NAVY)
        sheet[f"{letter}3"].alignment = Alignment(horizontal="left" if letter == "A" else "center")
    values = _fill_overview(sheet)
    _add_chart(sheet)
    return {_TITLE: values}


def _fill_overview(sheet: Worksheet) -> dict[str, int | str]:
    """A row of formulas for each chapter; the values they have."""
    values: dict[str, int | str] = {}
    names = _TABLE.replace("$C", "$A")
    for row, chapter in enumerate(CHAPTERS, 4):
        sheet[f"A{row}"].value = chapter
        sheet[f"B{row}"].value = f'=COUNTIF({names},A{row}&" - *")'
        sheet[f"C{row}"].value = f'=SUMIF({names},A{row}&" - *",{_TABLE})'
        mine = [one.points for one in GOOD if one.chapter == chapter]
        values |= {f"B{row}": len(mine), f"C{row}": sum(mine)}
        for letter in "BC":
            sheet[f"{letter}{row}"].alignment = Alignment(horizontal="center")
    return values


def _add_chart(sheet: Worksheet) -> None:
    """The chart beside the table."""
    last = 3 + len(CHAPTERS)
    chart = BarChart()
    chart.title = "Points by chapter"
    chart.legend = None
    chart.height, chart.width, chart.gapWidth = 8, 16, 60
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.add_data(Reference(sheet, min_col=3, min_row=3, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=last))
    chart.series[0].graphicalProperties.solidFill = "2F6DB5"
    sheet.add_chart(chart, "E3")
