"""``gcbulk doctor``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import print_json, say
from gcbulk.cli.ending import guarded
from gcbulk.cli.sending import service_given
from gcbulk.reporting import doctor_exit, doctor_json, doctor_lines
from gcbulk.runs.doctor import examine


@guarded
def run(arguments: Arguments) -> int:
    """Say what is right and wrong with all that a run needs."""
    findings = examine(api=arguments.api, **service_given(arguments))
    for line in doctor_lines(findings):
        say(line)
    if arguments.json:
        print_json(doctor_json(findings))
    return doctor_exit(findings)
