"""How fast requests may go out: the rolling hour, a ceiling per minute, and what refusals teach.

What comes in: a clock, limits to start with, and every answer. What goes out: waits. One pacer serves all workers
of a run. The limits kept are what the service says where it says it; the minute's ceiling, of which Apple says
nothing, starts where users see no refusals and is learned from each 429.
"""

from __future__ import annotations

from collections import deque
from threading import Event, Lock

from gcbulk.appstore.calls import Reply
from gcbulk.appstore.limits import (
    HOURLY_REQUESTS,
    LONGEST_WAIT_S,
    MINUTE_REQUESTS,
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
RAISE_AFTER_S = 300.0
"""How long a learned ceiling has to hold without a refusal before a little more is tried."""
LOWEST_CEILING = 6


class Pacer:
    """Lets requests through at the fastest rate that the limits known allow.

    Args:
        clock: whose time counts.
        stop: set to end every wait.
        per_hour: requests per rolling hour until an answer says otherwise.
        per_minute: requests per minute to start with; never exceeded.
    """

    def __init__(
        self, clock: Clock, stop: Event, *, per_hour: int | None = None, per_minute: int | None = None
    ) -> None:
        self._clock = clock
        self._stop = stop
        self._lock = Lock()
        self._asked_per_hour = per_hour
        self._most_per_minute = per_minute or MINUTE_REQUESTS
        self._hour: deque[float] = deque()
        self._minute: deque[float] = deque()
        self._elsewhere = 0
        self._looked_at = 0.0
        self._blocked_until = 0.0
        self._refusals = 0
        self._raised_at = 0.0
        self._raise_by = 1
        self.per_hour = per_hour or HOURLY_REQUESTS
        self.per_minute = self._most_per_minute

    def acquire(self) -> None:
        """Return when the next request may go out, and count it.

        Raises:
            ServiceError: the run was told to stop.
        """
        while True:
            if self._stop.is_set():
                raise ServiceError("The run was told to stop. Run it again to go on.")
            with self._lock:
                now = self._clock.monotonic()
                wait_s = self._wait_s(now)
                if wait_s <= 0:
                    self._hour.append(now)
                    self._minute.append(now)
                    return
            self._clock.wait(wait_s, self._stop)

    def observe(self, reply: Reply) -> None:
        """Learn from what an answer says about the limits."""
        limits = limits_of(reply.headers)
        with self._lock:
            now = self._clock.monotonic()
            if limits.hour_limit is not None:
                self.per_hour = min(limits.hour_limit, self._asked_per_hour or limits.hour_limit)
            if limits.minute_limit is not None:
                self.per_minute = min(limits.minute_limit, self._most_per_minute)
            if limits.hour_limit is not None and limits.hour_remaining is not None:
                used = limits.hour_limit - max(limits.hour_remaining, 0)
                self._elsewhere = max(used - len(self._hour), 0)
                self._looked_at = now
            if reply.status != 429:
                self._refusals = 0
                self._try_more(now)

    def refuse(self, reply: Reply) -> None:
        """Learn from a 429: wait as told or to the next minute, and lower the ceiling to what did go through."""
        with self._lock:
            now = self._clock.monotonic()
            wall = self._clock.now()
            if now >= self._blocked_until:  # the first of a volley: the others were in flight with it
                self._refusals += 1
                if limits_of(reply.headers).hour_remaining != 0:  # then it is the minute that is full
                    self._lower(now)
            asked = retry_after_s(reply.headers, wall)
            grown = PROBE_S * (2 ** (self._refusals - 1) - 1)
            wait_s = asked if asked is not None else until_next_minute_s(wall) + grown
            self._blocked_until = max(self._blocked_until, now + min(max(wait_s, 0.5), LONGEST_WAIT_S))

    @property
    def refusals(self) -> int:
        """How many 429s in a row have ended a wait, with nothing going through in between."""
        return self._refusals

    def _lower(self, now: float) -> None:
        _forget(self._minute, now - MINUTE_S)
        went_through = len(self._minute) - 1
        self.per_minute = max(min(self.per_minute - 1, went_through), LOWEST_CEILING)
        self._raised_at = now
        self._raise_by = 1

    def _try_more(self, now: float) -> None:
        if self.per_minute < self._most_per_minute and now - self._raised_at >= RAISE_AFTER_S:
            self.per_minute = min(self.per_minute + self._raise_by, self._most_per_minute)
            self._raise_by *= 2
            self._raised_at = now

    def _wait_s(self, now: float) -> float:
        _forget(self._hour, now - HOUR_S)
        _forget(self._minute, now - MINUTE_S)
        return max(self._blocked_until - now, self._hour_wait_s(now), self._minute_wait_s(now))

    def _hour_wait_s(self, now: float) -> float:
        if len(self._hour) + self._elsewhere < self.per_hour:
            return 0.0
        own_s = self._hour[0] + HOUR_S - now if self._hour else PROBE_S
        return min(own_s, self._looked_at + PROBE_S - now) if self._elsewhere else own_s

    def _minute_wait_s(self, now: float) -> float:
        if len(self._minute) < self.per_minute:
            return 0.0
        return self._minute[-self.per_minute] + MINUTE_S - now


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
