"""Recognise text files that are not tables: JSON, Steam's VDF, and what other stores and Xcode export.

Each is recognised by its beginning. Otherwise they would be read as a single column of odd cells, and the check would
complain about missing headers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePath

from gcbulk.errors import WorkbookError

TO_DO = "Make a table of it with the headers of the template (gcbulk template PATH), and use that"

_JSON = re.compile(rb'\{\s*["}]|\[\s*[{\["]')
_VDF = re.compile(rb'(?://[^\r\n]*\s+)*(?:"[^"\r\n]*"\s*|\w+\s*[\r\n]\s*(?=\{\s*[\r\n]))\{')
_JSON_KINDS = {
    b'"availableGameStats"': "Steam's list of achievements (GetSchemaForGame)",
    b"gamesConfiguration#": "an answer of Google Play's publishing API",
    b'"gamePlayerID"': "a JSON file of players",
    b'"scopedPlayerId"': "a JSON file of players",
}
_STORE_ARCHIVES = {
    "achievementsmetadata.csv": "the archive that Google Play imports",
    "achievementdefinitions.csv": "the archive that Epic's importer reads",
}
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".parquet")
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def refuse_foreign_text(head: bytes, path: PurePath) -> None:
    """Refuse a text that is not a table.

    Args:
        head: the beginning of the file.
        path: its name, for the message.

    Raises:
        WorkbookError: it is JSON or VDF; the message says whose, and what to do.
    """
    start = head.replace(b"\0", b"").lstrip(_MARKS)
    if _JSON.match(start):
        if b'"resources"' in start and b'"meta"' in start:
            raise gamekit_bundle(path)
        kind = next((kind for key, kind in _JSON_KINDS.items() if key in start), "a JSON file")
        raise WorkbookError(
            f"{path.name} is {kind}, not a table. {TO_DO}; in Python, gcbulk.check takes frames as well, such as"
            " pandas makes of JSON.",
            code="json-file",
        )
    if _VDF.match(start):
        raise WorkbookError(
            f"{path.name} is a file of Steam (VDF), not a table. {TO_DO}: Steam has no points, and one description"
            " where Game Center has two.",
            code="steam-vdf",
        )


def gamekit_bundle(path: PurePath) -> WorkbookError:
    """Return the error for Xcode's Game Center resources, which are a folder, a zip of it, or the JSON file in it.

    Args:
        path: its name.
    """
    return WorkbookError(
        f"{path.name} holds Game Center resources of Xcode (.gamekit), which gcbulk does not read. Push them to App"
        " Store Connect from Xcode, and gcbulk pull FILE writes them into a workbook; or use a workbook of your own.",
        code="gamekit-bundle",
    )


def foreign_archive(names: Collection[str], path: PurePath) -> WorkbookError:
    """Return the error for a zip archive that is not a workbook.

    Args:
        names: the names of its parts.
        path: its name, for the message.
    """
    last = {PurePath(name).name.lower(): name for name in names if not name.startswith("__MACOSX/")}
    if "gamecenterresources.json" in last:
        return gamekit_bundle(path)
    store = next((kind for name, kind in _STORE_ARCHIVES.items() if name in last), None)
    if store:
        return WorkbookError(f"{path.name} is {store}, not a workbook. {TO_DO}.", code="not-a-spreadsheet")
    tables = sorted(name for name in last.values() if name.lower().endswith(_TABLES))
    inside = f" It holds {', '.join(map(repr, tables[:3]))}: unpack it and use that." if tables else ""
    return WorkbookError(
        f"{path.name} is a zip archive or a document of another program, not a workbook.{inside}"
        + ("" if inside else " If the workbook is inside it, unpack it first and use the workbook itself."),
        code="not-a-spreadsheet",
    )
