"""Trials of requests that were sent, got no usable answer, and are applied or listed only later.

What comes in: nothing. What goes out: trials. Time is turned, so that minutes take none; an attempt takes its time all
the same, for the simulator's delays turn the clock as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

from chaos.broken import ACHIEVEMENTS, SUBMISSIONS, TEXTS, missed, one_after_the_other, start
from chaos.judging import judge_created
from chaos.rigs import KINDS, Rig, lines_of
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from gcbulk.simulator import Fault
from jobs import Job, TurnedClock, occurred

ATTEMPT_S = SETTLE_S = 60.0
"""How long an attempt takes at most, and how long after it a look-up is believed: gcbulk's own figures."""
PUSHES_A_CALL, SUBMISSIONS_A_CALL = 1, 30
_LONG_AFTER_S = 1000.0


@dataclass(frozen=True, slots=True)
class Late:
    """What happens to one request: no usable answer after a while, applied after a while, listed after a while.

    Args:
        answer_s: until the connection breaks, or an error comes; at most as long as an attempt may take.
        status: of the error; 0 for none, the connection breaks.
        apply_s: until it is applied, counted from the same moment.
        lag_s: until a list shows what was made, counted from then.
    """

    answer_s: float
    status: int
    apply_s: float
    lag_s: float

    def fault(self, path: str) -> Fault:
        """The fault that does it to the second request of the path."""
        late = Fault("late", "POST", path, (2,), status=self.status)
        return replace(late, delay_s=self.answer_s, apply_after_s=self.apply_s)


def _within(ground: Ground) -> Late:
    """Applied up to twice an attempt's time after it was sent, and listed before the look-up is believed."""
    chance = ground.chance
    answer_s = chance.choice((0.0, chance.uniform(0, ATTEMPT_S), ATTEMPT_S))
    apply_s = chance.choice((0.0, chance.uniform(0, answer_s + SETTLE_S), answer_s + SETTLE_S - 1))
    most_s = min(answer_s + SETTLE_S - apply_s - 0.5, SETTLE_S)
    return Late(answer_s, chance.choice((0, 500, 502, 503, 504)), apply_s, chance.choice((0.0, most_s)))


def _beyond(ground: Ground) -> Late:
    """Listed only after a look-up was believed that did not show it."""
    chance = ground.chance
    lag_s = chance.uniform(4 * SETTLE_S, 10 * SETTLE_S)
    return Late(chance.uniform(0, ATTEMPT_S), chance.choice((0, 504)), chance.uniform(0, ATTEMPT_S), lag_s)


class Plain(Rig):
    """Achievements without texts: a text that waits for its achievement would make the settle wait longer."""

    def __post_init__(self) -> None:
        """Make the app, and the file."""
        Rig.__post_init__(self)
        Job(self.folder, self.clock, self.ground.stack).fill_plain(  # type: ignore[arg-type]
            self.rows, locales=(), prefix=self.bundle_id
        )

    def judge(self) -> Tally:
        """Hold the last report against the ledger."""
        made = [one for one in self.simulator.ledger.created if one.key.startswith(f"{self.bundle_id}.")]
        wanted = [f"{self.bundle_id}.a{number}" for number in range(self.rows)]
        return judge_created([one for one in made if one.type == KINDS[0]], self.told(), wanted)


@dataclass(frozen=True, slots=True)
class _Pushed:
    """Pushes of two achievements, or with a text each, a case at a time; the last request of its kind is late."""

    path: str
    late: Callable[[Ground], Late]
    judge: Callable[[Rig, TurnedClock], Tally]
    unique: bool

    def __call__(self, ground: Ground) -> Tally:
        """Push a batch."""
        simulator, clock = start(ground, unique_identifiers=self.unique)
        found = NONE
        for number in range(PUSHES_A_CALL):
            late = self.late(ground)
            kind = Plain if self.path == ACHIEVEMENTS else Rig
            rig = kind(ground, simulator, clock, "push", 2, name=f"late{number}")
            simulator.change(list_lag_s=late.lag_s)
            simulator.service.schedule.replace((late.fault(self.path),), seed=1)
            tally = self.judge(rig, clock) + wrong_if(missed(simulator), "did not happen")
            found += replace(tally, cases=1, notes=tuple(f"{note} ({late})" for note in tally.notes))
        return found

    def trial(self, key: str, title: str, calls: int) -> Trial:
        """The trial of so many batches."""
        return Trial(key, title, self, calls, 1)


def _finished(rig: Rig, clock: TurnedClock) -> Tally:
    """One run does it all, whatever comes to light afterwards, and the next one finds nothing to do."""
    code = rig.run()
    clock.wait(_LONG_AFTER_S, Event())
    found = rig.judge() + wrong_if(code, f"exit code, {rig.error}")
    code = rig.run()
    return found + rig.judge() + wrong_if(code or _outcomes(rig).keys() - {"unchanged", "adopted"}, "the next run")


def _told_unknown(rig: Rig, clock: TurnedClock) -> Tally:
    """What no look-up showed is told as unknown, exit code 4; when it shows, the next run finishes the job."""
    code = rig.run()
    found = _no_claim_is_wrong(rig) + wrong_if(code != 4 or _outcomes(rig).keys() - _OPEN, f"exit {code}, not unknown")
    clock.wait(_LONG_AFTER_S, Event())
    code = rig.run()
    return found + rig.judge() + wrong_if(code, f"exit code of the next run, {rig.error}")


def _told_afterwards(rig: Rig, clock: TurnedClock) -> Tally:
    """What was made twice, for no look-up could show it, is named by the next run."""
    rig.run()
    clock.wait(_LONG_AFTER_S, Event())
    rig.run()
    made = Counter(rig.applied())
    told = {
        line["Key"] for line in lines_of(rig.result.report if rig.result else None) if line["Outcome"] == "conflict"
    }
    silent = {key for key, count in made.items() if count > 1} - told
    return wrong_if(silent or len(made) < 2, "made twice, or not at all, and not told")


_OPEN = {"created", "unknown", "blocked"}


def _outcomes(rig: Rig) -> dict[str, int]:
    return occurred(rig.result.outcomes) if rig.result else {}


def _no_claim_is_wrong(rig: Rig) -> Tally:
    """Nothing is there twice, and each id that is told is right."""
    found = rig.judge()
    return replace(found, lost=0, notes=tuple(note for note in found.notes if not note.startswith("lost")))


def _submitted(ground: Ground) -> Tally:
    """Submissions, half of them late by up to twice an attempt's time: sent again with the same date."""
    simulator, clock = start(ground)
    faults = [replace(_within(ground), lag_s=0.0).fault(SUBMISSIONS) for _ in range(SUBMISSIONS_A_CALL)]
    simulator.service.schedule.replace(one_after_the_other(faults, SUBMISSIONS, every=1), seed=1)
    rig = Rig(ground, simulator, clock, "submit", SUBMISSIONS_A_CALL, in_flight=1)
    code = rig.run()
    clock.wait(_LONG_AFTER_S, Event())
    found = rig.judge() + wrong_if(code, f"exit code, {rig.error}") + wrong_if(missed(simulator), "did not happen")
    again = len(rig.applied())
    code = rig.run()
    found += rig.judge() + wrong_if(code or len(rig.applied()) - again, "the next run sent something")
    return replace(found, cases=len(faults))


TRIALS: tuple[Trial, ...] = (
    *(
        _Pushed(path, _within, _finished, unique).trial(
            f"F2/{name}-{world}", f"{what} late by up to two minutes, {how}", 28
        )
        for path, name, what in ((ACHIEVEMENTS, "achievement", "achievement"), (TEXTS, "text", "localization"))
        for unique, world, how in ((True, "refused", "duplicates refused"), (False, "accepted", "duplicates accepted"))
    ),
    _Pushed(ACHIEVEMENTS, _beyond, _told_unknown, unique=True).trial(
        "F2/beyond-refused", "listed too late, duplicates refused: told as unknown", 20
    ),
    _Pushed(ACHIEVEMENTS, _beyond, _told_afterwards, unique=False).trial(
        "F2/beyond-accepted", "listed too late, duplicates accepted: next run names them", 20
    ),
    Trial("F2/submissions", "submission applied late, sent again with the same date", _submitted, 4, 1),
)
