"""Trials of services that go away, clocks that are wrong, and keys that end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from threading import Lock

import pytest

from chaos.rigs import VERBS, Rig
from chaos.trials import Ground, Tally, Trial
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.service.transport import Connection
from gcbulk.simulator import Fault, Simulator, Switches, running
from jobs import TurnedClock

_ROWS = 20
_IN_FLIGHT = 6
_MOST_REQUESTS = 60
_OUTAGES: Mapping[str, Fault] = {
    "503": Fault("status", status=503),
    "502 that are applied": Fault("status", status=502, applied=True),
    "500 with a wait": Fault("status", status=500, retry_after="120"),
    "resets": Fault("reset"),
    "resets of what is applied": Fault("reset", applied=True),
    "half answers": Fault("truncate", at_byte=40, applied=True),
    "a page of HTML": Fault("body", garbage="html"),
    "applied late": Fault("late", apply_after_s=20.0, status=504),
}
_BEGINS = (0, 3, 9, 17)
"""How many requests are answered before: from none, not even a look-up, to well into the rows."""


class _Attempts:
    """Counts every attempt, whether it reaches anybody or not, and can do something at one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int = -1, do: Callable[[], object] = lambda: None) -> None:
        self.count = 0
        self._lock = Lock()
        real, self._at, self._do = Connection.exchange, at, do

        def exchange(connection: Connection, call: Call) -> Reply | NoReply:
            self._one_more()
            return real(connection, call)

        patch.setattr(Connection, "exchange", exchange)

    def _one_more(self) -> None:
        with self._lock:
            if self.count == self._at:
                self._do()
            self.count += 1


def _outages(ground: Ground) -> Tally:
    """A form of outage, from one moment on, for one verb."""
    name, verb, begins = tuple(product(_OUTAGES, VERBS, _BEGINS))[ground.number]
    clock = TurnedClock()
    simulator = ground.simulator(Switches(hour_limit=None, record=False), now=clock.time, sleep=clock.sleep)
    return _outage(Rig(ground, simulator, clock, verb, _ROWS), begins, name)


def _outage(rig: Rig, begins: int, name: str) -> Tally:
    rig.simulator.add_fault(replace(_OUTAGES[name], after=begins))
    with pytest.MonkeyPatch.context() as patch:
        attempts = _Attempts(patch)
        code = rig.run()
    rig.simulator.clear_faults()
    if code == 4 and rig.result is not None and not rig.result.outcomes["not_attempted"]:
        code = 7  # there was nothing left to stop before: every row was sent, and some are unknown
    return _resumed(rig, code, attempts.count - begins, f"{name} after {begins}")


def _resumed(rig: Rig, code: int, tried: int, what: str) -> Tally:
    """A run that stopped soon with exit 7, and a next one that finishes."""
    again = rig.run()
    judged = rig.judge() if rig.result is not None else Tally(lost=rig.rows, notes=(str(rig.error),))
    found = [
        (code != 7, f"exit {code}"),
        (tried > _MOST_REQUESTS, f"{tried} requests"),
        (again != 0, f"the next run ended with {again}"),
    ]
    notes = tuple(f"{what}: {note}" for is_so, note in found if is_so)
    return replace(judged, wrong=judged.wrong + len(notes), notes=(*notes, *judged.notes))


def _refused(ground: Ground) -> Tally:
    """Let nobody listen any more at some attempt; later the service is back at the same address, as it was."""
    clock, state = TurnedClock(), ground.folder / "service"
    verb = VERBS[ground.number % 2]
    options = {"key_dir": ground.folder / "private_keys", "state": state, "now": clock.time, "sleep": clock.sleep}
    life = running(Switches(hour_limit=None, record=False), **options)  # type: ignore[arg-type]
    simulator = life.__enter__()
    rig = Rig(ground, simulator, clock, verb, _ROWS)
    begins = ground.chance.randrange(20)
    with pytest.MonkeyPatch.context() as patch:
        attempts = _Attempts(patch, at=begins, do=lambda: life.__exit__(None, None, None))
        code = rig.run()
    port = int(simulator.base_url.rpartition(":")[2])
    rig.simulator = ground.simulator(Switches(hour_limit=None, record=False), port=port, **options)
    return _resumed(rig, code, attempts.count - begins, f"nobody listens after {begins}")


_SKEWS_S = (-86_400, -3_600, -900, -30, 900, 3_600, 86_400)


def _skewed(ground: Ground) -> Tally:
    """Let this machine's clock be wrong by so much."""
    verb, skew_s = tuple(product(VERBS, _SKEWS_S))[ground.number]
    clock = TurnedClock()
    switches = Switches(hour_limit=None, record=False, clock_offset_s=float(skew_s))
    rig = Rig(ground, ground.simulator(switches, now=clock.time, sleep=clock.sleep), clock, verb, _ROWS)
    code, refused = rig.run(), _answers(rig, 401)
    found = [(code != 0, f"exit {code} {rig.error}"), (refused > 1, f"{refused} times 401")]
    return _judged(rig, found, f"{skew_s} s")


def _answers(rig: Rig, status: int) -> int:
    return sum(count for (_, _, found), count in rig.simulator.ledger.requests.items() if found == status)


def _judged(rig: Rig, found: list[tuple[bool, str]], what: str) -> Tally:
    judged = rig.judge() if rig.result is not None else Tally(lost=rig.rows)
    notes = tuple(f"{what}: {note}" for is_so, note in found if is_so)
    return replace(judged, wrong=judged.wrong + len(notes), notes=(*notes, *judged.notes))


_LONG_S = 8 * 3600.0


def _long(ground: Ground) -> Tally:
    """Let a run take more than eight hours by a limit of twenty requests an hour; a token lives twenty minutes."""
    clock = TurnedClock()
    switches = Switches(hour_limit=20, record=False)
    simulator = ground.simulator(switches, now=clock.time, sleep=clock.sleep)
    rows, verb = (80, "push") if ground.number % 2 else (170, "submit")
    rig = Rig(ground, simulator, clock, verb, rows, in_flight=1, limits=None)
    code, refused = rig.run(), _answers(rig, 401)
    found = [
        (code != 0, f"exit {code} {rig.error}"),
        (clock.monotonic() < _LONG_S, f"it took only {clock.monotonic():.0f} s"),
        (refused > 0, f"{refused} times 401"),
    ]
    return _judged(rig, found, verb)


def _revoked(ground: Ground) -> Tally:
    """Revoke the key before some request: it stops, and with another key the next run finishes."""
    verb = VERBS[ground.number % 2]
    in_flight = (1, _IN_FLIGHT)[ground.number // 2 % 2]
    clock = TurnedClock()
    simulator = ground.simulator(Switches(hour_limit=None, record=False), now=clock.time, sleep=clock.sleep)
    rig = Rig(ground, simulator, clock, verb, _ROWS, in_flight=in_flight)
    begins = ground.chance.randrange(18)
    with pytest.MonkeyPatch.context() as patch:
        attempts = _Attempts(patch, at=begins, do=simulator.revoke_key)
        code = rig.run()
    after, sent = attempts.count - begins, len(rig.applied())
    most = 2 if verb == "push" else 1 + in_flight
    _admit_again(simulator)
    again = rig.run()
    found = [
        (code != (7 if sent else 2), f"exit {code}, {sent} sent"),
        (after > most, f"{after} requests after the key was revoked"),
        (again != 0, f"the next run ended with {again}"),
    ]
    return _judged(rig, found, f"{verb}, {in_flight} in flight, after {begins}")


def _admit_again(simulator: Simulator) -> None:
    simulator.service.verifier.keys[simulator.key_id] = simulator.key


TRIALS: tuple[Trial, ...] = (
    Trial(
        "F5/outage",
        "the service stops to answer, in eight ways",
        _outages,
        len(_OUTAGES) * len(VERBS) * len(_BEGINS),
        2,
    ),
    Trial("F5/refused", "nobody listens at the service's address any more", _refused, 10, 1),
    Trial("F9/skew", "the clock is wrong by up to a day, either way", _skewed, len(VERBS) * len(_SKEWS_S), 2),
    Trial("F10/long", "eight hours of sending, in which tokens expire", _long, 2, 1),
    Trial("F10/revoked", "the key is revoked before request N", _revoked, 20, 4),
)
