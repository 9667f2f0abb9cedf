"""``gcbulk purge``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import agreed, say
from gcbulk.cli.ending import guarded
from gcbulk.cli.given import journal, rescue_dir
from gcbulk.runs.purge import purge


@guarded
def run(arguments: Arguments) -> int:
    """Remove what the journal keeps of the players of old runs."""
    notes = purge(
        journal(arguments),
        rescue_dir=rescue_dir(),
        confirm=lambda lines: arguments.yes or agreed(lines, "Remove them?", done="removed"),
        older_than_days=arguments.older_than,
    )
    for note in notes:
        say(note)
    return 0
