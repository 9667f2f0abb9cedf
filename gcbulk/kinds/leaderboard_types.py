"""What the cells of leaderboards hold: the words of App Store Connect, and those of the API.

Source: https://developer.apple.com/help/app-store-connect/reference/leaderboards
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterleaderboardformatter
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from gcbulk.tables.cell_type import Context, Judgement
from gcbulk.tables.cells import Cells
from gcbulk.tables.digits import Digits
from gcbulk.tables.enumerations import one_of
from gcbulk.tables.moments import Moment
from gcbulk.tables.raw_text import as_written
from gcbulk.tables.rule import Rule
from gcbulk.tables.types import longer, plain_text

_CURRENCIES = ("pound", "dollar", "euro", "franc", "kroner", "yen")
_FORMATS = {
    "Integer": "INTEGER",
    "Fixed Point - To 1 Decimal": "DECIMAL_POINT_1_PLACE",
    "Fixed Point - To 2 Decimals": "DECIMAL_POINT_2_PLACE",
    "Fixed Point - To 3 Decimals": "DECIMAL_POINT_3_PLACE",
    "Elapsed Time - To the Minute": "ELAPSED_TIME_MINUTE",
    "Elapsed Time - To the Second": "ELAPSED_TIME_SECOND",
    "Elapsed Time - To the Hundredth of a Second": "ELAPSED_TIME_CENTISECOND",
    **{f"MONEY_{one.upper()}": f"MONEY_{one.upper()}" for one in _CURRENCIES},
    **{f"MONEY_{one.upper()}_DECIMAL": f"MONEY_{one.upper()}_DECIMAL" for one in _CURRENCIES[:-1]},
}
"""The website's words; it names no currency, so that its words for money do not tell which of the API's is meant."""
_MORE_FORMATS = {
    f"{kind} {form}": f"DECIMAL_POINT_{places}_PLACE"
    for places in (1, 2, 3)
    for kind in ("Fixed Point", "Decimal")
    for form in (f"To {places} Decimal", f"To {places} Decimals", f"{places} Decimal", f"{places} Decimals")
}
SCORE_FORMAT = one_of(_FORMATS, "score-format-unknown", more=_MORE_FORMATS)
SUBMISSION_TYPE = one_of(
    {"Best Score": "BEST_SCORE", "Most Recent Score": "MOST_RECENT_SCORE"},
    "submission-type-unknown",
    more={"Best": "BEST_SCORE", "Most Recent": "MOST_RECENT_SCORE"},
)
SORT_ORDER = one_of(
    {"Low to High": "ASC", "High to Low": "DESC"},
    "sort-order-unknown",
    more={"Ascending": "ASC", "Descending": "DESC"},
)
_SHOWN, _HIDDEN = "SHOW_FOR_ALL", "HIDE_FOR_ALL"
VISIBLE = one_of(
    {"Yes": _SHOWN, "No": _HIDDEN},
    "visibility-unclear",
    more={"Show for All": _SHOWN, "Hide for All": _HIDDEN},
    flags=(_SHOWN, _HIDDEN),
)
RANGE_END = Digits(whole=True)


class UtcMoment(Moment):
    """A moment; one that names no zone is in UTC, as the column says."""

    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, and say what is wrong with them."""
        return Moment.judge(self, title, cells, replace(context, given=replace(context.given, zone=UTC)))


START = UtcMoment()


def _long(characters: int) -> Rule:
    """The warning for a text that would be too long for an achievement; what leaderboards take is not known."""
    return Rule(
        "leaderboard-text-long",
        f"{{title}} is {{detail}} characters long; how many Game Center takes is not known. Of an achievement it takes "
        f"{characters}. If it is refused, the report says so.",
        longer(characters),
        len,
    )


NAME = plain_text(_long(50))
DESCRIPTION = plain_text(_long(255))
SUFFIX = plain_text(_long(50), read=as_written)
"""What stands behind a score, with the blank before it: " points"."""
