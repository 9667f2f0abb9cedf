"""Word lists as they are written in this room, and the form in which texts are compared with them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def words(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of a line.

    Args:
        text: the words.
        separator: what stands between them; white space where it is left out.

    Returns:
        The set of them.
    """
    return frozenset(text.split(separator))


@lru_cache(maxsize=1 << 14)  # the top of a sheet is looked through for several kinds of table
def letters(text: str) -> str:
    """A text without anything that people write differently: only letters and digits, in lower case.

    Args:
        text: a header, the name of a sheet or of a language.

    Returns:
        The letters and digits; ``Vendor_Identifier*`` and ``vendorIdentifier`` give the same.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded))


def with_article(noun: str) -> str:
    """A noun as a sentence needs it: "an achievement", "a localization"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
