"""The report and the result of a run of steps: a push or a review, just ended or read from the journal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.records import ReportSheet
from gcbulk.runs.shared.failed_rows import write_failed
from gcbulk.runs.shared.recorded import Recorded
from gcbulk.runs.shared.reports import Place, Written, write_report
from gcbulk.runs.shared.results import DONE, Result, run_exit
from gcbulk.sheets import Checked


def steps_result(
    path: Path,
    checked: Checked,
    told: Recorded,
    place: Place,
    *,
    requests: int,
    sheet: ReportSheet = ReportSheet.PUSH,
    unstored: bool = False,
) -> Result:
    """Write the report of a run, and the workbook of the rows that did not go through.

    Args:
        path: the file.
        checked: its rows.
        told: what the run recorded.
        place: where the report goes.
        requests: how many requests were sent.
        sheet: the sheet of the run's verb.
        unstored: whether the journal failed, so that the report alone knows some results.
    """
    lines = told.lines
    written = write_report(path, lines, place, sheet=sheet, facts=told.facts, read_as=checked.book.digest)
    failed = _failed(path, checked, lines, place) if len(lines) and sheet is ReportSheet.PUSH else Written()
    return Result(
        rows=len(lines),
        outcomes=reporting.summarise(lines),
        issues=checked.issues,
        requests=requests,
        report=written.report,
        exit=written.exit(run_exit(lines, told.stopped, refused=told.refused, final=told.final), unstored=unstored),
        notes=(*reporting.push_text(lines, told.stopped), *written.notes, *failed.notes),
        failed=failed.failed,
    )


def _failed(path: Path, checked: Checked, lines: pd.DataFrame, place: Place) -> Written:
    """Save the rows that did not go through."""
    bad = lines[~lines["outcome"].isin([str(kind) for kind in DONE]) & lines["row"].notna()]
    return write_failed(path, checked, set(zip(bad["sheet"], bad["row"], strict=True)), place)
