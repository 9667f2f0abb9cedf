"""What earlier runs sent for the keys of a file: the last body, and the percentage that must not be lowered.

Arrays throughout, so that a million rows are joined with a million sent ones in a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gcbulk.planning.submissions_digests import combined, numbered

NOTHING = -1
"""Where nothing was sent: no line of the history, no percentage."""


@dataclass(frozen=True, slots=True, eq=False)
class SubmissionHistory:
    """What earlier runs sent of players' progress or scores; arrays of equal length, one position for each request.

    At most one position for each pair of key and fingerprint: its last request. Requests that the service refused, and
    those that certainly never reached it, are not among them.

    Args:
        keys: digests of the natural keys, shape (n, 2), uint64.
        fingerprints: digests of the bodies, uint64.
        values: the percentages sent, int64; -1 where there is none.
        confirmed: whether an answer said that it is done, bool.
        ids: the service's ids, None where no answer came.
    """

    keys: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty((0, 2), np.uint64))
    fingerprints: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    values: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    confirmed: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    ids: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, np.object_))

    @classmethod
    def empty(cls) -> SubmissionHistory:
        """Nothing was ever sent."""
        return cls()


@dataclass(frozen=True, slots=True)
class SentBefore:
    """What was sent before, by the number of the key's group.

    Args:
        history: the history.
        newest: the history's newest line of the key, else `NOTHING`.
        reached: the highest percentage that the player may have by what was sent, else `NOTHING`: what was confirmed
            last, and what was sent without an answer since.
    """

    history: SubmissionHistory
    newest: npt.NDArray[np.int64]
    reached: npt.NDArray[np.int64]

    def is_newest(self, groups: npt.NDArray[np.int64], fingerprints: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Whether bodies are what was sent last under their keys.

        Args:
            groups: the bodies' keys, by the number of the group.
            fingerprints: the bodies' digests.

        Returns:
            A mask.
        """
        newest = self.newest[groups]
        same = np.zeros(len(groups), dtype=bool)
        known = newest != NOTHING
        same[known] = self.history.fingerprints[newest[known]] == fingerprints[known]
        return same

    def is_confirmed(self, groups: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether an answer said what became of what was sent last under some keys.

        Args:
            groups: the keys, by the number of the group.

        Returns:
            A mask; False where nothing was sent.
        """
        newest = self.newest[groups]
        confirmed = np.zeros(len(groups), dtype=bool)
        known = newest != NOTHING
        confirmed[known] = self.history.confirmed[newest[known]]
        return confirmed


def sent_before(keys: npt.NDArray[np.uint64], history: SubmissionHistory) -> SentBefore:
    """What was sent before under some keys.

    Args:
        keys: digests of the keys, one for each group, shape (n, 2).
        history: what earlier runs sent, oldest first.

    Returns:
        What was sent, by the number of the group.
    """
    lines, groups = _matched(keys, history.keys)
    newest = np.full(len(keys), NOTHING, dtype=np.int64)
    newest[groups] = lines  # of equal groups the last line counts
    confirmed = np.full(len(keys), NOTHING, dtype=np.int64)
    is_confirmed = history.confirmed[lines]
    confirmed[groups[is_confirmed]] = lines[is_confirmed]
    reached = np.full(len(keys), NOTHING, dtype=np.int64)
    since = lines >= confirmed[groups]
    np.maximum.at(reached, groups[since], history.values[lines[since]])
    return SentBefore(history, newest, reached)


def _matched(
    keys: npt.NDArray[np.uint64], sent: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The history's lines that are about one of the keys, and which group's key that is."""
    both = np.concatenate([keys, sent]).view(np.int64)
    codes = combined(numbered(both[:, 0]), numbered(both[:, 1]))
    group_of = np.full(int(codes.max(initial=-1)) + 1, NOTHING, dtype=np.int64)
    group_of[codes[: len(keys)]] = np.arange(len(keys))
    groups = group_of[codes[len(keys) :]]
    lines = np.flatnonzero(groups != NOTHING)
    return lines, groups[lines]
