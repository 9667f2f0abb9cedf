"""Save reports, and collect what people should know about where they went.

If a report cannot be saved anywhere, that is said, and nothing is lost: the journal has it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gcbulk import files, reporting
from gcbulk.environment import journal_path
from gcbulk.errors import WorkbookError
from gcbulk.options import flag
from gcbulk.options import path as path_of
from gcbulk.records import Report, ReportSheet


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """Where reports go.

    Args:
        rescue_dir: the folder for a report that can be saved nowhere else.
        report: the file to write to, None for the input's own.
        write: whether a report is written at all.
        journal: the journal that is used, beside which is kept which files are ours; None for beside the rescue folder.
    """

    rescue_dir: Path
    report: Path | None = None
    write: bool = True
    journal: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a path that says nothing."""
        object.__setattr__(self, "rescue_dir", path_of(self.rescue_dir, "rescue_dir"))
        if self.report is not None:
            object.__setattr__(self, "report", path_of(self.report, "report"))
        if self.journal is not None:
            object.__setattr__(self, "journal", journal_path(self.journal))
        flag(self.write, "write")

    @property
    def own(self) -> files.OwnFiles:
        """Which files are ours to replace."""
        return files.own_files((self.journal or self.rescue_dir).parent)

    def require(self, path: Path | None) -> None:
        """Find out before anything is sent whether the report can be written.

        Raises:
            WorkbookError: no report on this file can be written there.
        """
        if self.write:
            files.require_report(path, self.report)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Args:
        report: the file with the report, None where none was written.
        failed: the workbook of the rows that did not go through.
        is_elsewhere: whether the report is not where it was asked for.
        notes: what people should know of it, a line each.
    """

    report: Path | None = None
    failed: Path | None = None
    is_elsewhere: bool = False
    notes: tuple[str, ...] = ()

    def exit(self, code: int, *, unstored: bool = False) -> int:
        """The exit code: 5 for a report in another place, unless something more pressing is to be told.

        Args:
            code: what it is otherwise.
            unstored: whether the journal failed: then only the report has some results, and where it is matters most.
        """
        return 5 if self.is_elsewhere and (unstored or code in (0, 3)) else code


def write_report(
    path: Path | None,
    lines: pd.DataFrame,
    target: ReportTarget,
    *,
    sheet: ReportSheet,
    facts: Iterable[tuple[str, str]] = (),
    read_as: str | None = None,
) -> Written:
    """Save the lines of a report where they are wanted.

    Args:
        path: the input, None where there is none.
        lines: the lines; a run without any has nothing to report and leaves an earlier report alone.
        target: where reports go.
        sheet: the verb's own sheet.
        facts: what else is worth knowing, above the lines.
        read_as: the digest of the workbook when its rows were read (`Book.digest`).
    """
    is_empty_run = lines.empty and sheet is not ReportSheet.CHECK
    if not target.write or (path is None and target.report is None) or is_empty_run:
        return Written()
    file = [("File", path.name)] if path is not None else []
    report = Report(summary=reporting.summary_lines(lines, facts=[*file, *facts]), lines=lines, sheet=sheet)
    return _saved(path, report, target, "Report", read_as)


def write_plan(path: Path, report: Report, target: ReportTarget, *, read_as: str | None = None) -> Written:
    """Save a plan as a sheet of the workbook, or beside another input as ``<name>.plan.csv``."""
    return _saved(path, report, target, "Plan", read_as)


def _saved(path: Path | None, report: Report, target: ReportTarget, what: str, read_as: str | None) -> Written:
    def save() -> Written:
        """Save the report, and say where it is, and why if that is not where it was wanted."""
        saved = files.save_report(
            path, report, destination=target.report, rescue_dir=target.rescue_dir, own=target.own, read_as=read_as
        )
        why = f" ({saved.reason})" if saved.reason else ""
        lines_note = (f"Every line: {saved.lines_path}",) if saved.lines_path else ()
        return Written(saved.path, is_elsewhere=saved.rescued, notes=(f"{what}: {saved.path}{why}", *lines_note))

    return saved_or_said(save)


def saved_or_said(save: Callable[[], Written]) -> Written:
    """Save something, or say why it cannot be saved."""
    try:
        return save()
    except (WorkbookError, OSError) as error:
        return Written(is_elsewhere=True, notes=(str(error),))
