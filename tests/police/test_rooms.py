"""The layout holds: who may import whom, and the rooms that think touch nothing but their arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "gcbulk"

MAY_IMPORT = {
    "errors": set(),
    "durations": set(),
    "records": set(),
    "settings": {"errors"},
    "arguments": set(),
    "progress": {"pipeline", "durations"},
    "sheets": {"records", "errors"},
    "appstore": {"records", "errors"},
    "planning": {"sheets", "records", "errors", "durations"},
    "reporting": {"sheets", "records", "errors", "durations"},
    "files": {"sheets", "records", "errors"},
    "service": {"appstore", "settings", "records", "errors"},
    "simulator": set(),
    "pipeline": {
        "sheets", "planning", "appstore", "reporting", "files", "service", "simulator", "settings", "records", "errors"
    },
    "cli": {"pipeline", "settings", "errors", "arguments", "progress"},
    "__main__": {"cli"},
    "__init__": set(),
}  # fmt: skip
THINKING = ("sheets", "planning", "appstore", "reporting")
IMPURE_MODULES = {
    "asyncio", "glob", "io", "logging", "os", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request", "uuid", "httpx", "openpyxl", "python_calamine", "tqdm",
}  # fmt: skip
IMPURE_CALLS = {
    "open", "print", "input", "now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes",
    "read_csv", "read_excel", "read_parquet", "to_csv", "to_excel", "to_parquet", "set_option", "option_context",
    "getenv", "exists", "is_file", "resolve", "cwd", "home",
}  # fmt: skip


def modules(room: str = "") -> list[Path]:
    """Every module of the package, or of one room."""
    return sorted((PACKAGE / room).rglob("*.py"))


def name(path: Path) -> str:
    """The module's path below the package, for test ids."""
    return str(path.relative_to(PACKAGE))


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a tree imports, by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room that is imported"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_room_imports_only_what_the_layout_allows(path: Path) -> None:
    """No module imports a room that its own room may not know."""
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    ours = {full.split(".")[1] for full in imported(ast.parse(path.read_text())) if full.startswith("gcbulk.")}
    assert ours - {room, "__version__"} <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", [path for room in THINKING for path in modules(room)], ids=name)
def test_a_thinking_room_touches_nothing(path: Path) -> None:
    """No disk, network, clock, chance, environment or display state in a room that thinks."""
    tree = ast.parse(path.read_text())
    found = {full for full in imported(tree) for bad in IMPURE_MODULES if full == bad or full.startswith(f"{bad}.")}
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not found
    assert not called & IMPURE_CALLS


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_import_hides_inside_a_function(path: Path) -> None:
    """Imports stand at the top, where a reader and the layout test see them."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    hidden = [node.lineno for f in functions for node in ast.walk(f) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not hidden


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_is_documented_and_of_a_readable_size(path: Path) -> None:
    """Every module says what it holds, and none is longer than 400 lines."""
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 400


def test_no_room_is_forgotten() -> None:
    """Every module of the package is in the layout's table."""
    assert {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()} == set(MAY_IMPORT)
