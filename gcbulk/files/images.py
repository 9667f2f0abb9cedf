"""Pictures on disk, examined without trusting them.

Nothing outside the folder is opened and nothing is fetched. Only the header of a picture is read and no pixel is
decoded, so a decompression bomb never goes off.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from PIL import Image, ImageCms

from gcbulk.errors import WorkbookError
from gcbulk.sheets.pictures import MOST_BYTES, Facts, Unseen

_LARGEST_PROFILE_BYTES = 4 * 1024 * 1024
_PROFILES = (("srgb", "sRGB"), ("display p3", "Display P3"), ("p3", "Display P3"))
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_DEPTH_AT, _DEEP = 24, 16  # where a PNG's header says the bits of a colour
_ORIENTATION = 0x0112  # of EXIF; 1 is as it lies
# Only the parsers of what Apple takes are let near a file: those of other formats run programs, or for minutes.
_STARTS: Mapping[str, bytes | tuple[bytes, ...]] = {
    "PNG": _PNG,
    "JPEG": b"\xff\xd8\xff",
    "TIFF": (b"II*\x00", b"MM\x00*"),
    "GIF": (b"GIF87a", b"GIF89a"),
    "BMP": b"BM",
    "WebP": b"RIFF",
    "EPS": (b"%!PS", b"\xc5\xd0\xd3\xc6"),
    "Photoshop": b"8BPS",
    "SVG": (b"<svg", b"<?xml"),
    "HEIC": tuple(bytes((0, 0, 0, size)) + b"ftyp" for size in range(0x14, 0x40, 4)),
}
_OTHERS = frozenset(_STARTS) - {"PNG", "JPEG", "TIFF"}
_PLAIN_MODES = ("RGB", "RGBA", "P", "PA", "RGBX")  # what is in sRGB where nothing else is said


def look_at(folder: Path, paths: Iterable[str]) -> Mapping[str, Facts]:
    """What is where each path leads.

    Args:
        folder: the folder that the paths begin in.
        paths: as the sheet has them, with slashes of either kind.

    Returns:
        Path -> facts, for every path; never raises for what a path or a file holds.
    """
    return {path: _facts(folder, path) for path in dict.fromkeys(paths)}


def read_picture(folder: Path, path: str, digest: str) -> bytes:
    """The bytes of a picture that was looked at before.

    Args:
        folder: the folder that the path begins in.
        path: as the sheet has it.
        digest: the SHA-256 that its bytes had then.

    Raises:
        WorkbookError: it is gone, or is another picture by now.
    """
    try:
        data = _resolve_inside(folder, path).read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        raise WorkbookError(f'The picture "{path}" cannot be read any more: {error}.', code="image-gone") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise WorkbookError(
            f'The picture "{path}" was changed after the check. Run it again, so that what is sent was checked.',
            code="image-changed",
        )
    return data


class _OutsideError(ValueError):
    """The path leads out of the folder."""


def _facts(folder: Path, path: str) -> Facts:
    try:
        target = _resolve_inside(folder, path)
        size_bytes = target.stat().st_size
        if not target.is_file():
            return Facts(Unseen.UNREADABLE, "is a folder or a device, not a file.")
        if size_bytes > MOST_BYTES:
            return Facts(
                Unseen.TOO_LARGE, f"has {size_bytes:,} bytes; read are at most {MOST_BYTES:,}. Make it smaller."
            )
        return _looked_at(target.name, target.read_bytes())
    except _OutsideError:
        return Facts(Unseen.OUTSIDE, "is not in the workbook's folder, where its path really leads. Put it there.")
    except (FileNotFoundError, NotADirectoryError):
        return Facts(Unseen.NOT_FOUND, f"is not there. Looked for in {folder}; correct the path.")
    except (OSError, ValueError, RuntimeError) as error:  # the last for links that lead in a circle
        reason = getattr(error, "strerror", None) or "no path is like that"
        return Facts(Unseen.UNREADABLE, f"cannot be read: {reason}.")


def _resolve_inside(folder: Path, path: str) -> Path:
    """Where a path truly leads, every link followed."""
    if PureWindowsPath(path).anchor or PurePosixPath(path).is_absolute():
        raise _OutsideError(path)
    root = folder.resolve()
    target = _spelt_as_on_disk(root, path.replace("\\", "/").split("/")).resolve(strict=True)
    if not target.is_relative_to(root):
        raise _OutsideError(path)
    return target


def _spelt_as_on_disk(root: Path, parts: Sequence[str]) -> Path:
    """The path with each name as the disk has it, where that keeps a letter and its accents in the other way.

    A sheet that was typed on Windows says é in one character; a Mac may have written the file's name with two.
    """
    target = root
    for part in parts:
        wanted = target / part
        if not part.isascii() and not wanted.exists() and target.resolve().is_relative_to(root):
            alike = (entry for entry in target.iterdir() if _composed(entry.name) == _composed(part))
            wanted = next(alike, wanted)
        target = wanted
    return target


def _composed(name: str) -> str:
    """A name with every letter and its accents as one character (NFC)."""
    return unicodedata.normalize("NFC", name)


def _looked_at(name: str, data: bytes) -> Facts:
    """What the head of a picture says."""
    form = next((form for form, starts in _STARTS.items() if data.startswith(starts)), None)
    if form in _OTHERS:
        return Facts(format=form, file_name=name, size_bytes=len(data), digest=hashlib.sha256(data).hexdigest())
    if form is None:
        return Facts(Unseen.UNREADABLE, "is not a picture. Save it as PNG or JPEG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is judged by the sheet's rules
            picture = Image.open(io.BytesIO(data), formats=[form])
        return _facts_of(picture, name, data)
    except Image.DecompressionBombError:
        return Facts(Unseen.TOO_LARGE, "has far more pixels than a picture needs. Save it with 1024 x 1024.")
    except Exception:  # noqa: BLE001 - parsers of hostile files raise whatever they like
        return Facts(Unseen.UNREADABLE, "is damaged. Save it again as PNG or JPEG.")


def _facts_of(picture: Image.Image, name: str, data: bytes) -> Facts:
    form = "JPEG" if picture.format == "MPO" else picture.format or ""  # a camera's JPEG with more pictures behind it
    if not _IS_WHOLE[form](data):
        return Facts(
            Unseen.UNREADABLE, "is cut off: its end is missing. Copy it again, or save it again as PNG or JPEG."
        )
    width_px, height_px = picture.size
    return Facts(
        format=form,
        width_px=width_px,
        height_px=height_px,
        has_alpha=picture.has_transparency_data,
        colours=_colours(picture),
        is_animated=form == "PNG" and getattr(picture, "n_frames", 1) > 1,
        is_deep=picture.mode.startswith("I;16") or (form == "PNG" and data[_PNG_DEPTH_AT] == _DEEP),
        is_turned=_is_turned(picture),
        file_name=name,
        size_bytes=len(data),
        digest=hashlib.sha256(data).hexdigest(),
    )


def _is_turned(picture: Image.Image) -> bool:
    """Whether it asks to be shown turned; Pillow's own look would unpack the pixels of a PNG."""
    raw, exif = picture.info.get("exif"), Image.Exif()
    if isinstance(raw, bytes):
        exif.load(raw)
    return bool(exif.get(_ORIENTATION, 1) != 1)


def _png_is_whole(data: bytes) -> bool:
    """Whether the chunks of a PNG follow each other up to its end."""
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at <= len(data)
    return False


def _jpeg_is_whole(data: bytes) -> bool:
    """Whether a JPEG has its end; cameras put more behind it."""
    return data.rfind(b"\xff\xd9") > data.find(b"\xff\xda") > 0


_IS_WHOLE: Mapping[str, Callable[[bytes], bool]] = {
    "PNG": _png_is_whole,
    "JPEG": _jpeg_is_whole,
    "TIFF": lambda _: True,  # its directory may stand anywhere, and is read when it is opened
}


def _colours(picture: Image.Image) -> str:
    """The colour space, by the profile that the file carries, else by how its pixels are kept."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return "sRGB" if picture.mode in _PLAIN_MODES else picture.mode
    if not isinstance(profile, bytes) or len(profile) > _LARGEST_PROFILE_BYTES:
        return "of an odd profile"
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "of a damaged profile"
    known = (plain for part, plain in _PROFILES if part in name.lower())
    return next(known, name or "of a profile without a name")
