"""Submissions on a bad day: refusals, outages, limits, stops, a journal that fails. Nothing is lost, all is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from threading import Event

import pandas as pd
import pytest
from submit_jobs import (
    BUNDLE_ID,
    FIRST,
    POST,
    POST_SCORE,
    SCORE_HEADERS,
    SubmitJob,
    applied,
    ids_are_right,
    player,
    posts,
    progress,
)

from gcbulk.errors import JournalError, SettingsError
from gcbulk.runs.check import check_any_file
from gcbulk.runs.plan import PlanOutput, plan_any_file
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.submission_results import lines_after
from gcbulk.runs.shared.submission_run import SubmitOptions, SubmitRun, make_submission_plan
from gcbulk.runs.submit import submit_file
from gcbulk.service.clock import SystemClock
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import START, TurnedClock, occurred

Simulate = Callable[..., Simulator]
ROLE = "role"


@pytest.fixture
def start(simulate: Simulate, clock: TurnedClock) -> Callable[..., Simulator]:
    """Give a way to start a simulator with an achievement, by the test's clock, with faults and switches."""

    def made(*faults: Fault, **switches: object) -> Simulator:
        simulator = simulate(Switches(faults=faults, **switches), now=clock.time, sleep=clock.sleep)  # type: ignore[arg-type]
        simulator.add_achievement(FIRST)
        return simulator

    return made


def fault(kind: str, **about: object) -> Fault:
    """Something that goes wrong with submissions."""
    return Fault(kind, method="POST", **about)  # type: ignore[arg-type]


@pytest.mark.parametrize("applied_first", [True, False], ids=["applied", "not-applied"])
@pytest.mark.parametrize(
    "kind", [{"kind": "status", "status": 502}, {"kind": "reset"}, {"kind": "truncate", "at_byte": 40}], ids=str
)
def test_without_an_answer_the_same_bytes_go_again(
    submitting: SubmitJob, start: Callable[..., Simulator], kind: dict[str, Json], applied_first: bool
) -> None:
    """After a 502, a reset or half an answer the same body is sent again: the percentage ends as it should."""
    game = start(fault(nth=(3, 7, 8), applied=applied_first, **kind))
    submitting.fill(progress(12, 60))
    result = submitting.submit(game)
    assert (result.exit, occurred(result.outcomes)) == (0, {"created": 12})
    assert set(applied(game)) == set(progress(12, 60))
    assert len(applied(game)) == 12 + (3 if applied_first else 0)
    bodies = {repr(one.request) for one in game.exchanges if one.path == POST}
    assert len(bodies) == 12, "a repeat was not the same"
    assert ids_are_right(game, submitting.lines())
    assert submitting.lines()["Attempts"].astype(int).sum() == 15


def test_slow_answers_are_waited_for(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """Answers that drip in and answers that come late are answers."""
    game = start(fault("slow", nth=(2,), chunk_bytes=50, pause_s=0.1), fault("delay", nth=(4,), delay_s=5))
    submitting.fill(progress(6))
    assert occurred(submitting.submit(game).outcomes) == {"created": 6}
    assert len(applied(game)) == 6


@pytest.mark.parametrize(
    ("refusal", "said", "left"),
    [
        (fault("status", status=401, after=4), "Check the key", 6),
        (fault("status", status=403, code="FORBIDDEN_ERROR"), ROLE, 10),
        (fault("status", status=403, code="FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", after=4), "agreement", 6),
    ],
    ids=["401-twice", "403", "agreements"],
)
def test_what_stops_a_run_leaves_the_rest_not_attempted(
    submitting: SubmitJob, start: Callable[..., Simulator], refusal: Fault, said: str, left: int
) -> None:
    """A key that is refused ends the run soon and says what to look at; the next run goes on.

    Exit 7 when something was sent before; else 2: to run the same again would end the same.
    """
    game = start(refusal)
    submitting.fill(progress(10))
    result = submitting.submit(game)
    assert result.exit == (7 if left < 10 else 2)
    assert occurred(result.outcomes) == {"not_attempted": left} | ({"created": 10 - left} if left < 10 else {})
    assert any(said in note for note in result.notes)
    assert posts(game) <= 10 - left + 6 + 1
    game.clear_faults()
    assert submitting.submit(game).exit == 0
    assert len(applied(game)) == 10


def test_a_row_may_be_forbidden_by_itself(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """A 403 after others went through is that row's error."""
    game = start()
    submitting.fill(progress(2))
    submitting.submit(game, in_flight=1, max_requests=1)
    game.add_fault(fault("status", status=403, nth=(2,)))
    submitting.fill(progress(5))
    assert occurred(submitting.submit(game, in_flight=1).outcomes) == {"created": 3, "unchanged": 1, "rejected": 1}


def test_a_refused_row_is_told_with_its_column(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """What only the service knows is the row's line: code, column and message; fixed it is sent again."""
    game = start(check_submissions=True)
    submitting.fill([(player(1), FIRST, 10), (player(2), FIRST, 20)])
    game.add_fault(fault("status", status=409, nth=(1,), code="ENTITY_ERROR.ATTRIBUTE.INVALID"))
    result = submitting.submit(game, in_flight=1)
    assert (result.exit, occurred(result.outcomes)) == (3, {"created": 1, "rejected": 1})
    assert submitting.lines()["Code"].tolist() == ["ENTITY_ERROR.ATTRIBUTE.INVALID", ""]
    assert occurred(submitting.submit(game).outcomes) == {"created": 1, "unchanged": 1}


@pytest.mark.parametrize("retry_after", ["", "30", "soon", "-5", "1e30"])
def test_a_storm_of_429_costs_no_row(
    submitting: SubmitJob, start: Callable[..., Simulator], clock: TurnedClock, retry_after: str
) -> None:
    """Refused for the rate the same row goes again, after a wait."""
    game = start(fault("status", status=429, nth=(2, 3, 9, 20), retry_after=retry_after))
    submitting.fill(progress(20))
    # One at a time: where several wait at once, each would turn this clock on for all.
    assert occurred(submitting.submit(game, in_flight=1).outcomes) == {"created": 20}
    assert len(applied(game)) == 20
    assert clock.waited_s > 0


def test_a_hidden_minute_limit_is_kept_to(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """With a limit that no header tells of everything goes through all the same."""
    game = start(minute_limit=30)
    submitting.fill(progress(100))
    assert occurred(submitting.submit(game).outcomes) == {"created": 100}
    assert len(applied(game)) == 100


def test_an_outage_stops_the_run_and_the_next_one_goes_on(
    submitting: SubmitJob, start: Callable[..., Simulator]
) -> None:
    """When nothing answers any more the run ends within 60 requests, exit 7."""
    game = start(fault("status", status=503, after=20))
    submitting.fill(progress(60))
    result = submitting.submit(game)
    assert result.exit == 7
    assert result.outcomes["created"] == 20
    assert result.requests <= 3 + 20 + 60
    game.clear_faults()
    again = submitting.submit(game)
    assert (again.exit, occurred(again.outcomes)) == (0, {"unchanged": 20, "created": 40})
    assert set(applied(game)) == set(progress(60))


def test_a_stop_ends_what_is_in_flight_and_writes_the_report(
    submitting: SubmitJob, start: Callable[..., Simulator]
) -> None:
    """Told to stop in mid-run it sends nothing more; every row is counted, and the next run finishes."""
    game = start()
    submitting.fill(progress(2_000))
    stop = Event()
    service = submitting.service(game, stop=stop)
    seen = service.session.count

    def count(verdict: object) -> None:
        seen(verdict)  # type: ignore[arg-type]
        if service.requests == 50:
            stop.set()

    service.session.count = count  # type: ignore[method-assign]
    result = submitting.submit(game, service)
    assert result.exit == 7
    assert 40 <= result.outcomes["created"] == len(applied(game)) <= 60
    assert result.outcomes["not_attempted"] == 2_000 - result.outcomes["created"]
    assert stop.is_set(), "the wish to stop is the user's, not ours to take back"


def test_only_so_many_requests(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """--max-requests ends the run with exit 7; run again it goes on where it stopped."""
    game = start()
    submitting.fill(progress(25))
    for expected in ({"created": 10, "not_attempted": 15}, {"unchanged": 10, "created": 10, "not_attempted": 5}):
        result = submitting.submit(game, max_requests=10)
        assert (result.exit, occurred(result.outcomes)) == (7, expected)
    assert submitting.submit(game, max_requests=10).exit == 0
    assert sorted(applied(game)) == progress(25)


def test_it_stops_in_time(submitting: SubmitJob, start: Callable[..., Simulator], clock: TurnedClock) -> None:
    """--stop-at ends a run that the limits hold up, exit 7; the same service may then run again."""
    game = start(hour_limit=None)
    submitting.fill(progress(30))
    service = submitting.service(game, per_hour=13)
    result = submitting.submit(game, service, in_flight=1, stop_at=START + timedelta(minutes=30))
    assert (result.exit, occurred(result.outcomes)) == (7, {"created": 10, "not_attempted": 20})
    assert any("time to stop" in note for note in result.notes)
    assert clock.now() <= START + timedelta(minutes=31)
    # One at a time: several senders would each turn the clock on, past the life of a token on its way.
    assert submitting.submit(game, service, in_flight=1).exit == 0


def test_two_runs_share_the_budget_where_no_header_tells(
    submitting: SubmitJob, start: Callable[..., Simulator], clock: TurnedClock
) -> None:
    """Without X-Rate-Limit a run knows from the journal what the one before it sent, and waits for the rest."""
    game = start(hour_limit=None)
    submitting.fill(progress(300))
    submitting.submit(game, submitting.service(game, per_hour=400), in_flight=1)
    assert clock.now() - START < timedelta(minutes=5)
    submitting.fill(progress(600))
    again = submitting.submit(game, submitting.service(game, per_hour=400), in_flight=1)
    assert occurred(again.outcomes) == {"unchanged": 300, "created": 300}
    times = sorted(one.at for one in game.ledger.submitted)
    assert max(sum(at <= other < at + 3600 for other in times) for at in times) <= 400
    assert clock.now() - START > timedelta(minutes=59)


@pytest.mark.parametrize("event", ["UPDATE", "INSERT"], ids=["a result", "an intent"])
def test_a_journal_that_fails_stops_the_run_and_loses_nothing(
    submitting: SubmitJob, start: Callable[..., Simulator], event: str
) -> None:
    """No intent, no request; what was answered stands in the report though the journal could not store it."""
    game = start()
    submitting.fill(progress(1_200))
    submitting.submit(game, max_requests=1)
    with closing(sqlite3.connect(submitting.journal)) as journal:
        journal.execute(
            f"CREATE TRIGGER full BEFORE {event} ON submissions WHEN NEW.seq >= 520 "
            "BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
        )
    result = submitting.submit(game)
    assert result.exit == 7
    assert any("disk I/O error" in note for note in result.notes)
    lines = submitting.lines()
    told = set(lines["Key"][lines["Outcome"].isin(["created", "unchanged"])])
    assert told == {f"{who} / {what}" for who, what, _ in applied(game)}, "something was sent that is not told"
    assert result.outcomes["unknown"] == 0
    assert 400 < len(applied(game)) < 600
    mark = submitting.folder / "~$progress.report.csv"
    mark.touch()
    assert submitting.submit(game).exit == 5, "the report alone knows a result, and is elsewhere"
    mark.unlink()
    with closing(sqlite3.connect(submitting.journal)) as journal:
        journal.execute("DROP TRIGGER full")
    assert submitting.submit(game).exit == 0
    assert set(applied(game)) == set(progress(1_200))


def test_a_journal_that_cannot_be_read_after_the_run_is_said(
    submitting: SubmitJob, start: Callable[..., Simulator]
) -> None:
    """The report cannot be made then: exit 7, and how to get it later."""
    game = start()
    submitting.fill(progress(2))
    submitting.submit(game)
    broken = submitting.folder / "broken.sqlite3"
    broken.write_bytes(b"no journal " * 100)
    checked = read_submissions(submitting.path, reading=ReadOptions(bundle_id=BUNDLE_ID))
    plan = make_submission_plan(checked, None, SubmitOptions())
    with pytest.raises(JournalError, match="gcbulk report") as raised:
        lines_after(plan, SubmitRun(1, None), broken)
    assert raised.value.exit_code == 7


@pytest.mark.parametrize("options", [{}, {"send_zero": True}, {"allow_lowering": True}, {"max_requests": 3}], ids=str)
def test_the_report_can_be_made_again(
    submitting: SubmitJob, start: Callable[..., Simulator], options: dict[str, Json]
) -> None:
    """The report is a function of the file and the journal: made again it is the same, line by line."""
    game = start(fault("status", status=409, nth=(2,), code="ENTITY_ERROR.ATTRIBUTE.INVALID"))
    submitting.fill([(player(1), FIRST, 90)])
    submitting.submit(game)
    rows = [
        (player(1), FIRST, 40),  # lower than sent
        (player(2), FIRST, 10),
        (player(2), FIRST, 10),  # a twin
        (player(2), FIRST, 5),  # folded
        (player(3), FIRST, 0),
        (player(4), "com.example.none", 30),
        (player(4), "com.example.none", 30),
        ("T:_1", FIRST, 30),
        *[(player(n), FIRST, n) for n in range(5, 9)],
    ]
    submitting.fill(rows)
    first = submitting.submit(game, **options)
    lines = submitting.lines()
    again = submitting.report(**options)
    pd.testing.assert_frame_equal(submitting.lines(), lines)
    assert (again.exit, again.outcomes, again.requests) == (first.exit, first.outcomes, 0)
    if "max_requests" not in options:
        sent = lines["Attempts"] == "1"
        submitting.report()
        assert submitting.lines()[sent].equals(lines[sent]), "what was sent is told whatever the options"
        submitting.fill(rows[::-1])
        submitting.report(**options)
        assert sorted(submitting.lines()["Id"]) == sorted(lines["Id"])


def test_a_report_needs_a_journal_that_knows_the_file(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """Without a journal, or without a run of this file in it, the report says so."""
    submitting.fill(progress(1))
    with pytest.raises(SettingsError, match="no journal"):
        submitting.report()
    game = start()
    submitting.submit(game)
    submitting.path = submitting.path.with_name("other.csv")
    submitting.fill(progress(1))
    with pytest.raises(SettingsError, match=r"other\.csv"):
        submitting.report()


def test_no_player_is_named_in_the_journal(submitting: SubmitJob, start: Callable[..., Simulator]) -> None:
    """Players' ids are personal data: the journal knows them by digests alone."""
    game = start(fault("status", status=409, nth=(2,)), fault("reset", nth=(3,)))
    submitting.fill([*progress(20), (player(99), "com.example.none", 1)])
    result = submitting.submit(game)
    kept = b"".join(path.read_bytes() for path in submitting.journal.parent.rglob("*") if path.is_file())
    assert b"A:_" not in kept
    assert not any("A:_" in note for note in result.notes)


@pytest.fixture
def scores(submitting: SubmitJob) -> SubmitJob:
    """Give a folder with a file of scores to fill."""
    submitting.kind = "scores"
    return submitting


def test_scores_go_through_and_are_not_sent_again(
    scores: SubmitJob, start: Callable[..., Simulator], assert_contract: Callable[..., None]
) -> None:
    """Each score is one request; the same score is known again, another of the same player is a new one."""
    game = start()
    scores.fill(
        [(player(1), "board", 10, None), (player(1), "board", 12, 7), (player(1), "board", 10, None)], SCORE_HEADERS
    )
    assert occurred(scores.submit(game).outcomes) == {"created": 3}
    assert sorted(applied(game)) == [(player(1), "board", "10"), (player(1), "board", "12")]
    again = scores.submit(game)
    assert (again.requests, occurred(again.outcomes)) == (2, {"unchanged": 3})
    assert_contract(game.exchanges)


@pytest.mark.parametrize("applied_first", [True, False], ids=["applied", "not-applied"])
def test_a_score_without_an_answer_stays_unknown(
    scores: SubmitJob, start: Callable[..., Simulator], applied_first: bool
) -> None:
    """It might count twice if it were sent again: it is told as unknown, exit 4, now and in every later run."""
    game = start(fault("status", status=502, nth=(2,), applied=applied_first))
    scores.fill([(player(n), "board", n, None) for n in range(5)], SCORE_HEADERS)
    result = scores.submit(game)
    assert (result.exit, occurred(result.outcomes)) == (4, {"created": 4, "unknown": 1})
    assert posts(game, POST_SCORE) == 5
    again = scores.submit(game)
    assert (again.exit, occurred(again.outcomes)) == (4, {"unchanged": 4, "unknown": 1})
    assert posts(game, POST_SCORE) == 5


def test_a_score_that_was_refused_for_the_rate_goes_again(scores: SubmitJob, start: Callable[..., Simulator]) -> None:
    """A 429 is an answer: nothing was applied, so the score is sent after the wait."""
    game = start(fault("status", status=429, nth=(1, 3)))
    scores.fill([(player(n), "board", n, None) for n in range(5)], SCORE_HEADERS)
    assert occurred(scores.submit(game).outcomes) == {"created": 5}
    assert len(applied(game)) == 5


def test_by_the_machines_own_clock(submitting: SubmitJob, start: Callable[..., Simulator], simulate: Simulate) -> None:
    """The same with real time."""
    submitting.clock = SystemClock()
    game = simulate()
    game.add_achievement(FIRST)
    submitting.fill(progress(10))
    assert submitting.submit(game).exit == 0


def test_a_refusal_that_points_at_a_value_names_the_sheets_column(
    submitting: SubmitJob, start: Callable[..., Simulator]
) -> None:
    """An achievement that goes away after the look-up: the service's own error, with the header it is about."""
    game = start()
    submitting.fill([(player(1), FIRST, 10)], ("Player ID", "My Achievement", "Percent"))
    checked = read_submissions(
        submitting.path, reading=ReadOptions(column={"vendor_identifier": "My Achievement"}, bundle_id=BUNDLE_ID)
    )

    def remove(lines: Sequence[str]) -> bool:
        (achievement,) = game.store.all("gameCenterAchievements")
        game.store.delete(achievement)
        return True

    place = ReportTarget(submitting.folder / "rescued")
    result = submit_file(submitting.path, checked, submitting.service(game), place, confirm=remove)
    assert occurred(result.outcomes) == {"rejected": 1}
    line = submitting.lines().iloc[0]
    assert (line["Code"], line["Column"]) == ("ENTITY_ERROR.ATTRIBUTE.INVALID", "My Achievement")
    assert FIRST in line["Message"]


def test_what_could_not_be_stored_is_told_with_its_reason(
    submitting: SubmitJob, start: Callable[..., Simulator]
) -> None:
    """A refusal that came when the journal failed still has its code in the report."""
    game = start(fault("status", status=409, code="ENTITY_ERROR.ATTRIBUTE.INVALID"))
    submitting.fill(progress(2))
    submitting.submit(game, max_requests=1)
    with closing(sqlite3.connect(submitting.journal)) as journal:
        journal.execute("CREATE TRIGGER full BEFORE UPDATE ON submissions BEGIN SELECT RAISE(ABORT, 'full'); END")
    result = submitting.submit(game, in_flight=1)
    assert result.exit == 7
    assert result.outcomes["rejected"] >= 1
    assert set(submitting.lines()["Code"]) <= {"ENTITY_ERROR.ATTRIBUTE.INVALID", ""}


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_a_score_that_was_cut_off_stays_unknown(scores: SubmitJob, start: Callable[..., Simulator], kind: str) -> None:
    """A connection that breaks says nothing of whether it counted; the report has the reason."""
    game = start(fault(kind, nth=(1,), applied=True))
    scores.fill([(player(1), "board", 5, None)], SCORE_HEADERS)
    assert occurred(scores.submit(game).outcomes) == {"unknown": 1}
    line = scores.lines().iloc[0]
    assert line["Code"] == "no-answer"
    assert line["Message"]


def test_a_plan_of_submissions_takes_no_wishes_for_achievements(submitting: SubmitJob) -> None:
    """What cannot be done for submissions is refused, not left out in silence."""
    checked = read_submissions(submitting.fill(progress(1)), reading=ReadOptions(bundle_id=BUNDLE_ID))
    with pytest.raises(SettingsError, match="no plan to save"):
        plan_any_file(checked, None, SubmitOptions(), more=PlanOutput(out=submitting.folder / "plan.json"))


def test_a_plan_without_the_service(submitting: SubmitJob) -> None:
    """Offline a plan is made as if nothing had been sent, and no journal comes into being."""
    submitting.fill(progress(4))
    result = plan_any_file(
        read_submissions(submitting.path, reading=ReadOptions(bundle_id=BUNDLE_ID)), None, SubmitOptions()
    )
    assert result.plan is not None
    assert result.plan["requests"] == 4
    assert not submitting.journal.exists()


def test_a_check_of_submissions_is_reported(submitting: SubmitJob) -> None:
    """A check alone tells each wrong row in the report, exit 2."""
    submitting.fill([(player(1), FIRST, 10), (player(2), FIRST, 101)])
    checked = read_submissions(submitting.path, reading=ReadOptions(bundle_id=BUNDLE_ID))
    result = check_any_file(submitting.path, checked, ReportTarget(submitting.folder / "rescued"))
    assert result.exit == 2
    assert submitting.lines("check")["Row"].tolist() == ["3"]
