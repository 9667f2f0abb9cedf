"""A table judged in parts, given the facts about the whole, says what it says in one piece."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.kinds import families
from gcbulk.options import PercentAs
from gcbulk.records import Book, CellNotes, Json, RawSheet
from gcbulk.tables.cell_type import Given
from gcbulk.tables.check import check_parts, part_of
from gcbulk.tables.choices import Choices
from gcbulk.tables.issues import frame_of
from gcbulk.tables.locate import locate

PLAYER = "A:_" + "0123456789abcdef" * 2
CELLS: dict[str, list[Json]] = {
    "Player ID": [PLAYER, PLAYER.upper(), "Total", "Player ID", "# off", "unknown", 7, None],
    "Achievement ID": ["a", "example.a", "1.0", 5, None],
    "Percent": [0, 1, 0.3, 30, "30 %", "half", None],
    "Leaderboard ID": ["a", 5, None],
    "Score": ["1500", 7, 1e17, None],
    "Submitted Date": ["2026-01-31T12:00:00Z", "2026-01-31", "1970-01-01T00:00:00Z", "2031-01-01", None],
    "Bundle ID": ["com.example.game", "com.other", None, None],
    "Notes": ["x", None],
    "first": [0, 1, 0.3, 30, None],
    "second": [1, 0.5, "x", None],
}
FORMS = {
    "submissions": (("Player ID", "Achievement ID", "Percent"), ("Player ID", "first", "second")),
    "scores": (("Player ID", "Leaderboard ID", "Score"),),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, RawSheet]:
    """A sheet of players, and which kind of file it is."""
    kind = draw(st.sampled_from(sorted(FORMS)))
    beside = [name for name in ("Submitted Date", "Bundle ID", "Notes") if draw(st.booleans())]
    headers = (*draw(st.sampled_from(FORMS[kind])), *beside)
    pools = [draw(st.lists(st.sampled_from(CELLS[name]), min_size=1, max_size=4)) for name in headers]
    count = draw(st.integers(1, 9))
    rows = [[draw(st.sampled_from(pool)) for pool in pools] for _ in range(count)]
    cells = pd.DataFrame([headers, *rows], dtype=object)
    cells.columns, cells.index = range(1, len(headers) + 1), range(1, count + 2)

    def noted() -> dict[int, np.ndarray]:
        flags = st.lists(st.booleans(), min_size=count + 1, max_size=count + 1)
        return {number: np.array(draw(flags)) for number in cells.columns if draw(st.booleans())}

    notes = CellNotes(struck=noted(), sums=noted())
    hidden = frozenset(draw(st.sets(st.integers(2, count + 1))))
    return kind, RawSheet("Sheet1", cells, hidden_rows=hidden, percent=noted(), notes=notes)


OPTIONS = st.builds(
    Given,
    st.sampled_from([None, "com.example.game"]),
    st.sampled_from([None, *PercentAs]),
    st.sampled_from([None, UTC]),
    st.just(datetime(2026, 12, 1, tzinfo=UTC)),
)


@given(tables(), OPTIONS, st.sets(st.integers(1, 9)))
@settings(max_examples=examples(80), deadline=None)
def test_parts_say_what_the_whole_says(made: tuple[str, RawSheet], options: Given, cuts: set[int]) -> None:
    """Wherever a table is cut, its records, its bad records and every problem are those of the table in one piece."""
    kind, sheet = made
    located, _ = locate(Book(None, "xlsx", (sheet,)), Choices(), families()[kind], tuple(families().values()))
    if located is None:
        return
    (table,) = families()[kind].tables

    def checked(*edges: int) -> tuple[pd.DataFrame, list[bool], pd.DataFrame]:
        slices = map(slice, (0, *edges), (*edges, None))
        parts = [part_of(table, sheet, located.layout, rows) for rows in slices]
        found, said = check_parts(table, parts, options)
        notices = [notice.said("Sheet1") for notice in found.notices]
        problems = [*said, *found.of_rows, *found.of_cells, *notices]
        return found.frame, list(found.bad), frame_of(problems, ["Sheet1"])

    (frame, bad, issues), (by_parts, bad_by_parts, issues_by_parts) = checked(), checked(*sorted(cuts))
    pd.testing.assert_frame_equal(by_parts, frame)
    pd.testing.assert_frame_equal(issues_by_parts, issues)
    assert bad_by_parts == bad
