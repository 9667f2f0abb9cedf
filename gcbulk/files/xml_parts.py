"""XML parts of a workbook: normalised, free of document type declarations, and parsed exactly.

`normalise` gives the same document as UTF-8 with plain line ends. Nothing is resolved, fetched or expanded.

Source: https://www.w3.org/TR/xml/ (2.11 line ends, 4.6 predefined entities, appendix F encodings).
"""

from __future__ import annotations

import codecs
import re
from typing import Protocol
from xml.parsers import expat

_PROLOG = re.compile(rb"(?s)(?:\s++|<\?.*?\?>|<!--.*?-->)*")
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
MAX_DEPTH = 256
"""Elements within elements; drawings, the deepest that office programs write, stay below a hundred."""


_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def escaped(text: str) -> str:
    """A text as the content of an element; ``xml.sax.saxutils`` would do it, but loads all that reads from the web."""
    return text.translate(_IN_TEXT)


def quoted(value: str) -> str:
    """A value as that of an attribute, in quotes."""
    return f'"{value.translate(_IN_ATTRIBUTE)}"'


class XmlError(ValueError):
    """A part that is not well-formed XML, or in an encoding that no office program writes."""


class TooDeepError(XmlError):
    """A part whose elements lie in each other deeper than any office program writes."""

    def __init__(self) -> None:
        super().__init__(f"elements lie in each other more than {MAX_DEPTH} deep")


class DoctypeError(XmlError):
    """A part that declares a document type, and with it could declare entities."""


class Handler(Protocol):
    """Takes the events of `walk`, with names bare of their prefixes."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element; attributes keep their prefixes."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a run of text."""


def normalise(part: bytes) -> bytes:
    """Bring a part to UTF-8 without a byte order mark, with line feeds alone, and see that it has no DTD.

    Args:
        part: the part as it was packed.

    Returns:
        The same document, which any scan below can rely on.

    Raises:
        XmlError: it is in an encoding that no office program writes.
        DoctypeError: it declares a document type.
    """
    if part.startswith(_UTF16):
        try:
            part = part.decode("utf-16").encode("utf-8")
        except UnicodeError as error:
            raise XmlError(str(error)) from error
    else:
        part = part.removeprefix(codecs.BOM_UTF8)
        declared = _DECLARED_ENCODING.match(part)
        if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii", b"utf8"):
            raise XmlError(f"written in {declared[1].decode()}, which no office program does")
    if b"\r" in part:
        part = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    prolog = _PROLOG.match(part)
    if prolog and part.startswith(b"<!", prolog.end()):
        raise DoctypeError("declares a document type")
    return part


def walk(part: bytes, handler: Handler) -> None:
    """Tell a handler every element and text of a part, exactly as XML has it.

    Args:
        part: a part that went through `normalise`.
        handler: what takes the events.

    Raises:
        XmlError: it is not well-formed, or deeper than `MAX_DEPTH`.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        """Pass on the start of an element, unless elements are nested too deep."""
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise TooDeepError
        handler.start(_bare(name), attributes)

    def end(name: str) -> None:
        """Pass on the end of an element."""
        nonlocal depth
        depth -= 1
        handler.end(_bare(name))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = handler.text
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise XmlError(str(error)) from error


def unescape(text: str) -> str:
    """Resolve the five entities and the character references that text between tags may hold.

    Args:
        text: text as it stands in the part.

    Raises:
        XmlError: it holds an ampersand that is neither.
    """
    plain, count = _REFERENCE.subn(_character, text)
    if count != text.count("&"):
        raise XmlError("an ampersand that begins no entity")
    return plain


def decode_escapes(text: str) -> str:
    """Turn Excel's ``_xHHHH_`` back into the character it stands for.

    Half a surrogate pair is left as it is written, for it is not a character.

    Args:
        text: a cell's text.
    """
    return _ESCAPE.sub(_escaped, text) if "_x" in text else text


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    number = int(match[1], 16) if match[1] else int(match[2])
    if number in (0xFFFE, 0xFFFF) or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        raise XmlError("a reference to what is not a character")
    if number < 0x20 and number not in (0x9, 0xA, 0xD):
        raise XmlError("a reference to what is not a character")
    return chr(number)


def _escaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number <= 0xDFFF else chr(number)
