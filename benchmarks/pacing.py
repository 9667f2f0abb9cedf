"""Pacing: how much of what the limits allow is used, hours in milliseconds.

What comes in: nothing. What goes out: lines. The service here counts a rolling hour and the minutes of the clock, 300
and 3,600, answers after 150 ms, and says nothing of the minute; time passes only where somebody waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from virtual_server import Far, VirtualClock, send_all

from benchmarks.measuring import Line
from gcbulk.options import IN_FLIGHT
from gcbulk.service.pacing import Pacer

_LATENCY_S = 0.15
_PER_HOUR = 3600
_PER_MINUTE = 300
_LEAST = 0.95
_ROWS = (300, 3_600, 10_000, 30_000)


def pacing(_: Path) -> Iterator[Line]:
    """Send jobs of several lengths against the limits."""
    for rows in _ROWS:
        shares, refused = [], 0
        for tells in (True, False):
            clock = VirtualClock()
            far = Far(clock, per_hour=_PER_HOUR, per_minute=_PER_MINUTE, tells=tells)
            took_s = send_all(clock, Pacer(clock, Event()), far, rows, workers=IN_FLIGHT, latency_s=_LATENCY_S)
            shares.append(min(_shortest_s(rows) / took_s, 1.0))
            refused = max(refused, far.refused)
        share = min(shares)
        yield Line(
            f"pace {rows:,} requests at 300/min and 3,600/h",
            f"{share:.1%}",
            f"{min(shares):.1%}–{max(shares):.1%}",
            f"at least {_LEAST:.0%}",
            share >= _LEAST,
            f"of what the limits allow, {_hours(rows)}; told the hour or told nothing; {refused} refused; 150 ms away",
        )


def _shortest_s(rows: int) -> float:
    """The time below which nobody can stay who keeps both limits: an hour for each 3,600, then minutes."""
    hours, rest = divmod(rows - 1, _PER_HOUR)
    minutes = rest // _PER_MINUTE
    in_minute = rest % _PER_MINUTE + 1
    return hours * 3600 + minutes * 60 + in_minute * _LATENCY_S / IN_FLIGHT


def _hours(rows: int) -> str:
    return f"{_shortest_s(rows) / 3600:.1f} h at best"
