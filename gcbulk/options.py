"""The values of options: closed sets of words, and the border where whatever was given becomes one of them.

Every way in (the command line, the Python functions, the environment) converts here, so that a wrong value is refused,
with the ones that would do, before a file is read or a request is sent. "Not given" is None; an empty text is a
mistake, most often an unset variable in a script.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from numbers import Integral, Real
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from gcbulk.errors import SettingsError

SETTLE_WAIT_S = 60.0
"""Seconds after a request without an answer until a look-up is believed, unless said otherwise."""
IN_FLIGHT = 6
"""Requests at the same time, unless said otherwise: users run 5-8; more yields random 500s and time-outs."""
OLDER_THAN_DAYS = 30.0
"""How long ago a run has to have begun for its players to be removed, unless said otherwise."""
MOST_SECONDS = 86_400.0
MOST_IN_FLIGHT = 100
MOST_REQUESTS = 1_000_000_000
MOST_DAYS = 99_999.0
_LONGEST_TEXT = 1_000
_LONGEST_PATH = 4_000
_LONGEST_NAME = 255  # of a file, in bytes; longer ones are an error of the system at the first look


class Kind(StrEnum):
    """What a file holds."""

    ACHIEVEMENTS = "achievements"
    LEADERBOARDS = "leaderboards"
    SUBMISSIONS = "submissions"
    SCORES = "scores"


class SubmissionKind(StrEnum):
    """Which of the two endpoints a file of players is for."""

    SUBMISSIONS = "submissions"
    SCORES = "scores"


class PercentAs(StrEnum):
    """What bare numbers from 0 to 1 are in a column of percentages."""

    FRACTION = "fraction"  # parts of 1
    WHOLE = "whole"  # percent


class OnDuplicate(StrEnum):
    """Which of several records for the same player and achievement is taken."""

    HIGHEST = "highest"
    LAST = "last"
    ERROR = "error"  # none: all of them are rejected


class CheckFormat(StrEnum):
    """How a check's problems are written for build servers."""

    GITHUB = "github"
    JUNIT = "junit"
    SARIF = "sarif"


class Platform(StrEnum):
    """Whose review submission is used."""

    IOS = "IOS"
    MAC_OS = "MAC_OS"
    TV_OS = "TV_OS"
    VISION_OS = "VISION_OS"


PercentAsWord: TypeAlias = PercentAs | Literal["fraction", "whole"]
OnDuplicateWord: TypeAlias = OnDuplicate | Literal["highest", "last", "error"]
SubmissionKindWord: TypeAlias = SubmissionKind | Literal["submissions", "scores"]

PlatformWord: TypeAlias = Platform | Literal["IOS", "MAC_OS", "TV_OS", "VISION_OS"]

Word = TypeVar("Word", bound=StrEnum)
Made = TypeVar("Made")


def word(words: type[Word], value: object, name: str) -> Word:
    """One word of a closed set.

    Args:
        words: the set.
        value: what was given; spelt exactly as the set has it.
        name: the option's name, for the message.

    Raises:
        SettingsError: it is not one of them; the message lists them.

    >>> word(OnDuplicate, "last", "on_duplicate")
    <OnDuplicate.LAST: 'last'>
    """
    return words(one_of(words, value, name))


def one_of(words: Iterable[str], value: object, name: str) -> str:
    """One of several words that are known only when they are needed, as the kinds of file are.

    Args:
        words: the words.
        value: what was given; spelt exactly as one of them.
        name: the option's name, for the message.

    Raises:
        SettingsError: it is not one of them; the message lists them.
    """
    allowed = [str(each) for each in words]
    if not isinstance(value, str) or value not in allowed:
        raise _wrong(name, value, f"one of {', '.join(allowed)}")
    return str(value)


def text(value: object, name: str) -> str:
    """A text that says something.

    Raises:
        SettingsError: it is empty, blank, too long, or no text.
    """
    if not isinstance(value, str):
        raise _wrong(name, value, "text")
    if not value.strip():
        raise SettingsError(f"{name} is empty. Give it a value, or leave it out.")
    if len(value) > _LONGEST_TEXT or not value.isprintable():
        raise _wrong(name, value, f"one line of at most {_LONGEST_TEXT:,} letters")
    return value


def identifier(value: object, name: str) -> str:
    """The id of something: text without a space in it.

    Raises:
        SettingsError: it is empty or no such text.
    """
    given = text(value, name)
    if re.search(r"[\s/?#]", given):
        raise _wrong(name, value, "an id, without spaces and slashes")
    return given


def path(value: object, name: str) -> Path:
    """The path of a file or folder, which need not be there.

    Raises:
        SettingsError: it is empty or can be no path.
    """
    given = os.fspath(value) if isinstance(value, str | os.PathLike) else value
    if not isinstance(given, str):
        raise _wrong(name, value, "a path")
    if not given.strip():
        raise SettingsError(f"{name} is empty. Give it a path, or leave it out.")
    try:
        parts = [os.fsencode(part) for part in Path(given).parts]
    except UnicodeEncodeError:
        raise _wrong(name, value, "a path") from None
    if b"\0" in b"".join(parts):
        raise _wrong(name, value, "a path")
    if any(len(part) > _LONGEST_NAME for part in parts) or len(given) > _LONGEST_PATH:
        raise _wrong(name, value, f"a path with names of at most {_LONGEST_NAME} letters")
    return Path(given)


def flag(value: object, name: str) -> bool:
    """Yes or no.

    Raises:
        SettingsError: it is neither True nor False; ``"no"`` would count as True.
    """
    if not isinstance(value, bool):
        raise _wrong(name, value, "True or False")
    return value


def whole(value: object, name: str, *, least: int = 1, most: int = MOST_REQUESTS) -> int:
    """A whole number in a range.

    Raises:
        SettingsError: it is no whole number, or out of the range.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= most:
        raise _wrong(name, value, f"a whole number, {least} or more and at most {most:,}")
    return int(value)


def number(value: object, name: str, *, most: float = MOST_SECONDS) -> float:
    """A number from 0 up.

    Raises:
        SettingsError: it is not a number, or out of the range.
    """
    given = math.nan
    if not isinstance(value, bool) and isinstance(value, Real):
        with suppress(OverflowError):  # a whole number beyond all floats
            given = float(value)
    if not 0 <= given <= most:  # which NaN is not either
        raise _wrong(name, value, f"a number from 0 to {most:,.0f}")
    return given


def moment(value: object, name: str) -> datetime:
    """A moment in UTC.

    Raises:
        SettingsError: it is no moment, or names no time zone: which moment it is would depend on the machine.
    """
    if not isinstance(value, datetime):
        raise _wrong(name, value, "a datetime with a time zone")
    if value.tzinfo is None:  # which NaT has not either
        raise SettingsError(
            f"{name} is {value!s}, without a time zone. Say which: datetime(..., tzinfo=ZoneInfo('Europe/Berlin')), "
            "or .astimezone() for this machine's."
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise _wrong(name, value, "a moment between the years 1 and 9999") from None


def made_by(maker: str, kind: type[Made], value: object, name: str) -> Made:
    """What an earlier step gave.

    Args:
        maker: the function that gives it.
        kind: what it gives.
        value: what was given here.
        name: the argument's name, for the message.

    Raises:
        SettingsError: it is something else.
    """
    if not isinstance(value, kind):
        raise _wrong(name, value, f"what gcbulk.{maker} gave")
    return value


def callback(value: object, name: str) -> None:
    """Something that can be called.

    Raises:
        SettingsError: it cannot.
    """
    if not callable(value):
        raise _wrong(name, value, "a function")


def environment(value: object) -> Mapping[str, str]:
    """Variables by name.

    Raises:
        SettingsError: it is no such mapping. Nothing of it is shown: it may hold secrets.
    """
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for pair in value.items() for one in pair):
        raise SettingsError("environ has to be a dictionary of texts.")
    return value


def texts(value: object, name: str) -> Mapping[str, str]:
    """Texts by name, each saying something.

    Raises:
        SettingsError: it is no mapping of texts.
    """
    if not isinstance(value, Mapping):
        raise _wrong(name, value, "a dictionary of texts")
    return {text(key, name): text(content, f"{name}[{key!r}]") for key, content in value.items()}


def _wrong(name: str, value: object, allowed: str) -> SettingsError:
    return SettingsError(f"{name} is {_shown(value)}, which is not allowed. It has to be {allowed}.")


def _shown(value: object) -> str:
    """A value that is short, and no secret that was put into the wrong place."""
    shown = ascii(value) if isinstance(value, str | int | float) else type(value).__name__
    if "PRIVATE KEY" in shown:
        return "a private key"
    return shown if len(shown) <= 60 else f"{shown[:56]}..."
