"""Add cell styles to a workbook without renumbering its own.

Fonts, fills, borders and formats are appended. A piece that is already there, letter for letter, is reused, so that a
second report adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcbulk.errors import WorkbookError
from gcbulk.files.xml_edit import Edit, Element, append_child, apply, insert_after, outline, set_count

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}">'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()
"""The styles part of a workbook that has none yet."""

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_DEFAULT_XF = '<{p}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
_NO_BORDER = "<{p}border><{p}left/><{p}right/><{p}top/><{p}bottom/><{p}diagonal/></{p}border>"
_DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "fonts": ('<{p}font><{p}sz val="11"/><{p}name val="Calibri"/><{p}family val="2"/></{p}font>',),
    "fills": (
        '<{p}fill><{p}patternFill patternType="none"/></{p}fill>',
        '<{p}fill><{p}patternFill patternType="gray125"/></{p}fill>',
    ),
    "borders": (_NO_BORDER,),
    "cellXfs": (_DEFAULT_XF,),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell is to look.

    Args:
        color: the text's colour, six hexadecimal digits.
        size: the text's size in points.
        bold: whether the text is bold.
        underline: whether it is underlined, as links are.
        fill: the background's colour, or "" for none.
        line: the colour of a thin line below, or "" for none.
        wrap: whether long text is broken into lines.
        text: whether the cell is formatted as text.
        quoted: whether what stands in it is text whatever it begins with.
        centered: whether it stands in the middle of the cell.
    """

    color: str = "1F2933"
    size: int = 10
    bold: bool = False
    underline: bool = False
    fill: str = ""
    line: str = ""
    wrap: bool = False
    text: bool = True
    quoted: bool = False
    centered: bool = False


def add_looks(data: bytes, looks: Mapping[str, Look]) -> tuple[bytes, dict[str, int]]:
    """Append what the looks need to a styles part.

    Args:
        data: the part's bytes.
        looks: the looks by name.

    Returns:
        The part's new bytes, and each look's number by its name.

    Raises:
        WorkbookError: the part is not as expected.
    """
    root = outline(data, "styles.xml")
    if root.namespace != MAIN or root.name != "styleSheet":
        raise WorkbookError("its styles are of an unknown kind", code="package-unexpected")
    if root.inside == root.end:  # nothing but an empty root
        data = EMPTY_STYLES
        root = outline(data, "styles.xml")
    pools = {name: _Pool.of(data, root, name) for name in _DEFAULTS}
    styled = root.first("cellStyleXfs")
    link = ' xfId="0"' if styled is not None and styled.children else ""
    numbers = {name: _number(pools, look, link) for name, look in looks.items()}
    return apply(data, [edit for pool in pools.values() for edit in pool.edits(data, root)]), numbers


@dataclass(slots=True)
class _Pool:
    """A list of the styles part: what stands in it, and what is to be appended."""

    name: str
    prefix: str
    element: Element | None
    items: list[str]
    had: int

    @classmethod
    def of(cls, data: bytes, root: Element, name: str) -> _Pool:
        """The list of a name; one that is missing starts with what Excel takes for granted."""
        element = root.first(name)
        if element is None:
            return cls(name, root.prefix, None, [item.format(p=root.prefix) for item in _DEFAULTS[name]], 0)
        items = [data[item.start : item.end].decode("utf-8", "replace") for item in element.children]
        return cls(name, element.prefix, element, items, len(items))

    def number(self, pattern: str) -> int:
        """The index of an item, which is appended unless it is there."""
        item = pattern.replace("{p}", self.prefix)
        if item not in self.items:
            self.items.append(item)
        return self.items.index(item)

    def edits(self, data: bytes, root: Element) -> list[Edit]:
        """What has to be written for the items that are new."""
        fresh = "".join(self.items[self.had :])
        if self.element is None:
            tag = f"{self.prefix}{self.name}"
            before = _ORDER[: _ORDER.index(self.name)]
            return [insert_after(root, before, f'<{tag} count="{len(self.items)}">{fresh}</{tag}>')]
        if not fresh:
            return []
        grown = set_count(data, self.element, len(self.items))
        return [*grown, append_child(data, self.element, fresh)]


def _number(pools: Mapping[str, _Pool], look: Look, link: str) -> int:
    """The number of the cell format for a look."""
    font = pools["fonts"].number(_font(look))
    fill = pools["fills"].number(_fill(look) if look.fill else _DEFAULTS["fills"][0])
    border = pools["borders"].number(_border(look) if look.line else _NO_BORDER)
    quoted = ' quotePrefix="1"' if look.quoted else ""
    wrap = ' wrapText="1"' if look.wrap else ""
    middle = ' horizontal="center"' if look.centered else ""
    return pools["cellXfs"].number(
        f'<{{p}}xf numFmtId="{49 if look.text else 0}" fontId="{font}" fillId="{fill}" borderId="{border}"{link}'
        f'{quoted} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<{{p}}alignment{middle} vertical="top"{wrap}/></{{p}}xf>'
    )


def _font(look: Look) -> str:
    bold = "<{p}b/>" if look.bold else ""
    underline = "<{p}u/>" if look.underline else ""
    return (
        f'<{{p}}font>{bold}{underline}<{{p}}sz val="{look.size}"/><{{p}}color rgb="FF{look.color}"/>'
        '<{p}name val="Calibri"/><{p}family val="2"/></{p}font>'
    )


def _fill(look: Look) -> str:
    return (
        f'<{{p}}fill><{{p}}patternFill patternType="solid"><{{p}}fgColor rgb="FF{look.fill}"/>'
        '<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
    )


def _border(look: Look) -> str:
    return (
        f'<{{p}}border><{{p}}left/><{{p}}right/><{{p}}top/><{{p}}bottom style="thin"><{{p}}color rgb="FF{look.line}"/>'
        "</{p}bottom><{p}diagonal/></{p}border>"
    )
