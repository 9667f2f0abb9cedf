"""Columns of text have one type, named in one place, so that pandas 2 and 3 make the same frames."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd

from gcbulk.records import TEXT_TYPE

PACKAGE = Path(__file__).parents[2] / "gcbulk"
NAMES = {"str", "string", "string[pyarrow]", "string[python]"}
"""What pandas knows types of text by: to pandas 2 ``"str"`` means objects, and ``"string"`` has other gaps."""


def takes_a_type(node: ast.AST) -> list[ast.expr]:
    """Give the types that a call of pandas is given: by name, or as what `astype` turns columns into."""
    if not isinstance(node, ast.Call):
        return []
    given = [keyword.value for keyword in node.keywords if keyword.arg == "dtype"]
    return [*given, *(node.args if isinstance(node.func, ast.Attribute) and node.func.attr == "astype" else ())]


def test_no_module_asks_for_text_by_its_name() -> None:
    """The type of text is `records.TEXT_TYPE` wherever a column is made or converted."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        asked = [one for call in ast.walk(tree) for given in takes_a_type(call) for one in ast.walk(given)]
        named = [one.lineno for one in asked if isinstance(one, ast.Constant) and one.value in NAMES]
        assert not named, f"{path.name}, line {named}: use records.TEXT_TYPE"
        made = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and "StringDtype" in ast.unparse(one.func)]
        assert not made or path.name == "text_type.py", f"{path.name}: use records.TEXT_TYPE"


def test_it_is_what_pandas_3_calls_str() -> None:
    """It is kept by Arrow, has NaN for gaps, and shows itself as str: the frames of pandas 3 are what they were."""
    assert str(TEXT_TYPE) == "str"
    assert pd.array(["a", None], dtype=TEXT_TYPE).dtype.storage == "pyarrow"
    if not pd.__version__.startswith("2."):
        assert pd.Series(["a"]).dtype == TEXT_TYPE
