"""The preview page on disk: its style sheet and script, the pictures in it, and the file that it is written to."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from PIL import Image, ImageStat

from gcbulk.errors import SettingsError, WorkbookError
from gcbulk.files.images import read_picture
from gcbulk.files.own_files import OwnFiles, write_ours
from gcbulk.sheets.pictures import FORMATS, Thumbnail

SUFFIXES = (".html", ".htm")
_SIDE_PX = 264  # twice the circle on the page, for screens with small pixels
_QUALITY = 82


def style() -> str:
    """The page's style sheet."""
    return _asset("preview.css")


def symbols() -> str:
    """The page's marks and icons."""
    return _asset("preview.svg")


def script() -> str:
    """The page's script."""
    return _asset("preview.js")


def thumbnails(folder: Path, images: pd.DataFrame) -> Mapping[str, Thumbnail]:
    """The pictures of a file as the page shows them, small.

    Args:
        folder: the folder that the paths begin in.
        images: `records.IMAGE_COLUMNS`, each file looked at.

    Returns:
        Digest -> picture; nothing for one that is gone, was changed since, or cannot be decoded.
    """
    known = images[images["digest"].notna()].drop_duplicates("digest")
    found: dict[str, Thumbnail] = {}
    for path, digest in zip(known["path"], known["digest"], strict=True):
        with suppress(WorkbookError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            found[digest] = _thumbnail(read_picture(folder, path, digest))
    return found


def _thumbnail(data: bytes) -> Thumbnail:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd about a picture was said when it was looked at
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
            image.draft("RGB", (_SIDE_PX, _SIDE_PX))  # a JPEG is decoded small
            small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((_SIDE_PX, _SIDE_PX))
    out = io.BytesIO()
    small.save(out, "WebP", quality=_QUALITY)
    red, green, blue = map(round, ImageStat.Stat(small.convert("RGB")).mean)
    return Thumbnail(f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}", (red, green, blue))


def write_page(path: Path, page: str, own: OwnFiles, *, source: str) -> Path:
    """Write a page whole or not at all; what belongs to the user is left alone, and a number is added to the name.

    Args:
        path: where to.
        page: the page.
        own: what is ours.
        source: what the page is made from.

    Returns:
        Where it went.

    Raises:
        SettingsError: it cannot be written.
    """
    content = page.encode()

    def write(out: BinaryIO) -> None:
        """Write the page into a stream."""
        out.write(content)

    try:
        return write_ours(path, write, own, source=source)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error


def _asset(name: str) -> str:
    return files("gcbulk.files").joinpath(name).read_text("utf-8")
