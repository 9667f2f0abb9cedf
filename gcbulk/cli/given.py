"""What the arguments say, as the values that `gcbulk.runs` takes: how a file is read, where the report goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gcbulk.cli.arguments import Arguments
from gcbulk.configuration import OPTIONS, Configured, configured
from gcbulk.environment import state_dir
from gcbulk.errors import SettingsError
from gcbulk.runs.shared.reading import ReadOptions
from gcbulk.runs.shared.reports import ReportTarget


def read_options(arguments: Arguments) -> ReadOptions:
    """How the file is read."""
    return ReadOptions(
        sheet=_each_once("--sheet", arguments.sheet),
        column=_each_once("--column", arguments.column),
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        bundle_id=getattr(arguments, "bundle_id", None),
        percent_as=getattr(arguments, "percent_as", None),
        timezone=getattr(arguments, "timezone", None),
        locale=getattr(arguments, "locale", None),
    )


def configuration(arguments: Arguments) -> dict[str, Configured]:
    """What counts of each option of the verb that can be configured, and where it is set."""
    given = {name: getattr(arguments, name) for name in OPTIONS if hasattr(arguments, name)}
    return configured(given, profile=arguments.profile, beside=beside(arguments))


def beside(arguments: Arguments) -> Path | None:
    """The folder of the workbook that a verb is about; None where it is about none."""
    file: Path | None = getattr(arguments, "file", None)
    return file.parent if file is not None else None


def report_target(arguments: Arguments) -> ReportTarget:
    """Where the report goes."""
    return ReportTarget(
        rescue_dir(),
        report=arguments.report,
        write=not arguments.no_report,
        journal=getattr(arguments, "journal", None),
    )


def rescue_dir() -> Path:
    """Where a report goes that can be saved nowhere else."""
    return state_dir() / "rescued"


def journal(arguments: Arguments) -> Path:
    """The journal's file."""
    return arguments.journal or state_dir() / "journal.sqlite3"


def _each_once(option: str, pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What an option that may be given several times says of each name."""
    for name, value in pairs:
        others = {other for same, other in pairs if same == name} - {value}
        if others:
            raise SettingsError(
                f"{option} says two different things about {name}: {value} and {others.pop()}. Leave one of them out."
            )
    return dict(pairs)
