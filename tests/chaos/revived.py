"""Trials of runs that die with a request under way and are run again at once, and of clocks that are set meanwhile.

Time is turned: a run dies at any moment of an attempt, by an exception that nothing of ours catches, so that its
request stays an intent in the journal. The service, which takes duplicates, applies that request up to the settle wait
after the death, and may list it only then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from unittest.mock import patch

from chaos.broken import ACHIEVEMENTS, TEXTS, missed
from chaos.late import Plain
from chaos.rigs import Rig
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.runs.shared.execution import ROUNDS
from gcbulk.service.clock import SteadyClock
from gcbulk.service.transport import Connection
from gcbulk.service.visibility import Opening
from gcbulk.simulator import Fault, Switches
from gcbulk.simulator.exchange import Json
from jobs import TurnedClock

ATTEMPT_S = SETTLE_S = 60.0
JUMPS_S = (3600.0, -3600.0, 86400.0, -86400.0, 20.0, -20.0)
"""By how much somebody sets the machine's clock."""
_LONG_AFTER_S = 1000.0


class SetClock(TurnedClock):
    """A turned clock that is set while it is used: its seconds go on, its time jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.off_s = 0.0

    def now(self) -> datetime:
        """The time as the machine has it."""
        return super().now() + timedelta(seconds=self.off_s)

    def time(self) -> float:
        """The time as the service has it, which nobody sets."""
        return super().now().timestamp()


class DiedError(BaseException):
    """The end of a process, as far as one can have it without ending the process."""


@contextmanager
def wounded(clock: SetClock, jump_s: float = 0.0, *, dies: bool = True) -> Iterator[None]:
    """When a request got no answer the run dies and the clock is set, or it is set a request later."""
    original = Connection.exchange
    lost: list[Call] = []

    def exchange(connection: Connection, call: Call) -> Reply | NoReply:
        result = original(connection, call)
        if lost or (dies and isinstance(result, NoReply)):
            clock.off_s = jump_s
        if isinstance(result, NoReply):
            lost.append(call)
            if dies:
                raise DiedError
        return result

    with patch.object(Connection, "exchange", exchange):
        yield


@dataclass(frozen=True, slots=True)
class _Revived:
    """A push of three achievements, or with a text each; the second request of a kind is applied late."""

    path: str
    dies: bool = True
    jumps: bool = False

    def __call__(self, ground: Ground) -> Tally:
        """Push until it is done."""
        clock, chance = SetClock(), ground.chance
        switches = Switches(unique_identifiers=False, hour_limit=None, record=False, list_lag_s=chance.choice((0, 0.4)))
        simulator = ground.simulator(switches, now=clock.time, sleep=clock.sleep)
        answer_s = chance.choice((0.0, chance.uniform(0, ATTEMPT_S), ATTEMPT_S))
        apply_s = chance.choice((0.0, chance.uniform(0, SETTLE_S), SETTLE_S - 1))
        gap_s = chance.choice((0.0, 0.0, chance.uniform(0, SETTLE_S)))
        jump_s = chance.choice(JUMPS_S) if self.jumps else 0.0
        late = Fault("late", "POST", self.path, (2,), status=0, delay_s=answer_s, apply_after_s=answer_s + apply_s)
        kind = Plain if self.path == ACHIEVEMENTS else Rig
        rig = kind(ground, simulator, clock, "push", 3)
        simulator.service.schedule.replace((late,), seed=1)
        code = self._until_done(rig, clock, jump_s, gap_s)
        found = wrong_if(clock.waited_s > (ROUNDS + 1) * SETTLE_S + gap_s, f"waited {clock.waited_s} s")
        found += wrong_if(code, f"exit code, {rig.error}") + wrong_if(missed(simulator), "did not happen")
        clock.wait(_LONG_AFTER_S, Event())
        rig.run()  # by now all is applied that ever will be
        found = replace(found + rig.judge(), cases=1)
        where = f"{late}, set by {jump_s} s, run again after {gap_s} s"
        return replace(found, notes=tuple(f"{note} ({where})" for note in found.notes))

    def _until_done(self, rig: Rig, clock: SetClock, jump_s: float, gap_s: float) -> int:
        try:
            with wounded(clock, jump_s, dies=self.dies):
                return rig.run()
        except DiedError:
            clock.wait(gap_s, Event())
            return rig.run()

    def trial(self, key: str, title: str, calls: int) -> Trial:
        """The trial of so many."""
        return Trial(key, title, self, calls, 1)


@dataclass(frozen=True, slots=True)
class _Blindly:
    """The same with a client that believes the times it finds, or the machine's clock: known to be wrong."""

    revived: _Revived

    def __call__(self, ground: Ground) -> Tally:
        """Push until it is done, in good faith."""

        def as_noted(self: Opening, sent_at: datetime, **_: Json) -> datetime:
            return sent_at

        def as_set(self: SteadyClock) -> datetime:
            return self._clock.now()

        with patch.object(Opening, "counted_from", as_noted), patch.object(SteadyClock, "now", as_set):
            return self.revived(ground)


def _planned(ground: Ground) -> Tally:
    """A plan carried out after the clock was set back, and once more: the second time something was done since."""
    clock = SetClock()
    switches = Switches(unique_identifiers=False, hour_limit=None, record=False)
    simulator = ground.simulator(switches, now=clock.time, sleep=clock.sleep)
    rig = Rig(ground, simulator, clock, "push", 1)
    found = wrong_if(rig.run(), f"exit code, {rig.error}")
    clock.off_s = JUMPS_S[ground.number % len(JUMPS_S)]
    found += wrong_if(rig.run(), f"exit code after the clock was set, {rig.error}")
    return found + rig.judge() + wrong_if(clock.waited_s > SETTLE_S, f"waited {clock.waited_s} s")


TRIALS: tuple[Trial, ...] = (
    _Revived(ACHIEVEMENTS).trial("F23/achievement", "killed at any moment of an attempt, run again at once", 30),
    _Revived(TEXTS).trial("F23/text", "killed while a localization is under way, run again at once", 30),
    _Revived(ACHIEVEMENTS, dies=False, jumps=True).trial("F24/within", "clock set by up to a day within a run", 30),
    _Revived(TEXTS, jumps=True).trial("F24/between", "killed, clock set by up to a day, run again", 30),
    Trial("F24/plan", "clock set between two runs that lost nothing", _planned, 6, 1),
    Trial("F23/blind", "run again at once, times as noted", _Blindly(_Revived(ACHIEVEMENTS)), 30, 5, control=True),
    Trial(
        "F24/blind",
        "clock set within a run, and believed",
        _Blindly(_Revived(ACHIEVEMENTS, dies=False, jumps=True)),
        30,
        10,
        control=True,
    ),
)
