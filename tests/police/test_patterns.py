"""A pattern means one thing: who reads it is seen where it stands, and does not hang on the version of pandas."""

from __future__ import annotations

import ast
import re
from typing import TypeGuard

import pytest
from sources import named_trees

BY_PATTERN = {
    *("contains", "count", "extract", "extractall", "findall", "fullmatch", "match", "replace", "rsplit", "split"),
}
CLASS = re.compile(r"(?<!\\)(?:\\\\)*\\[sSwWdDbB]")
"""White space, letters, digits and where words end: all of Unicode's to Python, ASCII's alone to Arrow."""


def asks_re(node: ast.AST) -> bool:
    """Whether a call is one of Python's `re`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re"


def asks_str(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether this is a call that asks the texts of a column for a pattern by ``.str``."""
    asked = node.func if isinstance(node, ast.Call) else None
    return isinstance(asked, ast.Attribute) and asked.attr in BY_PATTERN and ast.unparse(asked.value).endswith(".str")


def has_class(node: ast.AST) -> bool:
    """Whether this is a text that holds a class of characters."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str | bytes):
        return False
    return bool(CLASS.search(node.value if isinstance(node.value, str) else node.value.decode("latin-1")))


def unclear(tree: ast.Module) -> list[int]:
    """Give the lines with a class of characters that may be read by anything but `re`, as it stands or by a name."""
    clear = {one for call in ast.walk(tree) if asks_re(call) for one in ast.walk(call)}
    clear |= {one.value for one in ast.walk(tree) if isinstance(one, ast.Expr)}  # what is only said
    read = {one: one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = {one.id for one in node.targets if isinstance(one, ast.Name)}
            if {one for one, name in read.items() if name in names} <= clear:
                clear.add(node.value)
    return [one.lineno for one in ast.walk(tree) if has_class(one) and isinstance(one, ast.expr) and one not in clear]


def test_columns_are_searched_by_arrow() -> None:
    """No column is asked for a pattern by ``.str``, which leaves it to `re` or to Arrow, as pandas has it."""
    found = [f"{name}:{one.lineno}" for name, tree in named_trees().items() for one in ast.walk(tree) if asks_str(one)]
    assert not found, "use tables.cells.having, or pyarrow.compute"


def test_arrow_is_told_each_character() -> None:
    r"""``\s``, ``\w``, ``\d`` and ``\b`` stand in calls of `re` alone; other patterns say what they mean."""
    found = [f"{name}:{line}" for name, tree in named_trees().items() for line in unclear(tree)]
    assert not found, "spell it out: tables.cells.SPACE, [0-9], [A-Za-z0-9_]"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (r'found = pc.match_substring_regex(texts, r"\s")', [1]),
        (r'A = re.compile(r"\s")', []),
        ('A = "\\\\s+"\nB = re.compile(rf"^{A}$")', []),
        ('A = "\\\\s+"\nB = re.compile(A)\nC = having(texts, A)', [1]),
        (r'A = rb"\\d"', []),
        (r'"Says what \\s is."', []),
    ],
)
def test_what_is_unclear(code: str, lines: list[int]) -> None:
    """A class is clear within a call of `re`, also by a name that only such calls use."""
    assert unclear(ast.parse(code)) == lines
