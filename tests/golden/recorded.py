"""The recorded answers: where they are, how they are compared, and how they are recorded again."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from gcbulk.simulator.exchange import Json
from golden import answers, runs
from golden.inputs import INPUTS
from golden.layout import text_of

RECORDED = Path(__file__).parent / "answers"
AGAIN = "If that is meant: make golden WRITE=1, and say in the commit why it changed."
CASES: Mapping[str, Callable[[Path], Json]] = {
    **{name: partial(answers.answer, source) for name, source in INPUTS.items()},
    **{f"runs/{name}": partial(runs.answer, scenario) for name, scenario in runs.SCENARIOS.items()},
}
"""What is recorded, by name; each makes its answer in an empty folder."""


def path_of(name: str) -> Path:
    """Where the answer of a case is recorded."""
    return RECORDED / f"{name}.json"


def now(name: str) -> str:
    """The answer of a case as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        return text_of(CASES[name](Path(folder).resolve()))


def difference(name: str, found: str) -> str:
    """What differs between a recorded answer and another one, readable; "" where nothing does."""
    path = path_of(name)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    shown = path.relative_to(Path(__file__).parents[2]).as_posix()
    lines = difflib.unified_diff(before.splitlines(), found.splitlines(), shown, "now", lineterm="")
    return "\n".join(lines)


def record(name: str, found: str) -> None:
    """Record an answer."""
    path_of(name).parent.mkdir(parents=True, exist_ok=True)
    path_of(name).write_text(found, encoding="utf-8", newline="\n")


def left_over() -> list[str]:
    """Recorded answers whose case is gone."""
    names = (path.relative_to(RECORDED).with_suffix("").as_posix() for path in RECORDED.rglob("*.json"))
    return sorted(set(names) - CASES.keys())
