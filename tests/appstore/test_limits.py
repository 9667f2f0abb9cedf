"""Rate limit headers, whatever they hold, and the time that the limits make requests take."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.appstore.limits import Limits, duration_s, limits_of, retry_after_s, until_next_minute_s

NOW = datetime(2025, 5, 4, 10, 0, 13, tzinfo=UTC)
EPOCH_S = NOW.timestamp()

RETRY_AFTER = [
    ("", None),
    ("   ", None),
    ("soon", None),
    ("never", None),
    ("60 seconds", None),
    ("0x10", None),
    ("Sun, 99 May 2025 10:00:00 GMT", None),
    ("0", 0),
    ("1", 1),
    ("  7 ", 7),
    ("1.5", 1.5),
    ("-5", 0),
    ("-0", 0),
    ("3600", 3600),
    ("3601", 3600),
    ("1e30", 3600),
    ("-1e30", 0),
    ("inf", 3600),
    ("-inf", 0),
    ("nan", 0),
    ("999999999", 3600),
    (f"{EPOCH_S + 30:.0f}", 30),
    (f"{EPOCH_S - 30:.0f}", 0),
    (f"{(EPOCH_S + 45) * 1000:.0f}", 45),
    (f"{(EPOCH_S - 45) * 1000:.0f}", 0),
    (f"{(EPOCH_S + 45) * 1e6:.0f}", 3600),
    ("Sun, 04 May 2025 10:00:33 GMT", 20),
    ("Sun, 04 May 2025 12:00:33 +0200", 20),
    ("Sun, 04 May 2025 10:00:33 -0000", 20),
    ("Sunday, 04-May-25 10:00:33 GMT", 20),
    ("Sun May  4 10:00:33 2025", 20),
    ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
    ("Sat, 01 Jan 0001 00:00:00 +1400", 0),
    ("5, 9", 5),
    ("5,5", 5),
]


@pytest.mark.parametrize(("text", "wait_s"), RETRY_AFTER, ids=[repr(text) for text, _ in RETRY_AFTER])
def test_retry_after_in_every_form(text: str, wait_s: float | None) -> None:
    """F4: odd values of Retry-After are read as what they can mean, and nothing waits for over an hour."""
    found = retry_after_s({"retry-after": text}, NOW)
    assert found == (None if wait_s is None else pytest.approx(wait_s))


def test_no_retry_after() -> None:
    """An answer without Retry-After asks for no wait of its own."""
    assert retry_after_s({}, NOW) is None


@given(
    st.one_of(
        st.text(max_size=60),
        st.floats().map(str),
        st.integers().map(str),
        st.datetimes().map(lambda at: f"{at:%a, %d %b %Y %H:%M:%S} GMT"),
        st.lists(st.from_regex(r"[A-Za-z]{3}|[0-9]{1,5}|[-+:,]", fullmatch=True), max_size=12).map(" ".join),
    )
)
def test_any_retry_after_is_survived(text: str) -> None:
    """F4: whatever stands there, the wait is none or within 0-3600 s."""
    found = retry_after_s({"retry-after": text}, NOW)
    assert found is None or 0 <= found <= 3600


X_RATE_LIMIT = [
    ("", Limits()),
    ("user-hour-lim:3500;user-hour-rem:500;", Limits(3500, 500)),
    ("user-hour-lim:3600;user-hour-rem:3599", Limits(3600, 3599)),
    ("user-hour-rem:1;user-hour-lim:2;", Limits(2, 1)),
    ("user-hour-lim : 3600 ; user-hour-rem : -1 ;", Limits(3600, -1)),
    ("user-minute-lim:150;user-minute-rem:149;", Limits(None, None, 150, 149)),
    ("user-hour-lim:3600;user-hour-rem:9;, user-minute-lim:150;user-minute-rem:0;", Limits(3600, 9, 150, 0)),
    ("user-hour-lim:3600;user-hour-rem:9;, user-hour-lim:3600;user-hour-rem:8;", Limits(3600, 8)),
    ("user-hour-lim:0;user-hour-rem:0;", Limits(None, 0)),
    ("user-hour-lim:-3600;", Limits()),
    ("user-hour-lim:1e30;user-hour-rem:soon;", Limits()),
    ("user-hour-lim:99999999999999999999;", Limits()),
    ("user-hour-lim:;user-hour-rem:", Limits()),
    ("hour-lim:5", Limits()),
    ("user-day-lim:5;user-day-rem:4;", Limits()),
    ("٣٦٠٠", Limits()),
    ("unlimited", Limits()),
]


@pytest.mark.parametrize(("text", "limits"), X_RATE_LIMIT, ids=[repr(text) for text, _ in X_RATE_LIMIT])
def test_rate_limit_header_in_every_form(text: str, limits: Limits) -> None:
    """F4: X-Rate-Limit is read field by field, and what cannot be understood is left out."""
    assert limits_of({"x-rate-limit": text}) == limits


@given(st.one_of(st.text(), st.from_regex(r"(user-(hour|minute)-(lim|rem) ?: ?-?[0-9e.]{0,12}[;,]? ?){0,6}")))
def test_any_rate_limit_header_is_survived(text: str) -> None:
    """F4: whatever stands there, a limit is a positive number or left out."""
    limits = limits_of({"x-rate-limit": text})
    assert limits.hour_limit is None or limits.hour_limit > 0
    assert limits.minute_limit is None or limits.minute_limit > 0


def test_no_rate_limit_header() -> None:
    """An answer without the header says nothing."""
    assert limits_of({}) == Limits()


@given(st.floats(9e8, 4e9).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_the_next_minute_is_never_far(now: datetime) -> None:
    """The wait ends a second into a clock minute, at most a minute from now."""
    wait_s = until_next_minute_s(now)
    ends = now + timedelta(seconds=wait_s)
    assert 0 < wait_s <= 60
    assert (ends.second + ends.microsecond / 1e6) == pytest.approx(1.0, abs=1e-5)


def test_a_refusal_that_arrives_late_does_not_cost_a_minute() -> None:
    """A 429 that crosses the minute's end on its way is tried again in the minute that has begun."""
    assert until_next_minute_s(NOW.replace(second=0, microsecond=100_000)) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("requests", "options", "hours"),
    [
        pytest.param(0, {}, 0, id="nothing"),
        pytest.param(1, {}, 0, id="one"),
        pytest.param(3600, {}, 0.2, id="a full hour's budget goes out in twelve minutes"),
        pytest.param(3601, {}, 1, id="one more waits for the hour"),
        pytest.param(10_000, {}, 2.156, id="10,000"),
        pytest.param(1_000_000, {}, 277.16, id="a million"),
        pytest.param(1000, {"remaining": 999}, 1, id="more than is left of the hour"),
        pytest.param(7200, {"per_minute": 30}, 4, id="a minute's limit below the hour's"),
        pytest.param(1, {"remaining": 0}, 1, id="one, with the hour used up"),
        pytest.param(1000, {"per_hour": 500}, 1.028, id="a lower hour"),
    ],
)
def test_how_long_requests_take(requests: int, options: dict[str, int], hours: float) -> None:
    """The estimate follows whichever limit binds."""
    assert duration_s(requests, **options) / 3600 == pytest.approx(hours, abs=0.01)


@given(st.integers(0, 10**7), st.integers(1, 10**5), st.integers(1, 10**4), st.none() | st.integers(0, 10**5))
def test_more_requests_never_take_less_time(
    requests: int, per_hour: int, per_minute: int, remaining: int | None
) -> None:
    """The estimate is finite, and grows with the work."""
    one = duration_s(requests, per_hour=per_hour, per_minute=per_minute, remaining=remaining)
    more = duration_s(requests + 1, per_hour=per_hour, per_minute=per_minute, remaining=remaining)
    assert 0 <= one <= more
    assert math.isfinite(more)
