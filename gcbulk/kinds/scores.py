"""The table of leaderboard scores.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterleaderboardentrysubmissioncreaterequest
"""

from __future__ import annotations

from gcbulk.kinds.codes_players import PLAYERS
from gcbulk.kinds.players import BESIDE, FILTERS, OPTIONAL, PLAYER, vendor_identifier
from gcbulk.records import SCORE_COLUMNS, ReportSheet, SubmissionResource
from gcbulk.tables.digits import Digits
from gcbulk.tables.spec import Column, Family, Table
from gcbulk.tables.vocabulary import words

LEADERBOARD = Column(
    "vendor_identifier",
    "Leaderboard ID",
    words(
        "vendoridentifier vendorid leaderboardid leaderboardidentifier leaderboardvendoridentifier leaderboard "
        "baseleaderboardid"
    ),
    vendor_identifier("Leaderboard ID"),
    weak=words("identifier"),
)
# GKScore calls it "value"; its "formattedValue" and "formattedScore" are for people, in their language.
SCORE = Column("score", "Score", words("score scorevalue playerscore"), Digits(), content=False, weak=words("value"))
CONTEXT = Column("context", "Context", words("context scorecontext"), Digits(), required=False, content=False)
SCORES = Table(
    name="scores",
    record="score",
    key=LEADERBOARD.name,
    sheet_names=words("scores playerscores scoresubmissions leaderboardscores leaderboardentries"),
    columns=(PLAYER, LEADERBOARD, SCORE, CONTEXT, *BESIDE),
    signature=frozenset({PLAYER.name}),
    min_required=1,
    order=SCORE_COLUMNS,
    filters=FILTERS,
    quotes_rows=False,
)
FAMILY = Family(
    name="scores",
    label="scores",
    tables=(SCORES,),
    read_with="scores (--kind scores)",
    needed_with="--kind scores",
    needs="scores (--kind scores) need",
    codes=PLAYERS,
    sole_sheet=True,
)

RESOURCE = SubmissionResource(
    type="gameCenterLeaderboardEntrySubmissions",
    subject="leaderboard",
    value=SCORE.name,
    optional=(CONTEXT.name, *OPTIONAL),
    repeatable=False,
    report=ReportSheet.SCORES,
)
"""A player may have many scores on one leaderboard, and the service keeps each."""
