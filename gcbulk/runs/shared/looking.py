"""Examine pictures as part of the check."""

from __future__ import annotations

from pathlib import Path

from gcbulk.files.images import look_at
from gcbulk.sheets import Checked
from gcbulk.sheets.pictures import paths_to_look_at, with_facts
from gcbulk.sheets.readiness import with_readiness


def with_pictures(checked: Checked) -> Checked:
    """The check with its pictures examined; nothing is opened if the file names none."""
    if checked.images.empty:
        return with_readiness(checked)
    return with_readiness(with_facts(checked, look_at(folder_of(checked), paths_to_look_at(checked))))


def folder_of(checked: Checked) -> Path:
    """Where a file's pictures are: in its own folder, or in the current one for frames of a notebook."""
    return checked.book.path.parent if checked.book.path is not None else Path()
