"""How fast requests may go out: a limit per rolling hour, a ceiling per minute, and lessons from refusals.

One pacer serves all workers of a run. It keeps to the limits that the service announces, where it does. Apple says
nothing about a limit per minute: the ceiling starts where users see no refusals and is adjusted by each 429.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock

from gcbulk.appstore.calls import Reply
from gcbulk.appstore.limits import (
    HOURLY_REQUESTS,
    LONGEST_WAIT_S,
    MINUTE_REQUESTS,
    Limits,
    limits_of,
    retry_after_s,
    until_next_minute_s,
)
from gcbulk.errors import ServiceError
from gcbulk.service.clock import Clock

HOUR_S = 3602.0
MINUTE_S = 60.5
"""The windows, a little longer than the service's: a request counts there when it arrives, here when it goes."""
PROBE_S = 60.0
"""How long to leave a budget alone that others have used up, before looking again."""
LOOK_AGAIN_S = 5.0
"""How long to wait for a budget that other runs on this machine have used up, before asking the journal again."""
SHARED_RESERVE = 10
"""Requests of the hour left alone while others use the key too: theirs arrive while ours are on their way."""
VOLLEY_S = 0.5
"""The shortest pause after a refusal, within which the refusals of what was in flight with it come."""
ONE_BY_ONE_S = 2.0
"""The distance between requests from a refusal until one goes through."""
RAISE_AFTER_REQUESTS = 300
RAISE_AFTER_S = 1800.0
"""How many requests a learned ceiling has to let through without a refusal before a little more is tried, and the
longest time that this may take ..."""
RAISE_COST = 40
"""... and how many times the wait that the service asked for, because the next refusal may cost it again."""
RAISE_AGAIN_S = 60.0
"""How long until twice as much more is tried when that went well."""


def nothing_to_refresh() -> None:
    """Learn nothing about other runs, where the budget is not shared."""


class Pacer:
    """Lets requests through as fast as the known limits allow.

    Args:
        clock: whose time counts.
        stop: set to end every wait.
        per_hour: the limit of requests per rolling hour, including those of other runs on this machine.
        per_minute: requests per minute to start with; never exceeded.
        wait: waits for a reason; the clock's own wait if left out.

    Attributes:
        until: when to stop letting requests through (UTC); None for never.
        refresh: called before each look at the budget, to bring in what other runs have sent.
    """

    def __init__(
        self,
        clock: Clock,
        stop: Event,
        *,
        per_hour: int | None = None,
        per_minute: int | None = None,
        wait: Callable[[float, Event, str], None] | None = None,
    ) -> None:
        self._clock = clock
        self._stop = stop
        self._pass = wait or clock.wait
        self._lock = Lock()
        self._asked_per_hour = per_hour
        self._asked_per_minute = per_minute or MINUTE_REQUESTS
        self._most_per_minute = self._asked_per_minute
        self._hour: deque[float] = deque()
        self._minute: deque[float] = deque()
        self._elsewhere = 0  # by other clients, as the service says
        self._others_hour = 0  # by other runs on this machine, as the journal says
        self._others_minute = 0
        self._spent = 0
        self._began = clock.monotonic()
        self._looked_at = 0.0
        self._blocked_until = 0.0
        self._refusals = 0
        self._raise_at = 0.0
        self._raise_by = 1
        self._announced_per_hour = HOURLY_REQUESTS
        self.per_minute = self._most_per_minute
        self.until: datetime | None = None
        self.refresh: Callable[[], None] = nothing_to_refresh

    def acquire(self) -> None:
        """Return when the next request may go out, and count it.

        Raises:
            ServiceError: the run was told to stop, or the time in `until` has come.
        """
        while True:
            if self._stop.is_set():
                raise ServiceError("The run was told to stop. Run it again to go on.")
            self.refresh()
            left_s = self._left_s()
            with self._lock:
                now = self._clock.monotonic()
                wait_s, why = self._wait(now)
                if wait_s <= 0:
                    self._count(now)
                    return
            self._pass(min(wait_s, left_s), self._stop, why)

    def observe(self, reply: Reply) -> None:
        """Learn from what an answer says about the limits."""
        limits = limits_of(reply.headers)
        with self._lock:
            now = self._clock.monotonic()
            self._keep_announced(limits, now, is_refusal=reply.status == 429)
            if reply.status != 429:
                self._refusals = 0
                self._try_more(now)
                if limits.minute_remaining == 0:
                    self._block(now, until_next_minute_s(self._clock.now()))

    def refuse(self, reply: Reply) -> None:
        """Learn from a 429: wait as told or to the next minute, and lower the ceiling to what did go through."""
        with self._lock:
            now = self._clock.monotonic()
            wall = self._clock.now()
            if self._minute:
                self._minute.pop()  # it did not go through
            asked_s = retry_after_s(reply.headers, wall)
            self._refusals += now >= self._blocked_until  # the others of a volley were in flight with the first
            if self._is_minute_to_blame(limits_of(reply.headers), now):
                self._lower(now, asked_s or 0.0)
            self._block(now, self._refused_wait_s(asked_s, until_next_minute_s(wall)))

    @property
    def refusals(self) -> int:
        """How many 429s in a row have ended a wait, with nothing going through in between."""
        return self._refusals

    def take_spent(self) -> int:
        """How many requests went out since this was last asked."""
        with self._lock:
            spent, self._spent = self._spent, 0
            return spent

    def share(self, *, hour: int, minute: int) -> None:
        """Take into account what other runs on this machine sent with the same key in the last hour and minute."""
        with self._lock:
            self._others_hour, self._others_minute = hour, minute

    @property
    def per_hour(self) -> int:
        """Requests per rolling hour: what was asked for, or what the service announces where that is less."""
        return min(self._asked_per_hour or self._announced_per_hour, self._announced_per_hour)

    @property
    def remaining(self) -> int:
        """How much of the hour's budget is left, as far as is known."""
        return self.remaining_beside(self._others_hour)

    def remaining_beside(self, others_hour: int) -> int:
        """The same, given how many requests other runs on this machine have sent in the last hour."""
        with self._lock:
            _forget(self._hour, self._clock.monotonic() - HOUR_S)
            announced = self._announced_per_hour - len(self._hour) - max(self._elsewhere, others_hour)
            asked = (self._asked_per_hour or HOURLY_REQUESTS) - len(self._hour) - others_hour
            return max(min(announced, asked) if self._asked_per_hour else announced, 0)

    def _left_s(self) -> float:
        if self.until is None:
            return LONGEST_WAIT_S
        left_s = (self.until - self._clock.now()).total_seconds()
        if left_s <= 0:
            raise ServiceError(f"The time to stop, {self.until:%Y-%m-%d %H:%M} UTC, has come. Run it again to go on.")
        return left_s

    def _keep_announced(self, limits: Limits, now: float, *, is_refusal: bool) -> None:
        if limits.minute_limit is not None:
            self._most_per_minute = min(limits.minute_limit, self._asked_per_minute)
            self.per_minute = min(self.per_minute, self._most_per_minute)
        if limits.hour_limit is None:
            return
        self._announced_per_hour = limits.hour_limit
        # Users see a remainder of -1 now and then while everything goes through: it says something in a refusal only.
        if limits.hour_remaining is not None and (limits.hour_remaining >= 0 or is_refusal):
            used = limits.hour_limit - max(limits.hour_remaining, 0)
            self._elsewhere = max(used - len(self._hour), 0)
            self._looked_at = now

    def _refused_wait_s(self, asked_s: float | None, next_minute_s: float) -> float:
        if asked_s and self._refusals <= 1:
            return asked_s
        # Whatever was asked for did not help, or nothing was: to the next minute, then ever longer.
        in_vain = self._refusals - (2 if asked_s else 1)
        return max(asked_s or 0.0, next_minute_s + PROBE_S * (2.0**in_vain - 1))

    def _block(self, now: float, wait_s: float) -> None:
        self._blocked_until = max(self._blocked_until, now + min(max(wait_s, VOLLEY_S), LONGEST_WAIT_S))

    def _is_minute_to_blame(self, limits: Limits, now: float) -> bool:
        # A second refusal in a row comes after a wait: then it is not this minute that is full. And who has just
        # begun does not know what the minute has seen, for instance an earlier run.
        is_hour_left = limits.hour_remaining is None or limits.hour_remaining > 0
        return self._refusals == 1 and is_hour_left and now - self._began >= MINUTE_S

    def _lower(self, now: float, asked_s: float) -> None:
        _forget(self._minute, now - MINUTE_S)
        self.per_minute = max(min(self.per_minute, len(self._minute)), 1)
        quiet_s = min(RAISE_AFTER_REQUESTS / self.per_minute * MINUTE_S, RAISE_AFTER_S)
        self._raise_at = now + max(quiet_s, RAISE_COST * asked_s)
        self._raise_by = 1

    def _try_more(self, now: float) -> None:
        if self.per_minute < self._most_per_minute and now >= self._raise_at:
            self.per_minute = min(self.per_minute + self._raise_by, self._most_per_minute)
            self._raise_by *= 2
            self._raise_at = now + RAISE_AGAIN_S

    def _used_elsewhere(self) -> int:
        return max(self._elsewhere, self._others_hour)

    def _count(self, now: float) -> None:
        self._spent += 1
        if self._is_hour_full():
            self._looked_at = now  # this request is the look at what others have left
        self._hour.append(now)
        self._minute.append(now)

    def _wait(self, now: float) -> tuple[float, str]:
        """How long to wait, and for what."""
        _forget(self._hour, now - HOUR_S)
        _forget(self._minute, now - MINUTE_S)
        return max(
            (self._blocked_until - now, "the service, which asked for a pause"),
            (self._one_by_one_s(now), "the service, which asked for a pause"),
            (self._asked_wait_s(now), f"the limit of {self._asked_per_hour:,} requests an hour that was asked for")
            if self._asked_per_hour
            else (0.0, ""),
            (self._hour_wait_s(now), "the hourly limit"),
            (self._minute_wait_s(now), f"the limit of {self.per_minute:,} requests a minute"),
        )

    def _one_by_one_s(self, now: float) -> float:
        return self._hour[-1] + ONE_BY_ONE_S - now if self._refusals and self._hour else 0.0

    def _is_hour_full(self) -> bool:
        elsewhere = self._used_elsewhere()
        reserve = min(SHARED_RESERVE, self._announced_per_hour // 100) if elsewhere else 0
        return len(self._hour) + elsewhere + reserve >= self._announced_per_hour

    def _asked_wait_s(self, now: float) -> float:
        """How long the hour's limit that was asked for stays used up; only the journal knows what others sent."""
        if not self._asked_per_hour or len(self._hour) + self._others_hour < self._asked_per_hour:
            return 0.0
        own_s = self._hour[0] + HOUR_S - now if self._hour else HOUR_S
        return min(own_s, LOOK_AGAIN_S) if self._others_hour else own_s

    def _hour_wait_s(self, now: float) -> float:
        if not self._is_hour_full():
            return 0.0
        own_s = self._hour[0] + HOUR_S - now if self._hour else PROBE_S
        if self._others_hour > self._elsewhere:
            return min(own_s, LOOK_AGAIN_S)  # the journal tells when it is over, without a request
        return min(own_s, self._looked_at + PROBE_S - now) if self._elsewhere else own_s

    def _minute_wait_s(self, now: float) -> float:
        ours = max(self.per_minute - self._others_minute, 1)
        return self._minute[-ours] + MINUTE_S - now if len(self._minute) >= ours else 0.0


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
