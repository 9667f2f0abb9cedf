"""Runs of a client, each in a process of its own, and the judgement after the last of them.

What comes in: a client, its orders, and perhaps where it dies. What goes out: an exit code, or a `Tally`.
"""

from __future__ import annotations

from forked import processes

from chaos.dying import run_dying
from chaos.steps import Step
from chaos.trials import Tally, wrong_if
from chaos.works import Client, Orders
from gcbulk.simulator import Simulator

KILLED = -9
"""The exit code of a process that `SIGKILL` ended."""
PRELOADED = ("chaos.works", "chaos.dying", "chaos.pictures", "chaos.blind")


def ended(client: Client, given: Orders, step: Step | None = None, row: int = 0) -> int | None:
    """Run a client in a process until it ends, or dies at a step; the exit code."""
    process = processes(*PRELOADED).Process(target=run_dying, args=(client.run, given, step, row))
    process.start()
    process.join()
    return process.exitcode


def finished(client: Client, simulator: Simulator, given: Orders, where: str, *, sample: bool) -> Tally:
    """Run the same command again, to its end, and judge; for a sample once more, which must send nothing."""
    code = ended(client, given)
    if code != 0:
        return Tally(wrong=1, notes=(f"{where}: the second run ended with {code}",))
    tally = client.kind.judge(simulator, given, client.told(given))
    tally += wrong_if(simulator.unhandled, f"{where}: requests that are none", cases=0)
    if sample:
        before = simulator.ledger.writes()
        again = (ended(client, given), simulator.ledger.writes() - before)
        tally += wrong_if(again if again != (0, 0) else None, f"{where}: the third run's exit and writes", cases=0)
    return Tally(1, tally.lost, tally.duplicated, tally.wrong, tuple(f"{where}: {note}" for note in tally.notes))
