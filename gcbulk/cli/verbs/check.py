"""``gcbulk check``. Nothing that it imports sends anything, or writes workbooks before they are asked for."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import print_text
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import read_options, report_target
from gcbulk.errors import WorkbookError
from gcbulk.runs.check import check_annotations, check_any_file
from gcbulk.runs.shared.reading import check_any
from gcbulk.runs.shared.results import Result


@guarded
def run(arguments: Arguments) -> int:
    """Say what is wrong with a file."""
    try:
        checked = check_any(arguments.file, arguments.kind, read_options(arguments))
        result = check_any_file(arguments.file, checked, report_target(arguments))
    except WorkbookError as error:
        _annotate(arguments, error)
        raise
    _annotate(arguments, result)
    return end(arguments, result)


def _annotate(arguments: Arguments, ended: Result | WorkbookError) -> None:
    if arguments.format is not None:
        print_text(check_annotations(ended, arguments.file, arguments.format))
