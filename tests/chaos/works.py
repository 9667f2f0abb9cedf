"""What the clients of the kill trials have to do, and how it is judged; the same for ours and for the blind one.

What comes in: a simulator and the number of a moment. What goes out: a file of rows, a client to run on it in a
process of its own, and a `Tally`. What has to come of the rows is known here and is read from no client.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from submit_jobs import HEADERS, SubmitJob, player, submit_and_exit

from chaos.judging import Pair, judge_created, judge_submitted
from chaos.trials import Tally, wrong_if
from gcbulk.simulator import Simulator
from jobs import Job, TurnedClock, push_and_exit, report_lines

CREATED_KINDS = ("gameCenterAchievements", "gameCenterAchievementLocalizations")
ACHIEVEMENTS = 6
LOCALE = "en-US"
LIST_LAG_S = 0.2
"""How long a list does not show what is new: longer than it takes to run the command again."""
SETTLE_WAIT_S = 0.45
"""How long our client takes a list's word for nothing: longer than the lag, on a busy machine too."""
PLAYERS = 12
AGAIN = 12
"""Submissions without a durable result at most, which may be sent again: six in flight, and two places for each."""
_DAY = datetime(2026, 1, 1, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Orders:
    """What a client's process is told.

    Args:
        path: the file of rows; the blind client, which reads none, keeps its own report beside it.
        journal: the journal's file.
        base_url: where the service is.
        issuer_id: whose key it is.
        key_path: the key.
        bundle_id: the app.
        detail_id: its Game Center detail.
        token: what a client shows that cannot sign.
    """

    path: Path
    journal: Path
    base_url: str
    issuer_id: str
    key_path: Path
    bundle_id: str
    detail_id: str
    token: str


class Row(NamedTuple):
    """A row of players' progress."""

    player: str
    achievement: str
    percent: int
    date: datetime | None


def identifiers(bundle_id: str) -> list[str]:
    """The achievements of an app, by their identifiers."""
    return [f"{bundle_id}.a{number}" for number in range(ACHIEVEMENTS)]


def progress_rows(bundle_id: str) -> list[Row]:
    """A row for each player and two achievements; some are whole, every other one has its date."""
    return [
        Row(
            player(n),
            f"{bundle_id}.{name}",
            100 if n % 4 == 0 else 7 * n + 2,
            _DAY + timedelta(days=n) if n % 2 else None,
        )
        for n in range(PLAYERS)
        for name in ("first", "second")
    ]


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of work.

    Args:
        rows: how many requests that write it takes.
        requests: how many requests it takes in all.
        prepare: puts the rows into the file, and what they presuppose into the service.
        judge: holds the ledger against what a client tells: for each key the service's id.
    """

    rows: int
    requests: int
    prepare: Callable[[Simulator, Orders], None]
    judge: Callable[[Simulator, Orders, Mapping[str, str]], Tally]


@dataclass(frozen=True, slots=True)
class Client:
    """A client under trial.

    Args:
        kind: what it does.
        run: the whole of a process; ends it with its exit code.
        told: what it tells afterwards.
    """

    kind: Kind
    run: Callable[[Orders], None]
    told: Callable[[Orders], Mapping[str, str]]


def orders(simulator: Simulator, folder: Path, number: int) -> Orders:
    """Orders for an app of its own, which is put into the account."""
    bundle_id = f"com.example.k{number}"
    app = simulator.add_app(bundle_id=bundle_id)
    return Orders(
        path=folder / f"game{number}",
        journal=folder / "state" / "journal.sqlite3",
        base_url=simulator.base_url,
        issuer_id=simulator.issuer_id,
        key_path=simulator.key_path,
        bundle_id=bundle_id,
        detail_id=app.detail or "",
        token=simulator.token(),
    )


def workbook(given: Orders) -> Path:
    """Where a workbook stands, for the clients that take one."""
    return given.path.with_suffix(".xlsx")


def _fill_workbook(simulator: Simulator, given: Orders) -> None:
    job = Job(given.path.parent, TurnedClock(), ExitStack())
    job.workbook = workbook(given)
    job.fill_plain(ACHIEVEMENTS, (LOCALE,), prefix=given.bundle_id)


def judge_texts(simulator: Simulator, given: Orders, told: Mapping[str, str], texts: Collection[str]) -> Tally:
    """Judge the achievements and localizations of an app, by the keys of the localizations."""
    keys = [*dict.fromkeys(text.partition(" / ")[0] for text in texts), *texts]
    created = [
        one
        for one in simulator.ledger.created
        if one.type in CREATED_KINDS and one.key.startswith(f"{given.bundle_id}.")
    ]
    return judge_created(created, told, keys, all_named=True)


def _judge_creates(simulator: Simulator, given: Orders, told: Mapping[str, str]) -> Tally:
    return judge_texts(simulator, given, told, [f"{one} / {LOCALE}" for one in identifiers(given.bundle_id)])


def _fill_progress(simulator: Simulator, given: Orders) -> None:
    rows = progress_rows(given.bundle_id)
    for achievement in dict.fromkeys(row.achievement for row in rows):
        simulator.add_achievement(achievement, owner=given.detail_id, repeatable=True)
    job = SubmitJob(given.path.parent, TurnedClock(), ExitStack())
    job.path = given.path.with_suffix(".csv")
    dated = [(*row[:3], row.date.isoformat() if row.date else "") for row in rows]
    job.fill(dated, (*HEADERS, "Submitted Date"))


def _judge_progress(simulator: Simulator, given: Orders, told: Mapping[str, str]) -> Tally:
    rows = progress_rows(given.bundle_id)
    wanted: dict[Pair, int | str] = {(row.player, row.achievement): row.percent for row in rows}
    submitted = [one for one in simulator.ledger.submitted if one.bundle_id == given.bundle_id]
    ids = {pair: told[key] for pair in wanted if (key := " / ".join(pair)) in told}
    reached = {pair: simulator.store.progress.get((given.bundle_id, pair[1], pair[0])) for pair in wanted}
    tally = judge_submitted(submitted, ids, wanted, all_named=True)
    sunk = [pair for pair in wanted if reached[pair] != wanted[pair]]
    tally += wrong_if(sunk, "the players' progress is not the file's", cases=0)
    beyond = max(len(submitted) - len(rows) - AGAIN, 0)
    return tally + Tally(0, duplicated=beyond, notes=("more was sent again than can have been open",) if beyond else ())


def _push(given: Orders) -> None:
    path = workbook(given)
    push_and_exit(
        path,
        given.journal,
        given.base_url,
        given.key_path,
        given.issuer_id,
        given.bundle_id,
        settle_wait_s=SETTLE_WAIT_S,
    )


def told_by_sheet(given: Orders) -> dict[str, str]:
    """The ids in the report sheet of a workbook, without those of pictures."""
    lines = report_lines(workbook(given))
    return {str(line["Key"]): str(line["Id"] or "") for line in lines if line["Step"] != "image"}


def _submit(given: Orders) -> None:
    path = given.path.with_suffix(".csv")
    submit_and_exit(path, given.journal, given.base_url, given.key_path, given.issuer_id, given.bundle_id)


def _told_by_table(given: Orders) -> dict[str, str]:
    path = given.path.with_name(f"{given.path.name}.report.csv")
    lines = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return dict(zip(lines["Key"], lines["Id"], strict=True))


CREATES = Kind(2 * ACHIEVEMENTS, 2 * ACHIEVEMENTS + 3, _fill_workbook, _judge_creates)
SUBMITS = Kind(2 * PLAYERS, 2 * PLAYERS + 3, _fill_progress, _judge_progress)
PUSH = Client(CREATES, _push, told_by_sheet)
SUBMIT = Client(SUBMITS, _submit, _told_by_table)
