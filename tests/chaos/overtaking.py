"""Trials of an older submission without an answer, applied while or after a newer one is sent by the next run.

A newer value that is overtaken counts as duplicated: the older one took effect once more than it may. The control is
the same client without the wait.
"""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest
from submit_jobs import SubmitJob, player

from chaos.rigs import Rig
from chaos.trials import Ground, Tally, Trial
from gcbulk.simulator import Fault, Switches
from jobs import TurnedClock

SETTLE_S = 60.0
_CASES = 20
_LONG_AFTER_S = 1000.0


def _overtaken(ground: Ground) -> Tally:
    """Send 40 % and get no answer, or one to a later attempt; then 60 % at once, by the next run."""
    clock, chance = TurnedClock(), ground.chance
    simulator = ground.simulator(Switches(hour_limit=None), now=clock.time, sleep=clock.sleep)
    rig = Rig(ground, simulator, clock, "submit", 2, in_flight=1)
    late = Fault("late", "POST", status=500, apply_after_s=chance.uniform(1, SETTLE_S - 1), times=chance.choice((1, 6)))
    simulator.add_fault(late)
    rig.run()
    simulator.clear_faults()
    SubmitJob(rig.folder, clock, ground.stack).fill([(player(n), rig.achievement, 60) for n in range(2)])
    rig._read = None
    code = rig.run()
    clock.wait(_LONG_AFTER_S, Event())
    rig.run()
    last = {one.player: one.value for one in simulator.ledger.submitted}
    wrong = sum(value != 60 for value in last.values())
    notes = (f"{last} {late}",) if wrong or code else ()
    return Tally(duplicated=wrong, wrong=int(code != 0), notes=notes)


def _without_the_wait(ground: Ground) -> Tally:
    """The same, by a client that sends what is newer at once."""

    def nothing_waits(subjects: np.ndarray, *_: object) -> np.ndarray:
        return np.zeros(len(subjects), dtype=bool)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gcbulk.runs.shared.submission_queue.has_to_wait", nothing_waits)
        return _overtaken(ground)


TRIALS: tuple[Trial, ...] = (
    Trial("F27/values", "an older submission is applied late, a newer one sent at once", _overtaken, _CASES, 1),
    Trial("F27/control", "the same without the wait", _without_the_wait, _CASES, 2, control=True),
)
