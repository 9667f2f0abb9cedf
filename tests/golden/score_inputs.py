"""Inputs of scores: entries of leaderboards, their numbers, contexts and duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa

from gcbulk.simulator.exchange import Json
from golden.source import APP, Input, player
from golden.writing import Rows, Sheet, delimited, frames, parquet, parquet_rows, workbook

HEADERS = ("Player ID", "Leaderboard ID", "Score", "Context")
ONE, TWO = player(1), player(2)
HERE = {"bundle_id": APP}


def _rows(rows: Rows, headers: Sequence[Json] = HEADERS, *, command: bool = False, **options: Json) -> Input:
    """A workbook of these rows."""
    return Input(workbook(Sheet("Export", [headers, *rows])), options=HERE | options, command=command)


def _scores(values: Sequence[Json]) -> Input:
    """A column of scores."""
    return _rows([(player(n), "best", value, None) for n, value in enumerate(values)])


INPUTS: Mapping[str, Input] = {
    "plain": _rows([(ONE, "best", 1500, 1), (TWO, "best", "-3", None), (ONE, "worst", 0, None)], command=True),
    "csv": Input(delimited([HEADERS, (ONE, "best", "9007199254740993", ""), (TWO, "best", 5, 7)]), options=HERE),
    "parquet": Input(parquet_rows([HEADERS, (ONE, "best", 1500, None), (TWO, "best", 5, 7)]), options=HERE),
    "parquet-typed": Input(
        parquet(
            pa.table(
                {
                    "Player ID": [ONE, TWO, ONE],
                    "Leaderboard ID": ["best"] * 3,
                    "Score": pa.array([2**63 - 1, 2**63, None], pa.uint64()),
                    "Context": pa.array([1, None, -(2**63)], pa.int64()),
                }
            )
        ),
        options=HERE,
    ),
    "frame": Input(frames(scores=[HEADERS[:3], (ONE, "best", 5), (TWO, "best", 6.5)]), "scores", HERE),
    "every-column": _rows(
        [
            (ONE, "best", 5, 1, "2025-01-31T12:00:00Z", "c1", "yes", APP),
            (TWO, "best", 6, None, "2025-01-31T12:00:00+09:00", None, None, None),
        ],
        (*HEADERS, "Date", "Challenge IDs", "Pre-released", "Bundle ID"),
    ),
    "numbers": _scores(
        [
            "1500",
            "-3",
            "007",
            "-0",
            "100.0",
            1500.0,
            10**15,
            "9223372036854775807",
            "-9223372036854775808",
            12.5,
            "1.50",
            "-0.25",
            0,
        ]
    ),
    "numbers-faulty": _scores(
        [
            None,
            "abc",
            "1e5",
            "1,500",
            "1.500",
            ".5",
            True,
            1e17,
            1 / 3,
            "9223372036854775808",
            date(2025, 1, 2),
            "#N/A",
            "####",
            "12:34",
            "٣",
        ]
    ),
    "contexts": _rows(
        [(player(n), "best", 5, value) for n, value in enumerate((1, "x", "1.5", None, "007", -1, 1e20))]
    ),
    "duplicates": _rows(
        [
            (ONE, "best", 5, None),
            (ONE, "best", 5.0, None),
            (ONE, "best", 6, None),
            (ONE, "best", 5, 1),
            (TWO, "best", 5, None),
        ],
        command=True,
    ),
    "leaderboard-ids": _rows([(ONE, found, 5, None) for found in ("best", 1001, "1.0", None, "a-b", "a b")]),
    "headers-of-gamekit": Input(
        delimited(
            [("gamePlayerID", "leaderboardID", "value", "context", "formattedValue"), (ONE, "best", 5, 0, "5 pts")]
        ),
        options=HERE,
    ),
    "column-missing": _rows([(ONE, 5)], ("Player ID", "Score"), command=True),
    "said-to-be-scores": Input(
        workbook(Sheet("Export", [("Player ID", "Identifier", "Score"), (ONE, "best", 5)])), "scores", HERE
    ),
}  # fmt: skip
