"""What became of each submission of a file, from the plan and the journal.

What comes in: the plan, the journal's file and a run. What goes out: a report's lines and a `Result`; the same right
after the run and, made again, at any time later.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from gcbulk import reporting
from gcbulk.pipeline.reports import Place, write_report
from gcbulk.pipeline.results import Result, run_exit
from gcbulk.planning.submissions import Decision, SubmissionHistory, SubmissionPlan
from gcbulk.records import OutcomeKind
from gcbulk.reporting.submissions import Fates, submission_lines
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.submission_journal import Known, State, known_submissions, troubles

STEPS: Mapping[str, str] = {"submissions": "submission", "scores": "score"}
"""What one record is called, by kind."""

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


def history_of(known: Known) -> SubmissionHistory:
    """One line per key and body of all that was ever meant to be sent; what was done once counts as done."""
    relevant = np.isin(known.states, [State.INTENT, State.DONE, State.UNKNOWN])
    done = known.states == State.DONE
    age = np.arange(len(done))
    order = np.lexsort((age, done, known.fingerprints, known.keys[:, 1], known.keys[:, 0]))
    order = order[relevant[order]]
    identity = np.column_stack((known.keys[order], known.fingerprints[order]))
    is_last = np.append(np.any(identity[1:] != identity[:-1], axis=1), True)[: len(order)]
    kept = np.sort(order[is_last])
    return SubmissionHistory(
        keys=known.keys[kept],
        fingerprints=known.fingerprints[kept],
        values=known.values[kept],
        settled=done[kept],
        ids=known.ids[kept],
    )


def submission_result(
    path: Path,
    plan: SubmissionPlan,
    file: JournalFile,
    place: Place,
    *,
    scope: str,
    run: int,
    stopped: str | None,
    requests: int,
) -> Result:
    """The report of a run, and how it ended.

    Args:
        path: the file.
        plan: what the run meant to do with it.
        file: the journal's file.
        place: where the report goes.
        scope: which service.
        run: the run's number.
        stopped: why it ended early, None when it came to its end.
        requests: requests sent, look-ups among them.
    """
    checked = plan.checked
    known = known_submissions(file, scope=scope, verb=checked.kind, first=run, last=run)
    told = {seq: what for seq, *what in troubles(file, run)}
    lines = submission_lines(checked.rows, _fates(plan, known, told), step=STEPS[checked.kind])
    written = write_report(path, lines, place)
    return Result(
        rows=len(lines),
        outcomes=reporting.summarise(lines),
        issues=checked.issues,
        requests=requests,
        report=written.report,
        exit=written.exit(run_exit(lines, stopped)),
        notes=(*reporting.push_text(lines, stopped), *written.notes),
    )


def _fates(plan: SubmissionPlan, known: Known, told: Mapping[int, list[str | None]]) -> Fates:
    """What became of every record: of those that were sent by the journal, of the others by the plan."""
    entry = _entries(plan, known)
    sent = entry >= 0
    decided = {str(decision): str(kind) for decision, kind in _OF_DECISION.items()}
    outcomes = np.array([decided.get(name) for name in plan.decisions.categories], dtype=object)[plan.decisions.codes]
    of_state = np.array([str(_OF_STATE[state]) for state in State], dtype=object)
    outcomes[sent] = of_state[known.states[entry[sent]]]
    ids, request_ids = plan.ids.copy(), np.full(len(entry), None, dtype=object)
    ids[sent], request_ids[sent] = known.ids[entry[sent]], known.request_ids[entry[sent]]
    attempts, finished_at = np.zeros(len(entry), dtype=np.int64), np.full(len(entry), np.nan)
    attempts[sent], finished_at[sent] = known.attempts[entry[sent]], known.finished_at[entry[sent]]
    follows = np.isin(plan.decisions, [str(one) for one in _FOLLOWING])
    leader = np.where(follows, plan.leader, np.arange(len(entry)))
    return Fates(
        outcomes=outcomes[leader],
        ids=ids[leader],
        attempts=attempts,
        request_ids=request_ids,
        finished_at=finished_at[leader],
        **_reasons(plan, entry, known, told),
    )


def _entries(plan: SubmissionPlan, known: Known) -> np.ndarray:
    """For each record that was to be sent its entry in the journal, -1 where it has none, by key and body."""
    entry = np.full(len(plan.leader), -1, dtype=np.int64)
    positions = plan.to_send
    if not len(known.seqs) or not len(positions):
        return entry
    names = ["key_high", "key_low", "body"]
    wanted = pd.DataFrame(np.column_stack((plan.keys[positions], plan.fingerprints[positions])), columns=names)
    have = pd.DataFrame(np.column_stack((known.keys, known.fingerprints)), columns=names)
    have["entry"] = np.arange(len(have))
    have = have.drop_duplicates(names, keep="last")
    found = wanted.merge(have, on=names, how="left")["entry"]
    entry[positions] = found.fillna(-1).to_numpy(dtype=np.int64)
    return entry


def _reasons(
    plan: SubmissionPlan, entry: np.ndarray, known: Known, told: Mapping[int, list[str | None]]
) -> dict[str, Mapping[int, str]]:
    """Codes, columns and messages by position: the plan's, and the service's for what it did not accept."""
    silent = np.isin(plan.decisions, [str(Decision.SEND), str(Decision.UNCHANGED)])
    found: dict[str, dict[int, str]] = {"codes": {}, "columns": {}, "messages": {}}
    for name, said in zip(("code", "column", "message"), found.values(), strict=True):
        said.update(plan.messages(np.flatnonzero(~silent))[name].dropna().to_dict())
    by_seq = {int(seq): position for position, seq in _seqs(entry, known)}
    for seq, (code, pointer, message) in told.items():
        position = by_seq.get(seq)
        if position is not None:
            found["codes"][position] = code or ""
            found["messages"][position] = message or ""
            if pointer:
                found["columns"][position] = _header(plan, position, pointer)
    return dict(found)


def _seqs(entry: np.ndarray, known: Known) -> list[tuple[int, int]]:
    positions = np.flatnonzero(entry >= 0)
    troubled = positions[known.states[entry[positions]] != State.DONE]
    return list(zip(troubled.tolist(), known.seqs[entry[troubled]].tolist(), strict=True))


def _header(plan: SubmissionPlan, position: int, attribute: str) -> str:
    return plan.checked.header(str(plan.checked.rows["sheet"].iloc[position]), attribute)
