"""What would be sent of players' progress and scores: decisions, digests, bodies and the lines of a report."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk import reporting
from gcbulk.appstore.submissions import bodies
from gcbulk.planning.submissions import SubmissionHistory, SubmissionPlan, fingerprints, fold, natural_keys, subjects
from gcbulk.sheets import CheckedSubmissions
from gcbulk.simulator.exchange import Json
from golden.layout import abridged, digest
from golden.plain import plain, records

MOST = 12
STEPS = {"submissions": "submission", "scores": "score"}


def submissions(checked: CheckedSubmissions) -> Json:
    """What would be sent, for the first time and after earlier runs, by options."""
    nothing, before = SubmissionHistory.empty(), sent_before(checked)
    live = set(checked.rows["vendor_identifier"].dropna().unique()[:1].tolist())
    found: Json = {
        "first": _sent(fold(checked, nothing)),
        "again": _sent(fold(checked, before)),
        "again, the last of each": _decided(fold(checked, before, on_duplicate="last", allow_lowering=True)),
        "first, none of several": _decided(fold(checked, nothing, on_duplicate="error", send_zero=True)),
        "digests": _digests(checked.rows),
    }
    if checked.kind == "submissions":
        found["first, one is live"] = _decided(fold(checked, nothing, live_ids=live))
    return found


def sent_before(checked: CheckedSubmissions) -> SubmissionHistory:
    """What earlier runs sent of a file: every third record as it is, every third another value, not all answered."""
    good = np.flatnonzero(~checked.bad)
    same, other = good[good % 3 == 0], good[good % 3 == 1]
    places = np.concatenate([same, other])
    prints = np.concatenate([fingerprints(checked.rows, same), np.full(len(other), 7, np.uint64)])
    values = _values(checked)[places]
    values[len(same) :] = np.where(values[len(same) :] >= 0, np.minimum(values[len(same) :] + 10, 100), -1)
    confirmed = np.arange(len(places)) % 4 != 3
    ids = np.array([f"id-{place}" if done else None for place, done in enumerate(confirmed)], dtype=object)
    return SubmissionHistory(natural_keys(checked.rows, places), prints, values, confirmed, ids)


def _values(checked: CheckedSubmissions) -> npt.NDArray[np.int64]:
    if "percentage_achieved" not in checked.rows.columns:
        return np.full(len(checked.rows), -1, np.int64)
    return np.asarray(checked.rows["percentage_achieved"].to_numpy(np.int64, na_value=-1)).copy()


def _decided(plan: SubmissionPlan) -> Json:
    """What becomes of each record."""
    said = plan.messages()
    lines = [
        " ".join(str(one) for one in line if one is not None)
        for line in zip(plan.decisions, plan.leader, plan.ids, plain(said["code"].tolist()), strict=True)
    ]
    return {"counts": {name: count for name, count in plan.counts.items() if count}, "records": abridged(lines)}


def _sent(plan: SubmissionPlan) -> Json:
    """What becomes of each record, what is sent, and what people are told."""
    bodies_ = [body.decode() for body in bodies(plan.kind, plan.checked.rows, plan.to_send)]
    return {
        **_decided(plan),
        "apps": plan.apps,
        "path": plan.kind.path,
        "bodies": abridged(bodies_, MOST),
        "known by": digest([_hex(plan.keys), _hex(plan.fingerprints)]),
        "text": list(reporting.submission_plan_text(plan)),
        "lines": records(_lines(plan), most=MOST, without=("finished_at",)),
    }


def _lines(plan: SubmissionPlan) -> pd.DataFrame:
    """The lines of a report on a run in which all that was sent came through."""
    count, said = len(plan.leader), plan.messages()
    became = {"send": "created", "twin": "created", "folded": "created", "reject": "rejected"}
    outcomes = reporting.Outcomes(
        outcomes=np.array([became.get(decision, "unchanged") for decision in plan.decisions], dtype=object),
        ids=plan.ids,
        attempts=(np.asarray(plan.decisions) == "send").astype(np.int64),
        codes=said["code"].dropna().to_dict(),
        columns=said["column"].dropna().to_dict(),
        messages=said["message"].dropna().to_dict(),
        request_ids=np.full(count, None, dtype=object),
        finished_at=np.full(count, np.nan),
    )
    return reporting.submission_lines(plan.checked.rows, outcomes, step=STEPS[plan.checked.kind])


def _digests(rows: pd.DataFrame) -> Json:
    """What the journal knows each row by."""
    return {
        "keys": abridged(_hex(natural_keys(rows)), MOST),
        "subjects": abridged(_hex(subjects(rows)), MOST),
        "fingerprints": abridged(_hex(fingerprints(rows)), MOST),
    }


def _hex(digests: npt.NDArray[np.uint64]) -> list[str]:
    return [np.atleast_1d(one).astype("<u8").tobytes().hex() for one in digests]
