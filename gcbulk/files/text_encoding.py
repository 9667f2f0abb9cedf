"""Convert the bytes of a text file to UTF-8, or say which encodings they could be in; none is guessed."""

from __future__ import annotations

import codecs
import re
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
_LINE_END = re.compile(rb"\r\n|\r|\n")


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
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    used = marked if encoding is None else encoding
    if used is not None:
        return memoryview(_decode(data, path, used))
    while bytes(data[: len(codecs.BOM_UTF8)]) == codecs.BOM_UTF8:  # some programs write it twice; Arrow skips one
        data = data[len(codecs.BOM_UTF8) :]
    return data


def require_utf8(data: memoryview, path: PurePath) -> None:
    """Refuse bytes that are not UTF-8.

    Args:
        data: the bytes.
        path: the file, for the message.

    Raises:
        WorkbookError: they are not UTF-8; the message shows the line and names what it could be in, each with what
            it would read.
    """
    try:
        str(data, "utf-8")
    except UnicodeDecodeError as error:
        line, around = _line_of(data, error)
        readings = ", ".join(
            f"{name} would read {_shown(around, name)}" for name in _CANDIDATES if _decodes(data, name)
        )
        raise WorkbookError(
            f"{path.name} is not UTF-8 (byte {error.start:,}, line {line:,}):"
            f" {readings or 'no common encoding fits'}. Say which is right with --encoding, or save it as CSV UTF-8.",
            code="undecodable-text",
        ) from error


def _line_of(data: memoryview, error: UnicodeDecodeError) -> tuple[int, bytes]:
    """The number of the line that holds the first byte that cannot be read, and what stands around it on that line."""
    ends = [0, *(end.end() for end in _LINE_END.finditer(data, 0, error.start))]
    behind = _LINE_END.search(data, error.start)
    end = behind.start() if behind else len(data)
    around = data[max(error.start - _CONTEXT, ends[-1]) : min(error.end + _CONTEXT, end)]
    return len(ends), bytes(around)


def _decode(data: memoryview, path: PurePath, encoding: str) -> bytes:
    """The text in UTF-8."""
    try:
        return str(data, encoding).lstrip("\ufeff").encode("utf-8")
    except LookupError as error:
        raise WorkbookError(
            f"There is no encoding {encoding!r}. Common ones are utf-8, utf-16, {', '.join(_CANDIDATES)}.",
            code="unknown-encoding",
        ) from error
    except UnicodeEncodeError as error:
        raise WorkbookError(
            f"{path.name} is not in {encoding}: it would hold halves of characters. Say another with --encoding.",
            code="undecodable-text",
        ) from error
    except UnicodeError as error:
        where = _where(data, encoding, error)
        raise WorkbookError(
            f"{path.name} is not in {encoding}{where}: {error}. Say another with --encoding, or save it as CSV UTF-8.",
            code="undecodable-text",
        ) from error


def _where(data: memoryview, encoding: str, error: UnicodeError) -> str:
    """The line that holds the first byte that cannot be read, and what stands before it there."""
    if not isinstance(error, UnicodeDecodeError):
        return ""
    lines = str(data[: error.start], encoding, "ignore").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return f" (line {len(lines):,}, behind {lines[-1][-_CONTEXT:]!r})"


def _decodes(data: memoryview, encoding: str) -> bool:
    try:
        str(data, encoding)
    except UnicodeDecodeError:
        return False
    return True


def _shown(around: bytes, encoding: str) -> str:
    return repr(around.decode(encoding, "replace"))
