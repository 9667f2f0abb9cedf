"""Trials of rate limits: how they are kept, learned and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import product
from threading import Event

from virtual_server import Far, VirtualClock, allowed_s, asked, minute_ends_at, send_all, until_minute_ends

from chaos.rigs import Rig
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from gcbulk.service.pacing import Pacer
from gcbulk.simulator import Fault, Simulator, Switches
from jobs import TurnedClock

ROWS = 10_000
_PER_HOUR = 3600
_MOST_REFUSED = 0.01
_LEAST_RATE = 0.95
_GIVES_UP = 20  # refusals in a row, after which a run stops and rows are left
_FORMS: Mapping[str, Callable[[datetime], str] | None] = {
    "none": None,
    "seconds": until_minute_ends,
    "date": minute_ends_at("date"),
    "epoch seconds": minute_ends_at("s"),
    "epoch milliseconds": minute_ends_at("ms"),
    "zero": asked("0"),
    "one": asked("1"),
    "words": asked("soon"),
    "past": asked("Wed, 21 Oct 2015 07:28:00 GMT"),
}
_STORMS = tuple(product((300, 60), _FORMS, (True, False), (1, 6)))
"""The hidden minute limit, the form of Retry-After, whether the hour is told, and how many are in flight."""


def _storm(ground: Ground) -> Tally:
    """Send ten thousand rows past a limit that nothing tells of."""
    per_minute, form, tells, workers = _STORMS[ground.number]
    clock = VirtualClock()
    far = Far(clock, per_minute=per_minute, tells=tells, retry_after=_FORMS[form])
    pacer = _Watched(clock, Event())
    took_s = send_all(clock, pacer, far, ROWS, workers=workers)
    rate = allowed_s(ROWS, per_hour=_PER_HOUR, per_minute=per_minute) / took_s
    refused = far.refused / (far.refused + far.applied)
    bad = refused > _MOST_REFUSED or rate < _LEAST_RATE or pacer.most_refusals >= _GIVES_UP
    what = f"{per_minute} a minute, Retry-After {form}, {workers} in flight"
    return Tally(
        lost=ROWS - far.applied,
        wrong=int(bad),
        notes=(f"{what}: {refused:.2%} refused, {rate:.1%} of the rate",) if bad else (),
    )


class _Watched(Pacer):
    """A pacer whose longest row of refusals is remembered."""

    most_refusals = 0

    def acquire(self) -> None:
        """Look at the refusals, as a run does before each request."""
        self.most_refusals = max(self.most_refusals, self.refusals)
        super().acquire()


class _Bounded(TurnedClock):
    """A clock that takes no wait below nothing, none above an hour, and no more of them than make a month."""

    def wait(self, seconds: float, stop: Event, why: str = "") -> None:
        """Turn the clock on, or end the run with an exception."""
        if not 0 <= seconds <= _MOST_WAIT_S or self.waited_s > _A_MONTH_S:
            raise ValueError(f"asked to wait {seconds} s")
        super().wait(seconds, stop)


_ODD = (
    "",
    ";,;",
    "-5",
    "soon",
    "1e30",
    "-1e30",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "0x10",
    "1_000",
    "3,5",
    "17, 17",
    "17, soon",
    "1767268800",
    "1767268800000",
    "99999999999999999999",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Thu, 01 Jan 2026 12:00:30 -9999",
    "Thu, 32 Jan 2026 25:61:61 GMT",
    "2026-01-01T12:00:30Z",
    "P1D",
    "9" * 5000,
    "\u0661\u0662",
    "user-hour-lim:3600;user-hour-rem:-1;",
    "user-hour-lim:-5;user-hour-rem:99999999999999999999;",
    "user-hour-lim:0;user-hour-rem:0;user-minute-lim:0;user-minute-rem:-9;",
    "user-hour-lim:abc;user-hour-rem:;;;user-minute-lim:1e9;",
    "user-hour-lim:3600;user-hour-rem:3599;, user-hour-lim:1;user-hour-rem:0;",
    "user-minute-lim:1;user-minute-rem:0;",
)
_HEADERS = ("Retry-After", "X-Rate-Limit", "both")
_BATCH = 8
_MOST_WAIT_S = 3600.0
_A_MONTH_S = 30 * 86_400.0


def _odd_values(ground: Ground) -> Tally:
    """Let refusals, or all answers, carry a header that is not as it should be; some values in one simulator."""
    clock = _Bounded()
    simulator = ground.simulator(Switches(hour_limit=None, record=False), now=clock.time, sleep=clock.sleep)
    found = NONE
    batch, header = divmod(ground.number, len(_HEADERS))
    for number, value in enumerate(_ODD[batch * _BATCH : (batch + 1) * _BATCH]):
        found += _odd_value(ground, simulator, clock, _HEADERS[header], value, number)
    return found


def _odd_value(ground: Ground, simulator: Simulator, clock: _Bounded, header: str, value: str, number: int) -> Tally:
    names = ("Retry-After", "X-Rate-Limit") if header == "both" else (header,)
    lines = tuple((name, value) for name in names)
    if header == "both":
        lines += lines  # each comes twice
    simulator.clear_faults()
    rig = Rig(ground, simulator, clock, "submit", 6, name=f"odd{number}", in_flight=1)
    simulator.add_fault(Fault("status", method="POST", nth=(2, 3, 5), status=429, headers=lines))
    simulator.add_fault(Fault("headers", headers=lines))
    try:
        code = rig.run()
    except ValueError as error:
        return wrong_if(error, f"{header}: {value[:60]!r}")
    return wrong_if(f"exit {code} {rig.error}", f"{header}: {value[:60]!r}") if code else rig.judge()


TRIALS: tuple[Trial, ...] = (
    Trial("F3/storm", "10,000 rows against a hidden limit of 300 or 60 a minute", _storm, len(_STORMS), 2),
    Trial("F4/odd", "odd values of Retry-After and X-Rate-Limit", _odd_values, len(_ODD) // _BATCH * len(_HEADERS), 1),
)
