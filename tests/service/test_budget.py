"""Two runs on one machine share a key's budget through the journal's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Protocol

import pytest

from gcbulk.appstore.calls import Reply
from gcbulk.errors import JournalError
from gcbulk.service.budget import SharedBudget
from gcbulk.service.clock import Clock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.pacing import Pacer

AT = datetime(2025, 5, 4, 10, 0, 13, tzinfo=UTC)


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    waits: list[float]

    def advance(self, seconds: float) -> None: ...


@contextmanager
def part(path: Path, clock: Time, key_id: str = "K", per_hour: int = 1000) -> Iterator[tuple[Pacer, SharedBudget]]:
    """Give one run's pacer and its part of the budget."""
    file = JournalFile(path)
    pacer = Pacer(clock, Event(), per_hour=per_hour)
    run = file.begin(scope="a", verb="push", source=None, at=AT)
    budget = SharedBudget(file, key_id=key_id, runs=[run], pacer=pacer, clock=clock)
    with closing(budget):
        yield pacer, budget


def test_a_run_knows_what_the_others_have_sent(tmp_path: Path, clock: Time) -> None:
    """What one run has sent is gone from the other's budget, and back after an hour."""
    path = tmp_path / "journal.sqlite3"
    with part(path, clock) as (one, mine), part(path, clock) as (two, theirs):
        for _ in range(40):
            one.acquire()
        mine.sync()
        theirs.sync()
        assert (one.remaining, two.remaining) == (960, 960)
        clock.advance(3610)
        theirs.sync()
        assert two.remaining == 1000


def test_a_run_that_has_ended_still_counts(tmp_path: Path, clock: Time) -> None:
    """What a run sent last is told when it ends, and counts for the next one."""
    path = tmp_path / "journal.sqlite3"
    with part(path, clock) as (one, _):
        one.acquire()
    with part(path, clock) as (two, theirs):
        theirs.sync()
        assert two.remaining == 999


def test_another_keys_budget_is_its_own(tmp_path: Path, clock: Time) -> None:
    """Keys do not share a budget."""
    path = tmp_path / "journal.sqlite3"
    with part(path, clock) as (one, _):
        one.acquire()
    with part(path, clock, "OTHER") as (two, theirs):
        theirs.sync()
        assert two.remaining == 1000


def test_it_is_looked_at_now_and_then(tmp_path: Path, clock: Time) -> None:
    """The file is not touched for every request."""
    path = tmp_path / "journal.sqlite3"
    with part(path, clock) as (one, mine), part(path, clock) as (two, theirs):
        theirs.sync()
        one.acquire()
        mine.sync()
        theirs.sync()
        assert two.remaining == 1000
        clock.advance(2)
        theirs.sync()
        assert two.remaining == 999


def test_a_file_that_fails_is_told(tmp_path: Path, clock: Time) -> None:
    """A budget that cannot be shared stops the run as any trouble with the journal does."""
    path = tmp_path / "journal.sqlite3"
    file = JournalFile(path)
    pacer = Pacer(clock, Event())
    budget = SharedBudget(file, key_id="K", runs=[1], pacer=pacer, clock=clock)
    file.db.execute("DROP TABLE budget")
    with pytest.raises(JournalError):
        budget.sync()
    file.close()


def test_a_file_that_fails_does_not_keep_a_run_from_its_end(tmp_path: Path, clock: Time) -> None:
    """What could not be told at the end is left untold; the run's own result matters more."""
    file = JournalFile(tmp_path / "journal.sqlite3")
    budget = SharedBudget(file, key_id="K", runs=[1], pacer=Pacer(clock, Event()), clock=clock)
    file.db.execute("DROP TABLE budget")
    budget.close()
    with pytest.raises(sqlite3.ProgrammingError):
        file.db.execute("SELECT 1")


def test_a_budget_that_others_used_up_costs_no_request_to_look_at(tmp_path: Path, clock: Time) -> None:
    """While the journal says that the hour is used up nothing is sent to find out; when it is over, all goes on."""
    path = tmp_path / "journal.sqlite3"
    with part(path, clock) as (first, told), part(path, clock) as (second, asked):
        for pacer in (first, second):
            pacer.observe(Reply(200, {"x-rate-limit": "user-hour-lim:100;"}))
        for _ in range(100):
            first.acquire()
        clock.advance(3)
        told.sync()
        second.refresh = asked.sync
        began = clock.monotonic()
        second.acquire()
        assert 3590 < clock.monotonic() - began < 3620
        assert len(clock.waits) < 3600 / 4, "nor is the journal asked more often than every few seconds"


def test_two_runs_together_keep_an_hour_that_no_answer_tells_of(tmp_path: Path, clock: Time) -> None:
    """What each has under way when the other looks is left free: the hour is never exceeded, and used but for 2 %."""
    path, sent = tmp_path / "journal.sqlite3", list[float]()
    with part(path, clock) as (one, mine), part(path, clock) as (two, theirs):
        one.refresh, two.refresh = mine.sync, theirs.sync
        for pacer in (one, two):
            pacer.observe(Reply(200, {"x-rate-limit": "user-hour-lim:1000;"}))
        while clock.monotonic() < 3500:
            for pacer in (one, two):
                pacer.acquire()
                sent.append(clock.monotonic())
                clock.advance(0.2)
    assert 980 <= sum(at < 3600 for at in sent) <= 1000


def test_what_was_asked_for_holds_over_several_runs(tmp_path: Path, clock: Time) -> None:
    """Sixty an hour are sixty in any hour, whichever run sends them and whatever the service announces."""
    path, sent = tmp_path / "journal.sqlite3", list[float]()
    for _ in range(3):
        with part(path, clock, per_hour=60) as (pacer, budget):
            pacer.refresh = budget.sync
            for _ in range(50):
                pacer.acquire()
                left = 3600 - sum(at > clock.monotonic() - 3600 for at in sent)
                sent.append(clock.monotonic())
                pacer.observe(Reply(200, {"x-rate-limit": f"user-hour-lim:3600;user-hour-rem:{left - 1};"}))
    assert len(sent) == 150
    assert max(sum(at <= one < at + 3600 for one in sent) for at in sent) <= 60
    assert sent[-1] - sent[0] < 3 * 3700


def test_a_run_before_over_the_same_line_is_counted_once(tmp_path: Path, clock: Time) -> None:
    """The pacer has counted itself what an earlier run of it sent: a second run waits for nothing."""
    path = tmp_path / "journal.sqlite3"
    pacer = Pacer(clock, Event(), per_hour=100)
    runs: list[int] = []
    for _ in range(2):
        file = JournalFile(path)
        runs.append(file.begin(scope="a", verb="push", source=None, at=AT))
        with closing(SharedBudget(file, key_id="K", runs=runs, pacer=pacer, clock=clock)) as budget:
            pacer.refresh = budget.sync
            for _ in range(50):
                pacer.acquire()
                clock.advance(1)
    assert clock.monotonic() < 3600
    assert pacer.remaining == 0


@pytest.mark.parametrize("remaining", [-1, -500])
def test_a_remainder_below_nothing_is_no_reason_to_crawl(clock: Time, remaining: int) -> None:
    """Users see rem:-1 while everything goes through: it slows nothing down, but in a refusal it counts as nothing."""
    pacer = Pacer(clock, Event())
    header = {"x-rate-limit": f"user-hour-lim:3600;user-hour-rem:{remaining};"}
    began = clock.monotonic()
    for _ in range(100):
        pacer.acquire()
        pacer.observe(Reply(200, header))
    assert clock.monotonic() - began < 5
    pacer.observe(Reply(429, header))
    assert pacer.remaining == 0


def test_what_is_long_over_is_not_kept(tmp_path: Path, clock: Time) -> None:
    """Of what was sent hours ago the journal keeps nothing, however long a run lasts."""
    with part(tmp_path / "journal.sqlite3", clock) as (pacer, budget):
        for _ in range(40):
            pacer.acquire()
            budget.sync()
            clock.advance(600)
        file = JournalFile(tmp_path / "journal.sqlite3")
        with closing(file):
            assert 6 < file.db.execute("SELECT count(*) FROM budget").fetchone()[0] <= 13
