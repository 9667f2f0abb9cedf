"""What gcbulk makes of an input: its kind, its records, every problem, and what would be sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from gcbulk import reporting
from gcbulk.errors import GcbulkError
from gcbulk.runs.shared.reading import ReadOptions, check_any, check_content, read_submissions
from gcbulk.sheets import Checked, CheckedSubmissions
from gcbulk.simulator.exchange import Json
from golden import plans, submitting
from golden.commands import checked_by_command
from golden.plain import frame, plain, records
from golden.source import Input

FOLDER = "FOLDER"
"""What stands in an answer for the folder that an input was written to."""


def answer(source: Input, folder: Path) -> Json:
    """Everything that is recorded of an input.

    Args:
        source: the input.
        folder: an empty folder to write it to.
    """
    made = source.make(folder)
    reading = ReadOptions(**source.options)
    try:
        if isinstance(made, Path):
            checked = check_any(made, source.kind, reading)
        elif "achievements" in made or "localizations" in made:
            checked = check_content(made, reading)
        else:
            checked = read_submissions(made, kind=source.kind, reading=reading)
    except GcbulkError as error:
        found: Json = {"refused": type(error).__name__, "code": getattr(error, "code", None), "message": str(error)}
    else:
        found = of_checked(_portable(checked, str(folder)))
    if source.command and isinstance(made, Path):
        found["command"] = checked_by_command(made, source)
    return _without(found, str(folder))


def _portable(checked: Checked | CheckedSubmissions, folder: str) -> Checked | CheckedSubmissions:
    """The check, whose messages name no folder of this machine: the digest of a saved plan has them in it."""
    names = ("issues", "folded") if isinstance(checked, Checked) and checked.folded is not None else ("issues",)
    frames = {name: getattr(checked, name) for name in names}
    tidied = {
        name: found.assign(message=found["message"].map(lambda text: text.replace(folder, FOLDER)).astype(object))
        for name, found in frames.items()
    }
    return replace(checked, **tidied)


def of_checked(checked: Checked | CheckedSubmissions) -> Json:
    """What is recorded of a file that could be read."""
    if isinstance(checked, CheckedSubmissions):
        return of_submissions(checked)
    return {**of_achievements(checked), "plans": plans.plans(checked)}


def of_achievements(checked: Checked) -> Json:
    """What a check says of achievements and localizations."""
    errors = {
        " / ".join(map(str, key)): [issue.code for issue in issues] for key, issues in checked.errors_of().items()
    }
    found: Json = {
        "kind": "achievements",
        "tables": [_table(table) for table in checked.tables],
        "issues": _issues(checked.issues),
        "frames": {"achievements": frame(checked.achievements), "localizations": frame(checked.localizations)},
        "images": frame(checked.images),
        "errors": errors if len(errors) <= 30 else [*sorted(errors)[:5], len(errors)],
        "text": list(reporting.check_text(checked)),
        "lines": records(reporting.check_lines(checked), most=12),
        "ok": [checked.ok, checked.is_empty],
    }
    if checked.folded is not None:
        found["issues of rows"] = _issues(checked.row_issues)
    return found


def of_submissions(checked: CheckedSubmissions, *, with_plans: bool = True) -> Json:
    """What a check says of players' progress or scores, and what would be sent."""
    step = submitting.STEPS[checked.kind]
    return {
        "kind": str(checked.kind),
        "tables": [_table(table) for table in checked.tables],
        "issues": _issues(checked.issues),
        "frames": {str(checked.kind): frame(checked.rows)},
        "bad": np.flatnonzero(checked.bad).tolist(),
        "text": list(reporting.submissions_text(checked)),
        "lines": records(reporting.submission_check_lines(checked, step=step), most=12),
        "ok": [checked.ok, checked.is_empty],
        **({"plans": submitting.submissions(checked)} if with_plans else {}),
    }


def _issues(issues: pd.DataFrame) -> Json:
    return {"columns": " ".join(map(str, issues.columns)), "lines": records(issues, most=60)}


def _table(table: Json) -> Json:
    return {
        "kind": table.kind,
        "sheet": table.sheet,
        "header row": table.header_row,
        "columns": plain(table.columns),
        "languages": plain(table.languages),
        "long": table.long,
    }


def _without(found: Json, folder: str) -> Json:
    """The answer, without the name of a folder of this machine."""
    if isinstance(found, str):
        return found.replace(folder, FOLDER)
    if isinstance(found, dict):
        return {_without(name, folder): _without(value, folder) for name, value in found.items()}
    return [_without(one, folder) for one in found] if isinstance(found, list | tuple) else found
