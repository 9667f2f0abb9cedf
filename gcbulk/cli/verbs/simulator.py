"""``gcbulk simulator``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import os_errors_explained, say
from gcbulk.cli.ending import guarded
from gcbulk.runs.simulator import run_simulator


@guarded
def run(arguments: Arguments) -> int:
    """Run a stand-in for App Store Connect."""
    given = {"hour_limit": arguments.hour_limit, "minute_limit": arguments.minute_limit}
    limits = {name: limit for name, limit in given.items() if limit is not None or arguments.no_limit}
    with os_errors_explained("The simulator cannot run like this"):
        run_simulator(port=arguments.port, state=arguments.state, faults=arguments.faults, limits=limits, say=say)
    return 0
