"""What a workbook says about its sheets: which ones there are, what their numbers mean, and their cells.

Hidden sheets are read too; chart, dialog and macro sheets are not. Links to other files are never followed.

Source: ECMA-376 part 1, 18.2 (workbook), 18.8.30 (number formats); part 2, 9.3 (relationships).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

import numpy as np
import numpy.typing as npt

from gcbulk.errors import WorkbookError
from gcbulk.files.cell_notes import notes_of, percent_cells
from gcbulk.files.cells import DATE, DURATION, PERCENT, PLAIN, RangeError, ValueRules, frame
from gcbulk.files.preflight import MIB, Package, damaged
from gcbulk.files.rich_values import pictures_in_cells
from gcbulk.files.shared_strings import shared_strings
from gcbulk.files.sheet_exact import TRUE, is_struck
from gcbulk.files.sheet_scan import scan
from gcbulk.files.xml_parts import XmlError, walk
from gcbulk.files.zip_copy import part_name
from gcbulk.records import RawSheet

MAX_SHEETS = 1_000  # the largest that people have shown hold some hundred
MAX_DESCRIPTION_BYTES = 16 * MIB  # styles bloated by years of copying reach 10 MB; each element costs memory
_NAMES = frozenset({"sheet", "workbookPr", "Relationship", "numFmt", "font", "strike", "xf"})
STRICT = "http://purl.oclc.org/ooxml/"
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
_BUILT_IN_DURATIONS = frozenset({46})
_BUILT_IN_PERCENTS = frozenset({9, 10})
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\[\]]*\]', re.IGNORECASE)
_DATE_SIGN = re.compile(r"[ymdhs]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a small part: its parent's name, its own, and its attributes."""

    parent: str
    name: str
    attributes: dict[str, str]


@dataclass(slots=True)
class _Collector:
    """Collects the elements of a small part that mean something here, in the order of the document."""

    elements: list[Element] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep the element with its parent's name."""
        parent = self._path[-1] if self._path else ""
        if not self.elements or name in _NAMES:
            self.elements.append(Element(parent, name, attributes))
        self._path.append(name)

    def text(self, text: str) -> None:
        """Small parts say everything in attributes."""

    def end(self, _: str) -> None:
        """Go back to the parent."""
        self._path.pop()


def read_workbook(package: Package) -> tuple[str, tuple[RawSheet, ...]]:
    """Read every worksheet of a workbook.

    Args:
        package: the checked package.

    Returns:
        "xlsx" or "xlsm", and the sheets in the workbook's order.

    Raises:
        WorkbookError: the workbook is Strict, damaged, without worksheet, or too large for memory.
    """
    main = _main_part(package)
    elements = _elements(package, main)
    _refuse_strict(elements, package)
    related = _relations(package, main)
    listed = [element for element in elements if element.name == "sheet" and element.parent == "sheets"]
    named = [(*related.get(_relation_id(sheet), ("", "")), sheet) for sheet in listed]
    worksheets = {part: sheet for kind, part, sheet in named if kind == "worksheet"}
    _refuse_sheets(package, listed=sum(kind == "worksheet" for kind, _, _ in named), parts=len(worksheets))
    rules = _rules(package, related, elements)
    sheets = [_read_sheet(package, part, sheet, rules) for part, sheet in worksheets.items()]
    if not sheets:
        raise WorkbookError(
            f"{package.path.name} has no worksheet, only charts or macros. Use the workbook that holds the table.",
            code="no-worksheet",
        )
    macros = any(name.endswith("vbaProject.bin") for name in package.parts)
    return ("xlsm" if macros else "xlsx"), tuple(sheets)


def _refuse_sheets(package: Package, *, listed: int, parts: int) -> None:
    """Refuse more sheets than anybody has, and one part that is said to be several of them."""
    if parts < listed:
        raise damaged(package.path, "several of its sheets are one and the same part")
    if listed > MAX_SHEETS:
        raise WorkbookError(
            f"{package.path.name} has {listed:,} sheets; at most {MAX_SHEETS:,} are read. Copy the ones that "
            "matter into a new workbook.",
            code="too-many-sheets",
        )


def _elements(package: Package, part: str) -> list[Element]:
    content = package.read_xml(part)
    if len(content) > MAX_DESCRIPTION_BYTES:
        raise WorkbookError(
            f"{package.path.name}: its part {part} has {len(content):,} bytes; at most {MAX_DESCRIPTION_BYTES:,} are"
            " read. Copy the tables alone into a new workbook and use that.",
            code="unpacks-too-large",
        )
    collector = _Collector()
    try:
        walk(content, collector)
    except XmlError as error:
        raise damaged(package.path, f"its part {part} is not XML ({error})") from error
    return collector.elements


def _main_part(package: Package) -> str:
    """Find the workbook itself by the package's relations, as any reader must."""
    for kind, part in _relations(package, "").values():
        if kind == "officeDocument":
            return part
    raise damaged(package.path, "nothing in it says where the workbook is")


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return the relations of a part, by id: their kind and the part they lead to; never outside ones."""
    folder, name = dirname(part), part.rpartition("/")[2]
    relations = {}
    for element in _elements(package, join(folder, "_rels", f"{name}.rels")):
        said = element.attributes
        if element.name == "Relationship" and said.get("TargetMode") != "External":
            target = normpath(join("/", folder, part_name(said.get("Target", "")))).lstrip("/")
            relations[said.get("Id", "")] = (said.get("Type", "").rpartition("/")[2], target)
    return relations


def _relation_id(sheet: Element) -> str:
    for name, value in sheet.attributes.items():
        if name.rpartition(":")[2] == "id":
            return value
    return ""


def _refuse_strict(elements: list[Element], package: Package) -> None:
    spaces = [value for name, value in elements[0].attributes.items() if name.startswith("xmlns")]
    if any(space.startswith(STRICT) for space in spaces):
        raise WorkbookError(
            f"{package.path.name} is saved as Strict Open XML Spreadsheet. In Excel choose File > Save As > Excel"
            " Workbook (.xlsx), not the Strict one, and use that file.",
            code="strict-open-xml",
        )


def _rules(package: Package, related: dict[str, tuple[str, str]], elements: list[Element]) -> ValueRules:
    parts = {kind: part for kind, part in related.values() if part in package.parts}
    since_1904 = any(
        element.name == "workbookPr" and element.attributes.get("date1904") in TRUE for element in elements
    )
    strings, struck_strings = np.empty(0, dtype=object), np.empty(0, np.bool_)
    if "sharedStrings" in parts:
        try:
            strings, struck_strings = shared_strings(package.read_xml(parts["sharedStrings"]))
        except XmlError as error:
            raise damaged(package.path, f"its shared texts are not XML ({error})") from error
        except RangeError as error:
            raise _too_large(package, "shared texts", error) from error
    styles = _elements(package, parts["styles"]) if "styles" in parts else []
    codes = _format_codes(styles)
    return ValueRules(
        shared=strings,
        formats=_format_kinds(codes, styles),
        since_1904=since_1904,
        codes=tuple(codes.get(xf.get("numFmtId", "0"), "") for xf in _cell_formats(styles)),
        struck=_struck(styles),
        struck_strings=np.flatnonzero(struck_strings),
        pictures=pictures_in_cells(package, parts),
    )


def _cell_formats(styles: list[Element]) -> list[dict[str, str]]:
    """Return what each cell format says; one that says nothing where there is none."""
    return [element.attributes for element in styles if element.name == "xf" and element.parent == "cellXfs"] or [{}]


def _format_codes(styles: list[Element]) -> dict[str, str]:
    """Return the workbook's own number formats, by number."""
    attributes = (element.attributes for element in styles if element.name == "numFmt" and element.parent == "numFmts")
    return {said.get("numFmtId", ""): said.get("formatCode", "") for said in attributes}


def _struck(styles: list[Element]) -> npt.NDArray[np.bool_]:
    """Return of each cell format whether its font is struck through."""
    fonts: list[bool] = []
    is_cell_font = False
    for element in styles:
        if element.name == "font":
            is_cell_font = element.parent == "fonts"  # others are those of conditional formats
            fonts += [False] * is_cell_font
        elif is_cell_font and is_struck(element.name, element.parent, element.attributes):
            fonts[-1] = True
    struck = {str(number) for number, is_one in enumerate(fonts) if is_one}
    return np.array([said.get("fontId", "0") in struck for said in _cell_formats(styles)], np.bool_)


def _format_kinds(codes: dict[str, str], styles: list[Element]) -> npt.NDArray[np.int8]:
    """Return what each cell format makes of a number: `PLAIN`, `DATE`, `DURATION` or `PERCENT`."""
    built_in = ((_BUILT_IN_DATES, DATE), (_BUILT_IN_DURATIONS, DURATION), (_BUILT_IN_PERCENTS, PERCENT))
    kinds = {str(number): kind for numbers, kind in built_in for number in numbers}
    kinds.update({number: format_kind(code) for number, code in codes.items()})
    return np.array([kinds.get(said.get("numFmtId", "0"), PLAIN) for said in _cell_formats(styles)], np.int8)


def format_kind(code: str) -> int:
    """Tell what a number format makes of a number.

    Args:
        code: the format as Excel writes it, such as ``yyyy-mm-dd`` or ``[h]:mm``.

    Returns:
        `PLAIN`, `DATE`, `DURATION` or `PERCENT`.
    """
    signs = _NOT_FORMAT.sub("", code).partition(";")[0]
    if "%" in signs:
        return PERCENT
    if _ELAPSED.search(signs):
        return DURATION
    return DATE if _DATE_SIGN.search(signs) else PLAIN


def _read_sheet(package: Package, part: str, sheet: Element, rules: ValueRules) -> RawSheet:
    name = sheet.attributes.get("name", "")
    try:
        cells = scan(package.read_xml(part))
        table = frame(cells, rules)
    except RangeError as error:
        raise _too_large(package, f"sheet {name!r}", error) from error
    except XmlError as error:
        raise damaged(package.path, f"its sheet {name!r} cannot be read ({error})") from error
    hidden_rows = frozenset(row for row in cells.hidden_rows if row <= len(table))
    hidden = sheet.attributes.get("state", "visible") != "visible"
    return RawSheet(
        name=name,
        cells=table,
        hidden=hidden,
        hidden_rows=hidden_rows,
        percent=percent_cells(cells, rules, len(table)),
        notes=notes_of(cells, rules, len(table)),
    )


def _too_large(package: Package, where: str, error: RangeError) -> WorkbookError:
    return WorkbookError(
        f"{package.path.name}, {where}: {error}. Most likely something stands far outside of the table: press"
        " Ctrl+End in Excel, delete the empty rows and columns up to there, and save.",
        code="used-range-too-large",
    )
