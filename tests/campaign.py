"""A long run of submissions, killed on the way and begun again, held against what the simulator truly applied.

What comes in: how many rows and how many kills. What goes out: figures. The simulator runs in a process of its own, so
that it takes nothing from the client's threads; each run of the client is a process that may be killed at any moment.
``python tests/campaign.py 100000 20`` is the whole of it, a smaller one is part of the tests.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import pandas as pd
from forked import processes
from submit_jobs import submit_and_exit

from gcbulk.runs.shared.submission_queue import Progress
from gcbulk.simulator import Switches, running
from gcbulk.simulator.exchange import Json

BUNDLE_ID = "com.example.game"
ACHIEVEMENTS = 10
SEED = 20260101


def rows(count: int) -> pd.DataFrame:
    """Progress of so many different pairs of player and achievement.

    Columns: Player ID, Achievement ID, Percent (1-99).
    """
    chance = random.Random(SEED)
    players = [f"A:_{chance.getrandbits(128):032x}" for _ in range(-(-count // ACHIEVEMENTS))]
    return pd.DataFrame(
        {
            "Player ID": [players[n // ACHIEVEMENTS] for n in range(count)],
            "Achievement ID": [f"com.example.a{n % ACHIEVEMENTS}" for n in range(count)],
            "Percent": [chance.randint(1, 99) for _ in range(count)],
        }
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """A simulator in a process of its own.

    Args:
        base_url: where it listens.
        control_url: where its ledger is.
        issuer_id: the issuer of its key.
        key_path: its key.
    """

    base_url: str
    control_url: str
    issuer_id: str
    key_path: Path

    def submitted(self) -> pd.DataFrame:
        """Every submission that took effect, in order. Columns: the fields of `simulator.ledger.Submitted`."""
        with urllib.request.urlopen(f"{self.control_url}/ledger") as reply:
            ledger: dict[str, Json] = json.load(reply)
        columns = ["id", "player", "vendor_identifier", "value"]
        return pd.DataFrame(ledger["submitted"], columns=columns).rename(
            columns={"player": "Player ID", "vendor_identifier": "Achievement ID"}
        )


def _stand(folder: Path, told: Connection) -> None:
    with running(Switches(hour_limit=None, record=False), key_dir=folder / "private_keys") as simulator:
        for number in range(ACHIEVEMENTS):
            simulator.add_achievement(f"com.example.a{number}")
        told.send(Stand(simulator.base_url, simulator.control_url, simulator.issuer_id, simulator.key_path))
        told.recv()


@contextmanager
def standing(folder: Path) -> Iterator[Stand]:
    """Run a simulator in a process of its own."""
    here, there = processes("campaign").Pipe()
    process = processes("campaign").Process(target=_stand, args=(folder, there))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send(None)
        process.join()


def _submit(path: Path, stand: Stand, done: Synchronized[int]) -> None:
    def watch(progress: Progress) -> None:
        done.value = progress.done

    journal = path.parent / "state" / "journal.sqlite3"
    submit_and_exit(path, journal, stand.base_url, stand.key_path, stand.issuer_id, BUNDLE_ID, watch)


def run(path: Path, stand: Stand, *, kill_after: int | None = None) -> int | None:
    """Submit a file in a process of its own; with ``kill_after`` it is killed when so many requests have ended."""
    done: Synchronized[int] = processes("campaign").Value("q", -1)
    process = processes("campaign").Process(target=_submit, args=(path, stand, done))
    process.start()
    while process.is_alive() and kill_after is not None and done.value < kill_after:
        process.join(timeout=0.005)
    if kill_after is not None:
        process.kill()
    process.join()
    return process.exitcode


@dataclass(frozen=True, slots=True)
class Figures:
    """What a campaign came to.

    Args:
        rows: rows of the file.
        kills: runs that were killed on their way.
        applied: submissions that took effect.
        created: rows that the last report says were created, or unchanged since an earlier run.
        lost: rows that never took effect.
        wrong: pairs of player and achievement that ended at another percentage than the file's.
        wrong_ids: rows whose id in the report is none that the service gave this row.
        twice: submissions that took effect once more, the same bytes.
    """

    rows: int
    kills: int
    applied: int
    created: int
    lost: int
    wrong: int
    wrong_ids: int
    twice: int


def campaign(folder: Path, count: int, kills: int, *, say: Callable[[str], None] = lambda line: None) -> Figures:
    """Submit rows with kills on the way, then again, sorted, and with half of the percentages raised.

    Raises:
        AssertionError: a later run sent something else than it should.
    """
    chance = random.Random(SEED)
    path, table = folder / "progress.csv", rows(count)
    table.to_csv(path, index=False)
    with standing(folder) as stand:
        killed = 0
        for _ in range(kills):
            began = time.monotonic()
            killed += run(path, stand, kill_after=chance.randrange(2 * count // (kills + 1))) == -9
            say(f"killed after {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        assert run(path, stand) == 0
        say(f"the last run took {time.monotonic() - began:.1f} s")
        submitted = stand.submitted()
        figures = compared(table, submitted, pd.read_csv(folder / "progress.report.csv", dtype=str), killed)
        say(str(figures))
        before = len(submitted)
        for name, again in (("again", table), ("sorted", table.sort_values(["Percent", "Player ID"]))):
            again.to_csv(path, index=False)
            began = time.monotonic()
            assert run(path, stand) == 0
            say(f"{name}: {len(stand.submitted()) - before} submissions in {time.monotonic() - began:.1f} s")
            assert len(stand.submitted()) == before, f"{name}: something was sent"
        raised = table.assign(Percent=table["Percent"] + (table.index % 2))
        raised.to_csv(path, index=False)
        assert run(path, stand) == 0
        more = stand.submitted().iloc[before:].drop(columns="id").reset_index(drop=True)
        say(f"half raised: {len(more)} submissions")
        expected = raised[raised.index % 2 == 1].rename(columns={"Percent": "value"})
        order = ["Player ID", "Achievement ID"]
        pd.testing.assert_frame_equal(
            more.sort_values(order, ignore_index=True), expected.sort_values(order, ignore_index=True)
        )
    return figures


def compared(table: pd.DataFrame, submitted: pd.DataFrame, report: pd.DataFrame, killed: int) -> Figures:
    """The server's ledger and the report, held against the file."""
    names = ["Player ID", "Achievement ID"]
    last = submitted.drop_duplicates(names, keep="last")
    ended = table.merge(last, on=names, how="left")
    told = table.assign(told=report["Id"].to_numpy()).merge(submitted, on=names, how="left")
    right = told[told["told"] == told["id"]].drop_duplicates(names)
    every = submitted.merge(table, on=names, how="left")
    return Figures(
        rows=len(table),
        kills=killed,
        applied=len(submitted),
        created=int(report["Outcome"].isin(["created", "unchanged"]).sum()),
        lost=int(ended["id"].isna().sum()),
        wrong=int((ended["value"] != ended["Percent"]).sum() + (every["value"] != every["Percent"]).sum()),
        wrong_ids=len(table) - len(right),
        twice=int(submitted.duplicated(names).sum()),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        campaign(Path(place), int(sys.argv[1]), int(sys.argv[2]), say=lambda line: print(line, flush=True))  # noqa: T201
