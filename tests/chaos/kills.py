"""Trials of processes that die at every step: the same command, run again, finishes the job.

What comes in: a step, or a moment by chance. What goes out: what the service has and the report tells after a second
run. Both runs are processes of their own, killed by the machine's own clock.
"""

from __future__ import annotations

from functools import partial

from forked import processes

from chaos.dying import run_dying
from chaos.runs import KILLED, PRELOADED, ended, finished
from chaos.steps import PUSH_STEPS, SUBMIT_STEPS, Step
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from chaos.works import LIST_LAG_S, PUSH, SUBMIT, Client, Orders, orders
from gcbulk.simulator import Fault, Simulator, Switches
from jobs import kill_after

MOMENTS = 2
"""Kills of one call: they share a simulator and a journal."""
CALLS = 100
"""So many calls make the two hundred random moments of each line."""
SAMPLE = 5
"""One call of so many looks whether a third run sends nothing."""
TRIES = 4
"""How often a kill is tried that came too late, after the run's end; such a run proves nothing and does not count."""
JITTER_S = 0.008
PACE = Fault("delay", delay_s=0.004)
"""How long an answer takes, so that a kill can come before it."""
REFUSED = Switches(list_lag_s=LIST_LAG_S, hour_limit=None, record=False)
ACCEPTED = Switches(unique_identifiers=False, list_lag_s=LIST_LAG_S, hour_limit=None, record=False)
SINKING = Switches(lower_percentage_lowers=True, repeat_counts=True, hour_limit=None, record=False)
KEEPING = Switches(lower_percentage_lowers=False, repeat_counts=False, hour_limit=None, record=False)
WORLDS = {
    "push-refused": (PUSH, REFUSED, "duplicates refused"),
    "push-accepted": (PUSH, ACCEPTED, "duplicates accepted"),
    "submit-sinking": (SUBMIT, SINKING, "progress sinks, 100 % counts anew"),
    "submit-keeping": (SUBMIT, KEEPING, "the highest progress is kept"),
}
"""Each client with both behaviours of the service, of which nobody knows which is Apple's."""


def at_random(client: Client, switches: Switches, ground: Ground) -> Tally:
    """Kill at moments by chance: after so many requests, and a little more."""
    simulator = ground.simulator(switches)
    tally = NONE
    for number in range(MOMENTS):
        for attempt in range(TRIES):
            given, requests = _killed(client, simulator, ground, number * TRIES + attempt)
            if given is not None:
                sample = number == 0 and ground.number % SAMPLE == 0
                tally += finished(client, simulator, given, f"after {requests} requests", sample=sample)
                break
        else:
            tally += Tally(wrong=1, notes=(f"{TRIES} runs ended before they were killed",))
    return tally


def _killed(client: Client, simulator: Simulator, ground: Ground, number: int) -> tuple[Orders | None, int]:
    """The orders of a run that was killed, None where it ended before; and after how many requests."""
    given = orders(simulator, ground.folder, number)
    client.kind.prepare(simulator, given)
    requests, jitter_s = ground.chance.randrange(client.kind.requests + 1), ground.chance.uniform(0, JITTER_S)
    simulator.service.schedule.replace((PACE,), seed=number)
    process = processes(*PRELOADED).Process(target=run_dying, args=(client.run, given))
    killed = kill_after(process, simulator, requests, jitter_s=jitter_s)
    simulator.clear_faults()
    return given if killed else None, requests


def at_steps(client: Client, switches: Switches, steps: tuple[tuple[Step, int], ...], ground: Ground) -> Tally:
    """Die at some of the steps; one that a run never comes to is found."""
    simulator = ground.simulator(switches)
    tally, calls = NONE, -(-len(steps) // MOMENTS)
    for number, (step, row) in enumerate(steps[ground.number :: calls]):
        given = orders(simulator, ground.folder, number)
        client.kind.prepare(simulator, given)
        lost = (Fault("reset", "POST", nth=(ground.chance.randint(1, client.kind.rows),), applied=True),)
        simulator.service.schedule.replace(lost if step.lost else (), seed=number)
        code = ended(client, given, step, row)
        simulator.clear_faults()
        where = f"row {row}: {step.words}"
        tally += wrong_if(code if code != KILLED else None, f"{where}: not reached, the exit code is", cases=0)
        tally += finished(client, simulator, given, where, sample=number == 0 and ground.number % SAMPLE == 0)
    return tally


def _at_steps(key: str, steps: tuple[Step, ...]) -> Trial:
    client, switches, world = WORLDS[key]
    moments = tuple((step, row) for step in steps for row in step.rows(client.kind.rows))
    title = f"dies at each step of a {key.partition('-')[0]}; {world}"
    return Trial(f"F1/{key}-steps", title, partial(at_steps, client, switches, moments), -(-len(moments) // MOMENTS), 1)


def _at_random(key: str) -> Trial:
    client, switches, world = WORLDS[key]
    title = f"a {key.partition('-')[0]} killed at random; {world}"
    return Trial(f"F1/{key}-random", title, partial(at_random, client, switches), CALLS, 1)


TRIALS: tuple[Trial, ...] = (
    *(_at_steps(key, PUSH_STEPS if WORLDS[key][0] is PUSH else SUBMIT_STEPS) for key in WORLDS),
    *map(_at_random, WORLDS),
)
