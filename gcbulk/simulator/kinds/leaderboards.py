"""Leaderboards, and the rules for their score ranges and recurrence.

The rules are written down here a second time, independently: sharing the client's would let one mistake prove itself
right. The codes of refusals are inferred.

Source: https://developer.apple.com/help/app-store-connect/reference/leaderboards
Source: https://developer.apple.com/documentation/gamekit/creating-recurring-leaderboards
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gcbulk.simulator import errors
from gcbulk.simulator.errors import Problem
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.families import ARCHIVED, REFERENCE_NAME, VENDOR_IDENTIFIER, Family
from gcbulk.simulator.model import Attribute
from gcbulk.simulator.neighbours import neighbours
from gcbulk.simulator.store import Resource

_FORMATTERS = """
    INTEGER DECIMAL_POINT_1_PLACE DECIMAL_POINT_2_PLACE DECIMAL_POINT_3_PLACE ELAPSED_TIME_CENTISECOND
    ELAPSED_TIME_MINUTE ELAPSED_TIME_SECOND MONEY_POUND_DECIMAL MONEY_POUND MONEY_DOLLAR_DECIMAL MONEY_DOLLAR
    MONEY_EURO_DECIMAL MONEY_EURO MONEY_FRANC_DECIMAL MONEY_FRANC MONEY_KRONER_DECIMAL MONEY_KRONER MONEY_YEN
"""
FORMATTERS = tuple(_FORMATTERS.split())
RANGE = ("scoreRangeStart", "scoreRangeEnd")
RECURRENCE = ("recurrenceStartDate", "recurrenceDuration", "recurrenceRule")
SHORTEST_S, LONGEST_S = 5 * 60, 30 * 24 * 3600
DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
DURATION_UNITS_S = (604800, 86400, 3600, 60, 1)
FREQUENCIES_S = {"MINUTELY": 60, "HOURLY": 3600, "DAILY": 86400, "WEEKLY": 604800}


def check_leaderboard(given: dict[str, Json], others: Sequence[Resource]) -> list[Problem]:
    """Check the range and the recurrence of a leaderboard; both may be wrong at once."""
    return [*_range_problems(given), *_recurrence_problems(given)]


def _range_problems(given: dict[str, Json]) -> list[Problem]:
    start, end = (given.get(name) for name in RANGE)
    if start is None and end is None:
        return []
    if start is None or end is None:
        return [errors.attribute_required(RANGE[0] if start is None else RANGE[1])]
    if not all(re.fullmatch(r"-?\d+", text) and -(2**63) <= int(text) < 2**63 for text in (start, end)):
        return [errors.attribute_invalid(RANGE[0], "A score range is made of whole numbers of 64 bits")]
    if int(end) <= int(start):
        return [errors.attribute_invalid(RANGE[1], "The end of a score range must be greater than its start")]
    return []


def _recurrence_problems(given: dict[str, Json]) -> list[Problem]:
    missing = [name for name in RECURRENCE if given.get(name) is None]
    if len(missing) == len(RECURRENCE):
        return []
    if missing:
        return [errors.attribute_required(name) for name in missing]
    lasts, interval = _lasts(given[RECURRENCE[1]]), _interval(given[RECURRENCE[2]])
    if lasts is None or not SHORTEST_S <= lasts <= LONGEST_S:
        return [errors.attribute_invalid(RECURRENCE[1], "A duration is 5 minutes to 30 days")]
    if interval is None or not SHORTEST_S <= interval <= LONGEST_S:
        return [errors.attribute_invalid(RECURRENCE[2], "A leaderboard recurs after 5 minutes to 30 days")]
    if interval < lasts:
        return [errors.attribute_invalid(RECURRENCE[2], "Occurrences must not overlap")]
    return []


def _lasts(duration: str) -> int | None:
    """Give the seconds of a duration; None of what is none, or has months in it."""
    found = DURATION.fullmatch(duration)
    if found is None or not any(found.groups()):
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), DURATION_UNITS_S, strict=True))


def _interval(rule: str) -> int | None:
    """Give the seconds between two occurrences; None of a rule that is none, or names days."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    unit = FREQUENCIES_S.get(parts.pop("FREQ", ""))
    interval = parts.pop("INTERVAL", "1")
    return unit * int(interval) if unit and interval.isdigit() and not parts else None


LEADERBOARDS = Family(
    stem="gameCenterLeaderboard",
    type="gameCenterLeaderboards",
    noun="leaderboard",
    nouns="leaderboards",
    attributes=(
        REFERENCE_NAME,
        VENDOR_IDENTIFIER,
        Attribute("defaultFormatter", required=True, choices=FORMATTERS),
        Attribute("submissionType", required=True, choices=("BEST_SCORE", "MOST_RECENT_SCORE")),
        Attribute("scoreSortType", required=True, choices=("ASC", "DESC")),
        Attribute("scoreRangeStart", "number"),
        Attribute("scoreRangeEnd", "number"),
        Attribute("recurrenceStartDate", "date"),
        Attribute("recurrenceDuration"),
        Attribute("recurrenceRule"),
        ARCHIVED,
        Attribute("activityProperties", "map"),
        Attribute("visibility", choices=("SHOW_FOR_ALL", "HIDE_FOR_ALL")),
    ),
    texts=(
        Attribute("name", required=True),
        Attribute("formatterOverride", choices=FORMATTERS),
        Attribute("formatterSuffix"),
        Attribute("formatterSuffixSingular"),
        Attribute("description"),
    ),
    max_per_owner=100,  # there are no sets here, which would make room for 500
    plain="/v1",
    text_links=False,
    versioned="/v2",
    plain_neighbours=neighbours(
        singles="groupLeaderboard activity challenge", unlinked_lists="gameCenterLeaderboardSets", unset="versions"
    ),
    versioned_neighbours=neighbours(singles="activity challenge", unlinked_lists="gameCenterLeaderboardSets"),
    ruled=(*RANGE, *RECURRENCE),
    rules=check_leaderboard,
    usual={"defaultFormatter": "INTEGER", "submissionType": "BEST_SCORE", "scoreSortType": "DESC"},
    usual_text={"name": "Name"},
)
