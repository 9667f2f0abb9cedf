"""Write the workbook of the rows that did not go through."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from gcbulk.files.failed import save_failed
from gcbulk.runs.shared.reports import ReportTarget, Written, saved_or_said
from gcbulk.sheets import Checked, rows_changed
from gcbulk.tables.issues import row_ranges


def write_failed(path: Path, checked: Checked, rows: Collection[tuple[str, int]], target: ReportTarget) -> Written:
    """Save the rows that did not go through, ready to be fixed and pushed again."""
    if not target.write:
        return Written()

    def save() -> Written:
        """Save the workbook, and say where it is, and why if that is not where it was wanted."""
        wanted = path.with_name(f"{path.stem}.failed.xlsx")
        failed = save_failed(checked, rows, wanted, target.own)
        why = (
            f" ({wanted.name} is open, or was not written by gcbulk as it is now)"
            if failed not in (None, wanted)
            else ""
        )
        notes = [f"Rows to fix and push again: {failed}{why}"] if failed else []
        moved = rows_changed(checked.issues)
        if len(moved):
            notes.append(f"Fix these rows in {path.name} itself, for their cells moved: {row_ranges(moved)}.")
        return Written(failed=failed, notes=tuple(notes))

    return saved_or_said(save)
