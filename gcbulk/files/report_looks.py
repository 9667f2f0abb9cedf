"""What the report sheet looks like: its columns, their widths and its colours."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.files.style_edit import Look

COLUMNS: Mapping[str, tuple[str, float]] = {
    "sheet": ("Sheet", 17),
    "row": ("Row", 7),
    "key": ("Key", 36),
    "step": ("Step", 13),
    "outcome": ("Outcome", 15),
    "id": ("Id", 38),
    "code": ("Code", 28),
    "column": ("Column", 24),
    "message": ("Message", 72),
    "attempts": ("Attempts", 10),
    "request_id": ("Request Id", 24),
    "finished_at": ("Finished At (UTC)", 19),
}
"""Header and width (in characters) of each column of the lines."""

_LINE = "E5E7EB"
_OUTCOME = {
    "done": Look(color="1B5E20", fill="E4F5E7", bold=True, line=_LINE),
    "as_before": Look(color="3C4A57", fill="EEF1F4", bold=True, line=_LINE),
    "careful": Look(color="7A4B00", fill="FFF1CF", bold=True, line=_LINE),
    "failed": Look(color="9B1C1C", fill="FCE3E1", bold=True, line=_LINE),
    "unknown": Look(color="54278F", fill="ECE3FA", bold=True, line=_LINE),
    "waiting": Look(color="1D4E79", fill="E1EDF8", bold=True, line=_LINE),
}
OUTCOME_LOOKS: Mapping[str, str] = {
    "created": "done",
    "updated": "done",
    "deleted": "done",
    "adopted": "done",
    "ok": "done",
    "unchanged": "as_before",
    "existed": "as_before",
    "conflict": "careful",
    "warning": "careful",
    "rejected": "failed",
    "error": "failed",
    "blocked": "waiting",
    "not_attempted": "waiting",
    "unknown": "unknown",
    # The actions of a plan.
    "create": "done",
    "adopt": "done",
    "gone": "done",
    "update": "careful",
    "delete": "failed",
    "reject": "failed",
    "settle": "unknown",
    "missing": "waiting",
}
"""The look of each outcome; what is not named looks like text."""

LOOKS: Mapping[str, Look] = {
    "title": Look(size=16, bold=True, color="17324D"),
    "label": Look(bold=True, color="52606D"),
    "value": Look(quoted=True),
    "header": Look(bold=True, color="FFFFFF", fill="17324D", wrap=True),
    "header_number": Look(bold=True, color="FFFFFF", fill="17324D", wrap=True, centered=True),
    "text": Look(line=_LINE),
    "text_quoted": Look(line=_LINE, quoted=True),
    "wrap": Look(line=_LINE, wrap=True),
    "wrap_quoted": Look(line=_LINE, wrap=True, quoted=True),
    "number": Look(line=_LINE, text=False, centered=True),
    "link": Look(line=_LINE, text=False, centered=True, underline=True, color="0B5CAD"),
    **_OUTCOME,
}
"""Every look of the sheet by name."""

FINE = frozenset({"created", "updated", "deleted", "unchanged", "adopted", "existed", "ok"})
"""The outcomes that leave nothing to do."""
