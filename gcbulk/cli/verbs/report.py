"""``gcbulk report``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import journal, read_options, report_target
from gcbulk.cli.sending import submit_options
from gcbulk.errors import SettingsError
from gcbulk.runs.report import report_all, report_any_file
from gcbulk.runs.shared.reading import check_any


@guarded
def run(arguments: Arguments) -> int:
    """Write the report of a file's last run again."""
    if (arguments.file is None) != arguments.all:
        raise SettingsError("Say what to report on: a FILE, or --all for the last review of everything that is live.")
    if arguments.all and arguments.last == "push":
        raise SettingsError("--all is about reviews: leave out --last push, or name the FILE that was pushed.")
    if arguments.all:
        return end(arguments, report_all(journal(arguments), report_target(arguments), bundle_id=arguments.bundle_id))
    checked = check_any(arguments.file, arguments.kind, read_options(arguments))
    target, options = report_target(arguments), submit_options(arguments)
    result = report_any_file(arguments.file, checked, journal(arguments), target, options, verb=arguments.last)
    return end(arguments, result)
