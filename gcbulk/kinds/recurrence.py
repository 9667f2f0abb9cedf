"""When a recurring leaderboard begins, how long each of its occurrences lasts, and how often it starts again.

Source: https://developer.apple.com/documentation/gamekit/creating-recurring-leaderboards (no overlap of occurrences)
Source: https://developer.apple.com/forums/thread/710947 (5 minutes to 30 days; no calendar months)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from gcbulk.records import TEXT_TYPE, Json
from gcbulk.tables.cells import MOMENT, Cells
from gcbulk.tables.rule import Rule
from gcbulk.tables.types import Plain

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
_UNITS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_FREQUENCIES = {"MINUTELY": "minute", "HOURLY": "hour", "DAILY": "day", "WEEKLY": "week"}
_OTHER_FREQUENCIES = ("SECONDLY", "MONTHLY", "YEARLY")
_ADVERBS = {name.lower(): f"1 {unit}" for name, unit in _FREQUENCIES.items() if unit != "minute"}
_COUNT = "([0-9]{1,9})"
_ISO = re.compile(f"P(?:{_COUNT}W)?(?:{_COUNT}D)?(?:T(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}S)?)?")
_ISO_UNITS = (604800, 86400, 3600, 60, 1)
_PHRASE = re.compile(rf"(?:{_COUNT}\s*)?(minute|min|hour|hr|h|day|d|week)s?")
_SHORT = {"min": "minute", "hr": "hour", "h": "hour", "d": "day"}
_RULE = re.compile(r"(?:RRULE:)?((?:[A-Z]+=[^;=]+;?)+)")
_INTERVAL = re.compile("[1-9][0-9]{0,6}")
_LENGTHS = ((86400, "P{}D"), (3600, "PT{}H"), (60, "PT{}M"), (1, "PT{}S"))


def seconds_of(text: Json) -> int | None:
    """How many seconds a duration of ISO 8601 has; None of what is none, or has no fixed length as a month.

    Example:
        >>> seconds_of("P1DT12H"), seconds_of("P1M")
        (129600, None)
    """
    found = _ISO.fullmatch(text) if isinstance(text, str) else None
    if found is None or not any(found.groups()) or text.endswith("T"):
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), _ISO_UNITS, strict=True))


def seconds_between(rule: Json) -> int | None:
    """How many seconds a recurrence rule of iCalendar leaves between two beginnings; None where more decides it.

    Example:
        >>> seconds_between("FREQ=DAILY;INTERVAL=2"), seconds_between("FREQ=WEEKLY;BYDAY=MO,FR")
        (172800, None)
    """
    parts = _parts(rule) if isinstance(rule, str) else None
    if parts is None or not set(parts) <= {"FREQ", "INTERVAL", "WKST"} or parts.get("FREQ") not in _FREQUENCIES:
        return None
    interval = parts.get("INTERVAL", "1")
    if not _INTERVAL.fullmatch(interval):
        return None
    return int(interval) * _UNITS[_FREQUENCIES[parts["FREQ"]]]


def same_duration(value: Json) -> Json:
    """What durations of the same length have in common."""
    seconds = seconds_of(value)
    return value if seconds is None else seconds


def same_rule(value: Json) -> Json:
    """What rules with the same interval have in common; of any other rule what its parts say, in whatever order."""
    seconds = seconds_between(value)
    if seconds is not None:
        return seconds
    parts = _parts(value) if isinstance(value, str) else None
    return value if parts is None else sorted(parts.items())


def same_moment(value: Json) -> Json:
    """What different writings of one moment have in common."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return f"{moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC):%Y-%m-%dT%H:%M:%S}"


def _parts(rule: str) -> dict[str, str] | None:
    """The parts of a rule of iCalendar."""
    found = _RULE.fullmatch("".join(rule.split()).upper())
    if found is None:
        return None
    pairs = [pair.partition("=") for pair in found[1].rstrip(";").split(";")]
    parts = {name: value for name, _, value in pairs}
    return parts if len(parts) == len(pairs) else None


def _seconds_of_words(text: str) -> int | None:
    """How many seconds "1 day", "36 hours" or "week" are; None of what is not certain."""
    found = _PHRASE.fullmatch(text.strip().lower())
    if found is None:
        return None
    return int(found[1] or 1) * _UNITS[_SHORT.get(found[2], found[2])]


def _duration(text: str) -> str:
    """A duration as it is sent: as it stands where it is one, else made of words; "" for anything else."""
    upper = text.strip().upper()
    if seconds_of(upper) is not None:
        return upper
    seconds = _seconds_of_words(text)
    return "" if seconds is None else _duration_of(seconds)


def _duration_of(seconds: int) -> str:
    """A length of time in the largest unit that it is whole in."""
    return next(form.format(seconds // unit) for unit, form in _LENGTHS if seconds % unit == 0)


def _rule(text: str) -> str:
    """A rule as it is sent: as it stands where it is one, else made of words or a duration; "" for anything else."""
    parts = _parts(text)
    if parts is not None:
        known = parts.get("FREQ") in (*_FREQUENCIES, *_OTHER_FREQUENCIES)
        good = known and _INTERVAL.fullmatch(parts.get("INTERVAL", "1"))
        return ";".join(f"{name}={value}" for name, value in parts.items()) if good else ""
    lower = text.strip().lower()
    phrase = _ADVERBS.get(lower, lower.removeprefix("every").strip())
    return _rule_of(seconds_of(lower.upper()) or _seconds_of_words(phrase) or 0)


def _rule_of(seconds: int) -> str:
    """A rule in the largest unit that a length of time is whole in; "" of part of a minute, or of no time."""
    for name, unit in reversed(_FREQUENCIES.items()):
        if seconds > 0 and seconds % _UNITS[unit] == 0:
            return f"FREQ={name};INTERVAL={seconds // _UNITS[unit]}"
    return ""


def _read(write: Callable[[str], str], of_seconds: Callable[[int], str]) -> Callable[[Cells], pd.Series]:
    """What makes values of cells: of texts, and of a spreadsheet's own durations."""

    def read(cells: Cells) -> pd.Series:
        """The value of each cell; "" where it holds none."""
        texts = cells.text.map(write).astype(TEXT_TYPE)
        for at in np.flatnonzero(cells.cell_type == MOMENT):
            held = cells.raw.iloc[at]
            if isinstance(held, timedelta):
                seconds = held.total_seconds()
                texts.iloc[at] = of_seconds(int(seconds)) if seconds == int(seconds) > 0 else ""
        return texts

    return read


def _outside(measure: Callable[[Json], int | None]) -> Callable[[Cells, pd.Series], np.ndarray]:
    """Lengths of time that the service does not take."""
    least, most = SHORTEST.total_seconds(), LONGEST.total_seconds()

    def fails(cells: Cells, values: pd.Series) -> np.ndarray:
        """Which values are too short or too long; what cannot be measured is neither."""
        found = [measure(value) for value in values]
        return np.array([one is not None and not least <= one <= most for one in found], dtype=bool)

    return fails


def _not_read(cells: Cells, values: pd.Series) -> np.ndarray:
    return np.asarray((values == "").to_numpy(dtype=bool))


DURATION = Plain(
    _read(_duration, _duration_of),
    (
        Rule(
            "duration-unclear",
            "{title} is {value}, which is not clearly a length of time. Write it as 1 day, 12 hours or 30 minutes, or "
            "as ISO 8601 has it: P1D, PT12H. A month has no fixed length; use 30 days.",
            _not_read,
        ),
        Rule(
            "recurrence-out-of-range",
            "{title} is {value}; an occurrence of a leaderboard lasts 5 minutes to 30 days. Correct it.",
            _outside(seconds_of),
        ),
    ),
)
"""How long an occurrence lasts, as ISO 8601 has it."""

RESTARTS = Plain(
    _read(_rule, _rule_of),
    (
        Rule(
            "recurrence-rule-unclear",
            "{title} is {value}, which does not clearly say how often. Write it as Daily, Every week or Every 12 "
            "hours, or as iCalendar has it: FREQ=DAILY;INTERVAL=1. A month has no fixed length; use Every 30 days.",
            _not_read,
        ),
        Rule(
            "recurrence-out-of-range",
            "{title} is {value}; a leaderboard starts again after 5 minutes to 30 days. Correct it.",
            _outside(seconds_between),
        ),
        Rule(
            "recurrence-rule-untested",
            "{title} is {value}, which is not so many minutes, hours, days or weeks; whether Game Center takes that is "
            "not known. If it is refused, the report says so.",
            lambda cells, values: np.array([seconds_between(value) is None for value in values], dtype=bool),
        ),
    ),
)
"""How often a leaderboard starts again, as a rule of iCalendar."""
