from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, reset_tzpath

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.records import Book, CellProblem, Json, RawSheet
from gcbulk.sheets import CheckedSubmissions, check_submissions
from gcbulk.tables.moments import PLAIN, zone_of

PLAYER = "A:_0123456789abcdef0123456789abcdef"
HEADERS = ("Player ID", "Achievement ID", "Percent", "Date")
Dates = Callable[..., CheckedSubmissions]


@pytest.fixture(scope="session")
def dates(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> Dates:
    """Checks a column of dates."""

    def run(values: Sequence[Json], **options: Any) -> CheckedSubmissions:
        whole = sheet([HEADERS, *((PLAYER, "a", 50, value) for value in values)], "Export")
        return check_submissions(book(whole), bundle_id="com.example.game", **options)

    return run


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
        ("2026-01-31 12:00:00 +00:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
        ("2026-01-31T12:00:00-0530", "2026-01-31T17:30:00Z"),
        ("2026-01-01T01:00+02", "2025-12-31T23:00:00Z"),
        ("2026-01-31T12:00:00.999999Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
        ("2026/01/31 12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026/01/31T12:00:00.5+02:00", "2026-01-31T10:00:00Z"),
        ("2026/1/5 9:05 Z", "2026-01-05T09:05:00Z"),
        ("2026.01.31 12:00:00 +0200", "2026-01-31T10:00:00Z"),
        ("  2026-01-31T12:00:00Z ", "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2026-01-31T10:00:00Z"),
        (pd.Timestamp("2026-05-05T01:02:03", tz="Europe/Berlin"), "2026-05-04T23:02:03Z"),
    ],
    ids=str,
)
def test_a_moment_with_a_zone_is_sent_as_utc(dates: Dates, value: Json, sent: str) -> None:
    """Texts that begin with the year and typed dates that name a zone need nothing else; fractions are left out."""
    result = dates([value, None])
    assert result.ok
    assert result.rows["submitted_date"].iloc[0] == sent
    assert pd.isna(result.rows["submitted_date"].iloc[1])


ZONELESS = [
    ("2026-01-31T12:00:00", "2026-01-31T11:00:00Z"),
    ("2026-07-31 12:00", "2026-07-31T10:00:00Z"),
    ("2026-01-31", "2026-01-30T23:00:00Z"),
    ("2026/01/31 12:00:00", "2026-01-31T11:00:00Z"),
    ("2026/01/31", "2026-01-30T23:00:00Z"),
    ("2026.7.31 12:00", "2026-07-31T10:00:00Z"),
    (datetime(2026, 1, 31, 12), "2026-01-31T11:00:00Z"),  # noqa: DTZ001 - as Excel has it
    (date(2026, 1, 31), "2026-01-30T23:00:00Z"),
    (np.datetime64("2026-01-31T12:00:00"), "2026-01-31T11:00:00Z"),
    (pd.Timestamp("2026-01-31T12:00:00"), "2026-01-31T11:00:00Z"),
]


@pytest.mark.parametrize(("value", "sent"), ZONELESS, ids=lambda value: str(value))
def test_a_moment_without_a_zone_is_asked_about(dates: Dates, value: Json, sent: str) -> None:
    """A zone is required or given, never assumed; a date alone is midnight there."""
    asked = dates([value])
    assert [error.code for error in asked.file_errors] == ["date-without-zone"]
    assert "--timezone" in asked.file_errors[0].message
    assert asked.rows["submitted_date"].isna().all()
    given_zone = dates([value, "2026-01-31T12:00:00Z"], timezone="Europe/Berlin")
    assert given_zone.ok
    assert given_zone.rows["submitted_date"].tolist() == [sent, "2026-01-31T12:00:00Z"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("01/02/2026", "date-ambiguous"),
        ("1.2.26 12:00", "date-ambiguous"),
        ("02/02/2026", "date-not-understood"),
        ("31/01/2026", "date-not-understood"),
        ("2026-01-31T12", "date-not-understood"),
        ("2026-1-31", "date-not-understood"),
        ("2026/01-31", "date-not-understood"),
        ("26/01/31", "date-not-understood"),
        ("2026/31/01 12:00:00Z", "date-impossible"),
        ("yesterday", "date-not-understood"),
        ("1767225600", "date-not-understood"),
        (1767225600, "date-not-understood"),
        (True, "date-not-understood"),
        (time(12), "date-not-understood"),
        (timedelta(hours=1), "date-not-understood"),
        ("2026-02-29T12:00:00Z", "date-impossible"),
        ("2026-13-01T12:00:00Z", "date-impossible"),
        ("2026-00-10T12:00:00Z", "date-impossible"),
        ("2026-01-31T24:00:00Z", "date-impossible"),
        ("2026-01-31T12:60:00Z", "date-impossible"),
        ("2026-01-31T12:00:60Z", "date-impossible"),
        ("2026-01-31T12:00:00+16:00", "date-impossible"),
        ("2026-01-31T12:00:00+02:60", "date-impossible"),
        ("0001-01-01T00:00:00+05:00", "date-impossible"),
        ("9999-12-31T23:00:00-05:00", "date-impossible"),
        ("2026-03-29T02:30:00", "date-at-clock-change"),
        ("2026-10-25T02:30:00", "date-at-clock-change"),
        (CellProblem.UNREADABLE_DATE, "cell-unreadable-date"),
    ],
    ids=str,
)
def test_what_is_no_moment_is_an_error_of_its_row(dates: Dates, value: Json, code: str) -> None:
    """A date that cannot be understood for certain, or that never was, is one error; nothing is sent for it."""
    result = dates([value, "2026-01-31T12:00:00Z"], timezone="Europe/Berlin")
    assert list(result.issues["code"]) == [code]
    assert result.bad.tolist() == [True, False]
    assert result.rows["submitted_date"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "offset_minutes"),
    [("UTC", 0), ("Z", 0), ("+02:00", 120), ("-0530", -330), ("+03", 180), ("Etc/GMT-2", 120), ("Asia/Kolkata", 330)],
)
def test_a_zone_is_a_name_or_a_distance(text: str, offset_minutes: int) -> None:
    """--timezone takes names of the time zone database and distances from UTC."""
    zone = zone_of(text)
    assert zone is not None
    assert zone.utcoffset(datetime(2026, 1, 31)) == timedelta(minutes=offset_minutes)  # noqa: DTZ001


def test_a_zone_needs_none_of_the_system() -> None:
    """Windows and small containers have no time zones of their own; gcbulk brings them."""
    try:
        reset_tzpath(to=())
        ZoneInfo.clear_cache()
        berlin = zone_of("Europe/Berlin")
    finally:
        reset_tzpath()
    assert berlin is not None
    assert datetime(2026, 7, 31, 12, tzinfo=berlin).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("text", ["Berlin", "Europe", "../../etc/passwd", "+99:00", "+02:75", "\0", "CEST+2", " "])
def test_an_unknown_zone_is_an_error_of_the_file(dates: Dates, text: str) -> None:
    """A zone that there is not is said once, and no date is understood by it."""
    assert zone_of(text) is None
    result = dates(["2026-01-31"], timezone=text)
    assert {error.code for error in result.file_errors} == {"timezone-unknown"}


@settings(deadline=None, max_examples=examples(40))
@given(
    st.datetimes(datetime(1900, 1, 2), datetime(9998, 12, 30), timezones=st.timezones() | st.just(UTC))  # noqa: DTZ001
)
def test_every_moment_survives(dates: Dates, moment: datetime) -> None:
    """Text in ISO 8601 and typed dates come out as the moment that Python's own arithmetic gives."""
    offset = moment.utcoffset() or timedelta()
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    wanted = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    result = dates([moment.isoformat(), moment])
    assert result.rows["submitted_date"].tolist() == [wanted, wanted]


@settings(deadline=None, max_examples=examples(40))
@given(st.text("0123456789-:TZ+. /", max_size=26) | st.text(max_size=12))
def test_odd_text_is_an_error_or_a_moment(dates: Dates, text: str) -> None:
    """Whatever is written, the check gives a moment, an error or a question, and never fails."""
    result = dates([text])
    sent = result.rows["submitted_date"].notna().to_numpy()
    blank = not text.strip() or result.ok
    assert sent.any() or result.bad.any() or result.file_errors or blank


def test_what_needs_no_calendar_is_what_every_year_has() -> None:
    """The days that are taken as they stand are exactly those that every year has, and no others."""
    every_year = {f"{day:%m-%d}" for day in pd.date_range("2025-01-01", "2025-12-31")}
    days = [f"{month:02}-{day:02}" for month in range(14) for day in range(33)]
    taken = {day for day in days if re.match(PLAIN, f"2025-{day}T23:59:59Z")}
    assert taken == every_year


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("1970-01-01T00:00:00Z", ["date-too-early"]),
        (datetime(1970, 1, 1, tzinfo=UTC), ["date-too-early"]),
        ("2007-12-31T23:59:59Z", ["date-too-early"]),
        ("2008-01-01T00:30:00+01:00", ["date-too-early"]),
        ("2008-01-01T00:00:00Z", []),
        ("2026-03-01T12:00:00Z", []),
        ("2026-03-01T12:30:00+01:00", []),
        ("2026-03-01T12:00:01Z", ["date-in-future"]),
        ("2206-01-01T00:00:00Z", ["date-in-future"]),
        (datetime(2027, 1, 1, tzinfo=UTC), ["date-in-future"]),
    ],
    ids=str,
)
def test_dates_that_nobody_can_mean_are_warnings(dates: Dates, value: Json, codes: list[str]) -> None:
    """Before the App Store was there and after now: one remark names the rows, and what is sent stays."""
    result = dates([value, "2026-01-31T12:00:00Z", value, None], now=NOW)
    assert result.ok
    assert list(result.issues["code"]) == codes
    assert all("There are 2, in the rows 2, 4." in message for message in result.issues["message"])
    assert not result.bad.any()


def test_without_a_clock_nothing_lies_in_the_future(dates: Dates) -> None:
    """The time now comes in as an argument; where it is not given, no date is late."""
    assert dates(["2206-01-01T00:00:00Z"]).issues.empty
