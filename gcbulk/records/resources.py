"""What a kind of thing in Game Center is to plans, requests, the journal and reports; the kinds themselves declare it.

A step's key has parts and is joined for whoever reads it: the journal, a saved plan, a report, ``--json``. It is never
parsed back, because an identifier may hold whatever stands between the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Key: TypeAlias = tuple[str, ...]
"""What a thing is known by, and what hangs on it: ("com.x.a",), ("com.x.a", "ja"), ("com.x.a", "version 2")."""


class Role(StrEnum):
    """What a step is about, whatever the kind: it decides how the step is planned, sent and told."""

    THING = "thing"
    TEXT = "text"  # what players read, in one language
    IMAGE = "image"
    VERSION = "version"  # one that has to be opened
    ORDER = "order"  # the order in which players see the things
    REVIEW = "review"  # the hand-off to Apple's reviewers


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A kind of thing.

    Args:
        kind: its name.
        words: what the journal, fingerprints and reports call each role. They never change: with another word an old
            journal would not know again what it sent. No two kinds share one.
    """

    kind: str
    words: Mapping[Role, str]


def joined(key: Key) -> str:
    """A key as people and the journal read it; the only place that knows what stands between its parts.

    Example:
        >>> joined(("com.x.a", "ja"))
        'com.x.a / ja'
    """
    return " / ".join(key)
