"""Live content as a workbook: the template with every row filled in, plus ids and states.

It can be edited and pushed. Pictures are saved under names made of their achievement and language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from openpyxl import Workbook

from gcbulk.files.cell_text import fits
from gcbulk.files.own_files import NO_FILES, OwnFiles, digest_of, write_ours
from gcbulk.files.template import Content, Row, write_template
from gcbulk.files.template_sheets import YES_NO, Field, add_data_sheet

_KEY = "vendor_identifier"
_IN_TEMPLATE = frozenset({"achievements", "localizations"})
NO_TITLES: Mapping[str, Mapping[str, str]] = {}
_ENDINGS = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8": ".jpg", b"II*\x00": ".tif", b"MM\x00*": ".tif"}
_READ_ONLY = "Written by gcbulk pull, to be read; nothing is made of it."
_ARCHIVED = Field(
    "Archived",
    11,
    "Yes: put away, players do not see it any more. No: in use. Empty: as it is.",
    "Yes or No.",
    choices=YES_NO,
    needed=False,
)


def _read_only(title: str, width: int, hint: str) -> Field:
    return Field(title, width, hint, _READ_ONLY, needed=False)


_ID = _read_only("Game Center ID", 38, "The service's own id.")
_STATE = _read_only("State", 26, "The state of the newest version.")
_IMAGE_STATE = _read_only("Image State", 18, "What the service says of the picture; COMPLETE is good.")
_PROBLEM = _read_only("Download Problem", 40, "Why the picture could not be saved.")
_DOWNLOADED = _read_only("Downloaded Image", 40, "Where the picture was saved, as the service shows it.")


def write_pulled(
    path: Path, frames: Mapping[str, pd.DataFrame], titles: Mapping[str, Mapping[str, str]] = NO_TITLES
) -> Path:
    """Write what is live as a workbook.

    Args:
        path: where to; a file that is there is replaced.
        frames: what is live by table, as `reporting.pulled` gives it.
        titles: what people call the columns of each table; one without a title is there to be read.

    Returns:
        The path.

    Raises:
        OSError: it cannot be written there.
    """
    none = pd.DataFrame()
    achievements = [_achievement(line) for line in frames.get("achievements", none).to_dict("records")]
    localizations = [_localization(line) for line in frames.get("localizations", none).to_dict("records")]
    content = Content(
        achievements,
        localizations,
        more_of_achievements=(_ARCHIVED, _ID, _STATE),
        more_of_localizations=(_ID, _IMAGE_STATE, _DOWNLOADED, _PROBLEM),
    )
    others = {name: frame for name, frame in frames.items() if name not in _IN_TEMPLATE}
    return write_template(path, content, extra=partial(_add_others, frames=others, titles=titles))


def sheet_title(table: str) -> str:
    """The title of the sheet of a table.

    Args:
        table: the table's name, such as "achievements".
    """
    return table.replace("_", " ").title()


def _add_others(
    book: Workbook, frames: Mapping[str, pd.DataFrame], titles: Mapping[str, Mapping[str, str]]
) -> Mapping[str, Mapping[str, int]]:
    """Add a sheet for each table that the template has none for."""
    for name, frame in frames.items():
        fields = [_field(column, titles[name]) for column in frame.columns]
        rows = [tuple(_cell(value) for value in line) for line in frame.itertuples(index=False)]
        add_data_sheet(book, sheet_title(name), fields, rows, key=titles[name][_KEY])
    return {}


def _field(column: str, titles: Mapping[str, str]) -> Field:
    title = titles.get(column)
    if title is None:
        return _read_only(column.replace("_", " ").title(), 30, "As the service has it.")
    return Field(title, 30, "As it is in Game Center.", "", needed=False)


def write_picture(folder: Path, stem: str, data: bytes, own: OwnFiles = NO_FILES, *, source: str = "") -> Path | None:
    """Save a picture that the service gave; the artwork that it was made from may lie there under the same name.

    Args:
        folder: where to; made when it is not there.
        stem: the achievement and the language; what could lead out of the folder is left out of the name.
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


def _achievement(line: Mapping[str, object]) -> Row:
    shown, flags = line["show_before_earned"], {True: "Yes", False: "No"}
    return (
        _cell(line["reference_name"]),
        _cell(line["vendor_identifier"]),
        _cell(line["points"]),
        None if pd.isna(shown) else flags[not shown],
        None if pd.isna(line["repeatable"]) else flags[bool(line["repeatable"])],
        None,  # a picture that is there already needs no path to stay
        _whole(line["activity_properties"]),
        None if pd.isna(line["archived"]) else flags[bool(line["archived"])],
        _cell(line["game_center_id"]),
        _cell(line["state"]),
    )


def _localization(line: Mapping[str, object]) -> Row:
    values = [_cell(value) for value in line.values()]
    return (*values[:5], None, *values[5:])


def _whole(text: object) -> object:
    """A text that would mean something else with its end cut off: all of it, or an empty cell."""
    return text if isinstance(text, str) and fits(text) else None


def _cell(value: object) -> object:
    """A value as a cell holds it, None where there is none."""
    return None if pd.isna(value) else value
