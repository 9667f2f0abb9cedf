"""``gcbulk template``."""

from __future__ import annotations

from pathlib import Path

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import os_errors_explained, say
from gcbulk.cli.ending import guarded
from gcbulk.errors import SettingsError
from gcbulk.runs.template import write_template


@guarded
def run(arguments: Arguments) -> int:
    """Write an empty workbook to fill in."""
    path: Path = arguments.path
    with os_errors_explained(f"{path} cannot be written"):
        if path.exists() and not arguments.force:
            raise SettingsError(f"{path} is there already; it is replaced only with --force.")
        say(f"Written: {write_template(path)}")
    return 0
