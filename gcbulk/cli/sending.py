"""What verbs share that talk to the service: the connection, what is sent, and how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import Any

from tqdm import tqdm

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import printing, say
from gcbulk.cli.given import beside
from gcbulk.cli.streams import is_somebody_there
from gcbulk.configuration import OPTIONS
from gcbulk.options import IN_FLIGHT, SETTLE_WAIT_S
from gcbulk.records import PlanOptions
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.meter import Meter, wait_text
from gcbulk.runs.shared.submission_run import SubmitOptions, apps_of
from gcbulk.sheets import CheckedSubmissions

_SENDING = ("push", "submit", "review")
_NEW_JOURNAL = (
    "The journal {path} is new, so nothing is known of what earlier runs sent. If this machine is thrown away after "
    "the run, as in CI or a container, keep the journal on a volume and name it with --journal."
)


def open_service(arguments: Arguments, stop: Event, checked: object = None) -> Service:
    """The service that the arguments name; where they name no app, that of the first rows."""
    given = service_given(arguments)
    if isinstance(checked, CheckedSubmissions) and not arguments.detail_id:
        given["bundle_id"] = arguments.bundle_id or next(iter(apps_of(checked)), None)
    settings = make_settings(
        **given,
        settle_wait_s=getattr(arguments, "settle_wait", SETTLE_WAIT_S),
    )
    service = Service(settings, api=arguments.api, stop=stop)
    if arguments.verb in _SENDING and not is_somebody_there() and not service.has_journal:
        say(_NEW_JOURNAL.format(path=settings.journal))
    service.on_wait = lambda wait: say(wait_text(wait))
    return service


def service_given(arguments: Arguments) -> dict[str, Any]:
    """What the arguments say of the service, for `make_settings`."""
    given = {name: getattr(arguments, name) for name in OPTIONS if hasattr(arguments, name)}
    return {**given, "profile": arguments.profile, "beside": beside(arguments)}


@contextmanager
def progress_meter() -> Iterator[Meter]:
    """Show how far a run is, with lines around the bar."""
    around = partial(tqdm.write, file=sys.stderr)
    with printing(around), Meter(say, is_terminal=sys.stderr.isatty()) as meter:
        yield meter


@contextmanager
def counted(service: Service) -> Iterator[Meter]:
    """Show how many requests were sent, until there is something else to show."""
    with progress_meter() as meter:
        service.on_request = meter.count
        yield meter


def submit_options(arguments: Arguments) -> SubmitOptions:
    """Which submissions are sent, and how."""
    return SubmitOptions(
        on_duplicate=arguments.on_duplicate,
        allow_lowering=arguments.allow_lowering,
        send_zero=arguments.send_zero,
        in_flight=getattr(arguments, "max_in_flight", IN_FLIGHT),
        max_requests=getattr(arguments, "max_requests", None),
        stop_at=getattr(arguments, "stop_at", None),
    )


def plan_options(arguments: Arguments) -> PlanOptions:
    """What a push does beyond the sheet's own rows."""
    return PlanOptions(reorder=arguments.reorder, delete_missing=arguments.delete_missing is not None)
