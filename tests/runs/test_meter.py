"""Long work shows itself: a bar on a terminal, a plain line a minute elsewhere."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from gcbulk.runs.shared.meter import Meter, wait_text
from gcbulk.runs.shared.submission_queue import Progress
from gcbulk.service.clock import Wait
from gcbulk.service.submission_journal import State


def seen(done: int, *, rejected: int = 0, unknown: int = 0) -> Progress:
    """How far a run of 10,000 is."""
    counts = Counter({State.DONE: done, State.REJECTED: rejected, State.UNKNOWN: unknown})
    return Progress(counts, 10_000, 3_600 - done, timedelta(hours=2, minutes=46))


def test_one_line_a_minute_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """However often there is news, off a terminal a line comes once a minute, with what is left."""
    now, said = 100.0, list[str]()
    with Meter(said.append, is_terminal=False, now=lambda: now) as meter:
        for second in range(181):
            now = 100.0 + second
            meter(seen(second * 5))
    assert len(said) == 3
    assert said[0] == "300 of 10,000 sent, 3,300 requests left of the hour, 2 h 46 min to go"
    assert said[2].startswith("900 of 10,000 sent")
    assert capsys.readouterr() == ("", "")


def test_trouble_is_said_on_the_way() -> None:
    """What did not go through so far stands in front."""
    now, said = 0.0, list[str]()
    with Meter(said.append, is_terminal=False, now=lambda: now) as meter:
        now = 61.0
        meter(seen(10, rejected=2, unknown=1))
    assert said == ["13 of 10,000 sent, 2 rejected, 1 unknown, 3,590 requests left of the hour, 2 h 46 min to go"]


def test_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """The bar shows how many of how many, the rate, what is left of the budget, and how long it takes at most."""
    now, said = 0.0, list[str]()
    with Meter(said.append, is_terminal=True, now=lambda: now, columns=120) as meter:
        assert capsys.readouterr().err == "", "no bar before anything is sent"
        for second in range(4):
            now = float(second)
            meter(seen(500, rejected=second))
    out, drawn = capsys.readouterr()
    assert out == ""
    assert said == []
    assert "500/10000" in drawn
    assert "503/10000" in drawn
    assert "row/s" in drawn
    assert "3 rejected, 3,100 requests left of the hour, 2 h 46 min to go" in drawn


def test_the_bar_lives_on_while_nothing_may_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """While the budget is used up the bar is drawn anew each second, with the same figures."""
    now = 0.0
    with Meter(lambda line: None, is_terminal=True, now=lambda: now) as meter:
        meter(seen(3_600))
        capsys.readouterr()
        now = 2.0
        meter(seen(3_600))
        assert "3600/10000" in capsys.readouterr().err


@pytest.mark.parametrize(("columns", "long"), [(99, False), (100, True)])
def test_the_bar_is_short_on_a_narrow_terminal(capsys: pytest.CaptureFixture[str], columns: int, long: bool) -> None:
    """Below a hundred columns there is no bar and no rate, so that the figures are not cut off."""
    with Meter(lambda line: None, is_terminal=True, columns=columns) as meter:
        meter(seen(500))
    drawn = capsys.readouterr().err
    assert ("row/s" in drawn) is long
    assert "2 h 46 min to go" in drawn


@pytest.mark.parametrize("is_terminal", [True, False])
def test_only_what_has_ended_is_counted(capsys: pytest.CaptureFixture[str], is_terminal: bool) -> None:
    """Items come on one by one, and each counts when the next is asked for; the estimate is ours."""
    now, said = 0.0, list[str]()
    asked = list[int]()

    def left(items: int) -> timedelta:
        asked.append(items)
        return timedelta(minutes=items)

    with Meter(said.append, is_terminal=is_terminal, now=lambda: now, columns=80) as meter:
        shown = meter.shown(iter("abc"), 3, left)
        assert next(shown) == "a"
        assert asked == [3]
        now += 61
        assert list(shown) == ["b", "c"]
    assert asked == [3, 2, 1, 0]
    assert said == ([] if is_terminal else ["1 of 3 sent, 2 min to go"])
    assert ("3/3" in capsys.readouterr().err) is is_terminal


@pytest.mark.parametrize("is_terminal", [True, False])
def test_requests_are_counted_where_nobody_knows_how_many(
    capsys: pytest.CaptureFixture[str], is_terminal: bool
) -> None:
    """A plan or a pull counts its requests: on a terminal as they go, elsewhere in a line a minute."""
    now, said = 0.0, list[str]()
    with Meter(said.append, is_terminal=is_terminal, now=lambda: now, columns=80) as meter:
        for request in range(1, 130):
            now += 1
            meter.count(request)
    assert said == ([] if is_terminal else ["60 requests so far", "120 requests so far"])
    assert ("requests [" in capsys.readouterr().err) is is_terminal


def test_requests_are_not_counted_beside_what_has_ended(capsys: pytest.CaptureFixture[str]) -> None:
    """Once rows come out one by one they alone are shown, whatever is asked of the service between them."""
    with Meter(lambda line: None, is_terminal=True, now=lambda: 0.0, columns=80) as meter:
        meter.count(3)
        shown = meter.shown(iter("ab"), 2, lambda left: timedelta(minutes=left))
        next(shown)
        capsys.readouterr()
        meter.count(40)
        assert list(shown) == ["b"]
        meter.count(41)
    drawn = capsys.readouterr().err
    assert "2/2" in drawn
    assert "requests [" not in drawn


def test_a_wait_says_what_for_and_until_when() -> None:
    """By the wall clock here, and that an interrupt does no harm."""
    wait = Wait("the hourly limit", datetime(2026, 1, 31, 15, 7, 5).astimezone(), 1380.0)
    assert wait_text(wait) == "Waiting for the hourly limit until 15:07:05, 23 min. Ctrl-C is safe."


def test_nothing_to_send_needs_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that sends nothing shows nothing."""
    with Meter(lambda line: None, is_terminal=True):
        pass
    assert capsys.readouterr() == ("", "")
