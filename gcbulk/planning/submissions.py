"""Which submissions are sent, given the other rows, what is live and what was sent before.

The rules, in this order:

* A record with an error is rejected; an error of the file as a whole rejects every record. A record for an achievement
  that is not live is rejected.
* Of several records for the same player and achievement one is chosen: the highest percentage and, among equals, the
  one that was sent last before, else the first in the file. The user may ask for the last one or for none instead.
  Identical records share its request; the others are folded into it.
* If the chosen one is what was sent last, it is unchanged and nothing is sent. Neither a zero nor anything lower than
  what the player may have reached through earlier requests, answered or not, is sent unless the user asks for it.
* What was sent without an answer is sent again with the same bytes: a repeat overwrites. A score has no key by which a
  repeat could be recognised, so identical scores of a file are sent once, and one without an answer stays unknown.

Requests keep the order of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk.kinds import SUBMISSION_RESOURCES
from gcbulk.options import OnDuplicate, word
from gcbulk.planning.submissions_digests import (
    Groups,
    body_groups,
    fingerprints,
    key_groups,
    natural_keys,
    numbered,
    subjects,
)
from gcbulk.planning.submissions_history import NOTHING, SentBefore, SubmissionHistory, sent_before
from gcbulk.planning.submissions_plan import Decision, Reason, RowPositions, SubmissionPlan
from gcbulk.sheets import CheckedSubmissions

__all__ = [
    "Decision",
    "Reason",
    "SubmissionHistory",
    "SubmissionPlan",
    "fingerprints",
    "fold",
    "natural_keys",
    "subjects",
]

_SEND, _TWIN, _FOLDED, _UNCHANGED, _LOWER, _ZERO, _UNKNOWN, _REJECT = range(len(Decision))  # in the order of Decision


def fold(
    checked: CheckedSubmissions,
    history: SubmissionHistory,
    *,
    on_duplicate: str = OnDuplicate.HIGHEST,
    allow_lowering: bool = False,
    send_zero: bool = False,
    live_ids: Mapping[str, Collection[str]] | Collection[str] | None = None,
) -> SubmissionPlan:
    """What becomes of each record.

    Args:
        checked: the records.
        history: what earlier runs sent.
        on_duplicate: what becomes of contradicting records for the same player and achievement: the highest or the
            last one is taken, or all are rejected. Scores never contradict each other.
        allow_lowering: whether a percentage lower than what was sent is sent.
        send_zero: whether 0 % is sent.
        live_ids: the live achievements' ids, by app or of the only one; None where they are not known.

    Returns:
        The plan.

    Raises:
        SettingsError: `on_duplicate` is not one of `OnDuplicate`.
    """
    rule = word(OnDuplicate, on_duplicate, "on_duplicate")
    reasons = _rejected(checked, live_ids)
    candidates = _candidates(checked, history, np.flatnonzero(reasons == Reason.NONE))
    if not SUBMISSION_RESOURCES[checked.kind].repeatable:
        rule = OnDuplicate.HIGHEST  # all that one group holds is the same
    taken = candidates.taken(rule)
    leader = taken[candidates.groups]
    codes = np.where(candidates.bodies == candidates.bodies[leader], _TWIN, _FOLDED)
    sent = np.full(len(codes), NOTHING, dtype=np.int64)
    codes[taken], sent[taken] = candidates.compared(taken, allow_lowering=allow_lowering, send_zero=send_zero)
    if rule is OnDuplicate.ERROR:
        refused, other = candidates.contradicting()
        codes[refused], leader[refused] = _REJECT, other[refused]
        reasons[candidates.positions[refused]] = Reason.CONTRADICTS
    return _plan(checked, candidates, reasons, codes, leader, sent)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The records that can be sent, as arrays.

    Args:
        positions: their positions among all records.
        values: their percentages, -1 for scores.
        groups: which of them are for the same player and achievement.
        bodies: which of them say the same.
        keys: the digest of each group's key.
        prints: the digest of each body.
        before: what was sent before, by group.
    """

    positions: RowPositions
    values: npt.NDArray[np.int64]
    groups: Groups
    bodies: Groups
    keys: npt.NDArray[np.uint64]
    prints: npt.NDArray[np.uint64]
    before: SentBefore

    def taken(self, on_duplicate: OnDuplicate) -> npt.NDArray[np.int64]:
        """Which candidate is taken, for each group."""
        match on_duplicate:
            case OnDuplicate.HIGHEST:
                return self._highest()
            case OnDuplicate.LAST:
                return _lasts(self.groups)
            case OnDuplicate.ERROR:
                return _firsts(self.groups)
            case _:
                assert_never(on_duplicate)

    def _highest(self) -> npt.NDArray[np.int64]:
        """The candidate with the highest percentage, for each group."""
        taken = _firsts(self.groups)
        several = np.flatnonzero(np.bincount(self.groups)[self.groups] > 1)
        groups = self.groups[several]
        # Of equal percentages the one that was sent last: else a file sorted anew would be sent anew.
        newest = self.before.is_newest(groups, self.prints[self.bodies[several]])
        order = np.lexsort((several, ~newest, -self.values[several], groups))
        first = np.diff(groups[order], prepend=-1) != 0
        taken[groups[order[first]]] = several[order[first]]
        return taken

    def compared(
        self, taken: npt.NDArray[np.int64], *, allow_lowering: bool, send_zero: bool
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """What becomes of candidates that were taken, and the percentage that keeps a lower one from being sent."""
        groups, values = self.groups[taken], self.values[taken]
        newest = self.before.is_newest(groups, self.prints[self.bodies[taken]])
        confirmed = self.before.is_confirmed(groups)
        reached = self.before.reached[groups]
        codes = np.full(len(taken), _SEND)
        codes[(values < reached) & (not allow_lowering)] = _LOWER
        codes[(values == 0) & (not send_zero)] = _ZERO
        codes[newest & ~confirmed & (values == NOTHING)] = _UNKNOWN  # a score: sent again it might count twice
        codes[newest & confirmed] = _UNCHANGED
        return codes, np.where(codes == _LOWER, reached, NOTHING)

    def contradicting(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """Which candidates share a key with one that says something else, and which one that is."""
        first = _firsts(self.groups)
        other = first.copy()
        differs = self.bodies != self.bodies[first[self.groups]]
        other[self.groups[differs]] = np.flatnonzero(differs)
        refused = (other != first)[self.groups]
        return refused, np.where(differs, first[self.groups], other[self.groups])


def _candidates(checked: CheckedSubmissions, history: SubmissionHistory, positions: RowPositions) -> _Candidates:
    """The records at some positions, grouped and joined with what was sent before."""
    rows = checked.rows
    all_groups = key_groups(rows)
    groups, bodies = numbered(all_groups[positions]), numbered(body_groups(rows, all_groups)[positions])
    keys = natural_keys(rows, positions[_firsts(groups)])
    prints = fingerprints(rows, positions[_firsts(bodies)])
    return _Candidates(positions, _values(rows)[positions], groups, bodies, keys, prints, sent_before(keys, history))


def _rejected(
    checked: CheckedSubmissions, live_ids: Mapping[str, Collection[str]] | Collection[str] | None
) -> npt.NDArray[np.int8]:
    """Why records cannot be sent whatever else there is, by `Reason`."""
    reasons = np.where(checked.bad, Reason.CHECK, Reason.NONE).astype(np.int8)
    if checked.file_errors:
        reasons[~checked.bad] = Reason.FILE
    elif live_ids is not None:
        reasons[~checked.bad & ~_is_live(checked.rows, live_ids)] = Reason.NOT_LIVE
    return reasons


def _is_live(rows: pd.DataFrame, live_ids: Mapping[str, Collection[str]] | Collection[str]) -> npt.NDArray[np.bool_]:
    """Which records name an achievement that is live in their app."""
    if not isinstance(live_ids, Mapping):
        return np.asarray(rows["vendor_identifier"].isin(live_ids).to_numpy(dtype=bool))
    live = np.zeros(len(rows), dtype=bool)
    for bundle_id, ids in live_ids.items():
        live |= (rows["bundle_id"] == bundle_id).to_numpy(dtype=bool) & _is_live(rows, ids)
    return live


def _plan(
    checked: CheckedSubmissions,
    candidates: _Candidates,
    reasons: npt.NDArray[np.int8],
    codes: npt.NDArray[np.int64],
    leader: npt.NDArray[np.int64],
    sent: npt.NDArray[np.int64],
) -> SubmissionPlan:
    """The plan for all records, from what became of the candidates."""
    count, positions = len(reasons), candidates.positions
    decisions = _spread(np.full(count, _REJECT, dtype=np.int8), positions, codes)
    unchanged = codes == _UNCHANGED
    lines = candidates.before.newest[candidates.groups[unchanged]]
    return SubmissionPlan(
        checked,
        pd.Categorical.from_codes(decisions, [str(decision) for decision in Decision]),
        leader=_spread(np.arange(count), positions, positions[leader]),
        values=_values(checked.rows),
        keys=_spread(np.zeros((count, 2), "<u8"), positions, candidates.keys[candidates.groups]),
        fingerprints=_spread(np.zeros(count, "<u8"), positions, candidates.prints[candidates.bodies]),
        ids=_spread(np.full(count, None, dtype=object), positions[unchanged], candidates.before.history.ids[lines]),
        sent=_spread(np.full(count, NOTHING), positions, sent),
        reasons=reasons,
    )


def _spread(whole: np.ndarray, positions: RowPositions, values: np.ndarray) -> np.ndarray:
    """An array with values put in at some positions."""
    whole[positions] = values
    return whole


def _values(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The percentages, -1 where there is none."""
    if "percentage_achieved" not in rows.columns:
        return np.full(len(rows), NOTHING, dtype=np.int64)
    return np.asarray(rows["percentage_achieved"].to_numpy(dtype=np.int64, na_value=NOTHING))


def _firsts(groups: Groups) -> npt.NDArray[np.int64]:
    """The position at which each group begins."""
    firsts = np.empty(int(groups.max(initial=-1)) + 1, dtype=np.int64)
    firsts[groups[::-1]] = np.arange(len(groups))[::-1]  # of equal groups the last assignment counts
    return firsts


def _lasts(groups: Groups) -> npt.NDArray[np.int64]:
    """The position at which each group ends."""
    lasts = np.empty(int(groups.max(initial=-1)) + 1, dtype=np.int64)
    lasts[groups] = np.arange(len(groups))
    return lasts
