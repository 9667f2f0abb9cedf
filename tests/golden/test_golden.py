"""What gcbulk makes of two hundred files, and of books and plans of chance, is what it made of them when recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden import random_cases
from golden.layout import text_of
from golden.recorded import AGAIN, CASES, difference, left_over

MOST_LINES = 60
SOME_SEEDS = random_cases.NAMES[::20]
"""The seeds that a test run takes; ``make golden`` takes them all."""


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_as_it_was_recorded(name: str, tmp_path: Path) -> None:
    """Records, issues, plans, requests, report lines and ``--json`` of an input are the recorded ones."""
    lines = difference(name, text_of(CASES[name](tmp_path))).splitlines()
    if lines:
        more = [f"... and {len(lines) - MOST_LINES} lines more: make golden ONLY={name}"] if lines[MOST_LINES:] else []
        pytest.fail("\n".join(["", *lines[:MOST_LINES], *more, AGAIN]), pytrace=False)


@pytest.mark.parametrize("name", SOME_SEEDS)
def test_a_seed_gives_what_was_recorded(name: str) -> None:
    """The check of a book of chance, and the steps and requests of a plan of chance, have the recorded digest."""
    before, found = random_cases.recorded().get(name, ""), random_cases.line(name)
    if before != found:
        shown = f"Compare with another checkout: PYTHONPATH=tests python -m golden {name} --print"
        pytest.fail("\n".join(["", f"-{before}", f"+{found}", shown, AGAIN]), pytrace=False)


def test_no_answer_is_left_over() -> None:
    """What is recorded belongs to a case, so that a case is not lost in silence."""
    assert left_over() == []
    assert tuple(random_cases.recorded()) == random_cases.NAMES
