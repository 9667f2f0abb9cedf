"""Convert the values of options, or refuse them and say what would do.

An empty text is refused everywhere: otherwise ``--base-url "$URL"`` with URL not set would mean Apple's live service.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from gcbulk import options
from gcbulk.errors import SettingsError

_LAST_PORT = 65_535
_DIGITS = r"[0-9]{1,10}"
_T = TypeVar("_T")


def words(closed: type[StrEnum]) -> tuple[str, ...]:
    """The words that an option may have."""
    return tuple(map(str, closed))


def filled(text: str) -> str:
    """Text that says something."""
    return _converted(options.text, text)


def path(text: str) -> Path:
    """The path of a file or folder."""
    return _converted(options.path, text)


def sign(text: str) -> str:
    """What separates columns; a blank is one."""
    if not text:
        raise argparse.ArgumentTypeError("the value is empty. Give it a value, or leave it out")
    return text


def pair(text: str) -> tuple[str, str]:
    """``NAME=VALUE``, taken apart."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!a} is not of the form NAME=VALUE")
    return name, value


def positive(text: str) -> int:
    """A whole number above 0."""
    return _whole(text, options.MOST_REQUESTS)


def in_flight(text: str) -> int:
    """How many requests at the same time."""
    return _whole(text, options.MOST_IN_FLIGHT)


def seconds(text: str) -> float:
    """Seconds, at most those of a day."""
    return _number(text, options.MOST_SECONDS, "seconds, such as 60 or 0.5")


def days(text: str) -> float:
    """Days, whole or not."""
    return _number(text, options.MOST_DAYS, "days, such as 30 or 0.5")


def port(text: str) -> int:
    """A port; 0 is any free one."""
    if not re.fullmatch(_DIGITS, text) or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!a} is not a port, a whole number from 0 to {_LAST_PORT}")
    return int(text)


def moment(text: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> datetime:
    """A time of day, the next one to come, or a whole ISO date and time; without a zone it is this machine's.

    The machine's zone says what a time of day is on the day that is meant: one that the clocks skip is as long after
    the change as it would have been, and of one that comes twice the first that is still to come is taken.

    Args:
        text: what was given.
        now: tells the time.
    """
    with suppress(ValueError, OverflowError, OSError):  # the last two: the system's calendar does not have it
        return _in_utc(datetime.fromisoformat(text))
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!a} is not a valid time; use 06:00 or 2026-01-31T06:00Z") from None
    began = now()
    return min(at for at in _occurrences(clock, began.astimezone(clock.tzinfo).date()) if at > began)


def _occurrences(clock: time, today: date) -> Iterator[datetime]:
    """When it is that time, around a day."""
    for days_on in (-1, 0, 1, 2):
        first, second = (
            _in_utc(datetime.combine(today + timedelta(days=days_on), clock.replace(fold=fold))) for fold in (0, 1)
        )
        yield first
        if second > first:  # it comes twice; of one that is skipped the second reading is the earlier one
            yield second


def _in_utc(local: datetime) -> datetime:
    # Not astimezone: of a time that the clocks skip it makes one before the change.
    return datetime.fromtimestamp(local.timestamp(), UTC)


def _converted(convert: Callable[[object, str], _T], text: str) -> _T:
    try:
        return convert(text, "the value")
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _whole(text: str, most: int) -> int:
    if not re.fullmatch(_DIGITS, text) or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!a} is not a whole number above 0 and at most {most:,}")
    return int(text)


def _number(text: str, most: float, what: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", text) or float(text) > most:
        raise argparse.ArgumentTypeError(f"{text!a} is not a number of {what}, at most {most:,.0f}")
    return float(text)
