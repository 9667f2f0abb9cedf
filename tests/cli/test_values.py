"""What an option's text means, and which texts mean nothing."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.cli.arguments import values

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = (datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 - hypothesis takes them without a zone


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this machine stand in Berlin, where clocks change on 2026-03-29 and 2026-10-25."""
    if not hasattr(time, "tzset"):
        pytest.skip("the system's zone cannot be set here")
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("06:00", "2026-06-01T03:00Z", "2026-06-01T04:00Z"),
        ("06:00", "2026-06-01T04:00Z", "2026-06-02T04:00Z"),
        ("06:00", "2026-03-28T21:00Z", "2026-03-29T04:00Z"),  # the night in which summer time begins
        ("06:00", "2026-10-24T21:00Z", "2026-10-25T05:00Z"),  # and ends
        ("02:30", "2026-03-28T21:00Z", "2026-03-29T01:30Z"),  # skipped: as long after the change
        ("02:30", "2026-10-24T21:00Z", "2026-10-25T00:30Z"),  # twice: the first of them
        ("02:30", "2026-10-25T00:45Z", "2026-10-25T01:30Z"),  # which has gone by: the second
        ("06:00+09:00", "2026-10-24T22:00Z", "2026-10-25T21:00Z"),
        ("060000", "2026-06-01T03:00Z", "2026-06-01T04:00Z"),
        ("2026-03-29T06:00", "2026-03-28T21:00Z", "2026-03-29T04:00Z"),
        ("2026-01-31T06:00Z", "2026-03-28T21:00Z", "2026-01-31T06:00Z"),
    ],
)
def test_a_time_of_day_is_that_of_its_own_day(text: str, now: str, expected: str) -> None:
    """--stop-at is a time on the wall: the zone's rules of the day that is meant count, not today's."""
    assert values.moment(text, now=lambda: datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


@pytest.mark.usefixtures("in_berlin")
def test_a_time_of_day_is_the_next_one_that_the_clock_shows() -> None:
    """Whatever the hour and the time of the year: the clock shows it then, and has not shown it in between."""

    @given(st.datetimes(*YEAR), st.times().map(lambda t: t.replace(microsecond=0)))
    def holds(began: datetime, clock: object) -> None:
        now = began.replace(tzinfo=UTC)
        found = values.moment(str(clock), now=lambda: now)
        assert now < found <= now + timedelta(hours=25)
        shown = found.astimezone(BERLIN)
        skipped = shown.date().isoformat() == "2026-03-29" and shown.hour == 3
        assert str(shown.time()) == str(clock) or skipped

    holds()


CONVERTERS: tuple[Callable[[str], object], ...] = (
    values.filled,
    values.path,
    values.sign,
    values.pair,
    values.positive,
    values.in_flight,
    values.seconds,
    values.days,
    values.port,
    values.moment,
)


@pytest.mark.parametrize("convert", CONVERTERS, ids=lambda convert: convert.__name__)
def test_a_text_is_converted_or_refused(convert: Callable[[str], object]) -> None:
    """Any text at all gives a value, or the one error that the parser turns into exit 2; an empty one always that."""

    @given(st.one_of(st.text(), st.from_regex(r"[0-9.:+TZ-]{1,30}", fullmatch=True), st.sampled_from(NASTY)))
    def holds(text: str) -> None:
        with suppress(argparse.ArgumentTypeError):
            convert(text)

    holds()
    with pytest.raises(argparse.ArgumentTypeError):
        convert("")


NASTY = ("0", "-1", "nan", "inf", "1e9", "٣", "９", "9" * 5_000, "\0", "\ud800", "a" * 300, "24:00", "9999-12-31T23:59")


@pytest.mark.parametrize(
    "text", ["0", "-1", "+1", "1.5", "nan", "inf", "1e3", "٣", "９", "1_000", " 1", "9" * 5_000, "x"]
)
def test_a_count_is_written_in_plain_digits(text: str) -> None:
    """Whatever Python would read as a number beyond that is refused, as is one out of range."""
    for convert in (values.positive, values.in_flight):
        with pytest.raises(argparse.ArgumentTypeError):
            convert(text)
