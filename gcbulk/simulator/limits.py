"""The rate limit: a number of requests in a rolling hour, and perhaps a number in each minute of the clock.

Source: https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime

from gcbulk.simulator.switches import Switches

HOUR_S = 3600
MINUTE_S = 60
HEADER = "X-Rate-Limit"


class Budget:
    """What one key has used of its limits; the service keeps one for each key."""

    def __init__(self) -> None:
        self._seconds: deque[tuple[int, int]] = deque()
        self._in_hour = 0
        self._minute = 0
        self._in_minute = 0

    def take(self, switches: Switches, *, now: float) -> bool:
        """Count a request and let it pass, or say that it is one too many; what is refused is not counted."""
        self._forget(now)
        if switches.hour_limit is not None and self._in_hour >= switches.hour_limit:
            return False
        if switches.minute_limit is not None and self._in_minute >= switches.minute_limit:
            return False
        self._count(int(now))
        return True

    def headers(self, switches: Switches) -> tuple[tuple[str, str], ...]:
        """Give the header lines that every answer carries; none where there is no limit."""
        hour = _fields("hour", switches.hour_limit, self._in_hour)
        minute = _fields("minute", switches.minute_limit, self._in_minute)
        lines = {
            "hidden": (hour,),
            "beside": (hour + minute,),
            "own": (hour, minute),
            "only": (minute,),
        }[switches.minute_header]
        return tuple((HEADER, line) for line in lines if line)

    def retry_after(self, switches: Switches, *, now: float) -> tuple[tuple[str, str], ...]:
        """Give the Retry-After header of a 429 in the form that the switches ask for, if they do."""
        if switches.retry_after == "none":
            return ()
        free_at = now + self._wait(switches, now)
        value = {
            "seconds": f"{free_at - now:.0f}",
            "date": format_datetime(datetime.fromtimestamp(free_at, UTC), usegmt=True),
            "epoch-s": f"{free_at:.0f}",
            "epoch-ms": f"{free_at * 1000:.0f}",
        }[switches.retry_after]
        return (("Retry-After", value),)

    def _wait(self, switches: Switches, now: float) -> float:
        """Give the seconds until the next request would pass, rounded up as a service rounds."""
        if switches.hour_limit is not None and self._in_hour >= switches.hour_limit and self._seconds:
            return self._seconds[0][0] + HOUR_S - now + 1
        return MINUTE_S - now % MINUTE_S + 1

    def _forget(self, now: float) -> None:
        while self._seconds and self._seconds[0][0] <= now - HOUR_S:
            self._in_hour -= self._seconds.popleft()[1]
        if int(now // MINUTE_S) != self._minute:
            self._minute, self._in_minute = int(now // MINUTE_S), 0

    def _count(self, second: int) -> None:
        before = self._seconds.pop()[1] if self._seconds and self._seconds[-1][0] == second else 0
        self._seconds.append((second, before + 1))
        self._in_hour += 1
        self._in_minute += 1


def _fields(unit: str, limit: int | None, used: int) -> str:
    """Give ``user-hour-lim:3600;user-hour-rem:3599;``, or nothing where there is no limit."""
    return "" if limit is None else f"user-{unit}-lim:{limit};user-{unit}-rem:{limit - used};"
