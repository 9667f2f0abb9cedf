"""What is said to SQLite is said in a way that every Python takes."""

from __future__ import annotations

import re

from sources import named_trees, texts


def test_no_statement_numbers_its_values() -> None:
    """Values stand in the order of their question marks: Pythons 3.12.0 to 3.12.3 warn of ``?1``, as of an error."""
    numbered = {
        name
        for name, tree in named_trees().items()
        if any(re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE)\b.*\?[0-9]", text, re.DOTALL) for text in texts(tree))
    }
    assert numbered == set()
