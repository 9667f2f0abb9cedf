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

from gcbulk.errors import JournalError
from gcbulk.service.budget import SharedBudget
from gcbulk.service.clock import Clock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.pacing import Pacer

AT = datetime(2025, 5, 4, 10, 0, 13, tzinfo=UTC)


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    def advance(self, seconds: float) -> None: ...


@contextmanager
def part(path: Path, clock: Time, key_id: str = "K") -> Iterator[tuple[Pacer, SharedBudget]]:
    """Give one run's pacer and its part of the budget."""
    file = JournalFile(path)
    pacer = Pacer(clock, Event(), per_hour=1000)
    run = file.begin(scope="a", verb="push", source=None, at=AT)
    budget = SharedBudget(file, key_id=key_id, run=run, pacer=pacer, clock=clock)
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
    budget = SharedBudget(file, key_id="K", run=1, pacer=pacer, clock=clock)
    file.db.execute("DROP TABLE budget")
    with pytest.raises(JournalError):
        budget.sync()
    file.close()


def test_a_file_that_fails_does_not_keep_a_run_from_its_end(tmp_path: Path, clock: Time) -> None:
    """What could not be told at the end is left untold; the run's own result matters more."""
    file = JournalFile(tmp_path / "journal.sqlite3")
    budget = SharedBudget(file, key_id="K", run=1, pacer=Pacer(clock, Event()), clock=clock)
    file.db.execute("DROP TABLE budget")
    budget.close()
    with pytest.raises(sqlite3.ProgrammingError):
        file.db.execute("SELECT 1")


def test_a_budget_that_others_used_up_costs_no_request_to_look_at(tmp_path: Path, clock: Time) -> None:
    """While the journal says that the hour is used up nothing is sent to find out; when it is over, all goes on."""
    path = tmp_path / "journal.sqlite3"
    with part(path, clock) as (first, told), part(path, clock) as (second, asked):
        for pacer in (first, second):
            pacer.per_hour = 100
        for _ in range(100):
            first.acquire()
        clock.advance(3)
        told.sync()
        second.refresh = asked.sync
        began = clock.monotonic()
        second.acquire()
        assert 3590 < clock.monotonic() - began < 3620
