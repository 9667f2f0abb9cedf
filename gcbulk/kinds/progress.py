"""The table of players' progress: one row per submission, or a matrix with one column per achievement.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterplayerachievementsubmissioncreaterequest
"""

from __future__ import annotations

import numpy as np

from gcbulk.kinds.achievement_resource import RESOURCE as CREATED
from gcbulk.kinds.codes_players import PLAYERS
from gcbulk.kinds.players import BESIDE, FILTERS, OPTIONAL, PLAYER, vendor_identifier
from gcbulk.kinds.scores import CONTEXT, LEADERBOARD, SCORE
from gcbulk.records import SUBMISSION_COLUMNS, ReportSheet, SubmissionResource
from gcbulk.tables.cells import SPACE, Cells, having
from gcbulk.tables.coercion import as_numbers
from gcbulk.tables.percent import Percent
from gcbulk.tables.row_filters import EXAMPLE
from gcbulk.tables.spec import Column, Family, Matrix, Table
from gcbulk.tables.template import TemplateColumn, TemplateSheet
from gcbulk.tables.vocabulary import words

_NOT_AN_ID = words(
    "index row rowid rownumber no nr num number count id total totals sum average mean rank ranking level value values "
    "points point unnamed0 date time timestamp name email country platform version"
)
"""Headers, only letters and digits, that are no achievement's id in a matrix of players and achievements."""

ACHIEVEMENT = Column(
    "vendor_identifier",
    "Achievement ID",
    words("vendoridentifier vendorid achievementid achievementidentifier achievementvendoridentifier achievement"),
    vendor_identifier("Achievement ID"),
    weak=words("identifier"),
)
PERCENTAGE = Column(
    "percentage_achieved",
    "Percent",
    words(
        "percentageachieved percentage percent percentachieved percentcomplete percentagecomplete percentcompleted "
        "percentagecompleted progress progresspercent progresspercentage achievedpercentage completion"
    ),
    Percent(),
    content=False,
)
_COLUMNS = (PLAYER, ACHIEVEMENT, PERCENTAGE, *BESIDE)
_OF_SCORES = frozenset().union(*(column.aliases for column in (LEADERBOARD, SCORE, CONTEXT))) - frozenset().union(
    *(column.aliases for column in _COLUMNS)
)
"""Headers that speak for a table of scores."""


def _holds_percentages(cells: Cells) -> bool:
    """Whether at least one cell of a column holds a number or a percentage."""
    return bool((~np.isnan(as_numbers(cells))).any() or having(cells.text, rf"^[0-9][0-9.]*{SPACE}*[%％]$").any())


_SHEET = TemplateSheet(
    title="Player Submissions",
    columns=(
        TemplateColumn(
            PLAYER.name, 42, "The player's gamePlayerID as the game reports it: A:_ and 32 letters and digits."
        ),
        TemplateColumn(ACHIEVEMENT.name, 34, "The id of an achievement that is in Game Center.", "Required."),
        TemplateColumn(
            PERCENTAGE.name,
            10,
            "How far the player is; 100 is earned. It replaces what Game Center has, also when that is more.",
        ),
        TemplateColumn(
            "submitted_date",
            24,
            "When it happened, with its time zone: 2026-01-31T18:00:00Z. May be left empty.",
        ),
    ),
    examples=((f"A:_{'0' * 32}", f"{EXAMPLE}first_win", 100, "2026-01-31T18:00:00Z"),),
    ids_of="achievements",
)
SUBMISSIONS = Table(
    name="submissions",
    record="submission",
    key=ACHIEVEMENT.name,
    sheet_names=words("playersubmissions submissions achievementsubmissions playerprogress progress"),
    columns=_COLUMNS,
    signature=frozenset({PLAYER.name}),
    min_required=1,
    order=SUBMISSION_COLUMNS,
    matrix=Matrix(
        key=ACHIEVEMENT.name,
        value=PERCENTAGE.name,
        row_key=PLAYER.name,
        excluded=_NOT_AN_ID | _OF_SCORES,
        signature_of_others=_OF_SCORES,
        looks_right=_holds_percentages,
        message="The sheet {sheet} was read as one row for each player and one column for each achievement: {headers}. "
        "Check that these are Achievement IDs.",
    ),
    filters=FILTERS,
    quotes_rows=False,
    template=_SHEET,
)
FAMILY = Family(
    name="submissions",
    label="players' progress",
    tables=(SUBMISSIONS,),
    read_with="submissions (--kind submissions)",
    needed_with="--kind submissions",
    needs="Players' progress (--kind submissions) needs",
    codes=PLAYERS,
    sole_sheet=True,
)

RESOURCE = SubmissionResource(
    type="gameCenterPlayerAchievementSubmissions",
    subject=CREATED.noun.one,
    ids_of=CREATED.kind,
    not_live="achievement-not-live",
    value=PERCENTAGE.name,
    optional=OPTIONAL,
    repeatable=True,
    report=ReportSheet.SUBMIT,
)
"""A player has one percentage of an achievement, which the last request that is applied decides."""
