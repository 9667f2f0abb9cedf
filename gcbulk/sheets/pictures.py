"""What makes an image unfit, judged by the `Facts` that the files room read from it.

The decision is made here, without touching the disk.

Source: https://developer.apple.com/help/app-store-connect/reference/achievements (1024 x 1024 or 512 x 512 pixels)
Source: https://developer.apple.com/design/human-interface-guidelines/game-center (formats, colour spaces)
Not documented: whether an alpha channel is refused; users' reports disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from gcbulk.records import Issue, Severity
from gcbulk.sheets.checked import Checked
from gcbulk.tables import types
from gcbulk.tables.cells import composed
from gcbulk.tables.file_refs import EVERY_LANGUAGE, objects
from gcbulk.tables.issues import Batch, issues_of, merged, printable, row_ranges

KIND = types.IMAGE.record
"""What an image's issues and steps are called: a bad picture keeps itself from being sent, not the texts beside it."""
FORMATS: Mapping[str, tuple[str, ...]] = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe"),
    "TIFF": (".tif", ".tiff"),
}
"""The formats that are taken, and how their files are named."""
SIDES_PX = (512, 1024)
MOST_BYTES = 30 * 1024 * 1024
"""The largest picture that is read; how large a file the service takes is not known."""


class Unseen(StrEnum):
    """Why a picture could not be looked at, by its code."""

    OUTSIDE = "image-outside-folder"
    NOT_FOUND = "image-not-found"
    UNREADABLE = "image-unreadable"
    TOO_LARGE = "image-too-large"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found where a cell leads.

    Args:
        problem: what keeps it from being looked at, None when it could be.
        reason: that in words, as the end of a sentence about the picture.
        format: the format that the bytes have, whatever the name says: "PNG", "JPEG", "GIF", ...
        width_px: the width.
        height_px: the height.
        has_alpha: whether a pixel can be transparent.
        colours: the colour space: "sRGB", "Display P3", "CMYK", or a profile's own name.
        is_animated: whether it holds more than one frame.
        is_deep: whether its colours have more than 8 bits each.
        is_turned: whether it asks to be shown rotated or mirrored, as cameras write it (EXIF).
        file_name: the file's name without its folder.
        size_bytes: the file's size.
        digest: the SHA-256 of the bytes.
    """

    problem: Unseen | None = None
    reason: str = ""
    format: str = ""
    width_px: int = 0
    height_px: int = 0
    has_alpha: bool = False
    colours: str = "sRGB"
    is_animated: bool = False
    is_deep: bool = False
    is_turned: bool = False
    file_name: str = ""
    size_bytes: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture as a page shows it.

    Args:
        address: its bytes as a ``data:`` address.
        tint: its mean colour, red, green and blue from 0 to 255.
    """

    address: str
    tint: tuple[int, int, int]


def image_errors(checked: Checked) -> Mapping[tuple[str, int, str], tuple[Issue, ...]]:
    """The errors of each picture that has any: by sheet, row and locale, as the images frame has them."""
    issues = checked.issues
    chosen = issues[(issues["kind"] == KIND) & (issues["severity"] == Severity.ERROR.value)]
    errors: dict[tuple[str, int, str], tuple[Issue, ...]] = {}
    for issue in issues_of(chosen):
        key = (issue.sheet or "", issue.row or 0, issue.locale or EVERY_LANGUAGE)
        errors[key] = (*errors.get(key, ()), issue)
    return errors


def paths_to_look_at(checked: Checked) -> list[str]:
    """The paths of the pictures that nothing has been said against so far, each once."""
    return list(dict.fromkeys(checked.images["path"][_good(checked)]))


def with_facts(checked: Checked, facts: Mapping[str, Facts]) -> Checked:
    """A check whose pictures were looked at: what is known of each file, and every problem with one.

    Args:
        checked: the file as it was understood.
        facts: what was found, for each of `paths_to_look_at`.
    """
    seen = [
        facts.get(path) if good else None for path, good in zip(checked.images["path"], _good(checked), strict=True)
    ]
    fit = [picture if picture is not None and not picture.problem else None for picture in seen]
    looked_at = checked.images.assign(
        file_name=objects([picture.file_name if picture else None for picture in fit], checked.images.index),
        size_bytes=pd.array([picture.size_bytes if picture else None for picture in fit], "Int64"),
        digest=objects([picture.digest if picture else None for picture in fit], checked.images.index),
    )
    batches = [
        *(
            batch
            for position, picture in enumerate(seen)
            if picture
            for batch in _complaints(checked, position, picture)
        ),
        *_contradictions(checked),
        *_unused(checked),
    ]
    sheets = [sheet.name for sheet in checked.book.sheets]
    issues = merged(checked.issues, batches, sheets)
    folded = None if checked.folded is None else merged(checked.folded, batches, sheets)
    return replace(checked, images=looked_at, issues=issues, folded=folded)


def _good(checked: Checked) -> list[bool]:
    """Which lines of the images frame have no error."""
    errors, lines = image_errors(checked), checked.images
    row_refs = zip(lines["sheet"], lines.index, lines["locale"], strict=True)
    return [(sheet, int(row), locale) not in errors for sheet, row, locale in row_refs]


_REMARKS = (
    (
        "has_alpha",
        "image-alpha",
        "has an alpha channel; some pictures were refused for it. Save it without transparency.",
    ),
    ("is_animated", "image-animated", "is animated; players would see one frame at most. Save a single frame."),
    ("is_deep", "image-deep", "has 16 bits for each colour; whether it is taken is not known. Save it with 8."),
    (
        "is_turned",
        "image-turned",
        "asks to be shown turned (EXIF), and may be shown without the rotation. Rotate it and save it.",
    ),
)
"""What is said of a good picture, by the fact that it is said of: code and message."""


def _judged(facts: Facts) -> Iterator[tuple[str, str]]:
    """Everything that is wrong or doubtful with one picture: code and message."""
    if facts.problem:
        yield facts.problem, facts.reason
        return
    if facts.format not in FORMATS:
        yield "image-format", f"is a {printable(facts.format)} file. Save it as PNG or JPEG."
        return
    size = f"{facts.width_px} x {facts.height_px} pixels"
    if facts.width_px != facts.height_px or facts.width_px not in SIDES_PX:
        yield "image-dimensions", f"is {size}. Game Center takes 1024 x 1024 (or 512 x 512): resize it."
    if not facts.file_name.lower().endswith(FORMATS[facts.format]):
        yield "image-misnamed", f"is named like another format than it has ({facts.format}). Rename it."
    if facts.colours not in ("sRGB", "Display P3"):
        yield "image-colours", f"has the colours {printable(facts.colours)}. Save it in sRGB or Display P3."
    yield from ((code, message) for name, code, message in _REMARKS if getattr(facts, name))


def _complaints(checked: Checked, position: int, facts: Facts) -> Iterator[Batch]:
    """What is said of the picture in one cell."""
    for code, message in _judged(facts):
        yield _at_cell(
            checked, position, code, f'The picture "{printable(checked.images["path"].iloc[position])}" {message}'
        )


def _contradictions(checked: Checked) -> Iterator[Batch]:
    """Different pictures for the same thing and language: none of them is sent."""
    images = checked.images.reset_index()
    for kind in checked.kinds:
        own = images[checked.are_of(kind, checked.images).to_numpy()]
        for _, group in own.groupby(["vendor_identifier", "locale"], sort=False):
            if composed(group["path"]).nunique() > 1:
                message = (
                    f"Rows {row_ranges(group['row'])} name different pictures for the same {kind.things.record} and "
                    "language. Keep one of them."
                )
                yield from (_at_cell(checked, position, "image-contradiction", message) for position in group.index)


def _unused(checked: Checked) -> Iterator[Batch]:
    """A picture for a thing or language that no text of the file has."""
    lines = list(zip(checked.images["vendor_identifier"], checked.images["locale"], strict=True))
    for kind in checked.kinds:
        rows, noun = checked.texts(kind), kind.texts.record
        texts = set(zip(rows["vendor_identifier"], rows["locale"], strict=True)) | {
            (identifier, EVERY_LANGUAGE) for identifier in rows["vendor_identifier"]
        }
        for position in np.flatnonzero(checked.are_of(kind, checked.images)).tolist():
            if lines[position] not in texts:
                message = f"A picture hangs on a {noun}, and this file has none for it. Add the {noun}."
                yield _at_cell(checked, position, "image-without-localization", message)


def _at_cell(checked: Checked, position: int, code: str, message: str) -> Batch:
    """A problem with one picture, at the cell that names it."""
    line = checked.images.iloc[position]
    locale = line["locale"] or None
    return Batch(
        code,
        [message],
        rows=[int(checked.images.index[position])],
        sheet=line["sheet"],
        column=checked.header(line["sheet"], KIND, locale),
        values=[printable(line["path"])],
        kinds=KIND,
        locale=locale,
    )
