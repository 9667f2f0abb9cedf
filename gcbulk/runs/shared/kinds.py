"""The verbs that take a file of any kind: achievements, player submissions, scores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gcbulk.errors import SettingsError
from gcbulk.runs.check import AnyChecked
from gcbulk.runs.plan import PlanOptions, plan_file
from gcbulk.runs.push import report_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.reports import Place
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.submission_run import SubmitOptions
from gcbulk.runs.submit import plan_submissions_file, report_submissions_file
from gcbulk.sheets import CheckedSubmissions

_NO_MORE = PlanOptions()


def plan_any_file(
    checked: AnyChecked, service: Service | None, options: SubmitOptions, *, more: PlanOptions = _NO_MORE
) -> Result:
    """Say what a push or a submission would send; nothing is sent. A push may have more wishes.

    Exit code 2 where the file has no rows and nothing is to be deleted: a script must not take that for a job.
    """
    if isinstance(checked, CheckedSubmissions):
        if more != _NO_MORE:
            raise SettingsError("Submissions have no order, no sheet of a plan, nothing to delete and no plan to save.")
        planned = plan_submissions_file(checked, service, options)
    else:
        planned = plan_file(checked, service, more)
    if checked.is_empty and not more.wishes.delete_missing:
        return replace(planned, exit=2, notes=(*planned.notes, "The file has no rows, so there is nothing to send."))
    return planned


def report_any_file(
    path: Path,
    checked: AnyChecked,
    journal: Path,
    place: Place,
    options: SubmitOptions,
    *,
    verb: str | None = None,
) -> Result:
    """Make the report of the file's last run again, from the journal alone; of achievements perhaps of one verb."""
    if isinstance(checked, CheckedSubmissions):
        return report_submissions_file(path, checked, journal, place, options)
    return report_file(path, checked, journal, place, verb=verb)
