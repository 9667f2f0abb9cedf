"""Outcomes as a frame for a notebook."""

from __future__ import annotations

import os

from gcbulk.records import Book


def read_from(book: Book) -> tuple[str, str] | None:
    """The path that rows were read from and the digest that it had, so that a report goes into no other file."""
    if book.path is None or book.digest is None:
        return None
    return os.path.realpath(book.path), book.digest
