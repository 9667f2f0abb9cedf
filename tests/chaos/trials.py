"""What a trial of the campaign is, and the ground that each of its cases stands on.

What comes in: a trial's number of a case and a seed. What goes out: a `Tally`. A case is decided by the seed, its trial
and its number alone, so that any one of thousands can be run again by itself.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gcbulk.simulator import Simulator, Switches, running
from gcbulk.simulator.exchange import Json

SEED = 20260101


@dataclass(frozen=True, slots=True)
class Tally:
    """What one case, or many, came to.

    Args:
        cases: how many.
        lost: rows that the service does not have, or that the report does not tell of.
        duplicated: objects that were made once too often, and submissions that were sent again as new ones.
        wrong: anything else that is not as required: a wrong id, a wrong exit code, an exception, an altered text.
        notes: what was found, a sentence each; empty where all is well.
    """

    cases: int = 1
    lost: int = 0
    duplicated: int = 0
    wrong: int = 0
    notes: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        """Count two together."""
        return Tally(
            self.cases + other.cases,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.wrong + other.wrong,
            (*self.notes, *other.notes),
        )

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.lost or self.duplicated or self.wrong)


NONE = Tally(cases=0)


def total(tallies: Iterable[Tally]) -> Tally:
    """Count many together."""
    return sum(tallies, NONE)


def wrong_if(found: Json, note: str, *, cases: int = 1) -> Tally:
    """A case that is wrong where something was found."""
    return Tally(cases, wrong=1, notes=(f"{note}: {found!r}"[:500],)) if found else Tally(cases)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a case may use: a folder of its own, chance of its own, and whatever ends with it.

    Args:
        folder: empty at first, and gone afterwards.
        number: the case's number, from 0.
        chance: decided by the seed, the trial and the number.
        stack: what is entered here ends with the case.
    """

    folder: Path
    number: int
    chance: random.Random
    stack: ExitStack

    def simulator(self, switches: Switches | None = None, **options: Json) -> Simulator:
        """Start a simulator that ends with the case; the options are those of `gcbulk.simulator.running`."""
        options.setdefault("key_dir", self.folder / "private_keys")
        return self.stack.enter_context(running(switches, **options))


@dataclass(frozen=True, slots=True)
class Trial:
    """One line of the table.

    Args:
        key: the fault's or threat's id and a word, such as ``F7/texts``.
        title: what is done, in words.
        case: does it once, or a batch at a time; it gives how many cases that were.
        calls: how often that is for the whole campaign.
        short: how often it is in the tests; 0 where another trial shows the same there in a fraction of the time.
        control: whether it is a client that is known to be wrong, so that something must be found.
    """

    key: str
    title: str
    case: Callable[[Ground], Tally]
    calls: int
    short: int
    control: bool = False

    @property
    def fault(self) -> str:
        """The fault's or threat's id, such as ``F7``."""
        return self.key.partition("/")[0]

    def numbers(self, *, short: bool) -> range:
        """The numbers of the cases to run; a short form takes them from everywhere."""
        if not short:
            return range(self.calls)
        return range(0, self.calls, self.calls // self.short) if self.short else range(0)

    def run(self, number: int, seed: int = SEED) -> Tally:
        """Run one case; an exception is a finding, like any other."""
        chance = random.Random(hashlib.sha256(f"{seed} {self.key} {number}".encode()).digest())
        with tempfile.TemporaryDirectory(prefix="gcbulk-chaos-") as folder, ExitStack() as stack:
            try:
                return self.case(Ground(Path(folder), number, chance, stack))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what the trial looks for
                return Tally(wrong=1, notes=(f"{type(error).__name__}: {error}"[:500],))
