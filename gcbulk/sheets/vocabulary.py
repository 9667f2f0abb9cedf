"""How word lists are written down in this room.

What comes in: the words on a line or two. What goes out: a set of them.
"""

from __future__ import annotations


def words(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of a line.

    Args:
        text: the words.
        separator: what stands between them; white space where it is left out.

    Returns:
        The set of them.
    """
    return frozenset(text.split(separator))
