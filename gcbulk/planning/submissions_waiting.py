"""Which submissions have to wait, because an unanswered request of an earlier run must not be applied after them.

An unanswered request may be applied late. If other content were sent for the same player and achievement in the
meantime, the older content could end up counting without anybody knowing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd


def has_to_wait(
    subjects: npt.NDArray[np.uint64],
    fingerprints: npt.NDArray[np.uint64],
    doubtful_subjects: npt.NDArray[np.uint64],
    doubtful_fingerprints: npt.NDArray[np.uint64],
) -> npt.NDArray[np.bool_]:
    """Which of some submissions something else may be applied after.

    Args:
        subjects: digests of whose values they are, shape (n, 2).
        fingerprints: digests of their bodies.
        doubtful_subjects: the same of what was sent before and may be applied late, shape (m, 2).
        doubtful_fingerprints: likewise.

    Returns:
        A mask of n.
    """
    mine = pd.DataFrame({"one": subjects[:, 0], "two": subjects[:, 1], "body": fingerprints})
    late = pd.DataFrame({"one": doubtful_subjects[:, 0], "two": doubtful_subjects[:, 1], "late": doubtful_fingerprints})
    mine["position"] = np.arange(len(mine))
    both = mine.merge(late, on=["one", "two"])
    waits = np.zeros(len(mine), dtype=bool)
    waits[both.loc[both["body"] != both["late"], "position"].to_numpy()] = True
    return waits
