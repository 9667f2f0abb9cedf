"""The report and the result of a run of submissions, just ended or read from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from gcbulk import reporting
from gcbulk.errors import JournalError
from gcbulk.kinds import SUBMISSION_RESOURCES
from gcbulk.planning.submissions import SubmissionPlan
from gcbulk.runs.shared.reports import ReportTarget, write_report
from gcbulk.runs.shared.results import Result, run_exit
from gcbulk.runs.shared.submission_report import run_lines
from gcbulk.runs.shared.submission_run import SubmitRun
from gcbulk.service.journal_file import JournalFile
from gcbulk.sheets import CheckedSubmissions


def lines_after(plan: SubmissionPlan, ran: SubmitRun, journal: Path) -> pd.DataFrame:
    """The lines of a run's report, right after it.

    Args:
        plan: what the run meant to do.
        ran: how it ended.
        journal: the journal's file.

    Raises:
        JournalError: the journal cannot be read any more, although something was sent; exit code 7.
    """
    if ran.lines is not None:
        return ran.lines
    try:
        if ran.unstored:  # what stands at its path may be another one by now
            raise JournalError(f"The journal {journal} cannot be read.")
        with closing(JournalFile(journal, examined=False)) as file:
            return run_lines(plan, file, ran.run, unsaved=ran.unsaved)
    except JournalError as error:
        unread = JournalError(
            f"{error} {ran.stopped or 'Everything was sent.'} What became of each row stands in the journal alone: "
            "when it can be read again, gcbulk report makes the report."
        )
        unread.exit_code = 7
        raise unread from error


def submission_result(
    path: Path,
    checked: CheckedSubmissions,
    lines: pd.DataFrame,
    target: ReportTarget,
    *,
    stopped: str | None,
    requests: int,
    unstored: bool = False,
    refused: bool = False,
    facts: Sequence[tuple[str, str]] = (),
) -> Result:
    """Write the report of a run of submissions.

    Args:
        path: the file.
        checked: its rows.
        lines: the report's lines.
        target: where the report goes.
        stopped: why the run ended early, None when it came to its end.
        requests: how many requests were sent.
        unstored: whether the journal failed, so that only the report has some results.
        refused: whether it was the key that was refused.
        facts: what else the report says above its lines.
    """
    sheet = SUBMISSION_RESOURCES[checked.kind].report
    written = write_report(path, lines, target, sheet=sheet, facts=facts, read_as=checked.book.digest)
    return Result(
        rows=len(lines),
        outcomes=reporting.summarise(lines),
        issues=checked.issues,
        requests=requests,
        report=written.report,
        exit=written.exit(run_exit(lines, stopped, refused=refused), unstored=unstored),
        notes=(*reporting.push_text(lines, stopped), *written.notes),
    )
