"""What an input of the corpus is, and the rows that many of them are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcbulk.simulator.exchange import Json
from golden.writing import Make, Sheet
from jobs import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS

HEADERS = ACHIEVEMENT_HEADERS
TEXT_HEADERS = LOCALIZATION_HEADERS
LONG_HEADERS = (*HEADERS, "Locale", "Title", "Pre-earned", "Earned")
APP = "com.example.game"


@dataclass(frozen=True, slots=True)
class Input:
    """An input and how it is read.

    Args:
        make: writes it.
        kind: what the user says that it is; None to tell by the headers.
        options: what else the user settled, by the names of `gcbulk.runs.shared.reading.ReadOptions`.
        command: whether what ``gcbulk check --json`` prints of it is recorded as well.
    """

    make: Make
    kind: str | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    command: bool = False


def wide_headers(*locales: str) -> tuple[str, ...]:
    """The headers of achievements with a title and two descriptions for each language."""
    texts = (f"{text} ({locale})" for locale in locales for text in ("Title", "Pre-earned", "Earned"))
    return (*HEADERS, *texts)


def rows_of(count: int, *, points: int = 10) -> list[tuple[Json, ...]]:
    """So many good achievements."""
    flags = (("No", "Yes"), ("Yes", "No"))
    return [(f"Achievement {n}", f"com.example.a{n}", points, *flags[n % 2]) for n in range(count)]


def texts_of(count: int, *locales: str) -> list[tuple[Json, ...]]:
    """The texts of so many achievements in some languages."""
    return [
        (f"com.example.a{n}", locale, f"Name {n} {locale}", f"Do {n} times.", f"Did {n} times.")
        for n in range(count)
        for locale in locales
    ]


def achievements(*rows: tuple[Json, ...], headers: tuple[Json, ...] = HEADERS) -> Sheet:
    """A sheet of achievements below their headers."""
    return Sheet("Achievements", [headers, *rows])


def localizations(*rows: tuple[Json, ...], headers: tuple[Json, ...] = TEXT_HEADERS) -> Sheet:
    """A sheet of localizations below their headers."""
    return Sheet("Localizations", [headers, *rows])


def player(number: int) -> str:
    """A player's id as Apple's documentation has it."""
    return f"A:_{number:032x}"
