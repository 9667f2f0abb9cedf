"""Brings the bytes of a text file to UTF-8, or says which encodings they could be in; none is guessed.

What comes in: a file's bytes and the encoding that was asked for, if any. What goes out: UTF-8 without a mark.
"""

from __future__ import annotations

import codecs
from pathlib import PurePath

from gcbulk.errors import WorkbookError

_MARKS = {  # the longer ones first, for UTF-32's begins like UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CANDIDATES = ("cp1252", "cp1250", "cp1251", "mac_roman", "shift_jis", "gb18030", "big5", "euc_kr")
_CONTEXT = 12


def to_utf8(data: memoryview, path: PurePath, encoding: str | None) -> memoryview:
    """Return a text file's content in UTF-8.

    Bytes that are taken to be UTF-8 already are not looked through here: `require_utf8` is for that.

    Args:
        data: the file's content.
        path: the file, for messages.
        encoding: what it is written in; None for UTF-8, or UTF-16 and UTF-32 by their marks.

    Raises:
        WorkbookError: it is not in that encoding, or there is no such encoding.
    """
    start = bytes(data[:4])
    found = encoding or next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    if found is not None:
        data = memoryview(_decode(bytes(data), path, found).encode("utf-8"))
    elif start.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    return data


def require_utf8(data: bytes, path: PurePath) -> str:
    """Return the text of UTF-8 bytes.

    Args:
        data: the bytes.
        path: the file, for the message.

    Raises:
        WorkbookError: they are not UTF-8; the message names what they could be, each with what it would read.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        around = data[max(error.start - _CONTEXT, 0) : error.end + _CONTEXT]
        readings = ", ".join(f"{name} would read {_shown(around, name)}" for name in _possible(data))
        raise WorkbookError(
            f"{path.name} is not UTF-8 (byte {error.start:,}, line {data.count(10, 0, error.start) + 1:,}):"
            f" {readings or 'no common encoding fits'}. Say which is right with --encoding, or save it as CSV UTF-8.",
            code="undecodable-text",
        ) from error


def _decode(data: bytes, path: PurePath, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise WorkbookError(
            f"There is no encoding {encoding!r}. Common ones are utf-8, utf-16, {', '.join(_CANDIDATES)}.",
            code="unknown-encoding",
        ) from error
    except UnicodeError as error:
        raise WorkbookError(
            f"{path.name} is not in {encoding}: {error}. Say another with --encoding, or save it as CSV UTF-8.",
            code="undecodable-text",
        ) from error
    if not _is_storable(text):
        raise WorkbookError(
            f"{path.name} is not in {encoding}: it would hold halves of characters. Say another with --encoding.",
            code="undecodable-text",
        )
    return text.removeprefix("\ufeff")


def _is_storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _possible(data: bytes) -> list[str]:
    return [name for name in _CANDIDATES if _decodes(data, name)]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _shown(around: bytes, encoding: str) -> str:
    return repr(around.decode(encoding, "replace").splitlines()[0] if around else "")
