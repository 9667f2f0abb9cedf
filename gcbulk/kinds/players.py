"""What players' progress and scores share: player ids, the columns beside them, and which rows are not records.

Apple documents no form of a player's id, only an example: ``A:_`` and 32 digits and lower-case letters from a to f. An
id that is known to be of another kind, truncated or damaged is an error; one that merely looks unlike the example, even
by upper-case letters, is a warning and is sent unchanged. Player ids are personal data and appear in no message.

Source: https://developer.apple.com/documentation/gamekit/gkplayer/gameplayerid
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterplayerachievementsubmissioncreaterequest
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gcbulk.records import SUBMISSION_KEY
from gcbulk.tables import types
from gcbulk.tables.body import Body
from gcbulk.tables.cell_type import CellType, Context, Judgement
from gcbulk.tables.cells import FLAG, MOMENT, NUMBER, Cells
from gcbulk.tables.coercion import as_text, is_digits
from gcbulk.tables.contents import faults_of, series, texts_of
from gcbulk.tables.damage import FLOAT
from gcbulk.tables.issues import printable, shown
from gcbulk.tables.moments import Moment
from gcbulk.tables.row_filters import EXAMPLES, holds_total_word, repeats
from gcbulk.tables.rule import EMPTY, INVISIBLE, SHOWN_OTHERWISE, UNREADABLE, Rule, cell_type_is, first_of, matches
from gcbulk.tables.spec import Column, Option, RowFacts, RowFilter, Table
from gcbulk.tables.types import Plain
from gcbulk.tables.vocabulary import words

PLAIN_PLAYER = r"^A:_[0-9a-f]{32}$"
"""A player's id like the one in Apple's documentation."""

_PLACEHOLDERS = words(
    "null none nil nan na n/a #n/a undefined unknown unknownid missing empty anonymous guest player test tbd - -- ? 0 "
    "true false"
)
_DAMAGED = r"^[+-]?[0-9]([.,][0-9]+)?[eE][+-]?[0-9]+$"  # a player's or live id: also without the sign
_ID_LENGTH = 100
_AGAIN = "Get it from its source and format the column as text."


def masked(player: object) -> str:
    """A player's id as a problem may show it: enough to see its kind, not whose it is.

    Args:
        player: the content of a cell.

    Returns:
        At most its first four characters.
    """
    text = shown(player)
    return text if len(text) <= 4 else f"{text[:4]}…"


_PLAYER = Plain(
    as_text,
    (
        Rule(
            "id-is-a-date",
            f"Excel turned the player id into a date; what it was is lost. {_AGAIN}",
            cell_type_is(MOMENT),
        ),
        Rule("id-is-a-flag", f"Excel turned the player id into TRUE or FALSE. {_AGAIN}", cell_type_is(FLAG)),
        Rule(
            "id-looks-damaged",
            f"The player id is what a spreadsheet makes of a long number. {_AGAIN}",
            matches(_DAMAGED),
        ),
        Rule(
            "player-id-is-a-number",
            f"The player id is a number, which a gamePlayerID never is. {_AGAIN}",
            lambda cells, values: (cells.cell_type == NUMBER) | matches(r"^[+-]?[0-9.,]*[0-9][0-9.,]*$")(cells, values),
        ),
        Rule(
            "id-invisible-character",
            "The player id has an invisible character or an unusual space inside: {detail}. Copy the id again.",
            matches(INVISIBLE),
            first_of(INVISIBLE),
        ),
        Rule(
            "player-id-placeholder",
            "The player id is a placeholder for nothing. Fill in the id, or delete the row.",
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
            "There is a space or a separator inside the player id: a name, or several ids. Put one id into each row.",
            matches(r"[ ,;|]"),
        ),
        Rule(
            "player-id-truncated",
            "The player id was cut short: 32 digits and letters belong after A:_, here are {detail}. Get the whole id.",
            matches(r"^[Aa]:_?[0-9A-Fa-f]{0,31}(?:\.\.+|…)?$|(?:\.\.\.|…)$"),
            lambda value: len(value.partition("_")[2].rstrip(".…")),
        ),
        Rule(
            "player-id-unusual",
            "Player ids in the column {title} look unlike Apple's example, A:_ and 32 digits and lower-case letters a "
            "to f. {counted} Check that they are gamePlayerIDs as the game reports them.",
            lambda cells, values: ~matches(PLAIN_PLAYER)(cells, values),
            once=True,
        ),
    ),
    plain=PLAIN_PLAYER,
    quote=masked,
)


def vendor_identifier(what: str) -> Plain:
    """The id of an achievement or leaderboard, which the live list has the last word about.

    A hyphen or another sign is let through here, unlike in a sheet of achievements to be made: what was made long ago
    need not follow today's rules.
    """
    return Plain(
        as_text,
        (
            Rule("id-is-a-date", f"Excel turned the {what} into a date ({{value}}). {_AGAIN}", cell_type_is(MOMENT)),
            Rule("id-is-a-flag", f"Excel turned the {what} into {{value}}. {_AGAIN}", cell_type_is(FLAG)),
            Rule(
                "id-is-a-number",
                f"The {what} is the number {{value}}, of which Excel may have lost digits. {_AGAIN}",
                lambda cells, values: (cells.cell_type == NUMBER) & ~is_digits(cells),
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
                f"The {what} {{value}} holds a space or a character that no id can have. Correct it.",
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
                f"The {what} is stored as the number {{value}}; its digits were kept. Excel drops leading zeros.",
                cell_type_is(NUMBER),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class _BundleId(CellType):
    """The app of a row; a blank cell means the one that the user gave."""

    def judge(self, title: str, cells: Cells, context: Context) -> Judgement:
        """Make values of contents, and say what is wrong with them."""
        given, values = context.given.bundle_id, as_text(cells)
        more = _other(given) if given is not None else EMPTY
        faults = faults_of(title, cells, values, (*UNREADABLE, _BUNDLE_CHARACTER, more))
        texts = texts_of(values)
        if given is not None:
            texts = pc.if_else(pa.array(~cells.filled), pa.scalar(given, pa.large_string()), texts)
        return Judgement(texts, faults)


_BUNDLE_CHARACTER = Rule(
    "bundle-id-character",
    "The bundle id is {value}; it can hold letters, digits, hyphens and periods alone. Correct it.",
    lambda cells, values: ~matches(r"^[A-Za-z0-9.-]+$")(cells, values),
)


def _other(given: str) -> Rule:
    """The rule against rows of another app than the one that the user gave."""
    message = f"{{title}} is {{value}}, but --bundle-id says {printable(given)}. Correct one of them."
    return Rule("bundle-id-differs", message, lambda cells, values: (values != given).to_numpy(dtype=bool))


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
_CHALLENGES = Plain(
    _challenges,
    (
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
PLAYER = Column(
    "scoped_player_id",
    "Player ID",
    words("scopedplayerid playerid gameplayerid gkplayerid gamecenterplayerid playerscopedid playeridentifier player"),
    _PLAYER,
    weak=words("userid"),
)
BESIDE = (
    Column(
        "bundle_id",
        "Bundle ID",
        words("bundleid bundleidentifier appbundleid bundle"),
        _BundleId(),
        required=False,
        option=Option(
            lambda given: given.bundle_id,
            "bundle-id-missing",
            "Nothing says for which app these rows are. Use --bundle-id com.example.game, or add a column Bundle ID.",
        ),
    ),
    Column(
        "submitted_date",
        "Submitted Date",
        words("submitteddate submissiondate submittedat achieveddate achievedat earneddate earnedat date timestamp"),
        Moment(),
        required=False,
        content=False,
        weak=words("lastreporteddate unlockedat completedat"),
    ),
    Column(
        "challenge_ids",
        "Challenge IDs",
        words("challengeids challengeid challenges"),
        _CHALLENGES,
        required=False,
        content=False,
    ),
    Column(
        "pre_released",
        "Pre-released",
        words("prereleased isprereleased prerelease"),
        types.YES_OR_NO,
        required=False,
        content=False,
    ),
)
"""The columns that may stand beside a player's progress or score."""
OPTIONAL = tuple(column.name for column in BESIDE if column.name not in SUBMISSION_KEY)
"""Those of them that a request may leave out."""


def _nothing_to_send(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
    """Rows without anything in a column that has to be there; a player alone in a matrix has nothing to send either."""
    needed = [body.column(column.name) for column in table.columns if column.required]
    return ~body.any_of(body.matrix or [contents for contents in needed if contents])


def _totals(table: Table, body: Body, facts: RowFacts, left: np.ndarray) -> np.ndarray:
    """Rows of totals: they say so in place of a player, or hold a count of ids or a sum beside none."""
    players = body.contents[body.layout.positions[PLAYER.name, None]]
    found = players.rows_of(holds_total_word(players.cells))
    for name in (PLAYER.name, "vendor_identifier"):
        ids = body.column(name)
        counted, filled = facts.counted.get(name, (0, 0))
        if ids and 2 * counted <= filled:  # else they are running numbers
            found |= body.summed(body.layout.positions[name, None]) & ids.rows_of(ids.cells.cell_type == NUMBER)
    values = [
        position for (name, _), position in body.layout.positions.items() if name in ("percentage_achieved", "score")
    ]
    for position in (*values, *body.layout.matrix):
        found |= body.summed(position) & ~players.filled
    return found


FILTERS = (
    RowFilter(
        "rows-without-data",
        _nothing_to_send,
        'The sheet "{sheet}" has rows with nothing to send: {rows}. They were left out.',
        once=True,
    ),
    RowFilter("repeated-header", repeats(PLAYER.name), "The headers are repeated here; the row was skipped."),
    RowFilter("totals-row", _totals, "This looks like a row of totals; it was skipped."),
    EXAMPLES,
)
"""Which rows of players are not records, and what is said of them."""
