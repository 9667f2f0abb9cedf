"""The words of ``gcbulk doctor``."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gcbulk.reporting.doctor import (
    Finding,
    LeftOpen,
    Level,
    clock_finding,
    doctor_exit,
    doctor_lines,
    folder_finding,
    key_finding,
    limits_finding,
    requests_finding,
)

FINE = Finding("key", Level.OK, "It is fine.")
WARNING = Finding("game center", Level.WARNING, "It is odd.", "Look.")
PROBLEM = Finding("app", Level.PROBLEM, "It is wrong.", "Fix it.")


@pytest.mark.parametrize(
    ("findings", "code"),
    [([], 0), ([FINE], 0), ([FINE, WARNING], 0), ([PROBLEM, FINE], 2)],
    ids=["none", "fine", "warning", "problem"],
)
def test_only_a_problem_is_2(findings: list[Finding], code: int) -> None:
    """A warning may matter; a problem keeps gcbulk from its work."""
    assert doctor_exit(findings) == code


def test_a_line_each() -> None:
    """The lines stand below each other, with what to do, and end in how many are not fine."""
    assert doctor_lines([FINE, WARNING, PROBLEM]) == [
        "ok       key          It is fine.",
        "warning  game center  It is odd. Look.",
        "problem  app          It is wrong. Fix it.",
        "1 problem, 1 warning.",
    ]


@pytest.mark.parametrize(("issuer", "words"), [("I", "of the team I"), (None, "an individual key")], ids=str)
def test_whose_key_it_is(issuer: str | None, words: str) -> None:
    """A team's key and an individual one are told apart."""
    assert words in key_finding("K", issuer).text


@pytest.mark.parametrize(
    ("ahead_s", "level"),
    [(0.0, Level.OK), (20.0, Level.OK), (-20.0, Level.OK), (20.1, Level.WARNING), (None, Level.WARNING)],
    ids=str,
)
def test_a_clock_may_differ_by_an_answers_way(ahead_s: float | None, level: Level) -> None:
    """Twenty seconds may be the way here; more is the clock."""
    assert clock_finding(ahead_s).level is level


@pytest.mark.parametrize(
    ("limit", "remaining", "told"),
    [
        (3600, 3599, "3,599 requests are left of 3,600"),
        (None, 5, "5 requests are left"),
        (1, -4, "0 requests"),
    ],
    ids=str,
)
def test_what_is_left(limit: int | None, remaining: int, told: str) -> None:
    """Whatever the header holds is told as it is, and never less than nothing."""
    assert told in limits_finding(limit, remaining, refused=False).text


def test_a_command_that_can_be_pasted() -> None:
    """Names with quotes are quoted, and at most five are named."""
    found = folder_finding("f", exists=True, writable=True, open_to=["it's", *"abcdef"])
    assert str(found.todo).endswith("chmod go= 'it'\\''s' 'a' 'b' 'c' 'd'")


def test_many_runs_that_left_requests_open() -> None:
    """The newest three are named with their commands, the others counted; a file that is not known is said to be so."""
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    left = [LeftOpen("push", f"/{n}.xlsx", at, 1_000) for n in range(3)] + [LeftOpen("scores", None, at, 2)] * 2
    found = requests_finding(left)
    assert "What became of 3,004 requests is not known: 2,000 of earlier runs, 1,000 of gcbulk push '/2.xlsx'" in (
        found.text
    )
    assert "gcbulk submit --kind scores (file not known) (begun 2026-01-31 12:00 UTC)" in found.text
    assert "could count twice" in str(found.todo)


@pytest.mark.parametrize(("verb", "until_purged"), [("submissions", True), ("scores", True), ("push", False)])
def test_what_running_again_does_not_settle(verb: str, until_purged: bool) -> None:
    """Of players' rows that nobody runs again, what ends the warning is said; other rows need nothing for that."""
    found = requests_finding([LeftOpen(verb, "/a.csv", datetime(2026, 1, 31, tzinfo=UTC), 1)])
    assert ("until gcbulk purge" in str(found.todo)) is until_purged


@pytest.mark.parametrize(
    ("verb", "source", "command"),
    [
        ("review", None, "gcbulk review --all"),
        ("review", "/a.xlsx", "gcbulk review '/a.xlsx'"),
        ("push", None, "gcbulk push (file not known)"),
        ("submissions", "/a.csv", "gcbulk submit '/a.csv'"),
    ],
)
def test_the_command_that_a_run_was(verb: str, source: str | None, command: str) -> None:
    """What is told is what to type."""
    assert LeftOpen(verb, source, datetime(2026, 1, 31, tzinfo=UTC), 1).command == command
