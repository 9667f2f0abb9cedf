"""Pacing against services with limits that they tell, hide, share and change; hours pass in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from virtual_server import Far, VirtualClock, allowed_s, asked, minute_ends_at, send_all, until_minute_ends

from gcbulk.appstore.calls import Reply
from gcbulk.errors import ServiceError
from gcbulk.service.pacing import Pacer

HIDDEN = [
    pytest.param(per_minute, tells, workers, id=f"{per_minute} a minute, {told}, {workers} in flight")
    for per_minute in (300, 60)
    for tells, told in ((True, "told the hour"), (False, "told nothing"))
    for workers in (1, 8)
]


@pytest.mark.parametrize(("per_minute", "tells", "workers"), HIDDEN)
def test_a_hidden_minute_limit_costs_little(clock: VirtualClock, per_minute: int, tells: bool, workers: int) -> None:
    """F3: at most 1 % of the answers are 429, and at least 95 % of the allowed rate is reached."""
    far = Far(clock, per_minute=per_minute, tells=tells)
    took_s = send_all(clock, Pacer(clock, Event()), far, 10_000, workers=workers)
    assert far.refused <= 0.01 * (far.applied + far.refused)
    assert allowed_s(10_000, per_hour=3600, per_minute=per_minute) >= 0.95 * took_s


def test_a_sender_that_does_not_learn_fails_the_same_test(clock: VirtualClock) -> None:
    """The service of these tests bites: who sends as fast as it may by the hour is refused most of the time."""
    far = Far(clock, per_minute=60)
    for _ in range(3600):
        far.answer()
        clock.advance(0.1)
    assert far.refused > 0.5 * far.applied


@pytest.mark.parametrize(
    ("retry_after", "least"),
    [
        pytest.param(asked("0"), 0.95, id="zero"),
        pytest.param(asked("1"), 0.95, id="one"),
        pytest.param(asked("-5"), 0.95, id="negative"),
        pytest.param(asked("soon"), 0.95, id="words"),
        pytest.param(asked("Wed, 21 Oct 2015 07:28:00 GMT"), 0.95, id="past date"),
        pytest.param(until_minute_ends, 0.95, id="seconds"),
        pytest.param(minute_ends_at("date"), 0.95, id="date"),
        pytest.param(minute_ends_at("s"), 0.95, id="epoch seconds"),
        pytest.param(minute_ends_at("ms"), 0.95, id="epoch milliseconds"),
        pytest.param(asked("60"), 0.90, id="always a minute"),
        pytest.param(asked("3600"), 0.50, id="always an hour"),
    ],
)
def test_every_form_of_retry_after_is_obeyed_without_a_storm(
    clock: VirtualClock, retry_after: Callable[[datetime], str], least: float
) -> None:
    """F3 holds whatever Retry-After says; a service that asks for more than it needs costs what it asks for."""
    far = Far(clock, per_minute=60, retry_after=retry_after)
    pacer = Pacer(clock, Event())
    took_s = send_all(clock, pacer, far, 10_000, workers=8)
    assert far.refused <= 0.01 * (far.applied + far.refused)
    assert allowed_s(10_000, per_hour=3600, per_minute=60) >= least * took_s


@pytest.mark.parametrize("tells", [True, False], ids=["told the hour", "told nothing"])
@pytest.mark.parametrize(("per_minute", "share_per_minute"), [(300, 30), (60, 30)], ids=["300 a minute", "60 a minute"])
def test_another_client_on_the_same_budget_is_lived_with(
    clock: VirtualClock, tells: bool, per_minute: int, share_per_minute: int
) -> None:
    """Another client takes half: we still get 95 % of the other half, with at most 1 % refusals."""
    far = Far(clock, per_minute=per_minute, tells=tells, other_every_s=2.0)
    took_s = send_all(clock, Pacer(clock, Event()), far, 10_000, workers=8)
    assert far.refused <= 0.01 * (far.applied + far.refused)
    assert allowed_s(10_000, per_hour=1800, per_minute=share_per_minute) >= 0.95 * took_s


@pytest.mark.parametrize("tells", [True, False], ids=["told the hour", "told nothing"])
def test_a_lower_hour_than_published_is_found(clock: VirtualClock, tells: bool) -> None:
    """A service that allows less an hour than published is followed, told or not."""
    far = Far(clock, per_hour=2000, tells=tells)
    took_s = send_all(clock, Pacer(clock, Event()), far, 9_900, workers=8)
    assert far.refused <= 0.01 * (far.applied + far.refused)
    assert allowed_s(9_900, per_hour=2000, per_minute=300) >= (0.95 if tells else 0.80) * took_s


@pytest.mark.parametrize(
    ("low", "retry_after", "within_s"),
    [
        pytest.param(20, None, 1800, id="twenty a minute"),
        pytest.param(3, None, 2400, id="three a minute"),
        pytest.param(20, asked("60"), 3000, id="twenty a minute, and always asked to wait one"),
    ],
)
def test_a_ceiling_learned_in_a_bad_hour_is_unlearned(
    clock: VirtualClock, low: int, retry_after: Callable[[datetime], str] | None, within_s: float
) -> None:
    """When a low limit goes away, the full rate is back within the hour, however low it was and long the waits."""
    far = Far(clock, per_hour=100_000, minute_at=lambda at: low if at < 600 else 300, retry_after=retry_after)
    pacer = Pacer(clock, Event(), per_hour=100_000)
    send_all(clock, pacer, far, 9 * low, workers=8)
    assert pacer.per_minute <= low + 5
    while pacer.per_minute < 300:
        send_all(clock, pacer, far, far.applied + low, workers=8)
    assert clock.passed_s <= 600 + within_s


def test_a_minute_is_used_to_the_full(clock: VirtualClock) -> None:
    """The window is no longer than it has to be: 98 % of what a minute allows goes out."""
    pacer = Pacer(clock, Event(), per_hour=100_000)
    pacer.observe(Reply(200, {"x-rate-limit": "user-hour-lim:100000;"}))
    for _ in range(3001):
        pacer.acquire()
    assert 600 < clock.passed_s < 600 / 0.98


def test_a_told_minute_limit_is_kept_from_the_first_answer_on(clock: VirtualClock) -> None:
    """A service that tells its minute limit never has to refuse, and is used to the full."""
    far = Far(clock, per_minute=150, tells_minute=True)
    took_s = send_all(clock, Pacer(clock, Event()), far, 10_000, workers=8)
    assert far.refused == 0
    assert allowed_s(10_000, per_hour=3600, per_minute=150) >= 0.95 * took_s


def test_a_full_minute_that_is_told_ends_with_the_minute(clock: VirtualClock) -> None:
    """``user-minute-rem:0`` holds requests back to the next clock minute, though our own count has room."""
    pacer = Pacer(clock, Event())
    pacer.acquire()
    pacer.observe(Reply(201, {"x-rate-limit": "user-minute-lim:150;user-minute-rem:0;"}))
    pacer.acquire()
    assert clock.now().minute == 1


def test_a_told_full_hour_of_an_unknown_limit_is_no_news(clock: VirtualClock) -> None:
    """Half a header (a limit without what remains) changes the limit and nothing else."""
    pacer = Pacer(clock, Event())
    pacer.observe(Reply(201, {"x-rate-limit": "user-hour-lim:500;"}))
    for _ in range(300):
        pacer.acquire()
    assert pacer.per_hour == 500
    assert clock.waits == []


def test_a_told_limit_does_not_undo_a_learned_one(clock: VirtualClock) -> None:
    """A 429 below the minute limit that answers announce is believed more than the announcement."""
    told = {"x-rate-limit": "user-minute-lim:150;user-minute-rem:90;"}
    pacer = Pacer(clock, Event())
    clock.advance(120)
    for _ in range(60):
        pacer.acquire()
        pacer.observe(Reply(201, told))
    pacer.refuse(Reply(429, told))
    learned = pacer.per_minute
    pacer.observe(Reply(201, told))
    assert pacer.per_minute == learned < 60


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        pytest.param({"x-rate-limit": "user-hour-lim:900;user-hour-rem:899;"}, 900, id="lower"),
        pytest.param({"x-rate-limit": "user-hour-lim:9000;user-hour-rem:8999;"}, 1000, id="higher than asked"),
        pytest.param({"x-rate-limit": "user-hour-lim:0;user-hour-rem:-1;"}, 1000, id="nonsense"),
    ],
)
def test_the_hour_asked_for_is_never_exceeded(clock: VirtualClock, headers: Mapping[str, str], kept: int) -> None:
    """The hour's limit is the lower of what was asked for and what the service tells."""
    pacer = Pacer(clock, Event(), per_hour=1000)
    pacer.observe(Reply(200, headers))
    assert pacer.per_hour == kept


def test_the_options_are_kept_by_every_window(clock: VirtualClock) -> None:
    """No 60 seconds hold more requests than asked for, and no hour."""
    pacer = Pacer(clock, Event(), per_hour=500, per_minute=40)
    moments = []
    for _ in range(1200):
        pacer.acquire()
        moments.append(clock.passed_s)
    assert all(later - earlier > 60 for earlier, later in zip(moments, moments[40:], strict=False))
    assert all(later - earlier > 3600 for earlier, later in zip(moments, moments[500:], strict=False))


def test_a_budget_used_up_elsewhere_is_looked_at_once_a_minute(clock: VirtualClock) -> None:
    """When the key's hour is used up by somebody else, one request a minute looks, and no more."""
    full = Reply(429, {"x-rate-limit": "user-hour-lim:3600;user-hour-rem:0;"})
    pacer = Pacer(clock, Event())
    pacer.observe(Reply(200, {"x-rate-limit": "user-hour-lim:3600;user-hour-rem:0;"}))
    for looks in range(1, 6):
        pacer.acquire()
        pacer.acquire()  # as if nothing had come back yet
        assert clock.passed_s >= 60 * looks
        pacer.observe(full)
    assert pacer.per_minute == 300


def test_refusals_for_the_hour_do_not_lower_the_minute(clock: VirtualClock) -> None:
    """A 429 that says that the hour is used up teaches nothing about the minute."""
    pacer = Pacer(clock, Event())
    clock.advance(120)
    pacer.acquire()
    pacer.refuse(Reply(429, {"x-rate-limit": "user-hour-lim:3600;user-hour-rem:0;"}))
    assert pacer.per_minute == 300


def test_a_run_that_has_just_begun_learns_nothing_from_a_refusal(clock: VirtualClock) -> None:
    """A minute that an earlier run has filled lowers no ceiling: this run does not know what the minute has seen."""
    pacer = Pacer(clock, Event())
    pacer.acquire()
    pacer.refuse(Reply(429))
    assert pacer.per_minute == 300


@pytest.mark.parametrize("passed_s", [120.0, 107.98], ids=["within a minute", "at the end of one"])
def test_a_volley_counts_as_one_refusal(clock: VirtualClock, passed_s: float) -> None:
    """Requests in flight together are refused together: the ceiling is lowered to what went through, once."""
    pacer = Pacer(clock, Event())
    clock.advance(passed_s)
    for _ in range(58):
        pacer.acquire()
    for _ in range(8):
        pacer.refuse(Reply(429))
        clock.advance(0.05)
    assert pacer.refusals == 1
    assert pacer.per_minute == 50


def test_refused_whatever_the_wait_waits_ever_longer(clock: VirtualClock) -> None:
    """Refusal after refusal the waits grow, up to an hour, and the count tells when to give up."""
    pacer = Pacer(clock, Event())
    clock.advance(120)
    moments = []
    for count in range(1, 15):
        pacer.acquire()
        moments.append(clock.passed_s)
        pacer.refuse(Reply(429, {"retry-after": "0"}))
        assert pacer.refusals == count
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[0] < waits[2] < waits[4] < waits[6]
    assert waits[-1] == 3600
    assert pacer.per_minute >= 1


def test_after_a_refusal_one_goes_first(clock: VirtualClock) -> None:
    """Workers that waited together do not run into the same wall together."""
    pacer = Pacer(clock, Event())
    for _ in range(100):
        pacer.acquire()
    pacer.refuse(Reply(429))
    moments = []
    for _ in range(3):
        pacer.acquire()
        moments.append(clock.passed_s)
    assert [round(moment - moments[0]) for moment in moments] == [0, 2, 4]


def test_a_refusal_of_what_was_never_counted_is_survived(clock: VirtualClock) -> None:
    """A 429 long after its request went out, when our count has forgotten it, still ends in a wait."""
    pacer = Pacer(clock, Event())
    clock.advance(120)
    pacer.refuse(Reply(429))
    assert pacer.per_minute == 1
    pacer.acquire()
    assert clock.waits != []


def test_told_to_stop_nothing_goes_out(clock: VirtualClock) -> None:
    """A run that is told to stop sends nothing more, and says how to go on."""
    stop = Event()
    pacer = Pacer(clock, stop)
    stop.set()
    with pytest.raises(ServiceError, match=r"told to stop\. Run it again"):
        pacer.acquire()
    assert clock.waits == []


def test_told_to_stop_while_waiting(clock: VirtualClock) -> None:
    """A stop ends a wait: the request that waited does not go out."""
    stop = Event()
    pacer = Pacer(clock, stop, per_minute=1)
    pacer.acquire()
    clock.later(5, stop.set)
    with pytest.raises(ServiceError):
        pacer.acquire()


def test_workers_together_keep_the_limit(clock: VirtualClock) -> None:
    """Threads that share a pacer get no more through in a minute than it allows."""
    pacer = Pacer(clock, Event(), per_minute=200)

    def work() -> None:
        for _ in range(25):
            pacer.acquire()

    workers = [Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert clock.waits == []
    pacer.acquire()
    assert clock.waits != []


def test_it_stops_at_the_time_asked_for(clock: VirtualClock) -> None:
    """When the time to stop has come nothing more goes out, not even after a wait that began before."""
    pacer = Pacer(clock, Event(), per_minute=1)
    pacer.until = clock.now() + timedelta(seconds=30)
    pacer.acquire()
    with pytest.raises(ServiceError, match=r"The time to stop, 2025-05-04 10:00 UTC, has come"):
        pacer.acquire()
    assert clock.passed_s == 30


def test_what_other_runs_sent_counts(clock: VirtualClock) -> None:
    """The hour and the minute that other runs on this machine have used are not used again."""
    pacer = Pacer(clock, Event(), per_hour=1000, per_minute=100)
    pacer.share(hour=900, minute=95)
    assert pacer.remaining == 100
    for _ in range(5):
        pacer.acquire()
    assert clock.waits == []
    pacer.acquire()
    assert clock.passed_s >= 60
    assert pacer.take_spent() == 6
    assert pacer.take_spent() == 0


def test_what_the_service_says_and_what_the_journal_says_is_not_counted_twice(clock: VirtualClock) -> None:
    """The larger of both tells what others have used: the service's count holds the other runs on this machine."""
    pacer = Pacer(clock, Event(), per_hour=1000)
    pacer.observe(Reply(200, {"x-rate-limit": "user-hour-lim:1000;user-hour-rem:700;"}))
    pacer.share(hour=200, minute=0)
    assert pacer.remaining == 700


RETRY_AFTER = (
    None,
    until_minute_ends,
    minute_ends_at("date"),
    minute_ends_at("ms"),
    asked("0"),
    asked("1"),
    asked("soon"),
)


@given(
    per_minute=st.integers(1, 400),
    workers=st.integers(1, 8),
    rows=st.integers(1, 600),
    tells=st.booleans(),
    retry_after=st.sampled_from(RETRY_AFTER),
)
def test_any_hidden_limit_is_learned(
    per_minute: int, workers: int, rows: int, tells: bool, retry_after: Callable[[datetime], str] | None
) -> None:
    """Whatever the limit, every row goes through, no wait is senseless, and little is spent on learning it."""
    clock = VirtualClock()
    far = Far(clock, per_minute=per_minute, tells=tells, retry_after=retry_after)
    took_s = send_all(clock, Pacer(clock, Event()), far, rows, workers=workers)
    assert far.applied == rows
    assert all(0 <= wait_s <= 3600 for wait_s in clock.waits)
    assert far.refused <= 10 + 4 * workers + rows / 20
    assert took_s <= 1.5 * allowed_s(rows, per_hour=3600, per_minute=per_minute) + 300
