"""The verb template: write a workbook to fill in."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from gcbulk import files
from gcbulk.errors import SettingsError
from gcbulk.files.template import write_template as new_template
from gcbulk.options import path as path_of


def write_template(path: str | PathLike[str]) -> Path:
    """Write a workbook to fill in.

    Args:
        path: where to; a name that ends in .xlsx. A file that is there is replaced.

    Returns:
        The path.

    Raises:
        SettingsError: it has another ending, or cannot be written there.
    """
    target = path_of(path, "path")
    files.require_file(target, "path", (".xlsx",))
    try:
        return new_template(target)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror or error}.") from error
