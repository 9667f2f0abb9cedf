"""``gcbulk preview``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import say
from gcbulk.cli.ending import guarded
from gcbulk.cli.given import read_options
from gcbulk.runs.preview import preview_file
from gcbulk.runs.shared.reading import check_content


@guarded
def run(arguments: Arguments) -> int:
    """Write a page that shows the achievements as players see them."""
    checked = check_content(arguments.file, read_options(arguments))
    say(f"Written: {preview_file(arguments.file, checked, arguments.page)}")
    return 0
