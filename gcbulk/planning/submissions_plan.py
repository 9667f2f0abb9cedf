"""The plan for submissions: what becomes of each record, as arrays.

The runner sends from it and the report explains itself by it. Sentences are written only for the records that are asked
about, never for a million at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk.kinds import SUBMISSION_RESOURCES
from gcbulk.records import Json, SubmissionResource, Target
from gcbulk.sheets import CheckedSubmissions
from gcbulk.tables.issues import printable
from gcbulk.wording import counted, in_words

RowPositions = npt.NDArray[np.int64]
"""Records, by their positions in the checked rows."""


class Decision(StrEnum):
    """What becomes of a record."""

    SEND = "send"
    TWIN = "twin"  # says the same as its leader: shares its request and id
    FOLDED = "folded"  # another record for the same player and achievement was taken: its leader
    UNCHANGED = "unchanged"  # it is what was sent last for the player and achievement, and done
    LOWER = "lower"  # lower than what was sent
    ZERO = "zero"  # 0 %, which would reveal a hidden achievement
    UNKNOWN = "unknown"  # a score that was sent without an answer: sent again, it might count twice
    REJECT = "reject"  # the check found an error, or the record contradicts what is live or another row


class Reason(IntEnum):
    """Why a record is rejected."""

    NONE = 0
    CHECK = 1  # the check found an error in it
    FILE = 2  # the check found an error in the whole file
    NOT_LIVE = 3  # there is no such achievement
    CONTRADICTS = 4  # another row says something else for the same player and achievement


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SubmissionPlan:
    """What becomes of each record of a checked file; arrays of equal length, by the record's position.

    Args:
        checked: the file; the ids of players are in its rows and nowhere else.
        decisions: the names of `Decision`, as a categorical.
        leader: the position of the record that speaks for it: its own; that of the record whose request it shares
            (twin) or that was taken instead (folded); or of one that it contradicts.
        values: the percentage, -1 where there is none.
        keys: digests of the natural keys, shape (n, 2), uint64; 0 for records that the check rejects.
        fingerprints: digests of the bodies, uint64; 0 for those as well.
        ids: the service's ids of records that are unchanged, else None.
        sent: for a lower record the percentage that was sent before, else -1.
        reasons: `Reason`, int8.
        targets: what is known of the apps, by bundle id.
        base_url: where the service is; None for a plan that was made without it.
        duration: the time that the rate limit makes it take at most; None where nobody asked.
    """

    checked: CheckedSubmissions
    decisions: pd.Categorical
    leader: RowPositions
    values: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    fingerprints: npt.NDArray[np.uint64]
    ids: npt.NDArray[np.object_]
    sent: npt.NDArray[np.int64]
    reasons: npt.NDArray[np.int8]
    targets: Mapping[str, Target] = field(default_factory=dict)
    base_url: str | None = None
    duration: timedelta | None = None

    @property
    def kind(self) -> SubmissionResource:
        """What the records are to the service."""
        return SUBMISSION_RESOURCES[self.checked.kind]

    @property
    def apps(self) -> dict[str, int]:
        """How many requests go to each app, by its bundle id."""
        counts = self.checked.rows["bundle_id"].iloc[self.to_send].value_counts()
        return {str(bundle_id): int(count) for bundle_id, count in sorted(counts.items())}

    @property
    def to_send(self) -> RowPositions:
        """The records that a request is sent for, in the order of the file."""
        return np.flatnonzero(self.decisions == Decision.SEND)

    @property
    def requests(self) -> int:
        """How many requests there are to send."""
        return self.counts[Decision.SEND]

    @property
    def counts(self) -> dict[str, int]:
        """How many records each decision has, by its name."""
        counts = np.bincount(self.decisions.codes, minlength=len(Decision))
        return {str(decision): int(count) for decision, count in zip(Decision, counts, strict=True)}

    def messages(self, positions: RowPositions | None = None) -> pd.DataFrame:
        """What is to be said of some records.

        Args:
            positions: the records; None for all.

        Returns:
            One line a record, in this order.

            Columns: sheet (str), row (Int64), decision (str), leader_row (Int64: the row of its leader), code, column
            and message (str or None: why it is not sent, at which header, in words). Index: the record's position.
        """
        positions = np.arange(len(self.leader)) if positions is None else np.asarray(positions, dtype=np.int64)
        rows = self.checked.rows.index.to_numpy()
        lines = pd.DataFrame(
            {
                "sheet": self.checked.rows["sheet"].iloc[positions].astype(object).to_numpy(),
                "row": pd.array(rows[positions], dtype="Int64"),
                "decision": np.asarray(self.decisions.take(positions)).astype(object),
                "leader_row": pd.array(rows[self.leader[positions]], dtype="Int64"),
            },
            index=pd.Index(positions),
        )
        for name in ("code", "column", "message"):
            lines[name] = pd.Series([None] * len(lines), index=lines.index, dtype=object)
        self._explain(lines)
        self._explain_rejected(lines)
        return lines

    def _explain(self, lines: pd.DataFrame) -> None:
        """Say of records that are not sent why."""
        for decision, (code, column, say) in _why(self.kind).items():
            chosen = lines.index[lines["decision"] == decision]
            if len(chosen):
                lines.loc[chosen, "code"] = code
                lines.loc[chosen, "column"] = self._header(column)
                lines.loc[chosen, "message"] = [say(self, int(position)) for position in chosen]

    def _explain_rejected(self, lines: pd.DataFrame) -> None:
        """Say of records that are rejected why: what the check said, or what another row or the service has."""
        reasons = self.reasons[lines.index.to_numpy(dtype=np.int64)]
        for reason, (code, column, say) in _why_rejected(self.kind).items():
            chosen = lines.index[reasons == reason]
            if len(chosen):
                lines.loc[chosen, "code"] = code
                lines.loc[chosen, "column"] = self._header(column)
                lines.loc[chosen, "message"] = [say(self, int(position)) for position in chosen]
        chosen = lines.index[reasons == Reason.CHECK]
        if len(chosen):
            errors = self.checked.errors_at(chosen.to_numpy(dtype=np.int64)).set_axis(chosen)
            lines.loc[chosen, list(errors.columns)] = errors
        chosen = lines.index[reasons == Reason.FILE]
        if len(chosen):
            error = self.checked.file_errors[0]
            lines.loc[chosen, ["code", "column", "message"]] = [error.code, error.column, error.message]

    def _header(self, column: str | None) -> str | None:
        """The header of a column in the file's sheet."""
        tables = self.checked.tables
        return self.checked.header(tables[0].sheet, column) if column and tables else None

    def row_of(self, position: int) -> int:
        """The spreadsheet's row number of a record."""
        return int(self.checked.rows.index[position])

    def __repr__(self) -> str:
        return f"<SubmissionPlan {self._sentence()}>"

    def _repr_html_(self) -> str:
        return f"<p><b>SubmissionPlan</b>: {escape(printable(self._sentence()))}</p>"

    def _sentence(self) -> str:
        decisions = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if count)
        known = {bundle_id: target.described for bundle_id, target in self.targets.items()}
        to = ", ".join(f"{count:,} to {known.get(bundle_id, bundle_id)}" for bundle_id, count in self.apps.items())
        at = f" at {self.base_url}" if self.base_url else ""
        wait = f", {in_words(self.duration)} at most" if self.duration is not None else ""
        requests = counted(self.requests, "request")
        return f"{decisions or 'nothing to do'}; {requests}{f' ({to}{at})' if to else ''}{wait}"


_Why = tuple[str, str | None, Callable[[SubmissionPlan, int], str]]
"""A code, the column it is shown at, and what is said of a record."""


def _twin(plan: SubmissionPlan, position: int) -> str:
    return f"This row says the same as row {_leader(plan, position)}; they share one request and its id."


def _folded(plan: SubmissionPlan, position: int) -> str:
    taken, own = int(plan.values[plan.leader[position]]), int(plan.values[position])
    return (
        f"Row {_leader(plan, position)} is for the same player and {plan.kind.subject} and was taken instead, with "
        f"{taken} % where this row has {own} %."
    )


def _lower(plan: SubmissionPlan, position: int) -> str:
    return (
        f"{int(plan.sent[position])} % was sent before for this player and {plan.kind.subject}, and "
        f"{int(plan.values[position])} % could lower it; nothing was sent. To send it all the same: --allow-lowering."
    )


def _zero(plan: SubmissionPlan, position: int) -> str:
    subject = plan.kind.subject
    return f"0 % adds nothing and reveals a hidden {subject}, so it was not sent. To send it: --send-zero."


def _unknown(plan: SubmissionPlan, position: int) -> str:
    return (
        f"This {plan.kind.value} was sent before and no usable answer came. Whether it counted is not known; sent "
        "again it might count twice, so it was not."
    )


def _not_live(plan: SubmissionPlan, position: int) -> str:
    name, subject = plan.checked.rows["vendor_identifier"].iloc[position], plan.kind.subject
    return f"The app has no {subject} {name}. Correct the id, or create the {subject} first."


def _contradicts(plan: SubmissionPlan, position: int) -> str:
    return (
        f"Row {_leader(plan, position)} says something else for the same player and {plan.kind.subject}. Take one of "
        "them out, or use --on-duplicate highest."
    )


def _leader(plan: SubmissionPlan, position: int) -> int:
    return plan.row_of(int(plan.leader[position]))


def _why(kind: SubmissionResource) -> Mapping[Json, _Why]:
    return {
        Decision.TWIN: ("duplicate-row", None, _twin),
        Decision.FOLDED: ("folded", kind.value, _folded),
        Decision.LOWER: ("lower-than-sent", kind.value, _lower),
        Decision.ZERO: ("zero-not-sent", kind.value, _zero),
        Decision.UNKNOWN: ("outcome-unknown", kind.value, _unknown),
    }


def _why_rejected(kind: SubmissionResource) -> Mapping[Json, _Why]:
    return {
        Reason.NOT_LIVE: (kind.not_live, "vendor_identifier", _not_live),
        Reason.CONTRADICTS: ("contradicting-rows", kind.value, _contradicts),
    }
