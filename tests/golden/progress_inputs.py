"""Inputs of players' progress: a row for each achievement, a column for each, percentages, dates, apps, duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa

from gcbulk.simulator.exchange import Json
from golden.source import APP, Input, achievements, player, rows_of
from golden.writing import Rows, Sheet, delimited, frames, parquet, parquet_rows, workbook

HEADERS = ("Player ID", "Achievement ID", "Percent")
DATED = (*HEADERS, "Date")
EVERY = (*DATED, "Challenge IDs", "Pre-released", "Bundle ID")
ONE, TWO, THREE = player(1), player(2), player(3)
HERE = {"bundle_id": APP}


AT_TWELVE = datetime(2025, 1, 31, 12)  # noqa: DTZ001 - as a workbook has it


def _sheet(rows: Rows, headers: Sequence[Json] = HEADERS) -> Sheet:
    return Sheet("Export", [headers, *rows])


def _rows(rows: Rows, headers: Sequence[Json] = HEADERS, *, command: bool = False, **options: Json) -> Input:
    """A workbook of these rows."""
    return Input(workbook(_sheet(rows, headers)), options=HERE | options, command=command)


def _percents(values: Sequence[Json], shown: Sequence[int] = (), **options: Json) -> Input:
    """A column of percentages, some of which are shown as percent."""
    rows = [(player(n), "a", value) for n, value in enumerate(values)]
    sheet = replace(_sheet(rows), formats={f"C{place + 2}": "0%" for place in shown})
    return Input(workbook(sheet), options=HERE | options)


def _dates(values: Sequence[Json], **options: Json) -> Input:
    """A column of dates."""
    return _rows([(player(n), "a", 50, value) for n, value in enumerate(values)], DATED, **options)


_PLAIN: Mapping[str, Input] = {
    "plain": _rows([(ONE, "a", 30), (TWO, "a", 100), (ONE, "b", 0), (TWO, "b", "55 %")], command=True),
    "every-column": _rows(
        [
            (ONE, "a", 30, "2025-01-31T12:00:00Z", "c1, c2", "Yes", APP),
            (TWO, "a", 40, None, None, None, None),
            (THREE, "b", 50, "2025-02-01T12:00:00+02:00", '["c3"]', "no", APP),
        ],
        EVERY,
        command=True,
    ),
    "headers-of-the-api": Input(
        delimited(
            [
                ("bundleId", "scopedPlayerId", "vendorIdentifier", "percentageAchieved", "submittedDate"),
                (APP, ONE, "a", 30, "2025-01-31T12:00:00Z"),
                ("com.example.other", TWO, "a", 30, ""),
            ]
        )
    ),
    "csv": Input(delimited([HEADERS, (ONE, "a", 30), ("", "", ""), (TWO, " a ", "100")]), options=HERE, command=True),
    "csv-shifted": Input(
        delimited([HEADERS, (ONE, "a,b", 30), (TWO, "a", 30), (THREE, "a")], "progress.csv"), options=HERE
    ),
    "parquet": Input(
        parquet_rows([DATED, (ONE, "a", 30, "2025-01-31T12:00:00Z"), (TWO, "a", 100, None)]), options=HERE
    ),
    "parquet-typed": Input(
        parquet(
            pa.table(
                {
                    "Player ID": pa.array([ONE, TWO, ONE]).dictionary_encode(),
                    "Achievement ID": pa.array(["a", "a", "b"]),
                    "Percent": pa.array([30.0, 12.5, None]),
                    "Date": pa.array([datetime(2025, 1, 31, tzinfo=UTC), None, None], pa.timestamp("ms", tz="UTC")),
                }
            )
        ),
        options=HERE,
    ),
    "frame": Input(frames(submissions=[HEADERS, (ONE, "a", 30), (TWO, "a", 100)]), "submissions", HERE),
    "many": _rows([(player(n % 700), f"a{n % 3}", n % 101) for n in range(2_000)]),
    "no-rows": _rows([], command=True),
    "column-missing": _rows([(ONE, "a")], HEADERS[:2], command=True),
    "column-ambiguous": _rows([(ONE, "a", 30, 40)], (*HEADERS, "Progress")),
    "column-chosen": _rows(
        [(ONE, "a", 1000, 40)],
        ("Who", "Achievement ID", "Percent", "Progress"),
        column={"scoped_player_id": "Who", "percentage_achieved": "Progress"},
    ),
    "columns-unknown": _rows([(ONE, "a", 30, "x", None, "y")], (*HEADERS, "Note", "Empty", None)),
    "said-to-be-progress": Input(workbook(achievements(*rows_of(1))), "submissions", HERE),
    "two-sheets": Input(
        workbook(Sheet("One", [HEADERS, (ONE, "a", 5)]), Sheet("Two", [HEADERS, (TWO, "a", 5)])),
        options=HERE,
        command=True,
    ),
    "sheet-chosen": Input(
        workbook(Sheet("One", [HEADERS, (ONE, "a", 5)]), Sheet("Two", [HEADERS, (TWO, "a", 5)])),
        options=HERE | {"sheet": {"submissions": "Two"}},
    ),
    "sheet-chosen-without-headers": Input(
        workbook(Sheet("One", [HEADERS, (ONE, "a", 5)]), Sheet("Two", [("x",)])),
        "submissions",
        HERE | {"sheet": {"submissions": "Two"}},
    ),
    "either-kind": _rows([(ONE, "a", 5, 7)], ("Player ID", "Identifier", "Percent", "Score"), command=True),
}
_ROWS: Mapping[str, Input] = {
    "odd-rows": Input(
        workbook(
            replace(
                _sheet(
                    [
                        (ONE, "a", 30, None),
                        (None, None, None, None),
                        (*HEADERS, None),
                        (TWO, "a", 40, None),
                        ("Total:", None, 70, None),
                        (ONE, "example.first", 5, None),
                        (None, None, None, "no"),
                        ("# left out", "b", 5, None),
                    ],
                    (*HEADERS, "Pre-released"),
                ),
                hidden_rows=(2, 5),
            )
        ),
        options=HERE,
        command=True,
    ),
    "gaps": _rows([(None, "a", 5), (ONE, None, 5), (ONE, "a", None), (None, "a", None), (TWO, "a", 5)]),
    "duplicates": _rows(
        [
            (ONE, "a", 30, None),
            (ONE, "a", 80, "2025-01-02T00:00:00Z"),
            (ONE, "a", 80, "2025-01-01T00:00:00Z"),
            (ONE, "a", "80 %", "2025-01-02T00:00:00Z"),
            (TWO, "a", 50, None),
            (TWO, "a", 50.0, None),
            (THREE, "a", 0, None),
            (THREE, "a", 101, None),
        ],
        DATED,
        command=True,
    ),
    "players": _rows(
        [
            (found, "a", 30)
            for found in (
                ONE,
                ONE.upper(),
                "T:_0123456789abcdef0123456789abcdef",
                "G:12345",
                "A:_1",
                "someone",
                "null",
                "unknown",
                "n/a",
                12345,
                True,
                f" {TWO} ",
                "#N/A",
                f"{THREE}\u200b",
                "=1+1",
                None,
                "1.23E+05",
            )
        ]
    ),
    "achievement-ids": _rows(
        [(ONE, found, 30) for found in ("a", 1001, "1.0", "a b", "a-b", date(2025, 1, 2), None, "x" * 101, "#REF!")]
    ),
    "apps": Input(
        workbook(
            _sheet(
                [
                    (ONE, "a", 30, "com.example.a"),
                    (ONE, "a", 40, "com.example.b"),
                    (TWO, "a", 5, None),
                    (TWO, "a", 5, "x y"),
                ],
                (*HEADERS, "Bundle ID"),
            )
        )
    ),
    "app-differs": _rows([(ONE, "a", 30, "com.example.other"), (TWO, "a", 5, None)], (*HEADERS, "Bundle ID")),
    "app-missing": Input(workbook(_sheet([(ONE, "a", 30)])), command=True),
    "app-wrong": _rows([(ONE, "a", 30)], bundle_id="com/example"),
    "challenges-and-flags": _rows(
        [
            (player(n), "a", 30, challenges, flag)
            for n, (challenges, flag) in enumerate(
                (
                    ("c1", "yes"),
                    ("c1,c2", "NO"),
                    ("c1;c2", 1),
                    ('["a", "b"]', 0),
                    ("[1]", "x"),
                    ("c1,,c2", "maybe"),
                    (5, True),
                    ("first, 101.0", None),
                    ("[", "ja"),
                    (None, "1"),
                    ("c1, c1", "false"),
                )
            )
        ],
        (*HEADERS, "Challenge IDs", "Pre-released"),
    ),
}  # fmt: skip
_MATRIX: Mapping[str, Input] = {
    "matrix": _rows(
        [(ONE, 10, "50 %", "DE"), (TWO, None, 100, "FR"), (THREE, None, None, None)],
        ("Player ID", "first_win", "all_levels", "Country"),
        command=True,
    ),
    "matrix-faulty": _rows(
        [(ONE, 101, 20), ("T:_0", 10, 200), (None, 5, 5), (TWO, "x", "#N/A")], ("Player ID", "first", "second")
    ),
    "matrix-numbers": _rows([(ONE, 10, 20, 5)], ("Player ID", 1001, 1002.0, 0.5)),
    "matrix-unclear": _rows([(ONE, 1, 50), (TWO, 0, 70)], ("Player ID", "a", "b")),
    "matrix-twice": _rows([(ONE, 10, 20)], ("Player ID", "a", "a")),
    "matrix-dates-and-totals": _rows(
        [(ONE, 10, 20, "2025-01-31T12:00:00Z"), (TWO, 5, 0, None), ("Total", 15, 20, None)],
        ("Player ID", "a", "b", "Date"),
    ),
    "matrix-csv": Input(delimited([("Player ID", "a", "b"), (ONE, 10, ""), (TWO, "", 100)]), options=HERE),
    "matrix-alone": _rows([(ONE, "DE")], ("Player ID", "Country")),
}
_CELLS: Mapping[str, Input] = {
    "percent-whole": _percents([30, 30.0, "30", "30.0", " 30 ", "+30", "30%", "30 %", "30\u00a0%", 0, 100]),
    "percent-shown": _percents([0.3, 0.29, 1, 30, 1.01, -0.01, "40"], [0, 1, 2, 3, 4, 5, 6]),
    "percent-mixed": _percents([0.3, 30, 1, "1 %", 0, "40"], [0, 2, 5]),
    "percent-unclear": _percents([0.3, 0.5, 1]),
    "percent-as-fraction": _percents([0.3, 1, 0, 30, "40 %", 0.5], [5], percent_as="fraction"),
    "percent-as-whole": _percents([0.3, 1, 0, 30, "40 %", 0.5], [5], percent_as="whole"),
    "percent-faulty": _percents(
        [
            101,
            "101 %",
            -1,
            50.5,
            "50.5 %",
            None,
            "thirty",
            "30,5",
            "3e1",
            "%",
            True,
            date(2025, 1, 30),
            "#N/A",
            "####",
            "1.500",
            "1.500 %",
            "٣٠",
            1e300,
        ]
    ),
    "dates": _dates(
        [
            "2025-01-31T12:00:00Z",
            "2025-01-31T12:00:00+02:00",
            "2025-01-31T12:00:00-0530",
            "2025-01-31t12:00:00.9z",
            "2025/1/5 9:05 Z",
            "2025.01.31 12:00:00 +0200",
            "2007-12-31T23:59:59Z",
            "2206-01-01T00:00:00Z",
            None,
            "2025-02-29T12:00:00Z",
            "yesterday",
            1735689600,
            True,
            time(12),
            timedelta(hours=1),
            "#N/A",
        ]
    ),
    "dates-without-zone": _dates(["2025-01-31T12:00:00", "2025-01-31T12:00:00Z", AT_TWELVE]),
    "dates-with-zone-given": _dates(
        [
            "2025-01-31T12:00:00",
            "2025-07-31 12:00",
            "2025-01-31",
            AT_TWELVE,
            date(2025, 7, 31),
            "2025-03-30T02:30:00",
            "2025-10-26T02:30:00",
            "2025-01-31T12:00:00Z",
            "01/02/2025",
            "31/01/2025",
        ],
        timezone="Europe/Berlin",
    ),
    "dates-with-offset-given": _dates(["2025-01-31T12:00:00", date(2025, 7, 31)], timezone="+05:30"),
    "zone-unknown": _dates(["2025-01-31T12:00:00"], timezone="Mars/Olympus"),
}  # fmt: skip
INPUTS: Mapping[str, Input] = {**_PLAIN, **_ROWS, **_MATRIX, **_CELLS}
