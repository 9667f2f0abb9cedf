"""Trials of answers that break off: each byte of an answer is the last one of some request.

What comes in: nothing. What goes out: trials. Many requests of one run break off, each at another byte; what was not
answered has to be found by a look-up, and sent again only where it is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chaos.rigs import Rig
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import TurnedClock, occurred

ANSWER_BYTES = 600
"""Every offset below this; the simulator's answers are longer, so that none of them arrives whole."""
UNBROKEN_EVERY = 10
"""After so many answers that cannot be used one is right: a run takes nothing but failures for an outage and stops."""
ACHIEVEMENTS, TEXTS, SUBMISSIONS = "gameCenterAchievements$", "Localizations$", "Submissions$"

_ENDS = [
    Fault(kind, "POST", at_byte=at, applied=applied)
    for at in range(ANSWER_BYTES)
    for kind in ("truncate", "reset")
    for applied in (True, False)
]


def start(ground: Ground, **switches: Json) -> tuple[Simulator, TurnedClock]:
    """Start a simulator by a turned clock; unless told otherwise it accepts duplicates, so that each one shows."""
    clock = TurnedClock()
    settings: dict[str, Json] = {"unique_identifiers": False, "hour_limit": None, "record": False, **switches}
    return ground.simulator(Switches(**settings), now=clock.time, sleep=clock.sleep), clock


def one_after_the_other(faults: Sequence[Fault], path: str, *, every: int = UNBROKEN_EVERY) -> tuple[Fault, ...]:
    """The faults, for one request of the path after the other, with a right answer after each few."""
    return tuple(replace(fault, path=path, nth=(1 + at // every,)) for at, fault in enumerate(faults))


def rows_for(faults: Sequence[Fault]) -> int:
    """As many rows as it takes for all faults to happen."""
    return len(faults) + len(faults) // UNBROKEN_EVERY + 1


def missed(simulator: Simulator) -> list[Fault]:
    """The faults that did not happen, so that a trial would prove nothing."""
    return [fault for fault in simulator.service.schedule.faults if not simulator.service.schedule.struck[fault]]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A batch of broken answers, for one kind of request."""

    verb: str
    path: str
    count: int

    def __call__(self, ground: Ground) -> Tally:
        """Push or submit, with each offset of the batch once."""
        simulator, clock = start(ground)
        faults = _ENDS[ground.number * self.count : (ground.number + 1) * self.count]
        # A submission is sent again at once: with one in flight, each is broken off once and then goes through.
        every = UNBROKEN_EVERY if self.verb == "push" else 1
        simulator.service.schedule.replace(one_after_the_other(faults, self.path, every=every), seed=1)
        rig = Rig(ground, simulator, clock, self.verb, rows_for(faults), in_flight=1)
        code = rig.run()
        tally = rig.judge() + wrong_if(code, f"exit code: {rig.error}") + wrong_if(missed(simulator), "did not happen")
        outcomes = occurred(rig.result.outcomes) if rig.result else {}
        adopted = sum(fault.applied for fault in faults) if self.verb == "push" else 0
        return replace(
            tally + wrong_if(outcomes.get("adopted", 0) != adopted and outcomes, f"adopted, if not {adopted}"),
            cases=len(faults),
        )

    def trial(self, key: str, title: str) -> Trial:
        """The trial of all offsets."""
        return Trial(key, title, self, -(-len(_ENDS) // self.count), 1)


TRIALS: tuple[Trial, ...] = (
    _Broken("push", ACHIEVEMENTS, 40).trial("F7/achievements", "answer to an achievement cut or reset at byte 0-599"),
    _Broken("push", TEXTS, 40).trial("F7/texts", "answer to a localization cut or reset at byte 0-599"),
    _Broken("submit", SUBMISSIONS, 120).trial("F7/submissions", "answer to a submission cut or reset at byte 0-599"),
)
