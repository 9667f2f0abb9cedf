"""Trials of answers that stall: nothing comes, or a byte now and then; the attempt ends at its deadline all the same.

What comes in: nothing. What goes out: trials. The deadline is a second here in place of sixty, and what may come on
top half a second in place of five; the wires are real, and so is the time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from threading import Event
from unittest.mock import patch

from chaos.broken import ACHIEVEMENTS, SUBMISSIONS, missed, one_after_the_other
from chaos.rigs import Rig
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.service.signing import Signer
from gcbulk.service.transport import Connection
from gcbulk.simulator import Fault, Switches
from jobs import TurnedClock

DEADLINE_S, MORE_S = 1.0, 0.5
FOR_EVER_S = 600.0
CONNECTIONS = ("gcbulk.service.sender.Connection", "gcbulk.runs.shared.connection.Connection")
"""Where connections are made."""

STALLS = (
    Fault("delay", delay_s=FOR_EVER_S),
    Fault("slow", chunk_bytes=1, pause_s=0.05),
    Fault("slow", chunk_bytes=9, pause_s=0.2),
    Fault("slow", chunk_bytes=16, pause_s=FOR_EVER_S),
    Fault("slow", chunk_bytes=150, pause_s=0.9),
    Fault("slow", chunk_bytes=450, pause_s=FOR_EVER_S),
    Fault("status", status=504, delay_s=FOR_EVER_S),
    Fault("reset", applied=True, delay_s=FOR_EVER_S),
    Fault("truncate", at_byte=300, delay_s=FOR_EVER_S),
    Fault("late", delay_s=FOR_EVER_S, apply_after_s=20),
)
"""Nothing at all; a drip; the status line, some headers, some of the body and then nothing; an end that never comes."""


class _Timed(Connection):
    """A connection with a shorter deadline, which notes how long each attempt took."""

    times_s: list[float]

    def __init__(self, base_url: str, signer: Signer) -> None:
        super().__init__(base_url, signer, attempt_s=DEADLINE_S)

    def exchange(self, call: Call) -> Reply | NoReply:
        """Send a call, and note the time that it took."""
        began = time.monotonic()
        try:
            return super().exchange(call)
        finally:
            self.times_s.append(time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Stalled:
    """A batch of requests of one kind that stall, each in another way."""

    verb: str
    method: str
    path: str
    count: int

    def __call__(self, ground: Ground) -> Tally:
        """Push or submit while they stall."""
        clock = TurnedClock()
        switches = Switches(unique_identifiers=False, hour_limit=None, record=False)
        simulator = ground.simulator(switches, now=clock.time)
        stalls = STALLS[ground.number * self.count :][: self.count]
        rig = Rig(ground, simulator, clock, self.verb, 1 + len(stalls), in_flight=len(stalls))
        if self.method == "GET":
            rig.run()
            clock.wait(1000, Event())
        faults = [replace(one, method=self.method) for one in stalls]
        simulator.service.schedule.replace(one_after_the_other(faults, self.path), seed=1)
        took_s: list[float] = []

        class Timed(_Timed):
            times_s = took_s

        for place in CONNECTIONS:
            ground.stack.enter_context(patch(place, Timed))
        code = rig.run()
        found = rig.judge() + wrong_if(code, f"exit code, {rig.error}") + wrong_if(missed(simulator), "did not happen")
        late = [one for one in took_s if one > DEADLINE_S + MORE_S]
        found += wrong_if(late, f"seconds of an attempt that may take {DEADLINE_S}")
        found += wrong_if(sum(one > 0.9 * DEADLINE_S for one in took_s) < len(faults), "too few of them stalled")
        return replace(found, cases=len(faults))


TRIALS: tuple[Trial, ...] = (
    Trial("F6/achievements", "answer to an achievement stalls", _Stalled("push", "POST", ACHIEVEMENTS, 5), 2, 1),
    Trial("F6/submissions", "answer to a submission stalls", _Stalled("submit", "POST", SUBMISSIONS, 10), 1, 1),
    Trial("F6/reads", "answer to a read stalls", _Stalled("push", "GET", "/localizations$", 5), 2, 1),
)
