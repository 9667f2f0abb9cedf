"""Fixtures of the tests of this room: sheets, books, and short ways to look at what a check says of them."""

from books import book, checked, said, sheet

__all__ = ["book", "checked", "said", "sheet"]
