"""F31: whatever breaks a run off, and whenever, nobody sends on, everything is in the journal, and the lock is free."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

import pandas as pd
import pytest
from effort import FULL
from interrupting import interrupted_at, workers
from submit_jobs import HEADERS, SubmitJob, player

import gcbulk
from gcbulk.runs.check import check
from gcbulk.runs.shared.submission_queue import Progress
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.submission_journal import State, recorded_submissions
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import Job

ROWS = 20
MOMENTS = 12 if FULL else 6


def rows(run: int) -> pd.DataFrame:
    """Progress that no other run has: fewer rows than the workers' queue holds, so that all are handed over at once."""
    return pd.DataFrame([(player(1000 * run + n), "com.example.first", 50) for n in range(ROWS)], columns=list(HEADERS))


def assert_in_order(submitting: SubmitJob, game: Simulator, sent_before: int) -> None:
    """Nobody is left, and the journal of the last run knows everything that was applied."""
    assert workers() == []
    sent = len(game.ledger.submitted)
    with closing(JournalFile(submitting.journal)) as file:
        run = max((one.id for one in file.runs()), default=0)
        states = Counter(recorded_submissions(file, run).states.tolist())
    assert len(game.ledger.submitted) == sent, "somebody went on sending"
    if sent > sent_before:
        assert states[State.DONE] == sent - sent_before, "something was sent and is not in the journal"
    assert not states[State.INTENT], "something is in doubt though nothing was killed"


def lines_of(submitting: SubmitJob, game: Simulator) -> int:
    """How many lines the main thread comes to in a run that nothing breaks off."""
    with interrupted_at(0) as passed:
        gcbulk.submit(rows(0), submitting.service(game))
    return passed[0]


def test_an_interruption_at_any_line(submitting: SubmitJob, game: Simulator) -> None:
    """Ctrl-C, also after everything was handed over: what is in flight ends and is recorded; the same call goes on."""
    count = lines_of(submitting, game)
    for number in range(1, MOMENTS):
        before = len(game.ledger.submitted)
        service = submitting.service(game)
        try:
            with interrupted_at(count * number // MOMENTS):
                gcbulk.submit(rows(number), service)
        except KeyboardInterrupt:
            assert len(game.ledger.submitted) == before, "the outcomes of what was sent come back"
        assert_in_order(submitting, game, before)
        assert gcbulk.submit(rows(number), service).attrs["stopped"] is None
        assert len(game.ledger.submitted) == before + ROWS


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, KeyboardInterrupt])
def test_a_callback_that_fails(submitting: SubmitJob, game: Simulator, at: int, error: type[BaseException]) -> None:
    """What shows the progress raises, first while rows are handed over or when all were: it is told, and no more."""
    calls = [0]

    def watch(progress: Progress) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise error

    service = submitting.service(game)
    if error is KeyboardInterrupt:
        assert "interrupted" in str(gcbulk.submit(rows(1), service, watch=watch).attrs["stopped"])
    else:
        with pytest.raises(error):
            gcbulk.submit(rows(1), service, watch=watch)
    assert calls[0] >= at
    assert_in_order(submitting, game, 0)
    with closing(JournalFile(submitting.journal)) as file:
        assert file.runs()[-1].stopped
    assert gcbulk.submit(rows(1), service).attrs["stopped"] is None
    assert len(game.ledger.submitted) == ROWS


def test_a_second_interruption_waits_for_the_workers_too(submitting: SubmitJob, game: Simulator) -> None:
    """However often Ctrl-C is pressed, nobody goes on sending when the call has ended."""
    calls = [0]

    def watch(progress: Progress) -> None:
        calls[0] += 1
        raise KeyboardInterrupt

    gcbulk.submit(rows(1), submitting.service(game), watch=watch)
    assert calls[0] > 1
    assert_in_order(submitting, game, 0)


def test_a_push_that_is_interrupted(job: Job, simulator: Simulator) -> None:
    """Ctrl-C during a push from a notebook: the outcomes come back, and the next push goes on; nothing twice."""
    job.fill_plain(6)
    with interrupted_at(0) as passed, job.service(simulator) as service:
        gcbulk.push(gcbulk.plan(check(job.workbook), service), service)
    for number in range(1, MOMENTS):
        job.fill_plain(6, prefix=f"com.example.n{number}")
        service = job.stack.enter_context(job.service(simulator))
        plan = gcbulk.plan(check(job.workbook), service)
        try:
            with interrupted_at(passed[0] * number // (2 * MOMENTS)):
                gcbulk.push(plan, service)
        except KeyboardInterrupt:
            pass
        assert not service.session.stop.is_set()
        outcomes = gcbulk.push(gcbulk.plan(check(job.workbook), service), service)
        assert set(outcomes["outcome"]) <= {"created", "unchanged", "adopted"}
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}
    assert simulator.ledger.duplicates("gameCenterAchievementLocalizations") == {}


def test_a_push_whose_callback_fails(job: Job, simulator: Simulator) -> None:
    """The journal is closed and says so, the lock is free, and the next push goes on."""
    job.fill_plain(4)
    service = job.service(simulator)
    plan = gcbulk.plan(check(job.workbook), service)

    def watch(outcomes: Json, total: int) -> Json:
        yield next(iter(outcomes))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gcbulk.push(plan, service, watch=watch)
    with closing(JournalFile(job.journal)) as file:
        assert "ended by an error" in str(file.runs()[-1].stopped)
    outcomes = gcbulk.push(gcbulk.plan(check(job.workbook), service), service)
    assert set(outcomes["outcome"]) == {"created", "unchanged"}
