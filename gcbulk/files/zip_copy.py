"""Write zip archives member by member, copying untouched members byte for byte.

Kept members are never unpacked: their compressed bytes, times, comments and attributes are copied as they are, which
makes the copy both exact and quick.

Source: APPNOTE.TXT, the description of the .ZIP format (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from gcbulk.errors import WorkbookError

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_SIZES = struct.Struct("<III")
_SIZES_AT = 14  # where checksum and sizes stand in a local header
_UTF8_NAME, _SIZES_FOLLOW, _ENCRYPTED = 0x800, 0x08, 0x01
_ZIP64_EXTRA = 1
_LARGEST = 0xFFFF_FFFE
_MOST_MEMBERS = 0xFFFE
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member as the new archive's directory lists it."""

    info: ZipInfo
    name: bytes
    flags: int
    checksum: int
    packed_bytes: int
    size_bytes: int
    offset: int


def part_name(name: str) -> str:
    """A member's name as packages have it, with slashes; some programs for Windows write backslashes.

    Args:
        name: the name, or a target of a relation.
    """
    return name.replace("\\", "/")


class ZipWriter:
    """Writes one archive into a seekable stream; `finish` must be called last.

    Args:
        out: an empty binary stream, open for writing.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._entries: list[_Entry] = []

    def copy(self, source: BinaryIO, info: ZipInfo) -> None:
        """Take a member over from another archive without unpacking it.

        Args:
            source: the archive's stream.
            info: the member, as `zipfile` lists it.

        What is copied is looked at on the way: another program must find in the copy what this one has checked.

        Raises:
            WorkbookError: the member is encrypted, too large, not where the directory says, or other than it says.
        """
        if info.flag_bits & _ENCRYPTED:
            raise _unexpected(f"its part {info.filename} is encrypted")
        name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")
        entry = _Entry(
            info, name, info.flag_bits & ~_SIZES_FOLLOW, info.CRC, info.compress_size, info.file_size, self._here()
        )
        _go_to_data(source, info, name)
        self._out.write(_local_header(entry))
        content = _Content(info)
        for block in _blocks(source, info):
            content.take(block)
            self._out.write(block)
        content.compare()
        self._entries.append(entry)

    def add(self, name: str, chunks: Iterable[bytes], *, level: int = 6) -> None:
        """Pack a new member as its bytes come.

        Args:
            name: the member's name; two members never share one.
            chunks: its bytes, piece by piece.
            level: zlib's level; 1 is the quickest.

        Raises:
            WorkbookError: the member grew too large for the format.
        """
        info = ZipInfo(name)  # its time stays 1980-01-01: the same content gives the same bytes
        info.compress_type = ZIP_DEFLATED
        offset = self._here()
        raw_name = name.encode("utf-8")
        flags = 0 if raw_name.isascii() else _UTF8_NAME
        self._out.write(_local_header(_Entry(info, raw_name, flags, 0, 0, 0, offset)))
        checksum, packed_bytes, size_bytes = self._pack(chunks, level)
        entry = _Entry(info, raw_name, flags, checksum, packed_bytes, size_bytes, offset)
        end = self._here()
        self._out.seek(offset + _SIZES_AT)
        self._out.write(_SIZES.pack(checksum, packed_bytes, size_bytes))
        self._out.seek(end)
        self._entries.append(entry)

    def finish(self) -> None:
        """Write the directory; nothing can be added after it.

        Raises:
            WorkbookError: more members than the format holds.
        """
        if len(self._entries) > _MOST_MEMBERS:
            raise _unexpected("it has too many parts")
        start = self._here()
        for entry in self._entries:
            self._out.write(_directory_entry(entry))
        count, size_bytes = len(self._entries), self._out.tell() - start
        self._out.write(_END.pack(b"PK\5\6", 0, 0, count, count, size_bytes, start, 0))

    def _pack(self, chunks: Iterable[bytes], level: int) -> tuple[int, int, int]:
        """Write the chunks packed; checksum, packed size and size."""
        packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        checksum = packed_bytes = size_bytes = 0
        for chunk in chunks:
            checksum = zlib.crc32(chunk, checksum)
            size_bytes += len(chunk)
            packed_bytes += self._out.write(packer.compress(chunk))
        packed_bytes += self._out.write(packer.flush())
        if size_bytes > _LARGEST:
            raise _unexpected("the report is larger than a workbook can hold")
        return checksum, packed_bytes, size_bytes

    def _here(self) -> int:
        """The position of the next byte."""
        here = self._out.tell()
        if here > _LARGEST:
            raise _unexpected("it is larger than 4 GB")
        return here


def _local_header(entry: _Entry) -> bytes:
    """The header in front of a member's bytes; no extra field, which only matters to other programs."""
    info = entry.info
    time, date = _dos_time(info)
    fields = (info.extract_version, entry.flags, info.compress_type, time, date)
    sizes = (entry.checksum, entry.packed_bytes, entry.size_bytes)
    return _LOCAL.pack(b"PK\3\4", *fields, *sizes, len(entry.name), 0) + entry.name


def _directory_entry(entry: _Entry) -> bytes:
    """The member's line in the directory at the end."""
    info = entry.info
    time, date = _dos_time(info)
    extra = b"".join(_extra_fields(info.extra))
    made_by = info.create_version | info.create_system << 8
    fields = (made_by, info.extract_version, entry.flags, info.compress_type, time, date)
    sizes = (entry.checksum, entry.packed_bytes, entry.size_bytes)
    lengths = (len(entry.name), len(extra), len(info.comment), 0)
    attributes = (info.internal_attr, info.external_attr, entry.offset)
    return _CENTRAL.pack(b"PK\1\2", *fields, *sizes, *lengths, *attributes) + entry.name + extra + info.comment


def _extra_fields(extra: bytes) -> Iterator[bytes]:
    """The extra fields but the one for sizes over 4 GB, which says where things were in the old archive."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind != _ZIP64_EXTRA:
            yield extra[: 4 + length]
        extra = extra[4 + length :]


def _dos_time(info: ZipInfo) -> tuple[int, int]:
    """The member's time in the format's own two numbers."""
    year, month, day, hour, minute, second = info.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


class _Content:
    """What a member unpacks to, held against what the directory says of it; never more than that is unpacked.

    Args:
        info: the member.
    """

    def __init__(self, info: ZipInfo) -> None:
        self._info = info
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == ZIP_DEFLATED else None
        self._checksum = self._size_bytes = 0

    def take(self, block: bytes) -> None:
        """Unpack the next packed bytes."""
        try:
            while block:
                data, block = self._unpacked(block)
                self._count(data)
                if block and not data:
                    raise self._other()
        except zlib.error as error:
            raise self._other() from error

    def compare(self) -> None:
        """Compare what came with the directory."""
        if self._unpacker is not None:
            self._count(self._unpacker.flush())
        is_open = self._unpacker is not None and not self._unpacker.eof
        if is_open or (self._checksum, self._size_bytes) != (self._info.CRC, self._info.file_size):
            raise self._other()

    def _count(self, data: bytes) -> None:
        self._checksum = zlib.crc32(data, self._checksum)
        self._size_bytes += len(data)
        if self._size_bytes > self._info.file_size:
            raise self._other()

    def _unpacked(self, block: bytes) -> tuple[bytes, bytes]:
        """The next bytes of the content, and the packed ones that are left."""
        if self._unpacker is None:
            return block, b""
        data = self._unpacker.decompress(block, _BLOCK_BYTES)
        return data, self._unpacker.unconsumed_tail

    def _other(self) -> WorkbookError:
        return _unexpected(f"its part {self._info.filename} is not what the file's directory says")


def _go_to_data(source: BinaryIO, info: ZipInfo, name: bytes) -> None:
    """Put the stream at the first packed byte of a member, whose header has to agree with the directory."""
    source.seek(info.header_offset)
    header = source.read(_LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b"PK\3\4":
        raise _unexpected(f"its part {info.filename} is not where the file's directory says")
    _, _, flags, method, *_, name_bytes, extra_bytes = _LOCAL.unpack(header)
    same = source.read(name_bytes) == name and method == info.compress_type and not flags & _ENCRYPTED
    if not same or method not in (ZIP_STORED, ZIP_DEFLATED):
        raise _unexpected(f"its part {info.filename} has a header that contradicts the file's directory")
    source.seek(extra_bytes, 1)


def _blocks(source: BinaryIO, info: ZipInfo) -> Iterator[bytes]:
    """A member's packed bytes, block by block."""
    left = info.compress_size
    while left:
        block = source.read(min(left, _BLOCK_BYTES))
        if not block:
            raise _unexpected(f"its part {info.filename} is cut off")
        left -= len(block)
        yield block


def _unexpected(reason: str) -> WorkbookError:
    """The refusal to rewrite an archive that is not as expected."""
    return WorkbookError(reason, code="package-unexpected")
