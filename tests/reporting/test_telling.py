"""Summary, sentences for a terminal, and HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import (
    ISSUE_COLUMNS,
    OUTCOME_COLUMNS,
    Action,
    Book,
    CheckState,
    OutcomeKind,
    RawSheet,
    Report,
    Role,
    Step,
    Target,
)
from gcbulk.reporting import check_text, done, plan_text, push_text, summary_lines, to_html
from gcbulk.sheets import Checked, check

ANY_TEXT = st.text(st.characters(exclude_categories=()))
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def lines_of(*outcomes: str, **more: object) -> pd.DataFrame:
    """Lines with these outcomes."""
    rows: list[Mapping[str, object]] = [{"outcome": str(outcome), **more} for outcome in outcomes]
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in OUTCOME_COLUMNS})


def checked_of(*messages: tuple[str, str, int | None], achievements: int = 0, localizations: int = 0) -> Checked:
    """A check with issues of severity, message and row."""
    places = [("S", row, "Points") if row else (None, None, None) for _, _, row in messages]
    rows = [
        dict(zip(ISSUE_COLUMNS, (*place, "code", severity, message), strict=False))
        for place, (severity, message, _) in zip(places, messages, strict=True)
    ]
    columns = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in ISSUE_COLUMNS}
    issues = pd.DataFrame(columns).astype({"row": "Int64"})
    book = Book(None, "frames", (RawSheet("S", pd.DataFrame()),))
    counts = {"achievements": achievements, "localizations": localizations}
    return Checked({name: pd.DataFrame(index=range(count)) for name, count in counts.items()}, issues, book, ())


# summary ------------------------------------------------------------------------------------------------------


def test_summary_of_a_push() -> None:
    """The block says how much is done, counts every outcome, and says what to do about each that needs something."""
    lines = lines_of("created", "created", "rejected", "not_attempted", "existed")
    assert summary_lines(lines, facts=[("App", "Moss")]) == (
        ("App", "Moss"),
        ("Result", "3 of 5 lines are done"),
        ("Counts", "2 created · 1 existed · 1 rejected · 1 not attempted"),
        ("Next", "1 rejected: Fix the cells that the report names, then run it again."),
        ("", "1 not attempted: The run ended before them: run it again to go on."),
    )


def test_summary_of_a_check() -> None:
    """A check says how many lines are in order."""
    assert summary_lines(lines_of("ok", "error", "warning"))[:2] == (
        ("Result", "1 of 3 lines are in order"),
        ("Counts", "1 ok · 1 with an error · 1 with a warning"),
    )


def test_summary_of_nothing() -> None:
    """Without lines there is nothing to do."""
    assert summary_lines(lines_of()) == (("Result", "nothing to do"),)


@pytest.mark.parametrize("kind", [*OutcomeKind, *CheckState], ids=str)
def test_every_outcome_is_done_or_says_what_to_do(kind: str) -> None:
    """No outcome is left without a word."""
    lines = lines_of(kind)
    assert done(lines) + ("Next" in dict(summary_lines(lines))) == 1


# terminal -----------------------------------------------------------------------------------------------------


def test_check_text() -> None:
    """Errors come before warnings, each with its place and code; what was read is counted."""
    checked = checked_of(
        ("warning", "long", 3), ("error", "wrong", 2), ("error", "odd", None), achievements=1, localizations=2
    )
    assert check_text(checked) == (
        "1 achievement, 2 localizations read: 2 errors, 1 warning.",
        "error: S, row 2, Points: wrong [code]",
        "error: odd [code]",
        "warning: S, row 3, Points: long [code]",
    )


def test_check_text_of_a_good_file() -> None:
    """A file without a problem says so."""
    assert check_text(checked_of(achievements=2)) == ("2 achievements read: no problem.",)
    assert check_text(checked_of()) == ("No rows read: no problem.",)


def test_check_text_is_not_endless() -> None:
    """After twenty issues the rest is counted."""
    text = check_text(checked_of(*[("error", "wrong", row) for row in range(2, 1_027)]))
    assert len(text) == 22
    assert text[-1] == "… and 1,005 more, all of them in the report."


def step_of(action: Action, role: Role = Role.THING, duplicates: int = 0) -> Step:
    """A step of a plan."""
    shared = tuple(("S", row) for row in range(duplicates))
    return Step("S", 2, RESOURCE, role, ("k",), action, {}, "f", duplicates=shared)


def plan_of(
    *todo: Step,
    target: Target | None = None,
    seconds: float = 0,
    warnings: tuple[str, ...] = (),
    translations: pd.DataFrame | None = None,
) -> SimpleNamespace:
    """A plan; steps that are missing from the sheet stand apart from those to do."""
    missing = tuple(step for step in todo if step.action is Action.MISSING)
    matrix = pd.DataFrame() if translations is None else translations
    requests = sum(step.action is Action.CREATE for step in todo)
    return SimpleNamespace(
        checked=check(Book(None, "frames", ())),
        todo=tuple(step for step in todo if step not in missing),
        missing=missing,
        translations=matrix,
        target=target,
        base_url=None,
        requests=requests,
        duration=timedelta(seconds=seconds),
        warnings=warnings,
    )


def test_plan_text() -> None:
    """A plan names the app, counts by action and kind, tells the time it takes and what is worth knowing."""
    plan = plan_of(
        step_of(Action.CREATE, Role.TEXT),
        step_of(Action.CREATE, duplicates=2),
        step_of(Action.CONFLICT),
        target=Target("com.example.game", "Moss", "D1"),
        seconds=10_020,
        warnings=("Mind the gap.",),
    )
    assert plan_text(plan) == (
        "App: Moss (com.example.game), Game Center detail D1",
        "To create: 3 achievements, 1 localization",
        "In conflict with what is there, left alone: 1 achievement",
        "2 requests needed, about 2 h 47 min at the rate limit.",
        "Mind the gap.",
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (None, "Planned without the service: as if nothing were there yet."),
        (Target(None, None, "D1"), "Game Center detail D1"),
        (Target("com.x", None, "D1"), "App: (com.x), Game Center detail D1"),
        (Target("com.x", "Moss", "D1", "G1"), "App: Moss (com.x), Game Center group G1"),
        (Target("com.x", "Moss", "D1", "G1", "Saga"), "App: Moss (com.x), Game Center group Saga"),
    ],
    ids=["offline", "detail only", "no name", "group", "group with a name"],
)
def test_plan_text_says_where(target: Target | None, expected: str) -> None:
    """The place is named by whatever is known of it."""
    assert plan_text(plan_of(target=target)) == (expected, "No request needed.")


def test_a_plan_says_how_long_it_takes() -> None:
    """The duration is told as people say it."""
    assert "about 2 h 47 min at" in plan_text(plan_of(step_of(Action.CREATE), seconds=10_000))[-1]


def test_a_plan_names_what_it_changes_and_what_lacks() -> None:
    """Changes, conflicts and missing ones are told one by one, but not without end; gaps by language."""
    steps = [replace(step_of(Action.UPDATE), message=f"Points: {n} → 0", row=n) for n in range(2, 30)]
    matrix = pd.DataFrame({"en-US": ["live"] * 7, "ja": ["", *[""] * 5, "new"]}, index=[f"a{n}" for n in range(7)])
    told = plan_text(plan_of(*steps, step_of(Action.MISSING), translations=matrix))
    assert "  update: k (S, row 2): Points: 2 → 0" in told
    assert "  … and 8 more; --plan-sheet and --json have all of them." in told
    assert told[told.index("Missing translations:") + 1] == "  ja: 6 of 7 lack it (a0, a1, a2, a3, a4, …)"


@pytest.mark.parametrize("action", Action, ids=str)
def test_every_action_has_words(action: Action) -> None:
    """No action of a plan is left without a word."""
    assert "1 achievement" in plan_text(plan_of(step_of(action)))[1]


def test_push_text() -> None:
    """A push tells the counts, why it stopped, and what to do."""
    assert push_text(lines_of("created", "unknown"), "the service is down") == (
        "2 lines: 1 created, 1 unknown.",
        "Stopped early: the service is down",
        "1 unknown: No usable answer came, so the result is not known yet: run it again to find out.",
    )
    assert push_text(lines_of()) == ("No lines: nothing to do.",)


@given(text=ANY_TEXT)
def test_nothing_moves_the_cursor(text: str) -> None:
    """Whatever stands in rows, answers and names, a terminal gets lines without control or direction characters."""
    said = (
        *check_text(checked_of(("error", text, 2))),
        *plan_text(plan_of(target=Target(text, text, "D"), warnings=(text,))),
        *push_text(lines_of("created"), text),
    )
    assert not [line for line in said if CONTROL.search(line)]
    "\n".join(said).encode()  # lone surrogates would fail here


# HTML ---------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(text=ANY_TEXT | st.sampled_from(["<script>alert(1)</script>", '"><img onerror=x>', "\x1b[31m"]))
def test_nothing_acts_in_a_notebook(text: str) -> None:
    """Whatever stands in the lines and the summary, the HTML holds tables and text alone."""
    lines = lines_of("created", sheet=text, key=text, message=text, code=text)
    page = Tags()
    page.feed(to_html(Report(((text, text),), lines)))
    assert page.tags <= {"table", "thead", "tbody", "tr", "th", "td", "br"}
    assert not CONTROL.search(page.text)


def test_html_shows_the_first_lines() -> None:
    """Of a long report the rest is counted; outcomes have their colours, gaps stay empty."""
    html = to_html(Report((("App", "A & B"),), lines_of(*["rejected"] * 205, message="one\ntwo")))
    assert html.count("<tr>") == 202
    assert "… and 5 more lines." in html
    assert "<th>App</th><td>A &amp; B</td>" in html
    assert '<td style="color:#9b1c1c;background:#fce3e1">rejected</td>' in html
    assert "one<br>two" in html
    assert "None" not in html


def test_html_of_a_short_report() -> None:
    """A short report is shown whole; an outcome without a colour of its own is grey."""
    html = to_html(Report((), lines_of("unchanged", "not_attempted")))
    assert "more lines" not in html
    assert "#3c4a57" in html
    assert "not attempted" in html
