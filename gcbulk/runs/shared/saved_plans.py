"""Saved plans as files: written and read again for a later push."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from gcbulk import files
from gcbulk.errors import PlanError, SettingsError
from gcbulk.files.atomic import write_whole
from gcbulk.planning import Plan
from gcbulk.planning.saved import SavedPlan, freeze, from_text, to_text
from gcbulk.runs.shared.connection import Service


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


def require_plan(out: Path) -> None:
    """Leave a file alone that is not a plan, or a plan that somebody has changed."""
    if not os.path.lexists(out):
        return
    try:
        load_plan(out)
    except (PlanError, SettingsError, RuntimeError) as error:
        raise SettingsError(
            f"{out} is there already and is not a plan that gcbulk saved, so it was left alone. Choose another --out."
        ) from error


def save_plan(plan: Plan, service: Service, out: Path) -> str:
    """Save a plan, and say where it is and how to use it.

    Raises:
        SettingsError: it cannot be saved there.
    """
    text = to_text(freeze(plan, scope=service.scope, api=service.api))

    def write(stream: BinaryIO) -> None:
        """Write the plan's text."""
        stream.write(text.encode("ascii"))

    try:
        write_whole(out, write, ready=lambda _: require_plan(out))
    except OSError as error:
        raise SettingsError(f"The plan cannot be saved as {out}: {error.strerror or error}.") from error
    return f"Plan saved: {out}. To send exactly this: gcbulk push FILE --plan {out}"
