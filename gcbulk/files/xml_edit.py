"""Edit XML parts by inserting text at the right byte, never by rewriting them.

Everything that is not edited stays as it was, prefixes, spaces and unknown extensions included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from gcbulk.errors import WorkbookError
from gcbulk.files.xml_parts import MAX_DEPTH

_DEEPEST = 3  # root, its children and their children are all that is ever edited
_TAG_END = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class Element:
    """An element and the bytes it covers.

    Args:
        namespace: the namespace's address, "" when it has none.
        name: the name without prefix.
        prefix: what stands before the name, with its colon, or "".
        attributes: by name; those with a namespace under "namespace name".
        attribute_prefixes: prefix by namespace, of the attributes that have one.
        start: where its "<" stands.
        inside: the first byte after its start tag.
        close: where its end tag starts; equal to `inside` when it is empty.
        end: the first byte after it.
        children: the elements in it, to the second level below the root.
    """

    namespace: str
    name: str
    prefix: str
    attributes: Mapping[str, str]
    attribute_prefixes: Mapping[str, str]
    start: int
    inside: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The children of a name in this element's own namespace."""
        return [child for child in self.children if child.name == name and child.namespace == self.namespace]

    def first(self, name: str) -> Element | None:
        """The first child of a name, or None."""
        return next(iter(self.all(name)), None)


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes to stand in the place of ``data[start:end]``."""

    start: int
    end: int
    text: bytes


def outline(data: bytes, part: str) -> Element:
    """Find where the upper elements of a part begin and end.

    Args:
        data: the part's bytes, in any encoding that keeps ASCII as it is.
        part: its name, for messages.

    Returns:
        The root element.

    Raises:
        WorkbookError: it is not well-formed XML, holds a DTD, or is in UTF-16.
    """
    if b"\0" in data[:4]:
        raise _unexpected(part, "is in UTF-16")
    walker = _Walker(data, part)
    try:
        walker.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _unexpected(part, f"is not well-formed XML ({error})") from None
    return walker.root


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make the edits; those at the same position stand in the order they come in."""
    pieces, done = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [data[done : edit.start], edit.text]
        done = edit.end
    return b"".join([*pieces, data[done:]])


def append_child(data: bytes, parent: Element, text: str) -> Edit:
    """Put a text at the end of an element, opening it when it was empty."""
    if data[parent.inside - 2 : parent.inside] != b"/>":
        return Edit(parent.close, parent.close, ascii_bytes(text))
    return Edit(parent.inside - 2, parent.inside, ascii_bytes(f">{text}</{parent.prefix}{parent.name}>"))


def set_count(data: bytes, element: Element, count: int) -> list[Edit]:
    """Fix the ``count`` of a list that grew, if it says one."""
    match = re.search(rb"""\scount\s*=\s*["']([^"']*)["']""", data[element.start : element.inside])
    if match is None:
        return []
    start, end = (element.start + position for position in match.span(1))
    return [Edit(start, end, b"%d" % count)]


def insert_after(root: Element, names: Sequence[str], text: str) -> Edit:
    """Put a text after the last child that has one of the names, or first in the root."""
    position = max((child.end for name in names for child in root.all(name)), default=root.inside)
    return Edit(position, position, ascii_bytes(text))


def ascii_bytes(text: str) -> bytes:
    """XML text as bytes that are right in every encoding that keeps ASCII as it is."""
    return text.encode("ascii", "xmlcharrefreplace")


class _Walker:
    """Collects elements while expat goes through a part."""

    def __init__(self, data: bytes, part: str) -> None:
        self.data, self.part = data, part
        self.open: list[Element] = []
        self.depth = 0
        self.root: Element
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.namespace_prefixes = True
        self.parser.StartElementHandler = self.on_start
        self.parser.EndElementHandler = self.on_end
        self.parser.StartDoctypeDeclHandler = self.on_doctype

    def on_start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note an element, unless it is too deep to matter."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _unexpected(self.part, f"holds elements that lie in each other more than {MAX_DEPTH} deep")
        if self.depth > _DEEPEST:
            return
        element = self.element(name, attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def element(self, name: str, attributes: Mapping[str, str]) -> Element:
        """The element that starts at the parser's position."""
        start = self.parser.CurrentByteIndex
        tag = _TAG_END.match(self.data, start)
        if tag is None:  # pragma: no cover - expat has just read this very tag
            raise _unexpected(self.part, "cannot be followed")
        namespace, local, prefix = _names(name)
        split = {key: _names(key) for key in attributes}
        plain = {f"{space} {key}".strip(): attributes[full] for full, (space, key, _) in split.items()}
        prefixes = {space: mark for space, _, mark in split.values() if mark}
        return Element(namespace, local, prefix, plain, prefixes, start, tag.end())

    def on_end(self, _name: str) -> None:
        """Note where an element ends."""
        self.depth -= 1
        if self.depth >= _DEEPEST:
            return
        element = self.open.pop()
        if self.data[element.inside - 2 : element.inside] == b"/>":
            element.close = element.end = element.inside
            return
        element.close = self.parser.CurrentByteIndex
        element.end = self.data.index(b">", element.close) + 1

    def on_doctype(self, *_: object) -> None:
        """Refuse a DTD: no workbook has one, and it can make a parser work for ever."""
        raise _unexpected(self.part, "holds a DTD")


def _names(full: str) -> tuple[str, str, str]:
    """Namespace, name and prefix (with colon) of a name as expat gives it."""
    parts = full.split(" ")
    if len(parts) == 1:
        return "", full, ""
    return parts[0], parts[1], f"{parts[2]}:" if len(parts) > 2 else ""


def _unexpected(part: str, reason: str) -> WorkbookError:
    """The refusal to edit a part that is not as expected."""
    return WorkbookError(f"its part {part} {reason}", code="package-unexpected")
