"""How many rows a call of the product is about, so that a trial may name the first, the middle or the last.

What comes in: the arguments of a call. What goes out: a number, often 0. What the thread is at is noted on the way.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TypeAlias

from gcbulk.simulator.exchange import Json

Arguments: TypeAlias = tuple[Json, ...]
Count: TypeAlias = Callable[[Arguments], int]
IMAGES = "gameCenterAchievementImages"
_IMAGE_OF_TEXT = re.compile(f"Localizations/[^/]+/(image|{IMAGES[:-1]})$")


class _Now(threading.local):
    """What a thread is at: the request on its way, and how often the wire was written to and read from for it."""

    method = ""
    writes = 0
    reads = 0
    results = 1


_NOW = _Now()


def each(arguments: Arguments) -> int:
    """Every call is one."""
    return 1


def write(arguments: Arguments) -> int:
    """Exchanges that write."""
    return int(arguments[1].method == "POST")


def first_write(arguments: Arguments) -> int:
    """What goes out first of a request that writes."""
    return int(_NOW.method == "POST" and _NOW.writes == 0)


def first_read(arguments: Arguments) -> int:
    """What comes first of an answer to one."""
    return int(_NOW.method == "POST" and _NOW.reads == 0)


def intents(arguments: Arguments) -> int:
    """Intents that are made durable together."""
    return len(arguments[1])


def results(arguments: Arguments) -> int:
    """Results that are made durable together."""
    return sum(len(results or ()) for results, _, _ in arguments[1])


def results_under_way(arguments: Arguments) -> int:
    """Results in the transaction that is begun."""
    return _NOW.results


def picture_call(method: str, arguments: Arguments) -> int:
    """Calls about a picture's record, of one method."""
    return int(arguments[1].method == method and f"/{IMAGES}" in arguments[1].path)


def look(arguments: Arguments) -> int:
    """Looks for the picture of a localization."""
    return int(bool(arguments[1].method == "GET" and _IMAGE_OF_TEXT.search(arguments[1].path)))


def part(number: int, arguments: Arguments) -> int:
    """Parts of pictures, one of each."""
    return int(f"/{number}?" in arguments[2])


def picture_step(arguments: Arguments) -> int:
    """Intents of pictures."""
    return int(arguments[1].role == "image")


def picture_outcome(arguments: Arguments) -> int:
    """Results of pictures."""
    return sum(outcome.step.role == "image" for outcome in arguments[1])


def begin_exchange(arguments: Arguments) -> None:
    """Note the request that is about to go out."""
    _NOW.method, _NOW.writes, _NOW.reads = arguments[1].method, 0, 0


def begin_commit(arguments: Arguments) -> None:
    """Note how many results are about to be committed."""
    _NOW.results = results(arguments)


def count_write() -> None:
    """Note that bytes went out."""
    _NOW.writes += 1


def count_read() -> None:
    """Note that bytes came."""
    _NOW.reads += 1
