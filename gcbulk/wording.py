"""Durations and counts in plain words. Any room may use this module; it imports no other."""

from __future__ import annotations

from datetime import timedelta

_VOWELS = tuple("aeiou")


def in_words(duration: timedelta) -> str:
    """A duration in its two largest units, rounded: "40 s", "12 min", "2 h 47 min", "11 d 14 h"."""
    seconds = round(duration.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


def plural(noun: str) -> str:
    """Several of a noun: "requests", "trophies", "displays"; no kind of thing has a plural made in another way."""
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in _VOWELS else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """A count with its noun: "1 request", "2,000 requests"."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"
