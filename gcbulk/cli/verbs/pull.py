"""``gcbulk pull``."""

from __future__ import annotations

from threading import Event

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.sending import counted, open_service
from gcbulk.runs.pull import pull_file


@guarded
def run(arguments: Arguments) -> int:
    """Write everything that is live into a workbook."""
    with open_service(arguments, Event()) as service, counted(service):
        result = pull_file(arguments.path, service, images=arguments.images, force=arguments.force)
    return end(arguments, result)
