"""The verb check. It sends nothing, so it must not load anything of the service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gcbulk import reporting
from gcbulk.records import ReportSheet
from gcbulk.runs.shared.reports import Place, write_report
from gcbulk.runs.shared.results import Result
from gcbulk.sheets import Checked, CheckedSubmissions

AnyChecked = Checked | CheckedSubmissions
STEPS: Mapping[str, str] = {"submissions": "submission", "scores": "score"}
"""What one record is called, by kind."""


def check_any_file(path: Path, checked: AnyChecked, place: Place) -> Result:
    """Say what is wrong with a file, in its report too; exit code 2 when there is an error."""
    if isinstance(checked, CheckedSubmissions):
        return check_submissions_file(path, checked, place)
    return check_file(path, checked, place)


def check_file(path: Path, checked: Checked, place: Place) -> Result:
    """Say what is wrong with a file, in its report sheet too.

    Exit code 2 when there is an error; warnings alone are 0.
    """
    written = write_report(
        path, reporting.check_lines(checked), place, sheet=ReportSheet.CHECK, read_as=checked.book.digest
    )
    return Result(
        rows=len(checked.achievements) + len(checked.localizations),
        outcomes={},
        issues=checked.issues,
        report=written.report,
        exit=written.exit(2 if not checked.ok else 0),
        notes=(*reporting.check_text(checked), *written.notes),
    )


def check_submissions_file(path: Path, checked: CheckedSubmissions, place: Place) -> Result:
    """Say what is wrong with a file of submissions, in its report too; exit code 2 when there is an error."""
    lines = reporting.submission_check_lines(checked, step=STEPS[checked.kind])
    written = write_report(path, lines, place, sheet=ReportSheet.CHECK, read_as=checked.book.digest)
    return Result(
        rows=len(checked.rows),
        outcomes={},
        issues=checked.issues,
        report=written.report,
        exit=written.exit(0 if checked.ok else 2),
        notes=(*reporting.submissions_text(checked), *written.notes),
    )
