"""What a notebook shows of long work without being asked: a bar, and the reason for each wait.

A plain script shows nothing, and callbacks that the user has set are left alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tqdm import TqdmWarning, tqdm

from gcbulk.records import Outcome
from gcbulk.runs.shared.connection import Service, eta
from gcbulk.runs.shared.meter import WIDE, Meter, in_notebook, wait_text
from gcbulk.runs.shared.watching import Watch, no_progress
from gcbulk.service.client import uncounted
from gcbulk.service.clock import unannounced

with warnings.catch_warnings():
    warnings.simplefilter("ignore", TqdmWarning)  # a notebook without widgets has a bar of text
    from tqdm.auto import tqdm as notebook_bar


@contextmanager
def showing(service: Service | None, *, bar: bool = True) -> Iterator[Meter | None]:
    """Show in a notebook what is going on while the block runs.

    Args:
        service: whose work it is; None where nothing is sent.
        bar: whether there is a bar; where progress is shown in another way, only waits are announced.

    Yields:
        The bar's meter; None where there is none.
    """
    if service is None or not in_notebook():
        yield None
        return
    before = service.on_wait, service.on_request
    with Meter(tqdm.write, is_terminal=True, columns=WIDE, bar=notebook_bar) as meter:
        if service.on_wait is unannounced:
            service.on_wait = lambda wait: tqdm.write(wait_text(wait))
        if bar and service.on_request is uncounted:
            service.on_request = meter.count
        try:
            yield meter if bar else None
        finally:
            service.on_wait, service.on_request = before


def outcomes_shown(meter: Meter | None, service: Service) -> Watch:
    """What shows outcomes on a meter, with the time that is left by the rate limits."""
    if meter is None:
        return no_progress
    active = meter

    def watch(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
        """Show the outcomes on the meter."""
        return active.shown(outcomes, total, lambda left: eta(left, service))

    return watch
