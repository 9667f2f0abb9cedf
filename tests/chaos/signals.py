"""Trials of signals and of two runs at once: real processes, by the machine's clock.

A push and a submission of the same size take turns, and so do SIGINT and SIGTERM. The moment of a signal is counted in
requests that have reached the service, with a jitter, so that a busy machine does not move it.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from submit_jobs import SubmitJob, progress

from chaos.commands import Command, Gate, run, start
from chaos.judging import judge_created, judge_submitted
from chaos.trials import Ground, Tally, Trial, total, wrong_if
from gcbulk.service.clock import SystemClock
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job
from shell import service_options

KINDS = ("gameCenterAchievements", "gameCenterAchievementLocalizations")
ROWS, FEW = 16, 4
"""Rows of a job, each of which takes one write: as many as a signal needs to find something left, and as few."""
LEAST_READS = 3
"""What a push reads first; a submission reads no more than that."""
IN_FLIGHT = {"push": 1, "submit": 3}
PAIRS, SIGNALS, DOUBLES = 2, 4, 2
"""Cases of a batch: a push and a submission each, and with single signals each with both of them."""
AT_ONCE_S = 5.0
"""What "at once" means: long enough for a busy machine to start Python, and far shorter than anything waited for."""
TRIES = 3
LOCKED = 6
NOTICE = "again to leave at once"


@dataclass(frozen=True, slots=True)
class Task:
    """One file with an app of its own, and the command that sends it.

    Args:
        verb: "push" or "submit".
        app: the app's bundle id.
        folder: the file's.
        arguments: the command's.
        simulator: whom it talks to.
        rows: how many rows the file has.
    """

    verb: str
    app: str
    folder: Path
    arguments: tuple[object, ...]
    simulator: Simulator
    rows: int

    def told(self) -> dict[str, tuple[str, str]]:
        """The report's outcome and id of each key."""
        with ExitStack() as stack:
            if self.verb == "push":
                lines = Job(self.folder, None, stack).lines()  # type: ignore[arg-type]
            else:
                lines = SubmitJob(self.folder, SystemClock(), stack).lines().to_dict("records")
        return {str(line["Key"]): (str(line["Outcome"]), str(line["Id"] or "")) for line in lines}

    def applied(self) -> dict[str, list[str]]:
        """What truly took effect: the ids of each key."""
        ledger, found = self.simulator.ledger, dict[str, list[str]]()
        if self.verb == "push":
            pairs = [(one.key, one.id) for one in ledger.created if one.type in KINDS]
            pairs = [pair for pair in pairs if pair[0].startswith(f"{self.app}.")]
        else:
            mine = [one for one in ledger.submitted if one.bundle_id == self.app]
            pairs = [(f"{one.player} / {one.vendor_identifier}", one.id) for one in mine]
        for key, identity in pairs:
            found.setdefault(key, []).append(identity)
        return found

    def judge(self) -> Tally:
        """Judge the end of the job: everything once, and the report's ids right."""
        told = {key: identity for key, (_, identity) in self.told().items()}
        ledger = self.simulator.ledger
        if self.verb == "push":
            ids = [f"{self.app}.a{n}" for n in range(self.rows // 2)]
            made = [one for one in ledger.created if one.type in KINDS and one.key.startswith(f"{self.app}.")]
            return judge_created(made, told, [*ids, *(f"{one} / en-US" for one in ids)])
        mine = [one for one in ledger.submitted if one.bundle_id == self.app]
        pairs: dict[tuple[str, str], str] = {}
        for key, identity in told.items():
            player, _, achievement = key.partition(" / ")
            pairs[player, achievement] = identity
        wanted = {
            (player, achievement): percent for player, achievement, percent in progress(self.rows, achievement="one")
        }
        return judge_submitted(mine, pairs, wanted)


def _task(ground: Ground, simulator: Simulator, number: int, rows: int = ROWS) -> Task:
    """Write a file for an app of its own; every other one is of submissions."""
    verb = ("push", "submit")[number % 2]
    app, folder = f"com.example.s{number}", ground.folder / f"task{number}"
    folder.mkdir()
    ids = simulator.add_app(bundle_id=app)
    more: tuple[object, ...] = ("--yes", "--json", "--bundle-id", app, "--requests-per-minute", 100_000)
    if verb == "push":
        file = Job(folder, None, ground.stack).fill_plain(rows // 2, prefix=app)  # type: ignore[arg-type]
        more = (*more, "--settle-wait", 0)
    else:
        simulator.add_achievement("one", owner=ids.detail)
        file = SubmitJob(folder, SystemClock(), ground.stack).fill(progress(rows, achievement="one"))
        more = (*more, "--max-in-flight", IN_FLIGHT[verb])
    more = (*more, "--journal", ground.folder / "state" / "journal.sqlite3")
    return Task(verb, app, folder, (verb, file, *service_options(simulator), *more), simulator, rows)


def _gated(ground: Ground, fault: Fault) -> tuple[Simulator, Gate]:
    gate = Gate()
    switches = Switches(hour_limit=None, record=False, unique_identifiers=False, faults=(fault,))
    return ground.simulator(switches, sleep=gate.sleep), gate


def _pairs(ground: Ground) -> Tally:
    """Begin two runs of the same command together; the service answers nobody until one has ended."""
    simulator, gate = _gated(ground, Fault("delay", delay_s=0.001))
    return total(_pair(ground, _task(ground, simulator, number, FEW), gate) for number in range(PAIRS))


def _pair(ground: Ground, task: Task, gate: Gate) -> Tally:
    before, gate.closed_from = gate.arrived, gate.arrived + 1
    at = time.monotonic() + 0.02
    offset_s = ground.chance.choice([0, 0, ground.chance.uniform(0, 0.05)])
    both = [start(task.arguments, task.folder / name, at=at + n * offset_s) for n, name in enumerate("ab")]
    both[0].wait_until(lambda: not both[1].process.is_alive())
    took_s = _quickest(task, [one for one in both if not one.process.is_alive()])
    reached = gate.arrived - before
    gate.closed_from = None
    codes = [one.end() for one in both]
    if sorted(map(str, codes)) != ["0", str(LOCKED)]:
        return wrong_if(f"exit codes {codes}, {both[0].err!r}, {both[1].err!r}", task.app)
    second = both[codes.index(LOCKED)]
    asked, counted = gate.arrived - before, second.out.get("requests")
    found = {
        f"{reached} requests, though one run alone was let in": reached > 1,
        f"the second took {took_s:.2f} s": took_s > AT_ONCE_S,
        f"the second counted {counted} requests": bool(counted),
        f"{asked} requests in all": asked > LEAST_READS + FEW,
    }
    return wrong_if([said for said, is_so in found.items() if is_so], task.app) + _uncounted(task.judge())


def _quickest(task: Task, left: Sequence[Command]) -> float:
    """How long a run takes to leave while the other one goes on: a busy machine delays some, a wait delays all."""
    took_s = min((one.took_s for one in left if one.end() == LOCKED), default=0.0)
    for number in range(TRIES):
        if took_s > AT_ONCE_S:
            again = start(task.arguments, task.folder / f"again{number}")
            again.end()
            took_s = min(took_s, again.took_s)
    return took_s


def _signals(ground: Ground) -> Tally:
    """Send a signal at a random moment, look at the report, then run the same command again."""
    simulator, gate = _gated(ground, Fault("delay", method="POST", delay_s=0.003, spread_s=0.006))
    tallies, interrupted = [], 0
    for number in range(SIGNALS):
        task = _task(ground, simulator, number)
        sent = (signal.SIGINT, signal.SIGTERM)[(number // 2) % 2]
        before, after = gate.arrived, ground.chance.randrange(1, ROWS - 3)
        command = start(task.arguments, task.folder / "first")
        command.wait_until(_has_reached(gate, before + after))
        time.sleep(ground.chance.uniform(0, 0.008))
        command.send(sent)
        noticed = command.wait_until(lambda command=command: NOTICE in command.err)  # type: ignore[misc]
        at_notice = gate.arrived
        code = command.end()
        interrupted += noticed
        new, wanted = gate.arrived - at_notice, 128 + sent if noticed else 0
        found = [
            *([f"exit code {code} after signal {sent}"] if code != wanted else []),
            *([f"{new} sent after the signal"] if new > IN_FLIGHT[task.verb] else []),
            *_untrue(task),
        ]
        tallies.append(wrong_if([*found, command.err] if found else [], f"{task.verb} {number}") + _finished(task))
    few = [] if interrupted else ["no run was interrupted"]
    return total(tallies) + wrong_if(few, "moments", cases=0)


def _doubles(ground: Ground) -> Tally:
    """Send two signals while the service holds its answers back: the second one leaves without waiting for them."""
    simulator, gate = _gated(ground, Fault("delay", method="POST", delay_s=0.001))
    tallies = []
    for number in range(DOUBLES):
        task = _task(ground, simulator, number)
        signals = [ground.chance.choice([signal.SIGINT, signal.SIGTERM]) for _ in range(2)]
        gate.closed_from = gate.arrived + ground.chance.randrange(1, ROWS)
        command = start(task.arguments, task.folder / "first")
        held = command.wait_until(_has_reached(gate, gate.closed_from))
        command.send(signals[0])
        noticed = command.wait_until(lambda command=command: NOTICE in command.err)  # type: ignore[misc]
        began = time.monotonic()
        command.send(signals[1])
        code = command.end()
        took_s, gate.closed_from = time.monotonic() - began, None
        found = [] if held and noticed and code == 128 + signals[1] and took_s <= AT_ONCE_S else [code, took_s]
        tallies.append(wrong_if([*found, command.err] if found else [], f"{task.verb} {number}") + _finished(task))
    return total(tallies)


def _has_reached(gate: Gate, count: int) -> Callable[[], bool]:
    return lambda: gate.arrived >= count


def _untrue(task: Task) -> list[Json]:
    """Where the report of a run that was interrupted differs from what took effect."""
    told, applied = task.told(), task.applied()
    right = {key: ("created", ids[0]) for key, ids in applied.items()}
    wanted = {key: right.get(key, ("not_attempted", "")) for key in told}
    differing = [(key, told[key], wanted[key]) for key in told if told[key] != wanted[key]]
    return [*differing, *([f"{len(told)} lines"] if len(told) != ROWS else []), *(applied.keys() - told.keys())]


def _finished(task: Task) -> Tally:
    """Run the same command again, and judge the end of the job; no case of its own."""
    code, said = run(task.arguments)
    return wrong_if([code, said] if code else [], f"{task.app} again", cases=0) + _uncounted(task.judge())


def _uncounted(tally: Tally) -> Tally:
    return Tally(0, tally.lost, tally.duplicated, tally.wrong, tally.notes)


TRIALS: tuple[Trial, ...] = (
    Trial("F14/pairs", "two runs at once: the second leaves, exit 6, no request", _pairs, calls=25, short=1),
    Trial("F15/signals", "Ctrl-C or SIGTERM at a random moment of a run", _signals, calls=25, short=1),
    Trial("F15/twice", "a second signal, while answers are outstanding", _doubles, calls=10, short=1),
)
