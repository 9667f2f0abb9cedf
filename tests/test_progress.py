"""Long work shows itself: a bar on a terminal, a plain line a minute elsewhere."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from gcbulk.pipeline import Progress
from gcbulk.progress import Meter
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
    with Meter(said.append, is_terminal=True, now=lambda: now) as meter:
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


def test_nothing_to_send_needs_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that sends nothing shows nothing."""
    with Meter(lambda line: None, is_terminal=True):
        pass
    assert capsys.readouterr() == ("", "")
