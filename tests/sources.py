"""The package's own source, for tests that look after how it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "gcbulk"


@cache
def trees() -> Mapping[Path, ast.Module]:
    """Every module of the package by its path, parsed once and not before a test asks.

    Each worker imports every test module, and parsing the package takes as long as importing fifty of them.
    """
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def named_trees() -> Mapping[str, ast.Module]:
    """The same by path below the package, such as ``tables/cells.py``."""
    return {path.relative_to(PACKAGE).as_posix(): tree for path, tree in trees().items()}


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, documented)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value
