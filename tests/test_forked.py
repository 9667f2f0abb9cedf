"""Processes of the tests that are forked begin with everything loaded."""

from __future__ import annotations

from forked import processes

LOADED = """
import sys
sys.exit(len({"gcbulk.runs.push", "gcbulk.cli.verbs.submit", "pandas", "openpyxl"} - sys.modules.keys()))
"""


def test_a_process_has_everything_from_its_first_line_on() -> None:
    """What it is forked from has loaded it; where that fails nothing says so, and each process loads it anew."""
    process = processes().Process(target=exec, args=(LOADED, {}))
    process.start()
    process.join()
    assert process.exitcode == 0
