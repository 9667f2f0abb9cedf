"""When a list may be believed: never before what an earlier run left behind has had its time, whatever clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from virtual_server import VirtualClock

from gcbulk.service.clock import ServiceTime, SteadyClock
from gcbulk.service.visibility import Opening, shown_before, wait_until_visible

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
DAYS = st.floats(-2 * 86400, 2 * 86400)


def ago(seconds: float) -> datetime:
    """A moment so long before now."""
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("sent_ago_s", "ahead_s", "ahead_then_s", "is_intent", "counted_ago_s"),
    [
        (30, None, None, False, 0),  # no clock is believed
        (9000, 0.0, None, False, 0),
        (9000, None, 0.0, True, 0),
        (30, 0.0, 0.0, False, 28),  # both saw the service's Date
        (30, 0.0, 0.0, True, 0),  # nothing tells when the run died that had it under way
        (9000, 0.0, 0.0, True, 0),
        (-3600, 0.0, 0.0, False, 0),  # in the future
        (3630, 0.0, 3600.0, False, 28),  # the clock was set on by an hour in between
        (-86370, 0.0, -86400.0, False, 28),  # ... or back by a day
        (9000, 0.0, 0.0, False, 8998),
    ],
)
def test_from_when_a_wait_counts(
    sent_ago_s: float, ahead_s: float | None, ahead_then_s: float | None, is_intent: bool, counted_ago_s: float
) -> None:
    """From the opening of the journal, earlier only by as much as the service's own clock proves."""
    opening = Opening(NOW, ahead_s)
    found = opening.counted_from(ago(sent_ago_s), ahead_s=ahead_then_s, is_intent=is_intent)
    assert found == ago(counted_ago_s)


@given(DAYS, DAYS, DAYS, st.floats(0, 86400), st.booleans())
def test_a_wait_is_never_too_short_and_never_too_long(
    off_then_s: float, off_s: float, service_s: float, passed_s: float, is_intent: bool
) -> None:
    """However both clocks are set, a wait counts from the end of the attempt or later, and at the latest from now."""
    opening = Opening(NOW, service_s - off_s)
    sent_at = ago(passed_s) + timedelta(seconds=off_then_s - off_s)
    found = opening.counted_from(sent_at, ahead_s=service_s - off_then_s, is_intent=is_intent)
    assert ago(passed_s) <= found + timedelta(milliseconds=1)
    assert found == NOW if is_intent else found <= NOW


@pytest.mark.parametrize(("moments_s", "waited_s"), [([0, 50], 10), ([90], 0), ([-9000], 60), ([], 60), ([0], 60)])
def test_the_settle_wait(clock: VirtualClock, moments_s: list[float], waited_s: float) -> None:
    """It counts from the last of all moments, and is never longer than itself."""
    moments = [clock.now() - timedelta(seconds=one) for one in moments_s]
    wait_until_visible(clock, Event(), moments[-1:], 60.0)
    assert clock.waits == [waited_s]
    assert shown_before(clock.now(), 60.0) == clock.now() - timedelta(seconds=60)
    assert shown_before(None, 60.0) is None


class Set(VirtualClock):
    """A clock that can be set."""

    off_s = 0.0

    def now(self) -> datetime:
        """The time as the machine has it."""
        return super().now() + timedelta(seconds=self.off_s)


@given(st.lists(st.tuples(DAYS, st.floats(0, 1000)), max_size=5))
def test_a_steady_clock_cannot_be_set(changes: list[tuple[float, float]]) -> None:
    """It shows the time of its beginning and the seconds that have passed."""
    clock = Set()
    steady = SteadyClock(clock)
    began_at = steady.now()
    for off_s, wait_s in changes:
        clock.off_s = off_s
        steady.wait(wait_s, Event())
    assert steady.now() - began_at == timedelta(seconds=clock.passed_s)
    assert steady.monotonic() == clock.passed_s


@pytest.mark.parametrize(
    ("date", "took_s", "ahead_s"),
    [
        (format_datetime(NOW + timedelta(hours=1)), 0.2, 3600.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 1.0, -86400.0),
        (format_datetime(NOW), 5.0, None),
        ("soon", 0.2, None),
        ("", 0.2, None),
        (None, 0.2, None),
    ],
)
def test_the_services_clock(date: str | None, took_s: float, ahead_s: float | None) -> None:
    """It is known from the first Date that came soon enough to say anything, and then stays as it is."""
    known = ServiceTime()
    known.learn(date, asked_at=NOW, answered_at=NOW + timedelta(seconds=took_s))
    assert known.ahead_s == ahead_s
    if ahead_s is not None:
        known.learn(format_datetime(NOW), asked_at=NOW, answered_at=NOW)
        assert known.ahead_s == ahead_s
