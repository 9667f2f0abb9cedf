"""The verb notebooks: write the notebooks that come with gcbulk."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from gcbulk import files
from gcbulk.errors import SettingsError
from gcbulk.options import path as path_of


def write_notebooks(folder: str | PathLike[str], *, force: bool = False) -> list[Path]:
    """Write the notebooks that come with gcbulk.

    Args:
        folder: where they go; it is made when it is not there.
        force: replace those that are there already.

    Returns:
        Their paths.

    Raises:
        SettingsError: one is there already, or they cannot be written there.
    """
    target = path_of(folder, "folder")
    files.require_folder(target, "folder")
    try:
        return files.write_notebooks(target, force=force)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written into: {error.strerror or error}.") from error
