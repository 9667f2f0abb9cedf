"""What the service says about its rate limits, and how long to wait.

Headers may hold anything: nothing here raises, and every wait is between 0 and 3600 seconds.

Source: https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits
Reported by users and not documented: the minute fields, and a 429 with thousands left in the hour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIELD = re.compile(r"user-(hour-lim|hour-rem|minute-lim|minute-rem)\s*:\s*(-?[0-9]{1,9})\b")

LONGEST_WAIT_S = 3600.0
HOURLY_REQUESTS = 3600
"""Requests per rolling hour and key where no answer has said otherwise."""
MINUTE_REQUESTS = 300
"""Requests per minute to start with: users see 429s from about 300-350 on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer's ``X-Rate-Limit`` says; None for what it leaves out."""

    hour_limit: int | None = None
    hour_remaining: int | None = None
    minute_limit: int | None = None
    minute_remaining: int | None = None


def limits_of(headers: Mapping[str, str]) -> Limits:
    """Read ``X-Rate-Limit``: fields in any order, joined lines, garbage left out."""
    number = {name: int(text) for name, text in _FIELD.findall(headers.get("x-rate-limit", ""))}
    return Limits(
        hour_limit=_positive(number.get("hour-lim")),
        hour_remaining=number.get("hour-rem"),
        minute_limit=_positive(number.get("minute-lim")),
        minute_remaining=number.get("minute-rem"),
    )


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait that ``Retry-After`` asks for, None where there is none or it cannot be understood.

    Read are seconds, an HTTP date, epoch seconds and epoch milliseconds: which of them the service sends is not
    known.
    """
    text = headers.get("retry-after", "").strip()
    try:
        number = float(text.split(",")[0])  # a header that came twice is joined by a comma
    except ValueError:
        return _until_date(text, now)
    return _clamp(_seconds(number, now.timestamp()))


def duration_s(
    requests: int,
    *,
    per_hour: int = HOURLY_REQUESTS,
    per_minute: int = MINUTE_REQUESTS,
    remaining: int | None = None,
) -> float:
    """The time that the limits make this many requests take at most, when nobody else uses the key from now on.

    What is left of the hour goes out as fast as the minute allows. The rest waits until the hour is over, in which
    what was sent before may have come at its end, and then goes out an hour's worth at a time.

    Args:
        requests: how many.
        per_hour: the rolling hour's limit.
        per_minute: the minute's.
        remaining: what is left of the hour now; None when nobody has said, which counts as all of it.
    """
    left = per_hour if remaining is None else min(remaining, per_hour)
    each_s = 60.0 / per_minute
    if requests <= left:
        return requests * each_s
    whole_hours, last = divmod(requests - left - 1, per_hour)
    first_s, hour_s = max(3600.0, left * each_s), max(3600.0, per_hour * each_s)
    return first_s + whole_hours * hour_s + (last + 1) * each_s


def until_next_minute_s(now: datetime) -> float:
    """Seconds until a clock minute is a second old: the second is for clocks that differ, and for answers under way."""
    return 60.0 - (now.second + now.microsecond / 1e6 - 1.0) % 60.0


def _seconds(number: float, now_s: float) -> float:
    if number > 1e11:
        return number / 1000 - now_s
    return number - now_s if number > 1e9 else number


def _until_date(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _clamp((moment - now).total_seconds())


def _clamp(seconds: float) -> float:
    if math.isnan(seconds):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT_S)


def _positive(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None
