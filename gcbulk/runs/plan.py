"""The verb plan: show a plan, save it for a later push, write it into the workbook."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gcbulk import files, reporting
from gcbulk.errors import PlanError, SettingsError
from gcbulk.files.atomic import write_whole
from gcbulk.options import path as path_of
from gcbulk.planning import Plan
from gcbulk.planning.saved import SavedPlan, freeze, from_text, to_text
from gcbulk.records import Wishes
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import make_plan, require_wishes
from gcbulk.runs.shared.reports import Place, Written, write_plan
from gcbulk.runs.shared.results import Result, planned
from gcbulk.sheets import Checked


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What is wanted of a plan beside its text.

    Args:
        wishes: what it does beyond the sheet's own rows.
        out: the file to save it in, None for none.
        sheet: where it is written as a sheet, None for nowhere.
    """

    wishes: Wishes = field(default_factory=Wishes)
    out: Path | None = None
    sheet: Place | None = None

    def __post_init__(self) -> None:
        """Refuse what is neither yes nor no, and a path that says nothing."""
        require_wishes(self.wishes)
        if self.out is not None:
            object.__setattr__(self, "out", path_of(self.out, "out"))


_NO_OPTIONS = PlanOptions()


def plan_file(checked: Checked, service: Service | None, options: PlanOptions = _NO_OPTIONS) -> Result:
    """Say what a push would send; nothing is sent.

    Raises:
        CheckError: the file has an error that belongs to no row.
        SettingsError: the plan cannot be saved where it was asked for.
    """
    if options.out is not None:
        if service is None:
            raise SettingsError("A plan made without the service cannot be saved: leave out --offline or --out.")
        files.require_file(options.out, "--out")
        _require_plan(options.out)
    made = make_plan(checked, service, wishes=options.wishes)
    saved = (_save(made, service, options.out),) if options.out is not None and service is not None else ()
    written = _written(made, options.sheet)
    return Result(
        rows=made.rows,
        outcomes={},
        issues=checked.issues,
        requests=service.requests if service else 0,
        report=written.report,
        exit=written.exit(0),
        notes=(*reporting.plan_text(made), *saved, *written.notes),
        plan={**planned(made.counts, made.requests, made.duration), **reporting.plan_json(made)},
    )


def load_plan(path: Path) -> SavedPlan:
    """A plan that was saved with ``--out``.

    Raises:
        SettingsError: it cannot be read.
        PlanError: it is none, or was changed.
    """
    files.require_no_other(path, "--plan")  # a device never ends, and a pipe may never begin
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The plan {path} cannot be read: {error}.") from error
    return from_text(text)


def _require_plan(out: Path) -> None:
    """Leave a file alone that is no plan, or a plan that somebody has changed."""
    if not os.path.lexists(out):
        return
    try:
        load_plan(out)
    except (PlanError, SettingsError, RuntimeError) as error:
        raise SettingsError(
            f"{out} is there already and no plan that gcbulk saved, so it is left alone. Choose another --out."
        ) from error


def _save(plan: Plan, service: Service, out: Path) -> str:
    text = to_text(freeze(plan, scope=service.scope, api=service.api))

    def write(stream: BinaryIO) -> None:
        """Write the plan's text."""
        stream.write(text.encode("ascii"))

    try:
        write_whole(out, write, ready=lambda _: _require_plan(out))
    except OSError as error:
        raise SettingsError(f"The plan cannot be saved as {out}: {error.strerror or error}.") from error
    return f"Plan saved: {out}. To send exactly this: gcbulk push FILE --plan {out}"


def _written(plan: Plan, place: Place | None) -> Written:
    path = plan.checked.book.path
    if place is None or path is None:
        return Written()
    return write_plan(path, reporting.plan_report(plan), place, read_as=plan.checked.book.digest)
