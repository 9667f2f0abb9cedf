"""The guard in front of every parser: limits on what a file may cost, enforced before its content is trusted.

A workbook can come from anywhere, and its zip directory and XML say whatever their author liked. A `Package` therefore
hands out a part only once its size, compression and checksum are known to be sound and it has no document type
declaration. The used range is checked where the cells are read (cells.py): from the cells themselves, and before
memory is allocated for them.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa

from gcbulk.errors import WorkbookError
from gcbulk.files.foreign_text import gamekit_bundle
from gcbulk.files.formats import numbers_document, refuse_foreign_package
from gcbulk.files.xml_parts import DoctypeError, XmlError, normalise
from gcbulk.files.zip_copy import part_name

MIB = 1024 * 1024
MAX_PACKAGE_BYTES = 50 * MIB  # a million achievements with their texts take less
MAX_UNPACKED_BYTES = 512 * MIB  # what a machine with 4 GB can hold next to everything else; also for text files
MAX_PARTS = 10_000  # a workbook with a thousand sheets, each with drawings, stays below
MAX_RATIO = 300  # real sheets reach 10 to 60, zeroes packed by zlib about 1000
RATIO_MATTERS_FROM_BYTES = 4 * MIB  # below it even the worst ratio is harmless
MAX_CELLS = 20_000_000  # the rectangle from A1 to the last cell: a full sheet of 1,048,576 rows by 19 columns
MAX_ROWS = 1_048_576  # Excel's own
MAX_COLUMNS = 16_384  # Excel's own, XFD

_XML_SUFFIXES = (".xml", ".rels", ".vml")
_READ_LATER = ("xl/worksheets/sheet", "xl/sharedStrings")  # large, and looked at when they are read

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that the Open Packaging Conventions allow
_LEADS_OUT = re.compile("/|[A-Za-z]:")  # from the root, or from a drive of Windows
_LOCAL_HEADER_BYTES = 30
_UTF8_NAME = 0x800

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,  # UnicodeDecodeError too: names that are no text
    OverflowError,
    NotImplementedError,  # a compression or a zip version that zipfile does not know
    RuntimeError,  # an encrypted member
)


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's zip package, checked.

    Args:
        path: the file, for messages.
        archive: the opened archive, over bytes in memory, so that the file cannot change in between.
        parts: the directory's entries by name.
    """

    path: Path
    archive: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo] = field(repr=False)

    def read(self, name: str) -> bytes:
        """Unpack one part, never more of it than the directory declared, and compare its checksum.

        Args:
            name: the part's name.

        Raises:
            WorkbookError: the part is missing or damaged.
        """
        info = self.parts.get(name)
        if info is None:
            raise damaged(self.path, f"its part {name} is missing")
        try:
            return self.archive.read(info)
        except _DAMAGED as error:
            raise damaged(self.path, f"its part {name} cannot be unpacked ({error})") from error

    def read_xml(self, name: str) -> bytes:
        """Unpack one XML part, brought to the shape that scans rely on (`xml_parts.normalise`).

        Args:
            name: the part's name.

        Raises:
            WorkbookError: the part is missing or damaged, or declares a document type.
        """
        try:
            return normalise(self.read(name))
        except DoctypeError as error:
            raise WorkbookError(
                f"{self.path.name} holds a part {name!r} that declares a document type, through which a file can"
                " fill the memory. No office program writes that; do not use this file.",
                code="document-type-declaration",
            ) from error
        except XmlError as error:
            raise damaged(self.path, f"its part {name} is not readable XML ({error})") from error


def damaged(path: Path, what: str) -> WorkbookError:
    """Return the error for a workbook that contradicts itself.

    Args:
        path: the file.
        what: what is wrong, as the end of a sentence.
    """
    return WorkbookError(
        f"{path.name} is damaged: {what}. Download or copy it again, or open it in Excel, let Excel repair it, and"
        " save it under a new name.",
        code="damaged-workbook",
    )


def load(path: Path) -> memoryview:
    """Read a file's bytes once, if they are no more than is ever looked at.

    Args:
        path: the file.

    Returns:
        Its content. Arrow's allocator holds it, which takes a third of the time that a bytes object needs.

    Raises:
        WorkbookError: it is not there, no file, not readable, a lock file, or too large.
    """
    if path.name.startswith(("~$", ".~lock.")):
        raise WorkbookError(
            f"{path.name} is only the lock file that an office program keeps while the workbook is open. Give the"
            f" workbook itself: {path.name.removeprefix('~$').removeprefix('.~lock.').rstrip('#')}.",
            code="lock-file",
        )
    try:
        _refuse_no_file(path)
        size_bytes = path.stat().st_size
        refuse_above(size_bytes, MAX_UNPACKED_BYTES, path)
        with pa.OSFile(str(path)) as stream:
            return memoryview(stream.read_buffer(size_bytes)).cast("B")
    except PermissionError as error:
        raise WorkbookError(
            f"{path} may not be read by this user. Change its permissions, or copy it to a folder of your own.",
            code="no-permission",
        ) from error
    except (OSError, ValueError) as error:
        raise WorkbookError(
            f"{path} could not be read: {error}. Copy it to this machine's own disk and try again.",
            code="unreadable-file",
        ) from error


def open_package(data: memoryview, path: Path) -> Package:
    """Open a zip package as a workbook after its directory, and every XML part in it, has been looked at.

    Args:
        data: the file's content.
        path: the file, for messages.

    Returns:
        The package.

    Raises:
        WorkbookError: it is not a workbook, damaged, encrypted, or costs more than a workbook may.
    """
    refuse_above(len(data), MAX_PACKAGE_BYTES, path)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        raise damaged(path, f"it was cut short, or is not a complete zip package ({error})") from error
    entries = archive.infolist()
    parts = {part_name(entry.filename): entry for entry in entries}
    package = Package(path, archive, parts)
    _check_directory(entries, archive.start_dir, path)
    mimetype = package.read("mimetype")[:200] if "mimetype" in parts else b""
    refuse_foreign_package(parts, mimetype, path)
    for name in parts:
        if name.lower().endswith(_XML_SUFFIXES) and not name.startswith(_READ_LATER):
            package.read_xml(name)
    return package


def _refuse_no_file(path: Path) -> None:
    if path.is_dir():
        if path.suffix.lower() == ".numbers":
            raise numbers_document(path)
        if path.suffix.lower() == ".gamekit" or (path / "gameCenterResources.json").is_file():
            raise gamekit_bundle(path)
        raise WorkbookError(f"{path} is a folder. Give the workbook in it.", code="not-a-file")
    if not path.exists():
        raise _not_found(path)
    if not path.is_file():
        raise WorkbookError(f"{path} is not an ordinary file. Give a workbook or a CSV file.", code="not-a-file")
    if not _is_text(str(path)):  # the journal and reports name the file
        raise WorkbookError(
            f"{path}: the name of the file or of a folder above it holds bytes that are not text, as old archives have "
            "them. Rename it.",
            code="unreadable-file",
        )


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_found(path: Path) -> WorkbookError:
    names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, names, n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else " Check the spelling and the folder."
    return WorkbookError(f"There is no file {path}.{hint}", code="file-not-found")


def refuse_above(size_bytes: int, limit_bytes: int, path: Path) -> None:
    """Refuse a file that is too large.

    Args:
        size_bytes: its size.
        limit_bytes: the largest that is read.
        path: the file, for the message.

    Raises:
        WorkbookError: it is.
    """
    if size_bytes > limit_bytes:
        raise WorkbookError(
            f"{path.name} has {size_bytes:,} bytes; at most {limit_bytes:,} ({limit_bytes // MIB} MB) are read. Split"
            " it into several files, or take pictures and other sheets out.",
            code="file-too-large",
        )


def _check_directory(entries: Sequence[zipfile.ZipInfo], end: int, path: Path) -> None:
    """Refuse what the zip directory itself gives away, before a byte is unpacked."""
    if len(entries) > MAX_PARTS:
        raise WorkbookError(
            f"{path.name} consists of {len(entries):,} parts; a workbook has at most {MAX_PARTS:,}. It is not what it"
            " seems to be.",
            code="too-many-parts",
        )
    total_bytes = sum(entry.file_size for entry in entries)
    if total_bytes > MAX_UNPACKED_BYTES:
        raise WorkbookError(
            f"{path.name} unpacks to {total_bytes:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read. Split it into"
            " several workbooks, or take pictures and other sheets out.",
            code="unpacks-too-large",
        )
    seen: set[str] = set()
    for entry in entries:
        _check_entry(entry, seen, path)
    _check_ranges(entries, end, path)


def _check_ranges(entries: Sequence[zipfile.ZipInfo], end: int, path: Path) -> None:
    """Refuse parts that share bytes of the file: a few of them could stand for any number.

    Args:
        entries: the directory's entries.
        end: where the directory begins, so that the parts end.
        path: the file, for the message.
    """
    free_from = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < free_from:
            raise damaged(path, f"its part {entry.filename} lies over another one")
        name = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8_NAME else "cp437")
        free_from = entry.header_offset + _LOCAL_HEADER_BYTES + len(name) + entry.compress_size
    if free_from > end:
        raise damaged(path, "its parts are larger than the file")


def _check_entry(entry: zipfile.ZipInfo, seen: set[str], path: Path) -> None:
    name = part_name(entry.filename)
    if _LEADS_OUT.match(name) or ".." in name.split("/") or name.lower() in seen:
        raise WorkbookError(
            f"{path.name} holds a part with the name {name!r}, which leads out of the package or occurs in it twice."
            " No office program writes that; do not use this file.",
            code="unsafe-part-name",
        )
    seen.add(name.lower())
    if entry.flag_bits & 0x1:
        raise WorkbookError(
            f"{path.name} is an encrypted zip package. Unpack it with its password and use the workbook inside.",
            code="encrypted-workbook",
        )
    if entry.compress_type not in _METHODS:
        raise damaged(path, f"its part {name} is packed in a way that no workbook uses")
    if entry.file_size > RATIO_MATTERS_FROM_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
        raise WorkbookError(
            f"{path.name} holds a part {name!r} packed {entry.file_size // max(entry.compress_size, 1):,} : 1; at"
            f" most {MAX_RATIO} : 1 is read. No office program writes that; do not use this file.",
            code="compressed-too-much",
        )
