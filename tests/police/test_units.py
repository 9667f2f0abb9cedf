"""Moments and durations of NumPy name their unit: it warns where none is given, and says that it will refuse."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATHS = sorted(path for folder in ("gcbulk", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
BARE = {"datetime64", "timedelta64", "M8", "m8", "<M8", "<m8"}


def without_unit(tree: ast.AST) -> Iterator[int]:
    """The lines that make a moment or a duration without a unit."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            alone = len(node.args) == 1 and not node.keywords
            if alone and (name == "timedelta64" or (name == "datetime64" and given in (["NaT"], []))):
                yield node.lineno
            if name in ("astype", "dtype", "to_numpy", "view") and BARE.intersection(map(str, given)):
                yield node.lineno
        if isinstance(node, ast.keyword) and node.arg == "dtype" and isinstance(node.value, ast.Constant):
            yield from [node.value.lineno for _ in BARE.intersection([str(node.value.value)])]


def test_every_moment_and_duration_has_a_unit() -> None:
    """Nothing in the package, the tests and the benchmarks leaves the unit to NumPy."""
    found = {str(path.relative_to(ROOT)): list(without_unit(ast.parse(path.read_text("utf-8")))) for path in PATHS}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "code",
    ["np.datetime64('NaT')", "np.timedelta64(5)", "np.timedelta64('NaT')", "x.astype('M8')", "f(dtype='datetime64')"],
)
def test_the_search_would_find_one(code: str) -> None:
    """The search does find a moment or a duration without a unit."""
    assert list(without_unit(ast.parse(code))) == [1]
