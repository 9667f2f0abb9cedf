"""``gcbulk submit``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import agreed
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import read_options, report_target
from gcbulk.cli.interrupts import Sending
from gcbulk.cli.sending import open_service, progress_meter, submit_options
from gcbulk.runs.shared.reading import read_submissions
from gcbulk.runs.submit import submit_file


@guarded
def run(arguments: Arguments) -> int:
    """Send players' progress or scores."""
    checked = read_submissions(arguments.file, kind=arguments.kind, reading=read_options(arguments))
    with Sending() as sending:
        with open_service(arguments, sending.stop, checked) as service, progress_meter() as meter:
            result = submit_file(
                arguments.file,
                checked,
                service,
                report_target(arguments),
                options=submit_options(arguments),
                confirm=sending.after(lambda lines: arguments.yes or agreed(lines, "Send them?")),
                watch=meter,
            )
        return end(arguments, result, exit_code=sending.exit_code)
