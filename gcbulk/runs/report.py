"""The verb report: write what became of each row, from a notebook's outcomes or from the journal."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from os import PathLike
from pathlib import Path

import pandas as pd

from gcbulk import files, reporting
from gcbulk.environment import state_dir
from gcbulk.errors import SettingsError
from gcbulk.kinds import SUBMISSION_RESOURCES, SUBMISSION_TABLES
from gcbulk.options import path as path_of
from gcbulk.planning import picture_steps, plan_steps
from gcbulk.planning.submissions import SubmissionPlan
from gcbulk.records import OUTCOME_COLUMNS, Report, ReportSheet
from gcbulk.runs.shared.reading import AnyChecked
from gcbulk.runs.shared.recorded import CUT_OFF, recorded
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.step_reports import steps_result
from gcbulk.runs.shared.submission_record import as_meant, gone
from gcbulk.runs.shared.submission_report import history_of, not_live, run_lines
from gcbulk.runs.shared.submission_results import submission_result
from gcbulk.runs.shared.submission_run import SubmitOptions, folded
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile, Run
from gcbulk.service.own_files import require_journal
from gcbulk.service.run_record import Stage, kept
from gcbulk.service.submission_journal import known_submissions, recorded_submissions
from gcbulk.sheets import Checked, CheckedSubmissions
from gcbulk.wording import counted

_DEFAULTS = SubmitOptions()
_WITH_STEPS = ("push", "review")
_SHEETS = {SUBMISSION_TABLES[name].record: kind.report for name, kind in SUBMISSION_RESOURCES.items()}
"""The sheet of outcomes that are no push's, by their step."""


def write_report(
    path: str | PathLike[str], outcomes: pd.DataFrame, *, destination: str | PathLike[str] | None = None
) -> Path:
    """Write outcomes as the sheet ``gcbulk report`` (``gcbulk submit``, ``gcbulk scores``) into their workbook.

    Args:
        path: the workbook, or the text file, that was checked.
        outcomes: what `push` gave.
        destination: another file to write to; a text file's report goes to ``<name>.report.csv`` without it.

    Returns:
        The file that holds the report; another than asked for when that could not be written.

    Raises:
        SettingsError: an argument is not what it has to be.
        WorkbookError: no report can be written there.
    """
    source = path_of(path, "path")
    target = path_of(destination, "destination") if destination is not None else None
    if not isinstance(outcomes, pd.DataFrame) or not set(OUTCOME_COLUMNS) <= set(outcomes.columns):
        raise SettingsError("outcomes has to be the frame that gcbulk.push or gcbulk.submit gave.")
    sheet = _SHEETS.get(next(iter(outcomes["step"]), ""), ReportSheet.PUSH)
    files.report_path(source, target, sheet, name="destination")
    report = Report(summary=reporting.summary_lines(outcomes), lines=outcomes, sheet=sheet)
    of, digest = outcomes.attrs.get("read") or (None, None)
    read_as = digest if of == os.path.realpath(source) else None
    journal = outcomes.attrs.get("journal")
    home = state_dir()
    own = files.own_files(Path(journal).parent if journal is not None else home)
    rescue_dir = home / "rescued"
    return files.save_report(source, report, destination=target, rescue_dir=rescue_dir, own=own, read_as=read_as).path


def report_any_file(
    path: Path,
    checked: AnyChecked,
    journal: Path,
    target: ReportTarget,
    options: SubmitOptions,
    *,
    verb: str | None = None,
) -> Result:
    """Make the report of the file's last run again, from the journal alone; for achievements perhaps of one verb."""
    if isinstance(checked, CheckedSubmissions):
        return report_submissions_file(path, checked, journal, target, options)
    return report_file(path, checked, journal, target, verb=verb)


def report_file(
    path: Path, checked: Checked, journal: Path, target: ReportTarget, *, verb: str | None = None
) -> Result:
    """Make the report of the file's last run again, from the journal alone.

    Args:
        path: the file.
        checked: its rows as they are now.
        journal: the journal's file.
        target: where the report goes.
        verb: "push" or "review"; None for the one that ran last.

    Raises:
        SettingsError: the journal knows of no such run of this file.
    """
    require_journal(journal)
    steps = plan_steps(checked)
    steps = (*steps, *picture_steps(checked, steps))
    with closing(Journal(journal)) as opened:
        run = last_run(opened.runs(), path, journal, verbs=(verb,) if verb else _WITH_STEPS)
        report = recorded(opened, run, steps, checked.header)
    sheet = ReportSheet.REVIEW if run.verb == "review" else ReportSheet.PUSH
    return steps_result(path, checked, report, target, sheet=sheet, requests=0)


def report_all(journal: Path, target: ReportTarget, *, bundle_id: str | None = None) -> Result:
    """Make the report of the last ``review --all`` again, from the journal alone.

    Args:
        journal: the journal's file.
        target: where the report goes.
        bundle_id: the app that it was for; None for whichever was last.

    Raises:
        SettingsError: nothing says where the report goes, or the journal knows of no such run.
        WorkbookError: no report can be written there.
    """
    if target.write and target.report is None:
        raise SettingsError("A report on everything that is live has no file of its own; say where with --report PATH.")
    target.require(None)
    require_journal(journal)
    with closing(Journal(journal)) as opened:
        run = _last_of_all(opened, journal, bundle_id)
        report = recorded(opened, run)
    return steps_result(None, None, report, target, sheet=ReportSheet.REVIEW, requests=0)


def _last_of_all(journal: Journal, path: Path, bundle_id: str | None) -> Run:
    for run in reversed(journal.runs()):
        if run.source is None and run.verb == "review":
            intended = journal.kept(run, Stage.MEANT)
            if bundle_id is None or (intended is not None and intended.get("app") == bundle_id):
                return run
    whose = f" of {bundle_id}" if bundle_id else ""
    raise SettingsError(
        f"The journal {path} knows of no review --all{whose}; name the one that was used with --journal."
    )


def report_submissions_file(
    path: Path, checked: CheckedSubmissions, journal: Path, target: ReportTarget, options: SubmitOptions = _DEFAULTS
) -> Result:
    """Make the report of the file's last run again, from the journal alone.

    Raises:
        SettingsError: the journal knows of no such run of this file.
    """
    require_journal(journal)
    with closing(JournalFile(journal)) as file:
        run = last_run(file.runs(), path, journal, verbs=(checked.kind,))
        plan, facts = _plan_of(run, checked, file, options)
        lines = run_lines(plan, file, run.id)
        refused = run.is_over and kept(file, run.id, Stage.REPORTED) is not None
    stopped = run.stopped if run.is_over else CUT_OFF
    return submission_result(path, checked, lines, target, stopped=stopped, requests=0, refused=refused, facts=facts)


def _plan_of(
    run: Run, checked: CheckedSubmissions, file: JournalFile, options: SubmitOptions
) -> tuple[SubmissionPlan, list[tuple[str, str]]]:
    """What a run meant to do, and what to say if the file has been edited since."""
    record = kept(file, run.id, Stage.MEANT)
    before = history_of(known_submissions(file, scope=run.scope, verb=checked.kind, last=run.id - 1))
    made_with = replace(options, **record["options"]) if record is not None else options
    plan = folded(checked, before, made_with, None)
    same = as_meant(plan, record) if record is not None else None
    facts = [(label, text) for label, text in record.get("facts", ())] if record is not None else []
    if same is not None:
        return same, facts
    missing = gone(plan, recorded_submissions(file, run.id))
    if (live := not_live(plan, file, run.id)) is not None:
        plan = folded(checked, before, made_with, live)
    gone_since = (
        [("Not in the file any more", f"{counted(missing, 'submission')} that the run was about")] if missing else []
    )
    return plan, [*facts, *gone_since]


def last_run(runs: list[Run], path: Path, journal: Path, *, verbs: Collection[str]) -> Run:
    """The newest run of some verbs for a file.

    Raises:
        SettingsError: the journal knows of none.
    """
    source = str(path.resolve())
    for run in reversed(runs):
        if run.source == source and run.verb in verbs:
            return run
    raise SettingsError(
        f"The journal {journal} knows of no {' or '.join(verbs)} of {path}; name the one that was used with --journal."
    )
