"""Where the package names a kind outside the rooms that declare kinds: a list that may only shrink."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from sources import named_trees, texts

DECLARE = ("kinds/", "simulator/")
KIND = re.compile(r"achievement(?!s\.xlsx)|leaderboard|(?<!under)score", re.IGNORECASE)
"""A kind's name; that of the workbook in examples of help is none."""
FOR_GOOD = {
    # the help of options
    "cli/arguments/__init__.py": 4,
    "cli/arguments/shared.py": 4,
    # the words of options
    "options.py": 9,
    # what people write in notebooks: the columns of frames, `Checked.achievements`
    "records/__init__.py": 4,
    "records/frames.py": 5,
    "sheets/checked.py": 2,
    # the files of other programs
    "files/foreign_text.py": 3,
    "files/formats.py": 1,
    # the workbook of the demonstration
    "files/sample.py": 2,
    # the names of our own sheets in people's workbooks
    "files/saving.py": 1,
    "tables/matching.py": 1,
    # what people call totals
    "tables/row_filters.py": 1,
    # codes, and the words of docs/codes.md and of `gcbulk explain`
    "planning/codes.py": 10,
    "reporting/explaining.py": 2,
    "tables/codes_cells.py": 2,
    "tables/codes_tables.py": 14,
    "tables/digits.py": 4,
}
"""How often names and texts of code name a kind, and why they do."""
WAITING = {
    "appstore/echoes.py": 1,
    "reporting/doctor.py": 4,
    "reporting/text.py": 2,
    "service/unconfirmed.py": 1,
}
"""The same of what tells of players' progress and scores: it waits for their declaration."""
MOST = FOR_GOOD | WAITING


def words_of(tree: ast.AST) -> Iterator[str]:
    """Every name and text of a module, its docstrings left out."""
    yield from texts(tree)
    for node in ast.walk(tree):
        names = (getattr(node, field, None) for field in ("id", "attr", "name", "arg", "asname", "module"))
        yield from (name for name in names if isinstance(name, str))


def test_no_more_code_names_a_kind() -> None:
    """A module that names no kind does not begin to, and one that does names none more often: declare it instead."""
    counts = {
        name: sum(KIND.search(word) is not None for word in words_of(tree))
        for name, tree in named_trees().items()
        if not name.startswith(DECLARE)
    }
    more = {name: f"{count}, not {MOST.get(name, 0)}" for name, count in counts.items() if count > MOST.get(name, 0)}
    assert not more, f"take it from the kind's declaration, or give a reason in FOR_GOOD: {more}"


def test_no_module_is_listed_in_vain() -> None:
    """A module that names no kind any more leaves the list."""
    trees = named_trees()
    idle = {name for name in MOST if name not in trees or not any(map(KIND.search, words_of(trees[name])))}
    assert not idle, f"take these modules out of the list: {idle}"
