"""The layout holds: who may import whom, and the rooms that think touch nothing but their arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sources import PACKAGE, trees

from gcbulk import options
from gcbulk.cli.arguments import parser
from gcbulk.records import Api

MAY_IMPORT = {
    "errors": set(),
    "wording": set(),
    "records": set(),
    "hidden": set(),
    "environment": {"hidden", "options", "errors"},
    "settings": {"environment", "hidden", "options", "errors"},
    "options": {"errors"},
    "configuration": {"environment", "hidden", "options", "errors"},
    "tables": {"options", "records", "errors", "wording"},
    "kinds": {"tables", "records"},
    "sheets": {"kinds", "tables", "options", "records", "errors", "wording"},
    "appstore": {"records", "errors"},
    "planning": {"kinds", "options", "sheets", "tables", "records", "errors", "wording"},
    "reporting": {"kinds", "options", "sheets", "tables", "records", "errors", "wording"},
    "files": {"kinds", "sheets", "tables", "records", "errors"},
    "service": {"appstore", "options", "settings", "records", "errors"},
    "simulator": set(),
    "runs": {
        "kinds", "sheets", "tables", "planning", "appstore", "reporting", "files", "service", "simulator", "settings",
        "configuration", "environment", "options", "records", "errors", "wording",
    },
    "pipeline": {"runs"},
    "cli": {
        "runs", "planning", "reporting", "sheets", "settings", "configuration", "environment", "options", "records",
        "errors", "wording",
    },
    "__main__": {"cli"},
    "__init__": set(),
}  # fmt: skip
THINKING = ("tables", "kinds", "sheets", "planning", "appstore", "reporting")
IMPURE_MODULES = {
    "asyncio", "glob", "io", "logging", "os", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request", "uuid", "httpx", "openpyxl", "python_calamine", "tqdm",
}  # fmt: skip
IMPURE_CALLS = {
    "open", "print", "input", "now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes",
    "read_csv", "read_excel", "read_parquet", "to_csv", "to_excel", "to_parquet", "set_option", "option_context",
    "getenv", "exists", "is_file", "resolve", "cwd", "home",
}  # fmt: skip


def name(path: Path) -> str:
    """The module's path below the package."""
    return path.relative_to(PACKAGE).as_posix()


def room(path: Path) -> str:
    """The room that a module belongs to: its folder, or itself at the top."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def called(tree: ast.AST) -> set[str]:
    """The names of everything that a tree calls."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a tree imports, by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room that is imported"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_a_room_imports_only_what_the_layout_allows() -> None:
    """No module imports a room that its own room may not know."""
    astray = {}
    for path, tree in trees().items():
        ours = {full.split(".")[1] for full in imported(tree) if full.startswith("gcbulk.")}
        astray[name(path)] = ours - {room(path), "__version__"} - MAY_IMPORT[room(path)]
    assert {module: rooms for module, rooms in astray.items() if rooms} == {}


def test_a_thinking_room_touches_nothing() -> None:
    """No disk, network, clock, chance, environment or display state in a room that thinks."""
    impure = {}
    for path, tree in trees().items():
        if room(path) in THINKING:
            modules = {full for full in imported(tree) for bad in IMPURE_MODULES if f"{full}.".startswith(f"{bad}.")}
            impure[name(path)] = modules | called(tree) & IMPURE_CALLS
    assert {module: found for module, found in impure.items() if found} == {}


def test_no_import_hides_inside_a_function() -> None:
    """Imports stand at the top, where a reader and the layout test see them."""
    hidden = {}
    for path, tree in trees().items():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        inner = [node for function in functions for node in ast.walk(function)]
        hidden[name(path)] = [node.lineno for node in inner if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {module: lines for module, lines in hidden.items() if lines} == {}


def test_each_verb_is_one_module() -> None:
    """A verb of the command line is one module of ``runs`` and one of ``cli/verbs``, under its own name."""
    verbs = set(re.findall(r"^    ([a-z]+)\b", parser().format_help(), re.MULTILINE))
    for room in ("runs", "cli/verbs"):
        modules = {path.stem for path in (PACKAGE / room).glob("*.py")} - {"__init__"}
        astray = modules ^ verbs
        assert not astray, (
            f"{astray}: gcbulk/{room} has one module for each verb in `parser` of cli/arguments, no other"
        )


def test_what_verbs_share_knows_no_verb() -> None:
    """A module of ``runs/shared`` imports none of a verb: else each verb would load the others."""
    verbs = re.compile(rf"gcbulk\.runs\.({'|'.join(path.stem for path in (PACKAGE / 'runs').glob('[a-z]*.py'))})\b")
    shared = {name(path): tree for path, tree in trees().items() if path.parent.name == "shared"}
    assert {module for module, tree in shared.items() if any(map(verbs.match, imported(tree)))} == set()


def test_nothing_is_loaded_late_but_where_that_pays() -> None:
    """Modules are chosen by name in two places: public names, and the verb of a command line."""
    late = {name(path) for path, tree in trees().items() if "importlib.import_module" in imported(tree)}
    assert late == {"__init__.py", "cli/__init__.py", "files/__init__.py"}


def test_a_module_is_documented_and_of_a_readable_size() -> None:
    """Every module says what it holds, and none is longer than 400 lines."""
    undocumented = [name(path) for path, tree in trees().items() if not ast.get_docstring(tree)]
    lengths = {name(path): path.read_text("utf-8").count("\n") for path in trees()}
    assert undocumented == []
    assert {module: length for module, length in lengths.items() if length > 400} == {}


def test_each_room_says_what_it_is_for() -> None:
    """A folder of modules is a package with a docstring, not one that merely happens to be found."""
    folders = {path.parent for path in trees()}
    assert [name(folder) for folder in sorted(folders) if folder / "__init__.py" not in trees()] == []


OPTION_WORDS = {
    str(one) for words in (options.Kind, options.PercentAs, options.OnDuplicate, options.Platform, Api) for one in words
}
BORDER = ("options.py", "cli/arguments/", "simulator/")
"""Who makes words members of their sets, and who shares nothing with the rest."""


def compared(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every constant that something is compared with or matched against, those of its tuples and sets among them."""
    for node in ast.walk(tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        sides += [node.value] if isinstance(node, ast.MatchValue) else []
        for side in sides:
            parts = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
            yield from (part for part in parts if isinstance(part, ast.Constant))


def test_words_of_options_are_compared_as_members() -> None:
    """A bare word is spelt wrong unseen, and sends wrong data; a member of the set cannot be."""
    bare = {
        f"{name(path)}:{one.lineno}: {one.value}"
        for path, tree in trees().items()
        if not name(path).startswith(BORDER)
        for one in compared(tree)
        if one.value in OPTION_WORDS
    }
    assert bare == set()


def test_no_room_is_forgotten() -> None:
    """Every module of the package is in the layout's table."""
    assert {room(path) for path in trees()} == set(MAY_IMPORT)
