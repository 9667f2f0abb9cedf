"""Trials of rows that are there more than once, held against what people would expect of them.

What is expected is worked out here, row by row, from the rules as the documentation has them.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from submit_jobs import FIRST, SECOND, SubmitJob, player

from chaos.judging import Pair
from chaos.trials import Ground, Tally, Trial, total, wrong_if
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job, TurnedClock

GROUPS, RUNS, MOST_ROWS = 20, 3, 7
TRIES, STOPPED = 10, 7
"""A run that says that it stopped early is run again, as people would."""
SPELLED = ("{}", "{}%", "{} %", "{}.0", " {} ")
"""How a percentage may be written."""
MODES: Sequence[Mapping[str, Json]] = (
    {},
    {"on_duplicate": "error"},
    {"on_duplicate": "last", "allow_lowering": True},
    {"on_duplicate": "highest", "send_zero": True},
    {"on_duplicate": "last"},
)
BROKEN = tuple(
    Fault("status", method="POST", status=status, probability=0.06, applied=applied)
    for status in (500, 502, 0)
    for applied in (True, False)
)
Rows = Sequence[tuple[str, str, str, int]]
"""Player, achievement, the percentage as it is written, and what it means."""


@dataclass(slots=True)
class Expected:
    """What is expected of a series of runs, pair by pair.

    Args:
        options: how the runs go about rows that contradict each other.
        sent: what each pair was sent, in order.
    """

    options: Mapping[str, Json]
    sent: dict[Pair, list[int]] = field(default_factory=lambda: defaultdict(list))

    def run(self, rows: Rows) -> tuple[list[tuple[str, str, int]], dict[int, str]]:
        """What a run sends, and the code of each row that has one."""
        pairs: dict[Pair, list[int]] = defaultdict(list)
        for place, (who, what, _, _) in enumerate(rows):
            pairs[who, what].append(place)
        sending, codes = [], dict[int, str]()
        for pair, places in pairs.items():
            values = [rows[place][3] for place in places]
            refused = self.options.get("on_duplicate") == "error" and len(set(values)) > 1
            taken = values[-1] if self.options.get("on_duplicate") == "last" else max(values)
            why = "contradicting-rows" if refused else self._why_not(pair, taken)
            if why is None and self.sent[pair][-1:] != [taken]:
                self.sent[pair].append(taken)
                sending.append((*pair, taken))
            codes.update(self._codes(places, values, taken, why))
        return sending, codes

    def _why_not(self, pair: Pair, value: int) -> str | None:
        sent = self.sent[pair]
        if sent[-1:] == [value]:
            return None
        if value == 0 and not self.options.get("send_zero"):
            return "zero-not-sent"
        lower = bool(sent) and value < max(sent) and not self.options.get("allow_lowering")
        return "lower-than-sent" if lower else None

    def _codes(self, places: Sequence[int], values: Sequence[int], taken: int, why: str | None) -> dict[int, str]:
        if why == "contradicting-rows":
            return dict.fromkeys(places, why)
        leader = max(places) if self.options.get("on_duplicate") == "last" else places[values.index(taken)]
        others = {
            place: "duplicate-row" if value == taken else "folded"
            for place, value in zip(places, values, strict=True)
            if place != leader
        }
        return others | ({leader: why} if why else {})


def _rows(chance: random.Random) -> Rows:
    """Rows of many groups, each with some rows of a player's; in any order."""
    found = []
    for group in range(GROUPS):
        values = chance.sample([0, 5, 10, 30, 50, 70, 99, 100], 3)
        for _ in range(chance.randint(0, MOST_ROWS)):
            value = chance.choice(values)
            achievement = chance.choice([FIRST, SECOND])
            found.append((player(group), achievement, chance.choice(SPELLED).format(value), value))
    chance.shuffle(found)
    return found or [(player(0), FIRST, "5", 5)]


def _submitting(ground: Ground, *faults: Fault) -> tuple[Simulator, SubmitJob]:
    clock = TurnedClock()
    switches = Switches(hour_limit=None, record=False, faults=faults)
    simulator = ground.simulator(switches, now=clock.time, sleep=clock.sleep)
    simulator.add_achievement(FIRST)
    simulator.add_achievement(SECOND)
    return simulator, SubmitJob(ground.folder, clock, ground.stack)


def _submissions(ground: Ground) -> Tally:
    """Submit sheets one after the other: what is sent, and what the report says of each row."""
    simulator, job = _submitting(ground)
    expected, found = Expected(MODES[ground.number % len(MODES)]), []
    for _ in range(RUNS):
        rows, before = _rows(ground.chance), len(simulator.ledger.submitted)
        sending, codes = expected.run(rows)
        job.fill([row[:3] for row in rows])
        job.submit(simulator, **expected.options)
        sent = [(one.player, one.vendor_identifier, one.value) for one in simulator.ledger.submitted[before:]]
        if Counter(sent) != Counter(sending):
            found.append(("sent", sent, sending))
        found += _untold(job, simulator, rows, codes)
    return wrong_if(found[:3], f"{dict(expected.options)}", cases=GROUPS)


def _untold(job: SubmitJob, simulator: Simulator, rows: Rows, codes: Mapping[int, str]) -> list[Json]:
    """The lines of the report that are not as expected: their code, and the id that all rows of a pair share."""
    ids = {(one.player, one.vendor_identifier): one.id for one in simulator.ledger.submitted}
    kept = ("zero-not-sent", "lower-than-sent", "contradicting-rows")
    pairs_kept = {rows[place][:2] for place, code in codes.items() if code in kept}
    found: list[Json] = []
    for place, line in enumerate(job.lines().to_dict("records")):
        pair = rows[place][:2]
        refused = codes.get(place) == "contradicting-rows"
        identity = "" if refused else line["Id"] if pair in pairs_kept else ids[pair]
        wanted = (place + 2, codes.get(place, ""), identity, refused)
        told = (int(line["Row"]), line["Code"], line["Id"], line["Outcome"] == "rejected")
        found += [] if told == wanted else [(rows[place], told, wanted)]
    return found


def _order(ground: Ground) -> Tally:
    """Submit sheets while many answers are lost: no older percentage takes effect after a newer one."""
    simulator, job = _submitting(ground, *BROKEN)
    expected = Expected(({}, {"on_duplicate": "last", "allow_lowering": True})[ground.number % 2])
    for number in range(RUNS):
        if number == RUNS - 1:
            simulator.clear_faults()
        rows = _rows(ground.chance)
        expected.run(rows)
        job.fill([row[:3] for row in rows])
        for _ in range(TRIES):
            if job.submit(simulator, **expected.options).exit != STOPPED:
                break
    took: dict[Pair, list[int]] = defaultdict(list)
    for one in simulator.ledger.submitted:
        if took[one.player, one.vendor_identifier][-1:] != [one.value]:
            took[one.player, one.vendor_identifier].append(int(one.value))
    wanted = {pair: values for pair, values in expected.sent.items() if values}
    found = [(pair, took[pair], wanted.get(pair)) for pair in took if not _in_order(took[pair], wanted.get(pair, []))]
    return wrong_if([*found[:3], *(wanted.keys() - took.keys())], "order", cases=GROUPS)


def _in_order(took: Sequence[int], wanted: Sequence[int]) -> bool:
    """Whether what took effect came in the order wanted and ended with its last; one may never have got through."""
    left = iter(wanted)
    return all(value in left for value in took) and took[-1:] == wanted[-1:]


def _achievements(ground: Ground) -> Tally:
    """Push achievements and texts of which some are there twice: the same twice is one, a contradiction none."""
    chance, clock = ground.chance, TurnedClock()
    simulator = ground.simulator(Switches(hour_limit=None, record=False), now=clock.time, sleep=clock.sleep)
    job, first, second = Job(ground.folder, clock, ground.stack), list[Json](), list[Json]()
    fates: dict[str, str] = {}
    for group in range(GROUPS):
        key = f"com.example.a{group}"
        own, text = chance.choice(["once", "same", "apart"]), chance.choice(["once", "same", "apart"])
        first += _repeated(chance, (f"Name {group}", key, 5, "No", "Yes"), own)
        second += _repeated(chance, (key, "en-US", f"Name {group}", "Before", "After"), text)
        fates[key] = "rejected" if own == "apart" else "created"
        fates[f"{key} / en-US"] = "rejected" if text == "apart" else "blocked" if own == "apart" else "created"
    chance.shuffle(first)
    chance.shuffle(second)
    job.fill(first, second)
    job.push(simulator)
    made = {one.key: one.id for one in simulator.ledger.created if one.key in fates}
    counts = Counter(one.key for one in simulator.ledger.created if one.key in fates)
    wrong = {key for key, fate in fates.items() if counts[key] != (fate == "created")}
    rows = [("Achievements", row[1], at) for at, row in enumerate(first, start=2)]
    rows += [("Localizations", f"{row[0]} / en-US", at) for at, row in enumerate(second, start=2)]
    told = {(line["Sheet"], line["Row"]): line for line in job.lines()}
    found = [
        (key, line["Outcome"], line["Id"], fates[key])
        for sheet, key, at in rows
        for line in [told.get((sheet, at), {"Outcome": None, "Id": None})]
        if (line["Outcome"], line["Id"]) != (fates[key], made.get(key))
    ]
    return total([wrong_if([*wrong][:3], "made", cases=GROUPS), wrong_if(found[:3], "told", cases=0)])


def _repeated(chance: random.Random, row: Sequence[Json], how: str) -> list[Sequence[Json]]:
    """A row once, or two to three times: the same in other letters, or with one cell that differs."""
    if how == "once":
        return [row]
    same = tuple(" No " if one == "No" else "YES" if one == "Yes" else str(one) for one in row)
    place = chance.choice([2, 3, 4])
    other = {"No": "Yes", "Yes": "No"}.get(str(row[place]), 10 if isinstance(row[place], int) else f"{row[place]}!")
    last = same if how == "same" else (*row[:place], other, *row[place + 1 :])
    return [row, *[chance.choice([row, same]) for _ in range(chance.randint(0, 1))], last]


TRIALS: tuple[Trial, ...] = (
    Trial("F16/submissions", "rows of a player repeat or contradict each other", _submissions, calls=10, short=1),
    Trial("F16/order", "the same, over three runs, while answers are lost", _order, calls=10, short=1),
    Trial("F16/achievements", "rows of achievements and texts repeat or contradict", _achievements, calls=10, short=1),
)
