"""The verb preview: a page that shows what a file holds as players see it. It sends nothing."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path

from gcbulk import files
from gcbulk.environment import state_dir
from gcbulk.errors import CheckError, SettingsError
from gcbulk.files.preview import SUFFIXES, script, style, symbols, thumbnails, write_page
from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import nouns
from gcbulk.options import path as path_of
from gcbulk.reporting.preview import preview_page
from gcbulk.reporting.readiness import readiness
from gcbulk.runs.shared.looking import folder_of
from gcbulk.sheets import Checked


def preview(checked: Checked, path: str | PathLike[str]) -> Path:
    """Write a page that shows things as players see them, with every problem on its card; nothing is sent.

    Args:
        checked: what `check` returned; rows with errors are shown too.
        path: where the page goes; a name that ends in .html. A page of an earlier preview of the same file is
            replaced; beside a file that belongs to the user a number is added to the name.

    Returns:
        Where it went. The page holds everything that it shows.

    Raises:
        SettingsError: it cannot be written there.
        CheckError: there is nothing to show.
    """
    if not isinstance(checked, Checked):
        raise SettingsError(f"preview shows {nouns(CONTENT.values())}: give it what gcbulk.check returned.")
    return _written(checked, path_of(path, "path"), "path")


def preview_file(file: Path, checked: Checked, out: Path | None) -> Path:
    """Write the page of a file; as `preview`.

    Args:
        file: the file.
        checked: its rows.
        out: where the page goes; None for beside the file, under its name with .preview.html.
    """
    return _written(checked, out or file.with_name(f"{file.stem}.preview.html"), "--out")


def _written(checked: Checked, target: Path, name: str) -> Path:
    files.require_file(target, name, SUFFIXES)
    found = readiness(checked)
    if not found.items:
        lacking = " or ".join(kind.resource.noun.one for kind in checked.kinds)
        problems = [issue.message for issue in found.issues] or [f"The file holds no {lacking}."]
        raise CheckError("\n".join(["There is nothing to show.", *problems]))
    source = checked.book.path
    page = preview_page(
        found,
        thumbnails(folder_of(checked), checked.images),
        source=source.name if source is not None else checked.kinds[0].family.name,
        at=datetime.now(UTC),
        style=style(),
        symbols=symbols(),
        script=script(),
    )
    made_from = f"preview of {os.path.realpath(source) if source is not None else 'frames'}"
    return write_page(target, page, files.own_files(state_dir()), source=made_from)
