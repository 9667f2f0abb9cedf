"""``gcbulk plan``."""

from __future__ import annotations

from threading import Event

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import read_options, rescue_dir
from gcbulk.cli.sending import counted, open_service, plan_options, submit_options
from gcbulk.runs.plan import PlanOutput, plan_any_file
from gcbulk.runs.shared.reading import check_any
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result

PENDING = 8
"""The exit code of a plan that has something to send, where that was asked for."""


@guarded
def run(arguments: Arguments) -> int:
    """Show what a push or a submission would send."""
    checked = check_any(arguments.file, arguments.kind, read_options(arguments))
    options, more = submit_options(arguments), _output(arguments)
    if arguments.offline:
        return _ended(arguments, plan_any_file(checked, None, options, more=more))
    with open_service(arguments, Event(), checked) as service:
        with counted(service):
            result = plan_any_file(checked, service, options, more=more)
        return _ended(arguments, result)


def _ended(arguments: Arguments, result: Result) -> int:
    is_pending = arguments.exit_code and not result.exit and result.plan is not None and result.plan["requests"]
    return end(arguments, result, exit_code=PENDING if is_pending else None)


def _output(arguments: Arguments) -> PlanOutput:
    sheet = ReportTarget(rescue_dir(), journal=arguments.journal) if arguments.plan_sheet else None
    return PlanOutput(plan_options(arguments), arguments.out, sheet)
