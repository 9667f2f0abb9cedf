"""The turns in which scores are sent: a player's newer score on a leaderboard waits until the older one has ended.

Requests in flight together are applied in any order. On a leaderboard that keeps the most recent score, the older of
two could be the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk.planning.submissions_digests import subjects

_NOW = "~"  # behind every date: what has none is dated by the service when it arrives


def turns(rows: pd.DataFrame, positions: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """The positions of scores, in as many parts as one player has scores on one leaderboard, each with at most one.

    Args:
        rows: `records.SCORE_COLUMNS`.
        positions: which of them are sent.

    Yields:
        The positions of each part, in their order; each score after those of the same player that are dated before it,
        or, of equal dates, stand before it.
    """
    if not len(positions):
        return
    whose = subjects(rows, positions)
    frame = pd.DataFrame({"one": whose[:, 0], "two": whose[:, 1]})
    if frame.duplicated().any():
        dates = rows["submitted_date"].iloc[positions].astype(object).fillna(_NOW)
        frame["date"] = dates.to_numpy()
        turn = frame.sort_values("date", kind="stable").groupby(["one", "two"], sort=False).cumcount().sort_index()
        number = turn.to_numpy()
    else:
        number = np.zeros(len(positions), dtype=np.int64)
    order = np.argsort(number, kind="stable")
    yield from np.split(positions[order], np.flatnonzero(np.diff(number[order])) + 1)
