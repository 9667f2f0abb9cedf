"""The verb config: which app, service, key, journal and pace count, and where each is set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gcbulk.configuration import Configured, files
from gcbulk.records import Json
from gcbulk.settings import APPLE


def config_lines(found: Mapping[str, Configured], journal: Path, beside: Path | None) -> list[str]:
    """What counts, in lines for people: the files that were looked for, then each option with where it is set.

    Args:
        found: what somebody or something sets.
        journal: the journal's file.
        beside: the folder of the workbook; None where there is none.
    """
    looked_for = [f"{'Read' if file.exists() else 'Not there'}: {file}" for file in files(beside)]
    options = [
        f"  {name:<20} {'(there)' if one.value is None else one.value!s:<40} {one.source}"
        for name, one in _all(found, journal).items()
    ]
    return [*looked_for, *options]


def config_json(found: Mapping[str, Configured], journal: Path, beside: Path | None) -> dict[str, Json]:
    """The same for programs: the files that were read, and value and source of each option by its name."""
    options = {name: {"value": _plain(one.value), "source": one.source} for name, one in _all(found, journal).items()}
    return {"files": [str(file) for file in files(beside) if file.exists()], "options": options}


def _all(found: Mapping[str, Configured], journal: Path) -> dict[str, Configured]:
    usual = {"base_url": Configured(APPLE, "usual"), "journal": Configured(journal, "usual")}
    return {**usual, **found}


def _plain(value: object) -> Json:
    return value if value is None or isinstance(value, bool | int) else str(value)
