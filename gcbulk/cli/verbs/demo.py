"""``gcbulk demo``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import os_errors_explained, say
from gcbulk.cli.ending import guarded
from gcbulk.runs.demo import run_demo


@guarded
def run(arguments: Arguments) -> int:
    """Do the whole job on this machine with a sample workbook."""
    with os_errors_explained(f"The folder {arguments.dir} cannot be used"):
        run_demo(arguments.dir, say=say)
    return 0
