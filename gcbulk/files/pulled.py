"""Live content as a workbook: the template with every row filled in, plus ids and states.

It can be edited and pushed. Pictures are saved under names made of their thing and language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from gcbulk.files.cell_text import fits
from gcbulk.files.data_sheets import Content, Field, Row
from gcbulk.files.own_files import NO_FILES, OwnFiles, digest_of, write_ours
from gcbulk.files.template import write_template
from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import ContentKind
from gcbulk.tables.spec import Table

_ENDINGS = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8": ".jpg", b"II*\x00": ".tif", b"MM\x00*": ".tif"}
_READ_ONLY = "Written by gcbulk pull, to be read; nothing is made of it."
_BESIDE = {
    "game_center_id": ("Game Center ID", 38, "The service's own id."),
    "state": ("State", 26, "The state of the newest version."),
    "image_state": ("Image State", 18, "What the service says of the picture; COMPLETE is good."),
    "downloaded_image": ("Downloaded Image", 40, "Where the picture was saved, as the service shows it."),
    "download_problem": ("Download Problem", 40, "Why the picture could not be saved."),
}
"""What the service says of a thing or a text beside what a sheet has: title, width and hint."""


def write_pulled(path: Path, frames: Mapping[str, pd.DataFrame]) -> Path:
    """Write what is live as a workbook.

    Args:
        path: where to; a file that is there is replaced.
        frames: what is live by table, as `reporting.pulled` gives it.

    Returns:
        The path.

    Raises:
        OSError: it cannot be written there.
    """
    live = of_live_kinds(frames)
    pulled = [
        (kind, table, live[table.name])
        for kind in CONTENT.values()
        for table in kind.family.tables
        if table.name in live
    ]
    rows = {table.name: _rows(kind, table, frame) for kind, table, frame in pulled}
    beside = {table.name: tuple(map(_read_only, _others(table, frame))) for _, table, frame in pulled}
    return write_template(path, Content(rows, beside))


def of_live_kinds(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames of the kinds of which anything is live; where nothing is, of the first.

    A kind that a game does not use gets no empty sheets.

    Args:
        frames: what is live by table.
    """
    pulled = [kind for kind in CONTENT.values() if kind.things.name in frames]
    names = {kind.name: [table.name for table in kind.family.tables if table.name in frames] for kind in pulled}
    live = [kind.name for kind in pulled if any(len(frames[name]) for name in names[kind.name])]
    chosen = live or [kind.name for kind in pulled[:1]]
    return {name: frames[name] for kind in chosen for name in names[kind]}


def _others(table: Table, frame: pd.DataFrame) -> list[str]:
    """The columns that are there to be read."""
    own = {one.name for one in table.template_columns} | {one.target for one in table.either}
    return [name for name in frame.columns if name not in own]


def _read_only(name: str) -> Field:
    title, width, hint = _BESIDE.get(name, (name.replace("_", " ").title(), 30, "As the service has it."))
    return Field(title, width, hint, _READ_ONLY, name=name)


def _rows(kind: ContentKind, table: Table, frame: pd.DataFrame) -> list[Row]:
    """What is live, in the columns of a sheet."""
    first = [one.name for one in table.template_columns if not one.pulled_only]
    then = [one.name for one in table.template_columns if one.pulled_only]
    maps = {one.name for one in kind.resource.attributes if one.type is dict}
    columns = [
        [_cell(value, whole=name in maps) for value in _values(table, frame, name)]
        for name in (*first, *then, *_others(table, frame))
    ]
    return list(zip(*columns, strict=True))


def _values(table: Table, frame: pd.DataFrame, name: str) -> list[object]:
    """The values of a column; of one that stands for another, the opposite; of a picture none: it stays without."""
    if name in frame:
        return list(frame[name].tolist())
    either = next((one for one in table.either if one.other == name), None)
    return list(either.convert(frame[either.target]).tolist()) if either else [None] * len(frame)


def _cell(value: object, *, whole: bool) -> object:
    """A value as a cell holds it, None where there is none.

    Args:
        value: what is live.
        whole: whether it would mean something else with its end cut off, so that it is left out where it is too long.
    """
    if pd.isna(value) or (whole and not fits(str(value))):
        return None
    return ("No", "Yes")[value] if isinstance(value, bool) else value


def write_picture(folder: Path, stem: str, data: bytes, own: OwnFiles = NO_FILES, *, source: str = "") -> Path | None:
    """Save a picture that the service gave; the artwork that it was made from may lie there under the same name.

    Args:
        folder: where to; made when it is not there.
        stem: the thing and the language; what could lead out of the folder is left out of the name.
        data: the picture.
        own: which files are ours to replace.
        source: what it is a picture of: two ids may give the same name.

    Returns:
        Its path; None where the bytes are no picture.
    """
    ending = next((ending for start, ending in _ENDINGS.items() if data.startswith(start)), None)
    if ending is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', stem).lstrip('.')[:150]}{ending}"

    def write(out: BinaryIO) -> None:
        """Write the picture's bytes."""
        out.write(data)

    if digest_of(path) == hashlib.sha256(data).hexdigest():
        return path
    return write_ours(path, write, own, source=source)
