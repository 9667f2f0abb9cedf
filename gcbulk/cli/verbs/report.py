"""``gcbulk report``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import journal, read_options, report_target
from gcbulk.cli.sending import submit_options
from gcbulk.runs.report import report_any_file
from gcbulk.runs.shared.reading import check_any


@guarded
def run(arguments: Arguments) -> int:
    """Write the report of a file's last run again."""
    checked = check_any(arguments.file, arguments.kind, read_options(arguments))
    target, options = report_target(arguments), submit_options(arguments)
    result = report_any_file(arguments.file, checked, journal(arguments), target, options, verb=arguments.last)
    return end(arguments, result)
