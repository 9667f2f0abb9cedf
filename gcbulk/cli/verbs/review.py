"""``gcbulk review``."""

from __future__ import annotations

from collections.abc import Sequence

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import agreed
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import read_options, report_target
from gcbulk.cli.interrupts import Sending
from gcbulk.cli.sending import counted, open_service
from gcbulk.errors import SettingsError
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.reading import check_content
from gcbulk.runs.shared.showing import outcomes_shown


@guarded
def run(arguments: Arguments) -> int:
    """Hand achievements to review."""
    if (arguments.file is None) != arguments.all:
        raise SettingsError("Say what to hand to review: a FILE, or --all for everything that is live.")
    checked = None if arguments.all else check_content(arguments.file, read_options(arguments))
    with Sending() as sending:
        with open_service(arguments, sending.stop) as service, counted(service) as meter:

            def confirm(lines: Sequence[str]) -> bool:
                """Show what would be done and ask whether to do it."""
                meter.restart()  # the question needs the line
                return arguments.yes or agreed(lines, "Do that?")

            result = review_file(
                arguments.file,
                checked,
                service,
                report_target(arguments),
                options=ReviewOptions(arguments.platform, arguments.submit),
                confirm=sending.after(confirm),
                watch=outcomes_shown(meter, service),
            )
        return end(arguments, result, exit_code=sending.exit_code)
