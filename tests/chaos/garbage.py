"""Trials of answers that are no answers: wrong types in every place, bytes that break them, pages, bombs, odd statuses.

What comes in: nothing. What goes out: trials. Whatever comes, a run ends in order, each row has an outcome, nothing is
told to be there that is not, and the next run, with right answers, finishes the job.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event
from unittest.mock import patch

import orjson

from chaos.broken import ACHIEVEMENTS, SUBMISSIONS, TEXTS, missed, one_after_the_other, rows_for, start
from chaos.rigs import Rig
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.service.transport import Connection
from gcbulk.simulator import Fault, Simulator
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.faults import BAD_BODIES

CAP_BYTES = 8 * 1024 * 1024
NO_TEXTS = (
    "null",
    "0",
    "-1",
    "true",
    "1e99",
    "12345678901234567890123",
    "[]",
    "{}",
    "[null]",
    '[[{"id":{}}]]',
    '{"id":0}',
)
WRONG = (*NO_TEXTS, '""', '"\\u0000"', f'"{"=" * 40_000}"')
"""What takes the place of a value; no text that might be an id takes an id's place: it would have to be believed."""
BREAKING = ("\x00", '"', '{"', "\n\x1f", '"}')
STATUSES = (200, 202, 203, 204, 206, 226, 300, 301, 302, 303, 304, 307, 308, 400, 404, 408, 409, 422, 500, 503, 504)
NAMES = ("data", "errors", "id", "type", "attributes", "relationships", "links", "meta", "included", "code", "source")
BELIEVED = ("duplicate-keys",)
"""What is no garbage for a client: it says that something was created, and has an id."""

REFUSALS = (400, 404, 409, 422)
DOCUMENTS = ("null-data", "no-id", "id-is-empty", "id-is-number", "duplicate-keys", "list-of-null")
"""What has the form of an answer to a read, so that it is not asked for again."""
READS_A_CALL, EDITS_A_CALL = 90, 4


def _places(document: Json, at: str = "") -> Iterator[str]:
    """Every place of a document, as JSON pointers."""
    members = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    )
    for name, member in members:
        place = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
        yield place
        yield from _places(member, place)


def _edit(chance: random.Random, places: Sequence[str]) -> Fault:
    """A value of another type in a place of the right answer."""
    place = chance.choice(places)
    return Fault("edit", pointer=place, value_json=chance.choice((*NO_TEXTS, '""') if place.endswith("/id") else WRONG))


def _anything(chance: random.Random, depth: int = 0) -> Json:
    """JSON of any shape, in which no text is an id."""
    kind = chance.randrange(4 if depth < 6 else 1)
    if kind == 0:
        return orjson.loads(chance.choice(NO_TEXTS))
    if kind == 1:
        return [_anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {name: _anything(chance, depth + 1) for name in chance.sample(NAMES, chance.randrange(len(NAMES)))}


def _harms(chance: random.Random, right: Json, *, writes: bool) -> Iterator[Fault]:
    """Harms to an answer such as this one, without end: wrong types, bytes that break it, or something else."""
    places, size = list(_places(right)), len(orjson.dumps(right))
    while True:
        kind = chance.random()
        if writes and kind < 0.6:
            yield _edit(chance, places)
        elif kind < 0.8:
            yield Fault("edit", at_byte=chance.randrange(size), value=chance.choice(BREAKING))
        else:
            status = chance.choice(STATUSES)
            applied = writes and not 400 <= status < 500 and chance.random() < 0.5
            content = orjson.dumps(_anything(chance) if writes else {"meta": _anything(chance)})
            yield Fault("body", content=content.decode(), status=status, applied=applied)


def _fixed(*, applied: bool) -> list[Fault]:
    """The fixed ones: every kind of body that has a name, and every status with a body that it should not have."""
    named = [Fault("body", garbage=name, applied=applied) for name in BAD_BODIES if name not in BELIEVED]
    odd = [
        Fault("body", garbage="html-as-json", status=one, applied=applied and not 400 <= one < 500) for one in STATUSES
    ]
    return named + odd


def _measured(ground: Ground) -> list[int]:
    """Keep the size of each body that the client took for an answer."""
    sizes: list[int] = []
    exchange = Connection.exchange

    def measured(self: Connection, call: Call) -> Reply | NoReply:
        result = exchange(self, call)
        sizes.append(len(result.body) if isinstance(result, Reply) else 0)
        return result

    ground.stack.enter_context(patch.object(Connection, "exchange", measured))
    return sizes


def _two_runs(rig: Rig, simulator: Simulator, sizes: list[int]) -> Tally:
    """One run with the faults, after which no claim may be wrong, and one without them, after which all is there."""
    rig.run()
    found = wrong_if(missed(simulator), "did not happen") + wrong_if(max(sizes) > CAP_BYTES, "more than 8 MiB read")
    if rig.result is not None:
        claims = rig.judge()
        found += replace(claims, lost=0, notes=tuple(note for note in claims.notes if not note.startswith("lost")))
    simulator.clear_faults()
    code = rig.run()
    return found + rig.judge() + wrong_if(code, f"exit code of the run after, {rig.error}")


@dataclass(frozen=True, slots=True)
class _Writes:
    """A batch of writes that are answered with garbage."""

    verb: str
    path: str
    count: int
    applied: bool | None = None  # for the fixed ones: whether they take effect; None for generated ones

    def __call__(self, ground: Ground) -> Tally:
        """Push or submit a file; each row of the batch gets other garbage."""
        simulator, clock = start(ground, record=True)
        rig = Rig(ground, simulator, clock, self.verb, 1, name="first")
        rig.run()
        right = next(
            one.response for one in simulator.exchanges if one.method == "POST" and _is_at(one.path, self.path)
        )
        simulator.change(record=False)
        harms = _harms(ground.chance, right, writes=True)
        faults = _fixed(applied=self.applied) if self.applied is not None else [next(harms) for _ in range(self.count)]
        every = 1 if self.verb == "submit" else 10
        faults = [replace(one, method="POST") for one in faults]
        sizes = _measured(ground)
        simulator.service.schedule.replace(one_after_the_other(faults, self.path, every=every), seed=1)
        rows = rows_for(faults) if self.verb == "push" else 2 * len(faults)
        rig = Rig(ground, simulator, clock, self.verb, rows, in_flight=1)
        return replace(_two_runs(rig, simulator, sizes), cases=len(faults))


def _is_at(path: str, pattern: str) -> bool:
    return re.search(pattern, path) is not None


def _reads_broken(ground: Ground) -> Tally:
    """Reads that cannot be understood are read again: of a whole game, all but each tenth at first."""
    simulator, clock = start(ground)
    rig = Rig(ground, simulator, clock, "push", READS_A_CALL, name="reads")
    rig.run()
    harms = _harms(ground.chance, {"data": [{"id": "x" * 50}] * 20}, writes=False)
    faults = _fixed(applied=False) if ground.number == 0 else [next(harms) for _ in range(2 * READS_A_CALL)]
    faults = [one for one in faults if one.status not in REFUSALS and one.garbage not in DOCUMENTS]
    faults = [replace(one, method="GET") for one in faults[:READS_A_CALL]]
    sizes = _measured(ground)
    simulator.service.schedule.replace(one_after_the_other(faults, "/", every=3), seed=1)
    clock.wait(1000, Event())
    return replace(_two_runs(rig, simulator, sizes), cases=len(faults))


def _reads_edited(ground: Ground) -> Tally:
    """Pushes of what is there already, each with a wrong type somewhere in what is read."""
    simulator, clock = start(ground, record=True)
    rig = Rig(ground, simulator, clock, "push", 2)
    rig.run()
    simulator.exchanges.clear()
    rig.run()
    reads = [(one.path, list(_places(one.response))) for one in simulator.exchanges if one.method == "GET"]
    simulator.change(record=False)
    sizes, found = _measured(ground), NONE
    for _ in range(EDITS_A_CALL):
        clock.wait(1000, Event())
        path, places = ground.chance.choice(reads)
        body = Fault("body", garbage=ground.chance.choice(DOCUMENTS))
        edit = _edit(ground.chance, places) if ground.chance.random() < 0.9 else body
        edit = replace(edit, method="GET", path=f"{path}$")
        simulator.service.schedule.replace((edit,), seed=1)
        tally = _two_runs(rig, simulator, sizes)
        found += replace(tally, cases=1, notes=tuple(f"{note} ({edit})" for note in tally.notes))
    return found


TRIALS: tuple[Trial, ...] = (
    Trial("F8/achievements", "generated garbage in answer to achievements", _Writes("push", ACHIEVEMENTS, 40), 12, 0),
    Trial("F8/texts", "generated garbage in answer to localizations", _Writes("push", TEXTS, 40), 12, 1),
    Trial("F8/submissions", "generated garbage in answer to submissions", _Writes("submit", SUBMISSIONS, 120), 4, 1),
    Trial("F8/reads", "fixed and generated garbage in answer to reads", _reads_broken, 5, 1),
    Trial("F8/types", "a wrong type in any place of what is read", _reads_edited, 50, 1),
    Trial("F8/fixed-applied", "52 fixed kinds of garbage, applied", _Writes("push", ACHIEVEMENTS, 0, True), 1, 0),
    Trial("F8/fixed", "52 fixed kinds of garbage, not applied", _Writes("push", ACHIEVEMENTS, 0, False), 1, 1),
)
