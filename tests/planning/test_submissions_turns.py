"""Which scores go together: never two of one player on one leaderboard, and the older first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.planning.submissions_turns import turns

PLAYERS, BOARDS = st.sampled_from("abc"), st.sampled_from("xy")
DATES = st.sampled_from([None, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"])


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(PLAYERS, BOARDS, DATES, st.booleans()), max_size=30))
def test_every_score_goes_in_its_turn(given_rows: list[tuple[str, str, str | None, bool]]) -> None:
    """All that is sent goes once, alone of its player and leaderboard, after what is older; no date is the newest."""
    rows = pd.DataFrame(
        {
            "bundle_id": ["com.example.game"] * len(given_rows),
            "scoped_player_id": [row[0] for row in given_rows],
            "vendor_identifier": [row[1] for row in given_rows],
            "score": [str(place) for place in range(len(given_rows))],
            "submitted_date": [row[2] for row in given_rows],
        },
        dtype=object,
    )
    sent = np.array([place for place, row in enumerate(given_rows) if row[3]], dtype=np.int64)
    parts = [part.tolist() for part in turns(rows, sent)]
    assert sorted(place for part in parts for place in part) == sent.tolist()
    for part in parts:
        whose = [given_rows[place][:2] for place in part]
        assert len(set(whose)) == len(whose)
        assert part == sorted(part)
    ranked = [(given_rows[place][2] or "~", place) for part in parts for place in part]
    for player in {row[:2] for row in given_rows}:
        mine = [rank for rank in ranked if given_rows[rank[1]][:2] == player]
        assert mine == sorted(mine)
