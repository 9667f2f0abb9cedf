"""Where the package names a kind outside the rooms that declare kinds: a list that may only shrink."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from sources import named_trees, texts

DECLARE = ("kinds/", "simulator/")
KIND = re.compile("achievement|leaderboard|(?<!under)score", re.IGNORECASE)
# Names and texts of code in which a kind occurs. Some are for good: the options, public names and columns that people
# have, the codes of issues, and what players' progress is to the service. The others wait for their declaration.
MOST = {
    "appstore/echoes.py": 1,
    "appstore/submissions.py": 7,
    "cli/arguments/__init__.py": 11,
    "cli/arguments/shared.py": 4,
    "files/foreign_text.py": 3,
    "files/formats.py": 1,
    "files/sample.py": 2,
    "files/saving.py": 1,
    "options.py": 7,
    "planning/codes.py": 10,
    "planning/submissions.py": 1,
    "planning/submissions_digests.py": 11,
    "planning/submissions_plan.py": 11,
    "records/__init__.py": 4,
    "records/frames.py": 5,
    "reporting/doctor.py": 4,
    "reporting/explaining.py": 2,
    "reporting/text.py": 2,
    "runs/demo.py": 1,
    "runs/report.py": 2,
    "runs/shared/submission_queue.py": 4,
    "runs/shared/submission_report.py": 1,
    "runs/shared/submission_results.py": 2,
    "runs/shared/submission_run.py": 2,
    "runs/simulator.py": 1,
    "service/unconfirmed.py": 1,
    "sheets/checked.py": 2,
    "tables/codes_cells.py": 2,
    "tables/codes_tables.py": 14,
    "tables/digits.py": 4,
    "tables/matching.py": 1,
    "tables/row_filters.py": 1,
}


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
    assert {name: count for name, count in counts.items() if count > MOST.get(name, 0)} == {}


def test_no_module_is_listed_in_vain() -> None:
    """A module that names no kind any more leaves the list."""
    trees = named_trees()
    idle = {name for name in MOST if name not in trees or not any(map(KIND.search, words_of(trees[name])))}
    assert idle == set()
