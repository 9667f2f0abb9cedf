"""Decisions changed at random, to see whether a test minds: `python -m mutation [--seed N] [--count N] [ROOM ...]`.

Run by hand, from the project's folder, with `PYTHONPATH=tests`. Each mutant is one decision of a room turned round (a
comparison, an `and`, a `not`, a truth value, a small number); the tests of its room run against a copy of the package.
A survivor is printed with its place: look at it, and write the test that it asks for, or say why the decision does not
matter. Before the first mutant of a room its tests run against the copy as it is: where they fail, every mutant would
count as found.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("planning", "service", "sheets", "tables", "kinds")
TESTS = {
    "planning": ["tests/planning", *(f"tests/flow/test_{name}.py" for name in ("update", "review", "submit"))],
    "service": ["tests/service", "tests/flow/test_push.py"],
    "sheets": ["tests/sheets"],
    "tables": ["tests/sheets", "tests/tables"],
    "kinds": ["tests/sheets", "tests/tables"],
}
LONGEST_S = 600
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One decision turned round.

    Args:
        path: the module, below the package.
        line: where.
        before: the source of the decision.
        after: what it becomes.
        source: the whole module with it.
    """

    path: Path
    line: int
    before: str
    after: str
    source: str

    @property
    def room(self) -> str:
        """The room of the module."""
        return self.path.parts[1]


def turned(node: ast.AST) -> ast.AST | None:
    """The opposite of a decision; None for what is none."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=others) if type(op) in OPPOSITES:
            return ast.Compare(left, [OPPOSITES[type(op)]()], others)
        case ast.BoolOp(op=ast.And(), values=values):
            return ast.BoolOp(ast.Or(), values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return ast.BoolOp(ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Constant(value=bool(value)):
            return ast.Constant(not value)
        case ast.Constant(value=int(value)) if not isinstance(value, bool) and 0 <= value < 10_000:
            return ast.Constant(value + 1)
    return None


def decisions(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module; docstrings, types and what is written for people hold no decision."""
    source = path.read_text("utf-8")
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()
    for node in ast.walk(ast.parse(source)):
        other = turned(node)
        if other is None or not isinstance(node, ast.expr):
            continue
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        after = f"({ast.unparse(ast.fix_missing_locations(ast.copy_location(other, node)))})"
        changed = (data[:begin] + after.encode() + data[end:]).decode()
        yield Mutant(path.relative_to(ROOT), node.lineno, data[begin:end].decode(), after, changed)


def passes(room: str, folder: Path) -> bool:
    """Whether the tests of a room pass with the package that lies in a folder; one that never ends does not."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "2", *TESTS[room]]
    environment = {**os.environ, "PYTHONPATH": str(folder), "CI": "1"}
    try:
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def survives(mutant: Mutant, folder: Path) -> bool:
    """Whether no test of the mutant's room minds it."""
    target = folder / mutant.path
    original = target.read_text("utf-8")
    target.write_text(mutant.source, "utf-8")
    try:
        return passes(mutant.room, folder)
    finally:
        target.write_text(original, "utf-8")


def main() -> int:
    """Try some mutants; the exit code is how many survived."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"which rooms ({', '.join(ROOMS)})")
    parser.add_argument("--seed", type=int, default=1, help="which mutants are drawn (1)")
    parser.add_argument("--count", type=int, default=20, help="how many (20)")
    given = parser.parse_args()
    rooms = given.rooms or ROOMS
    modules = sorted(path for room in rooms for path in (ROOT / "gcbulk" / room).glob("*.py"))
    every = [mutant for path in modules for mutant in decisions(path)]
    chosen = random.Random(given.seed).sample(every, min(given.count, len(every)))
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="gcbulk-mutation-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv*", ".git", "build", "demo", ".*_cache"))
        if failing := [room for room in sorted({mutant.room for mutant in chosen}) if not passes(room, copy)]:
            parser.error(f"the tests of {', '.join(failing)} do not pass as they are")
        for number, mutant in enumerate(chosen, 1):
            is_alive = survives(mutant, copy)
            survivors += is_alive
            word = "SURVIVED" if is_alive else "found"
            print(f"{number:3} {word:8} {mutant.path}:{mutant.line}  {mutant.before}  ->  {mutant.after}", flush=True)
    print(f"{survivors} of {len(chosen)} survived, of {len(every):,} decisions; seed {given.seed}")
    return survivors


if __name__ == "__main__":
    sys.exit(main())
