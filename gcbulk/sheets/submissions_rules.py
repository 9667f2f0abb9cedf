"""The rules for ids and flags of submissions: players, achievements and leaderboards, apps, challenges.

What comes in: a column's sorted-out contents. What goes out: their values, by the rules of `HOLDINGS`.

Apple documents no form of a player's id, only an example: ``A:_`` and 32 digits and lower-case letters a to f. What is
known to be of another kind, cut short or damaged is an error; what only looks unlike the example is a warning and is
sent as it is, upper-case letters too. Ids of players are personal data and stand in no message.

Source: https://developer.apple.com/documentation/gamekit/gkplayer/gameplayerid
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterplayerachievementsubmissioncreaterequest
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.sheets.cells import FLAG, MOMENT, NUMBER, Cells
from gcbulk.sheets.coercion import as_flags, as_text, is_digits
from gcbulk.sheets.damage import FLOAT
from gcbulk.sheets.issues import shown
from gcbulk.sheets.rule import (
    EMPTY,
    INVISIBLE,
    SHOWN_OTHERWISE,
    UNREADABLE,
    Holding,
    Rule,
    first_of,
    matches,
    sort_is,
)
from gcbulk.sheets.rules import HOLDINGS as CELL_HOLDINGS
from gcbulk.sheets.submissions_cells import series, texts_of
from gcbulk.sheets.vocabulary import words

PLAIN_PLAYER = r"^A:_[0-9a-f]{32}$"
"""A player's id like the one in Apple's documentation."""

UNUSUAL = "player-id-unusual"
"""The code of player ids that look unlike it; said once for a sheet, for it may be every row."""

_PLACEHOLDERS = words(
    "null none nil nan na n/a #n/a undefined unknown unknownid missing empty anonymous guest player test tbd - -- ? 0 "
    "true false"
)
_DAMAGED = r"^[+-]?[0-9]([.,][0-9]+)?[eE][+-]?[0-9]+$"  # a player's or live id: also without the sign
_ID_LENGTH = 100
_AGAIN = "Get it from where it came from and format the column as text."

_PLAYER = Holding(
    as_text,
    (
        *UNREADABLE,
        EMPTY,
        Rule("id-is-a-date", f"Excel turned the player id into a date; what it was is lost. {_AGAIN}", sort_is(MOMENT)),
        Rule("id-is-a-flag", f"Excel turned the player id into TRUE or FALSE. {_AGAIN}", sort_is(FLAG)),
        Rule(
            "id-looks-damaged",
            f"The player id is what a spreadsheet makes of a long number. {_AGAIN}",
            matches(_DAMAGED),
        ),
        Rule(
            "player-id-is-a-number",
            f"The player id is a number, and a gamePlayerID is none. {_AGAIN}",
            lambda cells, values: (cells.sort == NUMBER) | matches(r"^[+-]?[0-9.,]*[0-9][0-9.,]*$")(cells, values),
        ),
        Rule(
            "id-invisible-character",
            "The player id has an invisible character or an unusual space inside: {detail}. Copy the id again.",
            matches(INVISIBLE),
            first_of(INVISIBLE),
        ),
        Rule(
            "player-id-placeholder",
            "The player id is a word for nothing. Put in the id, or take the row out.",
            lambda cells, values: values.str.lower().isin(_PLACEHOLDERS).to_numpy(),
        ),
        Rule(
            "player-id-wrong-kind",
            "This is a teamPlayerID (T:) or an old playerID (G:), which the service does not take. Get the player's "
            "gamePlayerID from the game; it begins with A:.",
            matches(r"^[TtGg]:"),
        ),
        Rule(
            "player-id-blank",
            "A blank or a separator stands inside the player id: a name, or several ids. Put one id into each row.",
            matches(r"[ ,;|]"),
        ),
        Rule(
            "player-id-truncated",
            "The player id was cut short: 32 digits and letters belong after A:_, here are {detail}. Get the whole id.",
            matches(r"^[Aa]:_?[0-9A-Fa-f]{0,31}(?:\.\.+|…)?$|(?:\.\.\.|…)$"),
            lambda value: len(value.partition("_")[2].rstrip(".…")),
        ),
        Rule(UNUSUAL, "", lambda cells, values: ~matches(PLAIN_PLAYER)(cells, values)),
    ),
)


def _vendor(what: str) -> Holding:
    """The id of an achievement or leaderboard, which the live list has the last word about.

    A hyphen or another sign is let through here, unlike in a sheet of achievements to be made: what was made long ago
    need not follow today's rules.
    """
    return Holding(
        as_text,
        (
            *UNREADABLE,
            EMPTY,
            Rule("id-is-a-date", f"Excel turned the {what} into a date ({{value}}). {_AGAIN}", sort_is(MOMENT)),
            Rule("id-is-a-flag", f"Excel turned the {what} into {{value}}. {_AGAIN}", sort_is(FLAG)),
            Rule(
                "id-is-a-number",
                f"The {what} is the number {{value}}, of which Excel may have lost digits. {_AGAIN}",
                lambda cells, values: (cells.sort == NUMBER) & ~is_digits(cells),
            ),
            SHOWN_OTHERWISE,
            Rule(
                "id-looks-damaged",
                f"The {what} {{value}} is what a spreadsheet makes of a long number. {_AGAIN}",
                matches(_DAMAGED),
            ),
            Rule(
                "id-looks-damaged",
                f"The {what} {{value}} looks like a whole number that a program made into a fraction. {_AGAIN}",
                matches(FLOAT),
            ),
            Rule(
                "id-invisible-character",
                f"The {what} has an invisible character or an unusual space inside: {{detail}}. Type it again.",
                matches(INVISIBLE),
                first_of(INVISIBLE),
            ),
            Rule(
                "id-character",
                f"The {what} {{value}} holds a blank or a letter that no id can have. Correct it.",
                matches(r"[^!-~]"),
            ),
            Rule(
                "id-too-long",
                f"The {what} is {{detail}} characters long; at most {_ID_LENGTH} are allowed. Correct it.",
                lambda cells, values: (values.str.len() > _ID_LENGTH).to_numpy(),
                len,
            ),
            Rule(
                "id-from-number",
                f"The {what} is stored as the number {{value}}; its digits were taken. Excel drops zeros in front.",
                sort_is(NUMBER),
            ),
        ),
    )


_BUNDLE = Holding(
    as_text,
    (
        *UNREADABLE,
        EMPTY,
        Rule(
            "bundle-id-character",
            "The bundle id is {value}; it can hold letters, digits, hyphens and periods alone. Correct it.",
            lambda cells, values: ~matches(r"^[A-Za-z0-9.-]+$")(cells, values),
        ),
    ),
)


def bundle_is_good(bundle_id: str) -> bool:
    """Whether a bundle id holds nothing that none can hold."""
    return re.fullmatch(r"[A-Za-z0-9.-]+", bundle_id) is not None


def _challenges(cells: Cells) -> pd.Series:
    """Challenge ids as a JSON list, written in one way only; missing where they cannot be understood."""
    texts = texts_of(as_text(cells))
    ids = pc.replace_substring_regex(pc.utf8_trim(texts, characters=_BETWEEN), f"[{_BETWEEN}]+", '","')
    odd = pc.or_(pc.match_substring(texts, '"'), pc.match_substring_regex(ids, rf"^$|[\[\]{{}}\\]|{INVISIBLE}"))
    values = pc.if_else(odd, _MISSING, pc.binary_join_element_wise(_START, ids, _END, _NONE))
    as_json = pc.starts_with(texts, "[")
    lists = pa.array([_list(text) for text in texts.filter(as_json).to_pylist()], pa.large_string())
    return series(pc.replace_with_mask(values, as_json, lists))


_BETWEEN = " ,;\r\n\t"
_START, _END, _NONE, _MISSING = (pa.scalar(text, pa.large_string()) for text in ('["', '"]', "", None))


def _list(text: str) -> str | None:
    """A JSON list of texts without blanks between them, or None where it is none."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    good = isinstance(found, list) and found and all(isinstance(one, str) and one.strip() for one in found)
    return orjson.dumps(found).decode() if good else None


_DAMAGED_CHALLENGE = rf"""(^|[\["{_BETWEEN}])[+-]?[0-9]+(\.0+|([.,][0-9]+)?[eE][+-][0-9]+)($|[\]"{_BETWEEN}])"""
_CHALLENGES = Holding(
    _challenges,
    (
        *UNREADABLE,
        SHOWN_OTHERWISE,
        Rule(
            "id-looks-damaged",
            f"{{title}} is {{value}}, which a spreadsheet or pandas has made of numbers. {_AGAIN}",
            lambda cells, values: matches(_DAMAGED_CHALLENGE)(cells, cells.text),
        ),
        Rule(
            "challenge-ids-unclear",
            '{title} is {value}. Write the ids with commas between them, or as a list: ["first", "second"].',
            lambda cells, values: values.isna().to_numpy(),
        ),
    ),
)
_PRE_RELEASED = Holding(as_flags, tuple(rule for rule in CELL_HOLDINGS["hidden"].rules if not rule.blank))
HOLDINGS: Mapping[str, Mapping[str, Holding]] = {
    kind: {
        "scoped_player_id": _PLAYER,
        "vendor_identifier": _vendor(what),
        "bundle_id": _BUNDLE,
        "challenge_ids": _CHALLENGES,
        "pre_released": _PRE_RELEASED,
    }
    for kind, what in (("submissions", "Achievement ID"), ("scores", "Leaderboard ID"))
}
"""What the cells of a column hold, by the kind of table and the column's name."""


def masked(player: object) -> str:
    """A player's id as a problem may show it: enough to see its kind, not whose it is.

    Args:
        player: the content of a cell.

    Returns:
        At most its first four characters.
    """
    text = shown(player)
    return text if len(text) <= 4 else f"{text[:4]}…"
