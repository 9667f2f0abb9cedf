"""Which files on the user's disk are ours to replace: those that gcbulk wrote and nobody has changed since.

A name does not say who made a file: people save their corrections under the names that gcbulk uses. So the digest of
everything we write goes into a folder beside the journal, one small file for each path. A file that has no entry, or
whose content differs from its entry, belongs to the user and is neither replaced nor removed. If that folder is gone
or cannot be written, every file counts as the user's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gcbulk.files.atomic import OWNER, write_whole

_MOST_STATES = 50


class NotOursError(Exception):
    """The file belongs to the user."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of a file that was written.

    Args:
        source: what it was made from.
        digest: its content when it was written.
        replaced: the content of ours that stood there before: a run can be killed before the new one takes its place.
        earlier: contents of a workbook that differ from this one only in sheets of ours, oldest first.
    """

    source: str
    digest: str
    replaced: str | None = None
    earlier: tuple[str, ...] = ()

    def describes(self, path: Path) -> bool:
        """Whether the file has a content that was written."""
        digest = digest_of(path)
        return digest is not None and digest in (self.digest, self.replaced)


class OwnFiles:
    """The files that gcbulk wrote, remembered by path and content.

    Args:
        folder: where the entries are kept, made when the first is written; without it no file is ours.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def may_write(self, path: Path, source: str) -> bool:
        """Whether nothing stands there, or what was written from the same source and not changed since."""
        return not os.path.lexists(path) or self.is_ours(path, source)

    def is_ours(self, path: Path, source: str) -> bool:
        """Whether the file was written from this source and has not been changed since."""
        entry = self._entry(path)
        return entry is not None and entry.source == source and entry.describes(path)

    def is_untouched(self, path: Path) -> bool:
        """Whether the file was written from any source and has not been changed since."""
        entry = self._entry(path)
        return entry is not None and entry.describes(path)

    def is_changed(self, path: Path) -> bool:
        """Whether somebody has changed the file since it was written; False where nothing is known of it."""
        entry = self._entry(path)
        return entry is not None and not entry.describes(path)

    def source_of(self, path: Path) -> str | None:
        """What the file was made from; None where nothing is known of it."""
        entry = self._entry(path)
        return entry.source if entry is not None else None

    def is_as_read(self, path: Path, digest: str) -> bool:
        """Whether a workbook still has the content that was read, sheets of ours aside.

        Args:
            path: the workbook.
            digest: its content when it was read.
        """
        now = digest_of(path)
        if now == digest:
            return True
        entry = self._entry(path)
        return entry is not None and entry.digest == now and digest in entry.earlier

    def note(self, path: Path, source: str, *, content: Path | None = None, before: str | None = None) -> None:
        """Remember a file.

        Args:
            path: the file.
            source: what it is made from.
            content: the finished file that is about to take its place, None for the file as it stands.
            before: the content that it had, where only sheets of ours are added or replaced.
        """
        digest, kept_in, old = digest_of(content or path), self._kept_in(path), self._entry(path)
        if digest is None or kept_in is None:
            return
        replaced = digest_of(path) if old is not None and old.source == source and old.describes(path) else None
        known = (*old.earlier, old.digest) if old is not None and old.digest == before else ()
        earlier = tuple(dict.fromkeys((*known, before)))[-_MOST_STATES:] if before is not None else ()
        entry = {"path": str(path), "source": source, "digest": digest, "replaced": replaced, "earlier": earlier}

        def write(out: BinaryIO) -> None:
            """Write the entry."""
            out.write(json.dumps(entry).encode("ascii"))

        with contextlib.suppress(OSError):  # the file is taken for the user's then, which loses nothing
            kept_in.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept_in.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(kept_in, write, mode=OWNER)

    def remove(self, path: Path) -> None:
        """Remove a file of ours, and what is remembered of it.

        Raises:
            OSError: it cannot be removed.
        """
        kept_in = self._kept_in(path)
        path.unlink(missing_ok=True)
        if kept_in is not None:
            with contextlib.suppress(OSError):
                kept_in.unlink(missing_ok=True)

    def _entry(self, path: Path) -> _Entry | None:
        kept_in = self._kept_in(path)
        if kept_in is None:
            return None
        try:
            entry = json.loads(kept_in.read_text("ascii"))
            return _Entry(str(entry["source"]), str(entry["digest"]), entry["replaced"], tuple(entry["earlier"]))
        except (OSError, RuntimeError, ValueError, LookupError, TypeError):  # none, or none that can be relied on
            return None

    def _kept_in(self, path: Path) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / f"{hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()}.json"


NO_FILES = OwnFiles()
"""Where nothing is known, no file is ours."""


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file's content; None where there is no file to read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, RuntimeError, ValueError):
        return None


def names_for(path: Path) -> Iterator[Path]:
    """A path and, without end, those that are tried where it belongs to the user: ``x.csv``, ``x-2.csv``, ..."""
    yield path
    number = 1
    while True:
        number += 1
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def write_ours(path: Path, write: Callable[[BinaryIO], None], own: OwnFiles, *, source: str) -> Path:
    """Write a file under the first name that is free or holds what was written from the same source before.

    Args:
        path: where the file should go.
        write: writes the content into the stream that it is given.
        own: what is ours.
        source: what the file is made from.

    Returns:
        Where it went.

    Raises:
        OSError: it could not be written.
    """
    for name in names_for(path):
        if not own.may_write(name, source):
            continue

        def ready(content: Path, name: Path = name) -> None:
            """Note the file as ours just before it is put in place, unless it belongs to the user by now."""
            # Once more, right before it is put in place: writing can take a minute, and people save in the meantime.
            if not own.may_write(name, source):
                raise NotOursError
            own.note(name, source, content=content)

        try:
            write_whole(name, write, ready=ready)
        except NotOursError:
            continue
        return name
    raise AssertionError("names never run out")
