"""``gcbulk explain``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import say
from gcbulk.cli.ending import guarded
from gcbulk.runs.explain import explain


@guarded
def run(arguments: Arguments) -> int:
    """Say what a code means, and what to do about it."""
    for line in explain(arguments.code):
        say(line)
    return 0
