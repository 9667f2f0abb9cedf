"""``gcbulk push``."""

from __future__ import annotations

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import agreed, typed_deletions, typed_losses
from gcbulk.cli.ending import end, guarded
from gcbulk.cli.given import read_options, report_target
from gcbulk.cli.interrupts import Sending
from gcbulk.cli.sending import counted, open_service, plan_options
from gcbulk.planning import Plan
from gcbulk.reporting import plan_text
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.reading import check_content
from gcbulk.runs.shared.saved_plans import load_plan
from gcbulk.runs.shared.showing import outcomes_shown
from gcbulk.wording import counted as number_of


@guarded
def run(arguments: Arguments) -> int:
    """Create what is not there yet, and change what differs."""
    checked = check_content(arguments.file, read_options(arguments))
    saved = load_plan(arguments.plan) if arguments.plan else None
    with Sending() as sending:
        with open_service(arguments, sending.stop) as service, counted(service) as meter:

            def confirm(plan: Plan) -> bool:
                """Ask whether to send the plan; catch signals from a yes on, unless deletions are asked about next."""
                meter.restart()  # the question needs the line
                question = f"Send {number_of(plan.requests, 'request')}?"
                is_agreed = arguments.yes or agreed(plan_text(plan), question)
                if is_agreed and not plan.deletions and not plan.losses:
                    sending.begin()
                return is_agreed

            def confirm_deletions(plan: Plan) -> int:
                """How many deletions were agreed to, by option or by typing; catch signals from then on."""
                confirmed: int = arguments.delete_missing or typed_deletions(plan.deletions, plan.noun)
                if not plan.losses:
                    sending.begin()
                return confirmed

            def confirm_losses(plan: Plan) -> int:
                """How many changes that delete what players have were agreed to; catch signals from then on."""
                confirmed: int = arguments.confirm_losses or typed_losses(plan.losses)
                sending.begin()
                return confirmed

            result = push_file(
                arguments.file,
                checked,
                service,
                report_target(arguments),
                confirm=confirm,
                strict=arguments.strict,
                options=plan_options(arguments),
                confirm_deletions=confirm_deletions,
                confirm_losses=confirm_losses,
                saved=saved,
                watch=outcomes_shown(meter, service),
            )
        return end(arguments, result, exit_code=sending.exit_code)
