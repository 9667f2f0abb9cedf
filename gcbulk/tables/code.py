"""An issue code: its severity, its meaning and the advice that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from gcbulk.records import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """What one code stands for.

    Args:
        severity: how bad it is.
        meaning: what it says of the sheet, in one line.
        advice: what to do about it.
    """

    severity: Severity
    meaning: str
    advice: str


def error(meaning: str, advice: str) -> Code:
    """A problem that keeps its row, or the whole file where it has no row, from being sent."""
    return Code(Severity.ERROR, meaning, advice)


def warning(meaning: str, advice: str) -> Code:
    """A remark that keeps nothing from being sent."""
    return Code(Severity.WARNING, meaning, advice)
