"""Check every path that a verb of the command line will write to, before anything is read or sent.

The options of all verbs are in one table, and a test compares it with the parser, so that a new one is not forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from gcbulk import files
from gcbulk.records import Json

TARGETS: Mapping[str, Callable[[Path], None]] = {
    "out": partial(files.require_file, name="--out"),
    "page": partial(files.require_file, name="--out", suffixes=(".html", ".htm")),
    "path": partial(files.require_file, name="PATH", suffixes=(".xlsx",)),
    "images": partial(files.require_folder, name="--images"),
    "folder": partial(files.require_folder, name="DIR"),
    "dir": partial(files.require_folder, name="--dir"),
    "state": partial(files.require_folder, name="--state"),
}
"""What has to be true of an option's path, by the name that the parser keeps it under."""

_LOOKS_ON_ITS_OWN = "doctor"
_SENDS = ("push", "submit", "review")


def require_targets(verb: str, given: Mapping[str, Json]) -> None:
    """Make sure that a verb can write where it was told to.

    Args:
        verb: the verb; doctor says by itself what is wrong with a journal, and not every verb makes one.
        given: the options by name; those that are not targets, or were not given, are ignored.

    Raises:
        SettingsError: one cannot be written; the message says what to do.
        WorkbookError: likewise, of the report.
    """
    for name, require in TARGETS.items():
        if given.get(name) is not None:
            require(given[name])
    if given.get("report") is not None:
        files.require_report(given.get("file"), given["report"])
    if (journal := given.get("journal")) is not None and verb != _LOOKS_ON_ITS_OWN:
        files.require_no_other(journal, "--journal")
        if verb in _SENDS:
            files.require_folder(journal.parent, f"--journal {journal}: its folder")
