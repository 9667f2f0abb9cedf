"""Points in time: texts that begin with the year, and a spreadsheet's own dates, converted to UTC.

The result is a text such as 2026-01-31T12:00:00Z. A time zone is never assumed. A date alone means midnight in the zone
that the user gave; fractions of a second are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from operator import attrgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.tables.cell_type import Ask, CellType, Context, Given, Judgement
from gcbulk.tables.cells import MOMENT, TEXT, Cells
from gcbulk.tables.contents import faults_of, texts_of
from gcbulk.tables.rule import UNREADABLE, Rule

_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
PLAIN = rf"^(?:19|20)[0-9][0-9]-{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"
"""Text that is a moment in UTC as it is sent, with nothing to look up in a calendar: any but the 29th of February."""

_ISO = (
    r"^(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2})"
    r"(?:[Tt ](?P<time>[0-9]{1,2}:[0-9]{2})(?P<second>:[0-9]{2})?(?:[.,][0-9]{1,9})?"
    r" ?(?P<zone>[Zz]|[+-][0-9][0-9](?::?[0-9][0-9])?)?)?$"
)
"""A year that stands first is followed by month and day in every country, whatever separates them."""
_TURNED = r"^(?P<first>[0-9]{1,2})[./-](?P<second>[0-9]{1,2})[./-](?:[0-9]{4}|[0-9][0-9])(?:[^A-Za-z0-9_]|$)"
_DISTANCE = r"^[+-][0-9][0-9](?::?[0-9][0-9])?$"
_UTC, _NOTHING = (pa.scalar(text, pa.large_string()) for text in ("Z", ""))
_FIRST, _END = np.datetime64("1900-01-01T00:00:00"), np.datetime64("9999-01-01T00:00:00")  # four digits in any zone
_NONE = np.datetime64("NaT", "s")
_APP_STORE = "2008-01-01T00:00:00Z"
_TOO_EARLY = (
    "The column {title} holds dates before 2008, such as {example}. {counted} There was "
    "no App Store then, and 1970 is what a lost date becomes: check them."
)
_IN_FUTURE = (
    "The column {title} holds dates in the future, such as {example}. {counted} Check "
    "them, their time zone and this machine's clock."
)
_ZONE_QUESTION = (
    "The column {title} holds dates that name no time zone, such as {example} ({rows}). Say in which zone they "
    "are, for example --timezone Europe/Berlin or --timezone +02:00, or write it behind them: 2026-01-31T12:00:00Z."
)
_ASK = "Write it as 2026-01-31T12:00:00Z."
_NOT, _READ, _IMPOSSIBLE, _TWO_WAYS, _CLOCK_CHANGE = range(5)

Zone: TypeAlias = tzinfo


@dataclass(frozen=True, slots=True)
class Moment(CellType):
    """A moment, written in UTC; one that names no zone is in the zone that was given, or asked about."""

    @property
    def plain(self) -> str:
        """Text that is a moment in UTC as it is sent."""
        return PLAIN

    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, say what is wrong with them, and ask in which zone those are that name none."""
        state = np.full(len(cells.cell_type), _NOT, dtype=np.int8)
        utc = np.full(len(state), _NONE)
        local = utc.copy()
        for read, cell_type in ((_texts, TEXT), (_dates, MOMENT)):
            chosen = cells.cell_type == cell_type
            if chosen.any():
                state[chosen], utc[chosen], local[chosen] = read(cells.take(chosen))
        zoneless, zone = ~np.isnat(local), context.given.zone
        if zone is not None and zoneless.any():
            utc[zoneless] = _in_utc(local[zoneless], zone)
            state[zoneless & np.isnat(utc)] = _CLOCK_CHANGE
        far = (utc < _FIRST) | (utc >= _END)
        state[far], utc[far] = _IMPOSSIBLE, _NONE
        faults = faults_of(title, cells, pd.Series(state), (*UNREADABLE, *_RULES))
        asked = zoneless & np.isnat(utc) & (state == _READ)
        return Judgement(_written(utc), faults, (Ask("date-without-zone", asked, _ZONE_QUESTION),))

    def unlikely(self, values: pa.Array, given: Given) -> Iterator[tuple[str, np.ndarray, str]]:
        """Moments that nobody can have meant: before the App Store was there, or after now."""
        early = pc.less(values, pa.scalar(_APP_STORE, pa.large_string()))  # as texts they sort as they are
        yield "date-too-early", _true(early), _TOO_EARLY
        if given.now is not None:
            now = f"{given.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            yield "date-in-future", _true(pc.greater(values, pa.scalar(now, pa.large_string()))), _IN_FUTURE


def zone_of(text: str) -> Zone | None:
    """The time zone of a name such as Europe/Berlin or an offset such as +02:00.

    Args:
        text: what the user gave.

    Returns:
        The zone, or None where there is no such zone.
    """
    if text.upper() in ("Z", "UTC"):
        return UTC
    if re.fullmatch(_DISTANCE, text):
        minutes = _minutes(text)
        return timezone(timedelta(minutes=minutes)) if minutes is not None else None
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, the name of a folder of zones
        return None


_Read: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]
"""What a content is, its moment in UTC, and its moment where no zone is named."""


def _texts(cells: Cells) -> _Read:
    """Moments of text in ISO 8601; any other order of day and month is refused."""
    texts = texts_of(cells.text)
    parts = pc.extract_regex(texts, _ISO)
    iso = np.asarray(pc.is_valid(parts))
    state = np.where(iso, _READ, _NOT).astype(np.int8)
    state[~iso] = np.where(_turned(texts.filter(pa.array(~iso))), _TWO_WAYS, _NOT)
    utc = np.full(len(iso), _NONE)
    local = utc.copy()
    if not iso.any():
        return state, utc, local
    parts_in_form = parts.filter(pa.array(iso))
    day, clock, second, zone = (pc.struct_field(parts_in_form, name) for name in ("day", "time", "second", "zone"))
    distance, known = _distances(zone)
    day, clock = _two_digits(day, clock)
    clock = pc.if_else(pc.equal(clock, ""), "00:00", clock)
    second = pc.if_else(pc.equal(second, ""), ":00", second)
    moment = _moments_of(pc.binary_join_element_wise(day, clock, second, _NOTHING))
    named = np.asarray(pc.not_equal(zone, ""))
    utc[iso] = np.where(named & known, moment - distance, _NONE)
    local[iso] = np.where(named, _NONE, moment)
    state[iso] = np.where(np.isnat(moment) | ~known, _IMPOSSIBLE, _READ)
    return state, utc, local


def _two_digits(day: pa.Array, clock: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Days such as 2026/1/31 and times such as 9:05 in the form of ISO 8601."""
    if pc.any(pc.match_substring_regex(day, "[/.]")).as_py():
        day = pc.replace_substring_regex(day, "[/.]", "-")
        day = pc.replace_substring_regex(pc.replace_substring_regex(day, "-([0-9])-", r"-0\1-"), "-([0-9])$", r"-0\1")
    if pc.any(pc.equal(pc.binary_length(clock), 4)).as_py():
        clock = pc.replace_substring_regex(clock, r"^([0-9]):", r"0\1:")
    return day, clock


def _turned(texts: pa.Array) -> np.ndarray:
    """Which texts give day and month in an order that cannot be told."""
    parts = pc.extract_regex(texts, _TURNED)
    first, second = (pc.struct_field(parts, name).to_numpy(zero_copy_only=False) for name in ("first", "second"))
    numbers = [pd.to_numeric(pd.Series(part), errors="coerce").to_numpy(float) for part in (first, second)]
    return np.asarray((numbers[0] <= 12) & (numbers[1] <= 12) & (numbers[0] != numbers[1]))


def _moments_of(texts: pa.Array) -> np.ndarray:
    """Moments of texts such as 2026-01-3112:00:00; NaT where the calendar or the clock has no such moment."""
    written = np.frombuffer(texts.buffers()[2], np.uint8, count=len(texts) * 18).reshape(-1, 18)
    digits = written.astype(np.int64) - ord("0")
    year = digits[:, 0] * 1000 + digits[:, 1] * 100 + digits[:, 2] * 10 + digits[:, 3]
    month, day, hour, minute, second = (digits[:, at] * 10 + digits[:, at + 1] for at in (5, 8, 10, 13, 16))
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    real = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("datetime64[M]") == first)
    real &= (hour < 24) & (minute < 60) & (second < 60)
    whole = days.astype("datetime64[s]") + (hour * 3600 + minute * 60 + second).astype("timedelta64[s]")
    return np.where(real, whole, _NONE)


def _distances(zones: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """How far zones are from UTC, and which of them there can be."""
    encoded = zones.dictionary_encode()
    minutes = [_minutes(text) for text in encoded.dictionary.to_pylist()]
    known = np.array([offset is not None for offset in minutes], dtype=bool)
    distance = np.array([(offset or 0) * 60 for offset in minutes], dtype="timedelta64[s]")
    codes = encoded.indices.to_numpy()
    return distance[codes], known[codes]


def _minutes(text: str) -> int | None:
    """How many minutes a zone such as +02:00, +0200, +02, Z or nothing is from UTC; None where none can be so far."""
    if text in ("", "Z", "z"):
        return 0
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 15 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)


def _dates(cells: Cells) -> _Read:
    """Moments of a spreadsheet's or a frame's own dates; a time alone is none."""
    state = np.full(len(cells.cell_type), _NOT, dtype=np.int8)
    utc = np.full(len(state), _NONE)
    local = utc.copy()
    if cells.raw.dtype != object:  # a column of moments and nothing else
        state[:] = _READ
        (utc if isinstance(cells.raw.dtype, pd.DatetimeTZDtype) else local)[:] = _plain_moments(cells.raw)
        return state, utc, local
    types = list(map(type, cells.raw.to_numpy(dtype=object)))
    numbered = {cell_class: number for number, cell_class in enumerate(dict.fromkeys(types))}
    numbers = np.fromiter(map(numbered.__getitem__, types), np.int64, len(types))
    for cell_class, number in numbered.items():
        chosen = np.flatnonzero(numbers == number)
        values = cells.raw.iloc[chosen].to_numpy(dtype=object)
        if issubclass(cell_class, datetime):
            aware = np.fromiter((zone is not None for zone in map(attrgetter("tzinfo"), values)), bool, len(values))
            utc[chosen[aware]] = _plain_moments(values[aware])
            local[chosen[~aware]] = _plain_moments(values[~aware])
        elif issubclass(cell_class, date | np.datetime64):
            local[chosen] = values.astype("datetime64[s]")
        else:
            continue
        state[chosen] = _READ
    return state, utc, local


def _plain_moments(values: np.ndarray | pd.Series) -> np.ndarray:
    """Dates with time as an array; those that name a zone in UTC."""
    moments = pa.array(values, pa.timestamp("us"), from_pandas=True)
    return np.asarray(moments.to_numpy(zero_copy_only=False).astype("datetime64[s]"))


def _true(mask: pa.Array) -> np.ndarray:
    """A mask in which a gap is no."""
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=bool)


def _in_utc(local: np.ndarray, zone: Zone) -> np.ndarray:
    """Moments of a zone in UTC; NaT where its clocks were changed just then."""
    moments = pd.Series(local).dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
    return np.asarray(moments.dt.tz_localize(None).to_numpy().astype("datetime64[s]"))


def _written(utc: np.ndarray) -> pa.Array:
    """Moments as they are sent, the whole column at once."""
    texts = pa.array(utc, mask=np.isnat(utc)).cast(pa.large_string())
    return pc.binary_join_element_wise(pc.utf8_replace_slice(texts, 10, 11, "T"), _UTC, _NOTHING)


def _state_is(state: int) -> Rule:
    """The rule against contents in one state."""
    code, message = _MESSAGES[state]
    return Rule(code, f"{message} {_ASK}", lambda cells, states: (states == state).to_numpy())


_MESSAGES: Mapping[int, tuple[str, str]] = {
    _NOT: ("date-not-understood", "{title} is {value}, which is not clearly a date."),
    _TWO_WAYS: ("date-ambiguous", "{title} is {value}: which number is the day, and which is the month?"),
    _IMPOSSIBLE: ("date-impossible", "{title} is {value}; there is no such day or time."),
    _CLOCK_CHANGE: (
        "date-at-clock-change",
        "{title} is {value}; the clocks were changed just then, so that time did not occur, or occurred twice.",
    ),
}
_RULES = tuple(map(_state_is, _MESSAGES))
