"""What a run meant to do with each record of a file of submissions, kept so that its report can be made again.

The journal already identifies what was sent by digests, and players' ids are kept nowhere. So only the decision on each
record is kept here, by its position in the file, which takes almost no space when all of them were sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from gcbulk import reporting
from gcbulk.planning.submissions import Decision, SubmissionPlan
from gcbulk.records import Json
from gcbulk.service.run_record import packed, unpacked
from gcbulk.service.submission_journal import RunRecord


def meant(plan: SubmissionPlan, options: Mapping[str, Json]) -> dict[str, Json]:
    """What to keep of a plan before its run begins.

    Args:
        plan: the plan.
        options: those that it was made with.
    """
    return {
        "options": dict(options),
        "facts": submission_facts(plan),
        "records": _digest(plan),
        "decisions": packed(np.asarray(plan.decisions.codes, dtype="<i1")),
        "leader": packed((plan.leader - np.arange(len(plan.leader))).astype("<i8")),
        "sent": packed(plan.sent.astype("<i8")),
        "reasons": packed(plan.reasons.astype("<i1")),
    }


def submission_facts(plan: SubmissionPlan) -> list[tuple[str, str]]:
    """What the report of a run says above its lines.

    Args:
        plan: the plan.
    """
    return reporting.app_facts([(bundle_id, plan.targets.get(bundle_id)) for bundle_id in plan.apps], plan.base_url)


def as_meant(plan: SubmissionPlan, kept: Mapping[str, Json]) -> SubmissionPlan | None:
    """The plan of a run, from a plan of the file as it is now; None if the file holds other records now.

    Args:
        plan: made with the run's options and with what was sent before it.
        kept: what `meant` gave.
    """
    if kept["records"] != _digest(plan):
        return None
    codes = unpacked(kept["decisions"], "<i1")
    ids = plan.ids.copy()
    ids[codes != plan.decisions.categories.get_loc(str(Decision.UNCHANGED))] = None
    return replace(
        plan,
        decisions=pd.Categorical.from_codes(codes, dtype=plan.decisions.dtype),
        leader=unpacked(kept["leader"], "<i8") + np.arange(len(codes)),
        ids=ids,
        sent=unpacked(kept["sent"], "<i8"),
        reasons=unpacked(kept["reasons"], "<i1"),
    )


def gone(plan: SubmissionPlan, recorded: RunRecord) -> int:
    """How many submissions of a run are no longer in the file."""
    names = ["high", "low", "body"]
    have = pd.DataFrame(np.column_stack((plan.keys, plan.fingerprints)), columns=names)
    sent = pd.DataFrame(np.column_stack((recorded.keys, recorded.fingerprints)), columns=names)
    return int((~pd.MultiIndex.from_frame(sent).isin(pd.MultiIndex.from_frame(have))).sum())


def _digest(plan: SubmissionPlan) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(plan.keys).tobytes())
    digest.update(np.ascontiguousarray(plan.fingerprints).tobytes())
    return digest.hexdigest()
