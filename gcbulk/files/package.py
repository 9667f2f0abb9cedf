"""The parts of a workbook's package, and what must change in its index parts to add one sheet.

Nothing is written here. Anything unexpected is refused with a reason: a workbook is never damaged on a guess.

Source: ECMA-376, Open Packaging Conventions and SpreadsheetML.
"""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from zipfile import ZipFile, ZipInfo

from gcbulk.errors import WorkbookError
from gcbulk.files.report_known import is_report
from gcbulk.files.style_edit import EMPTY_STYLES, MAIN, Look, add_looks
from gcbulk.files.xml_edit import Edit, Element, append_child, apply, insert_after, outline
from gcbulk.files.xml_parts import escaped, quoted
from gcbulk.files.zip_copy import part_name

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SIGNATURE = "/digital-signature/origin"
_LARGEST_INDEX_BYTES = 64 << 20
_FILTER_NAME = "_xlnm._FilterDatabase"


@dataclass(frozen=True, slots=True)
class Insertion:
    """What one more sheet changes in a package.

    Args:
        name: the sheet's name.
        part: the part that the sheet is to be written to.
        changed: the new bytes of the parts that change, and of those that are new.
        dropped: parts that must not be there any more.
        looks: the number of each look.
        selected: whether the sheet is the one that the workbook opens with.
        sheets: the names of the workbook's sheets.
    """

    name: str
    part: str
    changed: Mapping[str, bytes]
    dropped: frozenset[str]
    looks: Mapping[str, int]
    selected: bool
    sheets: frozenset[str]


def insert_sheet(archive: ZipFile, name: str, *, area: str, looks: Mapping[str, Look]) -> Insertion:
    """Work out how a report's sheet comes into a workbook, in the place of an earlier report of its name.

    Args:
        archive: the workbook.
        name: the sheet's name, told apart from others as Excel does, without regard to case. Where a sheet of this name
            is not a report it is the user's, and a number is added.
        area: the filtered range, e.g. ``$A$8:$L$90``.
        looks: the looks that the sheet needs, by name.

    Raises:
        WorkbookError: the package is not as expected, signed, or its structure is protected.
    """
    package = _Package(archive)
    name, number, old = package.find_report(name)
    part, dropped = package.replace(old) if old is not None else (package.add_sheet(name), frozenset[str]())
    numbers = package.style(looks)
    package.filter(number, old.attributes["name"] if old is not None else name, area)
    sheets = frozenset(sheet.attributes["name"] for sheet in package.sheets)
    return Insertion(name, part, package.changed(), dropped, numbers, package.opens_with(number), sheets)


class _Index:
    """One part that is edited: its bytes, its outline and the edits so far."""

    def __init__(self, part: str, data: bytes, namespace: str) -> None:
        self.part, self.data = part, data
        self.root = outline(data, part)
        self.edits: list[Edit] = []
        if self.root.namespace != namespace:
            raise _unexpected(f"its part {part} is of an unknown kind")

    def append(self, parent: Element, text: str) -> None:
        """Put a text at the end of an element."""
        self.edits.append(append_child(self.data, parent, text))


class _Package:
    """The index parts of a workbook while a sheet is worked in."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.members = {part_name(info.filename).lower(): info for info in archive.infolist()}
        self.names = {name: part_name(info.filename) for name, info in self.members.items()}
        if len(self.names) != len(archive.infolist()):
            raise _unexpected("it holds two parts of the same name")
        self.types = self.index(CONTENT_TYPES, _TYPES)
        self.workbook = self.index(self.main_part(), MAIN)
        folder, name = posixpath.split(self.workbook.part)
        self.relations = self.index(f"{folder}/_rels/{name}.rels".lstrip("/"), _RELATIONS)
        sheets = self.workbook.root.first("sheets")
        if sheets is None:
            raise _unexpected("it has no list of sheets")
        self.sheet_list = sheets
        self.sheets = sheets.all("sheet")
        self.ids = {relation.attributes.get("Id", "").lower() for relation in self.relations.root.children}
        self.fresh: dict[str, bytes] = {}

    # reading ---------------------------------------------------------------------------------------------

    def index(self, part: str, namespace: str) -> _Index:
        """Read a part that may have to be edited."""
        return _Index(self.named(part), self.read(part), namespace)

    def named(self, part: str) -> str:
        """A part's name as the archive spells it."""
        name = self.names.get(part.lower())
        if name is None:
            raise _unexpected(f"its part {part} is missing")
        return name

    def member(self, part: str) -> ZipInfo:
        """A part as the archive lists it, whose own name may be spelt with backslashes."""
        return self.members[self.named(part).lower()]

    def read(self, part: str) -> bytes:
        """The bytes of a part."""
        info = self.member(part)
        if info.file_size > _LARGEST_INDEX_BYTES:
            raise _unexpected(f"its part {part} is too large")
        return self.archive.read(info)

    def main_part(self) -> str:
        """The workbook part, as the package's own relations say; a signed package is refused."""
        relations = self.index("_rels/.rels", _RELATIONS).root.children
        if any(relation.attributes.get("Type", "").endswith(_SIGNATURE) for relation in relations):
            raise _unexpected("it is digitally signed, and a new sheet would break the signature")
        return self.target("", relations, "officeDocument")

    def target(self, base: str, relations: list[Element], kind: str) -> str:
        """The part that the first relation of a kind leads to."""
        for relation in relations:
            if relation.attributes.get("Type") == f"{OFFICE}/{kind}":
                return _resolve(base, relation)
        raise _unexpected(f"it names no {kind} part")

    def find_sheet(self, name: str) -> tuple[int, Element | None]:
        """A sheet's place in the list and its entry; the next free place when there is none."""
        for number, sheet in enumerate(self.sheets):
            if sheet.attributes["name"].lower() == name.lower():
                return number, sheet
        return len(self.sheets), None

    def find_report(self, name: str) -> tuple[str, int, Element | None]:
        """The first name, with a number behind it if need be, that no sheet of the user's has; its place and entry."""
        for count in itertools.count(1):
            numbered = name if count == 1 else f"{name} {count}"
            number, sheet = self.find_sheet(numbered)
            if sheet is None or self.is_report(sheet):
                return numbered, number, sheet
        raise AssertionError("numbers never run out")

    def is_report(self, sheet: Element) -> bool:
        """Whether a sheet of the list is a report of ours."""
        relation = self.relation_of(sheet)
        if relation.attributes.get("Type") != f"{OFFICE}/worksheet":
            return False
        related = self.relations.root.children
        shared = [item for item in related if item.attributes.get("Type") == f"{OFFICE}/sharedStrings"]
        texts = self.member(_resolve(self.workbook.part, shared[0])).filename if shared else None
        return is_report(self.archive, self.member(_resolve(self.workbook.part, relation)).filename, texts)

    def relation_of(self, sheet: Element) -> Element:
        """The relation of a sheet of the list."""
        wanted = sheet.attributes.get(f"{OFFICE} id")
        for relation in self.relations.root.children:
            if relation.attributes.get("Id") == wanted:
                return relation
        raise _unexpected(f"its sheet {sheet.attributes['name']} leads nowhere")

    def opens_with(self, number: int) -> bool:
        """Whether one of the workbook's windows shows the sheet first."""
        views = self.workbook.root.first("bookViews")
        shown = {view.attributes.get("activeTab", "0") for view in views.all("workbookView")} if views else {"0"}
        return str(number) in shown

    # editing ---------------------------------------------------------------------------------------------

    def replace(self, sheet: Element) -> tuple[str, frozenset[str]]:
        """The part of the sheet that is written anew, and the parts that go with its old content."""
        relation = self.relation_of(sheet)
        part = self.named(_resolve(self.workbook.part, relation))
        folder, name = posixpath.split(part)
        links = self.names.get(f"{folder}/_rels/{name}.rels".lower())
        dropped = {links} if links else set()
        return part, frozenset(dropped | self.drop_calculation(sheet.attributes.get("sheetId", "")))

    def drop_calculation(self, sheet_id: str) -> set[str]:
        """Take the calculation chain away if it names cells of the old sheet; Excel makes it anew."""
        for relation in self.relations.root.children:
            if relation.attributes.get("Type") == f"{OFFICE}/calcChain":
                part = self.named(_resolve(self.workbook.part, relation))
                cells = outline(self.read(part), part).children
                if all(cell.attributes.get("i") != sheet_id for cell in cells):
                    return set()
                self.relations.edits.append(Edit(relation.start, relation.end, b""))
                self.types.edits += [Edit(entry.start, entry.end, b"") for entry in self.type_entries(part)]
                return {part}
        return set()

    def add_sheet(self, name: str) -> str:
        """Enter a new sheet at the end of the list; the name of its part."""
        protection = self.workbook.root.first("workbookProtection")
        if protection is not None and protection.attributes.get("lockStructure") in ("1", "true"):
            raise _unexpected("its structure is protected, so no sheet can be added")
        folder = posixpath.dirname(self.workbook.part)
        part = self.free_part(posixpath.join(folder, "worksheets"))
        relation = self.relate(part, "worksheet", SHEET_TYPE)
        sheet_id = 1 + max((int(sheet.attributes["sheetId"]) for sheet in self.sheets), default=0)
        mark = self.relation_prefix()
        tag = f"{self.sheet_list.prefix}sheet"
        entry = f'<{tag} name={quoted(name)} sheetId="{sheet_id}" {mark}="{relation}"/>'
        self.workbook.append(self.sheet_list, entry)
        return part

    def relation_prefix(self) -> str:
        """How this workbook spells ``r:id``."""
        for sheet in self.sheets:
            if prefix := sheet.attribute_prefixes.get(OFFICE):
                return f"{prefix}id"
        return f'xmlns:r="{OFFICE}" r:id'

    def relate(self, part: str, kind: str, content_type: str) -> str:
        """Relate the workbook to a new part and say its type; the relation's id."""
        number = len(self.ids) + 1
        while f"rid{number}" in self.ids:
            number += 1
        self.ids.add(f"rid{number}")
        tag, entry = f"{self.relations.root.prefix}Relationship", f"{self.types.root.prefix}Override"
        self.relations.append(
            self.relations.root, f'<{tag} Id="rId{number}" Type="{OFFICE}/{kind}" Target={quoted(f"/{part}")}/>'
        )
        self.types.append(
            self.types.root, f"<{entry} PartName={quoted(f'/{part}')} ContentType={quoted(content_type)}/>"
        )
        return f"rId{number}"

    def free_part(self, folder: str) -> str:
        """A name for a sheet's part that nothing has."""
        number = len(self.sheets) + 1
        while f"{folder}/sheet{number}.xml".lower() in self.names:
            number += 1
        return f"{folder}/sheet{number}.xml"

    def type_entries(self, part: str) -> list[Element]:
        """The entries that say a part's type."""
        wanted = f"/{part}".lower()
        return [
            entry
            for entry in self.types.root.children
            if part_name(entry.attributes.get("PartName", "")).lower() == wanted
        ]

    def style(self, looks: Mapping[str, Look]) -> dict[str, int]:
        """Bring the looks into the workbook's styles, which it gets if it has none."""
        related = [item for item in self.relations.root.children if item.attributes.get("Type") == f"{OFFICE}/styles"]
        if related:
            part = self.named(_resolve(self.workbook.part, related[0]))
            self.fresh[part], numbers = add_looks(self.read(part), looks)
            return numbers
        part = posixpath.join(posixpath.dirname(self.workbook.part), "styles.xml")  # openpyxl knows no other name
        if part.lower() in self.names:
            raise _unexpected("it has styles that it does not relate to")
        self.relate(part, "styles", STYLES_TYPE)
        self.fresh[part], numbers = add_looks(EMPTY_STYLES, looks)
        return numbers

    def filter(self, number: int, name: str, area: str) -> None:
        """Name the filtered range, as Excel itself does for each sheet with a filter."""
        root = self.workbook.root
        tag = f"{root.prefix}definedName"
        sheet = "'" + name.replace("'", "''") + "'"
        text = escaped(f"{sheet}!{area}")
        entry = f'<{tag} name="{_FILTER_NAME}" localSheetId="{number}" hidden="1">{text}</{tag}>'
        names = root.first("definedNames")
        if names is None:
            before = ("sheets", "functionGroups", "externalReferences")
            # The list of sheets may be opened at this very byte, so this edit has to come after that one.
            group = f"{root.prefix}definedNames"
            self.workbook.edits.append(insert_after(root, before, f"<{group}>{entry}</{group}>"))
            return
        for old in names.all("definedName"):
            if (old.attributes.get("name"), old.attributes.get("localSheetId")) == (_FILTER_NAME, str(number)):
                self.workbook.edits.append(Edit(old.start, old.end, entry.encode("ascii", "xmlcharrefreplace")))
                return
        self.workbook.append(names, entry)

    def changed(self) -> dict[str, bytes]:
        """The new bytes of every part that changes."""
        indexes = (self.types, self.workbook, self.relations)
        edited = {index.part: apply(index.data, index.edits) for index in indexes if index.edits}
        return edited | self.fresh


def _resolve(base: str, relation: Element) -> str:
    """The part that a relation leads to."""
    if relation.attributes.get("TargetMode") == "External":
        raise _unexpected("one of its own parts is said to be outside of it")
    target = part_name(relation.attributes.get("Target", ""))
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target)).lstrip("/")


def _unexpected(reason: str) -> WorkbookError:
    """The refusal to work on a package that is not as expected."""
    return WorkbookError(reason, code="package-unexpected")
