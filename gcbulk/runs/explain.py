"""The verb explain: what a code means, and what to do about it."""

from __future__ import annotations

from gcbulk import files
from gcbulk.planning.codes import RUN_CODES
from gcbulk.reporting.explaining import explained


def explain(code: str) -> list[str]:
    """What a code means.

    Args:
        code: a code as a report, a message, ``--json`` or Apple shows it.

    Returns:
        Lines for people: what it is, what it means, what to do.

    Raises:
        SettingsError: nothing has that code.
    """
    return explained(code, files.FILE_CODES, RUN_CODES)
