"""Whole runs of the command line against the simulator: what is printed, what is asked and sent, what is reported."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from gcbulk.simulator import Simulator, Switches, running
from gcbulk.simulator.exchange import Json
from golden.commands import run
from golden.inputs import INPUTS
from golden.layout import abridged
from jobs import TurnedClock, report_lines
from shell import service_options

ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+")
MADE_UP = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<=signature=)[0-9a-f]+")
CHANGING = re.compile(r"^(finished_at|Finished at|Finished)$")
MOST = 20
Prepare = Callable[[Simulator], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Commands for one of the inputs, one after the other.

    Args:
        name: the input.
        commands: each a verb and options.
        prepare: what is live before.
    """

    name: str
    commands: Sequence[Sequence[str]]
    prepare: Prepare = lambda simulator: None


def _live_words(simulator: Simulator) -> None:
    """Two achievements that players see, one of them with a text, and a draft that no sheet has."""
    for name in ("win", "gem"):
        there = simulator.add_achievement(f"com.example.{name}", points=1)
        if name == "win":
            simulator.add_localization(there, "en-US", name="Old")
        simulator.move_version(there, "LIVE")
    simulator.add_achievement("com.example.extra", points=1)


def _live_ids(simulator: Simulator) -> None:
    """Achievements that progress is for."""
    for name in ("a", "b", "first_win"):
        simulator.add_achievement(name, points=1)


PUSH = ("push", "--yes", "--json")
V1 = ("--api", "v1")
SUBMIT = ("submit", "--yes", "--json", "--max-in-flight", "1")
SCENARIOS: Mapping[str, Scenario] = {
    "push": Scenario("localizations/own-sheet", (("plan", "--json"), PUSH, PUSH)),
    "push-v1": Scenario("localizations/own-sheet", (("plan", "--json", *V1), (*PUSH, *V1))),
    "push-faulty-rows": Scenario("localizations/own-sheet-orphans", (PUSH,)),
    "push-live": Scenario(
        "localizations/all-forms", (("plan", "--json", "--reorder"), (*PUSH, "--reorder")), _live_words
    ),
    "push-live-v1": Scenario("localizations/all-forms", ((*PUSH, *V1),), _live_words),
    "push-deleting": Scenario("achievements/alone", ((*PUSH, "--delete-missing=1"),), _live_words),
    "push-pictures": Scenario("achievements/images", (PUSH, PUSH)),
    "push-csv": Scenario("files/csv", (PUSH, ("report", "--json"))),
    "push-refused-file": Scenario("achievements/column-missing", (("plan", "--json"), PUSH)),
    "plan-offline": Scenario("localizations/long-continued", (("plan", "--json", "--offline"),)),
    "submit": Scenario("progress/duplicates", (("plan", "--json"), SUBMIT, SUBMIT, ("report", "--json")), _live_ids),
    "submit-last": Scenario("progress/duplicates", ((*SUBMIT, "--on-duplicate", "last"),), _live_ids),
    "submit-matrix": Scenario("progress/matrix", (SUBMIT,), _live_ids),
    "submit-csv": Scenario("progress/csv", (("plan", "--json", "--offline"), SUBMIT), _live_ids),
    "submit-scores": Scenario("scores/duplicates", (SUBMIT, SUBMIT)),
    "submit-refused-file": Scenario("progress/column-missing", (SUBMIT,)),
}


def answer(scenario: Scenario, folder: Path) -> Json:
    """What a scenario's commands print, and what the service was asked.

    Args:
        scenario: the scenario.
        folder: an empty folder to work in.
    """
    source = INPUTS[scenario.name].make(folder)
    assert isinstance(source, Path), "a command needs a file"
    clock, found = TurnedClock(), []
    with (
        patch("gcbulk.runs.shared.connection.SystemClock", lambda: clock),
        running(Switches(), key_dir=folder / "keys", now=clock.time, sleep=clock.sleep) as simulator,
    ):
        scenario.prepare(simulator)
        for verb, *options in scenario.commands:
            before = len(simulator.exchanges), len(simulator.uploads)
            at = ("--journal", folder / "journal.sqlite3")
            leading = () if "--offline" in options else (*service_options(simulator), *at) if verb != "report" else at
            ended = run(folder, verb, source, *options, *leading)
            requests = [*simulator.exchanges[before[0] :], *simulator.uploads[before[1] :]]
            asked = [[f"{one.method} {_target(one)}", one.status, one.request] for one in requests]
            found.append(
                {
                    "command": " ".join((verb, *options)),
                    **ended,
                    "requests": abridged([[*one[:2]] if one[2] is None else one for one in asked], 40),
                    "report": abridged(list(_reported(source)), MOST),
                }
            )
    return _tidied(found, str(folder))


def _target(one: Json) -> str:
    return f"{one.path}?{one.query}" if one.query else str(one.path)


def _reported(source: Path) -> Iterator[Json]:
    """The lines of every report on a file."""
    for beside in sorted(source.parent.glob(f"{source.stem}.*.csv")):
        with beside.open(encoding="utf-8-sig", newline="") as stream:
            yield from (_line(line) for line in csv.DictReader(stream))
    if source.suffix == ".xlsx":
        for name in ("gcbulk report", "gcbulk submit", "gcbulk scores"):
            try:
                yield from (_line(line) for line in report_lines(source, name))
            except KeyError:
                continue


def _line(line: Mapping[str, Json]) -> Json:
    """A line of a report without what is empty, and without its moment."""
    return {name: value for name, value in line.items() if value not in (None, "") and not CHANGING.match(name)}


def _tidied(found: Json, folder: str) -> Json:
    """The answer without what is another one in each run or machine: the folder, the port, and the service's ids."""
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"id-{len(names) + 1}")

    def tidied(one: Json) -> Json:
        if isinstance(one, str):
            return MADE_UP.sub(named, ADDRESS.sub("http://SIMULATOR", one.replace(folder, "FOLDER")))
        if isinstance(one, dict):
            return {name: tidied(one[name]) for name in sorted(one)}
        return [tidied(each) for each in one] if isinstance(one, list | tuple) else one

    return tidied(found)
