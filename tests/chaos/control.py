"""Trials of the client that must fail, beside ours under the very same harness.

What comes in: a client. What goes out: what the judge finds. Where nothing goes wrong it must find nothing in the
blind client either; where a run is killed, or an answer is lost, it must.
"""

from __future__ import annotations

from functools import partial

from chaos import blind, works
from chaos.kills import ACCEPTED, CALLS, MOMENTS, SINKING, at_random
from chaos.runs import ended, finished
from chaos.trials import NONE, Ground, Tally, Trial
from chaos.works import Client, orders
from gcbulk.simulator import Fault, Switches

LOST = ("reset", "truncate", "status")
"""How an answer is lost after the request was applied; an error 500 is an answer, and a wrong one."""
_NAMES = {"push": (works.PUSH, blind.PUSH, ACCEPTED), "submit": (works.SUBMIT, blind.SUBMIT, SINKING)}


def calm(client: Client, switches: Switches, ground: Ground) -> Tally:
    """Let nothing go wrong at all."""
    simulator = ground.simulator(switches)
    tally = NONE
    for number in range(MOMENTS):
        given = orders(simulator, ground.folder, number)
        client.kind.prepare(simulator, given)
        ended(client, given)
        tally += finished(client, simulator, given, f"run {number}", sample=True)
    return tally


def without_answers(client: Client, switches: Switches, ground: Ground) -> Tally:
    """Apply a request and lose its answer, each time in another way; then the same command once more."""
    simulator = ground.simulator(switches)
    given = orders(simulator, ground.folder, 0)
    client.kind.prepare(simulator, given)
    row, kind = ground.chance.randint(1, client.kind.rows), LOST[ground.number % len(LOST)]
    fault = Fault(kind, "POST", nth=(row,), applied=True, status=None, at_byte=ground.chance.randrange(300))
    simulator.service.schedule.replace((fault,), seed=ground.number)
    ended(client, given)
    struck = sum(simulator.service.schedule.struck.values())
    simulator.clear_faults()
    tally = finished(client, simulator, given, f"row {row}: {kind}", sample=False)
    return tally if struck else tally + Tally(0, wrong=1, notes=(f"row {row}: {kind}: no answer was lost",))


# What a kill at random does to the blind client needs many kills to show; in the tests a lost answer shows it at once.
def _trials(name: str) -> tuple[Trial, ...]:
    ours, theirs, switches = _NAMES[name]
    killed, lost = partial(at_random, theirs, switches), partial(without_answers, theirs, switches)
    return (
        Trial(
            f"F1/blind-calm-{name}", f"a blind {name} where nothing goes wrong", partial(calm, theirs, switches), 10, 0
        ),
        Trial(f"F2/lost-{name}", f"a {name} that loses an answer", partial(without_answers, ours, switches), 12, 1),
        Trial(f"F1/blind-{name}", f"a blind {name} killed at random", killed, CALLS, 0, control=True),
        Trial(f"F2/blind-{name}", f"a blind {name} that loses an answer", lost, 30, 3, control=True),
    )


TRIALS: tuple[Trial, ...] = tuple(trial for name in _NAMES for trial in _trials(name))
