"""``gcbulk config``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import print_json, say
from gcbulk.cli.ending import guarded
from gcbulk.cli.given import beside, journal
from gcbulk.runs.config import config_json, config_lines


@guarded
def run(arguments: Arguments) -> int:
    """Show what counts of each option, and where it is set."""
    found = arguments.configuration, journal(arguments), beside(arguments)
    for line in config_lines(*found):
        say(line)
    if arguments.json:
        print_json(config_json(*found))
    return 0
