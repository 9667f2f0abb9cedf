"""Text made safe for a cell: valid, visible, within Excel's limits and never a formula.

Harmless text is left as it is. Control characters and lone surrogates become visible escapes, and text that is too
long for a cell ends in "(cut)".
"""

from __future__ import annotations

import math
import re

CELL_LIMIT = 32_767
"""How much text a cell of Excel holds, in UTF-16 units."""
CUT = "… (cut)"
"""What ends a text that a cell could not hold."""

_WIDE = "\u2e80"  # where the characters of East Asia begin
_LETTERS_PER_DIGIT = 1.2  # widths are measured in digits, and letters are narrower
_INVISIBLE = re.compile(r"\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Some programs trim what nobody sees, and take East Asia's wide signs for the narrow ones, before they look.
_FORMULA = re.compile(r"[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")
# Excel reads a CSV by the separator of its language, and a quotation mark within a cell means nothing to it then:
# whatever one reader takes for a separator or a line end begins a cell of its own.
_FORMULA_BEHIND = re.compile(r"(?<=[;|\t\n])(?=[\s\"\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])")
_SPECIAL = re.compile(
    r"^[=+\-@＝＋－＠\s\u200b-\u200f\u2060\ufeff]|[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x|\s\Z"
)
_EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def is_plain(text: str) -> bool:
    """Whether a text may stand in a cell as it is: nothing to escape, to cut or to quote; the quick way out."""
    return len(text) <= CELL_LIMIT // 2 and not _SPECIAL.search(text)


def visible(text: str) -> str:
    r"""Write what no cell can hold as an escape that people can see, e.g. ``\x00`` or ``\ud800``."""
    return _INVISIBLE.sub(_escape, text) if _INVISIBLE.search(text) else text


def fitted(text: str) -> str:
    """Cut a text to what a cell of Excel holds, with `CUT` as its end where something is missing."""
    if len(text) <= CELL_LIMIT // 2:  # even if each took two units
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * CELL_LIMIT:
        return text
    return units[: 2 * (CELL_LIMIT - len(CUT))].decode("utf-16-le", "ignore") + CUT


def fits(text: str) -> bool:
    """Whether a cell of Excel holds the whole text."""
    return fitted(text) is text


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program could take the text for a formula when it is typed or read from a CSV."""
    return _FORMULA.match(text) is not None


def csv_text(text: str) -> str:
    """A text for a CSV: visible, with an apostrophe before what some reader could take for a formula.

    Example:
        >>> csv_text("=1+1"), csv_text("x;=1+1"), csv_text("a = b; c")
        ("'=1+1", "x;'=1+1", 'a = b; c')
    """
    quoted = f"'{text}" if looks_like_formula(text) else text
    return visible(_FORMULA_BEHIND.sub("'", quoted))


def sheet_text(text: str) -> str:
    """A text for a cell of a sheet: visible, fitted, and with nothing in it that Excel reads as an escape."""
    return _EXCEL_ESCAPE.sub("_x005F_", fitted(visible(text)))


def xml_text(text: str) -> str:
    """A text for a cell, as XML."""
    return sheet_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes in a column, roughly; not every reader works that out for itself.

    Characters of East Asia are counted as the two that they are wide.
    """
    room = width * _LETTERS_PER_DIGIT
    return sum(math.ceil(max(len(line) + sum(map(_WIDE.__lt__, line)), 1) / room) for line in text.split("\n"))


def _escape(match: re.Match[str]) -> str:
    """The escape for one character; a Windows line end is a plain one."""
    character = match.group()
    if character == "\r\n":
        return "\n"
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
