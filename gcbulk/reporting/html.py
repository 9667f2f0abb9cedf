"""A report as HTML, for notebooks.

Everything from people's rows and from the service is escaped, so that nothing in it can act.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from gcbulk.records import Json, Report
from gcbulk.tables.issues import printable

_SHOWN = 200
_COLUMNS = ("sheet", "row", "key", "step", "outcome", "id", "code", "column", "message")
_GREEN, _GREY, _AMBER = "#1b5e20;background:#e4f5e7", "#3c4a57;background:#eef1f4", "#7a4b00;background:#fff1cf"
_RED, _BLUE, _PURPLE = "#9b1c1c;background:#fce3e1", "#1d4e79;background:#e1edf8", "#54278f;background:#ece3fa"
_COLORS: Mapping[str, str] = {
    "created": _GREEN,
    "updated": _GREEN,
    "deleted": _GREEN,
    "adopted": _GREEN,
    "ok": _GREEN,
    "conflict": _AMBER,
    "warning": _AMBER,
    "rejected": _RED,
    "error": _RED,
    "blocked": _BLUE,
    "not_attempted": _BLUE,
    "unknown": _PURPLE,
}


def to_html(report: Report) -> str:
    """Show a report in a notebook: its summary, and its first lines.

    Args:
        report: the report.

    Returns:
        HTML that holds text only; of more than 200 lines the rest is counted.
    """
    summary = "".join(f"<tr><th>{_safe(label)}</th><td>{_safe(value)}</td></tr>" for label, value in report.summary)
    heads = "".join(f"<th>{name.replace('_', ' ').title()}</th>" for name in _COLUMNS)
    rows = report.lines[list(_COLUMNS)].head(_SHOWN).to_dict("records")
    left = len(report.lines) - len(rows)
    more = f"<p>… and {left:,} more lines.</p>" if left else ""
    lines = "".join(f"<tr>{''.join(_cell(name, row[name]) for name in _COLUMNS)}</tr>" for row in rows)
    return f"<table>{summary}</table><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>{more}"


def _cell(name: str, value: Json) -> str:
    """A cell of a line."""
    text = "" if pd.isna(value) else str(value)
    if name != "outcome":
        return f"<td>{_safe(text)}</td>"
    color = _COLORS.get(text, _GREY)
    return f'<td style="color:{color}">{_safe(text.replace("_", " "))}</td>'


def _safe(text: str) -> str:
    """A text in which nothing acts; its line breaks are kept."""
    return "<br>".join(escape(printable(line)) for line in text.split("\n"))
