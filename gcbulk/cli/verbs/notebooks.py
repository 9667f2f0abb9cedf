"""``gcbulk notebooks``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import say
from gcbulk.cli.ending import guarded
from gcbulk.runs.notebooks import write_notebooks


@guarded
def run(arguments: Arguments) -> int:
    """Write the notebooks that come with gcbulk."""
    for path in write_notebooks(arguments.folder, force=arguments.force):
        say(f"Written: {path}")
    return 0
