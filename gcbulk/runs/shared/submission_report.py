"""What became of each submission of a file, from the plan and the journal.

The lines are the same right after the run and when the report is made again at any later time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gcbulk.planning.submissions import Decision, SubmissionHistory, SubmissionPlan
from gcbulk.records import OutcomeKind
from gcbulk.reporting.submissions import Outcomes, submission_lines
from gcbulk.runs.shared.reading import STEPS
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.sender import NO_ANSWER
from gcbulk.service.submission_journal import Known, RunRecord, State, SubmissionResult, recorded_submissions, troubles

_OF_STATE = {
    State.INTENT: OutcomeKind.UNKNOWN,
    State.DONE: OutcomeKind.CREATED,
    State.REJECTED: OutcomeKind.REJECTED,
    State.UNKNOWN: OutcomeKind.UNKNOWN,
    State.NOT_SENT: OutcomeKind.NOT_ATTEMPTED,
}
_OF_DECISION = {
    Decision.SEND: OutcomeKind.NOT_ATTEMPTED,  # until the journal knows better
    Decision.UNCHANGED: OutcomeKind.UNCHANGED,
    Decision.LOWER: OutcomeKind.UNCHANGED,
    Decision.ZERO: OutcomeKind.UNCHANGED,
    Decision.UNKNOWN: OutcomeKind.UNKNOWN,
    Decision.REJECT: OutcomeKind.REJECTED,
}
_FOLLOWING = (Decision.TWIN, Decision.FOLDED)
# What the run may have sent: the options may have been others than those that the report is made again with.
_SENDABLE = (Decision.SEND, Decision.LOWER, Decision.ZERO)
_SILENT = (Decision.SEND, Decision.UNCHANGED)
_CUT_OFF = "The run ended while this was being sent; whether it arrived is not known. Run it again: it goes on there."

_Said = tuple[str, str | None, str | None]
"""A code, the attribute that it points at in snake_case, a message."""


def history_of(known: Known) -> SubmissionHistory:
    """What was sent before, as planning takes it: for each key and body its last request."""
    identity = pd.DataFrame(np.column_stack((known.keys, known.fingerprints)))
    kept = ~identity.duplicated(keep="last").to_numpy()
    return SubmissionHistory(
        keys=known.keys[kept],
        fingerprints=known.fingerprints[kept],
        values=known.values[kept],
        confirmed=known.states[kept] == State.DONE,
        ids=known.ids[kept],
    )


def run_lines(
    plan: SubmissionPlan, file: JournalFile, run: int, *, unsaved: Sequence[SubmissionResult] = ()
) -> pd.DataFrame:
    """The lines of a run's report.

    Args:
        plan: what the run meant to do with the file.
        file: the journal's file.
        run: the run's number.
        unsaved: results that the journal could not store.

    Returns:
        Columns: `records.OUTCOME_COLUMNS`. Index: 0, 1, ...
    """
    said: dict[int, _Said] = {seq: what for seq, *what in troubles(file, run)}  # type: ignore[misc]
    recorded = _completed(recorded_submissions(file, run), said, unsaved)
    outcomes = _Outcomes(plan, recorded, said)
    return submission_lines(plan.checked.rows, outcomes.as_arrays(), step=STEPS[plan.checked.kind])


def not_live(plan: SubmissionPlan, file: JournalFile, run: int) -> Mapping[str, set[str]] | None:
    """The ids in a file that were live during a run, by app; None where all were.

    Args:
        plan: a plan of the file, made without knowing what was live.
        file: the journal's file.
        run: the run's number.
    """
    refused = [seq for seq, code, *_ in troubles(file, run) if code == plan.kind.not_live]
    if not refused:
        return None
    recorded = recorded_submissions(file, run)
    keys = pd.MultiIndex.from_arrays(recorded.keys[np.isin(recorded.seqs, refused)].T)
    is_missing = pd.MultiIndex.from_arrays(plan.keys.T).isin(keys)
    named = ["bundle_id", "vendor_identifier"]
    missing = plan.checked.rows.loc[is_missing, named]
    distinct = plan.checked.rows[named].drop_duplicates()
    live = distinct[~pd.MultiIndex.from_frame(distinct).isin(pd.MultiIndex.from_frame(missing))]
    return {str(app): set(of_app["vendor_identifier"]) for app, of_app in live.groupby("bundle_id")}


def _completed(recorded: RunRecord, said: dict[int, _Said], unsaved: Sequence[SubmissionResult]) -> RunRecord:
    """What the journal holds, with the results that it could not store."""
    states, ids, attempts = recorded.states.copy(), recorded.ids, recorded.attempts.copy()
    request_ids, finished_at = recorded.request_ids, recorded.finished_at.copy()
    positions = {int(seq): at for at, seq in enumerate(recorded.seqs.tolist())} if unsaved else {}
    for result in unsaved:
        at = positions.get(result.seq)
        if at is not None:
            states[at], ids[at], attempts[at] = result.state, result.resource_id, result.attempts
            request_ids[at] = result.request_id
            finished_at[at] = np.nan if result.finished_at is None else result.finished_at
            if result.code:
                said[result.seq] = (result.code, result.pointer, result.message)
    for seq in recorded.seqs[states == State.INTENT].tolist():
        said[seq] = (NO_ANSWER, None, _CUT_OFF)
    return replace(
        recorded, states=states, ids=ids, attempts=attempts, request_ids=request_ids, finished_at=finished_at
    )


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """The outcome of every record: the journal's for those that were sent, the plan's for the others."""

    plan: SubmissionPlan
    recorded: RunRecord
    said: Mapping[int, _Said]

    def as_arrays(self) -> Outcomes:
        """The outcomes of all records, column by column."""
        plan, recorded, entry = self.plan, self.recorded, self._entries()
        sent = np.flatnonzero(entry >= 0)
        of = entry[sent]
        decided = {str(decision): str(kind) for decision, kind in _OF_DECISION.items()}
        outcomes = np.array([decided.get(name) for name in plan.decisions.categories], dtype=object)[
            plan.decisions.codes
        ]
        outcomes[sent] = np.array([str(_OF_STATE[state]) for state in State], dtype=object)[recorded.states[of]]
        follows = np.isin(plan.decisions.codes, plan.decisions.categories.get_indexer(list(map(str, _FOLLOWING))))
        leader = np.where(follows, plan.leader, np.arange(len(entry)))
        return Outcomes(
            outcomes=outcomes[leader],
            ids=_with_values(plan.ids.copy(), sent, recorded.ids[of])[leader],
            attempts=_with_values(np.zeros(len(entry), dtype=np.int64), sent, recorded.attempts[of]),
            request_ids=_with_values(np.full(len(entry), None, dtype=object), sent, recorded.request_ids[of]),
            finished_at=_with_values(np.full(len(entry), np.nan), sent, recorded.finished_at[of])[leader],
            **self._reasons(entry),
        )

    def _entries(self) -> np.ndarray:
        """For each record that may have been sent its entry in the journal, -1 where it has none."""
        plan, recorded = self.plan, self.recorded
        entry = np.full(len(plan.leader), -1, dtype=np.int64)
        codes = plan.decisions.categories.get_indexer(list(map(str, _SENDABLE)))
        wanted = np.flatnonzero(np.isin(plan.decisions.codes, codes))
        # A submission's number is its position in the file, unless the file was changed since.
        seqs = np.minimum(np.searchsorted(recorded.seqs, wanted), len(recorded.seqs) - 1)
        if not len(recorded.seqs) or not len(wanted):
            return entry
        same = (recorded.seqs[seqs] == wanted) & (recorded.fingerprints[seqs] == plan.fingerprints[wanted])
        same &= np.all(recorded.keys[seqs] == plan.keys[wanted], axis=1)
        entry[wanted[same]] = seqs[same]
        moved = wanted[~same]
        if len(moved) and same.sum() < len(recorded.seqs):
            entry[moved] = _entries_by_content(plan, moved, recorded)
        return entry

    def _reasons(self, entry: np.ndarray) -> dict[str, Mapping[int, str]]:
        """Codes, columns and messages by position: the plan's, and the service's for what it did not accept."""
        plan = self.plan
        silent = np.isin(plan.decisions.codes, plan.decisions.categories.get_indexer(list(map(str, _SILENT))))
        reasons: dict[str, dict[int, str]] = {"codes": {}, "columns": {}, "messages": {}}
        lines = plan.messages(np.flatnonzero(~silent & (entry < 0)))
        for name, said in zip(("code", "column", "message"), reasons.values(), strict=True):
            said.update(lines[name].dropna().to_dict())
        sent = np.flatnonzero(entry >= 0)
        troubled = sent[self.recorded.states[entry[sent]] != State.DONE].tolist()
        for position, seq in zip(troubled, self.recorded.seqs[entry[troubled]].tolist(), strict=True):
            code, pointer, message = self.said.get(seq, (None, None, None))
            if code is not None:
                reasons["codes"][position] = code
                reasons["messages"][position] = message or ""
                if pointer:
                    reasons["columns"][position] = self._header(position, pointer)
        return dict(reasons)

    def _header(self, position: int, attribute: str) -> str:
        checked = self.plan.checked
        return checked.header(str(checked.rows["sheet"].iloc[position]), attribute)


def _entries_by_content(plan: SubmissionPlan, positions: np.ndarray, recorded: RunRecord) -> np.ndarray:
    """The journal's entries of some records by key and body, -1 where there is none."""
    names = ["high", "low", "body"]
    wanted = pd.DataFrame(np.column_stack((plan.keys[positions], plan.fingerprints[positions])), columns=names)
    have = pd.DataFrame(np.column_stack((recorded.keys, recorded.fingerprints)), columns=names)
    have["entry"] = np.arange(len(have))
    entries = wanted.merge(have.drop_duplicates(names, keep="last"), on=names, how="left")["entry"]
    return np.asarray(entries.fillna(-1).to_numpy(dtype=np.int64))


def _with_values(whole: np.ndarray, positions: np.ndarray, values: np.ndarray) -> np.ndarray:
    """An array with values put in at some positions."""
    whole[positions] = values
    return whole
