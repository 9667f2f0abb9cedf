"""Activity properties as the text of a cell: ``season=winter; tier=gold``.

A spreadsheet has no cell type for a map of texts to texts. Pairs are separated by semicolons or line breaks. A key or
value that contains a separator, ``=``, a quotation mark, outer blanks or an invisible character is written in quotation
marks, as a JSON string, so that every map has a text and every such text means exactly one map. An empty cell means
"not given", so the empty map is written ``{}``.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pandas as pd

from gcbulk.errors import GcbulkError
from gcbulk.records import TEXT_TYPE, Json
from gcbulk.tables.cells import WHITE_SPACE, Cells
from gcbulk.tables.coercion import as_text

NONE = "{}"
"""The text of the map without any pair, which takes away what is there."""

_NO_KEY = '""'
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PLAIN = r'[^;="\r\n]*'
_PART = rf"[ \t]*({_QUOTED}|{_PLAIN})[ \t]*"
_PAIR = re.compile(rf"{_PART}={_PART}(?:[;\r\n]|\Z)", re.DOTALL)
_SKIPPED = re.compile(r"[\s;]*")
_NEEDS_QUOTES = re.compile(r'[;="]')


class PropertiesError(GcbulkError):
    """A text that is not a map.

    Args:
        message: what is wrong with it.
        repeated: whether the only fault is a key that occurs twice.
    """

    def __init__(self, message: str, *, repeated: bool = False) -> None:
        super().__init__(message)
        self.repeated = repeated


def to_text(properties: Mapping[str, Json]) -> str:
    """Write a map as the text of a cell, its keys in order.

    Example:
        >>> to_text({"tier": "gold", "rule": "a;b", "empty": ""})
        'empty=; rule="a;b"; tier=gold'
    """
    pairs = ((_part(key) or _NO_KEY, _part(_value(value))) for key, value in sorted(properties.items()))
    return "; ".join(map("=".join, pairs)) or NONE


def from_text(text: str) -> dict[str, str]:
    """Read the map that a text holds.

    Raises:
        PropertiesError: it holds none.

    Example:
        >>> from_text('tier = gold; rule="a;b"')
        {'tier': 'gold', 'rule': 'a;b'}
    """
    if text.strip(WHITE_SPACE) == NONE:
        return {}
    properties: dict[str, str] = {}
    at = _end_of_skipped(text, 0)
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None or not pair[1].strip(WHITE_SPACE):
            raise PropertiesError(f'"{_piece(text, at)}" is not key=value')
        key, value = _meant(pair[1]), _meant(pair[2])
        if key in properties:
            raise PropertiesError(f'the key "{key}" occurs more than once', repeated=True)
        properties[key] = value
        at = _end_of_skipped(text, pair.end())
    return properties


def as_properties(cells: Cells) -> pd.Series:
    """The maps of a column, each written in one way only.

    Args:
        cells: the column.

    Returns:
        Texts; a cell that holds no map gives its own text, which no map is written as.
    """
    texts = as_text(cells)
    if not (texts != "").any():
        return texts
    written = {text: _rewritten(text) for text in texts.unique()}
    return texts.map(written).astype(TEXT_TYPE)


def fault(text: str) -> PropertiesError | None:
    """What is wrong with the text of a map; None where nothing is."""
    try:
        from_text(text)
    except PropertiesError as error:
        return error
    return None


def _rewritten(text: str) -> str:
    return text if not text or fault(text) else to_text(from_text(text))


def _value(value: Json) -> str:
    """The contract promises texts; whatever else a service sends is shown as it stands in its answer."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _part(text: str) -> str:
    bare = text.isprintable() and text.strip(WHITE_SPACE) == text.strip() == text
    return text if bare and not _NEEDS_QUOTES.search(text) else f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _meant(part: str) -> str:
    """What a key or value means, its quotation marks taken off."""
    if not part.startswith('"'):
        return part.strip(WHITE_SPACE)
    try:
        meant = json.loads(part, strict=False)
        meant.encode()
    except ValueError as error:
        raise PropertiesError(f"{part} is not a text in quotation marks as JSON writes it") from error
    return str(meant)


def _end_of_skipped(text: str, at: int) -> int:
    skipped = _SKIPPED.match(text, at)
    return skipped.end() if skipped else at


def _piece(text: str, at: int) -> str:
    """The part of a text that is at fault, as far as its next separator."""
    return re.split(r"[;\r\n]", text[at:], maxsplit=1)[0].strip()
