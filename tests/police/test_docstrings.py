"""Docstrings of the package: modules say what they are for, and every public name has a promise."""

from __future__ import annotations

import ast

import pytest
from sources import named_trees

LISTS = ("What comes in", "What goes out")


def undocumented(tree: ast.Module) -> list[str]:
    """The public classes and functions without a docstring, wherever they are defined."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def test_modules_do_not_list_what_signatures_say() -> None:
    """No module docstring lists what comes in and what goes out: signatures do, and readers need the reasons."""
    docs = {name: ast.get_docstring(tree) or "" for name, tree in named_trees().items()}
    assert [name for name, doc in docs.items() if any(words in doc for words in LISTS)] == []


def test_public_names_are_documented() -> None:
    """Every public name has a docstring, also within functions and private classes, where ruff does not look."""
    assert {name: names for name, tree in named_trees().items() if (names := undocumented(tree))} == {}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('def f() -> None:\n    """Do it."""', []),
        ('def f() -> None:\n    """Do it."""\n    def g() -> None: ...', ["g"]),
        ("class _C:\n    def m(self) -> None: ...\n    def _n(self) -> None: ...", ["m"]),
    ],
)
def test_what_is_undocumented(code: str, names: list[str]) -> None:
    """Nested functions and the methods of private classes count, private names do not."""
    assert undocumented(ast.parse(code)) == names
