"""What a run meant to do and what it reported, kept in the journal so that its report can be made again as it was.

The report cannot simply be planned again: the file may have been edited since, and the run itself has changed the
service. The intentions are kept when a run begins, so that a run that is killed can be reported too; the report is
kept when it ends.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from gcbulk.records import Json
from gcbulk.service.journal_file import JournalFile

_PART_BYTES = 1 << 20


class Stage(IntEnum):
    """When it was kept."""

    MEANT = 0  # when the run began
    REPORTED = 1  # when it ended


def keep(file: JournalFile, run: int, stage: Stage, document: Mapping[str, Json]) -> None:
    """Make a document durable, whole or not at all.

    Args:
        file: the journal's file.
        run: the run.
        stage: when.
        document: what can be written as JSON.

    Raises:
        JournalError: it could not be written.
    """
    data = zlib.compress(json.dumps(document, ensure_ascii=True).encode("ascii"), level=1)
    parts = [data[start : start + _PART_BYTES] for start in range(0, len(data), _PART_BYTES)]
    rows = [(run, int(stage), seq, part) for seq, part in enumerate(parts)]
    with file.transaction():
        file.db.executemany("INSERT OR REPLACE INTO records (run, stage, seq, part) VALUES (?, ?, ?, ?)", rows)


def kept(file: JournalFile, run: int, stage: Stage) -> Json:
    """A document as it was kept; None where there is none.

    Raises:
        JournalError: it is damaged.
    """
    file.verify("records")
    query = "SELECT part FROM records WHERE run = ? AND stage = ? ORDER BY seq"
    with file.errors("read"):
        data = b"".join(part for (part,) in file.db.execute(query, (run, int(stage))))
        try:
            return json.loads(zlib.decompress(data)) if data else None
        except zlib.error as error:
            raise ValueError(str(error)) from error


def packed(values: np.ndarray) -> str:
    """An array of numbers as text; one whose values are all or nearly the same takes almost no space."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(values).tobytes(), level=1)).decode("ascii")


def unpacked(text: str, dtype: str) -> np.ndarray:
    """The array again."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=dtype).copy()
