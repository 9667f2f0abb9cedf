"""When a listing can be trusted, and from when on a request without an answer may be sent again.

The service may apply a request whose answer never came, and may list what it made only later: up to the settle wait
after the attempt ended. Within a run this is measured by a clock that cannot be set. Between two runs no clock is
trusted, and whatever an earlier run left behind counts from the moment this run opened the journal. For a request that
was in flight, that is the latest moment at which the earlier run can have died, and there is no evidence of an earlier
one. For a request that had ended, the true age is known if both runs saw the service's own ``Date``, and the wait is
shortened by it. A time in the future counts as just now, so that no wait is longer than the settle wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from gcbulk.service.clock import Clock

_DATES_DIFFER_S = 2.0
"""How far off a time span between two runs may be: a ``Date`` has no fractions, and takes its time to come."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The moment at which a run opened the journal; all earlier runs of its scope were over by then.

    Args:
        at: when, by the run's own clock (UTC).
        ahead_s: how far the service's clock is ahead of that one; None where that is not known.
    """

    at: datetime
    ahead_s: float | None = None

    def counted_from(self, sent_at: datetime, *, ahead_s: float | None, is_intent: bool) -> datetime:
        """From when the settle wait for a request of an earlier run counts, by this run's clock.

        Args:
            sent_at: when it was sent, or when it was certain that it has no answer, by that run's clock.
            ahead_s: how far the service's clock was ahead of that one; None where that is not known.
            is_intent: whether the run died with it under way.
        """
        if is_intent or self.ahead_s is None or ahead_s is None:
            return self.at
        since_s = (self.at - sent_at).total_seconds() + self.ahead_s - ahead_s - _DATES_DIFFER_S
        return self.at - timedelta(seconds=max(since_s, 0.0))


def wait_until_visible(clock: Clock, stop: Event, moments: Iterable[datetime], settle_wait_s: float) -> None:
    """Wait until everything sent must be visible, if it was ever applied; never longer than the settle wait.

    Args:
        clock: the run's own.
        stop: ends the wait.
        moments: from when on each wait counts.
        settle_wait_s: the settle wait.
    """
    now = clock.now()
    left_s = (max(moments, default=now) - now).total_seconds() + settle_wait_s
    clock.wait(min(max(left_s, 0.0), settle_wait_s), stop, "what was sent without an answer to show")


def shown_before(taken_at: datetime | None, settle_wait_s: float) -> datetime | None:
    """Requests sent before this moment must be visible in a list of a given time; None where there is no list."""
    return None if taken_at is None else taken_at - timedelta(seconds=settle_wait_s)
