"""Trials of sheets that are edited between runs: nothing is made twice, and just what was changed is updated.

What a sheet means is kept here as people mean it; how it is written, in which order, under which headers and in which
type of cell, is decided anew by chance.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import openpyxl

from chaos.trials import Ground, Tally, Trial, total, wrong_if
from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job, TurnedClock

EDITS, ROUNDS, FIRST_ROWS = 10, 2, 8
ACHIEVEMENT, TEXT = "gameCenterAchievements", "gameCenterAchievementLocalizations"
LOCALES = ("en-US", "ja", "es-MX")
SPELLED: Mapping[str, Sequence[str]] = {
    "referenceName": ("Reference Name", "reference_name", "referenceName", "REFERENCE NAME *"),
    "vendorIdentifier": ("Achievement ID", "vendorIdentifier", "Vendor_Identifier", "achievement id"),
    "points": ("Points", "points", "Point Value", "Points (max)"),
    "showBeforeEarned": ("Hidden", "Is Hidden", "Show Before Earned", "showBeforeEarned"),
    "repeatable": ("Achievable More Than Once", "repeatable", "Repeatable?"),
    "id": ("Achievement ID", "vendorIdentifier", "Vendor ID"),
    "locale": ("Locale", "Language", "locale"),
    "name": ("Display Name", "Title", "name"),
    "beforeEarnedDescription": ("Pre-earned Description", "beforeEarnedDescription", "Pre-Earned"),
    "afterEarnedDescription": ("Earned Description", "afterEarnedDescription", "Earned"),
}
FLAGS: Mapping[bool, Sequence[Json]] = {True: ("Yes", "yes", True, "TRUE", "y"), False: ("No", "no", False, "FALSE")}
Row = dict[str, Json]
Key = tuple[str, str]
"""An achievement's id, and a locale, which is empty for the achievement itself."""


@dataclass(slots=True)
class Sheets:
    """Two sheets as they are edited.

    Args:
        chance: decides what is done.
        rows: what stands in them, in order.
        gone: rows that were taken out, which may come back.
        columns: the columns of each sheet, in order.
        headers: how each column is headed.
        count: how many achievements there ever were.
        typing: decides in which type each value is written.
    """

    chance: random.Random
    rows: dict[Key, Row] = field(default_factory=dict)
    gone: dict[Key, Row] = field(default_factory=dict)
    columns: tuple[list[str], list[str]] = field(default_factory=lambda: (list(SPELLED)[:5], list(SPELLED)[5:]))
    headers: dict[str, str] = field(default_factory=lambda: {name: how[0] for name, how in SPELLED.items()})
    count: int = 0
    typing: float = 0.0

    def edit(self) -> None:
        """Do one of the things that people do to a sheet."""
        edits: Sequence[Callable[[], None]] = (
            self._sort,
            self.insert,
            self._delete,
            self._put_back,
            self._swap_columns,
            self._rename_header,
            self._change,
            self._change,
            self._retype,
        )
        self.chance.choice(edits)()

    def insert(self) -> None:
        """Put a new achievement in, with a text or two."""
        self.count += 1
        # Every other id is a number, which Excel may store as one.
        key = str(100_000 + self.count) if self.count % 2 else f"com.example.a{self.count}"
        self.rows[key, ""] = {
            "referenceName": f"Name {self.count}",
            "vendorIdentifier": key,
            "points": self.chance.randint(1, 20),
            "showBeforeEarned": self.chance.random() < 0.5,
            "repeatable": self.chance.random() < 0.5,
        }
        for locale in self.chance.sample(LOCALES, self.chance.randint(0, 2)):
            texts = {
                name: f"{name[:6]} {self.chance.random()}" for name in self.columns[1] if name not in ("id", "locale")
            }
            self.rows[key, locale] = {"id": key, "locale": locale, **texts}
        self._sort()

    def _sort(self) -> None:
        items = list(self.rows.items())
        self.chance.shuffle(items)
        self.rows = dict(items)

    def _delete(self) -> None:
        """Take a row out; an achievement goes with its texts."""
        key, locale = self.chance.choice(list(self.rows))
        for one in [one for one in self.rows if one == (key, locale) or (not locale and one[0] == key)]:
            self.gone[one] = self.rows.pop(one)

    def _put_back(self) -> None:
        fit = [one for one in self.gone if not one[1] or (one[0], "") in self.rows]
        if fit:
            key = self.chance.choice(fit)
            self.rows[key] = self.gone.pop(key)

    def _swap_columns(self) -> None:
        self.chance.shuffle(self.chance.choice(self.columns))

    def _rename_header(self) -> None:
        name = self.chance.choice(list(SPELLED))
        self.headers[name] = self.chance.choice(SPELLED[name])

    def _change(self) -> None:
        row = self.rows[self.chance.choice(list(self.rows))]
        name = self.chance.choice([name for name in row if name not in ("vendorIdentifier", "id", "locale")])
        value = row[name]
        if isinstance(value, bool):
            row[name] = not value
        else:
            row[name] = self.chance.randint(1, 20) if isinstance(value, int) else f"{name[:6]} {self.chance.random()}"

    def _retype(self) -> None:
        """Give every cell one of the types that it may have."""
        self.typing = self.chance.random()

    def written(self, sheet: int) -> list[list[Json]]:
        """One of the sheets, headers first, with each cell in one of the types it may have."""
        columns = self.columns[sheet]
        rows = [row for (_, locale), row in self.rows.items() if bool(locale) == bool(sheet)]
        return [
            [self.headers[name] for name in columns],
            *([self._cell(name, row[name]) for name in columns] for row in rows),
        ]

    def _cell(self, name: str, value: Json) -> Json:
        chance = random.Random(f"{self.typing} {name} {value}")
        if isinstance(value, bool):
            hides = name == "showBeforeEarned" and "idden" in self.headers[name]
            return chance.choice(FLAGS[value is not hides])
        if name in ("vendorIdentifier", "id") and value.isdecimal():
            return chance.choice([value, value, int(value)])
        if isinstance(value, int):
            return chance.choice([value, str(value), float(value)])
        return chance.choice([value, value, f" {value}", f"{value}\u00a0"])


def _edits(ground: Ground) -> Tally:
    """Edit and push, and again; each push is judged by what came to be, what was sent and what is live then."""
    clock = TurnedClock()
    simulator = ground.simulator(Switches(hour_limit=None, unique_identifiers=False), now=clock.time, sleep=clock.sleep)
    job, sheets, live = Job(ground.folder, clock, ground.stack), Sheets(ground.chance), dict[Key, Row]()
    for _ in range(FIRST_ROWS):
        sheets.insert()
    tallies = [_pushed(job, simulator, sheets, live, cases=0)]
    for _ in range(ROUNDS):
        for _ in range(EDITS):
            sheets.edit()
        tallies.append(_pushed(job, simulator, sheets, live, cases=EDITS))
    return total(tallies)


def _pushed(job: Job, simulator: Simulator, sheets: Sheets, live: dict[Key, Row], *, cases: int) -> Tally:
    """Push the sheets as they are; ``live`` is what was live before, and then what is live now."""
    _write(job, sheets)
    before, since = len(simulator.ledger.created), len(simulator.exchanges)
    new = sheets.rows.keys() - live.keys()
    changed = {key for key, row in sheets.rows.items() if key in live and row != live[key]}
    exit_code = job.push(simulator).exit
    live.update({key: dict(row) for key, row in sheets.rows.items()})
    made = Counter(one.key for one in simulator.ledger.created[before:] if one.type in (ACHIEVEMENT, TEXT))
    ids = {one.key: one.id for one in simulator.ledger.created if one.type in (ACHIEVEMENT, TEXT)}
    patched = Counter(one.path.rpartition("/")[2] for one in simulator.exchanges[since:] if one.method == "PATCH")
    twice = sum(count - 1 for count in made.values()) + len(made.keys() - {_named(key) for key in new})
    found = {
        f"exit code {exit_code}": exit_code != 0,
        f"made {made} of {new}": made != Counter(map(_named, new)),
        f"changed {patched} of {changed}": patched != Counter(ids.get(_named(key)) for key in changed),
        f"deleted {simulator.ledger.deleted}": bool(simulator.ledger.deleted),
        f"live: {_differing(simulator, ids, live)}": bool(_differing(simulator, ids, live)),
    }
    tally = wrong_if([said for said, is_so in found.items() if is_so], "edited", cases=cases)
    return tally + Tally(0, duplicated=twice, lost=len({_named(key) for key in live} - ids.keys()))


def _write(job: Job, sheets: Sheets) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Achievements"
    for number, sheet in enumerate([book.active, book.create_sheet("Localizations")]):
        for row in sheets.written(number):
            sheet.append(row)
    book.save(job.workbook)


def _named(key: Key) -> str:
    """A key as the service's ledger has it."""
    return " / ".join(filter(None, key))


def _differing(simulator: Simulator, ids: Mapping[str, str], live: Mapping[Key, Row]) -> list[Json]:
    """What is live and differs from what was last pushed."""
    found = []
    for key, row in live.items():
        one = simulator.store.get(TEXT if key[1] else ACHIEVEMENT, ids.get(_named(key), ""))
        values = one.attributes if one else {}
        differing = {name: values.get(name) for name in row if name != "id" and values.get(name) != row[name]}
        found += [(key, differing)] if differing else []
    return found


TRIALS: tuple[Trial, ...] = (
    Trial("F17/edits", "sorted, edited, retyped, re-headed between two pushes", _edits, calls=25, short=1),
)
