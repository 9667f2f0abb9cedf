"""The report and the result of a run of steps: a push or a review, just ended or read from the journal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.records import ReportSheet
from gcbulk.runs.shared.failed_rows import write_failed
from gcbulk.runs.shared.recorded import Recorded
from gcbulk.runs.shared.reports import ReportTarget, Written, write_report
from gcbulk.runs.shared.results import DONE, Result, run_exit
from gcbulk.sheets import Checked


def steps_result(
    path: Path | None,
    checked: Checked | None,
    run: Recorded,
    target: ReportTarget,
    *,
    requests: int,
    sheet: ReportSheet = ReportSheet.PUSH,
) -> Result:
    """Write the report of a run, and the workbook of the rows that did not go through.

    Args:
        path: the file, None for a run about everything that is live.
        checked: its rows, None likewise.
        run: what the run recorded.
        target: where the report goes.
        requests: how many requests were sent.
        sheet: the sheet of the run's verb.
    """
    lines, read_as = run.lines, checked.book.digest if checked is not None else None
    written = write_report(path, lines, target, sheet=sheet, facts=run.facts, read_as=read_as)
    failed = Written()
    if sheet is ReportSheet.PUSH and path is not None and checked is not None and len(lines):
        failed = _failed(path, checked, lines, target)
    return Result(
        rows=len(lines),
        outcomes=reporting.summarise(lines),
        issues=checked.issues if checked is not None else reporting.no_issues(),
        requests=requests,
        report=written.report,
        exit=written.exit(run_exit(lines, run.stopped, refused=run.refused, final=run.final), unstored=run.unstored),
        notes=(*reporting.push_text(lines, run.stopped), *written.notes, *failed.notes),
        failed=failed.failed,
    )


def _failed(path: Path, checked: Checked, lines: pd.DataFrame, target: ReportTarget) -> Written:
    """Save the rows that did not go through."""
    bad = lines[~lines["outcome"].isin([str(kind) for kind in DONE]) & lines["row"].notna()]
    return write_failed(path, checked, set(zip(bad["sheet"], bad["row"], strict=True)), target)
