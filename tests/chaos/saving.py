"""Trials of workbooks that cannot be replaced: open in a program, read-only, in a folder that fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import openpyxl
import pytest
from failing_disk import STEPS, Disk

from chaos.rigs import Rig, lines_of
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.runs.check import check, check_file
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.simulator import Switches
from jobs import TurnedClock

_ERRORS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO)
_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """What is in the way.

    Args:
        name: what it is called.
        put: puts it in the workbook's way.
        folder_fails: the step and the error that files in the workbook's folder meet; none where it is healthy.
    """

    name: str
    put: Callable[[Path], object] = lambda book: None
    folder_fails: tuple[str, int] | None = None


def _mark(form: str) -> Callable[[Path], object]:
    return lambda book: book.with_name(form.format(book.name)).write_bytes(b"\x05Somebody")


_IN_USE = (
    _Obstacle("open in Excel", _mark("~${}")),
    _Obstacle("open in LibreOffice", _mark(".~lock.{}#")),
    _Obstacle("read-only", lambda book: book.chmod(0o444)),
)
_FOLDERS = tuple(
    _Obstacle(f"{step}: {os.strerror(code)}", folder_fails=(step, code)) for step, code in product(STEPS, _ERRORS)
)
_BOTH = tuple(
    _Obstacle(f"{one.name}, {two.name}", one.put, two.folder_fails) for one in _IN_USE for two in _FOLDERS[::8]
)
_OBSTACLES = (*_IN_USE, *_FOLDERS, *_BOTH)
"""Twenty-five of them; for each a push and a check."""
_VERBS = ("push", "check")
CASES = len(_OBSTACLES) * len(_VERBS)


def _saved(ground: Ground) -> Tally:
    """Save a report past an obstacle: where it has to be, all of it, and the input as it was."""
    obstacle, verb = tuple(product(_OBSTACLES, _VERBS))[ground.number]
    clock = TurnedClock()
    switches = Switches(hour_limit=None, record=False)
    rig = Rig(ground, ground.simulator(switches, now=clock.time, sleep=clock.sleep), clock, "push", _ROWS)
    obstacle.put(rig.path)
    before, names = rig.path.read_bytes(), _names(rig.folder)
    with ExitStack() as stack:
        if obstacle.folder_fails is not None:
            Disk(stack.enter_context(pytest.MonkeyPatch.context()), *obstacle.folder_fails, (rig.folder,))
        code, report, told = _run(rig, verb)
    expected = rig.rescued if obstacle.folder_fails else rig.folder
    problems = [
        ("the input has changed", rig.path.read_bytes() != before),
        (f"exit {code}", code != 5),
        (f"the report is {report}", report is None or report.parent != expected or report == rig.path),
        (f"the report has {told} lines", told != 2 * _ROWS),
        ("something was left behind", _names(rig.folder) - names - {"state", "written", report.name if report else ""}),
    ]
    found = [problem for problem, is_so in problems if is_so]
    return wrong_if(found, f"{obstacle.name}, {verb}")


def _run(rig: Rig, verb: str) -> tuple[int, Path | None, int]:
    """The exit code, the report, and how many lines it has: of rows, and of a push with an id of the service."""
    if verb == "check":
        result = check_file(rig.path, check(rig.path), ReportTarget(rig.rescued))
        return result.exit, result.report, sum(bool(line["Row"]) for line in lines_of(result.report))
    code = rig.run()
    report = rig.result.report if rig.result else None
    ids = {one.id for one in rig.simulator.ledger.created}
    return code, report, sum(line["Id"] in ids for line in lines_of(report))


def _names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def _healthy(ground: Ground) -> Tally:
    """With nothing in the way the report goes into the workbook, whose other sheets keep their cells."""
    clock = TurnedClock()
    switches = Switches(hour_limit=None, record=False)
    rig = Rig(ground, ground.simulator(switches, now=clock.time, sleep=clock.sleep), clock, "push", _ROWS)
    before = _cells(rig.path)
    code = rig.run()
    after = _cells(rig.path)
    lines = after.pop("gcbulk report", [])
    return wrong_if(code or before != after or len(lines) < 2 * _ROWS, f"exit {code}, {len(lines)} lines")


def _cells(book: Path) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(book)}


TRIALS: tuple[Trial, ...] = (
    Trial("F13/saved", "the workbook is open, read-only, or its folder fails", _saved, CASES, 3),
    Trial("F13/healthy", "nothing is in the way of the report", _healthy, 1, 1),
)
