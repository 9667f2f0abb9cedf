"""Which rich values of a workbook are pictures placed in cells.

To a program that does not know rich values, such a cell holds the error #VALUE!; so does a cell with a share price,
or with an error that is newer than the file format. What the cell really holds is stored in separate parts.

Source: [MS-XLSX] 2.3.6 (rich values), ECMA-376 part 1, 18.9 (metadata)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcbulk.errors import WorkbookError
from gcbulk.files.preflight import MIB, Package
from gcbulk.files.xml_parts import XmlError, walk

_LARGEST_BYTES = 16 * MIB
_PICTURES = frozenset({"_localImage", "_webimage"})
_RICH = "XLRICHVALUE"


@dataclass(slots=True)
class _Found:
    """Collects from the three parts which rich value a cell's number leads to, and what each of those is.

    Args:
        types: the names of the kinds of metadata.
        values: by a cell's number less 1: its kind of metadata, and the index among that kind's.
        rich: by the index among the metadata of rich values: the number of the value.
        structures: the names of the kinds of rich values.
        kinds: by rich value: the index of its kind.
    """

    types: list[str] = field(default_factory=list)
    values: list[tuple[int, int]] = field(default_factory=list)
    rich: list[int] = field(default_factory=list)
    structures: list[str] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _is_rich: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take what one element says."""
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "metadataType":
            self.types.append(attributes.get("name", ""))
        elif name == "futureMetadata":
            self._is_rich = attributes.get("name") == _RICH
        elif name == "rvb" and self._is_rich:
            self.rich.append(int(attributes.get("i", "0")))
        elif name == "rc" and "valueMetadata" in self._path:
            self.values.append((int(attributes.get("t", "0")), int(attributes.get("v", "0"))))
        elif name == "rv" and parent == "rvData":
            self.kinds.append(int(attributes.get("s", "0")))
        elif name == "s" and parent == "rvStructures":
            self.structures.append(attributes.get("t", ""))

    def text(self, text: str) -> None:
        """Everything is said in attributes."""

    def end(self, _: str) -> None:
        """Go back to the parent."""
        self._path.pop()

    def pictures(self) -> frozenset[int]:
        """The numbers that lead to pictures."""
        return frozenset(number for number, value in enumerate(self.values, 1) if self._leads_to(*value) in _PICTURES)

    def _leads_to(self, kind: int, index: int) -> str:
        is_rich = 0 < kind <= len(self.types) and self.types[kind - 1] == _RICH
        value = self.rich[index] if is_rich and index < len(self.rich) else len(self.kinds)
        structure = self.kinds[value] if value < len(self.kinds) else len(self.structures)
        return self.structures[structure] if structure < len(self.structures) else ""


def pictures_in_cells(package: Package, parts: Mapping[str, str]) -> frozenset[int]:
    """The numbers of rich values (a cell's attribute vm) that are pictures; nothing where that cannot be told.

    Args:
        package: the workbook.
        parts: kind of relation -> part, of the workbook's own.
    """
    names = ("sheetMetadata", "rdRichValue", "rdRichValueStructure")
    if not all(name in parts for name in names):
        return frozenset()
    pictures = _Found()
    try:
        for name in names:
            content = package.read_xml(parts[name])
            if len(content) > _LARGEST_BYTES:
                return frozenset()
            walk(content, pictures)
    except (WorkbookError, XmlError, ValueError):  # odd metadata keeps no table from being read
        return frozenset()
    return pictures.pictures()
