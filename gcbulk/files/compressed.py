"""Unpack a text file that was compressed as a whole, as warehouses hand them over: .csv.gz, .csv.zst, .jsonl.bz2.

What a few bytes unpack to is not known before: it is counted while it is unpacked, and stops at what is read of any
file. Workbooks and Parquet are compressed inside, and are not looked for in here.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import BinaryIO, cast

import pyarrow as pa

from gcbulk.errors import WorkbookError
from gcbulk.files.preflight import MAX_UNPACKED_BYTES, MIB

_PIECE_BYTES = MIB
_BROKEN = (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error, pa.ArrowException)


def _arrow(codec: str) -> Callable[[BinaryIO], BinaryIO]:
    return lambda packed: cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), codec))


_OPENERS: Mapping[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": lambda packed: cast(BinaryIO, gzip.GzipFile(fileobj=packed)),
    b"BZh": lambda packed: cast(BinaryIO, bz2.BZ2File(packed)),
    b"\xfd7zXZ": lambda packed: cast(BinaryIO, lzma.LZMAFile(packed)),  # noqa: SIM115 - the caller closes it
    b"\x28\xb5\x2f\xfd": _arrow("zstd"),
    b"\x04\x22\x4d\x18": _arrow("lz4"),
}
"""What opens a compressed stream, by how its bytes begin."""


def unpacked(data: memoryview, path: PurePath) -> memoryview:
    """The content of a file that may be compressed.

    Args:
        data: the file's bytes.
        path: the file, for messages.

    Returns:
        What is in it; the bytes themselves where it is not compressed.

    Raises:
        WorkbookError: it is cut short or damaged, or holds more than is read.
    """
    head = bytes(data[:8])
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
    if opener is None:
        return data
    out = pa.BufferOutputStream()
    try:
        with opener(io.BytesIO(data)) as stream:
            while piece := stream.read(_PIECE_BYTES):
                out.write(piece)
                if out.tell() > MAX_UNPACKED_BYTES:
                    raise WorkbookError(
                        f"{path.name} unpacks to more than {MAX_UNPACKED_BYTES:,} bytes"
                        f" ({MAX_UNPACKED_BYTES // MIB} MB), the most that is read. Split it into several files.",
                        code="unpacks-too-large",
                    )
    except _BROKEN as error:
        raise WorkbookError(
            f"{path.name} is compressed, and cut short or damaged ({error}). Download or copy it again.",
            code="damaged-compressed-file",
        ) from error
    return memoryview(out.getvalue()).cast("B")


def packed_table(path: PurePath) -> WorkbookError:
    """Return the error for a compressed workbook or Parquet file, which a report could not be written into.

    Args:
        path: its name.
    """
    return WorkbookError(
        f"{path.name} holds a workbook or a Parquet file, compressed once more. Unpack it, and use the file in it.",
        code="not-a-spreadsheet",
    )
