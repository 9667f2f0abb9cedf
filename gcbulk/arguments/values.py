"""The values of options: each text of the command line converted, or refused with what would do."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, time, timedelta

_LAST_PORT = 65_535
_LONGEST_S = 86_400


def pair(text: str) -> tuple[str, str]:
    """``NAME=VALUE``, taken apart."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def moment(text: str) -> datetime:
    """A time of day, the next one to come, or a whole ISO date and time; without a zone it is this machine's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return moment.astimezone(UTC)
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 06:00 or 2026-01-31T06:00Z") from None
    now = datetime.now().astimezone()
    today = (
        datetime.combine(now.date(), clock).astimezone()
        if clock.tzinfo is None
        else datetime.combine(now.date(), clock)
    )
    return (today if today > now else today + timedelta(days=1)).astimezone(UTC)


def seconds(text: str) -> float:
    """Seconds, at most those of a day."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= _LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to {_LONGEST_S}")
    return found


def days(text: str) -> float:
    """Days, whole or not."""
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days, such as 30 or 0.5")
    return float(text)


def port(text: str) -> int:
    """A port; 0 is any free one."""
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a whole number from 0 to {_LAST_PORT}")
    return int(text)
