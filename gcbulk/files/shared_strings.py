"""The shared strings of a workbook: the texts that its cells refer to by number.

Plain strings are extracted all at once; formatted ones, and any part in an unusual form, go through an XML parser.

Source: ECMA-376 part 1, 18.4.9 (shared string table), 18.4.4 (rich text), 18.4.6 (phonetic run, not a part of it).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gcbulk.files.cells import refuse_more_cells, text_objects
from gcbulk.files.sheet_exact import is_struck
from gcbulk.files.xml_parts import unescape, walk
from gcbulk.files.xml_tokens import DeclarationError, NotSureError, Tags, blocks, change_where, tags

Strings: TypeAlias = tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]
"""The strings, and of which of them a part is struck through."""

_NO_STRINGS: Strings = (np.empty(0, dtype=object), np.empty(0, dtype=np.bool_))


def shared_strings(part: bytes) -> Strings:
    """Return a workbook's shared strings, in order, None where one is empty; and which are partly struck through.

    Args:
        part: the part after `xml_parts.normalise`.

    Raises:
        XmlError: it is not well-formed.
        RangeError: there are more than a workbook may have cells.
    """
    opening, end = part.find(b"<sst"), part.rfind(b"</sst>")
    begin = part.find(b">", opening) + 1
    if opening < 0 or not 0 < begin <= end or part[begin - 2] == ord("/") or b"<!" in part[:begin]:
        return _exact(part)
    refuse_more_cells(part.count(b"<si"))
    found = [_NO_STRINGS]
    for block in blocks(part, begin, end, b"<si"):
        try:
            found.append(_scan(tags(block)))
        except DeclarationError:
            return _exact(part)
        except NotSureError:
            found.append(_exact(b"<sst>" + block + b"</sst>"))
    strings, struck = zip(*found, strict=True)
    return np.concatenate(strings), np.concatenate(struck)


def _scan(block_tags: Tags) -> Strings:
    """Pick the strings that are one plain text each, and read the others one by one."""
    array, start = block_tags.array, block_tags.start
    first, second = array[start + 1], array[start + 2]
    begins = np.flatnonzero((first == ord("s")) & (second == ord("i")) & (block_tags.end == start + 3))
    ends = np.flatnonzero((first == ord("/")) & (second == ord("s")) & (block_tags.end == start + 4))
    if len(begins) != len(ends) or len(begins) == 0 or begins[0] != 0 or ends[-1] != len(start) - 1:
        raise NotSureError("strings in some other form")
    if bool((ends <= begins).any()) or bool((begins[1:] != ends[:-1] + 1).any()):
        raise NotSureError("strings inside of strings")
    text_at = begins + 1
    is_text = (first[text_at] == ord("t")) & np.isin(second[text_at], [ord(">"), ord(" ")])
    bare = (block_tags.after[begins] == block_tags.end[begins] + 1) & (
        block_tags.after[ends] == block_tags.end[ends] + 1
    )
    plain = is_text & (ends - begins == 3) & ~block_tags.closed[text_at] & bare
    plain &= block_tags.after[text_at + 1] == block_tags.end[text_at + 1] + 1
    strings = np.empty(len(begins), dtype=object)
    chosen = text_at[plain]
    strings[plain] = text_objects(
        change_where(block_tags.pick(block_tags.end[chosen] + 1, block_tags.after[chosen]), "&", unescape)
    )
    others = b"".join(
        block_tags.text[start[begins[index]] : block_tags.after[ends[index]]] for index in np.flatnonzero(~plain)
    )
    struck = np.zeros(len(begins), np.bool_)
    strings[~plain], struck[~plain] = _exact(b"<sst>" + others + b"</sst>")
    return strings, struck


def _exact(part: bytes) -> Strings:
    reader = _Reader()
    walk(part, reader)
    return text_objects(pa.array(reader.strings, pa.string())), np.array(reader.struck, np.bool_)


class _Reader:
    """Collects the strings from the events of the part."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.struck: list[bool] = []
        self._is_struck = False
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a string, or go deeper into it."""
        self._is_struck |= is_struck(name, self._path[-1] if self._path else "", attributes)
        self._path.append(name)
        if self._path[1:] == ["si"]:
            self._text, self._is_struck = [], False

    def text(self, text: str) -> None:
        """Keep the text of a string and of its runs, not of its reading aids."""
        if self._path[1:] in (["si", "t"], ["si", "r", "t"]):
            self._text.append(text)

    def end(self, _: str) -> None:
        """Keep a string that is complete."""
        if self._path[1:] == ["si"]:
            self.strings.append("".join(self._text))
            self.struck.append(self._is_struck)
            refuse_more_cells(len(self.strings))
        self._path.pop()
